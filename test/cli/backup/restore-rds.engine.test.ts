/** The commands for backups on a stack of RDS under the real engine: configuration and outputs, with AWS's part from doubles. */

import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { parse } from "yaml";
import { stateFolder } from "../../../toolchain/environment";
import { RdsAccount } from "../../aws/rds-account";
import type { Cluster, Instance } from "../../aws/rds-api";
import { RdsStack } from "../../aws/rds-stack";
import type { CommandResult } from "../../workspace";

const NAME = "durable-postgres-staging-postgres";

interface StateResource {
  type: string;
  outputs: {
    identifier?: string;
    name?: string;
    engineVersionActual?: string;
    parameterGroupName?: string;
    parameters?: { name: string; value: string }[];
  };
}

/** An account that has what the provider's double made, as the stack's state tells. */
class DeployedAccount extends RdsAccount {
  root = "";

  private get resources(): StateResource[] {
    const file = path.join(stateFolder(this.root), ".pulumi/stacks/durable-postgres/staging.json");
    if (!existsSync(file)) return [];
    return JSON.parse(readFileSync(file, "utf8")).checkpoint?.latest?.resources ?? [];
  }

  protected override async instance(identifier: string): Promise<Instance> {
    const made = this.resources.find(({ outputs }) => outputs?.identifier === identifier)?.outputs;
    if (made && !this.databases.has(identifier))
      this.add(identifier, {
        multiAz: false,
        version: String(made.engineVersionActual),
        parameterGroup: String(made.parameterGroupName),
        retention: 7,
        earliest: "2026-01-01T02:10:00Z",
        latest: "2026-01-08T11:55:00Z",
      });
    return super.instance(identifier);
  }

  protected override cluster(): Promise<Cluster> {
    throw new Error("there is none");
  }

  protected override async group(name: string): Promise<Readonly<Record<string, string>>> {
    const found = this.resources.find(
      ({ type, outputs }) => type === "aws:rds/parameterGroup:ParameterGroup" && outputs?.name === name,
    );
    return Object.fromEntries((found?.outputs.parameters ?? []).map((row) => [row.name, row.value]));
  }
}

describe("a stack on RDS", function () {
  this.timeout(600_000);
  this.bail(true);
  const account = new DeployedAccount();
  let stack: RdsStack;

  before(async () => {
    stack = await RdsStack.create("staging", account);
    account.root = stack.workspace.root;
    const up = await stack.runWithApi("up");
    assert.equal(up.code, 0, up.text);
  });
  after(() => stack?.remove());

  const run = (...args: string[]): Promise<CommandResult> =>
    stack.workspace.cli([...args, "--stack", "staging"], { env: stack.apiEnv });
  const succeed = async (...args: string[]): Promise<string> => {
    const { code, text, stdout } = await run(...args);
    assert.equal(code, 0, text);
    return stdout;
  };
  const refused = async (message: RegExp, ...args: string[]): Promise<void> => {
    const { code, stderr } = await run(...args);
    assert.equal(code, 1);
    assert.match(stderr, message);
  };
  const configured = async (): Promise<unknown[]> => {
    const { config } = parse(await readFile(path.join(stack.workspace.root, "Pulumi.staging.yaml"), "utf8"));
    return [Number(config["durable-postgres:active"] ?? 1), config["durable-postgres:generations"]];
  };
  const unchanged = async () => assert.deepEqual((await stack.preview()).steps, []);

  it("has snapshots, and says what AWS can restore", async () => {
    assert.match(await succeed("backup"), new RegExp(`^snapshot ${NAME}-\\d{8}t\\d{6}z: 100GB\n$`));
    await refused(/^RDS takes no incr backup/, "backup", "--type", "incr");
    await refused(
      /^RDS keeps no names of moments, and this machine does not reach the database that could\nHINT: .*`connect: true` under rds\n$/,
      "restore-point",
      "before-migration",
    );
    const text = await succeed("backups");
    assert.match(text, new RegExp(`^generation 1 of stack staging: ${NAME}, single\n`));
    assert.match(
      text,
      /automated backups: 7 days\ncan be restored: 2026-01-01T02:10:00Z to 2026-01-08T11:55:00Z\nnever rehearsed: npx durable-postgres rehearse --stack staging\n$/,
    );
    const { code, stdout } = await run("status", "--json");
    const { checks } = JSON.parse(stdout);
    assert.deepEqual(
      checks.map(({ name }: { name: string }) => name),
      ["server", "last backup", "last rehearsal", "restorable window"],
    );
    // The account's clock stands still: what can be restored ends long ago.
    assert.deepEqual([code, checks[0].verdict, checks[3].verdict], [2, "ok", "critical"]);
    assert.equal(checks[3].value, "2026-01-01T02:10:00Z to 2026-01-08T11:55:00Z");
    const { generation, topology, snapshots } = JSON.parse(await succeed("backups", "--json"));
    assert.deepEqual([generation, topology, snapshots.length], [1, "single", 1]);
  });

  it("is not restored to what AWS cannot restore, and its configuration stays", async () => {
    await refused(
      /^2025-01-01T00:00:00Z cannot be restored: RDS goes back from/,
      "restore",
      "--to",
      "2025-01-01T00:00:00Z",
    );
    await refused(/^RDS restores to times and snapshots, and 0\/5000028 is/, "restore", "--to", "0/5000028");
    await refused(/^there is no snapshot nowhere of/, "restore", "--to", "nowhere");
    assert.deepEqual(await configured(), [1, undefined]);
  });

  it("is restored beside the old database, and plans nothing afterwards", async () => {
    const text = await succeed("restore", "--to", "2026-01-06T12:00:00+01:00");
    assert.match(
      text,
      new RegExp(
        `restored: generation 2 on ${NAME}-2\\.\\S+:15432\nlook at it, then let applications use it: npx durable-postgres cutover 2 --stack staging\n$`,
      ),
    );
    assert.deepEqual(await configured(), [
      1,
      [{ number: 1 }, { number: 2, restoreFrom: { generation: 1, to: "2026-01-06T11:00:00Z" } }],
    ]);
    await unchanged();
  });

  it("switches its outputs by cutover, and keeps bucket, key and passwords", async () => {
    const before = await stack.workspace.outputs();
    await succeed("cutover", "2");
    const after = await stack.workspace.outputs();
    assert.match(after.host, new RegExp(`^${NAME}-2\\.`));
    for (const same of ["bucket", "keyArn", "vpcId", "securityGroup", "password", "alarmTopic"])
      assert.equal(after[same], before[same], same);
    assert.deepEqual([after.backup.identifier, before.backup.identifier], [`${NAME}-2`, NAME]);
  });

  it("lets the old one go when it is named, after its protection", async () => {
    await refused(
      new RegExp(
        `^retiring generation 1 deletes ${NAME}; AWS keeps the snapshot ${NAME}-final-\\w{8}, and its automated backups for their time\nHINT: to go on: npx durable-postgres retire 1 --allow postgres-instance --stack staging\n$`,
      ),
      "retire",
      "1",
    );
    assert.match(
      await succeed("retire", "1", "--allow", "postgres-instance"),
      new RegExp(`retired: generation 1; its data are kept in snapshot ${NAME}-final-\\w{8}\n$`),
    );
    assert.deepEqual((await configured())[0], 2);
    await unchanged();
  });

  it("is rehearsed, with what was not looked at", async () => {
    const text = await succeed("rehearse");
    assert.match(
      text,
      /\nok: restored in [\d.]+ s; NOBODY LOOKED INTO IT: this machine does not reach the database\n$/,
    );
    assert.match(await succeed("backups"), /\nlast rehearsal: ok at .*, restored in [\d.]+ s\n$/);
    const made = account.changes.map(({ Action }) => Action);
    assert.deepEqual(made.slice(-2), ["RestoreDBInstanceToPointInTime", "DeleteDBInstance"]);
  });

  it("is restored in place from a snapshot, after a snapshot for safety", async () => {
    account.addSnapshot("before-migration", { database: NAME });
    await refused(
      /HINT: to go on: --yes-replace staging\n$/,
      "restore",
      "--to",
      "before-migration",
      "--in-place",
    );
    const text = await succeed(
      "restore",
      "--to",
      "before-migration",
      "--in-place",
      "--yes-replace",
      "staging",
    );
    assert.match(
      text,
      /applications get its address from the outputs\ngeneration 2 still runs, and costs: npx durable-postgres retire 2 --stack staging\n$/,
    );
    const [active, list] = await configured();
    assert.deepEqual([active, (list as { number: number }[]).map(({ number }) => number)], [3, [2, 3]]);
  });
});
