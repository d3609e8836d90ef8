/** Snapshots and automated backups of a database on RDS: take one, list them, and is there a way back to a moment? */

import type { RDS, Tag } from "@aws-sdk/client-rds";
import type { RdsBackupLocation } from "../../backup/store";
import type { BackupType } from "../../backup/types";
import { Fault } from "../../faults";
import type { Progress } from "../../progress";
import { apiFault, clientOptions } from "../ask";
import { OWNER_TAG } from "../scope";
import { type RdsCopy, type RdsSnapshot, type RdsSource, readCopy, regionOf, sourceApi } from "./source";
import { PAUSES, type Pauses, waitFor } from "./wait";

/** All that AWS keeps of one generation of a database. */
export interface RdsCatalogue {
  identifier: string;
  topology: RdsBackupLocation["topology"];
  /** null where the database is gone. */
  source: RdsSource | null;
  /** Oldest first. */
  snapshots: RdsSnapshot[];
  /** Automated backups in other regions. */
  copies: RdsCopy[];
}

/** What the commands ask of AWS, for its policy. */
const ACTIONS = [
  "rds:DescribeDBInstances",
  "rds:DescribeDBClusters",
  "rds:DescribeDBSnapshots",
  "rds:DescribeDBClusterSnapshots",
  "rds:DescribeDBInstanceAutomatedBackups",
  "rds:DescribeAccountAttributes",
  "rds:CreateDBSnapshot",
  "rds:CreateDBClusterSnapshot",
  "rds:AddTagsToResource",
  "rds:StartExportTask",
  "rds:DescribeExportTasks",
  "rds:RestoreDBInstanceToPointInTime",
  "rds:RestoreDBClusterToPointInTime",
  "rds:CreateDBInstance",
  "rds:DeleteDBInstance",
  "rds:DeleteDBCluster",
  "rds:RebootDBInstance",
  "rds:FailoverDBCluster",
];

/** Characters that AWS takes in the name of a snapshot; two hyphens in a row are none. */
function nameAt(identifier: string, time: Date): string {
  const moment = time
    .toISOString()
    .replace(/[-:]|\.\d+/g, "")
    .toLowerCase();
  return `${identifier}-${moment}`;
}

/** The backups of one generation, at AWS. */
export class RdsBackups {
  constructor(
    readonly location: RdsBackupLocation,
    readonly pauses: Pauses = PAUSES,
  ) {}

  /**
   * Runs questions to AWS.
   *
   * @throws ApiFault for what AWS does not answer; Faults pass.
   */
  async asking<Answer>(
    work: (client: RDS) => Promise<Answer>,
    region = this.location.region,
  ): Promise<Answer> {
    // Loaded when it is needed, as in api.ts.
    const { RDS: Client } = await import("@aws-sdk/client-rds");
    const client = new Client(clientOptions(region, undefined));
    try {
      return await work(client);
    } catch (error) {
      if (error instanceof Fault) throw error;
      throw apiFault(error, {
        service: "RDS",
        region,
        subject: this.location.identifier,
        actions: ACTIONS,
      });
    } finally {
      client.destroy();
    }
  }

  /** Tags of what the commands make. */
  get tags(): Tag[] {
    return [{ Key: OWNER_TAG, Value: this.location.owner }];
  }

  private get api() {
    return sourceApi(this.location.topology);
  }

  /** The database; undefined where it is gone. */
  source(): Promise<RdsSource | undefined> {
    return this.asking((client) => this.api.describe(client, this.location.identifier));
  }

  /** @throws Fault where the database is gone. */
  async present(): Promise<RdsSource> {
    const { identifier, region } = this.location;
    const source = await this.source();
    if (source) return source;
    throw new Fault(
      `${identifier} is not in region ${region} any more`,
      `its snapshots and automated backups may be: aws rds describe-db-instance-automated-backups --db-instance-identifier ${identifier}; ` +
        "name one under rds.restoreFrom of a new stack",
    );
  }

  /** What AWS keeps. Copies are asked of their own regions. */
  async catalogue(): Promise<RdsCatalogue> {
    const { identifier, topology } = this.location;
    const { source, snapshots } = await this.asking(async (client) => ({
      source: await this.api.describe(client, identifier),
      snapshots: await this.api.snapshots(client, identifier),
    }));
    const copies: RdsCopy[] = [];
    for (const arn of source?.copies ?? [])
      copies.push(await this.asking((client) => readCopy(client, arn), regionOf(arn)));
    return { identifier, topology, source: source ?? null, snapshots, copies };
  }

  snapshot(name: string): Promise<RdsSnapshot | undefined> {
    return this.asking((client) => this.api.snapshot(client, name));
  }

  /**
   * Takes a manual snapshot, which stays until somebody deletes it; complete when this returns.
   *
   * @throws Fault for a type that AWS does not have, and when it fails.
   */
  async take(type: BackupType, progress: Progress): Promise<RdsSnapshot> {
    if (type !== "full")
      throw new Fault(
        `RDS takes no ${type} backup: of every snapshot it stores by itself only what changed since the one before`,
        "npx durable-postgres backup --type full",
      );
    const { identifier } = this.location;
    const { status } = await this.present();
    if (status !== "available")
      throw new Fault(
        `${identifier} is ${status}, and RDS takes snapshots of what is available only`,
        "run the same command again later",
      );
    const name = nameAt(identifier, new Date());
    await this.asking((client) => this.api.take(client, identifier, name, this.tags));
    return this.finished(name, progress);
  }

  private finished(name: string, progress: Progress): Promise<RdsSnapshot> {
    return waitFor(
      async () => {
        const snapshot = await this.snapshot(name);
        if (snapshot?.status === "available") return snapshot;
        if (snapshot?.status === "failed" || !snapshot)
          throw new Fault(
            `snapshot ${name} failed`,
            `aws rds describe-events --source-identifier ${name} --source-type db-snapshot tells why`,
          );
        progress.status(`snapshot ${name}: ${snapshot.percent} %`);
        return undefined;
      },
      `snapshot ${name}`,
      this.pauses,
    );
  }
}
