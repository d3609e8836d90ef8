/** Which project and stack does a command speak of, and what did its deployment leave? */

import { existsSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import type { BackupLocation } from "../components/backup/store";
import type { DatabaseRoles } from "../components/database";
import { Fault } from "../components/faults";
import type { Settings } from "../components/parameters/settings";
import type { VerificationReport } from "../components/verify/report";
import { projectName, stateFolder } from "../toolchain/environment";
import { runPulumi } from "../toolchain/run-pulumi";

/** Outputs of a deployed stack, secrets in plain text. */
export interface StackOutputs {
  host: string;
  port: number;
  database: string;
  user: string;
  sslmode: string;
  /** Root of the server's certificate, PEM; absent without TLS. */
  ca?: string;
  /** Target rds: ARN of the secret with the master user's name and password. */
  secretArn?: string;
  env: Record<string, string>;
  roles: DatabaseRoles;
  settings: Settings;
  verification: VerificationReport;
  /** Name of the container; only of the target docker. */
  container?: string;
  /** Absent where the program that was deployed knows none. */
  generations?: {
    number: number;
    active: boolean;
    host: string;
    port: number;
    backup?: BackupLocation;
  }[];
}

/** Outputs that the commands read. */
const REQUIRED_OUTPUTS = [
  "host",
  "port",
  "database",
  "user",
  "sslmode",
  "env",
  "roles",
  "settings",
  "verification",
] as const;

/**
 * The nearest folder upwards that holds a Pulumi.yaml.
 *
 * @throws Fault when there is none.
 */
export function findProject(start = process.cwd()): string {
  for (let folder = path.resolve(start); ; folder = path.dirname(folder)) {
    if (existsSync(path.join(folder, "Pulumi.yaml"))) return folder;
    if (folder === path.dirname(folder))
      throw new Fault(
        `there is no Pulumi.yaml in ${start} or above`,
        "cd into your project, then run the same command again",
      );
  }
}

/** The file in which the project's own backend keeps a stack. */
function stateFile(projectRoot: string, stack: string): string {
  return path.join(stateFolder(projectRoot), ".pulumi", "stacks", projectName(projectRoot), `${stack}.json`);
}

/** True when the stack lives in the project's own state rather than in the backend the user is logged in to. */
export function isOwnStack(projectRoot: string, stack: string): boolean {
  return existsSync(stateFile(projectRoot, stack));
}

/** True when a killed `pulumi` left operations of which the state does not know the end. */
export function hasPendingOperations(projectRoot: string, stack: string): boolean {
  const { checkpoint } = JSON.parse(readFileSync(stateFile(projectRoot, stack), "utf8"));
  return (checkpoint?.latest?.pending_operations ?? []).length > 0;
}

/** When a stack was deployed last; undefined where it has no resources. */
export function lastDeployment(projectRoot: string, stack: string): number | undefined {
  const file = stateFile(projectRoot, stack);
  const { checkpoint } = JSON.parse(readFileSync(file, "utf8"));
  return (checkpoint?.latest?.resources ?? []).length > 0 ? statSync(file).mtimeMs : undefined;
}

/**
 * Outputs of a stack.
 *
 * @throws Fault when the stack does not exist or was not deployed to its end.
 */
export async function stackOutputs(stack: string, projectRoot = findProject()): Promise<StackOutputs> {
  const args = ["stack", "output", "--json", "--show-secrets", "--stack", stack];
  const own = isOwnStack(projectRoot, stack);
  const result = await runPulumi(args, { projectRoot, stdio: "capture", own });
  const deploy = `npx durable-postgres start --stack ${stack}`;
  if (result.code !== 0) {
    const words = result.stderr
      .trim()
      .split("\n")
      .at(-1)
      ?.replace(/^error: /, "");
    if (own) throw new Fault(`the outputs of stack ${stack} cannot be read: ${words}`, deploy);
    throw new Fault(
      `stack ${stack} is not in this project's own state, and Pulumi says of yours: ${words}`,
      `npx durable-postgres start --stack ${stack}, or log in where the stack is: npx pulumi login`,
    );
  }
  const outputs: Partial<StackOutputs> = JSON.parse(result.stdout);
  const missing = REQUIRED_OUTPUTS.filter((name) => outputs[name] === undefined);
  if (missing.length > 0)
    throw new Fault(
      `stack ${stack} has no output ${missing.join(", ")}: it was not deployed to its end, or its program does not export it`,
      `${deploy}, or in a program of your own: export const { ${REQUIRED_OUTPUTS.join(", ")} } = <your database>`,
    );
  return outputs as StackOutputs;
}
