/** A stack of the target rds in a project folder of its own: the real engine, doubles in place of AWS. */

import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { parse, stringify } from "yaml";
import type { DatabaseArgs } from "../../components/database";
import type { RdsOptions } from "../../components/rds/options";
import { type GroupParameter, toParameterGroup } from "../../components/rds/parameter-group";
import { rdsDesign } from "../../components/rds/settings";
import { partsOf } from "../provider-double/engine";
import { type CommandResult, createWorkspace, REPOSITORY, type Workspace } from "../workspace";
import { AgreeableRdsApi, type RdsApi } from "./rds-api";

const NAMESPACE = "durable-postgres:";

/** Whether the released provider makes real resources. */
const isReal = process.env.AWS_PROVIDER === "real";

/** Configuration as a file of the repository has it, the block of the target apart. */
export interface StackConfig extends DatabaseArgs {
  rds: RdsOptions;
}

/** A resource that changes. */
export interface PlannedStep {
  operation: string;
  /** `rds.Instance`, and of our own plugin `Identity`. */
  type: string;
  name: string;
  /** Properties that are the reason. */
  reasons: string[];
}

interface PreviewStep {
  op: string;
  urn: string;
  diffReasons?: string[];
  replaceReasons?: string[];
}

/** What a preview says. */
export interface Preview {
  code: number;
  steps: PlannedStep[];
  /** Errors and warnings, without colours. */
  messages: string[];
}

/** Operations of a preview that are no change. */
const UNCHANGING = new Set(["same", "refresh", "read"]);
/** Parts of a replacement, beside `replace` itself. */
const PARTS = new Set(["create-replacement", "delete-replaced"]);

/** The parameter group that AWS has. */
interface Group {
  parameters: GroupParameter[];
}

/** The stack. */
export class RdsStack {
  private constructor(
    readonly workspace: Workspace,
    /** The configuration that comes with the project. */
    readonly tracked: StackConfig,
    private readonly region: string,
    /** What stands in for the API by which a deployment is verified. */
    readonly api: RdsApi,
    private readonly group: Group,
  ) {}

  /**
   * Makes the project folder, with the configuration of the repository; nothing is deployed yet.
   *
   * @param api Default: one that knows every database.
   */
  static async create(name: "prod" | "staging", given?: RdsApi): Promise<RdsStack> {
    const { region, config } = trackedConfig(name);
    const group: Group = { parameters: [] };
    const api =
      given ??
      new AgreeableRdsApi(() =>
        Object.fromEntries(group.parameters.map((parameter) => [parameter.name, parameter.value])),
      );
    await api.start();
    const workspace = await createWorkspace({}, undefined, { stack: name, env: withoutAws() });
    const stack = new RdsStack(workspace, config, region, api, group);
    await workspace.succeed(["pulumi", "stack", "select", "--create", name]);
    await stack.configure({});
    return stack;
  }

  /** The tracked configuration, changed. */
  configure({ rds, ...changes }: Partial<StackConfig>): Promise<void> {
    return this.replace({ ...this.tracked, ...changes, rds: { ...this.tracked.rds, ...rds } });
  }

  /** Another configuration. */
  async replace(config: StackConfig): Promise<void> {
    const file = path.join(this.workspace.root, `Pulumi.${this.workspace.stack}.yaml`);
    const salt = /^encryptionsalt: .*$/m.exec(readFileSync(file, "utf8"))?.[0] ?? "";
    const own = Object.entries({ target: "rds", ...config }).map(([key, value]) => [
      `${NAMESPACE}${key}`,
      value,
    ]);
    const all = { "aws:region": this.region, ...Object.fromEntries(own) };
    await writeFile(file, `${salt}\n${stringify({ config: all })}`);
    this.declare(config);
  }

  /** What AWS will have in the parameter group once this is deployed. A configuration with faults is not deployed. */
  private declare({ rds, ...args }: StackConfig): void {
    try {
      const owner = `durable-postgres/${this.workspace.stack}/postgres`;
      const { plan, settings } = rdsDesign("postgres", { region: this.region, ...args, ...rds }, owner);
      this.group.parameters = toParameterGroup(settings, plan).parameters;
    } catch {
      this.group.parameters = [];
    }
  }

  /** `pulumi <command>` without credentials; a failing command is a result. */
  run(command: string, ...options: string[]): Promise<CommandResult> {
    const yes = command === "preview" ? [] : ["--yes", "--skip-preview"];
    const all = [command, "--suppress-outputs", "--non-interactive", ...yes, ...options];
    return this.workspace.pulumi(all);
  }

  /** The same where AWS answers. */
  async runWithApi(
    command: string,
    { options = [], env = {} }: { options?: readonly string[]; env?: NodeJS.ProcessEnv } = {},
  ): Promise<CommandResult> {
    const args = [command, "--suppress-outputs", "--non-interactive", "--yes", "--skip-preview", ...options];
    return this.workspace.cli(["pulumi", ...args, "--stack", this.workspace.stack], {
      env: { ...this.apiEnv, ...env },
    });
  }

  /** Variables that lead our plugin to the double; with the released provider AWS itself is asked. */
  get apiEnv(): NodeJS.ProcessEnv {
    return isReal ? {} : this.api.env;
  }

  /** What would change. */
  async preview(...options: string[]): Promise<Preview> {
    const args = ["preview", "--json", "--non-interactive", ...options, "--stack", this.workspace.stack];
    const { code, stdout, stderr } = await this.workspace.cli(["pulumi", ...args], { env: this.apiEnv });
    if (!stdout.includes("{")) throw new Error(`no preview: ${stdout}${stderr}`);
    const plan = JSON.parse(stdout.slice(stdout.indexOf("{"))) as {
      steps?: PreviewStep[];
      diagnostics?: { severity: string; message: string }[];
    };
    const steps = (plan.steps ?? []).filter(({ op }) => !UNCHANGING.has(op) && !PARTS.has(op)).map(stepOf);
    const messages = (plan.diagnostics ?? [])
      .filter(({ severity }) => ["error", "warning"].includes(severity))
      // biome-ignore lint/suspicious/noControlCharactersInRegex: the engine's colours.
      .map(({ message }) => message.replace(/\u001b\[[\d;]*m|<\{%[^%]*%\}>/g, "").trim());
    return { code, steps, messages };
  }

  /** Removes the project folder and the API. */
  async remove(): Promise<void> {
    await this.workspace.remove();
    await this.api.stop();
  }
}

/** Every stack begins with an empty environment: whoever runs the tests may have credentials. */
function withoutAws(): NodeJS.ProcessEnv {
  if (isReal) return {};
  const given = Object.keys(process.env).filter((name) => name.startsWith("AWS_"));
  const none = Object.fromEntries(given.map((name) => [name, undefined]));
  // Nothing listens there: whoever asks AWS all the same fails at once.
  return { ...none, AWS_ENDPOINT_URL: "http://127.0.0.1:1", AWS_EC2_METADATA_DISABLED: "true" };
}

function trackedConfig(name: string): { region: string; config: StackConfig } {
  const file = path.join(REPOSITORY, `Pulumi.${name}.yaml`);
  const { config } = parse(readFileSync(file, "utf8")) as { config: Record<string, unknown> };
  const own = Object.entries(config).filter(([key]) => key.startsWith(NAMESPACE));
  const entries = own.map(([key, value]) => [key.slice(NAMESPACE.length), value]);
  const { target, ...args } = Object.fromEntries(entries);
  if (target !== "rds") throw new Error(`the target of ${file} is ${target}`);
  return { region: String(config["aws:region"]), config: args };
}

function stepOf({ op, urn, diffReasons = [], replaceReasons = [] }: PreviewStep): PlannedStep {
  const { type, name } = partsOf(urn);
  const [, module = "", kind = ""] = /^aws:(\w+)\/\w+:(\w+)$/.exec(type) ?? [];
  const isReplaced = op === "replace";
  return {
    operation: op,
    type: kind ? `${module}.${kind}` : (type.split(":").at(-1) ?? type),
    name: name.replace(/^postgres-/, ""),
    reasons: [...(isReplaced ? replaceReasons : diffReasons)].sort(),
  };
}
