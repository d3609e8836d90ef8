/** In which project are the packs compared, and where do they come from? */

import { cp, mkdtemp, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dependencies } from "../package.json";
import { REPOSITORY } from "../test/workspace";
import { type Usage, watched } from "./policies-process";
import { declaredResources } from "./policies-program";
import { pulumi } from "./projects";
import { timed } from "./timing";

/** Policy packs by the folder of the project that they are in. */
export type Pack = "policies" | "noop" | "awsguard";

/** What a preview took. */
export interface Preview {
  /** Wall time in ms. */
  wall: number;
  /** Of the pack's process; undefined without a pack, and where the machine does not tell. */
  usage: Usage | undefined;
}

/** A new stack of many resources, of which only previews are made. */
export interface PolicyProject {
  preview(resources: number, pack?: Pack): Promise<Preview>;
  remove(): Promise<void>;
}

/** Makes the project in a folder of its own, and installs the peer there. */
export async function policyProject(): Promise<PolicyProject> {
  const root = await mkdtemp(join(tmpdir(), "durable-postgres-bench-policies-"));
  const remove = () => rm(root, { recursive: true, force: true });
  try {
    await cp(join(__dirname, "policies"), root, { recursive: true });
    for (const name of ["dist", "node_modules", "policies"])
      await symlink(join(REPOSITORY, name), join(root, name));
    for (const name of ["aws", "docker"]) await placeProvider(root, name);
    await cp(join(__dirname, "yardstick", "policies"), join(root, "noop"), { recursive: true });
    await installPeer(join(root, "awsguard"));
    await pulumi(root, ["stack", "init"]);
  } catch (error) {
    await remove();
    throw error;
  }
  return { preview: (resources, pack) => preview(root, resources, pack), remove };
}

/** The yardstick's no-op provider under another name: it takes any resource. */
async function placeProvider(root: string, name: string): Promise<void> {
  const folder = join(root, name);
  await cp(join(__dirname, "yardstick", "provider"), folder, { recursive: true });
  await rename(join(folder, "pulumi-resource-noop"), join(folder, `pulumi-resource-${name}`));
}

/** The peer with our versions of the SDKs, so that packs are compared. Install scripts would fetch AWS's provider. */
async function installPeer(folder: string): Promise<void> {
  const sdks = (["@pulumi/policy", "@pulumi/pulumi"] as const).map((name) => `${name}@${dependencies[name]}`);
  const quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  await timed(["npm", "install", ...quiet, ...sdks], { cwd: folder });
}

async function preview(root: string, resources: number, pack: Pack | undefined): Promise<Preview> {
  await writeFile(join(root, "resources.json"), JSON.stringify(declaredResources(resources)));
  const args = ["preview", "--suppress-outputs"];
  if (!pack) return { wall: await pulumi(root, args), usage: undefined };
  const folder = join(root, pack);
  const { result, usage } = await watched(folder, () => pulumi(root, [...args, "--policy-pack", folder]));
  return { wall: result, usage };
}
