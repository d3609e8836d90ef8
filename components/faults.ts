/** How is a user's mistake reported? A fact, then the exact line to write or command to run. */

/** One thing the user has to change. */
export class Fault extends Error {
  /**
   * @param fact What is wrong, in one sentence without a full stop.
   * @param hint The exact line to write or command to run.
   */
  constructor(
    readonly fact: string,
    readonly hint: string,
  ) {
    super(`${fact}\nHINT: ${hint}`);
    this.name = "Fault";
  }
}

/** All faults of a run in one error, so that nobody has to run again to see the next one. */
export class Faults extends Error {
  constructor(readonly faults: readonly Fault[]) {
    super(faults.map((fault) => fault.message).join("\n"));
    this.name = "Faults";
  }
}

/** Throws what was collected: nothing, the one fault, or all of them together. */
export function throwFaults(faults: readonly Fault[]): void {
  if (faults.length === 1) throw faults[0];
  if (faults.length > 1) throw new Faults(faults);
}

/** True for an error that is the user's to mend: it is shown without a stack trace. */
export function isFault(error: unknown): error is Fault | Faults {
  return error instanceof Fault || error instanceof Faults;
}

/** The faults of an error that is the user's to mend; any other error goes on. */
export function faultsIn(error: unknown): Fault[] {
  if (error instanceof Faults) return [...error.faults];
  if (error instanceof Fault) return [error];
  throw error;
}
