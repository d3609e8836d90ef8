/** `durable-postgres start`: what `npm start` does. One deployment of a stack, then a summary of what runs. */

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Fault, isFault } from "../components/faults";
import { runPulumi } from "../toolchain/run-pulumi";
import { releaseDeadLocks } from "../toolchain/unlock";
import { OUR_PACK } from "./preview/run-preview";
import { findProject, hasPendingOperations, isOwnStack, type StackOutputs, stackOutputs } from "./project";
import { planDeployment, type StartOptions } from "./start/plan";
import { summary } from "./start/summary";

/**
 * Clears the way after a `pulumi` that was killed: its lock, and creations it did not finish, which our resources
 * recognise and finish by themselves.
 *
 * @throws Fault when somebody else is deploying the stack.
 */
async function clearInterruption(projectRoot: string, stack: string): Promise<void> {
  const { held } = await releaseDeadLocks(projectRoot, stack);
  const [lock] = held;
  if (lock)
    throw new Fault(
      `stack ${stack} is being deployed by process ${lock.pid} of ${lock.username}@${lock.hostname} since ${lock.timestamp}`,
      `wait for its end; if it is gone: npx durable-postgres pulumi cancel --yes --stack ${stack}`,
    );
  if (!hasPendingOperations(projectRoot, stack)) return;
  const args = [
    "refresh",
    "--yes",
    "--skip-preview",
    "--clear-pending-creates",
    "--suppress-outputs",
    "--stack",
    stack,
  ];
  await runPulumi(args, { projectRoot, stdio: "capture" });
}

/**
 * Makes the stack. A configuration file that came from another machine holds the salt of a passphrase that is not
 * here; where nothing is encrypted with it, the stack gets a salt of its own.
 */
async function createStack(projectRoot: string, stack: string): Promise<void> {
  const file = path.join(projectRoot, `Pulumi.${stack}.yaml`);
  const text = existsSync(file) ? readFileSync(file, "utf8") : "";
  if (/^encryptionsalt:/m.test(text) && !/^\s*secure:/m.test(text))
    writeFileSync(file, text.replace(/^encryptionsalt:.*\n?/m, ""));
  const args = ["stack", "select", "--create", stack];
  const { code, stderr } = await runPulumi(args, { projectRoot, stdio: "capture" });
  if (code === 0) return;
  const words = stderr.trim().replace(/^error: /, "");
  const hint = /incorrect passphrase/.test(words)
    ? `Pulumi.${stack}.yaml holds secrets of another passphrase: put that one into .durable-postgres/passphrase`
    : `npx durable-postgres pulumi stack select --create ${stack}`;
  throw new Fault(`stack ${stack} cannot be made: ${words}`, hint);
}

/**
 * Deploys a stack with the project's own state and the policy pack, unless that would lose data; returns the exit code.
 */
export async function start(stack: string, options: StartOptions = {}): Promise<number> {
  const projectRoot = findProject();
  if (isOwnStack(projectRoot, stack)) await clearInterruption(projectRoot, stack);
  else await createStack(projectRoot, stack);
  const plan = await planDeployment(projectRoot, stack, options);
  if (plan.kind !== "deploy") process.stdout.write(`${plan.text}\n`);
  if (plan.kind === "stopped") return plan.code;
  const code = plan.kind === "deploy" ? await deploy(projectRoot, stack, options) : 0;
  if (code !== 0) return code;
  const outputs = await stackOutputs(stack, projectRoot);
  process.stdout.write(`\n${summary(stack, outputs)}\n`);
  if (plan.kind === "deploy") await keepVerification(projectRoot, stack, outputs);
  return code;
}

/** A deployment that was done is not undone by evidence that somebody has changed. */
async function keepVerification(projectRoot: string, stack: string, outputs: StackOutputs): Promise<void> {
  const { recordVerification } = await import("./verify");
  try {
    const place = { projectRoot, stack, during: "deployment" } as const;
    await recordVerification(place, outputs.verification, outputs);
  } catch (error) {
    if (!isFault(error)) throw error;
    process.stderr.write(`the verification was not recorded: ${error.message}\n`);
  }
}

async function deploy(projectRoot: string, stack: string, { config }: StartOptions): Promise<number> {
  const args = [
    "up",
    "--yes",
    "--skip-preview",
    "--suppress-outputs",
    "--stack",
    stack,
    "--policy-pack",
    OUR_PACK,
    ...(config === undefined ? [] : ["--policy-pack-config", config]),
  ];
  return (await runPulumi(args, { projectRoot })).code;
}
