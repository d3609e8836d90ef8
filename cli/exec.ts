/** `durable-postgres exec`: runs a command with the connection of a stack in its environment; nothing is written to disk. */

import { spawn } from "node:child_process";
import { constants } from "node:os";
import { Fault } from "../components/faults";
import type { StackOutputs } from "./project";

/** Runs the command to its end and returns its exit code. */
export function execWithEnv([program, ...args]: readonly string[], { env }: StackOutputs): Promise<number> {
  if (!program) throw new Fault("no command to run", "durable-postgres exec --stack local -- psql");
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: "inherit", env: { ...process.env, ...env } });
    // A terminal's Ctrl-C reaches the command itself; this process only waits for its end.
    process.on("SIGINT", () => undefined);
    process.on("SIGTERM", () => child.kill("SIGTERM"));
    child.once("error", (error) =>
      reject(new Fault(`${program} cannot be run: ${error.message}`, `is ${program} installed?`)),
    );
    child.once("exit", (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)));
  });
}
