/** Which arguments has each generation of a database in a container? */

import assert from "node:assert/strict";
import { dockerDesign, dockerGeneration } from "../../../components/docker/settings";

const OWNERS = ["shop/dev/db", "shop/dev/db-2"] as const;

function plan(args: object, number: number) {
  return dockerDesign("db", dockerGeneration("db", args, { number }), OWNERS[number - 1]).plan;
}

describe("a generation of a database in a container", () => {
  it("is the database itself when it is the first one", () => {
    const args = { containerName: "shop", port: 5432, volumes: { data: "shop-files" }, memory: "1GiB" };
    assert.deepEqual(plan(args, 1), dockerDesign("db", args, OWNERS[0]).plan);
  });

  it("has names of its own, where they are given and where they are not", () => {
    const given = plan({ containerName: "shop", port: 5432, volumes: { data: "shop-files" } }, 2);
    assert.deepEqual(
      [given.containerName, given.volumes, given.port],
      ["shop-2", { data: "shop-files-2", archive: "shop-2-archive", backup: "shop-2-backup" }, undefined],
    );
    const { containerName, volumes } = plan({}, 2);
    assert.deepEqual(
      [containerName, volumes],
      [
        "shop-dev-db-2",
        { data: "shop-dev-db-2-data", archive: "shop-dev-db-2-archive", backup: "shop-dev-db-2-backup" },
      ],
    );
  });
});
