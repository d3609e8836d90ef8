/** Where can pgBackRest read the repositories of a database? In the container of its backups, or in one made for it. */

import type { ProgramResult } from "../../docker/run";
import { type ContainerPlace, inBackupContainer, pgBackRestFault } from "./run";

/** Seconds. pgBackRest tries four times, and takes a minute each by itself: nobody waits so long for a list. */
const PATIENCE = 5;

/** A place where pgBackRest runs with the settings and the repositories of a database. */
export class PgBackRestHost {
  /**
   * @param place The database, for messages.
   * @param run Runs a program there.
   */
  constructor(
    private readonly place: ContainerPlace,
    readonly run: (command: readonly string[]) => Promise<ProgramResult>,
  ) {}

  /** The container of the backups. */
  static of(place: ContainerPlace): PgBackRestHost {
    return new PgBackRestHost(place, (command) => inBackupContainer(place, command));
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
    const options = ["--log-level-console=off", "--log-level-stderr=error", `--io-timeout=${PATIENCE}`];
    const what = args.filter((arg) => !arg.startsWith("-")).join(" ");
    return this.print(["pgbackrest", ...args, ...options], what);
  }
}
