/** Does the pack find in a preview what refers to a bucket, though no name is known yet? */

import assert from "node:assert/strict";
import { chmodSync, mkdirSync } from "node:fs";
import path from "node:path";
import { packageRoot } from "../../../components/package";
import { StackFixture } from "../../toolchain/stack-fixture";

/** A provider `aws` that takes anything: the pack only reads inputs. */
const PROVIDER = `#!/usr/bin/env node
process.stdin.once("end", () => process.exit()).resume();
require("@pulumi/pulumi/provider").main({
  version: "7.48.0",
  check: async (urn, olds, news) => ({ inputs: news, failures: [] }),
  create: async (urn, inputs) => ({ id: urn, outs: inputs }),
  delete: async () => {},
}, process.argv.slice(2));
`;

/** Two buckets without names, and what is said of them beside them. */
const PROGRAM = `
const pulumi = require("@pulumi/pulumi");
const make = (module, name, as, properties) =>
  new pulumi.CustomResource("aws:" + module + "/" + name[0].toLowerCase() + name.slice(1) + ":" + name, as, properties);
const deny = (bucket) => ({ Effect: "Deny", Principal: "*", Action: "s3:*", Resource: [bucket.id], Condition: { Bool: { "aws:SecureTransport": "false" } } });
const closed = { blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true };
const safe = make("s3", "BucketV2", "safe-wal", {});
make("s3", "BucketVersioningV2", "safe-versions", { bucket: safe.id, versioningConfiguration: { status: "Enabled" } });
make("s3", "BucketPublicAccessBlock", "safe-block", { bucket: safe.id, ...closed });
make("s3", "BucketPolicy", "safe-policy", { bucket: safe.id, policy: pulumi.jsonStringify({ Statement: deny(safe) }) });
const unsafe = make("s3", "Bucket", "unsafe-wal", {});
make("s3", "BucketVersioning", "unsafe-versions", { bucket: unsafe.id, versioningConfiguration: { status: "Suspended" } });
make("s3", "BucketPolicy", "unsafe-policy", {
  bucket: unsafe.id,
  policy: { Statement: [deny(unsafe), { Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: [unsafe.id] }] },
});
make("ec2", "SecurityGroup", "open", {
  ingress: [{ protocol: "tcp", fromPort: 5432, toPort: 5432, cidrBlocks: [safe.id, "0.0.0.0/0"] }],
});
`;

describe("buckets in the engine", () => {
  const fixture = new StackFixture(PROGRAM);

  before(async () => {
    require("../../../toolchain/build.cjs").ensureBuilt({ quiet: true });
    const plugin = path.join(fixture.root, "aws");
    mkdirSync(plugin);
    fixture.write("aws/pulumi-resource-aws", PROVIDER);
    chmodSync(path.join(plugin, "pulumi-resource-aws"), 0o755);
    fixture.write(
      "Pulumi.yaml",
      "name: fixture\nruntime: { name: nodejs, options: { typescript: false } }\nmain: program.js\n" +
        "plugins: { providers: [{ name: aws, path: ./aws }] }\n",
    );
    await fixture.start();
  });
  after(() => fixture.remove());

  it("are judged by what refers to them, and lists by what is known of them", async () => {
    const pack = path.join(packageRoot, "policies");
    const { code, stdout } = await fixture.pulumi("preview", "--stack", "test", "--policy-pack", pack);
    assert.notEqual(code, 0, stdout);
    const found = [...stdout.matchAll(/\[mandatory\] .*?\s{2}([\w-]+)\s+\(aws:\w+:\w+: ([\w-]+)\)/g)];
    assert.deepEqual(found.map(([, rule, resource]) => `${rule} ${resource}`).sort(), [
      "s3-bucket-versioning unsafe-wal",
      "s3-policy-no-public-principal unsafe-policy",
      "s3-public-access-block unsafe-wal",
      "sg-no-public-postgres-port open",
    ]);
    assert.match(stdout, /policy of safe-policy: not yet known in this preview, judged in the update/);
    assert.doesNotMatch(stdout, /can't be known during preview/);
  });
});
