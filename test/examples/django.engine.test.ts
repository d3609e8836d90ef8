/** Does the Django example keep every acknowledged commit when the server is killed? Needs python3 with venv and pip. */

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { createVenv } from "../python";
import { type CommandResult, createWorkspace, REPOSITORY, type Workspace } from "../workspace";

const run = promisify(execFile);

/** Keys to write in all, and how many of them before the server is killed. */
const KEYS = 3000;
const KEYS_BEFORE_CRASH = 200;

/** Lines that the settings tell to write into the stack's configuration. */
function documentedConfiguration(settings: string): string {
  const lines = [...settings.matchAll(/^# {3}(durable-postgres:.*| {2}[a-z_]+: .*)$/gm)];
  return lines.map(([, line]) => `  ${line}\n`).join("");
}

async function filesWith(text: string, folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
  const contents = await Promise.all(files.map((file) => readFile(file)));
  return files
    .filter((_, index) => contents[index]?.includes(text))
    .map((file) => path.relative(folder, file));
}

describe("the Django example", function () {
  this.timeout(600_000);

  let workspace: Workspace;
  let venv: string;
  let python: string;
  let app: string;
  let acknowledgedBeforeCrash: string[];

  const manage = (args: readonly string[], input?: string): Promise<CommandResult> =>
    workspace.cli(["exec", "--stack", "local", "--", python, path.join(app, "manage.py"), ...args], {
      input,
    });
  const printedKeys = async (file: string) =>
    (await readFile(path.join(app, file), "utf8").catch(() => "")).split("\n").slice(0, -1);

  /** Kills the server while `write` runs; the writer is left to its retries. */
  async function crashWhileWriting(file: string, env = {}): Promise<{ end: Promise<CommandResult> }> {
    await rm(path.join(app, file), { force: true });
    const script = `exec "$0" "$1" write --count ${KEYS} > "$2"`;
    const command = ["sh", "-c", script, python, path.join(app, "manage.py"), path.join(app, file)];
    let ended = false;
    const end = workspace.cli(["exec", "--stack", "local", "--", ...command], { env }).finally(() => {
      ended = true;
    });
    while ((await printedKeys(file)).length < KEYS_BEFORE_CRASH && !ended) await sleep(20);
    await workspace.killServer();
    assert.equal(ended, false, "the writer ended before the server was killed");
    return { end };
  }

  before(async () => {
    workspace = await createWorkspace();
    app = path.join(workspace.root, "examples", "django");
    const source = path.join(REPOSITORY, "examples", "django");
    const leftOut = [".venv", "__pycache__", "keys.txt"];
    await cp(source, app, { recursive: true, filter: (file) => !leftOut.includes(path.basename(file)) });
    const configuration = path.join(workspace.root, "Pulumi.local.yaml");
    const documented = documentedConfiguration(
      await readFile(path.join(app, "config", "settings.py"), "utf8"),
    );
    // A lazy WAL writer, so that a crash loses what nobody waited for: synchronous commits do not depend on it.
    const lazy = "    wal_writer_delay: 10s\n";
    await writeFile(configuration, (await readFile(configuration, "utf8")) + documented + lazy);
    venv = await mkdtemp(path.join(os.tmpdir(), "django-venv-"));
    python = await createVenv(venv, "examples/django/requirements.txt", "the Django example");
    await workspace.start();
  });

  after(async () => {
    await workspace?.remove();
    if (venv) await rm(venv, { recursive: true, force: true });
  });

  it("refuses to run without the environment, and says how to", async () => {
    const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("PG")));
    const options = { cwd: app, env: { ...env, PGHOST: "127.0.0.1" } };
    await assert.rejects(run(python, ["manage.py", "write", "--count", "1"], options), {
      code: 1,
      stdout: "",
      stderr:
        "the environment lacks PGPORT, PGDATABASE, PGUSER, PGPASSWORD, PGSSLMODE\n" +
        "HINT: npx durable-postgres exec --stack local -- python manage.py write --count 1\n",
    });
  });

  it("tells the truth about where parameters are set", async () => {
    const server = [
      "checkpoint_timeout",
      "max_connections",
      "max_wal_size",
      "min_wal_size",
      "shared_buffers",
      "wal_level",
    ];
    const always = ["fsync", "full_page_writes"];
    const session = ["effective_cache_size", "maintenance_work_mem", "synchronous_commit", "work_mem"];
    const names = [...server, ...always, ...session].map((name) => `'${name}'`).join(", ");
    const rows = await workspace.query(
      `SELECT name, current_setting(name) AS value, context = 'user' AS session FROM pg_settings WHERE name IN (${names})`,
    );
    const values = Object.fromEntries(rows.map(({ name, value }) => [name, value]));
    assert.deepEqual(
      rows
        .filter((row) => row.session)
        .map((row) => row.name)
        .sort(),
      session,
    );
    assert.deepEqual(
      [...server, ...always].map((name) => `${name}=${values[name]}`),
      [
        "checkpoint_timeout=5min",
        "max_connections=50",
        "max_wal_size=2GB",
        "min_wal_size=80MB",
        "shared_buffers=256MB",
        "wal_level=logical",
        "fsync=on",
        "full_page_writes=on",
      ],
    );
  });

  it("migrates, and serves its views", async () => {
    const migrated = await manage(["migrate"]);
    assert.equal(migrated.code, 0, migrated.text);
    const requests = [
      "from django.test import Client",
      "client = Client(SERVER_NAME='127.0.0.1')",
      `answers = [client.put("/entries/a", body) for body in ('{"plan": 1}', '2', '{')]`,
      "answers += [client.get('/entries/' + key) for key in ('a', 'b')]",
      "print([answer.status_code for answer in answers], answers[3].json()['value'])",
    ];
    const served = await manage(["shell", "--no-imports", "-c", requests.join("\n")]);
    assert.equal(served.stdout, "[201, 200, 400, 200, 404] 2\n", served.text);
  });

  it("keeps every acknowledged commit when the server is killed, and writes on after the restart", async () => {
    const startedAt = await workspace.startedAt();
    const writing = await crashWhileWriting("keys.txt");
    acknowledgedBeforeCrash = await printedKeys("keys.txt");

    const hopeless = await manage(["write", "--count", "1", "--attempts", "2"]);
    assert.equal(hopeless.code, 1, hopeless.text);
    assert.match(hopeless.stderr, /could not be written in 2 attempts\nHINT: npm start\n$/);

    await workspace.start();
    assert.notEqual(await workspace.startedAt(), startedAt);
    const written = await writing.end;
    assert.equal(written.code, 0, written.text);
    assert.match(written.stderr, /: no commit, attempt 1 of 120: /);

    const keys = await printedKeys("keys.txt");
    assert.equal(new Set(keys).size, KEYS);
    assert.deepEqual(keys.slice(0, acknowledgedBeforeCrash.length), acknowledgedBeforeCrash);
    const verified = await manage(["verify_keys", path.join(app, "keys.txt")]);
    assert.deepEqual([verified.code, verified.stdout], [0, `all ${KEYS} keys are there\n`], verified.text);
  });

  it("loses commits when the application turns synchronous_commit off", async () => {
    const writing = await crashWhileWriting("unsafe-keys.txt", { PGOPTIONS: "-c synchronous_commit=off" });
    await workspace.start();
    const written = await writing.end;
    assert.equal(written.code, 0, written.text);
    const verified = await manage(["verify_keys", path.join(app, "unsafe-keys.txt")]);
    assert.equal(verified.code, 1, verified.text);
    assert.match(verified.stderr, /^CommandError: \d+ of \d+ keys are missing: /);
  });

  it("names an acknowledged row that was deleted", async () => {
    const lost = acknowledgedBeforeCrash.at(-1);
    await workspace.query(`DELETE FROM kvstore_entry WHERE key = '${lost}'`, "app");
    const verified = await manage(["verify_keys"], acknowledgedBeforeCrash.join("\n"));
    assert.equal(verified.code, 1, verified.text);
    const count = acknowledgedBeforeCrash.length;
    assert.equal(verified.stderr, `CommandError: 1 of ${count} keys are missing: ${lost}\n`);
  });

  it("does not take an empty list for a success", async () => {
    const verified = await manage(["verify_keys"], "");
    assert.equal(verified.code, 1, verified.text);
    assert.match(verified.stderr, /^CommandError: there are no keys to verify\nHINT: /);
  });

  it("leaves no password in its folder", async () => {
    const { roles } = await workspace.outputs();
    for (const { password } of Object.values<{ password: string }>(roles))
      assert.deepEqual(await filesWith(password, app), []);
    assert.deepEqual(await filesWith(acknowledgedBeforeCrash[0] ?? "", app), ["keys.txt"]);
  });
});
