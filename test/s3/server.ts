/**
 * Where do tests get an S3 server with TLS? Versity's S3 gateway, compiled once from the Go module and run in a container.
 * https://github.com/versity/versitygw
 */

import { execFile } from "node:child_process";
import { access, mkdir, rename, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { generate } from "selfsigned";
import { execute } from "../../components/docker/run";
import { chooseFreePort, isFree } from "../../components/port";
import { showElapsed } from "../../toolchain/long-step";
import { docker } from "../docker/engine";
import { IMAGE } from "../docker/image";
import { oneAtATime } from "../docker/one-at-a-time";

const run = promisify(execFile);

const MODULE = "github.com/versity/versitygw/cmd/versitygw";
const RELEASE = "v1.8.0";
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

/** A key of the bucket's owner. */
interface BucketKey {
  accessKeyId: string;
  secretAccessKey: string;
}

/** The machine as every container sees it, whatever network it is in. */
async function machineAddress(): Promise<string> {
  const { IPAM } = await docker.getNetwork("bridge").inspect();
  return String(IPAM?.Config?.[0]?.Gateway);
}

/** pgBackRest compares the endpoint with a certificate's DNS names alone, also where it is an address. */
function certificateFor(host: string) {
  return generate([{ name: "commonName", value: host }], {
    keyType: "ec",
    curve: "P-256",
    extensions: [
      { name: "basicConstraints", cA: true, critical: true },
      { name: "subjectAltName", altNames: [{ type: 2, value: host }] },
    ],
  });
}

/** A server in a container of its own that all containers reach, as they would reach one on the internet. */
export class S3Server {
  private constructor(
    readonly name: string,
    readonly bucket: TestBucket,
    /** Root of its certificate, PEM. */
    readonly ca: string,
  ) {}

  /**
   * Starts it. The test's `removeEverything` removes it.
   *
   * @param name Of the container.
   */
  static async start(name: string): Promise<S3Server> {
    const program = await ensureGateway();
    const host = await machineAddress();
    const port = await chooseFreePort(name, (one) => isFree(one, host));
    const { cert, private: key } = await certificateFor(host);
    const bucketKey = {
      accessKeyId: "AKIATESTKEY000000000",
      secretAccessKey: "0secretAccessKeyOfTheTests00000000000000",
    };
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
        `until [ -s /s3/key.sh ]; do sleep 0.1; done; . /s3/key.sh
         exec versitygw --port ${host}:${port} --cert /s3/cert.pem --key /s3/key.pem --region ${REGION} --quiet posix /s3/data`,
      ],
      User: "0",
      Healthcheck: { Test: ["NONE"] },
      Volumes: { "/s3": {} },
      HostConfig: { NetworkMode: "host", Binds: [`${program}:/usr/local/bin/versitygw:ro`] },
    });
    await container.start();
    const place = { bucket: "backups", region: REGION, endpoint: `${host}:${port}` };
    const server = new S3Server(name, { ...place, ...bucketKey }, cert);
    await server.inside(script, `${cert}\n${key}\n`);
    await server.writeKey(bucketKey);
    await server.ready();
    return server;
  }

  private async inside(script: string, input?: string): Promise<string> {
    const program = { command: ["bash", "-c", script], user: "0", input };
    const { code, stdout, stderr } = await execute(docker, this.name, program);
    if (code !== 0) throw new Error(`${script}: ${stderr}`);
    return stdout;
  }

  private async writeKey({ accessKeyId, secretAccessKey }: BucketKey): Promise<void> {
    const lines = `export ROOT_ACCESS_KEY_ID=${accessKeyId} ROOT_SECRET_ACCESS_KEY=${secretAccessKey}`;
    await this.inside("cat > /s3/key.new && mv /s3/key.new /s3/key.sh", `${lines}\n`);
  }

  private async ready(): Promise<void> {
    const probe = `for try in $(seq 300); do (exec 3<>/dev/tcp/${this.bucket.endpoint.replace(":", "/")}) && exit; sleep 0.1; done; exit 1`;
    await this.inside(`{ ${probe}; } 2>/dev/null`);
  }

  /** Paths of the objects in the bucket. */
  async objects(): Promise<string[]> {
    const printed = await this.inside("cd /s3/data/backups && find . -type f");
    return printed.split("\n").filter(Boolean).sort();
  }

  /** Takes another key from now on, and refuses the one it took. */
  async replaceKey(key: BucketKey): Promise<void> {
    await this.writeKey(key);
    await this.stop();
    await this.resume();
  }

  /** Nobody reaches it any more; what it holds stays. */
  async stop(): Promise<void> {
    await docker.getContainer(this.name).stop({ t: 5 });
  }

  /** It is reached again. */
  async resume(): Promise<void> {
    await docker.getContainer(this.name).start();
    await this.ready();
  }
}
