/** What does a container say, and what does a command inside of it? */

import { PassThrough } from "node:stream";
import { setTimeout as wait } from "node:timers/promises";
import type { Container } from "dockerode";
import { docker } from "./engine";

/** What a command left behind; both its outputs in one text. */
export interface ExecResult {
  code: number;
  text: string;
}

/** Runs a command in a running container. */
export async function execIn(container: Container, command: string[], user?: string): Promise<ExecResult> {
  const exec = await container.exec({ Cmd: command, AttachStdout: true, AttachStderr: true, User: user });
  const stream = await exec.start({});
  const both = new PassThrough().setEncoding("utf8");
  let text = "";
  both.on("data", (chunk: string) => (text += chunk));
  docker.modem.demuxStream(stream, both, both);
  await new Promise((resolve, reject) => stream.once("end", resolve).once("error", reject));
  const { ExitCode: code } = await exec.inspect();
  return { code: code ?? -1, text };
}

/** Everything the container has printed. */
export async function logsOf(container: Container): Promise<string> {
  const raw = await container.logs({ stdout: true, stderr: true });
  // Frames of eight bytes of header, the last four of which are the length.
  const parts: string[] = [];
  for (let at = 0; at + 8 <= raw.length; at += 8 + raw.readUInt32BE(at + 4))
    parts.push(raw.subarray(at + 8, at + 8 + raw.readUInt32BE(at + 4)).toString());
  return parts.join("");
}

/** Waits until PostgreSQL answers over TCP, which the server of the first start does not. */
export async function untilReady(container: Container, seconds = 30): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const { State: state } = await container.inspect();
    if (state.Running && (await execIn(container, ["pg_isready", "-q", "-h", "127.0.0.1"])).code === 0)
      return;
    if (!state.Running || Date.now() > deadline)
      throw new Error(`PostgreSQL does not answer (${state.Status}):\n${await logsOf(container)}`);
    await wait(100);
  }
}

/** Who asks where; `postgres` in its database without it. */
export interface Asking {
  user?: string;
  database?: string;
}

/** Result of a query, over the socket. */
export async function queryIn(container: Container, query: string, asking: Asking = {}): Promise<string> {
  const user = asking.user ?? "postgres";
  const command = ["psql", "-XAt", "-U", user, "-d", asking.database ?? user, "-c", query];
  const { code, text } = await execIn(container, command);
  if (code !== 0) throw new Error(text);
  return text.trim();
}
