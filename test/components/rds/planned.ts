/** What does a program plan? Every resource with its inputs and options, from Pulumi's mocks: no engine, no account. */

import * as pulumi from "@pulumi/pulumi";
import type { Properties } from "../../../policies/reading/known";
import type { Resource } from "../../../policies/rule";

/** A resource as the program registers it. */
export interface Planned {
  type: string;
  name: string;
  inputs: Properties;
  /** Options that matter to data, where they are set. */
  options: Properties;
}

const ACCOUNT = "111122223333";

/** Options that say what happens to a resource. */
const OPTIONS = [
  "protect",
  "retainOnDelete",
  "deleteBeforeReplace",
  "ignoreChanges",
  "replaceOnChanges",
  "customTimeouts",
] as const;

/** What AWS and our plugin answer, beside the inputs. Ids and ARNs tell where they come from. */
function outputs(type: string, name: string, inputs: Properties): Properties {
  const service = type.split(/[:/]/)[1] ?? "";
  const named = inputs.namePrefix ?? inputs.bucketPrefix;
  return {
    arn: `arn:aws:${service}:${inputs.region ?? ""}:${ACCOUNT}:${name}`,
    ...(named !== undefined && { name: `${named}${name}` }),
    ...OUTPUTS[type]?.(name),
  };
}

const secret = (name: string) => ({
  secretArn: `arn:aws:secretsmanager:eu-central-1:${ACCOUNT}:secret:rds!${name}`,
});

const OUTPUTS: Readonly<Record<string, (name: string) => Properties>> = {
  "aws:kms/key:Key": (name) => ({ keyId: `${name}-id` }),
  "aws:rds/instance:Instance": (name) => ({
    address: `${name}.abc.eu-central-1.rds.amazonaws.com`,
    resourceId: `db-${name}`,
    masterUserSecrets: [secret(name)],
  }),
  "aws:rds/cluster:Cluster": (name) => ({
    endpoint: `${name}.abc.eu-central-1.rds.amazonaws.com`,
    readerEndpoint: `${name}.ro.abc.eu-central-1.rds.amazonaws.com`,
    clusterResourceId: `cluster-${name}`,
    masterUserSecrets: [secret(name)],
  }),
  "durable-postgres:index:Password": (name) => ({ result: `${name}-result` }),
  "durable-postgres:rds:Identity": () => ({ blueGreen: false }),
  "durable-postgres:rds:Verification": () => ({ report: { ok: true } }),
};

/** Runs a program against the mocks. */
export async function planned(
  program: (opts: pulumi.ComponentResourceOptions) => unknown,
): Promise<Planned[]> {
  const found = new Map<string, Planned>();
  const options = new Map<string, Properties>();
  await pulumi.runtime.setMocks(
    {
      newResource({ type, name, inputs }) {
        found.set(`${type} ${name}`, { type, name, inputs, options: {} });
        return { id: `${name}-id`, state: { ...inputs, ...outputs(type, name, inputs) } };
      },
      call: ({ token }) => {
        throw new Error(`the program looks something up: ${token}`);
      },
    },
    "shop",
    "prod",
    false,
  );
  const collect: pulumi.ResourceTransformation = ({ type, name, opts }) => {
    options.set(`${type} ${name}`, optionsOf(opts));
    return undefined;
  };
  const done = program({ transformations: [collect] });
  await settled();
  await done;
  return [...found.entries()]
    .filter(([, { type }]) => type !== "pulumi:pulumi:Stack")
    .map(([key, resource]) => ({ ...resource, options: options.get(key) ?? {} }))
    .sort((one, other) => (`${one.name} ${one.type}` < `${other.name} ${other.type}` ? -1 : 1));
}

function optionsOf(opts: pulumi.CustomResourceOptions): Properties {
  const given = OPTIONS.filter((name) => opts[name] !== undefined && opts[name] !== false);
  return {
    ...Object.fromEntries(given.map((name) => [name, opts[name]])),
    ...(opts.deletedWith && { deletedWith: (opts.deletedWith as { __name?: string }).__name }),
    ...dependsOn(opts),
  };
}

function dependsOn({ dependsOn: given }: pulumi.CustomResourceOptions): Properties {
  if (given === undefined) return {};
  const all = (Array.isArray(given) ? given : [given]) as { __name?: string }[];
  return all.length === 0 ? {} : { dependsOn: all.map(({ __name }) => __name) };
}

/** Waits until no resource is being registered any more. */
async function settled(): Promise<void> {
  await pulumi.runtime.disconnect();
}

/** The same with policies and the like as what they say, not as text. */
export function readable(plan: readonly Planned[]): Planned[] {
  const value = (input: unknown) =>
    typeof input === "string" && input.startsWith('{"') ? JSON.parse(input) : input;
  return plan.map((resource) => ({
    ...resource,
    inputs: Object.fromEntries(Object.entries(resource.inputs).map(([name, input]) => [name, value(input)])),
  }));
}

/** What the policy pack sees of it. */
export function judged(plan: readonly Planned[]): Resource[] {
  const urn = ({ type, name }: Pick<Planned, "type" | "name">) => `urn:pulumi:prod::shop::${type}::${name}`;
  return plan.map((resource) => ({
    type: resource.type,
    name: resource.name,
    urn: urn(resource),
    properties: resource.inputs,
    protect: resource.options.protect === true,
    propertyDependencies: Object.fromEntries(
      Object.entries(resource.inputs).map(([property, value]) => [
        property,
        plan.filter((other) => other !== resource && refersTo(value, other)).map(urn),
      ]),
    ),
  }));
}

/** Ids, ARNs and names of the mocks hold the name of their resource. */
function refersTo(value: unknown, { name, type, inputs }: Planned): boolean {
  const text = JSON.stringify(value) ?? "";
  const { arn, name: made } = outputs(type, name, inputs);
  return [`"${name}-id"`, `"${String(arn)}"`, ...(made ? [`"${String(made)}"`] : [])].some((token) =>
    text.includes(token),
  );
}
