/**
 * Writes recorded/instance-classes.json: memory and CPUs of each class of RDS, and what PostgreSQL runs on there.
 * Run: `npm run record:rds`; it takes Python with pip.
 */

import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { fetchPackage } from "../../toolchain/pypi";
import type { InstanceClass, RecordedClasses } from "./classes";
import type { Topology } from "./options";

/** Answers of `aws ec2 describe-instance-types`. */
const EC2 = { package: "moto", file: "moto/ec2/resources/instance_types.json.gz" };

/** Answers of `aws rds describe-orderable-db-instance-options`, by region. */
const RDS = { package: "cfn-lint", folder: "cfnlint/data/schemas/extensions" };

interface Ec2Type {
  MemoryInfo: { SizeInMiB: number };
  VCpuInfo: { DefaultVCpus: number };
}

/** A part of the JSON schema that says which classes an engine takes. */
interface SchemaCondition {
  if: { properties: { Engine?: { const?: string } } };
  then: { properties: Record<string, { enum?: string[] }> };
}

/** The classes that an engine takes in any region. */
async function orderable(file: string, property: string, engine: string): Promise<Set<string>> {
  const regions: Record<string, { allOf: SchemaCondition[] }> = JSON.parse(await readFile(file, "utf8"));
  const conditions = Object.values(regions).flatMap(({ allOf }) => allOf);
  const ofEngine = conditions.filter((condition) => condition.if.properties.Engine?.const === engine);
  return new Set(ofEngine.flatMap((condition) => condition.then.properties[property]?.enum ?? []));
}

async function record(directory: string): Promise<RecordedClasses> {
  const ec2 = await fetchPackage(EC2.package, directory);
  const rds = await fetchPackage(RDS.package, directory);
  const types: Record<string, Ec2Type> = JSON.parse(
    gunzipSync(await readFile(path.join(ec2.folder, EC2.file))).toString(),
  );
  const instances = path.join(rds.folder, RDS.folder, "aws_rds_dbinstance/dbinstanceclass_enum.json");
  const clusters = path.join(rds.folder, RDS.folder, "aws_rds_dbcluster/dbclusterinstanceclass_enum.json");
  const postgres = await orderable(instances, "DBInstanceClass", "postgres");
  const offers: Record<Topology, Set<string>> = {
    single: postgres,
    "multi-az": postgres,
    cluster: await orderable(clusters, "DBClusterInstanceClass", "postgres"),
    aurora: await orderable(instances, "DBInstanceClass", "aurora-postgresql"),
  };
  const classes: Record<string, InstanceClass> = {};
  for (const name of [...new Set(Object.values(offers).flatMap((offer) => [...offer]))].sort()) {
    const type = types[name.replace(/^db\./, "")];
    // db.serverless and the like: no fixed memory.
    if (!type) continue;
    classes[name] = {
      memory: type.MemoryInfo.SizeInMiB,
      vcpus: type.VCpuInfo.DefaultVCpus,
      topologies: (Object.keys(offers) as Topology[]).filter((topology) => offers[topology].has(name)),
    };
  }
  return {
    source: `PyPI: ${EC2.package} ${ec2.version} (memory, CPUs), ${RDS.package} ${rds.version} (classes by engine)`,
    date: new Date().toISOString().slice(0, 10),
    classes,
  };
}

/** One class a line, so that a new one reads as a diff. */
function text({ source, date, classes }: RecordedClasses): string {
  const rows = Object.entries(classes).map(
    ([name, row]) => `    ${JSON.stringify(name)}: ${JSON.stringify(row)}`,
  );
  return `{\n  "source": ${JSON.stringify(source)},\n  "date": ${JSON.stringify(date)},\n  "classes": {\n${rows.join(",\n")}\n  }\n}\n`;
}

async function main(): Promise<void> {
  const directory = await mkdtemp(path.join(os.tmpdir(), "record-rds-"));
  try {
    const recorded = await record(directory);
    await writeFile(path.join(__dirname, "recorded", "instance-classes.json"), text(recorded));
    console.log(`recorded/instance-classes.json: ${Object.keys(recorded.classes).length} classes`);
  } finally {
    await rm(directory, { recursive: true });
  }
}

if (require.main === module) void main();
