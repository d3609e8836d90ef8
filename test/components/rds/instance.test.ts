/** What does an instance get that depends on more than one option? The whole of it is in plans.test.ts. */

import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import fc from "fast-check";
import {
  ignoredChanges,
  instanceArgs,
  replicaArgs,
  type ServerInputs,
} from "../../../components/rds/instance";
import { hasManagedPassword } from "../../../components/rds/master-password";
import type { RestoreOptions } from "../../../components/rds/options";
import { finalSnapshotIdentifier } from "../../../components/rds/servers";
import { examplePlan } from "./plan-examples";

const INPUTS: ServerInputs = {
  key: "key",
  subnetGroup: "subnets",
  securityGroup: "sg-1",
  parameterGroup: "parameters",
  monitoringRole: "role",
  finalSnapshot: "final",
  blueGreen: false,
};

const restored = (restoreFrom: RestoreOptions) => {
  const { snapshotIdentifier, restoreToPointInTime } = instanceArgs(
    { ...examplePlan("multi-az"), restoreFrom },
    INPUTS,
  );
  return snapshotIdentifier ?? restoreToPointInTime;
};

describe("A restored instance", () => {
  it("is made from what is named, to the latest moment where none is", () =>
    assert.deepEqual(
      [
        restored({ snapshot: "rds:orders-2026-11-24-02-05" }),
        restored({ source: "orders" }),
        restored({ source: "orders", time: "2026-11-24T10:00:00Z" }),
        restored({ automatedBackup: "arn:aws:rds:eu-west-1:111122223333:auto-backup:ab-1" }),
      ],
      [
        "rds:orders-2026-11-24-02-05",
        { sourceDbInstanceIdentifier: "orders", useLatestRestorableTime: true },
        { sourceDbInstanceIdentifier: "orders", restoreTime: "2026-11-24T10:00:00Z" },
        {
          sourceDbInstanceAutomatedBackupsArn: "arn:aws:rds:eu-west-1:111122223333:auto-backup:ab-1",
          useLatestRestorableTime: true,
        },
      ],
    ));

  it("is not looked at again for where it came from, nor for the key that came with it", () =>
    assert.deepEqual(
      [ignoredChanges(examplePlan("multi-az")), ignoredChanges(examplePlan("cluster"))],
      [
        ["snapshotIdentifier", "restoreToPointInTime", "kmsKeyId"],
        ["snapshotIdentifier", "restoreToPointInTime"],
      ],
    ));
});

describe("A minor version", () => {
  it("is what the database begins with, as long as major upgrades are refused", () =>
    assert.deepEqual(
      [
        { engineVersion: "17.4" },
        { engineVersion: "17.4", majorUpgrade: "in-place" as const },
        { engineVersion: "17" },
      ].map((changes) =>
        ignoredChanges({ ...examplePlan("multi-az"), ...changes }).includes("engineVersion"),
      ),
      [true, false, false],
    ));
});

describe("The master password", () => {
  it("is RDS's own wherever AWS can do that", () =>
    assert.deepEqual(
      (
        [
          ["single", 0, "in-place"],
          ["single", 1, "refuse"],
          ["multi-az", 0, "blue-green"],
          ["cluster", 0, "refuse"],
          ["aurora", 3, "refuse"],
        ] as const
      ).map(([topology, replicas, majorUpgrade]) => hasManagedPassword({ topology, replicas, majorUpgrade })),
      [true, false, false, true, true],
    ));

  it("is given in one way only", () => {
    const managed = instanceArgs(examplePlan("multi-az"), INPUTS);
    const ownPassword = {
      password: pulumi.output("p"),
      generation: pulumi.output(1),
      secretArn: pulumi.output("secret"),
    };
    const own = instanceArgs(examplePlan("multi-az"), { ...INPUTS, ownPassword });
    const named = (args: object) => Object.keys(args).filter((name) => /password|SecretKms/i.test(name));
    assert.deepEqual(
      [named(managed), named(own)],
      [
        ["manageMasterUserPassword", "masterUserSecretKmsKeyId"],
        ["passwordWo", "passwordWoVersion"],
      ],
    );
  });
});

describe("A blue/green deployment", () => {
  it("is made only when a new major version comes: the provider would make one for every change", () => {
    const asked = { ...examplePlan("multi-az"), majorUpgrade: "blue-green" as const };
    assert.deepEqual(
      [
        instanceArgs(asked, { ...INPUTS, blueGreen: true }).blueGreenUpdate,
        instanceArgs(asked, INPUTS).blueGreenUpdate,
        instanceArgs(examplePlan("multi-az"), { ...INPUTS, blueGreen: true }).blueGreenUpdate,
      ],
      [{ enabled: true }, { enabled: false }, undefined],
    );
  });
});

describe("A read replica", () => {
  it("says nothing that it has of its source, and nothing about backups that AWS would refuse", () => {
    const args = replicaArgs(examplePlan("single"), INPUTS, {
      identifier: "orders-replica-1",
      source: "orders",
    });
    const refused = [
      "engine",
      "engineVersion",
      "username",
      "dbName",
      "dbSubnetGroupName",
      "allocatedStorage",
      "finalSnapshotIdentifier",
      "manageMasterUserPassword",
      "blueGreenUpdate",
    ];
    assert.deepEqual(
      refused.filter((name) => name in args),
      [],
    );
  });
});

describe("The final snapshot's name", () => {
  it("is the same for one security group, and another for another", () => {
    assert.equal(finalSnapshotIdentifier("orders", "sg-0a1b2c3d4e5f60718"), "orders-final-e5f60718");
    assert.notEqual(
      finalSnapshotIdentifier("orders", "sg-0a1b2c3d4e5f60718"),
      finalSnapshotIdentifier("orders", "sg-0a1b2c3d4e5f60719"),
    );
  });

  it("is one that AWS takes", () =>
    fc.assert(
      fc.property(
        fc.stringMatching(/^[a-z](-?[a-z0-9]){0,62}$/),
        fc.stringMatching(/^sg-([0-9a-f]{8}|[0-9a-f]{17})$/),
        (identifier, group) => {
          const name = finalSnapshotIdentifier(identifier, group);
          assert.match(name, /^[a-zA-Z](-?[a-zA-Z0-9])*$/);
          assert.ok(name.length <= 255);
        },
      ),
    ));
});
