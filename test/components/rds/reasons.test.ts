/** Is there a reason for every input that is not a default, and an input for every reason? */

import assert from "node:assert/strict";
import { RdsDatabase } from "../../../components/rds/database";
import type { RdsOptions, Topology } from "../../../components/rds/options";
import { REASONS, type Reason } from "../../../components/rds/reasons";
import { RESOURCES } from "../../../components/rds/resource-kinds";
import { CONNECTIONS, DEFAULTS, TABLES } from "./plain-inputs";
import { type Planned, planned } from "./planned";

const BARE: RdsOptions = {
  region: "eu-central-1",
  network: { cidr: "10.42.0.0/16", zones: ["eu-central-1a", "eu-central-1b", "eu-central-1c"] },
};

/** Options that make everything there can be. */
const EVERYTHING: RdsOptions = { ...BARE, sources: ["10.0.0.0/8"], alarmEmails: ["a@example.com"] };

const OPTIONS: readonly RdsOptions[] = [
  { ...BARE, topology: "single" },
  { ...EVERYTHING, topology: "multi-az", archiveLockDays: 30, backupRegion: "eu-west-1" },
  { ...EVERYTHING, topology: "single", replicas: 1, sources: ["sg-0a1b2c3d", "fd00::/8"] },
  {
    ...EVERYTHING,
    topology: "multi-az",
    storageType: "io2",
    dedicatedLogVolume: true,
    majorUpgrade: "blue-green",
    databaseInsights: "advanced",
    applyImmediately: true,
    restoreFrom: { snapshot: "shop-before" },
  },
  {
    ...EVERYTHING,
    topology: "single",
    port: 5433,
    publiclyAccessible: true,
    confirmPublic: "shop-prod-db",
    restoreFrom: { source: "shop-old" },
  },
  { ...EVERYTHING, topology: "cluster", storageType: "io2", restoreFrom: { source: "shop-old" } },
  {
    ...EVERYTHING,
    topology: "aurora",
    databaseInsights: "advanced",
    port: 5433,
    applyImmediately: true,
    publiclyAccessible: true,
    confirmPublic: "shop-prod-db",
    restoreFrom: { snapshot: "shop-before" },
  },
];

function resourcesOf(options: RdsOptions): Promise<Planned[]> {
  return planned((opts) => new RdsDatabase("db", options, opts));
}

/** What a topology consists of. */
interface Plan {
  topology: Topology;
  resources: Planned[];
}

/** The plans of all options, without what is our own plugin's. */
async function plansOfAll(): Promise<Plan[]> {
  const all: Plan[] = [];
  for (const options of OPTIONS) {
    const resources = (await resourcesOf(options)).filter(({ type }) => type.startsWith("aws:"));
    all.push({ topology: options.topology ?? "multi-az", resources });
  }
  return all;
}

/** Inputs of all plans, by type and property. */
function inputsOf(plans: readonly Plan[]): Map<string, Map<string, unknown[]>> {
  const all = new Map<string, Map<string, unknown[]>>();
  for (const { type, inputs } of plans.flatMap(({ resources }) => resources)) {
    const properties = all.get(type) ?? new Map<string, unknown[]>();
    for (const [property, value] of Object.entries(inputs))
      if (value !== undefined) properties.set(property, [...(properties.get(property) ?? []), value]);
    all.set(type, properties);
  }
  return all;
}

function isConnection(type: string, property: string): boolean {
  return [...(CONNECTIONS["*"] ?? []), ...(CONNECTIONS[type] ?? [])].includes(property);
}

function isDefault(type: string, property: string, values: readonly unknown[]): boolean {
  const row = DEFAULTS[type] ?? {};
  if (!Object.hasOwn(row, property)) return false;
  return values.every((value) => JSON.stringify(value) === JSON.stringify(row[property]));
}

/** Inputs that nothing accounts for. */
function unexplained(inputs: Map<string, Map<string, unknown[]>>, reasons: typeof REASONS): string[] {
  return [...inputs].flatMap(([type, properties]) =>
    [...properties]
      .filter(
        ([property, values]) =>
          !TABLES[type] &&
          !reasons[type]?.[property] &&
          !isConnection(type, property) &&
          !isDefault(type, property, values),
      )
      .map(([property]) => `${type} ${property}`),
  );
}

describe("every input of AWS's resources", () => {
  let plans: Plan[] = [];
  let inputs: Map<string, Map<string, unknown[]>> = new Map();

  before(async function () {
    this.timeout(60_000);
    plans = await plansOfAll();
    inputs = inputsOf(plans);
  });

  it("has a reason where it is no default and no connection", () => {
    assert.deepEqual(unexplained(inputs, REASONS), []);
  });

  it("would be missed without one", () => {
    const { multiAz: _multiAz, ...rest } = REASONS["aws:rds/instance:Instance"] as Record<string, Reason>;
    assert.deepEqual(unexplained(inputs, { ...REASONS, "aws:rds/instance:Instance": rest }), [
      "aws:rds/instance:Instance multiAz",
    ]);
  });

  it("is there for every reason, default and connection", () => {
    const isThere = (type: string, property: string) => inputs.get(type)?.has(property) ?? false;
    const unused = [REASONS, DEFAULTS].flatMap((table) =>
      Object.entries(table).flatMap(([type, rows]) =>
        Object.keys(rows)
          .filter((property) => !isThere(type, property))
          .map((property) => `${type} ${property}`),
      ),
    );
    const unconnected = Object.entries(CONNECTIONS)
      .filter(([type]) => type !== "*")
      .flatMap(([type, properties]) =>
        properties.filter((property) => !isThere(type, property)).map((property) => `${type} ${property}`),
      );
    assert.deepEqual([...unused, ...unconnected], []);
  });

  it("has the value that its reason states", () => {
    for (const [type, rows] of Object.entries(REASONS))
      for (const [property, { value }] of Object.entries(rows))
        if (value !== undefined)
          for (const found of inputs.get(type)?.get(property) ?? [])
            assert.deepEqual(found, value, `${type} ${property}`);
  });

  it("has a sentence and a page for a reason", () => {
    for (const [type, rows] of Object.entries(REASONS))
      for (const [property, { why, unset, docs }] of Object.entries(rows)) {
        assert.match(why, /^[A-Za-z0-9].*\.$/, `${type} ${property}`);
        assert.ok(unset.length > 0 && URL.canParse(docs), `${type} ${property}`);
      }
  });
  it("is of a type that the table of resources has, on its topologies", () => {
    const found = new Map<string, Set<Topology>>();
    for (const { topology, resources } of plans)
      for (const { type } of resources) found.set(type, (found.get(type) ?? new Set()).add(topology));
    const order = ["single", "multi-az", "cluster", "aurora"] as const;
    assert.deepEqual([...found.keys()].sort(), Object.keys(RESOURCES).sort());
    for (const [type, { on, only }] of Object.entries(RESOURCES)) {
      const present = order.filter((topology) => found.get(type)?.has(topology));
      if (only)
        assert.deepEqual(
          present.filter((topology) => !on.includes(topology)),
          [],
          type,
        );
      else assert.deepEqual(present, on, type);
    }
  });

  it("is of a type that is always there, or that has to be asked for", () => {
    const [bare] = plans;
    const there = new Set(bare?.resources.map(({ type }) => type));
    const missing = Object.entries(RESOURCES)
      .filter(([type, { on, only }]) => on.includes("single") && !only && !there.has(type))
      .map(([type]) => type);
    assert.deepEqual(missing, []);
  });
});
