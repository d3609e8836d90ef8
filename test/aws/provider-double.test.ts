/** Does the double plan what the AWS provider plans, and refuse what it and AWS refuse? By the rules of their sources. */

import assert from "node:assert/strict";
import type { Properties } from "../../provider/wire";
import { problems } from "./provider-double/check";
import { differences } from "./provider-double/differences";
import { fromPrefix, named } from "./provider-double/names";
import { made } from "./provider-double/outputs";
import { changeRefusals, creationRefusals, deletionRefusals } from "./provider-double/refusals";
import { updated } from "./provider-double/state";
import { MARKS } from "./provider-double/terraform";
import { recordedResource, schema } from "./recorded-schema";

const INSTANCE = "aws:rds/instance:Instance";
const CLUSTER = "aws:rds/cluster:Cluster";
const GROUP = "aws:rds/parameterGroup:ParameterGroup";

const inputs: Properties = {
  identifier: "shop",
  engine: "postgres",
  engineVersion: "15",
  instanceClass: "db.m7g.large",
  allocatedStorage: 100,
  maxAllocatedStorage: 500,
  username: "dbadmin",
  dbName: "app",
  storageEncrypted: true,
  manageMasterUserPassword: true,
  maintenanceWindow: "sun:03:30-sun:04:30",
  finalSnapshotIdentifier: "shop-final",
};

let count = 0;
const scope = { region: "eu-central-1", unique: () => String(++count).padStart(32, "0") };
const state = () => made(INSTANCE, inputs, scope).outputs;

/** `replace username` for each difference of the instance. */
function planned(change: Properties, before: Properties = {}): string[] {
  const after = Object.fromEntries(
    Object.entries({ ...inputs, ...change }).filter(([, value]) => value !== null),
  );
  return differences(INSTANCE, { ...state(), ...before }, after).map(
    ({ name, replace }) => `${replace ? "replace" : "update"} ${name}`,
  );
}

describe("The double of the AWS provider", () => {
  it("has marks for every recorded type, and for no property that the provider does not have", () => {
    assert.deepEqual(Object.keys(MARKS).sort(), Object.keys(schema.resources).sort());
    for (const [type, { replaces, computed = [], defaults = {} }] of Object.entries(MARKS))
      assert.deepEqual(
        [...replaces, ...computed, ...Object.keys(defaults)].filter(
          (name) => !(name in recordedResource(type).inputs),
        ),
        [],
        type,
      );
  });

  const cases: readonly [title: string, change: Properties, expected: string[], before?: Properties][] = [
    ["nothing", {}, []],
    ["a default that is written down", { deleteAutomatedBackups: true, publiclyAccessible: false }, []],
    ["a class", { instanceClass: "db.m7g.xlarge" }, ["update instanceClass"]],
    ["an identifier, in place", { identifier: "orders" }, ["update identifier"]],
    ["a master user", { username: "other" }, ["replace username"]],
    ["a database", { dbName: "other" }, ["replace dbName"]],
    ["a key", { kmsKeyId: "arn:aws:kms:eu-central-1:1:key/2" }, ["replace kmsKeyId"]],
    ["no encryption any more", { storageEncrypted: null }, ["replace storageEncrypted"]],
    ["a region", { region: "eu-west-1" }, ["replace region"]],
    ["a snapshot to begin with", { snapshotIdentifier: "old" }, ["replace snapshotIdentifier"]],
    ["storage that RDS has grown", {}, [], { allocatedStorage: 300 }],
    [
      "storage beyond what RDS has grown",
      { allocatedStorage: 400 },
      ["update allocatedStorage"],
      { allocatedStorage: 300 },
    ],
    [
      "storage grown without autoscaling",
      { maxAllocatedStorage: null },
      ["update allocatedStorage", "update maxAllocatedStorage"],
      { allocatedStorage: 300 },
    ],
    ["a newer minor version by RDS", {}, [], { engineVersionActual: "15.12" }],
    ["a window in capitals", { maintenanceWindow: "SUN:03:30-SUN:04:30" }, []],
    ["retention that is left out", { backupRetentionPeriod: null }, [], { backupRetentionPeriod: 7 }],
    ["a write-only password", { passwordWo: "new" }, []],
  ];
  for (const [title, change, expected, before] of cases)
    it(`plans for ${title}: ${expected.join(", ") || "nothing"}`, () =>
      assert.deepEqual(planned(change, before).sort(), expected));

  it("replaces a Multi-AZ cluster for another storage type, and not one of Aurora", () => {
    const plan = (engine: string) =>
      differences(CLUSTER, { engine, storageType: "gp3" }, { engine, storageType: "io2" });
    assert.deepEqual(plan("postgres"), [{ name: "storageType", replace: true }]);
    assert.deepEqual(plan("aurora-postgresql"), [{ name: "storageType", replace: false }]);
  });

  it("takes parameters and policies for what they say, not for their order", () => {
    const one = { name: "fsync", value: "1", applyMethod: "immediate" };
    const other = { name: "jit", value: "0", applyMethod: "immediate" };
    const base = { family: "postgres15", name: "shop" };
    assert.deepEqual(
      differences(GROUP, { ...base, parameters: [one, other] }, { ...base, parameters: [other, one] }),
      [],
    );
    const policy = "aws:s3/bucketPolicy:BucketPolicy";
    assert.deepEqual(
      differences(policy, { bucket: "b", policy: '{"a": 1}' }, { bucket: "b", policy: '{"a":1}' }),
      [],
    );
  });

  it("names what has no name, once, and keeps a prefix until something is made", () => {
    const unique = () => "0123456789abcdef0123456789abcdef";
    const group = named(GROUP, "parameters", { family: "postgres15" }, { unique });
    assert.deepEqual(group, { family: "postgres15", name: "parameters-0123456" });
    assert.deepEqual(
      named(GROUP, "parameters", { family: "postgres16" }, { before: group, unique: () => "f" }),
      {
        family: "postgres16",
        name: "parameters-0123456",
      },
    );
    assert.deepEqual(fromPrefix(GROUP, { namePrefix: "shop-" }, unique), {
      name: "shop-0123456789abcdef0123456789",
    });
  });

  it("refuses names, types and combinations that the provider refuses, all at once", () => {
    assert.deepEqual(problems(INSTANCE, inputs), []);
    assert.deepEqual(
      problems(INSTANCE, {
        ...inputs,
        instanceClass: null,
        allocatedStorage: "100",
        identifer: "shop",
        password: "secret",
        backupRetentionPeriod: 36,
        maintenanceWindow: "sunday",
        restoreToPointInTime: { restoreTime: 1 },
      }),
      [
        `${INSTANCE}.instanceClass is required, and not set`,
        `${INSTANCE}.allocatedStorage is a string, and must be a number`,
        `${INSTANCE} has no property identifer`,
        `${INSTANCE}.restoreToPointInTime.restoreTime is a number, and must be a string`,
        `${INSTANCE}: manageMasterUserPassword conflicts with password`,
        `${INSTANCE}: maintenanceWindow "sunday" is not valid`,
        `${INSTANCE}: backupRetentionPeriod 36 is not valid`,
      ],
    );
  });

  it("refuses what AWS refuses when something is made", () => {
    const parameters = [
      { name: "max_connections", value: "10", applyMethod: "immediate" },
      { name: "work_mam", value: "1", applyMethod: "immediate" },
      { name: "work_mem", value: "4096", applyMethod: "immediate" },
    ];
    assert.deepEqual(creationRefusals(GROUP, { family: "postgres15", parameters }), [
      "InvalidParameterCombination: cannot use immediate apply method for static parameter: max_connections",
      "InvalidParameterValue: Could not find parameter with name: work_mam",
    ]);
    assert.equal(creationRefusals(INSTANCE, { ...inputs, storageType: "gp3", iops: 3000 }).length, 1);
    assert.equal(creationRefusals(INSTANCE, { ...inputs, maxAllocatedStorage: 100 }).length, 1);
  });

  it("refuses what AWS refuses when something is changed or deleted", () => {
    const fixed = { ...inputs, maxAllocatedStorage: null };
    assert.equal(changeRefusals(INSTANCE, state(), { ...fixed, allocatedStorage: 50 }).length, 1);
    assert.equal(changeRefusals(INSTANCE, state(), { ...inputs, engineVersion: "15.8" }).length, 1);
    assert.equal(changeRefusals(INSTANCE, state(), { ...inputs, engineVersion: "16" }).length, 1);
    const allowed = { ...inputs, engineVersion: "16", allowMajorVersionUpgrade: true };
    assert.deepEqual(changeRefusals(INSTANCE, state(), allowed), []);
    assert.deepEqual(deletionRefusals(INSTANCE, { ...inputs, deletionProtection: true }), [
      "InvalidParameterCombination: Cannot delete protected DB Instance, please disable deletion protection and try again.",
    ]);
    assert.equal(deletionRefusals(INSTANCE, { ...inputs, finalSnapshotIdentifier: null }).length, 1);
  });

  it("remembers what AWS made, also after a change", () => {
    const before = state();
    const after = updated(INSTANCE, before, { ...inputs, engineVersion: "16", allocatedStorage: 200 });
    assert.deepEqual(
      [after.resourceId, after.address, after.engineVersionActual, after.allocatedStorage],
      [before.resourceId, before.address, "16.9", 200],
    );
    assert.equal(updated(INSTANCE, { ...before, allocatedStorage: 300 }, inputs).allocatedStorage, 300);
    assert.match(String(before.address), /^shop\.c\w{11}\.eu-central-1\.rds\.amazonaws\.com$/);
    const [secret] = before.masterUserSecrets as { secretArn: string }[];
    assert.match(String(secret?.secretArn), /^arn:aws:secretsmanager:eu-central-1:111122223333:secret:rds!/);
  });
});
