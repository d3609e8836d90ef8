/**
 * Which names and values does AWS itself publish? Records those that a database uses: `npx tsx test/aws/record-models.ts`
 * writes recorded/models.json from botocore's models of the APIs and cfn-lint's list of engine versions.
 */

import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { fetchPackage } from "../../toolchain/pypi";
import type { RecordedModels } from "./recorded-models";

/** Enumerations, by API. */
const ENUMERATIONS: Readonly<Record<string, readonly string[]>> = {
  cloudwatch: ["ComparisonOperator", "Statistic"],
  ec2: ["TrafficType", "LogDestinationType"],
  rds: ["ApplyMethod", "DatabaseInsightsMode", "SourceType"],
  s3: [
    "BucketVersioningStatus",
    "ExpirationStatus",
    "ObjectLockRetentionMode",
    "ObjectOwnership",
    "ServerSideEncryption",
  ],
};

/** Members of a request whose values stand in the documentation alone. */
const DOCUMENTED: readonly (readonly [shape: string, member: string, after: RegExp])[] = [
  ["CreateDBInstanceMessage", "EngineLifecycleSupport", /Valid Values:/],
  ["CreateDBInstanceMessage", "EnableCloudwatchLogsExports", /RDS for PostgreSQL -/],
  ["CreateDBInstanceMessage", "MonitoringInterval", /Valid Values:/],
  ["CreateDBInstanceMessage", "NetworkType", /Valid Values:/],
  ["CreateDBInstanceMessage", "StorageType", /Valid Values:/],
  ["CreateDBClusterMessage", "EnableCloudwatchLogsExports", /Aurora PostgreSQL -/],
  ["CreateDBClusterMessage", "StorageType", /Multi-AZ DB clusters -/],
];

/** Requests whose members are recorded. */
const REQUESTS = ["CreateDBClusterMessage", "CreateDBInstanceMessage", "CreateDBInstanceReadReplicaMessage"];

const ENGINES = ["postgres", "aurora-postgresql"];

interface Shape {
  enum?: string[];
  members?: Record<string, { documentation?: string }>;
  documentation?: string;
}

type Shapes = Record<string, Shape>;

/** The newest model of an API. */
async function shapesOf(botocore: string, api: string): Promise<Shapes> {
  const folder = path.join(botocore, "botocore", "data", api);
  const newest = (await readdir(folder)).sort().at(-1) ?? "";
  const file = await readFile(path.join(folder, newest, "service-2.json.gz"));
  return JSON.parse(gunzipSync(file).toString()).shapes;
}

/** `<code>IPV4 | DUAL</code>` after the words. */
function documentedValues(shapes: Shapes, shape: string, member: string, after: RegExp): string[] {
  const text = shapes[shape]?.members?.[member]?.documentation ?? "";
  const [, code = ""] = /<code>([^<]*)<\/code>/.exec(text.slice(text.search(after))) ?? [];
  return code.split("|").map((value) => value.trim());
}

/** `Valid for Cluster Type: Aurora DB clusters only` */
function clusterTypes(documentation = ""): ("aurora" | "cluster")[] {
  const [, words = ""] = /Valid for(?: Cluster Type)?: ([^.<]*)/.exec(documentation) ?? [];
  const aurora = /Aurora/.test(words) ? ["aurora" as const] : [];
  return [...aurora, ...(/Multi-AZ/.test(words) ? ["cluster" as const] : [])];
}

async function engineVersions(cfnLint: string): Promise<Record<string, string[]>> {
  const file = path.join(cfnLint, "cfnlint/data/schemas/extensions/aws_rds_dbinstance/engine_version.json");
  const { allOf } = JSON.parse(await readFile(file, "utf8")) as {
    allOf: {
      if: { properties: { Engine: { const?: string } } };
      then: { properties: { EngineVersion?: { enum: string[] } } };
    }[];
  };
  const of = (engine: string) =>
    allOf.find((condition) => condition.if.properties.Engine.const === engine)?.then.properties.EngineVersion
      ?.enum;
  return Object.fromEntries(ENGINES.map((engine) => [engine, of(engine) ?? []]));
}

async function record(directory: string): Promise<RecordedModels> {
  const botocore = await fetchPackage("botocore", directory);
  const cfnLint = await fetchPackage("cfn-lint", directory);
  const enumerations: Record<string, string[]> = {};
  for (const [api, names] of Object.entries(ENUMERATIONS)) {
    const shapes = await shapesOf(botocore.folder, api);
    for (const name of names) enumerations[`${api}.${name}`] = shapes[name]?.enum ?? [];
  }
  const rds = await shapesOf(botocore.folder, "rds");
  for (const [shape, member, after] of DOCUMENTED)
    enumerations[`rds.${shape}.${member}`] = documentedValues(rds, shape, member, after);
  const [, days = ""] =
    /Possible values are: ([^.]*)\./.exec(
      (await shapesOf(botocore.folder, "logs")).Days?.documentation ?? "",
    ) ?? [];
  enumerations["logs.Days"] = days.match(/\d+/g) ?? [];
  const membersOf = (shape: string) => Object.entries(rds[shape]?.members ?? {});
  return {
    source: `PyPI: botocore ${botocore.version} (APIs), cfn-lint ${cfnLint.version} (engine versions)`,
    enumerations,
    members: Object.fromEntries(REQUESTS.map((shape) => [shape, membersOf(shape).map(([name]) => name)])),
    clusterMembers: Object.fromEntries(
      membersOf("CreateDBClusterMessage").map(([name, { documentation }]) => [
        name,
        clusterTypes(documentation),
      ]),
    ),
    engineVersions: await engineVersions(cfnLint.folder),
  };
}

async function main(): Promise<void> {
  const directory = await mkdtemp(path.join(os.tmpdir(), "record-models-"));
  try {
    const models = await record(directory);
    const file = path.join(__dirname, "recorded", "models.json");
    await writeFile(file, `${JSON.stringify(models, undefined, 1)}\n`);
  } finally {
    await rm(directory, { recursive: true });
  }
}

void main();
