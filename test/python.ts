/** Where does a test get a Python with packages? From a virtual environment; needs python3 with venv and pip. */

import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { REPOSITORY } from "./workspace";

const run = promisify(execFile);

/**
 * Makes a virtual environment, or completes one that is there.
 *
 * @param requirements File with the packages, from the repository's folder.
 * @param user What needs it, for the message where it fails.
 * @returns the path of its `python`.
 */
export async function createVenv(folder: string, requirements: string, user: string): Promise<string> {
  const python = path.join(folder, "bin", "python");
  const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", requirements];
  await run("python3", ["-m", "venv", folder]).catch(
    missing("python3 -m venv", user, "apt-get install python3-venv"),
  );
  await run(python, pip, { cwd: REPOSITORY }).catch(
    missing("pip install", user, `python3 -m pip download -r ${requirements}`),
  );
  return python;
}

function missing(what: string, user: string, hint: string): (error: Error & { stdout?: string }) => never {
  return (error) => {
    throw new Error(
      `${what} failed, and ${user} needs it: ${error.message}${error.stdout ?? ""}\nHINT: ${hint}`,
    );
  };
}
