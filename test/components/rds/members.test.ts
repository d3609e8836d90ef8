/** Of which servers does each topology consist? */

import assert from "node:assert/strict";
import { isCluster, members } from "../../../components/rds/members";
import type { Topology } from "../../../components/rds/options";

function names(topology: Topology, replicas = 0): string[] {
  return members({ topology, identifier: "db", replicas }).map(
    ({ name, role, identifier }) => `${name} ${role} ${identifier}`,
  );
}

describe("the servers of a database", () => {
  it("are the instance and its replicas", () => {
    assert.deepEqual(names("single"), ["instance primary db"]);
    assert.deepEqual(names("multi-az", 2), [
      "instance primary db",
      "replica-1 replica db-replica-1",
      "replica-2 replica db-replica-2",
    ]);
  });

  it("are three members of a Multi-AZ cluster, which AWS names", () => {
    assert.deepEqual(names("cluster"), [
      "member-1 member db-instance-1",
      "member-2 member db-instance-2",
      "member-3 member db-instance-3",
    ]);
  });

  it("are as many members of Aurora as are asked for, and one more", () => {
    assert.deepEqual(names("aurora", 1), ["member-1 member db-1", "member-2 member db-2"]);
  });

  it("are a cluster or not", () => {
    const clusters = (["single", "multi-az", "cluster", "aurora"] as const).filter((topology) =>
      isCluster({ topology }),
    );
    assert.deepEqual(clusters, ["cluster", "aurora"]);
  });
});
