/** What do the volume and the network of the container cost? pgbench on it, and on servers without them. */

import { setTimeout as sleep } from "node:timers/promises";
import { type Connection, Unreachable, withClient } from "../components/connection";
import { PORT, SUPERUSER } from "../components/docker/layout";
import { containerLog } from "../components/docker/run";
import { reloadableParameters } from "../components/parameters/command-line";
import { chooseFreePort } from "../components/port";
import { applyRunningSettings } from "../components/running/settings";
import { DockerStack } from "../test/components/docker/docker-stack";
import { docker } from "../test/docker/engine";
import { IMAGE } from "../test/docker/image";
import { prepareArchive, runUnconfined } from "./docker-bare-container";
import { startBareServer } from "./docker-bare-server";
import { designOf, removeMade, SIZES, up } from "./docker-deploy";
import { type Bench, inTurns, type Row, ratio, table } from "./docker-rounds";
import { interrupted } from "./timing";

/** pgbench's two usual loads. */
const LOADS = { select: ["--select-only"], tpcb: [] };
type Load = keyof typeof LOADS;

/** What is asked, and from where. */
const SIDES = {
  container: "container, over its published port",
  network: "container, over its private network",
  unconfined: "image on the host's network, no limits",
  bare: "bare server of npm",
};
type SideName = keyof typeof SIDES;
type Figure = `${Load} ${SideName}`;

const scale = 10; // 1,000,000 accounts, about 150 MB
const clients = 4;
const settling = 3_000; // ms after a checkpoint

/** A server as the superuser reaches it from this machine, and as pgbench reaches it. */
interface Target {
  administration: Connection;
  /** Docker network of the client, and the address in it. */
  client: { network: string; host: string; port: number };
}

function onHost(port: number, password = "none"): Target {
  const host = "127.0.0.1";
  return {
    administration: { host, port, user: SUPERUSER, database: "postgres", password },
    client: { network: "host", host, port },
  };
}

/** Runs pgbench of the image in a container of its own; gives what it printed. */
async function pgbench(name: string, { administration, client }: Target, args: string[]): Promise<string> {
  const address = ["-h", client.host, "-p", String(client.port), "-U", administration.user];
  const container = await docker.createContainer({
    name,
    Image: IMAGE,
    Entrypoint: ["pgbench"],
    Cmd: [...address, ...args, administration.database],
    Env: [`PGPASSWORD=${administration.password}`],
    User: SUPERUSER,
    Healthcheck: { Test: ["NONE"] },
    HostConfig: { NetworkMode: client.network },
  });
  try {
    await container.start();
    const { StatusCode: code } = await container.wait({ abortSignal: interrupted });
    const text = await containerLog(docker, name);
    if (code === 0) return text;
    throw new Error(
      `pgbench ${args.join(" ")} on ${client.host}:${client.port} ended with ${code}:\n${text}`,
    );
  } finally {
    await container.remove({ force: true, v: true });
  }
}

/** Nothing that another side has left behind is written during a run: no dirty page, and no WAL to archive. */
async function settle(targets: readonly Target[]): Promise<void> {
  for (const { administration } of targets)
    await withClient(administration, (client) => client.query("CHECKPOINT"), { timeoutMs: 60_000 });
  await sleep(settling, undefined, { signal: interrupted });
}

async function transactionsPerSecond(
  name: string,
  target: Target,
  load: Load,
  time: number,
): Promise<number> {
  const length = ["-c", String(clients), "-j", "2", "-T", String(time)];
  const text = await pgbench(name, target, [...LOADS[load], ...length]);
  const tps = Number(/^tps = ([\d.]+)/m.exec(text)?.[1]);
  if (tps > 0 && /number of failed transactions: 0 /.test(text)) return tps;
  throw new Error(`pgbench did not measure:\n${text}`);
}

/** Parameters of a server that differ from another's, with both values. */
async function differences(one: Target, other: Target): Promise<string[]> {
  const read = (target: Target) =>
    withClient(target.administration, async (client) => {
      const { rows } = await client.query<{ name: string; setting: string }>(
        "SELECT name, setting FROM pg_settings WHERE setting !~ '^/' AND name !~ '^(port|server_version.*|application_name)$'",
      );
      return new Map(rows.map(({ name, setting }) => [name, setting]));
    });
  const [first, second] = [await read(one), await read(other)];
  const names = [...new Set([...first.keys(), ...second.keys()])].sort();
  return names
    .filter((name) => first.get(name) !== second.get(name))
    .map((name) => `${name} ${first.get(name) ?? "unset"} / ${second.get(name) ?? "unset"}`);
}

async function canLogIn({ administration }: Target): Promise<boolean> {
  return withClient(administration, async () => true).catch((error) => {
    if (error instanceof Unreachable) return false;
    throw error;
  });
}

async function deployedTargets(stack: DockerStack): Promise<Record<"container" | "network", Target>> {
  const { workspace } = stack;
  await workspace.succeed(["pulumi", "stack", "init", workspace.stack]);
  await up(workspace, []);
  const { port, roles, container, network } = await workspace.outputs();
  const published = onHost(port, roles.superuser.password);
  return {
    container: published,
    network: { ...published, client: { network, host: container, port: PORT } },
  };
}

async function unconfinedTarget(name: string): Promise<Target> {
  await prepareArchive(name);
  const port = await chooseFreePort(name);
  await runUnconfined(name, port);
  const target = onHost(port);
  while (!(await canLogIn(target))) await sleep(100, undefined, { signal: interrupted });
  return target;
}

function rows(results: readonly Record<Figure, number>[]): Row[] {
  const tps = (figure: number) => Math.round(figure).toLocaleString("en");
  const called: Record<Load, string> = { select: "select-only", tpcb: "TPC-B" };
  const ratios: [SideName, SideName][] = [
    ["container", "bare"],
    ["network", "bare"],
    ["container", "unconfined"],
    ["network", "unconfined"],
    ["unconfined", "bare"],
  ];
  const loads = Object.keys(LOADS) as Load[];
  const sides = Object.keys(SIDES) as SideName[];
  return loads.flatMap((load) => [
    ...sides.map((side) => ({
      label: `${called[load]}: ${SIDES[side]}, tps`,
      figures: results.map((round) => round[`${load} ${side}`]),
      show: tps,
    })),
    ...ratios.map(([one, other]) =>
      ratio(
        `${called[load]}: ${one} / ${other}`,
        results,
        (round) => round[`${load} ${one}`],
        (round) => round[`${load} ${other}`],
      ),
    ),
  ]);
}

/** The table of this part. */
export async function measurePgbench({ prefix, rounds, seconds }: Bench): Promise<string> {
  const name = `${prefix}-pgbench`;
  const { settings } = designOf(name);
  const removals = [() => removeMade(name)];
  try {
    const bare = await startBareServer(name, settings);
    removals.unshift(bare.remove);
    const stack = await DockerStack.create(name, SIZES);
    removals.unshift(() => stack.remove());
    const targets: Record<SideName, Target> = {
      ...(await deployedTargets(stack)),
      unconfined: await unconfinedTarget(`${name}-unconfined`),
      bare: onHost(bare.port),
    };
    const notes: string[] = [];
    for (const side of ["unconfined", "bare"] as const) {
      await applyRunningSettings(targets[side].administration, reloadableParameters(settings));
      const differing = await differences(targets.container, targets[side]);
      notes.push(`parameters that differ, container / ${side}: ${differing.join(", ") || "none"}\n`);
    }
    const servers = [targets.container, targets.unconfined, targets.bare];
    for (const server of servers) await pgbench(`${name}-client`, server, ["-i", "-q", "-s", String(scale)]);
    const runs = (Object.keys(LOADS) as Load[]).flatMap((load) =>
      (Object.keys(SIDES) as SideName[]).map((side) => async () => {
        await settle(servers);
        const tps = await transactionsPerSecond(`${name}-client`, targets[side], load, seconds);
        return { [`${load} ${side}`]: tps };
      }),
    );
    const results = await inTurns<Figure>("pgbench", rounds, runs);
    return `${table(`pgbench, scale ${scale}, ${clients} clients`, rows(results))}\n${notes.join("")}`;
  } finally {
    for (const remove of removals) await remove();
  }
}
