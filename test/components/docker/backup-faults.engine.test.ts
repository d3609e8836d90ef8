/** What happens to commits and backups of a container when something breaks, and does the way back work? One stack. */

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import type { BackupReport } from "../../../cli/backup/backups";
import { generationName } from "../../../components/backup/generations";
import type { Connection } from "../../../components/connection";
import { backupContainerName, REPOSITORY, SCHEDULER_STATE } from "../../../components/docker/layout";
import { execute, type ProgramResult } from "../../../components/docker/run";
import { isRoot } from "../../../components/local/account";
import type { Verdict } from "../../../components/status/check";
import { logsOf } from "../../docker/containers";
import { docker } from "../../docker/engine";
import { describeOnDocker } from "../../docker/suite";
import { canServeS3, S3Server } from "../../s3/server";
import { DockerStack } from "./docker-stack";
import { SteadyLoad } from "./steady-load";

const onMachine = promisify(execFile);

/** Far from UTC, and not by whole hours: nobody may take a zone of its own for UTC. */
const SERVER_ZONE = "Asia/Kathmandu";
const COMMAND_ZONE = "America/St_Johns";

/** The offset of the command's zone in winter. */
const OFFSET = { text: "-03:30", ms: -3.5 * 3_600_000 };

/** Bytes of the backup volume's file system, where the tests may mount one. */
const SMALL = 400 * 1024 ** 2;

const CIPHER_KEY = "cipherKeyOfTheTestsThatNobodyGuesses0000";

describeOnDocker("a container whose backups go to a bucket as well", ({ prefix }) =>
  describe("under load", function () {
    this.timeout(300_000);
    this.bail(true);
    const name = `${prefix}-faulty`;
    let stack: DockerStack;
    let bucket: S3Server;
    let connection: Connection;
    let load: SteadyLoad;
    /** Where the backup volume is on this machine, on a file system of its own. */
    let smallDisk: string | undefined;

    const cli = (...args: string[]) => stack.workspace.succeed([...args, "--stack", "local"]);
    const report = async (): Promise<BackupReport> => JSON.parse((await cli("backups", "--json")).stdout);
    const query = (text: string) => stack.queryAs(connection, text);
    /** As the server's user in the container of the server. */
    const inServer = (script: string): Promise<ProgramResult> =>
      execute(docker, name, { command: ["bash", "-c", script], user: "postgres" });
    const inBackups = (...command: string[]): Promise<ProgramResult> =>
      execute(docker, backupContainerName(name), { command, user: "postgres" });
    const health = () => inBackups("perl", "/etc/durable-postgres/scheduler.pl", "health");
    const setSecret = async (key: string, value: string) => {
      const args = ["config", "set", "--secret", "--path", `durable-postgres:docker.backup.${key}`, value];
      const { code, text } = await stack.workspace.pulumi(args);
      assert.equal(code, 0, text);
    };
    const setKey = async (key: S3Server["bucket"]) => {
      for (const part of ["accessKeyId", "secretAccessKey"] as const)
        await setSecret(`s3.${part}`, key[part]);
    };

    /** What status says of archive and backups, as far as it is not ok. */
    const alarms = async (): Promise<Record<string, Verdict>> => {
      const { stdout } = await stack.workspace.cli(["status", "--json", "--stack", "local"]);
      const { checks } = JSON.parse(stdout) as { checks: { name: string; verdict: Verdict }[] };
      const of = ["archiver", "WAL not yet archived", "archive", "restorable window", "last backup"];
      const bad = checks.filter((check) => of.includes(check.name) && check.verdict !== "ok");
      return Object.fromEntries(bad.map((check) => [check.name, check.verdict]));
    };
    const until = async (holds: () => Promise<boolean>) => {
      while (!(await holds())) await sleep(100);
    };
    const waiting = async (): Promise<number> =>
      (
        await query("SELECT count(*)::int AS files FROM pg_ls_archive_statusdir() WHERE name LIKE '%.ready'")
      )[0].files;
    const isFailing = async (): Promise<boolean> =>
      (
        await query(
          "SELECT coalesce(last_failed_time > coalesce(last_archived_time, '-infinity'), false) AS failing FROM pg_stat_archiver",
        )
      )[0].failing;
    /** Everything that was committed until now is in all repositories. */
    const archived = async () => {
      const [{ name: segment }] = await query("SELECT pg_walfile_name(pg_switch_wal()) AS name");
      const gone = `SELECT (pg_stat_file('pg_wal/archive_status/${segment}.ready', true)).size IS NULL AS gone`;
      await until(async () => (await query(gone))[0].gone);
    };
    /** The way back leads there: nothing is missing, and in the end nothing is an alarm any more. */
    const assertWell = async () => {
      await archived();
      await until(async () => Object.keys(await alarms()).length === 0);
      assert.deepEqual((await report()).archive.faults, []);
    };
    const serverLog = () => logsOf(docker.getContainer(name));

    const mountSmallDisk = async () => {
      await docker.createVolume({ Name: `${name}-backup` });
      const { Mountpoint } = await docker.getVolume(`${name}-backup`).inspect();
      const mounting = onMachine("mount", ["-t", "tmpfs", "-o", `size=${SMALL}`, "tmpfs", Mountpoint]);
      const isMounted = await mounting.then(
        () => true,
        () => false,
      );
      if (isMounted) smallDisk = Mountpoint;
    };
    const unmountSmallDisk = async () => {
      if (!smallDisk) return;
      const folder = smallDisk;
      smallDisk = undefined;
      // Containers that see it may be at their end.
      await onMachine("umount", ["--lazy", folder]);
    };

    before("deploys a stack", async function () {
      this.timeout(1_200_000);
      if (!(await canServeS3())) this.skip();
      bucket = await S3Server.start(`${prefix}-s3`);
      if (isRoot) await mountSmallDisk();
      stack = await DockerStack.create(name);
      const caFile = path.join(stack.workspace.root, "ca.pem");
      await writeFile(caFile, bucket.ca);
      const { bucket: bucketName, region, endpoint } = bucket.bucket;
      await stack.configure({
        parameters: { timezone: SERVER_ZONE, log_timezone: SERVER_ZONE },
        docker: { backup: { s3: { bucket: bucketName, region, endpoint, caFile } } },
      });
      await stack.workspace.pulumi(["stack", "init"]);
      await setSecret("cipherKey", CIPHER_KEY);
      await setKey(bucket.bucket);
      await stack.start();
      const { host, port, roles } = await stack.workspace.outputs();
      connection = { host, port, database: "postgres", ...roles.superuser };
      load = new SteadyLoad(connection);
      await load.start();
    });

    after(async () => {
      await load?.stop();
      await stack?.remove();
      await unmountSmallDisk();
    });
    it("goes on while nobody reaches the bucket, and sends it everything afterwards", async () => {
      await bucket.stop();
      const begin = load.acknowledged.length;
      await until(async () => (await waiting()) > 10);
      assert.equal((await alarms())["WAL not yet archived"], "warning");
      assert.ok(load.acknowledged.length > begin + 50);
      await bucket.resume();
      await assertWell();
    });

    it("goes on while the bucket refuses its key, and a deployment with another one is the way back", async () => {
      const key = { ...bucket.bucket, secretAccessKey: "1secretAccessKeyOfTheTests00000000000000" };
      await bucket.replaceKey(key);
      await until(isFailing);
      assert.equal((await alarms()).archiver, "warning");
      assert.match(await serverLog(), /HTTP request failed with 403 \(Forbidden\)/);
      await setKey(key);
      await cli("start");
      await assertWell();
    });

    it("goes on while the backup volume is full, and archives everything once there is room", async function () {
      if (!smallDisk) return this.skip();
      const ballast = path.join(smallDisk, "ballast");
      await onMachine("sh", ["-c", `cat /dev/zero > ${ballast} 2>/dev/null || true`]);
      await until(isFailing);
      assert.equal((await alarms()).archiver, "warning");
      assert.match(await serverLog(), /No space left on device/);
      const container = docker.getContainer(backupContainerName(name));
      const { StartedAt } = (await container.inspect()).State;
      // It looks at the archive, and keeps what it saw.
      await container.kill({ signal: "SIGUSR1" });
      await until(async () => /"event":"state","level":"error"/.test(await logsOf(container)));
      const sick = await health();
      assert.deepEqual(
        [sick.code, /^the schedule's state cannot be written: .*No space left/m.test(sick.stdout)],
        [1, true],
      );
      await rm(ballast);
      await assertWell();
      assert.equal((await health()).code, 0);
      assert.equal((await container.inspect()).State.StartedAt, StartedAt);
    });

    it("loses nothing when the archiver is killed in the middle of a file, whose part counts for nothing", async () => {
      const { StartedAt } = (await stack.inspect()).State;
      const parts = `${REPOSITORY}/*/archive/main/*/*/*.tmp`;
      const kill = `
      shopt -s nullglob
      until files=(${parts}); [ \${#files[@]} -gt 0 ]; do :; done
      for process in /proc/[0-9]*; do
        grep -qs pgbackrest $process/comm && kill -KILL "\${process#/proc/}" 2>/dev/null
      done
      sleep 0.2; ls ${parts} 2>/dev/null`;
      await until(async () => (await inServer(kill)).stdout !== "");
      await assertWell();
      assert.equal((await stack.inspect()).State.StartedAt, StartedAt);
      const { stdout } = await inBackups("pgbackrest", "verify", "--repo=1", "--output=text", "--verbose");
      assert.match(stdout, /^status: ok$/m);
    });

    it("refuses WAL of another cluster, and another segment under the name of one that is there", async () => {
      const push = "pgbackrest --no-archive-async --log-level-console=off --log-level-stderr=error";
      const foreign = await inServer(
        `initdb -D /tmp/foreign -U postgres -A trust -N >/dev/null && cd /tmp/foreign && ${push} --pg1-path=/tmp/foreign archive-push pg_wal/000000010000000000000001; code=$?; cd /; rm -r /tmp/foreign; exit $code`,
      );
      assert.notEqual(foreign.code, 0);
      for (const repository of ["repo1", "repo2"])
        assert.match(
          foreign.stderr,
          new RegExp(`system-id \\d+ do not match ${repository} stanza version 15, system-id \\d+$`, "m"),
        );
      const changed = await inServer(
        `cd $PGDATA && segment=$(ls pg_wal/archive_status | grep -E '^[0-9A-F]{24}[.]done$' | tail -1) && segment=\${segment%.done} &&
       mkdir /tmp/changed && cp pg_wal/$segment /tmp/changed && printf x | dd of=/tmp/changed/$segment bs=1 seek=16000000 conv=notrunc status=none &&
       ${push} archive-push /tmp/changed/$segment; code=$?; rm -r /tmp/changed; exit $code`,
      );
      assert.notEqual(changed.code, 0);
      assert.match(changed.stderr, /WAL file '[0-9A-F]{24}' already exists in the repo1 archive/);
      await assertWell();
    });

    it("takes a scheduled backup anew when its container was killed in the middle of it", async () => {
      const container = docker.getContainer(backupContainerName(name));
      const before = (await report()).backups.length;
      const overdue = "use JSON::PP; $s = decode_json($_); $s->{full}{handled} = 1; $_ = encode_json($s)";
      await container.kill();
      const edited = await inServer(`perl -0777 -i -pe '${overdue}' ${SCHEDULER_STATE}`);
      assert.equal(edited.code, 0, edited.stderr);
      const begun = (await logsOf(container)).length;
      const logged = async () => (await logsOf(container)).slice(begun);
      await container.start();
      await until(async () => /"job":"full".*execute .*backup/.test(await logged()));
      await container.kill();
      assert.doesNotMatch(await logged(), /"event":"end","job":"full"/);
      await cli("start");
      await until(async () => /"event":"end","job":"full"/.test(await logged()));
      assert.match(await logged(), /"event":"end","job":"full","level":"info"/);
      assert.deepEqual(await health(), { code: 0, stdout: "good\n", stderr: "" });
      const { backups } = await report();
      assert.deepEqual([backups.length, backups.at(-1)?.type], [before + 1, "full"]);
      await assertWell();
    });

    describe("on a machine that is lost", () => {
      /** Containers and volumes of a generation are gone. */
      const lose = async (generation: number) => {
        const own = generationName(name, generation);
        for (const container of [own, backupContainerName(own)])
          await docker.getContainer(container).remove({ force: true, v: true });
        await unmountSmallDisk();
        for (const kind of ["data", "archive", "backup"]) await docker.getVolume(`${own}-${kind}`).remove();
      };

      it("comes back from the bucket alone, with every commit that was acknowledged", async () => {
        await load.stop();
        await archived();
        await lose(1);
        assert.equal((await report()).windows.length, 1);
        const { text } = await cli("restore", "--to", "latest");
        assert.match(
          text,
          /generation 1 was gone, and is in the configuration no more; its backups are kept\n/,
        );
        const { host, port, roles } = await stack.workspace.outputs();
        connection = { host, port, database: "postgres", ...roles.superuser };
        const found = new Set((await query("SELECT number FROM load")).map(({ number }) => number));
        assert.ok(load.acknowledged.length > 200);
        assert.deepEqual(
          load.acknowledged.filter((number) => !found.has(number)),
          [],
        );
        const volumes = await stack.volumes();
        assert.deepEqual(
          volumes.filter((volume) => !volume.startsWith(generationName(name, 2))),
          [],
        );
      });

      it("comes back to a time with an offset, whatever zones server and command are in", async () => {
        // pgBackRest knows the end of a backup to the second.
        await sleep(1000);
        await query("CREATE TABLE note AS SELECT 'first' AS text");
        const [{ ms }] = await query("SELECT extract(epoch FROM clock_timestamp()) * 1000 AS ms");
        await sleep(20);
        await query("INSERT INTO note VALUES ('second')");
        await archived();
        await lose(2);
        const to = `${new Date(Math.ceil(Number(ms)) + OFFSET.ms).toISOString().slice(0, -1)}${OFFSET.text}`;
        const restored = await stack.workspace.cli(["restore", "--to", to, "--stack", "local"], {
          env: { TZ: COMMAND_ZONE },
        });
        assert.equal(restored.code, 0, restored.text);
        const { host, port, roles } = await stack.workspace.outputs();
        connection = { host, port, database: "postgres", ...roles.superuser };
        assert.deepEqual(await query("SELECT text FROM note"), [{ text: "first" }]);
      });
    });
  }),
);
