/** Which generations has a stack, and how does a command change them? Through its configuration and a deployment. */

import type { Generation, Generations } from "../../components/backup/generations";
import { readGenerations } from "../../components/backup/generations";
import { LocalBackupStore } from "../../components/backup/local/store";
import { needsSecrets } from "../../components/backup/pgbackrest/conf";
import { DockerBackupStore } from "../../components/backup/pgbackrest/store";
import type { BackupLocation, BackupStore, RdsBackupLocation } from "../../components/backup/store";
import type { Connection } from "../../components/connection";
import {
  type RepositoryOptions,
  repositoryFaults,
  repositorySecrets,
} from "../../components/docker/backup-repositories";
import type { RepositoryAccess } from "../../components/docker/restore-args";
import { Fault, throwFaults } from "../../components/faults";
import type { Waiver } from "../../policies/waivers";
import { runPulumi } from "../../toolchain/run-pulumi";
import { withPackConfig } from "../pack-config";
import { findProject, isOwnStack, type StackOutputs, stackOutputs } from "../project";
import { readStackConfig, writeStackConfig } from "../stack-config";
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
  /** What opens the repositories of its backups, where they need secrets. */
  access?: () => Promise<RepositoryAccess | undefined>;
}

/**
 * What opens the repositories, as the stack's configuration says it: what a database itself had may be gone with its
 * volumes. Undefined where the configuration says nothing, as with a program of somebody's own.
 *
 * @throws Faults where a file that it names cannot be read.
 */
async function repositoryAccess(stack: string): Promise<RepositoryAccess | undefined> {
  const config = await readStackConfig(stack, findProject(), { showSecrets: true });
  const docker = config("docker")?.objectValue as { backup?: RepositoryOptions } | undefined;
  if (!docker?.backup) return undefined;
  throwFaults(repositoryFaults(docker.backup));
  return repositorySecrets(docker.backup);
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
      ...(generation.backup?.kind === "docker" &&
        needsSecrets(generation.backup.pgBackRest) && { access: () => repositoryAccess(stack) }),
    }));
  throw new Fault(
    `stack ${stack} has no backups: it was deployed before there were any, or its target has none`,
    `npx durable-postgres start --stack ${stack}`,
  );
}

/** The generation that applications use. */
export function activeGeneration(stack: string, outputs: StackOutputs): DeployedGeneration {
  return deployedGenerations(stack, outputs).find(({ active }) => active) as DeployedGeneration;
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

/** A generation whose backups AWS keeps. */
export type RdsDeployed = DeployedGeneration & { backup: RdsBackupLocation };

export function isOnRds(generation: DeployedGeneration): generation is RdsDeployed {
  return generation.backup.kind === "rds";
}

/** The backups of a generation that are in our own hands. */
export function storeOf({ backup, port, administration, access }: DeployedGeneration): BackupStore {
  if (backup.kind === "rds")
    throw new Fault(
      `AWS keeps the backups of ${backup.identifier}`,
      "npx durable-postgres backups lists them, with what can be restored",
    );
  if (backup.kind === "local") return LocalBackupStore.at(backup, port);
  return new DockerBackupStore(backup, administration as Connection, access);
}

/** A stack and its configuration, as far as it speaks of generations. */
export class StackGenerations {
  private constructor(
    readonly stack: string,
    private readonly projectRoot: string,
    readonly before: Generations,
  ) {}

  static async read(stack: string, projectRoot = findProject()): Promise<StackGenerations> {
    const config = await readStackConfig(stack, projectRoot);
    const active = config("active")?.value;
    const { generations, faults } = readGenerations(
      config("generations")?.objectValue as unknown[] | undefined,
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
   * @param waivers Findings of the policy pack that this deployment is to have.
   * @param keep The configuration stays as it was written: what was made half-way is protected, and no deployment takes
   * it away again.
   */
  async deploy(
    after: Generations,
    {
      keep = false,
      ...options
    }: { allow?: readonly string[]; waivers?: readonly Waiver[]; keep?: boolean } = {},
  ): Promise<void> {
    await this.write(after);
    const code = await this.up(options);
    if (code === 0) return;
    if (keep)
      throw new Fault(
        `stack ${this.stack} was not deployed to its end: its configuration says what it is to be`,
        `mend what is said above, then npx durable-postgres start --stack ${this.stack} goes on`,
      );
    await this.write(this.before);
    throw new Fault(
      `stack ${this.stack} was not deployed: its configuration is as it was before`,
      `mend what is said above and run the same command again; npx durable-postgres start --stack ${this.stack} removes what was made half-way`,
    );
  }

  private write({ list, active }: Generations): Promise<void> {
    return writeStackConfig(this.stack, this.projectRoot, { generations: list, active });
  }

  private async up({
    allow = [],
    waivers = [],
  }: {
    allow?: readonly string[];
    waivers?: readonly Waiver[];
  }): Promise<number> {
    const { stack, projectRoot } = this;
    if (isOwnStack(projectRoot, stack))
      return waivers.length === 0
        ? start(stack, { allow })
        : withPackConfig({ waivers: { list: waivers } }, (config) => start(stack, { allow, config }));
    const args = ["up", "--yes", "--skip-preview", "--stack", stack];
    return (await runPulumi(args, { projectRoot, own: false })).code;
  }
}
