/** What does a restore on RDS plan, and what does taking an old database away? Pulumi's mocks and the double's functions. */

import assert from "node:assert/strict";
import type { Generation } from "../../components/backup/generations";
import { RdsDatabase, type RdsDatabaseArgs } from "../../components/rds/database";
import { EXAMPLES } from "../components/rds/plan-examples";
import { deploy, type Program, type Stack, type Step } from "./deployment";

const FIRST: Generation = { number: 1 };
const SECOND: Generation = { number: 2, restoreFrom: { generation: 1, to: "2026-01-01T00:00:00Z" } };

function database(generations: Generation[], args: Partial<RdsDatabaseArgs> = {}): Program {
  const active = generations.at(-1)?.number ?? 1;
  return (opts) => new RdsDatabase("db", { ...EXAMPLES["multi-az"], ...args, generations, active }, opts);
}

const said = ({ operation, type, name, reasons }: Step) =>
  [operation, type.split(":").at(-1), name, reasons.join(", ")].filter(Boolean).join(" ");

/** Deploys one after the other, and tells what the last one did. */
async function last(...programs: Program[]): Promise<Step[]> {
  let stack: Stack = new Map();
  let steps: Step[] = [];
  for (const program of programs) ({ stack, steps } = await deploy(program, stack));
  return steps;
}

describe("A second generation on RDS", () => {
  it("is made beside the first one, in its network, with its key, and touches nothing", async () => {
    const steps = await last(database([FIRST]), database([FIRST, SECOND]));
    assert.deepEqual([...new Set(steps.map(({ operation }) => operation))], ["create"]);
    assert.deepEqual(
      steps
        .filter(({ type }) => !/cloudwatch/.test(type))
        .map(said)
        .sort(),
      [
        "create EventSubscription db-2-events-instances",
        "create EventSubscription db-2-events-parameters",
        "create EventSubscription db-2-events-snapshots",
        "create Instance db-2-instance",
        "create InstanceAutomatedBackupsReplication db-2-backup-replication",
      ],
    );
  });

  it("is made from a moment of the first one, from the latest, or from a snapshot", async () => {
    const made = async (to: string) => {
      const { stack } = await deploy(database([FIRST, { number: 2, restoreFrom: { generation: 1, to } }]));
      const { inputs } =
        stack.get("aws:rds/instance:Instance db-2-instance") ?? assert.fail("no second generation");
      return [inputs.identifier, inputs.restoreToPointInTime ?? inputs.snapshotIdentifier];
    };
    const source = { sourceDbInstanceIdentifier: "shop-prod-db" };
    assert.deepEqual(await made("2026-01-01T01:00:00+01:00"), [
      "shop-prod-db-2",
      { ...source, restoreTime: "2026-01-01T00:00:00Z" },
    ]);
    assert.deepEqual(await made("latest"), ["shop-prod-db-2", { ...source, useLatestRestorableTime: true }]);
    assert.deepEqual(await made("before-migration"), ["shop-prod-db-2", "before-migration"]);
  });

  it("plans nothing when its origin is taken away, or says something else", async () => {
    for (const restoreFrom of [undefined, { generation: 1, to: "latest" }])
      assert.deepEqual(
        await last(database([FIRST, SECOND]), database([FIRST, { number: 2, restoreFrom }])),
        [],
      );
  });

  it("would be replaced if its key were looked at: that of its source came with it", async () => {
    const careless: Program = (opts) =>
      database([FIRST, SECOND])({
        ...opts,
        transformations: [
          ({ props, opts: own }) => ({
            props,
            opts: { ...own, ignoreChanges: ["snapshotIdentifier", "restoreToPointInTime"] },
          }),
          ...(opts.transformations ?? []),
        ],
      });
    assert.deepEqual((await last(careless, careless)).map(said), ["replace Instance db-2-instance kmsKeyId"]);
  });

  it("lets the first one go in two deployments: its protection, then itself", async () => {
    const retiring = await last(database([FIRST, SECOND]), database([{ ...FIRST, retiring: true }, SECOND]));
    assert.deepEqual(retiring.map(said), ["update Instance db-instance deletionProtection"]);
    const { stack } = await deploy(database([{ ...FIRST, retiring: true }, SECOND]));
    const isProtected = (name: string) =>
      stack.get(`aws:rds/instance:Instance ${name}`)?.options.protect === true;
    assert.deepEqual(["db-instance", "db-2-instance"].map(isProtected), [false, true]);
    const gone = await last(database([FIRST, SECOND]), database([SECOND]));
    assert.deepEqual([...new Set(gone.map(({ operation }) => operation))], ["delete"]);
    assert.deepEqual(
      gone
        .filter(({ type }) => !/cloudwatch/.test(type))
        .map(({ name }) => name)
        .sort(),
      [
        "db-backup-replication",
        "db-events-instances",
        "db-events-parameters",
        "db-events-snapshots",
        "db-instance",
      ],
    );
  });
});
