/** The command `durable-postgres`: which subcommands are there? */

import { Command } from "commander";
import { isFault } from "../components/faults";
import { packageManifest } from "../components/package";
import { PROFILES } from "../policies/rule";
import { runPulumi } from "../toolchain/run-pulumi";
import type { AuditOptions } from "./audit";
import { addBackupCommands } from "./backup/commands";
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
import type { PolicyReportOptions } from "./policy-report";
import { findProject, stackOutputs } from "./project";
import { start } from "./start";
import type { StartOptions } from "./start/plan";
import { reportText, verifyStack } from "./verify";

const program = new Command("durable-postgres")
  .description("Crash-safe PostgreSQL as code")
  .version(packageManifest.version)
  .enablePositionalOptions();

const print = (text: string) => process.stdout.write(`${text}\n`);
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
    const report = await verifyStack(await stackOutputs(stack));
    print(json ? JSON.stringify(report, null, 2) : reportText(report));
    process.exitCode = report.ok ? 0 : 1;
  });

addBackupCommands(program);

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
