/** Restores of a database in a container: one stack, each test goes on from where the one before it ended. */

import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { generationName } from "../../../components/backup/generations";
import { backupContainerName } from "../../../components/docker/layout";
import { DockerStack } from "../../components/docker/docker-stack";
import { execIn } from "../../docker/containers";
import { docker } from "../../docker/engine";
import { describeOnDocker } from "../../docker/suite";
import type { CommandResult } from "../../workspace";

/** The server's clock, as `--to` takes it. */
const NOW = `SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS now`;

describeOnDocker("a restore of a database in a container", function ({ prefix }) {
  this.timeout(600_000);
  this.bail(true);
  const name = `${prefix}-restored`;
  let stack: DockerStack;
  let first: string;

  const run = (...args: string[]): Promise<CommandResult> =>
    stack.workspace.cli([...args, "--stack", "local"]);
  const succeed = async (...args: string[]): Promise<string> =>
    (await stack.workspace.succeed([...args, "--stack", "local"])).text;
  const unchanged = async () => {
    const { code, text } = await stack.pulumi("preview", "--expect-no-changes");
    assert.equal(code, 0, text);
  };
  /** Commits a note as the application, and gives the server's time right after it. */
  const note = async (text: string): Promise<string> => {
    await stack.query("CREATE TABLE IF NOT EXISTS note (text text)");
    await stack.query(`INSERT INTO note VALUES ('${text}')`);
    return (await stack.query(NOW))[0].now;
  };
  const notes = async () => (await stack.query("SELECT text FROM note")).map(({ text }) => text);
  const containers = async () =>
    (await docker.listContainers({ all: true, filters: { name: [`^/${name}`] } }))
      .map(({ Names }) => Names[0]?.slice(1))
      .sort();

  before("deploys a stack", async function () {
    this.timeout(600_000);
    stack = await DockerStack.create(name);
    await stack.start();
    first = await note("first");
    await note("second");
  });

  after(() => stack?.remove());

  it("keeps its sessions when a process of the archiver is killed, which has left its parent", async () => {
    const checkpointer = "SELECT pid FROM pg_stat_activity WHERE backend_type = 'checkpointer'";
    const before = await stack.query(checkpointer);
    const { code, text } = await execIn(
      docker.getContainer(name),
      ["bash", "-c", "(setsid sleep 1000 & echo $! > /tmp/left) && sleep 0.2 && kill -9 $(cat /tmp/left)"],
      "postgres",
    );
    assert.equal(code, 0, text);
    await sleep(500);
    assert.deepEqual(await stack.query(checkpointer), before);
  });

  it("is refused for a moment that cannot be, before anything is touched", async () => {
    const refused: Record<string, RegExp> = {
      "2026-01-01T00:00:00Z":
        /^2026-01-01T00:00:00\.000000Z cannot be restored: backups and archive reach from /,
      "2026-01-01 00:00":
        /^the time 2026-01-01 00:00 has no time zone\nHINT: --to 2026-01-01T00:00Z if it is UTC/,
      nowhere:
        /^there is no restore point nowhere in what can be restored\nHINT: make one before you need it/,
    };
    for (const [to, message] of Object.entries(refused)) {
      const { code, stderr } = await run("restore", "--to", to);
      assert.equal(code, 1, to);
      assert.match(stderr, message);
    }
    // Also where it is written by hand, and only previewed.
    const restoreFrom = { generation: 1, to: "2026-01-01T00:00:00Z" };
    await stack.configure({ generations: [{ number: 1 }, { number: 2, restoreFrom }] });
    const { code, text } = await stack.pulumi("preview");
    assert.notEqual(code, 0);
    assert.match(text, /2026-01-01T00:00:00\.000000Z cannot be restored: backups and archive reach from /);
    await stack.configure({});
    assert.deepEqual(await containers(), [name, backupContainerName(name)]);
  });

  it("to a time makes a second generation with the first commit and without the second", async () => {
    const text = await succeed("restore", "--to", first);
    assert.match(text, /restored: generation 2 on 127\.0\.0\.1:\d+\n/);
    assert.deepEqual(await notes(), ["first", "second"]);
    const two = generationName(name, 2);
    assert.deepEqual(
      await containers(),
      [name, two, backupContainerName(two), backupContainerName(name)].sort(),
    );
    await unchanged();
    await succeed("cutover", "2");
    assert.deepEqual(await notes(), ["first"]);
    const { container, network, volumes } = await stack.workspace.outputs();
    assert.deepEqual(
      [container, network, volumes],
      [two, two, { data: `${two}-data`, archive: `${two}-archive`, backup: `${two}-backup` }],
    );
    await unchanged();
  });

  it("retires the old generation: its containers go, and its volumes are kept", async () => {
    const text = await succeed("retire", "1");
    assert.ok(text.endsWith(`retired: generation 1; its data are kept in volume ${name}-data\n`), text);
    const two = generationName(name, 2);
    assert.deepEqual(await containers(), [two, backupContainerName(two)]);
    const volumes = await stack.volumes();
    for (const kind of ["data", "archive", "backup"]) assert.ok(volumes.includes(`${name}-${kind}`), kind);
  });

  it("restores a restored database again, to a restore point on its own timeline", async () => {
    await note("of generation 2");
    await succeed("restore-point", "marked");
    await note("too late");
    await succeed("restore", "--to", "marked");
    await succeed("cutover", "3");
    assert.deepEqual(await notes(), ["first", "of generation 2"]);
    await succeed("retire", "2");
  });

  it("comes back from its backups alone when container and data volume are gone, and takes its place", async () => {
    const three = generationName(name, 3);
    await note("archived");
    await succeed("restore-point", "last");
    for (const container of [three, backupContainerName(three)])
      await docker.getContainer(container).remove({ force: true, v: true });
    await docker.getVolume(`${three}-data`).remove();
    const deployed = await stack.workspace.cli(["start", "--stack", "local"]);
    assert.notEqual(deployed.code, 0);
    assert.match(deployed.text, /HINT: .*npx durable-postgres restore --to latest/);
    const text = await succeed("restore", "--to", "latest");
    assert.match(text, /generation 3 was gone, and is in the configuration no more; its backups are kept\n/);
    assert.deepEqual(await notes(), ["first", "of generation 2", "archived"]);
    // Whoever looks for its secrets does not make it again.
    assert.ok(!(await stack.volumes()).includes(`${three}-data`));
  });
});
