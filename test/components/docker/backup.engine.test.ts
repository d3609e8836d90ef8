/** Does a database in a container back itself up, by pgBackRest? One stack, one test after the other. */

import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type { BackupReport } from "../../../cli/backup/backups";
import { backupContainerName } from "../../../components/docker/layout";
import { execute, type ProgramResult } from "../../../components/docker/run";
import { docker } from "../../docker/engine";
import { describeOnDocker } from "../../docker/suite";
import { DockerStack } from "./docker-stack";

describeOnDocker("the backups of a container", function ({ prefix }) {
  this.timeout(240_000);
  const name = `${prefix}-backed`;
  let stack: DockerStack;

  before("deploys a stack", async function () {
    this.timeout(600_000);
    stack = await DockerStack.create(name, {
      durability: { onArchiveOutage: "drop-and-rebackup" },
      parameters: { max_wal_size: "128MB" },
    });
    await stack.start();
  });

  after(() => stack?.remove());

  /** In the container of the backups. */
  const run = (...command: string[]): Promise<ProgramResult> =>
    execute(docker, backupContainerName(name), { command, user: "postgres" });
  const cli = (...args: string[]) => stack.workspace.succeed([...args, "--stack", stack.workspace.stack]);
  const report = async (): Promise<BackupReport> => JSON.parse((await cli("backups", "--json")).stdout);
  const health = () => run("perl", "/etc/durable-postgres/scheduler.pl", "health");

  it("begin with a full one, taken by the deployment: what is committed then can be restored", async () => {
    const { backups, windows, archive } = await report();
    assert.deepEqual(
      backups.map(({ type, serverVersion }) => [type, serverVersion]),
      [["full", "15"]],
    );
    assert.deepEqual(windows[0]?.backups, [backups[0]?.id]);
    assert.deepEqual(archive.faults, []);
  });

  it("are taken on command, in full and of what changed", async () => {
    for (const type of ["incr", "diff"])
      assert.match(
        (await cli("backup", "--type", type)).stdout,
        /^backup \d{8}-\d{6}F_\d{8}-\d{6}[ID]: \d+MB$/m,
      );
    const { backups, windows } = await report();
    assert.deepEqual(
      backups.map(({ type }) => type),
      ["full", "incr", "diff"],
    );
    assert.deepEqual(
      windows.map((window) => window.backups),
      [backups.map(({ id }) => id)],
    );
  });

  it("list what was committed until a restore point", async () => {
    await stack.query("CREATE TABLE marked AS SELECT generate_series(1, 1000)");
    await cli("restore-point", "marked");
    const { windows, backups } = await report();
    assert.ok(String(windows[0]?.to.time) > String(backups.at(-1)?.stop.time), JSON.stringify(windows));
  });

  it("have an archive that keeps up with a server under load", async () => {
    const { host, port, roles } = await stack.workspace.outputs();
    const superuser = { host, port, database: "postgres", ...roles.superuser };
    await stack.queryAs(
      superuser,
      "CREATE TABLE load AS SELECT g, repeat(md5(g::text), 8) FROM generate_series(1, 600000) g",
    );
    const ready = "SELECT count(*)::int AS waiting FROM pg_ls_archive_statusdir() WHERE name LIKE '%.ready'";
    for (let waiting = 1; waiting > 0; await sleep(100))
      [{ waiting }] = await stack.queryAs(superuser, ready);
    const [archiver] = await stack.queryAs(
      superuser,
      "SELECT archived_count::int AS archived, failed_count::int AS failed FROM pg_stat_archiver",
    );
    assert.ok(archiver.archived > 10, JSON.stringify(archiver));
    assert.equal(archiver.failed, 0);
    const { archive } = await report();
    assert.deepEqual(archive.faults, []);
  });

  it("leave a second deployment nothing to do", async () => {
    const { code, text } = await stack.pulumi("preview", "--expect-no-changes");
    assert.equal(code, 0, text);
  });

  it("are called healthy", async () => {
    const { code, stdout } = await health();
    assert.deepEqual([code, stdout.replace(/\d+/, "…")], [0, "the newest good backup is … s old\n"]);
  });

  it("begin anew by themselves where WAL was dropped in an outage, which is an alarm", async () => {
    const { host, port, roles } = await stack.workspace.outputs();
    const superuser = { host, port, database: "postgres", ...roles.superuser };
    const switchWal = async (times: number) => {
      for (let time = 0; time < times; time++)
        await stack.queryAs(
          superuser,
          "SELECT pg_logical_emit_message(false, 'test', 'x'); SELECT pg_switch_wal()",
        );
    };
    const { stdout } = await run("sh", "-c", "echo /var/lib/durable-postgres/backup/pgbackrest/*/archive");
    const before = (await report()).backups.length;
    await run("chmod", "0", stdout.trim());
    // 512 MB may wait; what is beyond is dropped, and PostgreSQL told that it is archived.
    await switchWal(36);
    const ready = "SELECT count(*)::int AS waiting FROM pg_ls_archive_statusdir() WHERE name LIKE '%.ready'";
    for (let waiting = 36; waiting > 0; await sleep(100))
      [{ waiting }] = await stack.queryAs(superuser, ready);
    await run("chmod", "750", stdout.trim());
    await switchWal(1);
    while ((await report()).archive.faults.length === 0) await sleep(500);
    assert.match((await report()).archive.faults[0]?.kind ?? "", /^missing$/);

    // The one that runs looks every minute.
    const impatient =
      'SCHEDULER_STATE=/tmp/state.json SCHEDULER_LOOK_SECONDS=1 timeout 60 perl /etc/durable-postgres/scheduler.pl run | sed \'/"event":"end","job":"full"/q\'';
    const { stdout: log } = await run("bash", "-c", impatient);
    assert.match(
      log,
      /"message":"WAL from [0-9A-F]{24} to [0-9A-F]{24} is not in the archive: .*, which is taken now"/,
    );
    const { backups, windows } = await report();
    assert.equal(backups.length, before + 1);
    assert.equal(backups.at(-1)?.type, "full");
    assert.equal(windows.length, 2);
    assert.equal((await health()).code, 0);
  });
});
