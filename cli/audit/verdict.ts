/** What do the rules say of what was read, by a profile, a configuration and its waivers? */

import { Fault } from "../../components/faults";
import { judgeStack, judgeSubject, type Thresholds } from "../../policies/judge";
import { levelOf, packConfig } from "../../policies/profiles";
import { record } from "../../policies/reading/known";
import {
  type Finding,
  LEVELS,
  type Level,
  PROFILES,
  type Profile,
  type Resource,
  type Rule,
  SEVERITIES,
  type Subjects,
} from "../../policies/rule";
import { RULES } from "../../policies/rules";
import { Waivers } from "../../policies/waivers";

/** Something that the rules judge. */
export interface Judged {
  /** As findings name it: the type is a word for people. */
  resource: Resource;
  /** What a rule reads of it; undefined where there is no such thing in it. */
  subject(rule: Rule): Subjects[keyof Subjects] | undefined;
  /** Says a finding in the words of the format that was read. */
  translate(finding: Finding): Finding;
  /** False where the finding rests on something that is not known here. */
  isSure?(finding: Finding): boolean;
}

/** What one argument of the command holds. */
export interface Audited {
  /** The argument, without a password. */
  name: string;
  judged: readonly Judged[];
  /** Resources that rules look at together, by the names of `judged`. */
  stack: readonly Resource[];
  /** What was found while it was read. */
  findings: readonly Finding[];
  /** What else a person should know. */
  notes: readonly string[];
}

/** A finding with the level that the profile or the configuration gives it. */
export interface LevelledFinding {
  finding: Finding;
  level: Level;
  docs: string;
}

/** Levels, thresholds and waivers of a run. */
export interface Measure {
  level(rule: Rule): Level;
  thresholds(rule: Rule): Thresholds;
  waivers: Waivers;
}

/** Entries of a configuration that are about no single rule. */
const OTHER_POLICIES = ["all", "waivers", "refused-waivers", "not-yet-known"];

/**
 * The measure of a profile, or of a configuration of the pack.
 *
 * @throws Fault for an unknown profile, policy or level.
 */
export function measure(profile: string | undefined, config: unknown, today: string): Measure {
  if (profile !== undefined && !(PROFILES as readonly string[]).includes(profile))
    throw new Fault(`profile ${profile} is not one of ${PROFILES.join(", ")}`, "--profile production");
  const settings = record(config);
  const names = RULES.map(({ name }) => name);
  for (const [name, setting] of Object.entries(settings)) {
    if (!names.includes(name) && !OTHER_POLICIES.includes(name))
      throw new Fault(`the configuration names no rule of the pack: ${name}`, `remove \`${name}\``);
    const level = enforcement(setting);
    if (level !== undefined && !(LEVELS as readonly unknown[]).includes(level))
      throw new Fault(
        `the level of ${name} is none of ${LEVELS.join(", ")}: ${String(level)}`,
        `write \`"${name}": "advisory"\``,
      );
  }
  const levels = packConfig(RULES, (profile ?? "production") as Profile);
  return {
    level: (rule) =>
      (enforcement(settings[rule.name]) ??
        enforcement(settings.all) ??
        enforcement(levels[rule.name]) ??
        levelOf(rule, "production")) as Level,
    thresholds: (rule) => record(settings[rule.name]),
    waivers: new Waivers(record(settings.waivers).list, names, today),
  };
}

function enforcement(setting: unknown): unknown {
  return typeof setting === "string" ? setting : record(setting).enforcementLevel;
}

/** Findings of everything that was read: mandatory ones first. */
export function findingsOf(audited: readonly Audited[], by: Measure): LevelledFinding[] {
  const found = RULES.flatMap((rule) => {
    const level = by.level(rule);
    if (level === "disabled") return [];
    return audited
      .flatMap((input) => ruleFindings(rule, input, by))
      .map((finding) => ({ finding, level, docs: rule.docs }));
  });
  const refused = by.waivers.refused.map(
    ({ message, hint }): LevelledFinding => ({
      finding: {
        rule: "refused-waivers",
        severity: "high",
        resource: "",
        property: "waivers.list",
        value: "",
        message: `${message}, and does not hold`,
        hint,
        ids: [],
      },
      level: "mandatory",
      docs: "",
    }),
  );
  const rank = ({ level, finding }: LevelledFinding) =>
    LEVELS.indexOf(level) * SEVERITIES.length + SEVERITIES.indexOf(finding.severity);
  return [...found, ...refused].sort((one, other) => rank(one) - rank(other));
}

function ruleFindings(rule: Rule, { judged, stack, findings }: Audited, by: Measure): Finding[] {
  const thresholds = by.thresholds(rule);
  const isWaived = (resource: Resource) => by.waivers.covers(rule.name, resource);
  const single = judged.flatMap((one) => {
    const subject = rule.reads === "stack" ? undefined : one.subject(rule);
    if (subject === undefined) return [];
    return judgeSubject(rule, subject, one.resource, thresholds)
      .findings.filter((finding) => (one.isSure?.(finding) ?? true) && !isWaived(one.resource))
      .map((finding) => one.translate(finding));
  });
  const together = judgeStack(rule, stack, thresholds);
  const shared = together.findings.flatMap((finding, index) => {
    const resource = together.resources[index];
    const one = judged.find(({ resource: { name } }) => name === resource?.name);
    return resource && isWaived(resource) ? [] : [one?.translate(finding) ?? finding];
  });
  const read = findings.filter(
    ({ rule: name, resource }) => name === rule.name && !isWaived({ name: resource } as Resource),
  );
  return [...single, ...shared, ...read];
}

/** A finding of a rule about something that only the reader of a format sees. */
export function findingOf(
  name: string,
  about: Pick<Finding, "resource" | "property" | "value" | "message" | "hint">,
): Finding {
  const rule = RULES.find((candidate) => candidate.name === name);
  return { rule: name, severity: rule?.severity ?? "low", ids: rule?.ids ?? [], ...about };
}
