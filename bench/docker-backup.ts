/** Do backup, restore and archive of a container keep up with plain copies of the same bytes, with one process and with two? */

import { performance } from "node:perf_hooks";
import { withClient } from "../components/connection";
import { BACKUP, backupContainerName, dataLayout, SHARED, SUPERUSER } from "../components/docker/layout";
import { execute } from "../components/docker/run";
import { BackedServer } from "../test/components/backup/pgbackrest/backed-server";
import { docker } from "../test/docker/engine";
import { archived } from "./archived";
import { type Bench, inTurns, type Row, ratio, type Side, seconds, table } from "./docker-rounds";
import { interrupted } from "./timing";

/** Values of `process-max`. */
const PROCESSES = [1, 2] as const;

/** WAL of one round of the archive, in MB: 16 segments. */
const WAL = 256;

/** Texts of 1 MB that are written in turns. */
const CHUNKS = 16;

/** A load or a backlog may take a while on a busy machine. */
const LIMIT = { timeoutMs: 30 * 60_000 };

const COPY = `${BACKUP}/copy`;

const silent = { info() {}, status() {} };

type Processes = (typeof PROCESSES)[number];

/** Milliseconds, but for the size of the data in MB. */
type Figure =
  | "size"
  | "copy"
  | "copy back"
  | "copy of WAL"
  | `${"backup" | "restore" | "backlog" | "load" | "lag"} ${Processes}`;

async function timed(work: () => Promise<unknown>): Promise<number> {
  interrupted.throwIfAborted();
  const begin = performance.now();
  await work();
  return performance.now() - begin;
}

/** A server with data, and what is measured on it. */
class BackupBench {
  private readonly data: string;

  private constructor(private readonly server: BackedServer) {
    this.data = dataLayout(server.location.version).data;
  }

  static async make(name: string, megabytes: number): Promise<BackupBench> {
    const server = await BackedServer.start(name, { shared_buffers: "256MB", max_wal_size: "4GB" });
    const bench = new BackupBench(server);
    // 2 MB each thousand rows, which compress badly.
    await bench.query(
      `CREATE TABLE load AS SELECT (SELECT string_agg(md5(g::text || i), '') FROM generate_series(1, 60) i) AS text
       FROM generate_series(1, ${megabytes * 500}) g`,
    );
    // As far apart as zstd does not look back, so that one does not compress the next.
    await bench.query(
      "CREATE TABLE chunk (number int, text text); ALTER TABLE chunk ALTER text SET STORAGE EXTERNAL",
    );
    await bench.query(
      `INSERT INTO chunk SELECT c, (SELECT string_agg(md5(c::text || i), '') FROM generate_series(1, 32768) i)
       FROM generate_series(1, ${CHUNKS}) c`,
    );
    await bench.query("CHECKPOINT");
    await bench.archived();
    return bench;
  }

  // biome-ignore lint/suspicious/noExplicitAny: rows of any query.
  private query(text: string): Promise<any[]> {
    const { administration } = this.server.store;
    return withClient(administration, async (client) => (await client.query(text)).rows, LIMIT);
  }

  /** Runs a script beside the server, where both volumes are. */
  private async shell(script: string): Promise<string> {
    const name = backupContainerName(this.server.location.containerName);
    const command = ["bash", "-ec", script];
    const { code, stdout, stderr } = await execute(docker, name, { command, user: SUPERUSER });
    if (code !== 0) throw new Error(`${script}: ${stderr}`);
    return stdout.trim();
  }

  private archived(): Promise<void> {
    return archived((text) => this.query(text));
  }

  private write(): Promise<unknown> {
    return this.query(
      `SELECT pg_logical_emit_message(false, 'bench', text)
       FROM (SELECT text FROM generate_series(1, ${WAL / CHUNKS}) g, chunk ORDER BY g, number OFFSET 0) chunks`,
    );
  }

  private async use(processes: Processes): Promise<void> {
    await this.shell(
      `sed -i 's/^process-max=.*/process-max=${processes}/' ${SHARED.settings}/pgbackrest.conf`,
    );
  }

  /** A plain copy whose files are on disk when it returns, and the way back. */
  readonly copies: Side<Figure> = async () => {
    const flushed = (from: string, to: string) =>
      timed(() => this.shell(`mkdir ${to}; cp -a ${from} ${to}; find ${to} -type f -exec sync {} +`));
    await this.query("CHECKPOINT");
    const everything = `$(find ${this.data} -mindepth 1 -maxdepth 1 ! -name pg_wal)`;
    const copy = await flushed(everything, COPY);
    const size = Number(await this.shell(`du -sm ${COPY} | cut -f1`));
    const back = await flushed(`${COPY}/.`, `${COPY}-back`);
    await this.shell(`rm -r ${COPY} ${COPY}-back`);
    return { size, copy, "copy back": back };
  };

  backups(processes: Processes): Side<Figure> {
    return async () => {
      const { store } = this.server;
      await this.use(processes);
      await this.query("CHECKPOINT");
      const backup = await timed(() => store.backup("full", silent));
      await store.flush(silent);
      const plan = await store.plan({ kind: "latest" });
      const restore = await store.throwAway(plan, silent, async ({ restoreSeconds }) => restoreSeconds);
      return { [`backup ${processes}`]: backup, [`restore ${processes}`]: restore * 1000 };
    };
  }

  /** How far does the archive fall behind under load, and how fast is a backlog archived? */
  archive(processes: Processes): Side<Figure> {
    return async () => {
      const path = this.server.location.pgBackRest.repositories[0]?.path;
      await this.use(processes);
      const load = await timed(() => this.write());
      const lag = await timed(() => this.archived());
      await this.shell(`mv ${path} ${path}-away`);
      await this.write();
      const list = `ls ${this.data}/pg_wal/archive_status | sed -n 's/\\.ready$//p' | grep -E '^[0-9A-F]{24}$'`;
      const copyOfWal = await timed(() =>
        this.shell(
          `mkdir ${COPY}; for name in $(${list}); do cp ${this.data}/pg_wal/$name ${COPY}; sync ${COPY}/$name; done; sync ${COPY}`,
        ),
      );
      const megabytes = Number(await this.shell(`du -sm ${COPY} | cut -f1; rm -r ${COPY}`));
      await this.shell(`mv ${path}-away ${path}`);
      // Wakes the archiver, which else tries again within a minute.
      await this.query("SELECT pg_switch_wal()");
      const backlog = await timed(() => this.archived());
      const per = (ms: number) => (ms * WAL) / megabytes;
      return {
        [`load ${processes}`]: load,
        [`lag ${processes}`]: lag,
        [`backlog ${processes}`]: per(backlog),
        "copy of WAL": per(copyOfWal),
      };
    };
  }
}

/** Measures and gives the table. */
export async function measureBackup({ prefix, rounds, megabytes }: Bench): Promise<string> {
  const bench = await BackupBench.make(`${prefix}-backed`, megabytes);
  const sides = [
    bench.copies,
    ...PROCESSES.map((processes) => bench.backups(processes)),
    ...PROCESSES.map((processes) => bench.archive(processes)),
  ];
  return report(await inTurns<Figure>("backup", rounds, sides));
}

type Round = Record<Figure, number>;

function report(rounds: readonly Round[]): string {
  const rate = (label: string, ms: (round: Round) => number, size = (_: Round) => WAL): Row => ({
    label,
    figures: rounds.map((round) => (size(round) / ms(round)) * 1000),
    show: (figure) => `${figure.toFixed(0)} MB/s`,
  });
  const size = ({ size: megabytes }: Round) => megabytes;
  const named = (processes: Processes) => `${processes} process${processes === 1 ? "" : "es"}`;
  const against = (what: "backup" | "restore" | "backlog", copy: Figure): Row[] =>
    PROCESSES.map((processes) =>
      ratio(
        `${what} / ${copy}, time, ${named(processes)}`,
        rounds,
        (round) => round[`${what} ${processes}`],
        (round) => round[copy],
      ),
    );
  const rates = (what: "backup" | "restore" | "backlog" | "load", of?: typeof size): Row[] =>
    PROCESSES.map((processes) =>
      rate(`${what}, ${named(processes)}`, (round) => round[`${what} ${processes}`], of),
    );
  return table(`${Math.round(rounds[0]?.size ?? 0)} MB of data, ${WAL} MB of WAL`, [
    ...rates("backup", size),
    rate("copy: cp -a and fsync", (round) => round.copy, size),
    ...against("backup", "copy"),
    ...rates("restore", size),
    rate("copy back", (round) => round["copy back"], size),
    ...against("restore", "copy back"),
    ...rates("backlog"),
    rate("copy of WAL: cp and fsync of each segment", (round) => round["copy of WAL"]),
    ...against("backlog", "copy of WAL"),
    ...rates("load"),
    ...PROCESSES.map((processes) => ({
      label: `lag is zero again after the load, ${named(processes)}`,
      figures: rounds.map((round) => round[`lag ${processes}`]),
      show: seconds,
    })),
  ]);
}
