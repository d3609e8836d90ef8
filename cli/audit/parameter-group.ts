/**
 * Which settings does a parameter group have, by the JSON of `aws rds describe-db-parameters`?
 * https://docs.aws.amazon.com/cli/latest/reference/rds/describe-db-parameters.html
 */

import { Fault } from "../../components/faults";
import { pgNames, VERSIONS } from "../../components/parameters/postgres";
import { isAbsent, knownText, list, own, type Properties, record } from "../../policies/reading/known";
import { type ParameterGroup, readParameterGroup } from "../../policies/reading/parameter-group";
import type { Finding, Subjects } from "../../policies/rule";
import { parameterOf } from "../../policies/server";
import type { Audited } from "./verdict";

/** One parameter, however it is spelled. */
interface Listed {
  name: string;
  value: unknown;
  applyMethod: string | undefined;
  /** Somebody set it; false: it is the engine's or the service's default. */
  isSet: boolean;
  /** In the words of the AWS CLI. */
  isAws: boolean;
  /** Where it is written. */
  place: string;
}

/** Reads the parsed JSON of a parameter group. */
export function auditParameterGroup(json: unknown, name: string, major: number | undefined): Audited {
  const listed = listedParameters(json, name);
  const family = familyOf(json, listed, major);
  const set = listed.filter(({ isSet }) => isSet);
  const isAws = listed.every(({ isAws }) => isAws);
  const parameters = set.map(({ name, value, applyMethod }) => ({ name, value, applyMethod }));
  const group = readParameterGroup({ family, parameters });
  if (!group)
    throw new Fault(
      `${name}: the family ${family} is not one of PostgreSQL`,
      "audit the group of a PostgreSQL database",
    );
  const defaults = Object.fromEntries(
    listed
      .filter(({ isSet }) => !isSet)
      .map(({ name, value }): [string, string | null] => [name, defaultText(knownText(value))]),
  );
  const subject: ParameterGroup = {
    ...group,
    server: { ...group.server, defaults: { ...group.server.defaults, ...defaults } },
  };
  const translate = (finding: Finding): Finding => ({
    ...finding,
    property: inPlaces(finding.property, set),
    message: finding.message.trimStart(),
    hint: isAws ? awsCommand(inPlaces(finding.hint, set)) : inPlaces(finding.hint, set),
  });
  const resource = { type: "", name, urn: name, properties: group.properties };
  const subjects: Partial<Subjects> = { server: subject.server, parameterGroup: subject };
  return {
    name,
    judged: [{ resource, subject: (rule) => subjects[rule.reads], translate }],
    stack: [],
    findings: [],
    notes: [`judged as family ${family}`],
  };
}

function listedParameters(json: unknown, name: string): Listed[] {
  const group = record(json);
  const [key, entries] = Array.isArray(json)
    ? ["", json]
    : (["Parameters", "parameters"]
        .map((key) => [key, own(group, key)] as const)
        .find(([, value]) => !isAbsent(value)) ?? []);
  // CloudFormation writes a map of names and values.
  const pairs = Array.isArray(entries)
    ? entries
    : Object.entries(record(entries)).map(([name, value]) => ({ name, value }));
  const isListing = pairs.some((entry) => !isAbsent(record(entry).Source));
  const listed = pairs.flatMap((entry, index): Listed[] => {
    const { ParameterName, ParameterValue, ApplyMethod, Source } = record(entry);
    const { name: plainName, value, applyMethod, apply_method: terraform } = record(entry);
    const parameter = knownText(ParameterName ?? plainName);
    if (parameter === undefined) return [];
    const written = ParameterValue ?? value;
    const method = knownText(ApplyMethod ?? applyMethod ?? terraform);
    const source = knownText(Source);
    return [
      {
        name: parameter.toLowerCase(),
        value: written,
        // What AWS lists was applied: the method is the one of the next change.
        applyMethod: isListing ? "pending-reboot" : method,
        isAws: !isAbsent(ParameterName),
        isSet: source === undefined || source === "user",
        place: Array.isArray(entries) ? `${key}[${index}]` : `${key}.${parameter}`,
      },
    ];
  });
  if (listed.length === 0)
    throw new Fault(
      `${name} is neither a Compose file nor a list of parameters`,
      "aws rds describe-db-parameters --db-parameter-group-name <group> > parameter-group.json",
    );
  return listed.filter(({ isSet, value }) => !isSet || !isAbsent(value));
}

/** What the instance class decides is not known. */
function defaultText(value: string | undefined): string | null {
  return value === undefined || /[{(]/.test(value) ? null : value;
}

/** The family as written; else by the names that only some versions have, and by Aurora's own. */
function familyOf(json: unknown, listed: readonly Listed[], major: number | undefined): string {
  const { family, Family, DBParameterGroupFamily } = record(json);
  const written = knownText(family ?? Family ?? DBParameterGroupFamily);
  if (written !== undefined) return written;
  const names = new Set(listed.map(({ name }) => name));
  const isAurora =
    [...names].some((name) => /^(aurora|apg)_|^rds\.(enable_plan_management|global_db)/.test(name)) ||
    list(record(json).Parameters).some((entry) => !isAbsent(record(entry).SupportedEngineModes));
  const known = VERSIONS.map((version) => {
    const count = pgNames(version).filter((name) => names.has(name)).length;
    return { version, count };
  });
  const best = known.reduce((first, other) => (other.count > first.count ? other : first));
  return `${isAurora ? "aurora-postgresql" : "postgres"}${major ?? best.version}`;
}

function inPlaces(text: string, set: readonly Listed[]): string {
  return text.replace(/\bparameters\[(\d+)\](\.\w+)?/g, (whole, index: string, part = "") => {
    const place = set[Number(index)]?.place;
    return place === undefined ? whole : `${place}${set[Number(index)]?.isAws ? awsPart(part) : part}`;
  });
}

/** The command that changes a parameter of a group that exists. */
function awsCommand(hint: string): string {
  return hint.replace(
    /(?:write|add) `\{ name: "([^"]+)", value: "([^"]*)"(?:, applyMethod: "([\w-]+)")? \}` (?:as [^\s,]+|to parameters)(, or remove it)?/,
    (_, name: string, value: string, method = applyMethod(name)) =>
      `run \`aws rds modify-db-parameter-group --db-parameter-group-name <group> --parameters "ParameterName=${name},ParameterValue=${value},ApplyMethod=${method}"\``,
  );
}

function applyMethod(name: string): string {
  return parameterOf({ major: undefined }, name)?.context === "postmaster" ? "pending-reboot" : "immediate";
}

function awsPart(part: string): string {
  return (
    { ".name": ".ParameterName", ".value": ".ParameterValue", ".applyMethod": ".ApplyMethod" }[part] ?? part
  );
}

/** Whether JSON looks like a parameter group rather than a Compose file. */
export function isParameterGroup(json: unknown): boolean {
  return Array.isArray(json) || !("services" in (record(json) as Properties));
}
