/** Do backup, restore and archive of the target local keep up with what plain copies of the same bytes take? */

import { execFile } from "node:child_process";
import { chmod, mkdtemp, readdir, rename, rm, stat } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs, promisify } from "node:util";
import Table from "cli-table3";
import { deleteBackup } from "../components/backup/local/base-backup";
import { LocalBackupStore } from "../components/backup/local/store";
import { type Connection, withClient } from "../components/connection";
import { instancePaths } from "../components/local/instance";
import { runningPostmaster } from "../components/local/postmaster";
import { ensureLocalServer, type LocalServerArgs, readLocalServer } from "../components/local/server";
import { archived } from "./archived";
import { machine, wholeNumber } from "./machine";
import { interrupted, type Spread, spread } from "./timing";

const run = promisify(execFile);

/** WAL of one round of the archive, in MB: 32 segments. */
const WAL = 512;

const silent = { info() {}, status() {} };

/** Seconds of every side in one round, and MB that they moved. */
interface Round {
  backup: number;
  backupCopy: number;
  restore: number;
  restoreCopy: number;
  size: number;
  drain: number;
  drainCopy: number;
  load: number;
  lag: number;
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  interrupted.throwIfAborted();
  const begin = performance.now();
  await work();
  return (performance.now() - begin) / 1000;
}

/** A plain copy whose files are on disk when it returns. */
function copy(from: readonly string[], to: string): Promise<unknown> {
  const script = 'to=$1; shift; mkdir "$to" && cp -a "$@" "$to" && find "$to" -type f -exec sync {} +';
  return run("sh", ["-c", script, "sh", to, ...from]);
}

/** A server with data, and what is measured on it. */
class Bench {
  private constructor(
    private readonly home: string,
    private readonly args: LocalServerArgs,
    private readonly administration: Connection,
    private readonly store: LocalBackupStore,
  ) {}

  static async make(home: string, megabytes: number): Promise<Bench> {
    await chmod(home, 0o755);
    const directory = path.join(home, "instance");
    const location = {
      kind: "local",
      directory,
      archiveDirectory: `${directory}-archive`,
      backupDirectory: `${directory}-backups`,
      retention: 14,
    } as const;
    const args: LocalServerArgs = {
      ...location,
      version: "15",
      parameters: {
        shared_buffers: "256MB",
        max_wal_size: "4GB",
        archive_mode: "on",
        archive_library: "basic_archive",
      },
      memory: 2 ** 30,
      cpus: 1,
    };
    await ensureLocalServer(args, "bench", silent);
    const { administration } = await readLocalServer(args);
    const bench = new Bench(home, args, administration, new LocalBackupStore(location, administration));
    // 2 MB each thousand rows, which compress badly.
    await bench.query(
      `CREATE TABLE load AS SELECT (SELECT string_agg(md5(g::text || i), '') FROM generate_series(1, 60) i) AS text
       FROM generate_series(1, ${megabytes * 500}) g`,
    );
    await bench.query("CHECKPOINT");
    await bench.archived();
    return bench;
  }

  // biome-ignore lint/suspicious/noExplicitAny: rows of any query.
  private query(text: string): Promise<any[]> {
    const options = { timeoutMs: 30 * 60_000 };
    return withClient(this.administration, async (client) => (await client.query(text)).rows, options);
  }

  private archived(): Promise<void> {
    return archived((text) => this.query(text));
  }

  private write(): Promise<unknown> {
    const message = "repeat(md5(random()::text), 32768)";
    return this.query(
      `SELECT pg_logical_emit_message(false, 'bench', ${message}) FROM generate_series(1, ${WAL})`,
    );
  }

  private async backupAndRestore() {
    const { data } = instancePaths(this.args.directory);
    const target = path.join(this.home, "copy");
    let size = 0;
    await this.query("CHECKPOINT");
    const backup = await seconds(async () => {
      ({ size } = await this.store.backup("full", silent));
    });
    const names = (await readdir(data)).filter((name) => name !== "pg_wal");
    const backupCopy = await seconds(() =>
      copy(
        names.map((name) => path.join(data, name)),
        target,
      ),
    );
    await rm(target, { recursive: true });
    const plan = await this.store.plan({ kind: "latest" });
    const restore = await this.store.throwAway(plan, silent, async ({ restoreSeconds }) => restoreSeconds);
    const kept = path.join(this.args.backupDirectory, plan.backup.id);
    const restoreCopy = await seconds(() => copy([path.join(kept, "data")], target));
    await rm(target, { recursive: true });
    await deleteBackup(this.args.backupDirectory, plan.backup);
    return { backup, backupCopy, restore, restoreCopy, size: size / 2 ** 20 };
  }

  /** How fast is a backlog archived, and how far does the archive fall behind under load? */
  private async archive() {
    const { archiveDirectory } = this.args;
    const load = await seconds(() => this.write());
    const lag = await seconds(() => this.archived());
    await rename(archiveDirectory, `${archiveDirectory}-away`);
    await this.write();
    await rename(`${archiveDirectory}-away`, archiveDirectory);
    const before = new Set(await readdir(archiveDirectory));
    // Wakes the archiver, which else tries again within a minute.
    await this.query("SELECT pg_switch_wal()");
    const drain = await seconds(() => this.archived());
    const segments = (await readdir(archiveDirectory)).filter((name) => !before.has(name)).sort();
    const target = path.join(this.home, "copy");
    const each =
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell's own.
      'to=$1; shift; mkdir "$to"; for f; do cp "$f" "$to" && sync "$to/${f##*/}" || exit 1; done; sync "$to"';
    const files = segments.map((name) => path.join(archiveDirectory, name));
    const drainCopy = await seconds(() => run("sh", ["-c", each, "sh", target, ...files]));
    const bytes = await Promise.all(files.map(async (file) => (await stat(file)).size));
    const megabytes = bytes.reduce((sum, size) => sum + size, 0) / 2 ** 20;
    await rm(target, { recursive: true });
    for (const file of files) await rm(file);
    return { load: WAL / load, lag, drain: megabytes / drain, drainCopy: megabytes / drainCopy };
  }

  async round(): Promise<Round> {
    return { ...(await this.backupAndRestore()), ...(await this.archive()) };
  }

  async remove(): Promise<void> {
    const paths = instancePaths(this.args.directory);
    const running = await runningPostmaster(paths.data);
    if (running) process.kill(running.pid, "SIGQUIT");
    while (await runningPostmaster(paths.data)) await sleep(20);
    await rm(paths.socket, { recursive: true, force: true });
  }
}

function report(rounds: readonly Round[]): string {
  const table = new Table({ head: ["", "median", "min – max"], style: { head: [], border: [] } });
  const row = (label: string, of: (round: Round) => number, unit: string, digits = 0) => {
    const { median, min, max }: Spread = spread(rounds.map(of));
    const show = (figure: number) => figure.toFixed(digits);
    table.push([label, `${show(median)}${unit}`, `${show(min)} – ${show(max)}`]);
  };
  row("backup: full backup", ({ size, backup }) => size / backup, " MB/s");
  row("backup: cp -a and fsync", ({ size, backupCopy }) => size / backupCopy, " MB/s");
  row("backup / copy, time", ({ backup, backupCopy }) => backup / backupCopy, "×", 2);
  row("restore: until it takes connections", ({ size, restore }) => size / restore, " MB/s");
  row("restore: cp -a and fsync", ({ size, restoreCopy }) => size / restoreCopy, " MB/s");
  row("restore / copy, time", ({ restore, restoreCopy }) => restore / restoreCopy, "×", 2);
  row("archive: WAL written under load", ({ load }) => load, " MB/s");
  row("archive: a backlog", ({ drain }) => drain, " MB/s");
  row("archive: cp and fsync of each segment", ({ drainCopy }) => drainCopy, " MB/s");
  row("archive / copy, time", ({ drain, drainCopy }) => drainCopy / drain, "×", 2);
  row("archive: lag is zero again after the load", ({ lag }) => lag, " s", 2);
  return table.toString();
}

async function main(): Promise<void> {
  const options = {
    rounds: { type: "string", default: "5" },
    megabytes: { type: "string", default: "1024" },
  };
  const { values } = parseArgs({
    options: options as { [name: string]: { type: "string"; default: string } },
  });
  const rounds = wholeNumber("rounds", String(values.rounds), 100);
  const megabytes = wholeNumber("megabytes", String(values.megabytes), 100_000);
  const home = await mkdtemp(path.join(os.tmpdir(), "bench-backup-"));
  let bench: Bench | undefined;
  try {
    bench = await Bench.make(home, megabytes);
    const results: Round[] = [];
    for (let round = 1; round <= rounds; round++) {
      results.push(await bench.round());
      process.stderr.write(`round ${round} of ${rounds}, load ${os.loadavg()[0]?.toFixed(1)}\n`);
    }
    const size = Math.round(results[0]?.size ?? 0);
    process.stdout.write(`${report(results)}\n${size} MB, ${rounds} rounds, ${machine()}\n`);
  } finally {
    await bench?.remove();
    await rm(home, { recursive: true, force: true, maxRetries: 10 });
  }
}

main().catch((error: Error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exitCode = 1;
});
