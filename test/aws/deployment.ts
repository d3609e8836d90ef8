/**
 * What would a deployment do to the resources of AWS, after another one? The program runs on Pulumi's mocks, and the
 * double's own functions decide: no engine, no process, so that hundreds of changes can be tried.
 *
 * As the engine does it: an ignored property keeps its last input, a generated name stays, a resource that is no longer
 * declared is deleted. Order, dependencies and failures halfway are the engine's alone.
 */

import * as pulumi from "@pulumi/pulumi";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { identityState } from "../../components/rds/identity";
import type { RdsPlan } from "../../components/rds/options";
import { fromStruct, type Properties } from "../../provider/wire";
import { problems } from "./provider-double/check";
import { differences } from "./provider-double/differences";
import { named } from "./provider-double/names";
import { made, type Scope } from "./provider-double/outputs";
import { changeRefusals, creationRefusals } from "./provider-double/refusals";
import { updated } from "./provider-double/state";

/** A resource that was deployed. */
interface Deployed {
  type: string;
  name: string;
  id: string;
  inputs: Properties;
  state: Properties;
  options: pulumi.CustomResourceOptions;
}

/** All resources of a stack, by type and name. */
export type Stack = ReadonlyMap<string, Deployed>;

/** What happens to a resource. */
export interface Step {
  operation: "create" | "update" | "replace" | "delete";
  type: string;
  name: string;
  /** Properties that are the reason. */
  reasons: string[];
  /** Whether AWS is left alone: the resource only goes out of the state. */
  isKept: boolean;
}

/** What a deployment leaves. */
export interface Deployment {
  stack: Stack;
  steps: Step[];
}

/** What AWS would answer in the course of the deployment. */
export class RefusedByAws extends Error {}

/** A program, as a function of the options that its component passes on. */
export type Program = (opts: pulumi.ComponentResourceOptions) => unknown;

function keyOf({ type, name }: { type: string; name: string }): string {
  return `${type} ${name}`;
}

/** What our own plugin answers. */
function ownOutputs(type: string, name: string, inputs: Properties, before?: Deployed): Properties {
  if (type === "durable-postgres:rds:Identity") {
    const plan = before?.inputs.plan as RdsPlan | undefined;
    return { ...identityState(plan, inputs.plan as unknown as RdsPlan) };
  }
  return { result: `password of ${name}`, report: { ok: true } };
}

/** One run of a program against what the last one left. */
class Run {
  readonly stack = new Map<string, Deployed>();
  readonly steps: Step[] = [];
  /** What the provider says against it. */
  readonly problems: string[] = [];
  /** What AWS says. A resource that it refuses is taken for made, so that the others are looked at too. */
  readonly refusals: string[] = [];
  private readonly options = new Map<string, pulumi.CustomResourceOptions>();
  private count: number;
  private readonly scope: Scope;

  constructor(private readonly before: Stack) {
    // Ids differ from those of all other runs, and are the same when a run is repeated.
    this.count = before.size * 1000;
    this.scope = { region: "eu-central-1", unique: () => (++this.count).toString(16).padStart(32, "0") };
  }

  readonly collect: pulumi.ResourceTransformation = ({ type, name, opts }) => {
    this.options.set(keyOf({ type, name }), opts);
    return undefined;
  };

  register(type: string, name: string, declared: Properties): { id: string; state: Properties } {
    const key = keyOf({ type, name });
    const known = this.before.get(key);
    const options = this.options.get(key) ?? {};
    const resource = type.startsWith("aws:")
      ? this.ofAws(type, name, declared, options, known)
      : { id: name, inputs: declared, state: { ...declared, ...ownOutputs(type, name, declared, known) } };
    this.stack.set(key, { type, name, options, ...resource });
    return resource;
  }

  private ofAws(
    type: string,
    name: string,
    declared: Properties,
    options: pulumi.CustomResourceOptions,
    known?: Deployed,
  ) {
    const before = known?.inputs;
    const kept = before ? ignoring(declared, before, options.ignoreChanges ?? []) : declared;
    const inputs = named(type, name, kept, { before, unique: this.scope.unique });
    this.problems.push(...problems(type, inputs));
    const found = known ? differences(type, known.state, inputs, options.ignoreChanges) : [];
    if (known && found.length === 0) return { id: known.id, inputs, state: known.state };
    const operation = !known ? "create" : found.some(({ replace }) => replace) ? "replace" : "update";
    const reasons = found.filter(({ replace }) => replace || operation === "update").map((one) => one.name);
    this.steps.push({ operation, type, name, reasons, isKept: false });
    if (known && operation === "update") {
      this.refusals.push(...changeRefusals(type, known.state, inputs));
      return { id: known.id, inputs, state: updated(type, known.state, inputs) };
    }
    this.refusals.push(...creationRefusals(type, inputs));
    const { id, outputs } = made(type, inputs, this.scope);
    return { id, inputs, state: outputs };
  }

  /** What is no longer declared. */
  finish(): Deployment {
    for (const [key, { type, name, options }] of this.before) {
      if (this.stack.has(key) || !type.startsWith("aws:")) continue;
      const isKept = options.retainOnDelete === true;
      this.steps.push({ operation: "delete", type, name, reasons: [], isKept });
    }
    return { stack: this.stack, steps: this.steps };
  }
}

/** What the engine makes of `ignoreChanges`: the last inputs, also where they were not there. */
function ignoring(inputs: Properties, before: Properties, names: readonly string[]): Properties {
  const ignored = (name: string) => names.includes(name);
  return Object.fromEntries([
    ...Object.entries(inputs).filter(([name]) => !ignored(name)),
    ...Object.entries(before).filter(([name]) => ignored(name)),
  ]);
}

/**
 * Deploys a program over what the last deployment left.
 *
 * @throws RefusedByAws, or what the provider's check says.
 */
export async function deploy(program: Program, before: Stack = new Map()): Promise<Deployment> {
  const run = new Run(before);
  const { stackTraceLimit } = Error;
  // Every resource keeps the stack it came from, and mapping those to sources takes longer than all the rest.
  Error.stackTraceLimit = 0;
  try {
    await pulumi.runtime.setMocks(
      {
        // Secrets are still in their wrappers.
        newResource: ({ type, name, inputs }) =>
          run.register(type, name, fromStruct(Struct.fromJavaScript(inputs))),
        call: ({ token }) => {
          throw new Error(`the program looks something up: ${token}`);
        },
      },
      "shop",
      "prod",
      false,
    );
    program({ transformations: [run.collect] });
    await pulumi.runtime.disconnect();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
  if (run.problems.length > 0) throw new Error(run.problems.join("\n"));
  if (run.refusals.length > 0) throw new RefusedByAws(run.refusals.join("\n"));
  return run.finish();
}
