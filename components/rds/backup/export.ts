/** A snapshot as Parquet files in the archive bucket, by the role that the stack made for it. */

import { Fault } from "../../faults";
import type { Progress } from "../../progress";
import { ARCHIVE_PREFIXES } from "../archive-policy";
import type { RdsBackups } from "./backups";
import { waitFor } from "./wait";

/** What was exported. */
export interface RdsExport {
  /** `s3://<bucket>/<prefix>/<task>` */
  place: string;
  /** GB of data, as AWS counts. */
  gigabytes: number;
}

/** Names of tasks are at most this long. https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_StartExportTask.html */
const LONGEST_NAME = 60;

/**
 * Exports a snapshot; it is there when this returns.
 *
 * @throws Fault for a topology that AWS does not export, a snapshot that is not there, and when it fails.
 */
export async function exportSnapshot(
  backups: RdsBackups,
  name: string,
  progress: Progress,
): Promise<RdsExport> {
  const { topology, bucket, exportRole, keyArn } = backups.location;
  if (topology === "cluster")
    throw new Fault(
      "AWS does not export snapshots of Multi-AZ clusters",
      "dump it: pg_dump, with the policy archivePolicies.dumps of the outputs",
    );
  const snapshot = await backups.snapshot(name);
  if (snapshot?.status !== "available")
    throw new Fault(
      `snapshot ${name} is ${snapshot?.status ?? "not there"}`,
      "npx durable-postgres backups lists snapshots",
    );
  const task = `${name.replace(/^.*:/, "").slice(-LONGEST_NAME + 11)}-${Date.now().toString(36)}`.replace(
    /^[^a-z]+/i,
    "",
  );
  await backups.asking((client) =>
    client.startExportTask({
      ExportTaskIdentifier: task,
      SourceArn: snapshot.arn,
      S3BucketName: bucket,
      S3Prefix: ARCHIVE_PREFIXES.snapshots,
      IamRoleArn: exportRole,
      KmsKeyId: keyArn,
    }),
  );
  const gigabytes = await finished(backups, task, progress);
  return { place: `s3://${bucket}/${ARCHIVE_PREFIXES.snapshots}/${task}`, gigabytes };
}

function finished(backups: RdsBackups, task: string, progress: Progress): Promise<number> {
  return waitFor(
    async () => {
      const { ExportTasks } = await backups.asking((client) =>
        client.describeExportTasks({ ExportTaskIdentifier: task }),
      );
      const {
        Status,
        PercentProgress = 0,
        TotalExtractedDataInGB = 0,
        FailureCause,
      } = ExportTasks?.[0] ?? {};
      if (Status === "COMPLETE") return TotalExtractedDataInGB;
      if (Status === "FAILED" || Status === "CANCELED")
        throw new Fault(
          `the export ${task} has ended as ${Status}: ${FailureCause ?? "AWS does not say why"}`,
          "run the same command again",
        );
      progress.status(`export ${task}: ${PercentProgress} %`);
      return undefined;
    },
    `export ${task}`,
    backups.pauses,
  );
}
