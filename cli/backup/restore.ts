/** `durable-postgres restore`, `cutover`, `retire`: a new generation from backups, its turn, and the end of an old one. */

import { createInterface } from "node:readline/promises";
import { generationName } from "../../components/backup/generations";
import type { BackupStore } from "../../components/backup/store";
import { readTargetPoint, showTargetPoint } from "../../components/backup/target-point";
import { now } from "../../components/backup/time";
import { Unreachable } from "../../components/connection";
import { Fault } from "../../components/faults";
import type { Progress } from "../../components/progress";
import { stackOutputs } from "../project";
import { deployedGeneration, deployedGenerations, isOnRds, StackGenerations, storeOf } from "./generations";

/** Options of `restore`, as commander reads them. */
export interface RestoreOptions {
  stack: string;
  to: string;
  /** Number of the generation to restore; the active one without it. */
  from?: number;
  /** Number of the new generation; the next free one without it. */
  as?: number;
  inPlace?: boolean;
  /** Name of the stack, in place of a typed confirmation. */
  yesReplace?: string;
}

/** Everything committed until now, where the server can still say it. */
async function flush(store: BackupStore, progress: Progress): Promise<void> {
  try {
    await store.flush(progress);
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error;
    progress.info("the server is down: restoring what backups, archive and its own folder still hold");
  }
}

export async function confirm({ stack, yesReplace }: RestoreOptions, active: number): Promise<void> {
  const fact = `--in-place replaces generation ${active} of stack ${stack}: applications get the restored database`;
  if (yesReplace === stack) return;
  if (yesReplace === undefined && process.stdin.isTTY) {
    const terminal = createInterface({ input: process.stdin, output: process.stderr });
    const typed = await terminal
      .question(`${fact}. Type the stack's name to go on: `)
      .finally(() => terminal.close());
    if (typed.trim() === stack) return;
  }
  throw new Fault(fact, `to go on: --yes-replace ${stack}`);
}

/** A last backup of what is about to be replaced. */
async function safetyBackup(store: BackupStore, progress: Progress): Promise<void> {
  if ((await store.state()) !== "running")
    return progress.info("no safety backup: the server is down. Its folder is kept as it is");
  const { id } = await store.backup("full", progress);
  progress.info(`safety backup: ${id}`);
}

/** Restores a generation beside the others, or in place of it. Everything is checked before anything is touched. */
export async function restore(options: RestoreOptions, progress: Progress): Promise<string> {
  const { stack, to, inPlace = false } = options;
  const point = readTargetPoint(to, now());
  const generations = await StackGenerations.read(stack);
  const source = await deployedGeneration(stack, options.from);
  if (isOnRds(source))
    return (await import("./restore-rds")).restoreOnRds(options, { source, generations, point }, progress);
  const store = storeOf(source);
  const isGone = (await store.state()) === "gone";
  if (!isGone) await flush(store, progress);
  const plan = await store.plan(point);
  const isUsed = async (candidate: number) =>
    generations.before.list.some((entry) => entry.number === candidate) ||
    store.isTaken(source.number, candidate);
  const number = await newNumber(options, isUsed);
  const takesOver = inPlace || (isGone && source.active);
  if (inPlace && !isGone) await confirm(options, source.number);
  if (inPlace) await safetyBackup(store, progress);
  progress.info(
    `restoring generation ${source.number} to ${showTargetPoint(point)} as generation ${number}: backup ${plan.backup.id}, then WAL`,
  );
  const { list, active } = generations.before;
  const isKept = (kept: number) => kept !== source.number || !(isGone || inPlace);
  const added = { number, restoreFrom: { generation: source.number, to: toText(to, point) } };
  await generations.deploy(
    { list: [...list.filter((entry) => isKept(entry.number)), added], active: takesOver ? number : active },
    { allow: isGone ? [serverName(source.number)] : [] },
  );
  const { host, port } = await deployedGeneration(stack, number);
  const lines = [`restored: generation ${number} on ${host}:${port}`];
  if (isGone)
    lines.push(
      `generation ${source.number} was gone, and is in the configuration no more; its backups are kept`,
    );
  else if (inPlace)
    lines.push(`generation ${source.number} is stopped, and its data are kept in ${store.place}`);
  lines.push(
    takesOver
      ? "applications get its address from the outputs"
      : `look at it, then let applications use it: npx durable-postgres cutover ${number} --stack ${stack}`,
  );
  return lines.join("\n");
}

/** The moment with its zone in UTC, so that the configuration says the same everywhere. */
function toText(to: string, point: ReturnType<typeof readTargetPoint>): string {
  return point.kind === "time" ? showTargetPoint(point) : to.trim();
}

/** The resource that holds a generation's data, in the program of this package. */
function serverName(number: number): string {
  return `${generationName("postgres", number)}-server`;
}

export async function newNumber(
  { as, stack }: RestoreOptions,
  isUsed: (number: number) => Promise<boolean>,
): Promise<number> {
  if (as !== undefined && (await isUsed(as)))
    throw new Fault(
      `generation ${as} of stack ${stack} exists already, or its data do`,
      "leave --as away: the next free number is taken",
    );
  let number = as ?? 2;
  while (await isUsed(number)) number++;
  return number;
}

/** Lets applications use a generation. */
export async function cutover(stack: string, number: number): Promise<string> {
  const generations = await StackGenerations.read(stack);
  generations.get(number);
  const { list, active } = generations.before;
  if (active === number) return `generation ${number} of stack ${stack} is the active one already`;
  await generations.deploy({ list, active: number });
  const { host, port } = await deployedGeneration(stack, number);
  return [
    `active: generation ${number} on ${host}:${port}`,
    `restart applications, so that they read the outputs again; then: npx durable-postgres retire ${active} --stack ${stack}`,
  ].join("\n");
}

/** Stops a generation and takes it out of the stack; its data stay, as on destroy. */
export async function retire(stack: string, number: number, allow: readonly string[]): Promise<string> {
  const generations = await StackGenerations.read(stack);
  generations.get(number);
  const { list, active } = generations.before;
  if (active === number)
    throw new Fault(
      `generation ${number} is the one that applications use`,
      `cut over to another one first: npx durable-postgres cutover ${list.find((entry) => entry.number !== number)?.number ?? "<number>"} --stack ${stack}`,
    );
  const deployed = deployedGenerations(stack, await stackOutputs(stack)).find(
    (generation) => generation.number === number,
  );
  if (deployed && isOnRds(deployed))
    return (await import("./restore-rds")).retireOnRds(deployed, generations, allow);
  await generations.deploy({ list: list.filter((entry) => entry.number !== number), active }, { allow });
  return deployed
    ? `retired: generation ${number}; its data are kept in ${storeOf(deployed).place}`
    : `retired: generation ${number}`;
}
