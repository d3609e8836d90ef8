/**
 * Where do tests get an S3 server with TLS? Versity's S3 gateway, compiled once from the Go module and run in a container.
 * https://github.com/versity/versitygw
 */

import { execFile } from "node:child_process";
import { access, mkdir, rename, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { execute } from "../../components/docker/run";
import { selfSigned } from "../../components/tls/certificate";
import { showElapsed } from "../../toolchain/long-step";
import { docker } from "../docker/engine";
import { IMAGE } from "../docker/image";
import { oneAtATime } from "../docker/one-at-a-time";

const run = promisify(execFile);

const MODULE = "github.com/versity/versitygw/cmd/versitygw";
const RELEASE = "v1.8.0";
const PORT = 9000;
const REGION = "us-east-1";

/** A bucket, as `docker.backup.s3` of a stack takes it. */
export interface TestBucket {
  bucket: string;
  region: string;
  endpoint: string;
  accessKeyId: string;
  secretAccessKey: string;
}

/** True where Go is installed: without it there is no server. */
export async function canServeS3(): Promise<boolean> {
  return run("go", ["version"]).then(
    () => true,
    () => false,
  );
}

/** The program; compiled at its first use on this machine. */
async function ensureGateway(): Promise<string> {
  const program = path.join(os.homedir(), ".cache", "durable-postgres", `versitygw-${RELEASE}`);
  const isThere = () =>
    access(program).then(
      () => true,
      () => false,
    );
  if (await isThere()) return program;
  return oneAtATime("versitygw", async () => {
    if (await isThere()) return program;
    const folder = `${program}.new`;
    await mkdir(folder, { recursive: true });
    const finish = showElapsed(`compiling ${MODULE}@${RELEASE}`);
    try {
      await run("go", ["install", `${MODULE}@${RELEASE}`], { env: { ...process.env, GOBIN: folder } });
    } finally {
      finish();
    }
    await rename(path.join(folder, "versitygw"), program);
    await rm(folder, { recursive: true });
    return program;
  });
}

/** A server in a container of its own. */
export class S3Server {
  private constructor(
    readonly name: string,
    readonly bucket: TestBucket,
    /** Root of its certificate, PEM. */
    readonly ca: string,
  ) {}

  /**
   * Starts it on a network, where it is known by its name. The test's `removeEverything` removes it.
   *
   * @param name Of the container.
   */
  static async start(name: string, network: string): Promise<S3Server> {
    const program = await ensureGateway();
    const { certificate, key } = await selfSigned([name]);
    const [accessKeyId, secretAccessKey] = [
      "AKIATESTKEY000000000",
      "0secretAccessKeyOfTheTests00000000000000",
    ];
    const script = `
      mkdir -p /s3/data/backups && cat > /s3/pair
      sed -n '/BEGIN CERTIFICATE/,/END CERTIFICATE/p' /s3/pair > /s3/cert.pem
      sed -n '/PRIVATE KEY/,/PRIVATE KEY/p' /s3/pair > /s3/key.pem
      chmod 600 /s3/key.pem`;
    const container = await docker.createContainer({
      name,
      Image: IMAGE,
      Entrypoint: ["sh", "-c"],
      Cmd: [
        `until [ -s /s3/ready ]; do sleep 0.1; done
         exec versitygw --port :${PORT} --cert /s3/cert.pem --key /s3/key.pem --region ${REGION} --quiet posix /s3/data`,
      ],
      Env: [`ROOT_ACCESS_KEY_ID=${accessKeyId}`, `ROOT_SECRET_ACCESS_KEY=${secretAccessKey}`],
      User: "0",
      Healthcheck: { Test: ["NONE"] },
      Volumes: { "/s3": {} },
      HostConfig: { NetworkMode: network, Binds: [`${program}:/usr/local/bin/versitygw:ro`] },
    });
    await container.start();
    const prepare = { command: ["sh", "-c", script], user: "0", input: `${certificate}\n${key}\n` };
    const { code, stderr } = await execute(docker, name, prepare);
    if (code !== 0) throw new Error(stderr);
    await execute(docker, name, { command: ["sh", "-c", "echo yes > /s3/ready"], user: "0" });
    const server = new S3Server(
      name,
      { bucket: "backups", region: REGION, endpoint: `${name}:${PORT}`, accessKeyId, secretAccessKey },
      certificate,
    );
    await server.ready();
    return server;
  }

  private async ready(): Promise<void> {
    const probe = ["bash", "-c", `exec 3<>/dev/tcp/127.0.0.1/${PORT}`];
    for (let attempt = 0; attempt < 300; attempt++) {
      const { code } = await execute(docker, this.name, { command: probe, user: "0" });
      if (code === 0) return;
      await sleep(100);
    }
    throw new Error(`${this.name} does not answer`);
  }

  /** Paths of the objects in the bucket. */
  async objects(): Promise<string[]> {
    const command = ["sh", "-c", "cd /s3/data/backups && find . -type f"];
    const { stdout } = await execute(docker, this.name, { command, user: "0" });
    return stdout.split("\n").filter(Boolean).sort();
  }

  async stop(): Promise<void> {
    await docker.getContainer(this.name).stop({ t: 5 });
  }
}
