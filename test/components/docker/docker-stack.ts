/** A stack of the target docker in a project folder of its own, and the container it makes. */

import type { Container, ContainerInspectInfo } from "dockerode";
import { type Connection, withClient } from "../../../components/connection";
import { docker } from "../../docker/engine";
import { type CommandResult, createWorkspace, type Workspace, type WorkspaceConfig } from "../../workspace";

/** Sizes that do not depend on the machine that runs the test. */
const SIZES = { memory: "1GiB", cpus: 2 };

/** A stack of the target docker. */
export class DockerStack {
  private constructor(
    readonly workspace: Workspace,
    /** Name of the container and first part of the volumes' names. */
    readonly name: string,
  ) {}

  /** Makes the project folder; the stack is not deployed yet. */
  static async create(name: string, config: WorkspaceConfig = {}): Promise<DockerStack> {
    const stack = new DockerStack(await createWorkspace({ target: "docker" }), name);
    await stack.configure(config);
    return stack;
  }

  /** Replaces the configuration. */
  configure({ docker: block = {}, ...config }: WorkspaceConfig): Promise<void> {
    const all = { target: "docker", ...SIZES, docker: { containerName: this.name, ...(block as object) } };
    return this.workspace.configure({ ...all, ...config });
  }

  /** `durable-postgres start`, which has to succeed. */
  start(): Promise<CommandResult> {
    return this.workspace.start();
  }

  /** `pulumi <args>` with the project's own state; a failing command is a result. */
  pulumi(command: string, ...options: string[]): Promise<CommandResult> {
    const yes = command === "preview" ? [] : ["--yes", "--skip-preview"];
    return this.workspace.pulumi([command, "--suppress-outputs", "--non-interactive", ...yes, ...options]);
  }

  get container(): Container {
    return docker.getContainer(this.name);
  }

  inspect(): Promise<ContainerInspectInfo> {
    return this.container.inspect();
  }

  /** True when the container's image is that one, or was built on it. */
  async runsOn(image: string): Promise<boolean> {
    const layers = await docker.getImage((await this.inspect()).Image).history();
    const { Id } = await docker.getImage(image).inspect();
    return layers.some((layer: { Id: string }) => layer.Id === Id);
  }

  /** Rows of a query by the application's role, over the published port as applications do. */
  // biome-ignore lint/suspicious/noExplicitAny: rows of any query.
  async query(text: string): Promise<any[]> {
    const { host, port, database, roles, ca } = await this.workspace.outputs();
    return this.queryAs({ host, port, database, ca, ...roles.owner }, text);
  }

  // biome-ignore lint/suspicious/noExplicitAny: rows of any query.
  queryAs(connection: Connection, text: string): Promise<any[]> {
    return withClient(connection, async (client) => (await client.query(text)).rows, { timeoutMs: 20_000 });
  }

  /** `pg_postmaster_start_time()`. */
  async startedAt(): Promise<string> {
    return (await this.query("SELECT pg_postmaster_start_time()::text AS started"))[0].started;
  }

  /** Names of the database's volumes that exist. */
  async volumes(): Promise<string[]> {
    const { Volumes } = await docker.listVolumes({ filters: { name: [this.name] } });
    return (Volumes ?? []).map(({ Name }) => Name).sort();
  }

  /** Exit codes of a container since a time in seconds, as Docker's events tell them. */
  async exitCodes(id: string, since: number): Promise<string[]> {
    const until = Math.ceil(Date.now() / 1000);
    const stream = await docker.getEvents({ since, until, filters: { container: [id], event: ["die"] } });
    let text = "";
    for await (const chunk of stream) text += chunk;
    const events = text.trim().split("\n").filter(Boolean);
    return events.map((line) => JSON.parse(line).Actor.Attributes.exitCode);
  }

  /** Removes the project folder; what is in Docker goes with the suite. */
  async remove(): Promise<void> {
    await this.workspace.remove();
  }
}
