/** Where a container's room is read: from df in it, and what is said where that cannot be. */

import assert from "node:assert/strict";
import path from "node:path";
import { ARCHIVE, BACKUP } from "../../../components/docker/layout";
import { Fault } from "../../../components/faults";
import { containerDisks, localDisks } from "../../../components/status/disks";
import { docker } from "../../docker/engine";
import { IMAGE } from "../../docker/image";
import { describeOnDocker } from "../../docker/suite";

describeOnDocker("the disks of a container", ({ prefix }) => {
  const container = `${prefix}-disks`;

  before(async () => {
    const sizes = { "/data": "size=64m", [ARCHIVE]: "size=32m", [BACKUP]: "size=16m" };
    const options = { Image: IMAGE, Cmd: ["sleep", "600"], HostConfig: { Tmpfs: sizes } };
    await (await docker.createContainer({ name: container, ...options })).start();
  });

  it("are those of data, archive and backup", async () => {
    const size = (megabytes: number) => ({ free: megabytes * 2 ** 20, total: megabytes * 2 ** 20 });
    assert.deepEqual(await containerDisks(container, "/data"), [
      { folder: "/data", ...size(64) },
      { folder: ARCHIVE, ...size(32) },
      { folder: BACKUP, ...size(16) },
    ]);
  });

  it("are not known where a folder is missing", async () => {
    const fault = await containerDisks(container, "/missing");
    assert.ok(fault instanceof Fault);
    assert.match(
      fault.message,
      /^df in the container says: .*\/missing.*\nHINT: look at it yourself: df -h$/,
    );
  });

  it("are not known where the engine does not have it", async () => {
    assert.deepEqual(
      await containerDisks(`${prefix}-none`, "/data"),
      new Fault(
        `the Docker engine has no container ${prefix}-none`,
        "name the stack's engine: export DOCKER_HOST=…",
      ),
    );
  });
});

describe("the disk of a local server", () => {
  it("is the one of its data directory", async () => {
    const disks = await localDisks(__dirname);
    assert.ok(!(disks instanceof Fault));
    const [disk] = disks;
    assert.ok(disk && disk.folder === __dirname && disk.free <= disk.total && disk.total > 0);
  });

  it("is not known where there is no such directory", async () => {
    const fault = await localDisks(path.join(__dirname, "missing"));
    assert.ok(fault instanceof Fault && /^ENOENT/.test(fault.fact));
  });
});
