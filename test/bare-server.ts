/** A throw-away cluster for a test: PostgreSQL alone, without anything of ours on it. */

import { execFile } from "node:child_process";
import { chmod, chown, mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { Client } from "pg";
import { serverAccount } from "../components/local/account";
import { type Binaries, installBinaries } from "../components/local/binaries";
import { as } from "../components/local/postmaster";
import type { Version } from "../components/parameters/postgres";
import type { KeyPair } from "../components/tls/certificate";

const run = promisify(execFile);

/** What `postgres -C` says: the value in base units, or why the server would not start. */
export type Answer = { ok: true; value: string } | { ok: false; words: string };

/** A cluster of one version; the server runs only between `start` and `stop`. */
export class BareServer {
  private constructor(
    private readonly home: string,
    private readonly binaries: Binaries,
    private readonly credentials: { uid?: number; gid?: number },
  ) {}

  /** Directory of the Unix socket; everybody may log in over it, without a password. */
  get socket(): string {
    return this.home;
  }

  private get data(): string {
    return path.join(this.home, "data");
  }

  private get options(): object {
    return { ...this.credentials, cwd: this.home, env: { PATH: process.env.PATH, LC_ALL: "C", TZ: "UTC" } };
  }

  static async make(version: Version): Promise<BareServer> {
    const account = serverAccount();
    const home = await mkdtemp(path.join(os.tmpdir(), "bare-server-"));
    await chmod(home, 0o755);
    const credentials = as(account);
    if (credentials.uid !== undefined) await chown(home, account.uid, account.gid);
    const binaries = await installBinaries(version, home);
    const server = new BareServer(home, binaries, credentials);
    const argv = [
      "-D",
      server.data,
      "-U",
      "postgres",
      "-A",
      "trust",
      "--no-sync",
      "--locale=C",
      "-E",
      "UTF8",
    ];
    await run(binaries.initdb, argv, server.options);
    return server;
  }

  /** `postgres -C name <argv>`: asks the program, not a running server. */
  async answer(name: string, argv: readonly string[]): Promise<Answer> {
    try {
      const { stdout } = await run(
        this.binaries.postgres,
        ["-D", this.data, "-C", name, ...argv],
        this.options,
      );
      return { ok: true, value: stdout.replace(/\n$/, "") };
    } catch (error) {
      return { ok: false, words: (error as { stderr: string }).stderr };
    }
  }

  async start(options = `-F -k ${this.socket} -c listen_addresses=`): Promise<void> {
    const argv = ["start", "-w", "-D", this.data, "-l", path.join(this.home, "log"), "-o", options];
    await run(this.binaries.pg_ctl, argv, this.options);
  }

  /** Starts it with TLS on a port of this machine too, where everybody needs a password; safe, for it may be verified. */
  async startWithTls(port: number, { certificate, key }: KeyPair): Promise<void> {
    const files = {
      "server.crt": certificate,
      "server.key": key,
      "pg_hba.conf": "local all all trust\nhostssl all all 127.0.0.1/32 scram-sha-256\n",
    };
    const { uid, gid } = this.credentials;
    for (const [name, content] of Object.entries(files)) {
      const file = path.join(this.data, name);
      await writeFile(file, content, { mode: 0o600 });
      if (uid !== undefined && gid !== undefined) await chown(file, uid, gid);
    }
    await this.start(`-k ${this.socket} -c listen_addresses=127.0.0.1 -p ${port} -c ssl=on`);
  }

  /** Runs `work` with a connection of its own. */
  async connected<Result>(work: (client: Client) => Promise<Result>, login: object = {}): Promise<Result> {
    const client = new Client({
      host: this.socket,
      port: 5432,
      user: "postgres",
      database: "postgres",
      ...login,
    });
    await client.connect();
    return work(client).finally(() => client.end());
  }

  /** Ends the server. @param mode `fast`, or `immediate`: without a checkpoint, as a crash does. */
  async stop(mode: "fast" | "immediate"): Promise<void> {
    await run(this.binaries.pg_ctl, ["stop", "-D", this.data, "-m", mode], this.options);
  }

  /** Another server with the same files; this one is stopped. */
  async copy(): Promise<BareServer> {
    const home = await mkdtemp(path.join(os.tmpdir(), "bare-server-"));
    await run("cp", ["-a", `${this.home}/.`, home]);
    return new BareServer(home, this.binaries, this.credentials);
  }

  async remove(): Promise<void> {
    await this.stop("immediate").catch(() => undefined);
    await rm(this.home, { recursive: true, force: true });
  }
}
