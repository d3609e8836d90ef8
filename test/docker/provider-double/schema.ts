/** What did the released provider declare about its properties? */

import recorded from "../recorded/schema.json";

interface Resource {
  properties: Record<string, unknown>;
  required?: string[];
  inputProperties: Record<string, { willReplaceOnChanges?: boolean }>;
}

/** What the engine's questions need to know of a resource type. */
export interface Schema {
  inputs: readonly string[];
  outputs: readonly string[];
  /** Inputs whose change replaces the resource. */
  replacing: ReadonlySet<string>;
  /** Outputs the provider fills in where the program says nothing: leaving such an input out changes nothing. */
  computed: ReadonlySet<string>;
}

export const version = recorded.version;

const resources = recorded.resources as Record<string, Resource>;

/** Throws for a type that was not recorded. */
export function schemaOf(type: string): Schema {
  const resource = resources[type];
  if (!resource) throw new Error(`the double of the Docker provider has no resource type ${type}`);
  const inputs = Object.keys(resource.inputProperties);
  return {
    inputs,
    outputs: Object.keys(resource.properties),
    replacing: new Set(inputs.filter((name) => resource.inputProperties[name]?.willReplaceOnChanges)),
    computed: new Set(resource.required ?? []),
  };
}
