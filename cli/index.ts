/** The command `durable-postgres`: which subcommands are there? */

import { Command } from "commander";
import { isFault } from "../components/faults";
import { packageManifest } from "../components/package";
import { runPulumi } from "../toolchain/run-pulumi";
import { ENV_FORMATS, envText } from "./env";
import { execWithEnv } from "./exec";
import {
  EXPLAINED_TARGETS,
  type ExplainOptions,
  explainedSettings,
  explainJson,
  explainText,
} from "./explain";
import { findProject, stackOutputs } from "./project";
import { start } from "./start";
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
  .action(async ({ stack }) => {
    process.exitCode = await start(stack);
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
