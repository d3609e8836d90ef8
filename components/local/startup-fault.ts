/** Why did the server not start? Its own last words, with the line that mends it. */

import { readdir, readFile, stat } from "node:fs/promises";
import path from "node:path";
import { Fault } from "../faults";
import { portTaken } from "../port";
import { startupHint } from "../startup-causes";
import type { InstancePaths } from "./instance";

/** Causes that speak of files on this machine. */
const CAUSES: readonly { pattern: RegExp; hint: (paths: InstancePaths, match: RegExpExecArray) => string }[] =
  [
    {
      pattern: /error while loading shared libraries: ([^:]+)|Library not loaded: (\S+)/,
      hint: (paths, match) =>
        `install the library that holds ${match[1] ?? match[2]}; if it belongs to PostgreSQL itself, remove ${path.join(paths.directory, "postgresql")} and run again: it is made anew`,
    },
    { pattern: /No space left on device/, hint: (paths) => `free some space: df -h ${paths.directory}` },
    {
      pattern: /data directory "[^"]+" has (?:wrong ownership|invalid permissions)/,
      hint: (paths) => `chown and chmod 0700 ${paths.data} for the user the server runs as`,
    },
  ];

/** The end of the newest file that the log collector wrote. */
async function lastWords(directory: string): Promise<string> {
  const names = (await readdir(directory).catch(() => [])).filter((name) => name.startsWith("postgresql"));
  const files = names.map((name) => path.join(directory, name));
  const times = await Promise.all(files.map((file) => stat(file).then(({ mtimeMs }) => mtimeMs)));
  const newest = files[times.indexOf(Math.max(...times))];
  return newest ? (await readFile(newest, "utf8")).slice(-8192) : "";
}

/** The fault for a server that ended before it took connections. */
export async function startupFault(paths: InstancePaths, port: number, end: string): Promise<Fault> {
  const startup = await readFile(paths.startupLog, "utf8").catch(() => "");
  const text = `${await lastWords(paths.log)}\n${startup}`.trim();
  const words = text.match(/(?:FATAL|PANIC|error while loading|Library not loaded).*/g)?.at(-1);
  // Why it could not, "could not bind … Address already in use", is a line of its own before.
  if (/could not create any TCP\/IP sockets/.test(words ?? "")) return portTaken(port, false);
  const fact = `the server in ${paths.data} did not start (${end}): ${words ?? text.split("\n").at(-1)}`;
  for (const { pattern, hint } of CAUSES) {
    const match = pattern.exec(words ?? "") ?? pattern.exec(startup);
    if (match) return new Fault(fact, hint(paths, match));
  }
  const hint = startupHint(words ?? "") ?? startupHint(startup);
  return new Fault(fact, hint ?? `look at ${paths.startupLog} and ${paths.log}`);
}
