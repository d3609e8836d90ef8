/** How does long work say what it is doing? */

/** Messages for whoever waits. */
export interface Progress {
  info(message: string): void;
  /** Replaced by the next message. */
  status(message: string): void;
}

/** Says how long something takes that says nothing itself. */
export async function withElapsed<Result>(
  progress: Progress,
  what: string,
  work: () => Promise<Result>,
): Promise<Result> {
  const begun = Date.now();
  const timer = setInterval(
    () => progress.status(`${what} since ${Math.round((Date.now() - begun) / 1000)} s`),
    1000,
  );
  progress.status(what);
  return work().finally(() => clearInterval(timer));
}
