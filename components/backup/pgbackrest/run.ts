/** How is pgBackRest run? In the container of the backups, as the server's user; its locks are there. */

import { withEngine } from "../../docker/engine";
import { backupContainerName, SUPERUSER } from "../../docker/layout";
import { execute, type ProgramResult } from "../../docker/run";
import { Fault } from "../../faults";
import type { DockerBackupLocation } from "../store";

/** Where the containers of a database are. */
export type ContainerPlace = Pick<DockerBackupLocation, "engine" | "containerName">;

/** Runs a program in the container of the backups. */
export function inBackupContainer(
  { engine, containerName }: ContainerPlace,
  command: readonly string[],
  input?: string,
): Promise<ProgramResult> {
  const name = backupContainerName(containerName);
  return withEngine(engine, async (docker) => {
    try {
      return await execute(docker, name, { command, user: SUPERUSER, input });
    } catch (error) {
      const { statusCode } = error as { statusCode?: number };
      if (statusCode !== 404 && statusCode !== 409) throw error;
      throw new Fault(
        `the container of the backups, ${name}, ${statusCode === 404 ? "is gone" : "does not run"}`,
        statusCode === 404
          ? "make it again: pulumi up --refresh"
          : `docker start ${name}; docker logs ${name}`,
      );
    }
  });
}

/** What its exit codes mean that a user can do something about. https://github.com/pgbackrest/pgbackrest/blob/main/src/build/error/error.yaml */
const HINTS: Readonly<Record<number, string>> = {
  50: "another backup runs: wait for its end, then run the same command again",
  56: "is the server up? docker ps; run the deployment again: it starts a stopped server",
  82: "the archive does not take WAL: npx durable-postgres status, and docker logs of the server's container",
};

/** pgBackRest's own words: the last error that it printed. */
export function pgBackRestWords({ stdout, stderr }: Pick<ProgramResult, "stdout" | "stderr">): string {
  const lines = `${stdout}\n${stderr}`.split("\n");
  const error =
    lines.findLast((line) => /\bERROR: /.test(line)) ?? lines.findLast((line) => line.trim() !== "");
  return error?.replace(/^.*\bERROR: /, "").trim() ?? "it said nothing";
}

/** What went wrong with a command. */
export function pgBackRestFault(
  { containerName }: ContainerPlace,
  command: string,
  result: ProgramResult,
): Fault {
  return new Fault(
    `pgbackrest ${command} failed (exit code ${result.code}): ${pgBackRestWords(result)}`,
    HINTS[result.code] ??
      `see all of it: docker exec -u ${SUPERUSER} ${backupContainerName(containerName)} pgbackrest ${command}`,
  );
}

/**
 * Runs pgBackRest and returns what it printed.
 *
 * @throws Fault with its own words when it fails.
 */
export async function pgBackRest(place: ContainerPlace, ...args: string[]): Promise<string> {
  const result = await inBackupContainer(place, ["pgbackrest", ...args]);
  if (result.code !== 0)
    throw pgBackRestFault(place, args.filter((arg) => !arg.startsWith("-")).join(" "), result);
  return result.stdout;
}

/** The same for what prints data: warnings and errors go elsewhere. */
export function pgBackRestData(place: ContainerPlace, ...args: string[]): Promise<string> {
  return pgBackRest(place, ...args, "--log-level-console=off", "--log-level-stderr=error");
}
