/** `durable-postgres report`: what is proven of a stack, as one page to keep or to hand on? */

import { spawn } from "node:child_process";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import path from "node:path";
import {
  checksumOf,
  evidenceFolder,
  REHEARSALS,
  readEvidence as readRehearsals,
} from "../components/backup/evidence";
import type { BackupCatalogue } from "../components/backup/types";
import { Fault, faultsIn } from "../components/faults";
import { packageManifest } from "../components/package";
import { type Evidence, readEvidence } from "../drills/evidence";
import { type EvidenceFile, type ReportModel, reportModel } from "../drills/report/model";
import { reportPage } from "../drills/report/page";
import type { Part, PolicyState, StateArgs, WaiverRow } from "../drills/report/state";
import { list, record } from "../policies/reading/known";
import { activeGeneration, storeOf } from "./backup/generations";
import { readPackConfig } from "./pack-config";
import { diagnosticsText, OUR_PACK, preview } from "./preview/run-preview";
import { findProject, type StackOutputs, stackOutputs } from "./project";
import { reportedFindings } from "./report/finding";
import { currentStatus } from "./status";

/** What the command is asked. */
export interface ReportOptions {
  stack: string;
  /** File to write. Default: `.durable-postgres/report/<stack>.html`. */
  output?: string;
  /** Also show it. */
  open?: boolean;
  /** Configuration of the policy pack, with its waivers. */
  config?: string;
}

/** Writes the page and says what is in it. */
export async function durabilityReport({ stack, output, open, config }: ReportOptions): Promise<string> {
  const projectRoot = findProject();
  const outputs = await stackOutputs(stack, projectRoot);
  const { settings, verification, secretArn, container } = outputs;
  if (secretArn !== undefined || verification.by !== "connection")
    throw new Fault(
      `stack ${stack} is on RDS, where no drill runs`,
      "npx durable-postgres verify --stack <stack> compares it with what was declared",
    );
  const model = reportModel({
    stack,
    target: container === undefined ? "local" : "docker",
    product: packageManifest.version,
    generatedAt: new Date().toISOString(),
    settings,
    verification,
    files: await evidenceFiles(evidenceFolder(projectRoot, stack)),
    ...(await currentState(stack, outputs, config)),
  });
  const file = output ?? path.join(projectRoot, ".durable-postgres", "report", `${stack}.html`);
  // A folder that somebody names is theirs to make.
  if (output === undefined) await mkdir(path.dirname(file), { recursive: true });
  await write(file, reportPage(model));
  if (open) await openPage(file);
  return reportSummary(model, path.relative(process.cwd(), file) || file);
}

/** What is read for the page. What cannot be read is said to be missing. */
async function currentState(
  stack: string,
  outputs: StackOutputs,
  config: string | undefined,
): Promise<StateArgs> {
  const [status, backups, policies] = await Promise.all([
    part(() => currentStatus(stack, outputs)),
    part(() => activeCatalogue(stack, outputs)),
    part(() => policyState(stack, config)),
  ]);
  return { status, backups, policies };
}

async function part<Content>(read: () => Promise<Content>): Promise<Part<Content>> {
  try {
    return { content: await read(), missing: null };
  } catch (error) {
    const [{ fact, hint } = { fact: "", hint: "" }] = faultsIn(error);
    return { content: null, missing: { fact, hint } };
  }
}

async function activeCatalogue(stack: string, outputs: StackOutputs): Promise<BackupCatalogue> {
  return storeOf(activeGeneration(stack, outputs)).catalogue();
}

async function policyState(stack: string, config: string | undefined): Promise<PolicyState> {
  const policyPackConfig = config === undefined ? [] : [config];
  const output = await preview({ stack, policyPack: [OUR_PACK], policyPackConfig });
  if (output.failed)
    throw new Fault(
      `the preview of stack ${stack} failed: ${diagnosticsText(output)}`,
      `npx durable-postgres pulumi preview --stack ${stack}`,
    );
  const findings = reportedFindings(output).map(({ policy, level, resource, fact, hint }) => ({
    policy,
    level,
    resource,
    fact,
    hint,
  }));
  return { findings, waivers: config === undefined ? [] : waiverRows(config) };
}

function waiverRows(config: string): WaiverRow[] {
  const text = (value: unknown) => String(value ?? "");
  return list(record(readPackConfig(config).waivers).list).map((entry) => {
    const { rule, resource, reason, expires } = record(entry);
    return { rule: text(rule), resource: text(resource), reason: text(reason), expires: text(expires) };
  });
}

/** All files of evidence by name; a broken one is shown as broken. */
export async function evidenceFiles(folder: string): Promise<EvidenceFile[]> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith(".jsonl")).sort();
  return Promise.all(names.map((name) => evidenceFile(folder, name)));
}

async function evidenceFile(folder: string, name: string): Promise<EvidenceFile> {
  try {
    const read = name === REHEARSALS ? rehearsalRecords : readEvidence;
    return { name, records: await read(path.join(folder, name)), broken: null };
  } catch (error) {
    const [{ fact, hint } = { fact: "", hint: "" }] = faultsIn(error);
    return { name, records: [], broken: { fact, hint } };
  }
}

/** Rehearsals are chained by their lines, and carry no checksum of their own. */
async function rehearsalRecords(file: string): Promise<Evidence[]> {
  return readRehearsals(file).map((rehearsal) => ({
    ...rehearsal,
    at: rehearsal.finishedAt,
    kind: "rehearsal",
    sha256: checksumOf(rehearsal),
  }));
}

async function write(file: string, page: string): Promise<void> {
  try {
    await writeFile(file, page);
  } catch (error) {
    throw new Fault(
      `${file} cannot be written: ${(error as Error).message}`,
      `mkdir -p ${path.dirname(file)}`,
    );
  }
}

/** What a person reads in the terminal. */
export function reportSummary({ stack, proven, reasons, drills }: ReportModel, file: string): string {
  if (proven)
    return `proven: stack ${stack} passed ${drills.length} of ${drills.length} drills, written to ${file}`;
  const lines = reasons.map(({ fact, hint }) => `${fact}\nHINT: ${hint}`);
  return [`NOT proven, written to ${file}:`, ...lines].join("\n");
}

/**
 * Shows a file with the platform's own opener.
 *
 * @throws Fault when there is none, or it shows nothing.
 */
export async function openPage(file: string, opener = platformOpener()): Promise<void> {
  const failure = await new Promise<string | undefined>((resolve) => {
    const child = spawn(opener, [file], { stdio: "ignore" });
    child.once("error", (error) => resolve(error.message));
    child.once("exit", (code, signal) => resolve(code === 0 ? undefined : `it ended with ${code ?? signal}`));
  });
  if (failure !== undefined)
    throw new Fault(
      `${opener} cannot show ${file}: ${failure}`,
      `open it in a browser: file://${path.resolve(file)}`,
    );
}

function platformOpener(): string {
  return process.platform === "darwin" ? "open" : "xdg-open";
}
