/** How is a logical dump of a server in a container taken on command? By the program that takes it on schedule. */

import { backupContainerName, PROGRAMS, SUPERUSER } from "../../docker/layout";
import { Fault } from "../../faults";
import { type Progress, withElapsed } from "../../progress";
import type { DumpTaken } from "../dump";
import { type ContainerPlace, inBackupContainer, pgBackRestWords } from "./run";

const PROGRAM = `${PROGRAMS}/dump.pl`;

/** The command that prints a file of a dump, for people. */
export function printDump({ containerName }: ContainerPlace, file: string): string {
  return `docker exec -u ${SUPERUSER} ${backupContainerName(containerName)} perl ${PROGRAM} get ${file}`;
}

/** What the program said at its end. */
export function readDumpWords(printed: string): DumpTaken {
  const [, file, size, tables] = /^dump (\S+): (\d+) bytes, (\d+) tables/m.exec(printed) ?? [];
  if (file === undefined) throw new Error(`a dump was taken, and nothing was said of it: ${printed}`);
  const expired = [...printed.matchAll(/^expired in repository \d+: (.*)$/gm)].flatMap(([, names = ""]) =>
    names.split(" "),
  );
  return { file, size: Number(size), tables: Number(tables), expired: [...new Set(expired)] };
}

/**
 * Dumps the database and the cluster's roles into every repository. The files appear under their names once the dump was
 * restored.
 *
 * @throws Fault in the words of the program that failed.
 */
export async function takeContainerDump(place: ContainerPlace, progress: Progress): Promise<DumpTaken> {
  const result = await withElapsed(progress, "dumping, and restoring the dump once", () =>
    inBackupContainer(place, ["perl", PROGRAM, "take"]),
  );
  if (result.code !== 0)
    throw new Fault(
      `no dump was taken: ${pgBackRestWords(result)}`,
      "mend what it says, and run the same command again",
    );
  return readDumpWords(result.stdout);
}
