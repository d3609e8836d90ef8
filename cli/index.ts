/** The command `durable-postgres`: which subcommands are there? */

import { Argument, Command, InvalidArgumentError } from "commander";
import { isFault } from "../components/faults";
import { packageManifest } from "../components/package";
import { DEFAULT_ROUNDS, DRILLS, type DrillName } from "../drills/claims";
import { PROFILES } from "../policies/rule";
import { runPulumi } from "../toolchain/run-pulumi";
import type { AuditOptions } from "./audit";
import { addBackupCommands } from "./backup/commands";
import type { CalibrateOptions } from "./calibrate";
import type { DrillOptions } from "./drill";
import type { ReportOptions } from "./durability-report";
import { ENV_FORMATS, envText } from "./env";
import { execWithEnv } from "./exec";
import {
  EXPLAINED_TARGETS,
  type ExplainOptions,
  explainedSettings,
  explainJson,
  explainText,
} from "./explain";
import type { GuardOptions } from "./guard";
import { interruption } from "./interruption";
import type { PolicyReportOptions } from "./policy-report";
import { terminalProgress } from "./progress";
import { findProject, stackOutputs } from "./project";
import { start } from "./start";
import type { StartOptions } from "./start/plan";
import type { StatusOptions } from "./status";
import { recordVerification, reportText, verifyStack } from "./verify";

const program = new Command("durable-postgres")
  .description("Crash-safe PostgreSQL as code")
  .version(packageManifest.version)
  .enablePositionalOptions();

const print = (text: string) => process.stdout.write(`${text}\n`);
/** Reads a number of rounds. */
function positiveInteger(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError("It takes a whole number from 1 on.");
  return Number(text);
}
const append = (value: string, entries: string[]) => [...entries, value];

program
  .command("start")
  .description("deploy a stack with the project's own state and the policy pack, verify it, print a summary")
  .option("--stack <name>", "stack", "local")
  .option("--allow <urn or name>", "a resource whose data may go; repeat for more", append, [])
  .option("--config <file>", "the policy pack's configuration, with waivers")
  .action(async ({ stack, ...options }: StartOptions & { stack: string }) => {
    process.exitCode = await start(stack, options);
  });

program
  .command("explain")
  .description("print each parameter with value, origin and reason; touches nothing")
  .option("--target <target>", EXPLAINED_TARGETS.join(", "), "local")
  .option("--version <major>", "PostgreSQL major version", "15")
  .option("--memory <size>", "memory the server may use, such as 8GiB")
  .option("--cpus <n>", "CPUs the server may use")
  .option("--storage <kind>", "ssd, hdd or san")
  .option("--workload <kind>", "web, oltp, dw or mixed")
  .option("--max-connections <n>", "max_connections")
  .option("--active-connections <n>", "connections that run a query at the same time")
  .option("--rto <time>", "time that recovery from a crash may take, such as 30s")
  .option("--set <name=value>", "a parameter of your own; repeat for more", append, [])
  .option("--json", "machine-readable")
  .action((options: ExplainOptions) => {
    const settings = explainedSettings(options);
    print(options.json ? explainJson(settings) : explainText(settings));
  });

program
  .command("verify")
  .description("compare the running server of a stack with what was deployed; exit code 1 when it differs")
  .requiredOption("--stack <name>", "stack")
  .option("--json", "machine-readable")
  .action(async ({ stack, json }) => {
    const projectRoot = findProject();
    const outputs = await stackOutputs(stack, projectRoot);
    const report = await verifyStack(outputs);
    print(json ? JSON.stringify(report, null, 2) : reportText(report));
    process.exitCode = report.ok ? 0 : 1;
    await recordVerification({ projectRoot, stack, during: "verify" }, report, outputs);
  });

addBackupCommands(program);

program
  .command("status")
  .description("judge the state of a stack's server; exit code 1 on a warning, 2 when something is critical")
  .requiredOption("--stack <name>", "stack")
  .option("--watch", "again every 2 s, until Ctrl-C")
  .option("--json", "machine-readable; with --watch one line each time")
  .action(async (options: StatusOptions) => {
    const { status } = await import("./status");
    process.exitCode = await status(stackOutputs(options.stack), options);
  });

program
  .command("env")
  .description("print the connection of a stack; it holds the password")
  .requiredOption("--stack <name>", "stack")
  .option("--format <format>", Object.keys(ENV_FORMATS).join(", "), "dotenv")
  .action(async ({ stack, format }) => {
    print(envText(format, await stackOutputs(stack)));
  });

program
  .command("exec")
  .description("run a command with DATABASE_URL and PG* variables of a stack in its environment")
  .requiredOption("--stack <name>", "stack")
  .argument("<command...>", "command and arguments, after --")
  .passThroughOptions()
  .action(async (command: string[], { stack }) => {
    process.exitCode = await execWithEnv(command, await stackOutputs(stack));
  });

program
  .command("audit")
  .description(
    "judge what already runs by the policy pack's rules; exit code 1 on mandatory findings, 2 on what cannot be read",
  )
  .argument(
    "<what...>",
    "docker-compose.yml, postgresql.conf, pg_hba.conf, parameter-group.json or postgres://…",
  )
  .option("--profile <profile>", `levels: ${PROFILES.join(", ")}`, "production")
  .option("--config <file>", "levels, thresholds and waivers, as for pulumi's --policy-pack-config")
  .option("--version <major>", "PostgreSQL major version, where it is not told")
  .option("--json", "machine-readable")
  .action(async (what: string[], options: AuditOptions) => {
    // Loaded where they are needed: the rules and the readers of files would slow down every other command.
    const { audit } = await import("./audit");
    const { text, errors, code } = await audit(what, options);
    print(text);
    if (errors !== "") process.stderr.write(`${errors}\n`);
    process.exitCode = code;
  });

program
  .command("guard")
  .description("fail when a deployment would replace or delete a resource that holds data")
  .option("--stack <name>", "stack")
  .option("--json <file>", "output of pulumi preview --json in place of running one; - for standard input")
  .option("--destroy", "look at the preview of pulumi destroy")
  .option("--allow <urn or name>", "a resource whose data may go; repeat for more", append, [])
  .option("--config <file>", "the pack's configuration, for its waivers of the rule plan-guard")
  .action(async (options: GuardOptions) => {
    const { guard } = await import("./guard");
    const { text, code } = await guard(options);
    print(text);
    process.exitCode = code;
  });

program
  .command("drill")
  .description(
    "break a throw-away copy of a stack's server and show that it loses nothing; exit code 1 when it does, 2 when it cannot be run",
  )
  .addArgument(new Argument("<drill>").choices([...DRILLS, "all"]))
  .requiredOption("--stack <name>", "stack")
  .option("--rounds <n>", "times that the server is broken", positiveInteger, DEFAULT_ROUNDS)
  .option(
    "--prove",
    "also run the drills on servers that are unsafe on purpose: they have to find them",
    false,
  )
  .option("--allow-production", "also on a stack that is marked as production")
  .option("--json", "machine-readable")
  .action(async (name: DrillName | "all", { json, ...options }: DrillOptions & { json?: boolean }) => {
    const { drill, drillText, exitCode } = await import("./drill");
    const progress = terminalProgress();
    const signal = interruption(() => progress.info("ending after this round; once more ends it at once"));
    const report = await drill(name, { ...options, signal }, progress).finally(progress.end);
    print(json ? JSON.stringify(report, null, 2) : drillText(report));
    process.exitCode = exitCode(report);
  });

program
  .command("calibrate")
  .description("measure flush, disk and recovery of this machine, and keep them in the stack's configuration")
  .requiredOption("--stack <name>", "stack")
  .option("--allow-production", "also on a stack that is marked as production")
  .option("--json", "machine-readable")
  .action(async ({ json, ...options }: CalibrateOptions & { json?: boolean }) => {
    const { calibrateStack, calibrationText } = await import("./calibrate");
    const progress = terminalProgress();
    const report = await calibrateStack(options, progress).finally(progress.end);
    print(json ? JSON.stringify(report, null, 2) : calibrationText(report));
  });

program
  .command("report")
  .description("write what the drills have shown of a stack, as one HTML page that needs no network")
  .requiredOption("--stack <name>", "stack")
  .option("--output <file>", "file to write, default .durable-postgres/report/<stack>.html")
  .option("--open", "also show it in the browser")
  .option("--config <file>", "the policy pack's configuration, with waivers")
  .action(async (options: ReportOptions) => {
    const { durabilityReport } = await import("./durability-report");
    print(await durabilityReport(options));
  });

const policy = program.command("policy").description("what the policy pack found");
policy
  .command("report")
  .description("write what policies found in a preview for pull requests; exit code of the preview")
  .option("--stack <name>", "stack")
  .option("--json <file>", "events of a preview in place of running one; - for standard input")
  .option("--policy-pack <path>", "pack to run, default this package's; repeat for more", append, [])
  .option("--policy-pack-config <file>", "its configuration; repeat for more", append, [])
  .option("--markdown <file>", "a summary for people")
  .option("--junit <file>", "JUnit XML, for CI systems")
  .option("--sarif <file>", "SARIF 2.1.0, for code hosts")
  .action(async (options: PolicyReportOptions) => {
    const { policyReport } = await import("./policy-report");
    const { text, code } = await policyReport(options);
    print(text);
    process.exitCode = code;
  });

program
  .command("pulumi")
  .description("run the Pulumi CLI with the project's own state and passphrase")
  .argument("[args...]", "arguments of pulumi")
  .allowUnknownOption()
  .helpOption(false)
  .passThroughOptions()
  .action(async (args: string[]) => {
    process.exitCode = (await runPulumi(args, { projectRoot: findProject() })).code;
  });

program.parseAsync().catch((error: unknown) => {
  process.stderr.write(`${isFault(error) ? error.message : error instanceof Error ? error.stack : error}\n`);
  process.exitCode = 1;
});
