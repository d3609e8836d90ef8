/** Tests that cut the power: skipped, each by its name, where no file system can be cut. */

import { chmod, mkdir, mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { isRoot } from "../../components/local/account";
import { powerCutObstacle } from "../../drills/storage";
import { canInstallPackages, installPackages } from "../docker/debian";

/** Root's server is another user, who could not pass root's own temporary folder. */
const HOME = isRoot ? "/var/lib/durable-postgres" : os.tmpdir();

/** A folder of its own for what a test cuts. */
export async function withHome(test: (home: string) => Promise<void>): Promise<void> {
  await mkdir(HOME, { recursive: true });
  const home = await mkdtemp(path.join(HOME, "test-"));
  await chmod(home, 0o755);
  await test(home).finally(() => rm(home, { recursive: true, force: true }));
}

/** Why no file system can be cut here; undefined where it can. Root on Debian gets the programs for it. */
export async function ensurePowerCut(): Promise<string | undefined> {
  let obstacle: string | undefined;
  await withHome(async (home) => {
    const look = async () => (await powerCutObstacle(home))?.message;
    obstacle = await look();
    if (!obstacle?.includes("xfsprogs") || !(await canInstallPackages())) return;
    await installPackages(["xfsprogs"]);
    obstacle = await look();
  });
  return obstacle;
}

/** A suite whose tests need XFS on a loop device. */
export function describeWithPowerCut(title: string, body: () => void): void {
  describe(title, () => {
    before("a file system that can be cut", async function () {
      this.timeout(5 * 60_000);
      const obstacle = await ensurePowerCut();
      if (obstacle === undefined) return;
      process.stderr.write(`skipped "${title}": ${obstacle}\n`);
      this.skip();
    });
    body();
  });
}
