/** Where is a database restored that runs in a container? In a container beside it that reads its repositories. */

import type Docker from "dockerode";
import { DATABASE_LABEL } from "../../docker/container";
import { orUndefined } from "../../docker/engine";
import { ARCHIVE, BACKUP, dataLayout, SHARED, STANZA, SUPERUSER } from "../../docker/layout";
import type { RepositoryAccess } from "../../docker/restore-args";
import {
  engineMounts,
  execute,
  type Mount,
  type ProgramResult,
  removeContainer,
  startProgram,
} from "../../docker/run";
import type { DockerBackupLocation } from "../store";
import { type PgBackRestPlan, toPgBackRestConf } from "./conf";
import { PgBackRestHost } from "./host";

/** Where the data volume of the database is to be seen whose backups are read. */
export const SOURCE_DATA = "/var/lib/durable-postgres/source";

/** Settings of this container alone: those of the database may be gone with its volumes. */
const SETTINGS = "/tmp/pgbackrest";

/** Root certificates of a bucket's server. */
const CA_FILE = `${SETTINGS}/ca.pem`;

/** Seconds after which a container ends by itself that only reads: also when nobody is there to remove it. */
const LIFETIME = 3600;

/** What a container reads, and what it may write. */
export interface RestoreContainerArgs {
  /** Name of the container; absent: Docker chooses one. */
  name?: string;
  /** PostgreSQL with pgBackRest. */
  image: string;
  /** The database whose backups are read. */
  source: Pick<DockerBackupLocation, "containerName" | "engine" | "version" | "volumes">;
  /** A repository is in a bucket. */
  needsNetwork: boolean;
  /** `<project>/<stack>/<name>` of the database that it works for. */
  owner: string;
  labels?: Record<string, string>;
  /** Volume for the restored database. */
  dataVolume?: string;
}

/** The backups of a database, and what opens them: only when it is asked for, since that takes a while. */
export interface DockerBackups {
  location: DockerBackupLocation;
  /** As it is declared now; absent or undefined: as the database itself has it. */
  access?: () => Promise<RepositoryAccess | undefined>;
}

/** True where a repository is not in a volume. */
function needsNetwork({ repositories }: Pick<PgBackRestPlan, "repositories">): boolean {
  return repositories.some(({ kind }) => kind !== "posix");
}

/** A container that sees the repositories of a database, and PGDATA of another one. */
export class RestoreContainer {
  readonly repositories: PgBackRestHost;
  private stanza = STANZA;

  private constructor(
    private readonly docker: Docker,
    readonly id: string,
    source: RestoreContainerArgs["source"],
    private readonly hasArchive: boolean,
    /** The data volume of the source is there, below `SOURCE_DATA`. */
    readonly hasSourceData: boolean,
  ) {
    this.repositories = new PgBackRestHost(source, (command) => this.run(command));
  }

  /** Opens one. Volumes that are gone are left out: Docker would make them anew. */
  static async open(docker: Docker, args: RestoreContainerArgs): Promise<RestoreContainer> {
    const { source, dataVolume } = args;
    const { data, archive, backup } = source.volumes;
    const isThere = async (volume: string) =>
      (await orUndefined(docker.getVolume(volume).inspect())) !== undefined;
    const hasArchive = await isThere(archive);
    const hasData = await isThere(data);
    const mounts: Mount[] = [
      ...(hasData ? [{ volume: data, target: SOURCE_DATA, readOnly: true }] : []),
      ...(hasArchive ? [{ volume: archive, target: ARCHIVE, readOnly: true }] : []),
      ...((await isThere(backup)) ? [{ volume: backup, target: BACKUP, readOnly: true }] : []),
      ...(dataVolume ? [{ volume: dataVolume, target: dataLayout(source.version).mount }] : []),
    ];
    const { id } = await docker.createContainer({
      ...(args.name && { name: args.name }),
      Image: args.image,
      Entrypoint: ["sleep", dataVolume ? "infinity" : String(LIFETIME)],
      User: SUPERUSER,
      Healthcheck: { Test: ["NONE"] },
      Labels: { [DATABASE_LABEL]: args.owner, ...args.labels },
      HostConfig: {
        Mounts: engineMounts(mounts),
        AutoRemove: dataVolume === undefined,
        ...(!args.needsNetwork && { NetworkMode: "none" }),
      },
    });
    const container = new RestoreContainer(docker, id, source, hasArchive, hasData);
    try {
      await docker.getContainer(id).start();
      return container;
    } catch (error) {
      await container.close();
      throw error;
    }
  }

  /** Opens one for a database of which everything is known but its secrets. */
  static async of(
    docker: Docker,
    { location: source, access }: DockerBackups,
    args: Omit<RestoreContainerArgs, "image" | "owner" | "source" | "needsNetwork"> = {},
  ): Promise<RestoreContainer> {
    const { image, owner, pgBackRest } = source;
    const declared = await access?.();
    const container = await RestoreContainer.open(docker, {
      image,
      owner,
      source,
      needsNetwork: needsNetwork(pgBackRest),
      ...args,
    });
    await container.configure(pgBackRest, declared).catch(async (error) => {
      await container.close();
      throw error;
    });
    return container;
  }

  /**
   * Writes pgBackRest's settings.
   *
   * @param access What opens the repositories; absent: as the database itself has it.
   */
  async configure(plan: PgBackRestPlan, access?: RepositoryAccess): Promise<void> {
    this.stanza = plan.stanza;
    const repositories = plan.repositories.map((one) =>
      one.kind === "s3" && one.caFile !== undefined ? { ...one, caFile: CA_FILE } : one,
    );
    await this.shell(`mkdir -p ${SETTINGS}/conf.d`);
    for (const [name, text] of Object.entries(toPgBackRestConf({ ...plan, repositories }, access?.secrets)))
      await this.shell(`umask 077; cat > ${SETTINGS}/${name}`, text);
    if (access?.ca !== undefined) await this.shell(`cat > ${CA_FILE}`, access.ca);
    // A database that was retired has no secrets any more.
    const own = `cd ${SHARED.settings} 2>/dev/null && cp conf.d/*.conf ${SETTINGS}/conf.d/; cp ca.pem ${CA_FILE}`;
    if (!access && this.hasArchive) await this.shell(`{ ${own}; } 2>/dev/null || true`);
  }

  private program(command: readonly string[], input?: string) {
    const environment = [
      `PGBACKREST_CONFIG_PATH=${SETTINGS}`,
      `PGBACKREST_STANZA=${this.stanza}`,
      "PGBACKREST_ARCHIVE_ASYNC=n",
      // A restore empties the spool.
      `PGBACKREST_SPOOL_PATH=${SETTINGS}/spool`,
    ];
    return { command, user: SUPERUSER, environment, input };
  }

  /** Runs a program as the server's user; one that fails is a result. */
  run(command: readonly string[], input?: string): Promise<ProgramResult> {
    return execute(this.docker, this.id, this.program(command, input));
  }

  /** What a shell's command prints that does not fail. */
  async shell(script: string, input?: string): Promise<string> {
    const { code, stdout, stderr } = await this.run(["sh", "-c", script], input);
    if (code !== 0) throw new Error(`${script}: exit code ${code}: ${stderr}`);
    return stdout;
  }

  /** Starts a shell's command that goes on when this returns. */
  start(script: string): Promise<void> {
    return startProgram(this.docker, this.id, this.program(["sh", "-c", script]));
  }

  close(): Promise<void> {
    return removeContainer(this.docker, this.id);
  }
}
