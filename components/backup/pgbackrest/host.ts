/** Where can pgBackRest read the repositories of a database? In the container of its backups, or in one made for it. */

import type { ProgramResult } from "../../docker/run";
import { type ContainerPlace, inBackupContainer, pgBackRestFault } from "./run";

/** Seconds that a repository may take for an answer where nobody waits for it; pgBackRest asks some times. */
export const ANSWER_SECONDS = 3;

/** A place where pgBackRest runs with the settings and the repositories of a database. */
export class PgBackRestHost {
  /**
   * @param place The database, for messages.
   * @param run Runs a program there.
   */
  constructor(
    private readonly place: ContainerPlace,
    readonly run: (command: readonly string[]) => Promise<ProgramResult>,
    private readonly options: readonly string[] = [],
  ) {}

  /** The container of the backups. */
  static of(place: ContainerPlace): PgBackRestHost {
    return new PgBackRestHost(place, (command) => inBackupContainer(place, command));
  }

  /** The same place for questions that must not wait a minute for each answer, as pgBackRest does by default. */
  impatient(): PgBackRestHost {
    return new PgBackRestHost(this.place, this.run, [`--io-timeout=${ANSWER_SECONDS}`]);
  }

  /**
   * What a program prints.
   *
   * @param what What pgBackRest does in it.
   * @throws Fault with its own words when it fails.
   */
  async print(command: readonly string[], what: string): Promise<string> {
    const result = await this.run(command);
    if (result.code !== 0) throw pgBackRestFault(this.place, what, result);
    return result.stdout;
  }

  /** What a command of pgBackRest prints that gives data: warnings and errors go elsewhere. */
  data(...args: string[]): Promise<string> {
    const quiet = ["--log-level-console=off", "--log-level-stderr=error"];
    const what = args.filter((arg) => !arg.startsWith("-")).join(" ");
    return this.print(["pgbackrest", ...args, ...this.options, ...quiet], what);
  }
}
