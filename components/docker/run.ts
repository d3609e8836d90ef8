/** How is a program run in a container: in one of its own that is thrown away, or in one that runs? */

import { PassThrough, type Readable } from "node:stream";
import { text } from "node:stream/consumers";
import type Docker from "dockerode";
import { isConflict, isMissing, orUndefined } from "./engine";

/** True where a program can be run in a container by this name. */
export async function isRunning(docker: Docker, name: string): Promise<boolean> {
  const container = await orUndefined(docker.getContainer(name).inspect());
  return container?.State.Running === true && !container.State.Restarting;
}

/** What a program left behind. */
export interface ProgramResult {
  code: number;
  stdout: string;
  stderr: string;
}

/** Separates the two outputs that Docker sends in one stream. */
async function outputs(docker: Docker, stream: Readable): Promise<{ stdout: string; stderr: string }> {
  const [out, err] = [new PassThrough(), new PassThrough()];
  docker.modem.demuxStream(stream, out, err);
  const end = () => {
    out.end();
    err.end();
  };
  stream.once("end", end).once("close", end).once("error", end);
  const [stdout, stderr] = await Promise.all([text(out), text(err)]);
  return { stdout, stderr };
}

/** The last lines a container printed. */
export async function containerLog(docker: Docker, name: string, lines = 50): Promise<string> {
  const log = await docker.getContainer(name).logs({ stdout: true, stderr: true, tail: lines });
  const { stdout, stderr } = await outputs(docker, PassThrough.from([log]) as Readable);
  return `${stdout}${stderr}`.trim();
}

/** Removes a container with its anonymous volumes, if it is there. */
export async function removeContainer(docker: Docker, name: string): Promise<void> {
  try {
    await docker.getContainer(name).remove({ force: true, v: true });
  } catch (error) {
    if (!isMissing(error) && !isConflict(error)) throw error;
  }
}

/** A volume as a container sees it. */
export interface Mount {
  volume: string;
  target: string;
  readOnly?: boolean;
}

/** Docker's form of mounts. `NoCopy`: files of the image must not appear in a volume that is only looked at. */
export function engineMounts(mounts: readonly Mount[]): Docker.MountSettings[] {
  return mounts.map(({ volume, target, readOnly = false }) => ({
    Type: "volume",
    Source: volume,
    Target: target,
    ReadOnly: readOnly,
    ...(readOnly && { VolumeOptions: { NoCopy: true, Labels: {}, DriverConfig: { Name: "", Options: {} } } }),
  }));
}

/** Runs a shell script as root in a new container of an image, without a network, and throws the container away. */
export async function runOnce(
  docker: Docker,
  { image, script, mounts }: { image: string; script: string; mounts: readonly Mount[] },
): Promise<ProgramResult> {
  const container = await docker.createContainer({
    Image: image,
    Entrypoint: ["sh", "-c"],
    Cmd: [script],
    User: "0",
    Healthcheck: { Test: ["NONE"] },
    HostConfig: { Mounts: engineMounts(mounts), NetworkMode: "none" },
  });
  try {
    const stream = await container.attach({ stream: true, stdout: true, stderr: true });
    const printed = outputs(docker, stream as unknown as Readable);
    await container.start();
    const { StatusCode: code } = await container.wait();
    return { code, ...(await printed) };
  } finally {
    await removeContainer(docker, container.id);
  }
}

/** A program to run in a container. */
export interface Program {
  command: readonly string[];
  user: string;
  /** For its standard input: no argument list shows it. */
  input?: string;
  /** `NAME=value` */
  environment?: readonly string[];
}

/** Runs a program in a running container. */
export async function execute(
  docker: Docker,
  name: string,
  { command, user, input, environment = [] }: Program,
): Promise<ProgramResult> {
  const exec = await docker.getContainer(name).exec({
    Cmd: [...command],
    User: user,
    Env: [...environment],
    AttachStdin: input !== undefined,
    AttachStdout: true,
    AttachStderr: true,
  });
  const stream = await exec.start({ hijack: true, stdin: input !== undefined });
  const printed = outputs(docker, stream);
  if (input !== undefined) stream.end(input);
  const result = await printed;
  const { ExitCode: code } = await exec.inspect();
  return { code: code ?? -1, ...result };
}

/** Starts a program in a running container that goes on when this returns. */
export async function startProgram(
  docker: Docker,
  name: string,
  { command, user, environment = [] }: Omit<Program, "input">,
): Promise<void> {
  const exec = await docker.getContainer(name).exec({ Cmd: [...command], User: user, Env: [...environment] });
  // An answer that nobody reads keeps this program from ending, for minutes.
  (await exec.start({ Detach: true })).resume();
}
