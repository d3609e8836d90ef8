/** How are clusters restored, and where are their members? The whole of them is in plans.test.ts. */

import assert from "node:assert/strict";
import { clusterArgs, memberArgs } from "../../../components/rds/cluster";
import type { ServerInputs } from "../../../components/rds/instance";
import type { RestoreOptions } from "../../../components/rds/options";
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

describe("A restored cluster", () => {
  it("is made from what is named, to the latest moment where none is", () => {
    const restored = (restoreFrom: RestoreOptions) => {
      const args = clusterArgs({ ...examplePlan("aurora"), restoreFrom }, INPUTS);
      return args.snapshotIdentifier ?? args.restoreToPointInTime;
    };
    assert.deepEqual(
      [
        restored({ snapshot: "orders-final-1" }),
        restored({ source: "orders" }),
        restored({ source: "orders", time: "2026-11-24T10:00:00Z" }),
      ],
      [
        "orders-final-1",
        { sourceClusterIdentifier: "orders", useLatestRestorableTime: true },
        { sourceClusterIdentifier: "orders", restoreToTime: "2026-11-24T10:00:00Z" },
      ],
    );
  });
});

describe("Aurora's instances", () => {
  it("are in different zones, and take over in their order", () =>
    assert.deepEqual(
      [0, 1, 2, 3].map((index) => {
        const args = memberArgs(examplePlan("aurora"), INPUTS, { identifier: "m", index, cluster: "c" });
        return [args.availabilityZone, args.promotionTier];
      }),
      [
        ["eu-central-1a", 0],
        ["eu-central-1b", 1],
        ["eu-central-1c", 2],
        ["eu-central-1a", 3],
      ],
    ));

  it("are in the zones of subnets that exist", () => {
    const network = {
      kind: "existing" as const,
      vpcId: "vpc-1",
      subnets: { "eu-central-1c": "subnet-3", "eu-central-1b": "subnet-2" },
    };
    const zones = [0, 1].map(
      (index) =>
        memberArgs({ ...examplePlan("aurora"), network }, INPUTS, { identifier: "m", index, cluster: "c" })
          .availabilityZone,
    );
    assert.deepEqual(zones, ["eu-central-1b", "eu-central-1c"]);
  });
});
