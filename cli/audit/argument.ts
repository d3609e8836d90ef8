/** What is an argument of the audit: a Compose file, a postgresql.conf, a parameter group or a server? */

import { readFileSync, statSync } from "node:fs";
import path from "node:path";
import { Fault } from "../../components/faults";
import { auditCompose } from "./compose";
import { auditConf, auditHba } from "./conf";
import { readLive } from "./live";
import { auditLive } from "./live-server";
import { auditParameterGroup, isParameterGroup } from "./parameter-group";
import type { Audited } from "./verdict";

/** Larger files are no configuration. */
const LARGEST_BYTES = 10 * 1024 ** 2;

/** What a folder is searched for, in the order of Compose. */
const IN_FOLDER = [
  "compose.yaml",
  "compose.yml",
  "docker-compose.yaml",
  "docker-compose.yml",
  "postgresql.conf",
];

/**
 * Reads one argument.
 *
 * @param major PostgreSQL's major version, where the argument does not tell it.
 * @throws Fault when it cannot be read.
 */
export async function auditArgument(argument: string, major: number | undefined): Promise<Audited> {
  if (/^postgres(ql)?:\/\//i.test(argument)) return auditLive(await readLive(argument));
  const file = fileOf(argument);
  return auditText(readText(file), file, major);
}

/** Reads the text of a file, which tells by its name and its first words what it is. */
export function auditText(text: string, file: string, major: number | undefined): Audited {
  if (/\.json$/i.test(file)) {
    const json = parseJson(text, file);
    return isParameterGroup(json) ? auditParameterGroup(json, file, major) : auditCompose(text, file);
  }
  if (/\.ya?ml$/i.test(file)) return auditCompose(text, file);
  return /hba[^/]*$/i.test(file) ? auditHba(text, file) : auditConf(text, file, major);
}

function fileOf(argument: string): string {
  if (!statSync(argument, { throwIfNoEntry: false })?.isDirectory()) return argument;
  const found = IN_FOLDER.map((name) => path.join(argument, name)).find((file) =>
    statSync(file, { throwIfNoEntry: false })?.isFile(),
  );
  if (found === undefined)
    throw new Fault(
      `${argument} holds none of ${IN_FOLDER.join(", ")}`,
      "name the file: npx durable-postgres audit <file>",
    );
  return found;
}

function readText(file: string): string {
  const stat = statSync(file, { throwIfNoEntry: false });
  if (!stat)
    throw new Fault(
      `${file} is not there`,
      "npx durable-postgres audit docker-compose.yml | postgresql.conf | parameter-group.json | postgres://…",
    );
  if (stat.size > LARGEST_BYTES)
    throw new Fault(
      `${file} has ${stat.size} bytes: that is no configuration`,
      "name the configuration file itself",
    );
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new Fault(
      `${file} cannot be read: ${(error as Error).message}`,
      `chmod u+r ${file}, or run as its owner`,
    );
  }
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Fault(
      `${file} is no JSON: ${(error as Error).message}`,
      `write the file again: aws rds describe-db-parameters … > ${file}`,
    );
  }
}
