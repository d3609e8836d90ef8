/** What was recorded of the AWS provider's resources? Written by record.ts. */

import recorded from "./recorded/schema.json";

/** Type of a property. Enumerations, ARNs and documents are texts. */
export type PropertyType =
  | "string"
  | "number"
  | "boolean"
  | { list: PropertyType }
  | { map: PropertyType }
  | { object: Record<string, PropertyType>; required: string[] };

/** A resource type. */
export interface RecordedResource {
  inputs: Record<string, PropertyType>;
  required: string[];
  /** Inputs that the SDK sets where the program says nothing. */
  defaults: Record<string, string | number | boolean>;
  /** Inputs that the SDK makes secret. */
  secrets: string[];
  /** Outputs that are no inputs. */
  computed: string[];
}

/** All of it. */
export interface RecordedSchema {
  source: string;
  /** Of the provider. */
  version: string;
  /** By type token. */
  resources: Record<string, RecordedResource>;
}

export const schema = recorded as unknown as RecordedSchema;

/** Throws for a type that was not recorded. */
export function recordedResource(type: string): RecordedResource {
  const resource = schema.resources[type];
  if (!resource) throw new Error(`the AWS provider's ${type} is not recorded: add it to test/aws/record.ts`);
  return resource;
}
