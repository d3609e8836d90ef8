/** Which commands back up and restore? Their code is loaded when they run. */

import { type Command, InvalidArgumentError } from "commander";
import type { Progress } from "../../components/progress";
import { terminalProgress } from "../progress";

const print = (text: string) => process.stdout.write(`${text}\n`);
const append = (value: string, entries: string[]) => [...entries, value];

function generationNumber(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError("It is a whole number, such as 2.");
  return Number(text);
}

/** Runs work that says what it is doing, and clears that before the result is printed. */
function showing<Result>(work: (progress: Progress) => Promise<Result>): Promise<Result> {
  const progress = terminalProgress("nothing");
  return work(progress).finally(progress.end);
}

/** Adds the commands to the program. */
export function addBackupCommands(program: Command): void {
  program
    .command("backup")
    .description("take a backup of a stack's database")
    .requiredOption("--stack <name>", "stack")
    .option("--type <type>", "full, diff or incr", "full")
    .action(async ({ stack, type }) => {
      const { takeBackup } = await import("./backups");
      print(await showing((progress) => takeBackup(stack, type, progress)));
    });

  program
    .command("dump")
    .description("take a logical dump of a stack's database, and restore it once; target local needs pg_dump")
    .requiredOption("--stack <name>", "stack")
    .option(
      "--to <folder>",
      "target local: folder of the dumps; default: that of the database with -dumps appended",
    )
    .action(async ({ stack, to }) => {
      const { dump } = await import("./dump");
      print(await showing((progress) => dump(stack, to, progress)));
    });

  program
    .command("restore-point")
    .description("give this moment a name to which the database can be restored")
    .argument("<name>", "such as before-migration")
    .requiredOption("--stack <name>", "stack")
    .action(async (name: string, { stack }) => {
      const { makeRestorePoint } = await import("./backups");
      print(await showing((progress) => makeRestorePoint(stack, name, progress)));
    });

  program
    .command("backups")
    .description("list backups, what can be restored, and what is wrong with the archive")
    .requiredOption("--stack <name>", "stack")
    .option("--generation <number>", "another one than the active generation", generationNumber)
    .option("--json", "machine-readable")
    .action(async ({ stack, generation, json }) => {
      const { backupReport, backupsText } = await import("./backups");
      const report = await backupReport(stack, generation);
      if (json) print(JSON.stringify(report, null, 2));
      else if ("identifier" in report) print((await import("./rds")).rdsBackupsText(stack, report));
      else print(backupsText(stack, report));
    });

  program
    .command("export")
    .description("target rds: export a snapshot to the archive's bucket, as Parquet files")
    .argument("<snapshot>", "its name, as backups lists it")
    .requiredOption("--stack <name>", "stack")
    .action(async (snapshot: string, { stack }) => {
      const { exportToArchive } = await import("./rds");
      print(await showing((progress) => exportToArchive(stack, snapshot, progress)));
    });

  program
    .command("restore")
    .description("restore a database beside the one that runs; cutover lets applications use it")
    .requiredOption("--stack <name>", "stack")
    .requiredOption(
      "--to <moment>",
      "time with zone, position in the WAL, name of a restore point or a snapshot, or latest",
    )
    .option("--from <number>", "generation to restore; the active one without it", generationNumber)
    .option("--as <number>", "number of the new generation; the next free one without it", generationNumber)
    .option("--in-place", "let applications use it at once, and stop the old one")
    .option("--yes-replace <stack>", "confirms --in-place without a question")
    .action(async (options) => {
      const { restore } = await import("./restore");
      print(await showing((progress) => restore(options, progress)));
    });

  program
    .command("cutover")
    .description("let applications use another generation: the outputs switch to it")
    .argument("<generation>", "its number", generationNumber)
    .requiredOption("--stack <name>", "stack")
    .action(async (generation: number, { stack }) => {
      const { cutover } = await import("./restore");
      print(await cutover(stack, generation));
    });

  program
    .command("retire")
    .description("stop a generation and take it out of the stack; its data are kept as on destroy")
    .argument("<generation>", "its number", generationNumber)
    .requiredOption("--stack <name>", "stack")
    .option("--allow <urn or name>", "a resource whose data may go; repeat for more", append, [])
    .action(async (generation: number, { stack, allow }) => {
      const { retire } = await import("./restore");
      print(await retire(stack, generation, allow));
    });

  program
    .command("rehearse")
    .description("try a restore in a throw-away server and keep the result; exit code 1 when it fails")
    .requiredOption("--stack <name>", "stack")
    .option("--json", "machine-readable")
    .action(async ({ stack, json }) => {
      const { rehearsalText, rehearseStack } = await import("./rehearse");
      const rehearsal = await showing((progress) => rehearseStack(stack, progress));
      print(json ? JSON.stringify(rehearsal, null, 2) : rehearsalText(rehearsal));
      process.exitCode = rehearsal.ok ? 0 : 1;
    });
}
