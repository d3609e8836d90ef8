/** What is a rule? A row: what it reads, what is wrong, what can be lost, what to write, and how other tools call it. */

import type { ImageName } from "../components/docker/image";
import type { Container } from "./reading/container";
import type { Properties } from "./reading/known";
import type { ParameterGroup } from "./reading/parameter-group";
import type { Server } from "./server";

/** How bad what a rule finds is. */
export const SEVERITIES = ["critical", "high", "medium", "low"] as const;
export type Severity = (typeof SEVERITIES)[number];

/** What is at stake. In development, data is the only thing that stops a deployment. */
export type Protected =
  | "data" // committed rows can be lost or corrupted
  | "access" // somebody reads or changes what he must not
  | "availability" // the server stops, or does not start
  | "evidence"; // nobody can tell afterwards what happened

/** What a finding does: `mandatory` stops the deployment. */
export const LEVELS = ["mandatory", "advisory", "disabled"] as const;
export type Level = (typeof LEVELS)[number];

/** Sets of levels. */
export const PROFILES = ["production", "development"] as const;
export type Profile = (typeof PROFILES)[number];

/** A resource as plain data: no Pulumi, so that files and live servers can be judged as well. */
export interface Resource {
  type: string;
  name: string;
  urn: string;
  /** Inputs; what is not known yet is `UNKNOWN`. */
  properties: Properties;
  /** `protect` of the resource's options; undefined where there is no such thing. */
  protect?: boolean;
  /** URNs of the resources that a property's value came from. */
  propertyDependencies?: Readonly<Record<string, readonly string[]>>;
}

/** What a rule can read. A new kind is a line here and one in `subjects.ts`. */
export interface Subjects {
  /** Settings of a server, wherever they are written. */
  server: Server;
  /** A container that runs a server. */
  container: Container & { server: Server };
  /** A container with anything of PostgreSQL in it, also without a server. */
  program: Container;
  parameterGroup: ParameterGroup;
  /** The name of an image that PostgreSQL runs in. */
  image: NamedImage;
  /** Inputs of a resource of one of the rule's `types`. */
  resource: Properties;
  /** All resources together. */
  stack: readonly Resource[];
}

/** An image's name, and where it is written. */
export interface NamedImage {
  property: string;
  name: ImageName;
}

/** A number that users can change. */
export interface Threshold {
  default: number;
  minimum: number;
  /** What it bounds, with its unit. */
  description: string;
}

/** What a rule may ask besides its subject. */
export interface Context {
  /** The resource's own name, type and options; undefined for stack rules. */
  resource: Resource | undefined;
  threshold(name: string): number;
  /** A property decides, and is not known yet: the rule is judged in the update. Stack rules name the resource. */
  notYetKnown(property: string, resource?: Resource): void;
}

/** What is wrong. */
export interface Problem {
  /** Path of the property in the resource's inputs. */
  property: string;
  /** What was found there, as written. */
  value: string;
  /** What is wrong and what can be lost, without the resource's name and without a full stop. */
  fact: string;
  /** The exact line to write. */
  hint: string;
  /** Of stack rules: the resource that is meant. */
  resource?: Resource;
}

/** Inputs that a rule is shown on: changes to the happy inputs of a type in `examples.ts`; undefined removes one. */
export interface Example {
  /** Default: the first type that the rule reads. */
  type?: string;
  change: Properties;
  protect?: boolean;
  /** Further resources of the stack. */
  others?: readonly { type: string; name: string; change: Properties }[];
}

/** What every row says. */
interface RuleRow {
  /** Unique; the policy's name. */
  name: string;
  /** What must be true, in one sentence without a full stop. */
  title: string;
  severity: Severity;
  protects: Protected;
  /** The same in other tools: `CKV_…`, `trivy:…`, `FSBP:…`, `CIS-…`, `KICS:…`. */
  ids: readonly string[];
  docs: string;
  /** The property it reads, as documentation. */
  property: string;
  /** What happened to others, or follows: why the rule is there. */
  why: string;
  /**
   * What a value that is not known yet means. `later`: it is judged in the update and reported as not yet known.
   * `passes`: that it comes from another resource is what the rule wants.
   */
  unknown: "later" | "passes";
  /** Levels that do not follow from the severity, with the reason in a comment of the row. */
  levels?: Partial<Record<Profile, Level>>;
  thresholds?: Readonly<Record<string, Threshold>>;
  good: Example;
  bad: Example;
}

/** A row whose `judge` reads one kind of subject. */
export interface RuleOf<Kind extends keyof Subjects> extends RuleRow {
  reads: Kind;
  /** Types of resources; only for kinds that do not decide it. */
  types?: Kind extends "resource" | "stack" ? readonly string[] : never;
  judge(subject: Subjects[Kind], context: Context): Problem[];
}

/** Any row. */
export type Rule = { [Kind in keyof Subjects]: RuleOf<Kind> }[keyof Subjects];

/** What a rule found on a resource. */
export interface Finding {
  rule: string;
  severity: Severity;
  /** Name of the resource. */
  resource: string;
  property: string;
  value: string;
  message: string;
  hint: string;
  ids: readonly string[];
}
