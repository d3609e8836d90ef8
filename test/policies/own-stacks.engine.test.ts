/** What does the pack say of the product's own stacks? Nothing that stops them; the rest is listed here, each with its reason. */

import assert from "node:assert/strict";
import { networkInterfaces } from "node:os";
import { readEngineOutput } from "../../cli/preview/engine-output";
import { type ReportedFinding, reportedFindings } from "../../cli/report/finding";
import { devConfiguration } from "../components/docker/dev-configuration";
import { describeOnDocker } from "../docker/suite";
import { createWorkspace, type WorkspaceConfig } from "../workspace";

/** `rule resource`, and why it stays. */
type Advice = Readonly<Record<string, string>>;

const OF_EVERY_CONTAINER: Advice = {
  "docker-cpu-limit postgres-container":
    "a quota stops a server in the middle of holding a lock, and slows its recovery; shares can put it behind its neighbours",
  "docker-read-only-root postgres-container":
    "Docker refuses to upload pg_hba.conf into one; the server's user may write /tmp and the run directory alone",
  "docker-image-pinned postgres-image":
    "the tag brings minor releases with their fixes; who wants one image writes its digest as docker.image",
};

const OF_UNPROTECTED_VOLUMES: Advice = {
  "resource-not-protected postgres-archive": "retainOnDelete keeps it, which no policy can see",
  "resource-not-protected postgres-backup": "retainOnDelete keeps it, which no policy can see",
  "resource-not-protected postgres-data": "retainOnDelete keeps it, which no policy can see",
};

const ALLOWED: Readonly<Record<"local" | "dev" | "shared", Advice>> = {
  local: {},
  dev: { ...OF_EVERY_CONTAINER, ...OF_UNPROTECTED_VOLUMES },
  shared: OF_EVERY_CONTAINER,
};

/** Findings of the profile `production`, which holds where no other one is named. */
async function findings(stack: string, config: WorkspaceConfig): Promise<ReportedFinding[]> {
  const workspace = await createWorkspace(config, undefined, { stack });
  try {
    await workspace.succeed(["pulumi", "stack", "init", stack]);
    const { stdout, text } = await workspace.cli(
      ["pulumi", "preview", "--stack", stack, "--json", "--non-interactive", "--policy-pack", "policies"],
      { env: { PULUMI_ENABLE_STREAMING_JSON_PREVIEW: "true" } },
    );
    assert.match(stdout, /"summaryEvent"/, text);
    const output = readEngineOutput(stdout, stack);
    assert.deepEqual(
      output.diagnostics.filter(({ severity }) => severity === "error"),
      [],
    );
    assert.equal(output.passed.includes("fsync-off"), true, "the pack did not judge the stack");
    return reportedFindings(output);
  } finally {
    await workspace.remove();
  }
}

function assertAllowed(found: readonly ReportedFinding[], allowed: Advice): void {
  const named = found.map(({ level, policy, resource }) => `${level} ${policy} ${resource}`);
  assert.deepEqual(
    named.sort(),
    Object.keys(allowed)
      .map((advice) => `advisory ${advice}`)
      .sort(),
  );
}

describe("the stack local", () => {
  it("has no finding", async () => assertAllowed(await findings("local", {}), ALLOWED.local));
});

describeOnDocker("a stack in Docker", function () {
  this.timeout(120_000);
  const dev = { target: "docker", ...(devConfiguration() as WorkspaceConfig) };

  it("as Pulumi.dev.yaml has it is only advised", async () => {
    assertAllowed(await findings("dev", dev), ALLOWED.dev);
  });

  it("that other machines reach, with protected volumes, is only advised", async () => {
    const addresses = Object.values(networkInterfaces()).flatMap((entries) => entries ?? []);
    const address = addresses.find(({ family, internal }) => family === "IPv4" && !internal)?.address;
    assertAllowed(await findings("shared", { ...dev, docker: { address, protect: true } }), ALLOWED.shared);
  });
});
