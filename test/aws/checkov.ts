/** What does checkov find in a plan? The released one, from PyPI. */

import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { createVenv } from "../python";
import { REPOSITORY } from "../workspace";

const REQUIREMENTS = "test/aws/requirements.txt";

/** A check that failed. */
export interface Failed {
  check: string;
  wants: string;
  /** Terraform's address. */
  resource: string;
}

/** What checkov said. */
export interface CheckovResult {
  passed: number;
  failed: Failed[];
  resources: number;
  parsingErrors: number;
}

interface Report {
  summary: { passed: number; parsing_errors: number; resource_count: number };
  results: { failed_checks: { check_id: string; check_name: string; resource: string }[] };
}

/** An environment with checkov, kept for the next run. */
export async function installCheckov(): Promise<string> {
  const [version] = readFileSync(path.join(REPOSITORY, REQUIREMENTS), "utf8").trim().split("\n").slice(-1);
  const folder = path.join(REPOSITORY, ".durable-postgres", version?.replace("==", "-") ?? "checkov");
  const python = await createVenv(folder, REQUIREMENTS, "the test with checkov");
  return path.join(path.dirname(python), "checkov");
}

/** Runs it on a plan, without network: nothing is asked of its makers. */
export async function checkov(program: string, plan: object): Promise<CheckovResult> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "checkov-"));
  try {
    const file = path.join(folder, "plan.json");
    await writeFile(file, JSON.stringify(plan));
    return resultOf(await output(program, ["-f", file, "--framework", "terraform_plan", "-o", "json"]));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What it prints, whether it finds something or not. */
function output(program: string, args: readonly string[]): Promise<string> {
  const options = { env: { ...process.env, LOG_LEVEL: "ERROR" }, maxBuffer: 64 * 1024 ** 2 };
  return new Promise((resolve, reject) => {
    execFile(program, [...args, "--skip-download", "--quiet"], options, (error, stdout, stderr) => {
      // 1 says that a check failed.
      if (error && error.code !== 1) reject(new Error(`checkov failed: ${stderr}`));
      else resolve(stdout);
    });
  });
}

function resultOf(stdout: string): CheckovResult {
  const { summary, results }: Report = JSON.parse(stdout);
  const failed = results.failed_checks.map(({ check_id: check, check_name: wants, resource }) => ({
    check,
    wants,
    resource,
  }));
  const { passed, resource_count: resources, parsing_errors: parsingErrors } = summary;
  return { passed, failed: failed.sort(byText), resources, parsingErrors };
}

/** Order of findings: by check, then by resource. */
export function byText(one: Failed, other: Failed): number {
  return `${one.check} ${one.resource}` < `${other.check} ${other.resource}` ? -1 : 1;
}
