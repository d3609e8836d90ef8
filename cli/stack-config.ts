/** What does a stack's configuration say now, deployed or not, and how does a command change it? */

import { Fault } from "../components/faults";
import { projectName } from "../toolchain/environment";
import { runPulumi } from "../toolchain/run-pulumi";
import { isOwnStack } from "./project";

/** A value as Pulumi prints it: objects and lists also as such. */
interface ConfigValue {
  value?: string;
  objectValue?: unknown;
}

/**
 * Reads the configuration of a stack.
 *
 * @param showSecrets Secrets are read in plain text, and else left out.
 * @returns The value of a key of the project's own namespace.
 */
export async function readStackConfig(
  stack: string,
  projectRoot: string,
  { showSecrets = false } = {},
): Promise<(key: string) => ConfigValue | undefined> {
  const args = ["config", "--json", ...(showSecrets ? ["--show-secrets"] : []), "--stack", stack];
  const own = isOwnStack(projectRoot, stack);
  const { code, stdout, stderr } = await runPulumi(args, { projectRoot, stdio: "capture", own });
  if (code !== 0)
    throw new Fault(
      `the configuration of stack ${stack} cannot be read: ${stderr.trim()}`,
      `npx durable-postgres start --stack ${stack}`,
    );
  const config = JSON.parse(stdout);
  return (key) => config[`${projectName(projectRoot)}:${key}`];
}

/** Writes values of the project's own namespace. Takes effect with the next deployment. */
export async function writeStackConfig(
  stack: string,
  projectRoot: string,
  values: Readonly<Record<string, unknown>>,
): Promise<void> {
  const entry = ([key, value]: [string, unknown]) => [
    `${projectName(projectRoot)}:${key}`,
    typeof value === "object"
      ? { value: JSON.stringify(value), objectValue: value, secret: false }
      : { value: String(value), secret: false },
  ];
  const config = Object.fromEntries(Object.entries(values).map(entry));
  const args = ["config", "set-all", "--json", JSON.stringify(config), "--stack", stack];
  const own = isOwnStack(projectRoot, stack);
  const { code, stderr } = await runPulumi(args, { projectRoot, stdio: "capture", own });
  if (code === 0) return;
  const lines = Object.entries(values).map(([key, value]) => `\`${key}: ${JSON.stringify(value)}\``);
  throw new Fault(
    `the configuration of stack ${stack} cannot be written: ${stderr.trim()}`,
    `write it yourself: ${lines.join(" and ")}`,
  );
}
