/** Which findings stop a deployment, and which are only shown? By profile, from the severity and from what is at stake. */

import type { Level, Profile, Rule } from "./rule";

/**
 * production: what can lose data, let somebody in or stop the server stops the deployment; the rest is shown.
 * development: a laptop's database may be slow to stop and known to nobody, but it must not lose data silently: only
 * critical and high rules about data stop the deployment. Low ones are not shown at all.
 *
 * A row can say otherwise for a profile, with its reason.
 */
export function levelOf(rule: Pick<Rule, "severity" | "protects" | "levels">, profile: Profile): Level {
  const exception = rule.levels?.[profile];
  if (exception) return exception;
  const isGrave = rule.severity === "critical" || rule.severity === "high";
  if (profile === "production") return isGrave ? "mandatory" : "advisory";
  if (rule.levels?.production === "disabled" || rule.severity === "low") return "disabled";
  return isGrave && rule.protects === "data" && rule.levels?.production === undefined
    ? "mandatory"
    : "advisory";
}

/** What the pack's configuration may say of one policy. */
export type PolicySetting = Level | ({ enforcementLevel: Level } & Record<string, unknown>);

/**
 * Configuration of the pack for a profile, for `--policy-pack-config`. Without any the pack is `production`; a custom
 * profile is a copy of one of these with other levels, thresholds and waivers.
 */
export function packConfig(rules: readonly Rule[], profile: Profile): Record<string, PolicySetting> {
  const entries = rules.map((rule): [string, PolicySetting] => {
    const enforcementLevel = levelOf(rule, profile);
    const thresholds = Object.entries(rule.thresholds ?? {}).map(([name, { default: value }]) => [
      name,
      value,
    ]);
    return [
      rule.name,
      thresholds.length > 0 ? { enforcementLevel, ...Object.fromEntries(thresholds) } : enforcementLevel,
    ];
  });
  return {
    waivers: { enforcementLevel: "advisory", list: [] },
    "refused-waivers": profile === "production" ? "mandatory" : "advisory",
    "not-yet-known": "advisory",
    ...Object.fromEntries(entries),
  };
}

/** The file of a profile in this folder. */
export function profileFile(profile: Profile): string {
  return `profiles/${profile}.json`;
}
