/** `durable-postgres calibrate`: how fast does this machine flush, write and recover? Kept in the stack's configuration. */

import path from "node:path";
import Table from "cli-table3";
import type { Calibration } from "../components/backup/objectives";
import { Fault } from "../components/faults";
import { countedRate, shortestRto } from "../components/parameters/recovery";
import { parameterValues } from "../components/parameters/settings";
import type { Progress } from "../components/progress";
import { calibrate, type Measurement } from "../drills/calibration";
import { calibrateContainer } from "../drills/container-calibration";
import { activeGeneration } from "./backup/generations";
import { findProject, type StackOutputs, stackOutputs } from "./project";
import { readStackConfig, writeStackConfig } from "./stack-config";

/** What the command is asked. */
export interface CalibrateOptions {
  stack: string;
  /** Also on a stack that is marked as production. Default: false. */
  allowProduction?: boolean;
}

/** What was measured, and when. */
export interface CalibrationReport extends Measurement {
  stack: string;
  /** ISO 8601. */
  measuredAt: string;
}

/** Measures with a throw-away server, and writes the result into the configuration. */
export async function calibrateStack(
  { stack, allowProduction = false }: CalibrateOptions,
  progress: Progress,
): Promise<CalibrationReport> {
  const projectRoot = findProject();
  const outputs = await stackOutputs(stack, projectRoot);
  const config = await readStackConfig(stack, projectRoot);
  if (!allowProduction && config("production")?.value === "true")
    throw new Fault(
      `stack ${stack} is marked as production, and measuring takes its disk for a minute`,
      `measure on a machine like it, or: npx durable-postgres calibrate --stack ${stack} --allow-production`,
    );
  const measured = await measure(stack, outputs, progress);
  const measuredAt = new Date().toISOString();
  const { fdatasync, diskRate, replayRate } = measured;
  const calibration: Calibration = { measuredAt, replayRate, diskRate, fdatasync };
  await writeStackConfig(stack, projectRoot, { calibration });
  return { stack, measuredAt, ...measured };
}

/** Where the active generation's data are. */
function measure(stack: string, outputs: StackOutputs, progress: Progress): Promise<Measurement> {
  const { version } = outputs.settings;
  const copied = { version, parameters: parameterValues(outputs.settings) };
  const { backup } = activeGeneration(stack, outputs);
  if (backup.kind === "local") return calibrate(copied, path.dirname(backup.directory), progress);
  if (backup.kind === "docker") return calibrateContainer(backup, copied, progress);
  throw new Fault(
    `stack ${stack} is on RDS, whose storage only AWS can take for measurements`,
    `how long nobody could commit while its standby takes over: npx durable-postgres drill failover --stack ${stack}`,
  );
}

/** What a person reads of it. */
export function calibrationText(report: CalibrationReport): string {
  const { stack, measuredAt, fdatasync, diskRate, replayRate, replayedBytes, replaySeconds } = report;
  const table = new Table({
    head: ["what", "measured", "how"],
    style: { head: [], border: [], compact: true },
    colAligns: ["left", "right", "left"],
    wordWrap: true,
    colWidths: [null, null, 72],
  });
  const replayed = `${(replayedBytes / 1024 ** 2).toFixed(0)} MB in ${replaySeconds.toFixed(1)} s`;
  table.push(
    ["one flush", `${fdatasync} µs`, "median of writing and flushing 8 kB, for 2 s, into an allocated file"],
    ["disk", `${diskRate} MB/s`, "256 MB in a row, flushed at the end"],
    [
      "recovery",
      `${replayRate} MB/s`,
      `${replayed}: a server killed before its checkpoint, from the first record until it took connections, by its own log`,
    ],
  );
  const counted = countedRate(replayRate);
  return [
    table.toString(),
    `ok: written to Pulumi.${stack}.yaml as calibration of ${measuredAt.slice(0, 10)}; ${counted} MB/s count, so that durability.rto can be ${shortestRto(counted)}s or more`,
  ].join("\n");
}
