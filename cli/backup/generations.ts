/** Which generations has a stack, and how does a command change them? Through its configuration and a deployment. */

import type { Generation, Generations } from "../../components/backup/generations";
import { readGenerations } from "../../components/backup/generations";
import { LocalBackupStore } from "../../components/backup/local/store";
import { DockerBackupStore } from "../../components/backup/pgbackrest/store";
import type { BackupLocation, BackupStore } from "../../components/backup/store";
import type { Connection } from "../../components/connection";
import { Fault, throwFaults } from "../../components/faults";
import { projectName } from "../../toolchain/environment";
import { runPulumi } from "../../toolchain/run-pulumi";
import { findProject, isOwnStack, type StackOutputs, stackOutputs } from "../project";
import { start } from "../start";

/** A generation as the last deployment left it. */
export interface DeployedGeneration {
  number: number;
  active: boolean;
  host: string;
  port: number;
  backup: BackupLocation;
  /** As superuser over the published port, where the target has one. */
  administration?: Connection;
}

/** The generations of a stack's outputs. */
export function deployedGenerations(stack: string, outputs: StackOutputs): DeployedGeneration[] {
  const { generations, roles, ca } = outputs;
  const { superuser } = roles;
  if (generations?.every(({ backup }) => backup !== undefined))
    return (generations as DeployedGeneration[]).map((generation) => ({
      ...generation,
      ...(superuser && {
        administration: {
          host: generation.host,
          port: generation.port,
          database: "postgres",
          ...superuser,
          ca,
        },
      }),
    }));
  throw new Fault(
    `stack ${stack} has no backups: it was deployed before there were any, or its target has none`,
    `npx durable-postgres start --stack ${stack}`,
  );
}

/** One generation, the active one unless it is named. */
export async function deployedGeneration(stack: string, number?: number): Promise<DeployedGeneration> {
  const generations = deployedGenerations(stack, await stackOutputs(stack));
  const found = generations.find((candidate) =>
    number === undefined ? candidate.active : candidate.number === number,
  );
  if (found) return found;
  throw noGeneration(stack, number, generations);
}

function noGeneration(
  stack: string,
  number: number | undefined,
  known: readonly { number: number }[],
): Fault {
  return new Fault(
    `stack ${stack} has no generation ${number}`,
    `known are ${known.map((generation) => generation.number).join(", ")}`,
  );
}

/** The backups of a generation. */
export function storeOf({ backup, port, administration }: DeployedGeneration): BackupStore {
  if (backup.kind === "local") return LocalBackupStore.at(backup, port);
  return new DockerBackupStore(backup, administration as Connection);
}

/** A stack and its configuration, as far as it speaks of generations. */
export class StackGenerations {
  private constructor(
    readonly stack: string,
    private readonly projectRoot: string,
    readonly before: Generations,
  ) {}

  static async read(stack: string, projectRoot = findProject()): Promise<StackGenerations> {
    const own = isOwnStack(projectRoot, stack);
    const args = ["config", "--json", "--stack", stack];
    const { code, stdout, stderr } = await runPulumi(args, { projectRoot, stdio: "capture", own });
    if (code !== 0)
      throw new Fault(
        `the configuration of stack ${stack} cannot be read: ${stderr.trim()}`,
        `npx durable-postgres start --stack ${stack}`,
      );
    const config = JSON.parse(stdout);
    const key = (name: string) => config[`${projectName(projectRoot)}:${name}`];
    const active = key("active")?.value;
    const { generations, faults } = readGenerations(
      key("generations")?.objectValue,
      active === undefined ? undefined : Number(active),
    );
    throwFaults(faults);
    return new StackGenerations(stack, projectRoot, generations);
  }

  /** One of them. */
  get(number: number): Generation {
    const found = this.before.list.find((generation) => generation.number === number);
    if (!found) throw noGeneration(this.stack, number, this.before.list);
    return found;
  }

  /**
   * Writes the generations and deploys them. A deployment that fails leaves the configuration as it was.
   *
   * @param allow Resources whose data may go.
   */
  async deploy(after: Generations, { allow = [] }: { allow?: readonly string[] } = {}): Promise<void> {
    await this.write(after);
    const code = await this.up(allow);
    if (code === 0) return;
    await this.write(this.before);
    throw new Fault(
      `stack ${this.stack} was not deployed: its configuration is as it was before`,
      `mend what is said above and run the same command again; npx durable-postgres start --stack ${this.stack} removes what was made half-way`,
    );
  }

  private async write({ list, active }: Generations): Promise<void> {
    const { stack, projectRoot } = this;
    const name = projectName(projectRoot);
    const values = {
      [`${name}:generations`]: { value: JSON.stringify(list), objectValue: list, secret: false },
      [`${name}:active`]: { value: String(active), secret: false },
    };
    const args = ["config", "set-all", "--json", JSON.stringify(values), "--stack", stack];
    const own = isOwnStack(projectRoot, stack);
    const { code, stderr } = await runPulumi(args, { projectRoot, stdio: "capture", own });
    if (code !== 0)
      throw new Fault(
        `the configuration of stack ${stack} cannot be written: ${stderr.trim()}`,
        `write it yourself: \`generations: ${JSON.stringify(list)}\` and \`active: ${active}\``,
      );
  }

  private async up(allow: readonly string[]): Promise<number> {
    const { stack, projectRoot } = this;
    if (isOwnStack(projectRoot, stack)) return start(stack, { allow });
    const args = ["up", "--yes", "--skip-preview", "--stack", stack];
    return (await runPulumi(args, { projectRoot, own: false })).code;
  }
}
