/** Writes recorded/<version>.json: what each embedded server answers for pg_settings. Run: `npm run record`. */

import { execFile } from "node:child_process";
import { chown, mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { Client } from "pg";
import { serverAccount } from "../local/account";
import { installBinaries } from "../local/binaries";
import type { PgParameter, Recording, Version } from "./postgres";

const run = promisify(execFile);

type Row = Record<keyof PgParameter, string | string[] | null>;

function toParameter(row: Row): Omit<PgParameter, "name"> {
  const numeric = row.vartype === "integer" || row.vartype === "real";
  return {
    vartype: row.vartype as PgParameter["vartype"],
    context: row.context as PgParameter["context"],
    ...(row.unit !== null && { unit: row.unit as string }),
    ...(numeric && { min_val: Number(row.min_val), max_val: Number(row.max_val) }),
    ...(row.enumvals !== null && { enumvals: row.enumvals as string[] }),
    boot_val: row.boot_val as string | null,
  };
}

/**
 * Starts a throw-away server of that version and reads its `pg_settings`.
 * Extensions' and custom parameters are not part of a bare server, so they are not recorded.
 */
export async function record(version: Version, home: string): Promise<Recording> {
  const { uid, gid } = serverAccount();
  const binaries = await installBinaries(version, home);
  const directory = await mkdtemp(path.join(os.tmpdir(), "record-"));
  await chown(directory, uid, gid);
  const as = { uid, gid, cwd: directory };
  const data = path.join(directory, "data");
  try {
    await run(binaries.initdb, ["-D", data, "-U", "postgres", "--no-sync", "--locale=C", "-E", "UTF8"], as);
    const options = `-k ${directory} -c listen_addresses=`;
    await run(
      binaries.pg_ctl,
      ["start", "-w", "-D", data, "-l", path.join(directory, "log"), "-o", options],
      as,
    );
    const client = new Client({ host: directory, user: "postgres", database: "postgres" });
    await client.connect();
    const { rows } = await client.query<Row>(
      `SELECT name, vartype, context, unit, min_val, max_val, enumvals, boot_val
       FROM pg_settings WHERE name NOT LIKE '%.%' ORDER BY name COLLATE "C"`,
    );
    const { rows: answer } = await client.query<{ server_version: string }>("SHOW server_version");
    await client.end();
    return {
      server_version: answer[0]?.server_version ?? "",
      parameters: Object.fromEntries(rows.map((row) => [row.name as string, toParameter(row)])),
    };
  } finally {
    await run(binaries.pg_ctl, ["stop", "-D", data, "-m", "immediate"], as).catch(() => undefined);
    await rm(directory, { recursive: true, force: true });
  }
}

/** One parameter a line, so that a new version's changes read as a diff. */
export function recordingText({ server_version, parameters }: Recording): string {
  const rows = Object.entries(parameters).map(
    ([name, row]) => `    ${JSON.stringify(name)}: ${JSON.stringify(row)}`,
  );
  return `{\n  "server_version": ${JSON.stringify(server_version)},\n  "parameters": {\n${rows.join(",\n")}\n  }\n}\n`;
}

async function main(): Promise<void> {
  // Not imported above: a first run has no recordings to import yet.
  for (const version of ["15", "16", "17", "18"] as const) {
    const home = await mkdtemp(path.join(os.tmpdir(), "record-home-"));
    await promisify(execFile)("chmod", ["755", home]);
    const text = recordingText(await record(version, home));
    await writeFile(path.join(__dirname, "recorded", `${version}.json`), text);
    await rm(home, { recursive: true });
    console.log(`recorded/${version}.json: ${text.split("\n").length - 5} parameters`);
  }
}

if (require.main === module) void main();
