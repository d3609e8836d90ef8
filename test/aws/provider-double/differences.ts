/** Which operation does a change of a resource's inputs need, and which properties are its reason? Pure. */

import { isDeepStrictEqual } from "node:util";
import { hasUnknown, type Properties, UNKNOWN, type Value } from "../../../provider/wire";
import type { Difference } from "../../provider-double/engine";
import { recordedResource } from "../recorded-schema";
import { MARKS, type Marks } from "./terraform";

/** Types, as in the marks. */
const INSTANCE = "aws:rds/instance:Instance";
const CLUSTER = "aws:rds/cluster:Cluster";

/** Lists whose order means something; all others are sets, or the order of what they hold is nobody's. */
const ORDERED = new Set(["metricQueries", "rules"]);

/** What happens to a property, and in which resource. */
interface Change {
  type: string;
  name: string;
  /** What is there. */
  before: unknown;
  /** What is wanted. */
  after: unknown;
  state: Properties;
  inputs: Properties;
}

/** `DiffSuppressFunc`, and what reading a resource does to the same end. */
const SUPPRESSED: readonly ((change: Change) => boolean)[] = [
  // rds/instance.go: "Allocated is higher than the configuration and autoscaling is enabled"
  ({ type, name, before, after, inputs }) =>
    type === INSTANCE &&
    name === "allocatedStorage" &&
    Number(before) > Number(after) &&
    Number(inputs.maxAllocatedStorage ?? 0) > Number(after),
  // rds/cluster.go: "allow snapshot_identifier to be removed without forcing re-creation"
  ({ type, name, after }) => type === CLUSTER && name === "snapshotIdentifier" && after === undefined,
  // rds/instance.go, rds/cluster.go: StateFunc lower-cases windows.
  ({ name, before, after }) =>
    /maintenanceWindow$/i.test(name) && String(before).toLowerCase() === String(after).toLowerCase(),
  // verify.SuppressEquivalentJSONDiffs and awspolicyequivalence: documents that say the same.
  ({ before, after }) => isDocument(before) && isDocument(after) && sameDocument(before, after),
];

/** `CustomizeDiff` with `ForceNewIf`. */
const REPLACED_IF: readonly ((change: Change) => boolean)[] = [
  // rds/cluster.go: "Aurora supports mutation of the storage_type parameter, other engines do not"
  ({ type, name, inputs }) =>
    type === CLUSTER && name === "storageType" && !String(inputs.engine).startsWith("aurora"),
];

function isDocument(value: unknown): value is string {
  return typeof value === "string" && /^[[{]/.test(value);
}

function sameDocument(one: string, other: string): boolean {
  return isDeepStrictEqual(JSON.parse(one), JSON.parse(other));
}

/** Removes what is not there, and the order of sets. */
export function normal(value: Value | undefined, name = ""): unknown {
  if (value === undefined || value === null || value === "") return undefined;
  if (value === UNKNOWN) return value;
  if (Array.isArray(value)) {
    const elements = value.map((element) => normal(element)).filter((element) => element !== undefined);
    if (elements.length === 0) return undefined;
    return ORDERED.has(name) ? elements : elements.sort(byText);
  }
  if (typeof value !== "object") return value;
  const entries = Object.entries(value)
    .map(([key, inner]) => [key, normal(inner, key)] as const)
    .filter(([, inner]) => inner !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

function byText(a: unknown, b: unknown): number {
  const [left, right] = [JSON.stringify(a), JSON.stringify(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}

/** The marks of a type; every resource of AWS but IAM's has a region that it cannot leave. */
function marksOf(type: string): Marks {
  const marks = MARKS[type];
  if (!marks) throw new Error(`the double of the AWS provider has no marks for ${type}: see terraform.ts`);
  return {
    ...marks,
    replaces: [...marks.replaces, "region"],
    computed: [...(marks.computed ?? []), "region"],
  };
}

/** Inputs that AWS fills in where the program says nothing. */
export function computedInputs(type: string): readonly string[] {
  return marksOf(type).computed ?? [];
}

/**
 * Compares what is there with what the program wants.
 *
 * @param state Outputs of the last operation, or what a refresh found.
 * @param ignored Properties that options of the resource leave alone.
 */
export function differences(
  type: string,
  state: Properties,
  inputs: Properties,
  ignored: readonly string[] = [],
): Difference[] {
  const marks = marksOf(type);
  const names = Object.keys(recordedResource(type).inputs).filter(
    // Write-only arguments are in no state; their version says when they are new.
    (name) => !ignored.includes(name) && !name.endsWith("Wo"),
  );
  return names.flatMap((name) => {
    const wanted = inputs[name];
    if (normal(wanted) === undefined && marks.computed?.includes(name)) return [];
    const before = effective(marks, name, state[name]);
    const after = effective(marks, name, wanted);
    const change = { type, name, before, after, state, inputs };
    const isSame = !(wanted !== undefined && hasUnknown(wanted)) && isDeepStrictEqual(before, after);
    if (isSame || SUPPRESSED.some((suppresses) => suppresses(change))) return [];
    const replace = marks.replaces.includes(name) || REPLACED_IF.some((replaces) => replaces(change));
    return [{ name, replace }];
  });
}

/** What holds; Terraform has no word for "not set": numbers are 0 then, flags false. */
function effective(marks: Marks, name: string, value: Value | undefined): unknown {
  const given = normal(value, name) ?? marks.defaults?.[name];
  return given === false || given === 0 ? undefined : given;
}
