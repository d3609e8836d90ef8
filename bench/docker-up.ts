/** How long does it take to have a healthy server: by `up` of a new stack, and by `docker run` of the image alone? */

import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import type { ContainerInspectInfo } from "dockerode";
import { Unreachable, withClient } from "../components/connection";
import { orUndefined } from "../components/docker/engine";
import { PORT, SUPERUSER } from "../components/docker/layout";
import { containerLog } from "../components/docker/run";
import { DockerStack } from "../test/components/docker/docker-stack";
import { docker } from "../test/docker/engine";
import { prepareArchive, runBare } from "./docker-bare-container";
import { removeMade, SIZES, up } from "./docker-deploy";
import { type Bench, inTurns, type Row, ratio, seconds, table } from "./docker-rounds";
import { interrupted } from "./timing";

/** Figures of one round in their order; in ms. */
const FIGURES = {
  bareLogin: "docker run: login over the published port",
  bareHealthy: "docker run: healthy",
  answers: "up of a new stack: the server answers",
  login: "up of a new stack: login (the end of up)",
  healthy: "up of a new stack: healthy",
  again: "up, no change",
  reload: "up, checkpoint_timeout changed (a reload)",
};
type Figure = keyof typeof FIGURES;

/** A change that sessions do not notice. */
const CHANGE = { checkpoint_timeout: "10min" };

const patience = 120_000; // ms until a container is healthy

function publishedPort({ NetworkSettings }: ContainerInspectInfo): number {
  return Number(NetworkSettings.Ports?.[`${PORT}/tcp`]?.[0]?.HostPort ?? 0);
}

/** True for a server that lets us in, or that refuses a wrong password: it takes connections. */
async function answers(port: number): Promise<boolean> {
  const login = { host: "127.0.0.1", port, user: SUPERUSER, database: "postgres", password: "wrong" };
  return withClient(login, async () => true).catch((error) => {
    if (error instanceof Unreachable) return error.code?.startsWith("28") === true;
    throw error;
  });
}

/** Looks ten times a second; times in ms since `begun`. */
async function watch(
  name: string,
  begun: number,
  stop: AbortSignal,
): Promise<Record<"answers" | "healthy", number>> {
  let answered: number | undefined;
  for (;;) {
    const found = await orUndefined(docker.getContainer(name).inspect());
    const now = performance.now() - begun;
    if (found?.State.Health?.Status === "healthy" && answered !== undefined)
      return { answers: answered, healthy: now };
    const port = found && publishedPort(found);
    if (port && answered === undefined && (await answers(port))) answered = performance.now() - begun;
    if (now > patience || found?.State.Status === "exited")
      throw new Error(
        `${name} is not healthy after ${seconds(now)}:\n${found ? await containerLog(docker, name) : ""}`,
      );
    await sleep(100, undefined, { signal: stop });
  }
}

async function measureBare(name: string): Promise<Pick<Record<Figure, number>, "bareLogin" | "bareHealthy">> {
  try {
    await prepareArchive(name);
    const begun = performance.now();
    await runBare(name);
    const reached = await watch(name, begun, interrupted);
    return { bareLogin: reached.answers, bareHealthy: reached.healthy };
  } finally {
    await removeMade(name);
  }
}

/** Both, or the error of the first that fails; then the other one is not waited for. */
async function deployWatched(stack: DockerStack, options: readonly string[]) {
  const failed = new AbortController();
  const begun = performance.now();
  const deployed = up(stack.workspace, options).catch((error) => {
    failed.abort();
    throw error;
  });
  const watched = watch(stack.name, begun, failed.signal);
  const [login] = await Promise.all([deployed, watched.catch(() => undefined)]);
  return { login, ...(await watched) };
}

async function measureStack(
  name: string,
): Promise<Omit<Record<Figure, number>, "bareLogin" | "bareHealthy">> {
  const stack = await DockerStack.create(name, SIZES);
  try {
    const { root, stack: stackName } = stack.workspace;
    const options = ["--policy-pack", path.join(root, "policies")]; // as `durable-postgres start` does
    await stack.workspace.succeed(["pulumi", "stack", "init", stackName]);
    const first = await deployWatched(stack, options);
    await stack.query("SELECT 1");
    const { Id } = await stack.inspect();
    const again = await up(stack.workspace, options);
    await stack.configure({ ...SIZES, parameters: CHANGE });
    const reload = await up(stack.workspace, options);
    const [shown] = await stack.query("SHOW checkpoint_timeout");
    if (!isDeepStrictEqual(shown, CHANGE) || (await stack.inspect()).Id !== Id)
      throw new Error(`not a reload: ${JSON.stringify(shown)}, container ${Id} before`);
    return { ...first, again, reload };
  } finally {
    await stack.remove();
    await removeMade(name);
  }
}

/** The table of this part. */
export async function measureUp({ prefix, rounds }: Bench): Promise<string> {
  const results = await inTurns<Figure>("up", rounds, [
    (round) => measureBare(`${prefix}-bare${round}`),
    (round) => measureStack(`${prefix}-up${round}`),
  ]);
  const rows: Row[] = Object.entries(FIGURES).map(([figure, label]) => ({
    label,
    figures: results.map((round) => round[figure as Figure]),
    show: seconds,
  }));
  const over = (label: string, one: Figure, other: Figure) =>
    ratio(
      label,
      results,
      (round) => round[one],
      (round) => round[other],
    );
  return table("up", [
    ...rows,
    over("login: up / docker run", "login", "bareLogin"),
    ratio(
      "login: up less an up without a change / docker run",
      results,
      (round) => round.login - round.again,
      (round) => round.bareLogin,
    ),
    over("healthy: up / docker run", "healthy", "bareHealthy"),
    over("up, no change / up of a new stack", "again", "login"),
    over("up, reload / up, no change", "reload", "again"),
  ]);
}
