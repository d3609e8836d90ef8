/** Does a database in a container back itself up, by pgBackRest? One stack, one test after the other. */

import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { BackupReport } from "../../../cli/backup/backups";
import { backupContainerName, SCHEDULER_STATE, SHARED } from "../../../components/docker/layout";
import { execute, type ProgramResult } from "../../../components/docker/run";
import { logsOf } from "../../docker/containers";
import { docker } from "../../docker/engine";
import { describeOnDocker } from "../../docker/suite";
import { canServeS3, S3Server } from "../../s3/server";
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
      "CREATE TABLE load AS SELECT g, repeat(md5(g::text), 8) FROM generate_series(1, 300000) g",
    );
    const ready = "SELECT count(*)::int AS waiting FROM pg_ls_archive_statusdir() WHERE name LIKE '%.ready'";
    for (let waiting = 1; waiting > 0; await sleep(100))
      [{ waiting }] = await stack.queryAs(superuser, ready);
    const [archiver] = await stack.queryAs(
      superuser,
      "SELECT archived_count::int AS archived, failed_count::int AS failed FROM pg_stat_archiver",
    );
    assert.ok(archiver.archived > 5, JSON.stringify(archiver));
    assert.equal(archiver.failed, 0);
    const { archive } = await report();
    assert.deepEqual(archive.faults, []);
  });

  it("leave a second deployment nothing to do", async () => {
    const { code, text } = await stack.pulumi("preview", "--expect-no-changes");
    assert.equal(code, 0, text);
  });

  it("are called healthy", async () => {
    assert.deepEqual(await health(), { code: 0, stdout: "good\n", stderr: "" });
  });

  describe("on schedule", () => {
    const FOLDER = "/tmp/scheduler";

    /** The container's own scheduler, with a schedule and a memory that make jobs due, until it says something. */
    const scheduled = async (jobs: Record<string, string>, until: string) => {
      const handled = Object.fromEntries(Object.keys(jobs).map((job) => [job, { handled: 1 }]));
      const schedule = { database: name, socket: SHARED.socket, maxAge: 3600, jobs };
      const script = `
        mkdir -p ${FOLDER} && cd ${FOLDER} && [ -e state.json ] || echo '${JSON.stringify(handled)}' > state.json
        echo '${JSON.stringify(schedule)}' > schedule.json
        export SCHEDULER_STATE=${FOLDER}/state.json SCHEDULER_SCHEDULE=${FOLDER}/schedule.json
        perl /etc/durable-postgres/scheduler.pl run > log & pid=$!
        for try in $(seq 600); do grep -qs '${until}' log && break; sleep 0.1; done
        kill -\${SIGNAL:-TERM} $pid; wait $pid; cat log
        perl /etc/durable-postgres/scheduler.pl health >&2`;
      const { code, stdout, stderr } = await run("bash", "-c", script);
      return {
        code,
        events: stdout
          .trim()
          .split("\n")
          .map((line) => JSON.parse(line)),
        health: stderr,
      };
    };
    const forget = () => run("rm", "-rf", FOLDER);

    beforeEach(forget);

    it("take what is due, largest first, and say it in JSON", async () => {
      const before = (await report()).backups.length;
      const jobs = { verify: "0 0 1 1 *", diff: "0 0 1 1 *", full: "0 0 1 1 *" };
      const { code, events, health: said } = await scheduled(jobs, '"event":"end","job":"verify"');
      assert.deepEqual([code, said], [0, "good\n"]);
      const seen = events.filter(({ event }) => event !== "output");
      assert.deepEqual(
        seen.map(({ event, job, level }) => [event, job, level].filter(Boolean).join(" ")),
        [
          "started",
          "begin full",
          "end full info",
          "begin diff",
          "end diff info",
          "begin verify",
          "end verify info",
          "stopped",
        ],
      );
      assert.equal((await report()).backups.length, before + 2);
    });

    it("begin anew after they were killed half-way", async () => {
      const { code } = await run(
        "bash",
        "-c",
        `mkdir -p ${FOLDER} && cd ${FOLDER} && echo '{"full":{"handled":1}}' > state.json
         echo '{"database":"x","maxAge":3600,"jobs":{"full":"0 0 1 1 *"}}' > schedule.json
         export SCHEDULER_STATE=${FOLDER}/state.json SCHEDULER_SCHEDULE=${FOLDER}/schedule.json
         perl /etc/durable-postgres/scheduler.pl run > log & pid=$!
         for try in $(seq 100); do grep -q 'backup begins' log && break; sleep 0.1; done
         kill -KILL $pid; for child in /proc/[0-9]*; do grep -qs pgbackrest "$child/comm" && kill -KILL "\${child#/proc/}"; done
         grep -q 'backup begins' log && ! grep -q '"event":"end"' log`,
      );
      assert.equal(code, 0);
      const { events } = await scheduled({ full: "0 0 1 1 *" }, '"event":"end"');
      assert.deepEqual(
        events.filter(({ event }) => event === "end").map(({ job, level }) => [job, level]),
        [["full", "info"]],
      );
    });

    it("find one flipped bit in the repository, which pgBackRest itself reports with exit code 0", async () => {
      const flip = (
        await run(
          "bash",
          "-c",
          "ls -S /var/lib/durable-postgres/backup/pgbackrest/*/archive/main/15-1/*/*.zst | head -1",
        )
      ).stdout.trim();
      const change = (from: string, to: string) =>
        run(
          "perl",
          "-e",
          "open(F,'+<',$ARGV[0]);binmode F;seek(F,1000,0);read(F,$b,1);seek(F,1000,0);print F chr(ord($b)^1)",
          flip,
          from,
          to,
        );
      assert.equal((await change("", "")).code, 0);
      const { code, events, health: said } = await scheduled({ verify: "0 0 1 1 *" }, '"event":"end"');
      assert.equal(code, 1);
      const end = events.find(({ event }) => event === "end");
      assert.equal(end.level, "error");
      assert.match(end.message, /repository 1: .*checksum invalid: 1/);
      assert.match(said, /^verify: repository 1: /);
      const { code: own } = await run("pgbackrest", "verify", "--output=text", "--verbose");
      assert.equal(own, 0);
      assert.equal((await change("", "")).code, 0);
    });

    it("are rehearsed, and whoever asks for the last rehearsal is told of it", async () => {
      assert.equal((await report()).lastRehearsal, null);
      const { code, events, health: said } = await scheduled({ rehearse: "0 0 1 1 *" }, '"event":"end"');
      assert.deepEqual([code, said], [0, "good\n"], JSON.stringify(events));
      // What the container's own scheduler would have written.
      await run("cp", `${FOLDER}/state.json`, SCHEDULER_STATE);
      await docker.getContainer(backupContainerName(name)).restart();
      const { lastRehearsal: last } = await report();
      assert.deepEqual([last?.ok, last?.failure], [true, null]);
      assert.ok(Number(last?.restoreSeconds) > 0);
    });

    describe("of a logical dump", () => {
      const dumped = async () => (await report()).dumps.map(({ name: file }) => file);
      const scratch = () =>
        run("psql", "-h", SHARED.socket, "-Atc", "SELECT datname FROM pg_database WHERE datname ~ 'dump'");
      const expired = "dumps/app_20260101-000000.dump";

      it("restore it once, list it, and remove what is too old and what killed ones left", async () => {
        for (const left of [expired, "dumps/app_20260101-000000.dump.pgbackrest.tmp"])
          assert.equal((await run("sh", "-c", `pgbackrest repo-put ${left} < /dev/null`)).code, 0);
        await run("psql", "-h", SHARED.socket, "-c", "CREATE DATABASE durable_postgres_dump_killed");
        const { code, events, health: said } = await scheduled({ dump: "0 0 1 1 *" }, '"event":"end"');
        assert.deepEqual([code, said], [0, "good\n"], JSON.stringify(events));
        assert.ok(events.some(({ message }) => message === `expired in repository 1: ${expired.slice(6)}`));
        const [file, ...others] = await dumped();
        assert.match(String(file), /^app_\d{8}-\d{6}\.dump$/);
        assert.deepEqual(others, []);
        const { stdout } = await run("sh", "-c", "ls -l /var/lib/durable-postgres/backup/pgbackrest/*/dumps");
        assert.deepEqual(stdout.match(/\S+$/gm)?.slice(1), [
          file,
          file?.replace("app", "globals").replace("dump", "sql"),
        ]);
        assert.deepEqual((await scratch()).stdout, "");
      });

      it("give none the name of a dump that cannot be restored, and call that unhealthy", async () => {
        const before = await dumped();
        // Its index calls a function that finds no table where it is restored.
        await stack.query(
          `CREATE TABLE price (id int);
           CREATE FUNCTION price(int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN RETURN (SELECT max(id) FROM price); END $$;
           INSERT INTO price VALUES (1); CREATE INDEX ON price (price(id))`,
        );
        const { code, events, health: said } = await scheduled({ dump: "0 0 1 1 *" }, '"event":"end"');
        assert.equal(code, 1);
        assert.match(
          said,
          /^dump: exit code 1: pg_restore: pg_restore: error: .*relation "price" does not exist\n$/,
        );
        assert.equal(events.find(({ event }) => event === "end").level, "error");
        assert.deepEqual([await dumped(), (await scratch()).stdout], [before, ""]);
        await stack.query("DROP TABLE price; DROP FUNCTION price(int)");
      });
    });

    it("are called unhealthy when the newest one is too old", async () => {
      await run("mkdir", "-p", FOLDER);
      await run("sh", "-c", `echo '{"database":"x","maxAge":-1,"jobs":{}}' > ${FOLDER}/schedule.json`);
      const { code, stdout } = await run(
        "env",
        `SCHEDULER_SCHEDULE=${FOLDER}/schedule.json`,
        "perl",
        "/etc/durable-postgres/scheduler.pl",
        "health",
      );
      assert.equal(code, 1);
      assert.match(stdout, /^the newest good backup of repository 1 is \d+ s old, more than -1 s$/m);
    });

    it("are waited for by a scheduler that says so in JSON", async () => {
      const lines = (await logsOf(docker.getContainer(backupContainerName(name)))).trim().split("\n");
      assert.deepEqual(JSON.parse(lines[0] ?? "").jobs, {
        full: "30 1 * * 0",
        diff: "30 1 * * 1-6",
        check: "5 * * * *",
        verify: "30 4 * * 0",
        rehearse: "30 6 * * 0",
      });
    });

    it("expire when a younger full one reaches back as far as the retention", async () => {
      const ids = async () =>
        (await report()).backups.filter(({ type }) => type === "full").map(({ id }) => id);
      const before = await ids();
      assert.ok(before.length > 1);
      // The retention is in days; its unit apart, expiring is the same by number.
      await run("pgbackrest", "expire", "--repo1-retention-full-type=count", "--repo1-retention-full=1");
      assert.deepEqual(await ids(), before.slice(-1));
      const { windows, archive } = await report();
      assert.equal(windows.length, 1);
      assert.deepEqual(archive.faults, []);
    });
  });

  it("begin anew by themselves where WAL was dropped in an outage, which is an alarm", async () => {
    const { host, port, roles } = await stack.workspace.outputs();
    const superuser = { host, port, database: "postgres", ...roles.superuser };
    const switchWal = (times: number) =>
      stack.queryAs(
        superuser,
        "SELECT pg_logical_emit_message(false, 'test', 'x'); SELECT pg_switch_wal();".repeat(times),
      );
    const container = docker.getContainer(backupContainerName(name));
    const logged = async () =>
      (await logsOf(container))
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line))
        // Another job may be due meanwhile.
        .filter(({ event, job = "full" }) => event !== "output" && job === "full");
    const { stdout } = await run("sh", "-c", "echo /var/lib/durable-postgres/backup/pgbackrest/*/archive");
    const before = (await report()).backups.length;
    const begun = (await logged()).length;
    await run("chmod", "0", stdout.trim());
    try {
      const [{ name: first }] = await stack.queryAs(
        superuser,
        "SELECT pg_walfile_name(pg_switch_wal()) AS name",
      );
      // 512 MB may wait; what is beyond is dropped, and PostgreSQL told that it is archived. An archiver that has failed
      // tries again within a minute.
      await switchWal(40);
      const dropped = `SELECT (pg_stat_file('pg_wal/archive_status/${first}.ready', true)).size IS NULL AS dropped`;
      while (!(await stack.queryAs(superuser, dropped))[0].dropped) await sleep(200);
    } finally {
      await run("chmod", "750", stdout.trim());
    }
    await switchWal(1);

    // It looks every minute, and whenever it is asked to.
    const said = async (wanted: string) => {
      for (;;) {
        const events = (await logged()).slice(begun);
        if (events.some(({ event, job }) => [event, job].filter(Boolean).join(" ") === wanted)) return events;
        await container.kill({ signal: "SIGUSR1" });
        await sleep(500);
      }
    };
    await said("end full");
    const events = await said("hole closed");
    assert.deepEqual(
      events.map(({ event, job, level }) => [event, job, level].filter(Boolean).join(" ")),
      ["hole error", "begin full", "end full info", "hole closed"],
    );
    assert.match(
      events[0].message,
      /^WAL from [0-9A-F]{24} to [0-9A-F]{24} is not in the archive: .*, which is taken now$/,
    );
    const { backups, windows, archive } = await report();
    assert.deepEqual([backups.length, backups.at(-1)?.type], [before + 1, "full"]);
    assert.equal(windows.length, 2);
    assert.deepEqual(
      archive.faults.map(({ kind }) => kind),
      ["missing"],
    );
    assert.equal((await health()).code, 0);
  });

  describe("in a bucket, encrypted", () => {
    const cipherKey = "cipherKeyOfTheTestsThatNobodyGuesses0000";
    let server: S3Server;
    const configuration = (caFile: string) => {
      const { bucket, region, endpoint } = server.bucket;
      return { docker: { backup: { s3: { bucket, region, endpoint, prefix: "shop", caFile } } } };
    };
    const setSecret = async (key: string, value: string) => {
      const path = `durable-postgres:docker.backup.${key}`;
      const { code, text } = await stack.workspace.pulumi([
        "config",
        "set",
        "--secret",
        "--path",
        path,
        value,
      ]);
      assert.equal(code, 0, text);
    };

    before("starts an S3 server", async function () {
      this.timeout(1_200_000);
      if (!(await canServeS3())) this.skip();
      server = await S3Server.start(`${prefix}-s3`);
      const caFile = path.join(stack.workspace.root, "ca.pem");
      await writeFile(caFile, server.ca);
      await stack.configure(configuration(caFile));
      await setSecret("cipherKey", cipherKey);
      for (const key of ["accessKeyId", "secretAccessKey"] as const)
        await setSecret(`s3.${key}`, server.bucket[key]);
      const { Id } = await stack.inspect();
      await stack.start();
      assert.equal((await stack.inspect()).Id, Id);
    });

    it("hold a first backup of their own, and every segment", async () => {
      const info = JSON.parse(
        (await run("pgbackrest", "info", "--output=json", "--log-level-console=off")).stdout,
      )[0];
      const where = info.backup.map((backup: { database: Record<string, number>; type: string }) => [
        backup.database["repo-key"],
        backup.type,
      ]);
      assert.deepEqual(where, [
        [1, "full"],
        [2, "full"],
      ]);
      assert.equal(info.cipher, "aes-256-cbc");
      const objects = await server.objects();
      assert.ok(
        objects.every((object) => object.startsWith(`./shop/${name}/`)),
        objects.join("\n"),
      );
      assert.ok(objects.some((object) => /\/archive\/main\/15-1\/.*\.zst$/.test(object)));
      assert.match((await cli("backup", "--type", "incr")).stdout, /^backup /m);
      const { windows, place, copies, lastRehearsal: last } = await report();
      assert.equal(windows.length, 1);
      assert.ok(last);
      assert.deepEqual((await stack.workspace.outputs()).lastRehearsal, last);
      const kept = copies.map((copy) => ["archive" in copy && copy.backups.length, copy.place]);
      assert.deepEqual([place, kept], [`volume ${name}-backup`, [[2, `bucket ${server.bucket.bucket}`]]]);
    });

    it("are joined by logical dumps in every repository, which come back in clear text", async () => {
      const { stdout } = await cli("dump");
      const [, file, command] =
        /^dump (\S+): 1MB, [1-9]\d* tables, restored once\ncopy it: (docker exec .*) > \1\n$/.exec(stdout) ??
        [];
      assert.ok(file && command, stdout);
      const objects = await server.objects();
      assert.ok(
        objects.some((object) => object.endsWith(`/dumps/${file}`)),
        objects.join("\n"),
      );
      for (const repository of ["1", "2"]) {
        const get = `${command.replace(/^.* perl/, "perl")} ${repository}`;
        const { stdout: list } = await run("sh", "-c", `${get} | pg_restore --list`);
        assert.match(list, / TABLE DATA public marked app$/m);
      }
      const { stdout: raw } = await run(
        "sh",
        "-c",
        `head -c 8 /var/lib/durable-postgres/backup/pgbackrest/*/dumps/${file}`,
      );
      assert.equal(raw, "Salted__");
    });

    it("are verified in every repository", async () => {
      const text = await run("pgbackrest", "verify", "--repo=2", "--output=text", "--verbose");
      assert.match(text.stdout, /^status: ok$/m);
    });

    it("leave their secrets nowhere but in the stack's secrets and in one file", async () => {
      const secrets = [cipherKey, server.bucket.secretAccessKey, server.bucket.accessKeyId];
      const state = ".durable-postgres/state/.pulumi/stacks/durable-postgres/local.json";
      const containers = [name, backupContainerName(name)];
      const places: Record<string, string> = {
        state: await readFile(path.join(stack.workspace.root, state), "utf8"),
        outputs: (await stack.workspace.pulumi(["stack", "output", "--json"])).text,
      };
      for (const container of containers) {
        places[`inspect of ${container}`] = JSON.stringify(await docker.getContainer(container).inspect());
        places[`log of ${container}`] = await logsOf(docker.getContainer(container));
        const look =
          "cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ | tr '\\0' ' '; cat /etc/durable-postgres/*";
        const { stdout } = await execute(docker, container, {
          command: ["sh", "-c", look],
          user: "postgres",
        });
        places[`processes of ${container}`] = stdout;
      }
      assert.match(String(places.state), /ciphertext/);
      assert.match(String(places.outputs), /"bucket": ?"backups"/);
      for (const [place, text] of Object.entries(places))
        for (const secret of secrets) assert.ok(!text.includes(secret), `${secret} is in ${place}`);
      const mode = await run(
        "stat",
        "-c",
        "%U %a",
        "/var/lib/durable-postgres/archive/pgbackrest/conf.d/secret.conf",
      );
      assert.equal(mode.stdout, "postgres 600\n");
    });

    it("leave the next deployment nothing to do", async () => {
      const { code, text } = await stack.pulumi("preview", "--expect-no-changes");
      assert.equal(code, 0, text);
    });

    it("are called critical where the bucket lacks what the volume has, by the bucket's name", async () => {
      await cli("restore-point", "in-both");
      const list = ["--repo=2", "--log-level-console=off", "--output=json", "--recurse", "repo-ls"];
      const { stdout } = await run("pgbackrest", ...list, "archive/main");
      const segments = Object.keys(JSON.parse(stdout)).filter((file) => /\/[0-9A-F]{24}-/.test(file));
      const newest = segments.sort().at(-1);
      const { code } = await run("pgbackrest", "--repo=2", "repo-rm", `archive/main/${newest}`);
      assert.equal(code, 0);
      const status = await stack.workspace.cli(["status", "--json", "--stack", stack.workspace.stack]);
      const { checks } = JSON.parse(status.stdout);
      const { verdict, value } = checks.find((check: { name: string }) => check.name === "archive");
      const [segment] = /[0-9A-F]{24}(?=-)/.exec(String(newest)) ?? [];
      const lag = `bucket ${server.bucket.bucket}: the server takes ${segment} for archived, and it is not there`;
      assert.deepEqual([verdict, value], ["critical", lag]);
    });

    it("are listed where the bucket does not answer, which is named", async () => {
      const gateway = docker.getContainer(server.name);
      await gateway.stop({ t: 0 });
      const { backups, copies } = await report();
      await gateway.start();
      assert.ok(backups.length > 0);
      const [copy] = copies;
      assert.equal(copy?.place, `bucket ${server.bucket.bucket}`);
      assert.match(copy && "fact" in copy ? copy.fact : "", /unable to connect to /);
    });

    it("are refused with another key, in pgBackRest's words", async () => {
      await setSecret("cipherKey", `${cipherKey}1`);
      const { code, text } = await stack.pulumi("up");
      assert.notEqual(code, 0);
      assert.match(text, /the repositories of the backups cannot be made: /);
    });

    it("are refused with a secret in plain text, which Pulumi would copy into its state", async () => {
      await stack.configure({ docker: { backup: { cipherKey } } });
      const { code, text } = await stack.pulumi("preview");
      assert.notEqual(code, 0);
      assert.match(
        text,
        /docker\.backup\.cipherKey is in the configuration as plain text\n +HINT: npx durable-postgres pulumi config set --secret --path durable-postgres:docker\.backup\.cipherKey/,
      );
    });
  });
});
