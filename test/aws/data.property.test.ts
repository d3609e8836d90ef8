/** Can any sequence of changes to a configuration lose data? Only what is refused before it is planned. */

import assert from "node:assert/strict";
import fc from "fast-check";
import { faultsOf } from "../../components/arguments";
import { RdsDatabase, type RdsDatabaseArgs } from "../../components/rds/database";
import { identityFaults } from "../../components/rds/identity";
import type { RdsPlan } from "../../components/rds/options";
import { rdsDesign } from "../../components/rds/settings";
import { type History, histories, LIKELY } from "./changes";
import { type Deployment, deploy, type Program, RefusedByAws, type Stack, type Step } from "./deployment";

const OWNER = "shop/prod/db";

/** Types that hold data, or without which data cannot be read. */
const DATA = [
  "aws:rds/instance:Instance",
  "aws:rds/cluster:Cluster",
  "aws:kms/key:Key",
  "aws:s3/bucket:Bucket",
];

/** A step that loses data. A replica holds none of its own, and a key of another region is kept. */
function isLoss({ operation, type, name, isKept }: Step): boolean {
  const destroys = operation === "replace" || (operation === "delete" && !isKept);
  return destroys && DATA.includes(type) && !/-replica-\d+$/.test(name);
}

/** How a program is made from arguments; the controls have others. */
type Programs = (args: RdsDatabaseArgs) => Program;

const database: Programs = (args) => (opts) => new RdsDatabase("db", args, opts);

/** The plan of sound options, or undefined. */
function planOf(args: RdsDatabaseArgs): RdsPlan | undefined {
  let plan: RdsPlan | undefined;
  const faults = faultsOf(() => {
    plan = rdsDesign("db", args, OWNER).plan;
  });
  return faults.length > 0 ? undefined : plan;
}

/** What happened to a history. */
interface Outcome {
  /** Of all deployments. */
  steps: Step[];
  deployed: number;
  /** Configurations that we refuse. */
  refused: number;
  /** What AWS refuses, though we do not. */
  refusedByAws: string[];
}

/** A deployment, or what AWS says against it. */
async function attempt(program: Program, stack: Stack): Promise<Deployment | RefusedByAws> {
  return deploy(program, stack).catch((error) => {
    if (error instanceof RefusedByAws) return error;
    throw error;
  });
}

/** Deploys what is not refused, one configuration after the other. */
async function live(
  { configurations }: History,
  {
    programs = database,
    guard = identityFaults,
  }: { programs?: Programs; guard?: typeof identityFaults } = {},
): Promise<Outcome> {
  const outcome: Outcome = { steps: [], deployed: 0, refused: 0, refusedByAws: [] };
  let stack: Stack = new Map();
  let before: RdsPlan | undefined;
  for (const args of configurations) {
    const plan = planOf(args);
    if (!plan || (before && guard(before, plan).length > 0)) {
      outcome.refused++;
      continue;
    }
    const deployment = await attempt(programs(args), stack);
    if (deployment instanceof RefusedByAws) {
      outcome.refusedByAws.push(deployment.message);
      continue;
    }
    outcome.steps.push(...deployment.steps);
    outcome.deployed++;
    [stack, before] = [deployment.stack, plan];
  }
  return outcome;
}

const SEED = { seed: 20_261_124, endOnFailure: true };

/** The first history that loses data, if there is one. */
async function losing(
  runs: number,
  options: Parameters<typeof live>[1],
): Promise<{ history: History; losses: Step[] } | undefined> {
  let found: { history: History; losses: Step[] } | undefined;
  const property = fc.asyncProperty(histories(4), async (history) => {
    const { steps } = await live(history, options);
    const losses = steps.filter(isLoss);
    if (losses.length > 0) found = { history, losses };
    return losses.length === 0;
  });
  const { failed, errorInstance } = await fc.check(property, { ...SEED, numRuns: runs });
  if (failed && !found) throw errorInstance;
  return found;
}

describe("The data of a database on RDS", function () {
  this.timeout(300_000);

  it("survive every sequence of changes that is not refused", async () => {
    const counts = { deployed: 0, refused: 0, byAws: new Set<string>(), changed: new Set<string>() };
    const property = fc.asyncProperty(histories(4), async (history) => {
      const { steps, deployed, refused, refusedByAws } = await live(history);
      counts.deployed += deployed;
      counts.refused += refused;
      for (const message of refusedByAws) counts.byAws.add(message.replace(/[\d.]+ to [\d.]+$/, "… to …"));
      for (const { operation, reasons } of steps)
        for (const reason of reasons) counts.changed.add(`${operation} ${reason}`);
      assert.deepEqual(steps.filter(isLoss), []);
    });
    await fc.assert(property, { ...SEED, numRuns: 100, examples: LIKELY.map((history) => [history]) });
    // What was tried: not a run of refusals.
    for (const change of [
      "engineVersion",
      "instanceClass",
      "multiAz",
      "allocatedStorage",
      "parameters",
      "port",
    ])
      assert.ok(counts.changed.has(`update ${change}`), `no run changed ${change}`);
    assert.ok(counts.changed.has("replace family"), "no run upgraded to a new major version");
    assert.ok(counts.deployed > 100 && counts.refused > 0);
    assert.deepEqual([...counts.byAws], []);
  });

  it("are lost without the guard of what cannot change", async () => {
    assert.ok(await losing(60, { guard: () => [] }));
  });

  it("are lost when what counts at creation alone is read again", async () => {
    const careless: Programs = (args) => (opts) =>
      database(args)({
        ...opts,
        transformations: [
          ({ props, opts: own }) => ({ props, opts: { ...own, ignoreChanges: [] } }),
          ...(opts.transformations ?? []),
        ],
      });
    const found = await losing(200, { programs: careless });
    const reasons = found?.losses.flatMap((loss) => loss.reasons) ?? [];
    assert.ok(reasons.some((reason) => ["restoreToPointInTime", "snapshotIdentifier"].includes(reason)));
  });

  it("are lost when a name follows from something that changes", async () => {
    const renamed: Programs = (args) => database({ ...args, database: `app_${args.port ?? 5432}` });
    const found = await losing(200, { programs: renamed });
    const reasons = found?.losses.flatMap((loss) => loss.reasons) ?? [];
    assert.ok(reasons.some((reason) => ["dbName", "databaseName"].includes(reason)));
  });
});
