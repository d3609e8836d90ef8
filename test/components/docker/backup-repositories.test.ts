import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { backupPlan, pgBackRestPlan } from "../../../components/docker/backup";
import {
  plainSecretFaults,
  type RepositoryOptions,
  repositoryFaults,
  repositorySecrets,
} from "../../../components/docker/backup-repositories";

const CLUSTER = {
  version: "17",
  containerName: "shop-postgres",
  systemIdentifier: "7",
  release: "2.59",
  retention: 30,
} as const;

const messages = (options: RepositoryOptions) => repositoryFaults(options).map(({ message }) => message);

describe("the repositories of a container's backups", () => {
  it("are one on the backup volume, and one in a bucket of AWS by the machine's role", () => {
    const s3 = { bucket: "my-backups", region: "eu-central-1", prefix: "/databases/" };
    const { repositories, encrypted } = pgBackRestPlan(
      backupPlan({ s3, cipherKey: "k".repeat(32) }),
      CLUSTER,
    );
    assert.equal(encrypted, true);
    assert.deepEqual(repositories, [
      { kind: "posix", path: "/var/lib/durable-postgres/backup/pgbackrest/7-encrypted" },
      {
        kind: "s3",
        path: "/databases/shop-postgres/7-encrypted",
        bucket: "my-backups",
        endpoint: "s3.eu-central-1.amazonaws.com",
        region: "eu-central-1",
        uriStyle: "host",
        keyType: "auto",
      },
    ]);
  });

  it("are in a bucket of another server, by a key", () => {
    const s3 = {
      bucket: "b.1",
      region: "x",
      endpoint: "s3.example.com:9000",
      accessKeyId: "A",
      secretAccessKey: "S",
      caFile: "/ca.pem",
    };
    assert.deepEqual(pgBackRestPlan(backupPlan({ s3 }), CLUSTER).repositories[1], {
      kind: "s3",
      path: "/shop-postgres/7",
      bucket: "b.1",
      endpoint: "s3.example.com",
      port: 9000,
      region: "x",
      uriStyle: "path",
      keyType: "shared",
      caFile: "/var/lib/durable-postgres/archive/pgbackrest/ca.pem",
    });
  });

  it("are refused where they cannot be reached, all faults at once", () => {
    const s3 = {
      bucket: "my.backups",
      region: "",
      endpoint: "http://s3.example.com/x",
      uriStyle: "host",
      accessKeyId: "A",
      role: "r",
      prefix: "a b",
      caFile: "/nowhere/ca.pem",
    } as const;
    assert.deepEqual(messages({ s3, cipherKey: "short" }), [
      "docker.backup.s3.bucket my.backups has a dot, and no certificate fits <bucket>.<host> then\nHINT: write `uriStyle: path` under docker.backup.s3",
      "docker.backup.s3 has no region\nHINT: write `region: eu-central-1` under docker.backup.s3",
      'docker.backup.s3.endpoint "http://s3.example.com/x" is no host name with an optional port; the protocol is always https\nHINT: write `endpoint: s3.example.com` under docker.backup.s3',
      "docker.backup.s3 has one half of a key\nHINT: write `secretAccessKey: …` under docker.backup.s3",
      "docker.backup.s3 has a key and a role, and only one of them can be used\nHINT: write `role: r, without a key` under docker.backup.s3",
      'docker.backup.s3.prefix "a b" is no path of a folder\nHINT: write `prefix: databases/shop` under docker.backup.s3',
      "docker.backup.s3.caFile /nowhere/ca.pem cannot be read: ENOENT: no such file or directory, stat '/nowhere/ca.pem'\nHINT: name a file with certificates in PEM",
      "the cipher key of docker.backup is not one line of at least 32 characters\nHINT: make one, and keep a copy elsewhere: openssl rand -base64 48",
    ]);
  });

  it("are refused with secrets in plain configuration", () => {
    assert.deepEqual(
      plainSecretFaults({ s3: { bucket: "b", region: "r", secretAccessKey: "S" } }).map(
        ({ message }) => message,
      ),
      [
        "docker.backup.s3.secretAccessKey is in the configuration as plain text\nHINT: npx durable-postgres pulumi config set --secret --path durable-postgres:docker.backup.s3.secretAccessKey --stack <stack>",
      ],
    );
    assert.deepEqual(plainSecretFaults({ cipherKeyFile: "/key" }), []);
  });

  describe("with a file for the cipher key", () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), "durable-postgres-key-"));
    const file = path.join(folder, "key");
    after(() => rmSync(folder, { recursive: true }));

    it("take the key from it, where nobody else can read it", () => {
      writeFileSync(file, `${"k".repeat(64)}\n`, { mode: 0o600 });
      assert.deepEqual(messages({ cipherKeyFile: file }), []);
      assert.deepEqual(repositorySecrets({ cipherKeyFile: file }), {
        secrets: { cipherKey: "k".repeat(64) },
      });
    });

    it("are refused where others can, and where there is none", () => {
      chmodSync(file, 0o644);
      assert.deepEqual(messages({ cipherKeyFile: file }), [
        `docker.backup.cipherKeyFile ${file} can be read by others\nHINT: chmod 600 ${file}`,
      ]);
      assert.deepEqual(messages({ cipherKeyFile: `${file}2` }), [
        `docker.backup.cipherKeyFile ${file}2 cannot be read: ENOENT: no such file or directory, stat '${file}2'\nHINT: (umask 077; openssl rand -base64 48 > ${file}2)`,
      ]);
    });
  });
});
