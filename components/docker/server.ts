/** What does it take to have a running server in a container: started, secured, reachable as its superuser? */

import { setTimeout as sleep } from "node:timers/promises";
import type Docker from "dockerode";
import { type Connection, Unreachable, withClient } from "../connection";
import { Fault } from "../faults";
import type { Progress } from "../progress";
import { scramVerifier } from "../roles/scram";
import { STARTED_AT } from "../running/started-at";
import { startupHint } from "../startup-causes";
import type { KeyPair } from "../tls/certificate";
import { engineWords, orUndefined, withEngine } from "./engine";
import { SUPERUSER } from "./layout";
import { containerLog, execute } from "./run";

/** What is declared about a server in a container. */
export interface DockerServerArgs {
  engine?: string;
  /** Id. */
  container: string;
  containerName: string;
  host: string;
  port: number;
  /** The superuser's. */
  password: string;
  /** For TLS; absent: none. */
  tls?: KeyPair;
  /** Of the cluster in the data volume. */
  systemIdentifier: string;
  /** Parameters of the command line, to say what a restart changes. */
  parameters: Record<string, string>;
}

/** What is there. */
export interface DockerServerState {
  /** `server_version`, such as `15.18`. */
  serverVersion: string;
  /** `pg_postmaster_start_time()`. A changed value means that the server was restarted. */
  startedAt: string;
  /** Superuser over the published port. */
  administration: Connection;
}

/** How long a container may restart, or its port stay shut, before it is called a failure. */
const PATIENCE_MS = 20_000;

function administration({ host, port, password, tls }: DockerServerArgs): Connection {
  return { host, port, user: SUPERUSER, database: "postgres", password, ...(tls && { ca: tls.certificate }) };
}

interface Identity {
  version: string;
  started: string;
  identifier: string;
}

/** Logs in as an operator would, over the published port. */
async function logIn(args: DockerServerArgs): Promise<Identity> {
  return withClient(administration(args), async (client) => {
    const { rows } = await client.query<Identity>(
      `SELECT current_setting('server_version') AS version, ${STARTED_AT} AS started,
              system_identifier::text AS identifier FROM pg_control_system()`,
    );
    return rows[0] as Identity;
  });
}

/** A text as an SQL literal that holds whatever `standard_conforming_strings` says. */
function literal(text: string): string {
  return `E'${text.replaceAll("\\", "\\\\").replaceAll("'", "''")}'`;
}

/** Writes a file into PGDATA that only the server's user reads; a power cut leaves the old one or the new one. */
function writeFile(name: string): string {
  return `umask 077; cd "$PGDATA" && cat > ${name}.new && sync ${name}.new && mv ${name}.new ${name} && sync .`;
}

/**
 * Sets the superuser's password and TLS from inside the container, where the socket needs no password: so a new
 * password reaches a server of which nobody knows the old one. Returns false while the server does not answer there.
 */
async function secure(docker: Docker, { container, password, tls }: DockerServerArgs): Promise<boolean> {
  const inside = (command: readonly string[], input: string) =>
    execute(docker, container, { command, user: SUPERUSER, input }).catch((error) => ({
      code: -1,
      stdout: "",
      stderr: engineWords(error),
    }));
  if (tls)
    for (const [name, text] of [
      ["server.key", tls.key],
      ["server.crt", tls.certificate],
    ] as const) {
      const { code, stderr } = await inside(["sh", "-c", writeFile(name)], text);
      if (code !== 0)
        throw new Fault(`${name} cannot be written: ${stderr.trim()}`, `docker logs ${container}`);
    }
  const script = [
    "\\set ON_ERROR_STOP on",
    `ALTER ROLE ${SUPERUSER} LOGIN PASSWORD ${literal(scramVerifier(password))};`,
    ...(tls ? ["ALTER SYSTEM SET ssl = 'on';", "SELECT pg_reload_conf();"] : []),
  ];
  const command = ["psql", "-XqAt", "-U", SUPERUSER, "-d", "postgres"];
  const { code } = await inside(command, `${script.join("\n")}\n`);
  return code === 0;
}

/** The fault of a container that does not stay up. */
async function startFault(
  docker: Docker,
  { container, containerName }: DockerServerArgs,
  end: string,
): Promise<Fault> {
  const log = await containerLog(docker, container).catch(() => "");
  const words =
    log.match(/.*(?:FATAL|PANIC|No space left|[Ee]rror).*/g)?.at(-1) ?? log.split("\n").at(-1) ?? "";
  const hint = /No space left on device/.test(log)
    ? "free some space: docker system df"
    : (startupHint(words) ?? startupHint(log) ?? `docker logs ${containerName}`);
  return new Fault(`the server in container ${containerName} did not start (${end}): ${words.trim()}`, hint);
}

/** Starts a container that somebody stopped, or that the restart policy does not bring back. */
async function startContainer(docker: Docker, args: DockerServerArgs, progress: Progress): Promise<void> {
  const found = await orUndefined(docker.getContainer(args.container).inspect());
  if (!found)
    throw new Fault(
      `container ${args.containerName} is gone; its data is in the volumes`,
      "make it again: pulumi up --refresh",
    );
  const { State } = found;
  if (State.Paused) await docker.getContainer(args.container).unpause();
  else if (!State.Running && !State.Restarting) {
    progress.status("starting the stopped container");
    await docker
      .getContainer(args.container)
      .start()
      .catch((error) => {
        throw new Fault(
          `container ${args.containerName} does not start: ${engineWords(error)}`,
          "mend what it names, then deploy again",
        );
      });
  }
}

/** Fails for a container that ended, or that Docker restarts again and again. */
async function refuseEnded(docker: Docker, args: DockerServerArgs, begun: number): Promise<void> {
  const { State } = await docker.getContainer(args.container).inspect();
  const isDown = !State.Running || State.Restarting;
  if (!isDown) return;
  if (State.Restarting && Date.now() - begun < PATIENCE_MS / 4) return;
  throw await startFault(
    docker,
    args,
    `exit code ${State.ExitCode}${State.OOMKilled ? ", out of memory" : ""}`,
  );
}

/** The server refused the login: wrong password, no TLS yet, or no rule for us. */
function isRefused({ code, fact }: Unreachable): boolean {
  return code?.startsWith("28") === true || /does not support SSL/.test(fact);
}

/**
 * Waits until the superuser can log in over the published port. Safe to call again after any interruption.
 *
 * @throws Fault when the container is gone or ends, the port cannot be reached, or another cluster answers.
 */
export async function ensureDockerServer(
  args: DockerServerArgs,
  progress: Progress,
): Promise<DockerServerState> {
  return withEngine(args.engine, async (docker) => {
    await startContainer(docker, args, progress);
    const begun = Date.now();
    let securedAt: number | undefined;
    if (args.tls) securedAt = (await secure(docker, args)) ? Date.now() : undefined;
    for (;;) {
      const answer = await logIn(args).catch((error) => {
        if (error instanceof Unreachable) return error;
        throw error;
      });
      if (!(answer instanceof Unreachable)) return state(args, answer);
      await refuseEnded(docker, args, begun);
      const canSecure = isRefused(answer) || Date.now() - begun > PATIENCE_MS / 10;
      if (securedAt === undefined && canSecure && (await secure(docker, args))) securedAt = Date.now();
      else if (securedAt !== undefined && Date.now() - securedAt > PATIENCE_MS)
        throw closedPort(args, answer);
      const seconds = Math.round((Date.now() - begun) / 1000);
      if (seconds > 1) progress.status(`waiting for the server since ${seconds} s: ${answer.fact}`);
      await sleep(100);
    }
  });
}

function closedPort({ containerName, host, port }: DockerServerArgs, { fact }: Unreachable): Fault {
  return new Fault(
    `the server runs in container ${containerName}, but cannot be used from here: ${fact}`,
    `look for a firewall, or for another program: nc -vz ${host} ${port}; docker port ${containerName}`,
  );
}

function state(args: DockerServerArgs, { version, started, identifier }: Identity): DockerServerState {
  if (args.systemIdentifier && identifier !== args.systemIdentifier)
    throw new Fault(
      `another cluster (system identifier ${identifier}) answers at ${args.host}:${args.port} than the one in the data volume (${args.systemIdentifier})`,
      `see who listens there: docker ps --filter publish=${args.port}`,
    );
  return { serverVersion: version, startedAt: started, administration: administration(args) };
}

/** How a server differs from what the last deployment left. */
export interface DockerServerDrift {
  /** `none`; `down`: stopped or gone; `restarted`; `closed`: it runs and refuses us. */
  kind: "none" | "down" | "restarted" | "closed";
  /** What was seen, for the display. */
  text: string;
}

/** Asks the live server. Changes nothing. */
export async function dockerServerDrift(
  args: DockerServerArgs,
  known: DockerServerState,
): Promise<DockerServerDrift> {
  try {
    const { started } = await logIn(args);
    if (started === known.startedAt) return { kind: "none", text: "" };
    return { kind: "restarted", text: `the server was restarted at ${started}` };
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error;
    const found = await withEngine(args.engine, (docker) =>
      orUndefined(docker.getContainer(args.container).inspect()),
    );
    if (!found) return { kind: "down", text: `container ${args.containerName} is gone` };
    const { Running, Status, ExitCode } = found.State;
    return Running
      ? { kind: "closed", text: error.fact }
      : { kind: "down", text: `container ${args.containerName} is ${Status} (exit code ${ExitCode})` };
  }
}
