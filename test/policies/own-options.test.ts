/** Can an option of the components lead to what the pack refuses? They refuse it themselves: a plain `up` loads no pack. */

import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import type { Database } from "../../components/database";
import { RESTART_POLICIES } from "../../components/docker/options";
import { VERSIONS } from "../../components/parameters/postgres";
import { STORAGES, WORKLOADS } from "../../components/parameters/sizing";
import { stackDatabase } from "../../components/stack";
import { exampleResources, HAPPY } from "../../policies/examples";
import { judgeAll } from "../../policies/judge";
import { levelOf } from "../../policies/profiles";
import { readContainer } from "../../policies/reading/container";
import { knownText, type Properties } from "../../policies/reading/known";
import type { Resource, Rule } from "../../policies/rule";
import { RULES } from "../../policies/rules";
import { CONTAINER } from "../../policies/subjects";

type Config = Readonly<Record<string, unknown>>;

const MANDATORY = RULES.filter((rule) => levelOf(rule, "production") === "mandatory");

/** What the components made, in place of an engine. */
const made: Resource[] = [];

const MOCKS: pulumi.runtime.Mocks = {
  call: ({ inputs }) => inputs,
  newResource({ type, name, inputs }) {
    made.push({ type, name, urn: `urn:${name}`, properties: inputs });
    const id = `sha256:${"0".repeat(64)}`;
    const isBuilt = type === "durable-postgres:docker:BackupImage";
    return { id: name, state: { ...inputs, imageId: id, ...(isBuilt && { image: id }) } };
  },
};

function mandatory(resources: readonly Resource[]): string[] {
  return judgeAll(MANDATORY, resources).map(({ rule, resource }) => `${rule} ${resource}`);
}

/** `refused`, or what stops the deployment of what the component made. */
async function outcome(config: Config): Promise<"refused" | string[]> {
  made.length = 0;
  const texts = Object.entries(config).map(([name, value]) => [
    name,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  try {
    const { generations, active } = stackDatabase("postgres", Object.fromEntries(texts));
    const { host, verification } = generations.get(active) as Database;
    await new Promise((resolve) => pulumi.output([host, verification]).apply(resolve));
  } catch (error) {
    assert.match((error as Error).message, /\nHINT: ./);
    return "refused";
  }
  return mandatory(made);
}

const docker = (options: object): Config => ({ target: "docker", docker: options });

/** Values at the edges, and the ones that people write. */
const OPTIONS: readonly (readonly [config: Config, outcome: "refused" | "accepted"])[] = [
  [docker({ address: "127.0.0.1" }), "accepted"],
  [docker({ address: "192.0.2.7" }), "accepted"],
  [docker({ address: "2001:db8::1" }), "accepted"],
  [docker({ address: "0.0.0.0", hostname: "db.example.com" }), "refused"],
  [docker({ address: "::", hostname: "db.example.com" }), "refused"],
  [docker({ address: "" }), "refused"],
  [docker({ image: "postgres" }), "refused"],
  [docker({ image: "postgres:latest" }), "refused"],
  [docker({ image: "postgres:alpine" }), "refused"],
  [docker({ image: "postgres:alpine3.22" }), "refused"],
  [docker({ image: "registry.example.com:5000/team/postgres" }), "refused"],
  [docker({ image: "team/db:stable" }), "refused"],
  [docker({ image: "timescale/timescaledb:latest" }), "refused"],
  [docker({ image: "postgres:15" }), "accepted"],
  [docker({ image: "postgres:15.18-bookworm" }), "accepted"],
  [docker({ image: `postgres@sha256:${"a".repeat(64)}` }), "accepted"],
  [docker({ image: "team/postgres:v1" }), "accepted"],
  [docker({ image: "team/db:2026-11-24" }), "accepted"],
  [docker({ image: "timescale/timescaledb:latest-pg15" }), "accepted"],
  ...RESTART_POLICIES.map((restart) => [docker({ restart }), "accepted"] as const),
  [docker({ stopTimeout: 59 }), "refused"],
  [docker({ stopTimeout: 60 }), "accepted"],
  [docker({ stopTimeout: 86_400 }), "accepted"],
  [docker({ shmSize: "63MiB" }), "refused"],
  [docker({ shmSize: "64MiB" }), "accepted"],
  [docker({ volumes: { archive: "shop-production-postgres-data" } }), "refused"],
  [docker({ volumes: { data: "/srv/data" } }), "refused"],
  [docker({ volumes: { data: "db", archive: "wal", backup: "backups" } }), "accepted"],
  [docker({ port: 1 }), "accepted"],
  [docker({ port: 5432 }), "accepted"],
  [docker({ containerName: "db" }), "accepted"],
  [docker({ protect: false, deleteData: true }), "accepted"],
  [docker({ protect: true }), "accepted"],
];

/** Options of all targets. */
const COMMON: readonly (readonly [config: Config, outcome: "refused" | "accepted"])[] = [
  [{}, "accepted"],
  ...VERSIONS.map((version) => [{ version }, "accepted"] as const),
  ...STORAGES.map((storage) => [{ storage }, "accepted"] as const),
  ...WORKLOADS.map((workload) => [{ workload }, "accepted"] as const),
  [{ memory: "256MiB" }, "refused"],
  [{ memory: "512MiB" }, "accepted"],
  [{ cpus: 1 }, "accepted"],
  [{ cpus: 8 }, "accepted"],
  [{ memory: "1GiB", maxConnections: 5000 }, "refused"],
  [{ memory: "1GiB", maxConnections: 20, activeConnections: 5 }, "accepted"],
];

/** Parameters that a rule's bad example sets and the happy container does not. */
function badParameters(rule: Rule): Record<string, string> {
  const given = (properties: Properties) => readContainer(properties)?.server?.given ?? new Map();
  const [bad] = exampleResources(rule, rule.bad);
  if (bad?.type !== CONTAINER) return {};
  const happy = given(HAPPY[CONTAINER] ?? {});
  const changed = [...given(bad.properties)].filter(([name, { text }]) => happy.get(name)?.text !== text);
  return Object.fromEntries(changed.map(([name, { text }]) => [name, knownText(text) ?? ""]));
}

describe("what the components make", () => {
  before(() => pulumi.runtime.setMocks(MOCKS, "shop", "production"));

  const targets = ["local", "docker"];
  const cases = [
    ...OPTIONS,
    ...targets.flatMap((target) =>
      COMMON.map(([config, result]) => [{ target, memory: "1GiB", ...config }, result] as const),
    ),
  ];
  for (const [config, expected] of cases)
    it(`is ${expected} of ${JSON.stringify(config)}`, async () => {
      const found = await outcome(config);
      assert.deepEqual(found, expected === "refused" ? "refused" : []);
    });

  for (const rule of MANDATORY) {
    const parameters = badParameters(rule);
    if (Object.keys(parameters).length === 0) continue;
    for (const target of targets)
      it(`never has what ${rule.name} refuses, with target ${target}: ${JSON.stringify(parameters)}`, async () => {
        const found = await outcome({ target, memory: "1GiB", parameters });
        assert.deepEqual(found === "refused" ? [] : found, []);
      });
  }

  it("is judged: what somebody changes in it is found", async () => {
    assert.deepEqual(await outcome(docker({})), []);
    const changed = made.map((resource) =>
      resource.type === CONTAINER
        ? {
            ...resource,
            properties: { ...resource.properties, privileged: true, ports: [{ internal: 5432 }] },
          }
        : resource,
    );
    assert.deepEqual(mandatory(changed), [
      "port-wildcard postgres-container",
      "docker-not-privileged postgres-container",
    ]);
  });
});
