import assert from "node:assert/strict";
import fc from "fast-check";
import {
  hasRelease,
  type PgBackRestPlan,
  type S3Repository,
  toPgBackRestConf,
} from "../../../../components/backup/pgbackrest/conf";

const PLAN: PgBackRestPlan = {
  release: "2.45",
  stanza: "main",
  dataDirectory: "/var/lib/postgresql/data",
  socketDirectory: "/var/lib/durable-postgres/archive/socket",
  user: "postgres",
  spoolDirectory: "/var/lib/durable-postgres/archive/spool",
  repositories: [{ kind: "posix", path: "/var/lib/durable-postgres/backup/pgbackrest/7" }],
  retention: 14,
  encrypted: false,
  processes: 2,
};

const S3: S3Repository = {
  kind: "s3",
  path: "/shop/app/7",
  bucket: "backups",
  endpoint: "s3.eu-central-1.amazonaws.com",
  region: "eu-central-1",
  uriStyle: "host",
  keyType: "shared",
};

describe("pgBackRest's settings", () => {
  it("of a repository on a volume", () => {
    assert.deepEqual(toPgBackRestConf(PLAN), {
      "pgbackrest.conf": `# Written by durable-postgres.
[global]
repo1-path=/var/lib/durable-postgres/backup/pgbackrest/7
repo1-retention-full-type=time
repo1-retention-full=14
repo1-bundle=y
archive-async=y
compress-type=zst
log-level-console=info
log-level-file=off
process-max=2
spool-path=/var/lib/durable-postgres/archive/spool
start-fast=y

[main]
pg1-path=/var/lib/postgresql/data
pg1-socket-path=/var/lib/durable-postgres/archive/socket
pg1-user=postgres
`,
      "conf.d/secret.conf": `# Written by durable-postgres.
[global]
`,
    });
  });

  it("of a volume and a bucket, encrypted, for a release that copies changed parts of files", () => {
    const plan: PgBackRestPlan = {
      ...PLAN,
      release: "2.59.1",
      repositories: [...PLAN.repositories, { ...S3, port: 9000, caFile: "/etc/ssl/ca.pem" }],
      encrypted: true,
      archiveQueueMax: 1024 ** 3,
    };
    const secrets = { s3: { key: "AKIA", keySecret: "hidden" }, cipherKey: "cipher" };
    assert.deepEqual(toPgBackRestConf(plan, secrets), {
      "pgbackrest.conf": `# Written by durable-postgres.
[global]
repo1-path=/var/lib/durable-postgres/backup/pgbackrest/7
repo1-cipher-type=aes-256-cbc
repo1-retention-full-type=time
repo1-retention-full=14
repo1-bundle=y
repo1-block=y
repo2-type=s3
repo2-path=/shop/app/7
repo2-s3-bucket=backups
repo2-s3-endpoint=s3.eu-central-1.amazonaws.com
repo2-s3-region=eu-central-1
repo2-s3-uri-style=host
repo2-s3-key-type=shared
repo2-storage-port=9000
repo2-storage-ca-file=/etc/ssl/ca.pem
repo2-storage-verify-tls=y
repo2-cipher-type=aes-256-cbc
repo2-retention-full-type=time
repo2-retention-full=14
repo2-bundle=y
repo2-block=y
archive-async=y
archive-push-queue-max=1073741824
compress-type=zst
log-level-console=info
log-level-file=off
process-max=2
spool-path=/var/lib/durable-postgres/archive/spool
start-fast=y

[main]
pg1-path=/var/lib/postgresql/data
pg1-socket-path=/var/lib/durable-postgres/archive/socket
pg1-user=postgres
`,
      "conf.d/secret.conf": `# Written by durable-postgres.
[global]
repo1-cipher-pass=cipher
repo2-s3-key=AKIA
repo2-s3-key-secret=hidden
repo2-cipher-pass=cipher
`,
    });
  });

  it("have no secret outside of the file for secrets, and each option once in a section", () => {
    // Of its own kind each: where two secrets are the same, one of them would be found where the other belongs.
    const secret = (kind: string) =>
      fc.stringMatching(/^[A-Za-z0-9/+=]{20,64}$/).map((text) => `${kind}:${text}`);
    const plans = fc.record({
      s3: fc.boolean(),
      encrypted: fc.boolean(),
      retention: fc.integer({ min: 1, max: 3650 }),
      key: secret("key"),
      keySecret: secret("keySecret"),
      cipherKey: secret("cipherKey"),
    });
    fc.assert(
      fc.property(plans, ({ s3, encrypted, retention, key, keySecret, cipherKey }) => {
        const repositories = [...PLAN.repositories, ...(s3 ? [S3] : [])];
        const files = toPgBackRestConf(
          { ...PLAN, repositories, encrypted, retention },
          { s3: { key, keySecret }, cipherKey },
        );
        const plain = files["pgbackrest.conf"];
        for (const text of [key, keySecret, cipherKey]) assert.ok(!plain.includes(text), plain);
        assert.equal(files["conf.d/secret.conf"].includes(cipherKey), encrypted);
        assert.equal(files["conf.d/secret.conf"].includes(keySecret), s3);
        for (const text of Object.values(files)) {
          const options = String(text)
            .split("\n")
            .flatMap((line) => /^([a-z0-9-]+)=/.exec(line)?.[1] ?? []);
          assert.deepEqual(options, [...new Set(options)]);
        }
      }),
    );
  });

  it("compare releases by number", () => {
    assert.deepEqual(
      ["2.45", "2.46", "2.59.1", "3.0"].map((release) => hasRelease(release, "2.46")),
      [false, true, true, true],
    );
  });
});
