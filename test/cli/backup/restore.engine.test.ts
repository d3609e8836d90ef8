/** Restores under the real engine: what the commands do to a stack, its configuration and its outputs. */

import assert from "node:assert/strict";
import { readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { Client } from "pg";
import { parse } from "yaml";
import { runningPostmaster } from "../../../components/local/postmaster";
import { type CommandResult, createWorkspace, type Workspace, withWorkspace } from "../../workspace";

/** Sizes that do not depend on the machine that runs the test. */
const CONFIG = { memory: "1GiB", cpus: 2 };

async function asOwner<Result>(
  workspace: Workspace,
  work: (client: Client) => Promise<Result>,
): Promise<Result> {
  const client = new Client({ connectionString: (await workspace.outputs()).url });
  await client.connect();
  return work(client).finally(() => client.end());
}

/** Commits a note as the application, and gives the server's time right after it. */
function note(workspace: Workspace, text: string): Promise<string> {
  return asOwner(workspace, async (client) => {
    await client.query("CREATE TABLE IF NOT EXISTS note (text text)");
    await client.query("INSERT INTO note VALUES ($1)", [text]);
    const { rows } = await client.query(
      `SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS now`,
    );
    return rows[0].now;
  });
}

function notes(workspace: Workspace): Promise<string[]> {
  return asOwner(workspace, async (client) => {
    const { rows } = await client.query("SELECT text FROM note");
    return rows.map(({ text }) => text);
  });
}

function run(workspace: Workspace, ...args: string[]): Promise<CommandResult> {
  return workspace.cli([...args, "--stack", "local"]);
}

async function succeed(workspace: Workspace, ...args: string[]): Promise<string> {
  return (await workspace.succeed([...args, "--stack", "local"])).text;
}

/** The generations that the configuration names, and the active one. */
async function configured(workspace: Workspace): Promise<unknown[]> {
  const { config } = parse(await readFile(path.join(workspace.root, "Pulumi.local.yaml"), "utf8"));
  const { "durable-postgres:generations": list, "durable-postgres:active": active } = config;
  return [Number(active), list];
}

async function unchanged(workspace: Workspace, resources: number): Promise<void> {
  const { text } = await workspace.pulumi(["preview", "--expect-no-changes"]);
  assert.match(text, new RegExp(`\\b${resources} unchanged`));
}

describe("a restore beside the old database", function () {
  this.timeout(600_000);
  this.bail(true);
  let workspace: Workspace;
  let first: string;

  before(async () => {
    workspace = await createWorkspace(CONFIG);
    await workspace.start();
    first = await note(workspace, "first");
    await note(workspace, "second");
  });

  after(() => workspace.remove());

  it("is refused for moments that cannot be, and the configuration stays as it is", async () => {
    const file = path.join(workspace.root, "Pulumi.local.yaml");
    const before = await readFile(file, "utf8");
    const refused: Record<string, RegExp> = {
      "2026-01-01T00:00:00Z":
        /^2026-01-01T00:00:00\.000000Z cannot be restored: backups and archive reach from .*\nHINT: name a moment between them, such as --to .*\n$/,
      "2026-01-01 00:00":
        /^the time 2026-01-01 00:00 has no time zone\nHINT: --to 2026-01-01T00:00Z if it is UTC/,
      "2999-01-01T00:00:00Z":
        /^the time 2999-01-01T00:00:00Z lies in the future: it is .* now\nHINT: --to latest, for everything that was committed\n$/,
      nowhere:
        /^there is no restore point nowhere in what can be restored\nHINT: make one before you need it/,
    };
    for (const [to, message] of Object.entries(refused)) {
      const { code, stderr } = await run(workspace, "restore", "--to", to);
      assert.equal(code, 1, to);
      assert.match(stderr, message);
    }
    assert.equal(await readFile(file, "utf8"), before);
  });

  it("makes a second generation with the first commit and without the second, and keeps the outputs", async () => {
    const before = await workspace.outputs();
    const text = await succeed(workspace, "restore", "--to", first);
    assert.match(text, /restored: generation 2 on 127\.0\.0\.1:\d+\n/);
    assert.match(text, /then let applications use it: npx durable-postgres cutover 2 --stack local\n$/);
    assert.deepEqual(await configured(workspace), [
      1,
      [{ number: 1 }, { number: 2, restoreFrom: { generation: 1, to: first } }],
    ]);
    const { url, generations } = await workspace.outputs();
    assert.equal(url, before.url);
    assert.deepEqual(
      generations.map(({ number, active }: { number: number; active: boolean }) => [number, active]),
      [
        [1, true],
        [2, false],
      ],
    );
    assert.deepEqual(await notes(workspace), ["first", "second"]);
    await unchanged(workspace, 21);
  });

  it("switches the outputs by cutover, and plans nothing afterwards", async () => {
    const text = await succeed(workspace, "cutover", "2");
    const { port, generations } = await workspace.outputs();
    assert.match(text, new RegExp(`active: generation 2 on 127\\.0\\.0\\.1:${port}\n`));
    assert.equal(port, generations[1].port);
    assert.deepEqual(await notes(workspace), ["first"]);
    await unchanged(workspace, 21);
  });

  it("plans nothing where restoreFrom is removed, or says something else", async () => {
    for (const restoreFrom of [undefined, { generation: 1, to: "latest" }]) {
      await workspace.configure({
        ...CONFIG,
        generations: [{ number: 1 }, { number: 2, restoreFrom }],
        active: 2,
      });
      await unchanged(workspace, 21);
    }
  });

  it("does not retire the generation that applications use", async () => {
    const { code, stderr } = await run(workspace, "retire", "2");
    assert.equal(code, 1);
    assert.equal(
      stderr,
      "generation 2 is the one that applications use\nHINT: cut over to another one first: npx durable-postgres cutover 1 --stack local\n",
    );
  });

  it("retires the old one, and keeps its data", async () => {
    const text = await succeed(workspace, "retire", "1");
    const { directory, data } = workspace.instance;
    assert.ok(text.endsWith(`retired: generation 1; its data are kept in ${directory}\n`), text);
    assert.equal(await runningPostmaster(data), undefined);
    assert.ok((await stat(data)).isDirectory());
    await unchanged(workspace, 11);
  });

  it("restores the restored database again, from its own backups, under a number that was not used", async () => {
    const second = await note(workspace, "of generation 2");
    await note(workspace, "too late");
    await succeed(workspace, "restore", "--to", second);
    await succeed(workspace, "cutover", "3");
    assert.deepEqual(await notes(workspace), ["first", "of generation 2"]);
    const { code, stderr } = await run(workspace, "restore", "--to", "latest", "--as", "1");
    assert.equal(code, 1);
    assert.match(
      stderr,
      /^generation 1 of stack local exists already, or its data do\nHINT: leave --as away/,
    );
  });

  it("takes a retired generation back with the data it had", async () => {
    await workspace.configure({ ...CONFIG, generations: [{ number: 1 }, { number: 3 }], active: 1 });
    await workspace.start();
    assert.deepEqual(await notes(workspace), ["first", "second"]);
  });

  it("in place takes a safety backup, switches the outputs, and stops the old one", async () => {
    const text = await succeed(workspace, "restore", "--to", first, "--in-place", "--yes-replace", "local");
    assert.match(text, /safety backup: \d{8}-\d{6}F\n/);
    assert.match(
      text,
      /generation 1 is stopped, and its data are kept in .*\napplications get its address from the outputs\n$/,
    );
    assert.deepEqual(await configured(workspace), [
      4,
      [{ number: 3 }, { number: 4, restoreFrom: { generation: 1, to: first } }],
    ]);
    assert.deepEqual(await notes(workspace), ["first"]);
  });
});

describe("backups of a stack", function () {
  this.timeout(600_000);

  it("are listed with what can be restored, and rehearsed with evidence that the outputs show", () =>
    withWorkspace(async (workspace) => {
      await workspace.start();
      await note(workspace, "first");
      assert.match(await succeed(workspace, "backup"), /^backup \d{8}-\d{6}F: \d+MB\n$/m);
      const { code, stderr } = await run(workspace, "backup", "--type", "incr");
      assert.equal(code, 1);
      assert.match(stderr, /^the target local takes no incr backup/);

      const rehearsal = await run(workspace, "rehearse");
      assert.equal(rehearsal.code, 0, rehearsal.text);
      assert.match(
        rehearsal.stdout,
        /\nok: restored in [\d.]+ s; the newest row was [\d.]+ s old by then\n$/,
      );
      const report = JSON.parse((await workspace.succeed(["backups", "--json", "--stack", "local"])).stdout);
      assert.deepEqual(
        [
          report.generation,
          report.backups.length,
          report.windows.length,
          report.archive.faults,
          report.lastRehearsal.ok,
        ],
        [1, 2, 1, [], true],
      );
      await workspace.pulumi(["up", "--yes"]);
      assert.deepEqual((await workspace.outputs()).lastRehearsal, report.lastRehearsal);
      await unchanged(workspace, 11);

      const folder = `${workspace.instance.directory}-archive`;
      const names = (await readdir(folder)).filter((name) => /^[0-9A-F]{24}$/.test(name)).sort();
      await rm(path.join(folder, names.at(-1) ?? ""));
      const failed = await run(workspace, "rehearse");
      assert.equal(failed.code, 1);
      assert.match(failed.stdout, new RegExp(`FAILED: .*${names.at(-1)} is missing`));
      const text = await succeed(workspace, "backups");
      assert.match(text, new RegExp(`^NOT whole: ${names.at(-1)} is missing$`, "m"));
      assert.match(
        text,
        /^HINT: a new backup makes everything from then on restorable: npx durable-postgres backup --stack local$/m,
      );
      assert.match(text, /^last rehearsal FAILED at /m);
      const lines = (
        await readFile(path.join(workspace.root, ".durable-postgres/evidence/local/rehearsals.jsonl"), "utf8")
      ).trim();
      assert.equal(lines.split("\n").length, 2);
    }, CONFIG));
});

describe("a database that is lost", function () {
  this.timeout(600_000);

  for (const [name, lose] of Object.entries({
    "with its whole folder": (directory: string) => rm(directory, { recursive: true }),
    "with PGDATA alone": (directory: string) => rm(path.join(directory, "data"), { recursive: true }),
  }))
    it(`${name} comes back from backups and archive, and takes its place`, () =>
      withWorkspace(async (workspace) => {
        await workspace.start();
        await note(workspace, "first");
        await workspace.query("SELECT pg_switch_wal()");
        while (!(await archiveHolds(workspace))) await new Promise((resolve) => setTimeout(resolve, 50));
        await workspace.killServer();
        await lose(workspace.instance.directory);
        const deployed = await workspace.cli(["start"]);
        assert.notEqual(deployed.code, 0);
        assert.match(deployed.text, /HINT: .*npx durable-postgres restore --to latest/);
        const text = await succeed(workspace, "restore", "--to", "latest");
        assert.match(
          text,
          /generation 1 was gone, and is in the configuration no more; its backups are kept\n/,
        );
        assert.deepEqual(await configured(workspace), [
          2,
          [{ number: 2, restoreFrom: { generation: 1, to: "latest" } }],
        ]);
        assert.deepEqual(await notes(workspace), ["first"]);
        await unchanged(workspace, 11);
      }, CONFIG));

  it("in its files, but not in its WAL, comes back in place with everything that was committed", () =>
    withWorkspace(async (workspace) => {
      await workspace.start();
      await note(workspace, "archived or not");
      await workspace.killServer();
      const { data, directory } = workspace.instance;
      await writeFile(path.join(data, "global", "pg_control"), "");
      const asked = await run(workspace, "restore", "--to", "latest", "--in-place");
      assert.equal(asked.code, 1);
      assert.match(
        asked.stderr,
        /--in-place replaces generation 1 of stack local: applications get the restored database\nHINT: to go on: --yes-replace local\n$/,
      );
      const text = await succeed(
        workspace,
        "restore",
        "--to",
        "latest",
        "--in-place",
        "--yes-replace",
        "local",
      );
      assert.match(text, /no safety backup: the server is down\. Its folder is kept as it is\n/);
      assert.ok(text.includes(`generation 1 is stopped, and its data are kept in ${directory}\n`));
      assert.deepEqual(await notes(workspace), ["archived or not"]);
      assert.ok((await stat(data)).isDirectory());
      await unchanged(workspace, 11);
    }, CONFIG));
});

/** True once nothing waits to be archived. */
async function archiveHolds(workspace: Workspace): Promise<boolean> {
  const [row] = await workspace.query(
    "SELECT count(*)::int AS waiting FROM pg_ls_archive_statusdir() WHERE name LIKE '%.ready'",
  );
  return row.waiting === 0;
}
