/** What does a database on RDS consist of, and what does it give to applications and operators? */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import type { DatabaseArgs } from "../../../components/database";
import { RdsDatabase } from "../../../components/rds/database";
import { type RdsOptions, TOPOLOGIES } from "../../../components/rds/options";
import { type StackDatabase, stackOutputs } from "../../../components/stack";
import { judgeAll } from "../../../policies/judge";
import { levelOf } from "../../../policies/profiles";
import { RULES } from "../../../policies/rules";
import { FINDINGS } from "./findings";
import { EXAMPLES } from "./plan-examples";
import { judged, type Planned, planned, readable } from "./planned";
import { PLANS } from "./plans";

const planOf = (args: DatabaseArgs & RdsOptions): Promise<Planned[]> =>
  planned((opts) => new RdsDatabase("db", args, opts));

const HOST = "db-cluster.abc.eu-central-1.rds.amazonaws.com";
const role = (user: string, kind: string) => ({ user, password: `db-${kind}-password-result` });
const URL = `postgresql://app:db-owner-password-result@${HOST}:15432/app?sslmode=verify-full`;

/** Outputs of the example on Aurora, but the long ones. */
const OUTPUTS = {
  host: HOST,
  port: 15432,
  database: "app",
  user: "app",
  sslmode: "verify-full",
  caBundle: "https://truststore.pki.rds.amazonaws.com/eu-central-1/eu-central-1-bundle.pem",
  readerHosts: ["db-cluster.ro.abc.eu-central-1.rds.amazonaws.com"],
  instanceArn: "arn:aws:rds:eu-central-1:111122223333:db-cluster",
  secretArn: "arn:aws:secretsmanager:eu-central-1:111122223333:secret:rds!db-cluster",
  backup: {
    kind: "rds",
    region: "eu-central-1",
    topology: "aurora",
    identifier: "shop-prod-db",
    servers: 2,
    version: "17",
    owner: "shop/prod/db",
    connect: false,
    secretArn: "arn:aws:secretsmanager:eu-central-1:111122223333:secret:rds!db-cluster",
    instanceClass: "db.r7g.large",
    port: 15432,
    subnetGroup: "shop-prod-db-db-subnets",
    securityGroup: "db-security-group-id",
    parameterGroup: "shop-prod-db-aurora-postgresql17-db-parameters",
    bucket: "db-archive-id",
    exportRole: "arn:aws:iam::111122223333:db-snapshot-export",
    keyArn: "arn:aws:kms:eu-central-1:111122223333:db-key",
    retention: 14,
  },
  bucket: "db-archive-id",
  archivePolicies: {
    pgbackrest: "arn:aws:iam::111122223333:db-archive-pgbackrest",
    dumps: "arn:aws:iam::111122223333:db-archive-dumps",
    reader: "arn:aws:iam::111122223333:db-archive-reader",
  },
  exportRole: "arn:aws:iam::111122223333:db-snapshot-export",
  keyArn: "arn:aws:kms:eu-central-1:111122223333:db-key",
  vpcId: "db-vpc-id",
  securityGroup: "db-security-group-id",
  alarmTopic: "arn:aws:sns:eu-central-1:111122223333:db-alarms",
  password: { secret: "db-owner-password-result" },
  url: { secret: URL },
  env: {
    secret: {
      DATABASE_URL: URL,
      PGHOST: HOST,
      PGPORT: "15432",
      PGDATABASE: "app",
      PGUSER: "app",
      PGPASSWORD: "db-owner-password-result",
      PGSSLMODE: "verify-full",
    },
  },
  roles: {
    secret: {
      owner: role("app", "owner"),
      readonly: role("app_readonly", "readonly"),
      monitor: role("app_monitor", "monitor"),
    },
  },
};

/** Inputs that a class of the provider's SDK hands over; it silently drops all others. */
function knownInputs(type: string): Set<string | undefined> {
  const sdk = readFileSync(`node_modules/@pulumi/aws/${type.split(":")[1]}.js`, "utf8");
  return new Set([...sdk.matchAll(/resourceInputs\["(\w+)"\] = \(?args\?\./g)].map(([, input]) => input));
}

for (const topology of TOPOLOGIES)
  describe(`A database on RDS, ${topology},`, () => {
    let plan: Planned[];
    before(async () => {
      plan = await planOf(EXAMPLES[topology]);
    });

    it("is these resources, with these inputs and options", () =>
      assert.deepEqual(readable(plan), PLANS[topology]));

    it("gives no input that the provider does not have", () => {
      const unknown = plan
        .filter(({ type }) => type.startsWith("aws:"))
        .flatMap(({ type, inputs }) => {
          const known = knownInputs(type);
          return Object.keys(inputs)
            .filter((input) => !known.has(input))
            .map((input) => `${type} ${input}`);
        });
      assert.deepEqual(unknown, []);
    });

    it("passes the policy pack in production, and what is only shown has a reason", () => {
      const findings = judgeAll(RULES, judged(plan)).map(({ rule, resource }) => ({ rule, resource }));
      const isMandatory = ({ rule }: { rule: string }) =>
        RULES.some((one) => one.name === rule && levelOf(one, "production") === "mandatory");
      assert.deepEqual(findings.filter(isMandatory), []);
      assert.deepEqual(
        findings.map(({ rule, resource }) => `${rule} ${resource}`),
        FINDINGS[topology].map(({ finding }) => finding),
      );
    });
  });

/** A stack that was never restored. */
function oneGeneration(database: RdsDatabase): StackDatabase {
  return { generations: new Map([[1, database]]), active: 1 };
}

/** Outputs of a stack by name, with secrets marked. */
async function outputsOf(args: DatabaseArgs & RdsOptions): Promise<Record<string, unknown>> {
  const found: Record<string, unknown> = {};
  await planned((opts) => {
    const shown = Object.entries(stackOutputs(oneGeneration(new RdsDatabase("db", args, opts)))).map(
      async ([name, value]) => {
        const output = pulumi.output(value) as pulumi.Output<unknown>;
        const isSecret = await pulumi.isSecret(output);
        const known = await new Promise((resolve) => output.apply(resolve));
        found[name] = isSecret ? { secret: known } : known;
      },
    );
    return Promise.all(shown);
  });
  return found;
}

describe("A database on RDS", () => {
  it("would be found out with an input that the provider drops", () =>
    assert.deepEqual(
      ["aws:s3/bucketPolicy:BucketPolicy", "aws:s3/bucket:Bucket"].map((type) =>
        knownInputs(type).has("tags"),
      ),
      [false, true],
    ));

  it("gives applications their role over verified TLS, and operators the rest", async () => {
    const { ca, settings, verification, rolesScript, generations, ...outputs } = await outputsOf(
      EXAMPLES.aurora,
    );
    assert.deepEqual(outputs, OUTPUTS);
    const { host, port, backup } = OUTPUTS;
    assert.deepEqual(generations, [{ number: 1, active: true, host, port, backup }]);
    assert.match(String(ca), /^-----BEGIN CERTIFICATE-----/);
    assert.deepEqual([typeof settings, verification], ["object", { ok: true }]);
    assert.match((rolesScript as { secret: string }).secret, /^-- Makes database app and its roles/);
  });

  it("makes the roles and verifies over a connection where there is one", async () => {
    const args = { ...EXAMPLES["multi-az"], connect: true };
    const own = (await planOf(args)).filter(({ name }) => /-(roles|verification)$/.test(name));
    const [roles, verification] = own;
    const { ca, ...access } = (roles?.inputs.access ?? {}) as Record<string, unknown>;
    const expected = {
      region: "eu-central-1",
      secretArn: "arn:aws:secretsmanager:eu-central-1:111122223333:secret:rds!db-instance",
      host: "db-instance.abc.eu-central-1.rds.amazonaws.com",
      port: 15432,
    };
    assert.deepEqual(access, expected);
    const {
      values,
      ca: sameCa,
      ...connect
    } = (verification?.inputs.connect ?? {}) as Record<string, unknown>;
    assert.deepEqual([connect, sameCa], [expected, ca]);
    assert.equal((values as Record<string, string>).synchronous_commit, "on");
    assert.deepEqual(
      { ...roles?.inputs, access: undefined, passwords: undefined },
      {
        access: undefined,
        database: "app",
        masterUsername: "dbadmin",
        passwords: undefined,
        resourceId: "db-db-instance",
      },
    );
    assert.deepEqual(((roles?.inputs.passwords ?? {}) as { value?: object }).value, {
      owner: "db-owner-password-result",
      readonly: "db-readonly-password-result",
      monitor: "db-monitor-password-result",
    });
    assert.deepEqual(verification?.options.dependsOn, ["db-instance", "db-roles"]);
    assert.ok(!("rolesScript" in (await outputsOf(args))));
  });

  it("has a name for every replica to read from", async () => {
    const { readerHosts } = await outputsOf(EXAMPLES.single);
    assert.deepEqual(readerHosts, ["db-replica-1.abc.eu-central-1.rds.amazonaws.com"]);
  });

  it("names the secret that is in use", async () => {
    const managed = await outputsOf(EXAMPLES["multi-az"]);
    const own = await outputsOf(EXAMPLES.single);
    assert.deepEqual(
      [managed.secretArn, own.secretArn],
      [
        "arn:aws:secretsmanager:eu-central-1:111122223333:secret:rds!db-instance",
        "arn:aws:secretsmanager:eu-central-1:111122223333:db-master-version",
      ],
    );
  });

  it("is deleted only where that was asked for, and leaves what can be restored", async () => {
    const plan = await planOf({ ...EXAMPLES["multi-az"], deleteData: true });
    assert.deepEqual(
      plan.filter(({ options }) => options.protect).map(({ name }) => name),
      [],
    );
    const { inputs } = plan.find(({ name }) => name === "db-instance") ?? assert.fail("no instance");
    assert.deepEqual(
      [inputs.deletionProtection, inputs.skipFinalSnapshot, inputs.deleteAutomatedBackups],
      [false, false, false],
    );
    const kept = ["db-archive", "db-key", "db-backup-key", "db-archive-public-access", "db-parameters"];
    assert.deepEqual(
      kept.filter((name) => !plan.some((one) => one.name === name && one.options.retainOnDelete)),
      [],
    );
  });

  it("uses the user's key for everything, and makes none", async () => {
    const kmsKeyArn = "arn:aws:kms:eu-central-1:111122223333:key/0a1b2c3d-0000-4000-8000-000000000000";
    const plan = await planOf({ ...EXAMPLES.cluster, kmsKeyArn });
    assert.deepEqual(
      plan.filter(({ type }) => type.startsWith("aws:kms/")),
      [],
    );
    const keys = plan.flatMap(({ inputs }) =>
      ["kmsKeyId", "performanceInsightsKmsKeyId", "masterUserSecretKmsKeyId"].flatMap(
        (name) => inputs[name] ?? [],
      ),
    );
    assert.deepEqual([...new Set(keys)], [kmsKeyArn]);
  });

  it("is refused as a whole, with every fault and before anything is made", async () => {
    const plan = planOf({ ...EXAMPLES.single, instanceClass: "db.m7g.huge", backupRetention: 99 });
    await assert.rejects(plan, (error: Error) => {
      assert.ok(error instanceof pulumi.RunError);
      assert.match(error.message, /db\.m7g\.huge[\s\S]*backupRetention/);
      return true;
    });
  });
});
