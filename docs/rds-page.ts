/** What do the tables of docs/rds.md say? Everything that the target RDS is made of, with the figures of Pulumi.prod.yaml. */

import { readFileSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import { readConfig } from "../components/config";
import { CATALOGUE, type CatalogueName, catalogueRow, docUrl } from "../components/parameters/catalogue";
import { pgParameter, type Version } from "../components/parameters/postgres";
import { CONVERSIONS } from "../components/rds/identity";
import { ALARMS, METRICS_LEFT_OUT } from "../components/rds/monitoring/alarm-rows";
import { type Alarm, alarms } from "../components/rds/monitoring/alarms";
import { EVENTS, EVENTS_LEFT_OUT, events } from "../components/rds/monitoring/events";
import { type RdsOptions, TOPOLOGIES, type Topology } from "../components/rds/options";
import { type GroupParameter, toParameterGroup } from "../components/rds/parameter-group";
import { isAbsent, isLeftToRds, isManagedByRds, rdsParameter, walFloors } from "../components/rds/parameters";
import { growsByItself } from "../components/rds/plan";
import { REASONS, type Reason } from "../components/rds/reasons";
import { RESOURCES } from "../components/rds/resource-kinds";
import { type RdsDesign, rdsDesign } from "../components/rds/settings";
import { between, code, table } from "./markdown";
import { typeName } from "./policies-page";
import { CHECKOV_FINDINGS } from "./rds-checkov";

const ROOT = path.resolve(__dirname, "..");
const STACK = path.join(ROOT, "Pulumi.prod.yaml");
const NAMESPACE = "durable-postgres:";

const INSTANCE_TOPOLOGIES = TOPOLOGIES.filter((topology) => growsByItself(topology));

/** The database of Pulumi.prod.yaml, with some options changed. */
function design(changes: Partial<RdsOptions> = {}): RdsDesign {
  const { config } = parse(readFileSync(STACK, "utf8")) as { config: Record<string, unknown> };
  const own = Object.entries(config)
    .filter(([key]) => key.startsWith(NAMESPACE))
    .map(([key, value]) => [
      key.slice(NAMESPACE.length),
      typeof value === "object" ? JSON.stringify(value) : String(value),
    ]);
  const { args } = readConfig(Object.fromEntries(own), () => undefined);
  const region = String(config["aws:region"]);
  return rdsDesign("postgres", { region, ...args, ...changes }, "durable-postgres/prod/postgres");
}

/** The same database on every topology, and with all that can have an alarm of its own. */
function everyDesign(): RdsDesign[] {
  const clusters = { backupRegion: undefined, instanceClass: undefined, maxAllocatedStorage: undefined };
  const fast = { storageType: "io2", allocatedStorage: 200, dedicatedLogVolume: true, replicas: 1 } as const;
  return [
    design(),
    design(fast),
    design({ ...fast, topology: "single" }),
    ...INSTANCE_TOPOLOGIES.map((topology) => design({ topology, instanceClass: "db.t4g.medium" })),
    design({ ...clusters, topology: "cluster", storageType: "io2" }),
    design({ ...clusters, topology: "aurora", allocatedStorage: undefined }),
    design({ ...clusters, topology: "aurora", allocatedStorage: undefined, instanceClass: "db.t4g.medium" }),
  ];
}

function mark(isThere: boolean): string {
  return isThere ? "yes" : "";
}

function resourcesTable(): string {
  return table(
    ["resource", "what it is", ...TOPOLOGIES, "only with", "after destroy"],
    Object.entries(RESOURCES).map(([type, { what, on, only, kept }]) => [
      code(typeName(type)),
      what,
      ...TOPOLOGIES.map((topology) => mark(on.includes(topology))),
      only ?? "",
      kept ? "stays" : "",
    ]),
  );
}

/** From one topology to another. */
function conversionsTable(): string {
  const names = (topologies: readonly Topology[]) => topologies.map(code).join(", ");
  return table(
    ["from", "to", "in place", "how"],
    CONVERSIONS.map(({ from, to, inPlace, how }) => [names(from), names(to), mark(inPlace), `${how}.`]),
  );
}

/** What only this target gives, as the contract of all targets says it. */
function outputsTable(): string {
  const contract = readFileSync(path.join(ROOT, "components", "database.ts"), "utf8");
  const rows = [...contract.matchAll(/\/\*\* Target rds: (.+?) \*\/\s+readonly (\w+)\?/g)];
  return table(
    ["output", "what it is"],
    rows.map(([, text = "", name = ""]) => [code(name), `${text.charAt(0).toUpperCase()}${text.slice(1)}`]),
  );
}

function decided({ value, from }: Reason): string {
  if (value !== undefined) return code(JSON.stringify(value));
  return from ? `by ${code(from)}` : "computed";
}

function inputsTables(): string {
  return Object.entries(REASONS)
    .map(([type, rows]) => {
      const body = Object.entries(rows).map(([property, reason]) => [
        `[${property}](${reason.docs})`,
        reason.unset,
        decided(reason),
        reason.why,
      ]);
      return `### ${typeName(type)}\n\n${table(["property", "where unset", "here", "why"], body)}`;
    })
    .join("\n\n");
}

/** `5 GiB`, `90 %`, `0.02 s` */
function amount({ unit, threshold }: Alarm): string {
  switch (unit) {
    case "Bytes":
      return threshold >= 1024 ** 3
        ? `${Number((threshold / 1024 ** 3).toFixed(1))} GiB`
        : `${Math.round(threshold / 1024 ** 2)} MiB`;
    case "Percent":
      return `${threshold} %`;
    case "Seconds":
      return threshold < 1 ? `${threshold * 1000} ms` : `${threshold} s`;
    case "Milliseconds":
      return `${threshold} ms`;
    default:
      return threshold.toLocaleString("en");
  }
}

function alarmsTable(): string {
  const found = everyDesign().map(({ plan, settings }) => ({ plan, alarms: alarms(plan, settings) }));
  const own = found[0]?.alarms ?? [];
  const body = ALARMS.map(({ name, docs, metric, comparison, period, periods, why }) => {
    const having = found.flatMap(({ plan, alarms: all }) =>
      all.filter((alarm) => alarm.name === name).map(({ formula }) => ({ formula, topology: plan.topology })),
    );
    const formulas = [...new Set(having.map(({ formula }) => formula))].join(", or ");
    const inProduction = own.find((alarm) => alarm.name === name);
    return [
      `[${name}](${docs})`,
      metric,
      `${comparison} ${formulas}; for ${(period * periods) / 60} min`,
      inProduction ? amount(inProduction) : "",
      TOPOLOGIES.filter((topology) => having.some((one) => one.topology === topology)).join(", "),
      why,
    ];
  });
  return table(["alarm", "metric", "rings", "prod", "topologies", "why"], body);
}

function leftOut(rows: Readonly<Record<string, string>>, what: string): string {
  return table(
    [what, "why not"],
    Object.entries(rows).map(([name, why]) => [name, why]),
  );
}

function eventsTable(): string {
  const plans = everyDesign().map(({ plan }) => plan);
  plans.push(design({ majorUpgrade: "blue-green" }).plan);
  const on = (name: string): Topology[] => {
    const having = plans.filter((plan) => events(plan).some((row) => row.name === name));
    return TOPOLOGIES.filter((topology) => having.some((plan) => plan.topology === topology));
  };
  return table(
    ["events of", "categories", "topologies", "why"],
    EVENTS.map(({ name, sourceType, categories, why }) => [
      code(sourceType),
      categories.join(", "),
      on(name).join(", "),
      why,
    ]),
  );
}

/** Parameters that PostgreSQL itself does not have. */
const OF_RDS: Readonly<Record<string, string>> = {
  "rds.force_ssl": "Nobody gets in without TLS.",
  "rds.logical_replication": "What wal_level = logical is elsewhere.",
};

/** When a value takes hold. RDS's own defaults carry the method of AWS's untouched parameters, which is `pending-reboot`. */
function applied(version: Version, name: string, method: GroupParameter["applyMethod"]): string {
  if (method === "immediate") return "at once";
  const isStatic = pgParameter(version, name)?.context === "postmaster" || rdsParameter(name).static;
  return isStatic ? "at a restart" : "it is RDS's default";
}

function parametersTable(): string {
  const { plan, settings } = design();
  const { parameters } = toParameterGroup(settings, plan);
  return table(
    ["parameter", "in the group", "applied", "for this class", "why"],
    parameters.map(({ name, value, applyMethod }) => {
      const setting = settings.parameters[name];
      const row = catalogueRow(name);
      return [
        row ? `[${name}](${docUrl(row)})` : name,
        code(value),
        applied(settings.version, name, applyMethod),
        setting?.value ?? "",
        setting?.reason ?? OF_RDS[name] ?? "",
      ];
    }),
  );
}

/** What is not in the group, and why. */
function otherParameters(): string {
  const listed = (is: (name: string) => boolean) =>
    (Object.keys(CATALOGUE) as CatalogueName[]).filter(is).map(code).join(", ");
  const floors = Object.entries(walFloors("multi-az")).map(
    ([name, { least, own }]) => `${code(name)} to ${own} (${least})`,
  );
  const ofAurora = (name: string) => isLeftToRds(name, "aurora") && !rdsParameter(name).unconfirmed;
  return [
    `- Managed by AWS, verified and never in a group: ${listed(isManagedByRds)}.`,
    `- Left to AWS, since nobody outside has said what holds: ${listed((name) => rdsParameter(name).unconfirmed === true)}.`,
    `- Not there on Aurora: ${listed((name) => isAbsent(name, "aurora") && !isManagedByRds(name))}.`,
    `- Aurora's own choice unless you say otherwise: ${listed(ofAurora)}.`,
    `- Our own value is raised to what RDS starts with: ${floors.join(", ")}. Less than the value in brackets is refused.`,
  ].join("\n");
}

function checkovTable(): string {
  return table(
    ["check", "what it wants", "where", "why not"],
    CHECKOV_FINDINGS.map(({ check, wants, resources, why }) => [
      code(check),
      wants,
      Object.entries(resources)
        .map(([topology, names]) => `${topology}: ${names.join(", ")}`)
        .join("; "),
      why,
    ]),
  );
}

/** Every generated section, by its mark. */
const SECTIONS: Readonly<Record<string, () => string>> = {
  resources: resourcesTable,
  conversions: conversionsTable,
  outputs: outputsTable,
  inputs: inputsTables,
  parameters: parametersTable,
  "other parameters": otherParameters,
  alarms: alarmsTable,
  "metrics without an alarm": () => leftOut(METRICS_LEFT_OUT, "metric"),
  events: eventsTable,
  "events left out": () => leftOut(EVENTS_LEFT_OUT, "events"),
  checkov: checkovTable,
};

/** docs/rds.md: its text by hand, with the tables as they are now. */
export function rdsPage(current: string): string {
  return Object.entries(SECTIONS).reduce(
    (text, [name, render]) =>
      between(text, `<!-- BEGIN ${name} -->`, `<!-- END ${name} -->`, `\n${render()}\n`),
    current,
  );
}
