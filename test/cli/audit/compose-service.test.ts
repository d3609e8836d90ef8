/** Does each form of a Compose file become what the rules read? */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { stringify } from "yaml";
import { readCompose } from "../../../cli/audit/compose-file";
import { translateService } from "../../../cli/audit/compose-service";
import { Fault } from "../../../components/faults";
import { UNKNOWN } from "../../../policies/reading/known";
import { fixture } from "./fixtures";

/** Inputs of the container that a service would be. */
function inputs(service: object | string, others: object = {}) {
  const text = typeof service === "string" ? service : stringify({ services: { db: service }, ...others });
  const project = readCompose(text, fixture("forms/compose.yaml"));
  const found = project.services.get("db");
  assert.ok(found);
  return translateService(found, project).properties;
}

const here = (name: string) => path.resolve(fixture("forms"), name);

/** Forms of one property each, and what they are in a docker.Container. */
const FORMS: readonly [service: object, expected: object][] = [
  [{ command: "postgres -c 'a=b c' -F" }, { command: ["postgres", "-c", "a=b c", "-F"] }],
  [{ command: ["postgres", "-c", "port=5433"] }, { command: ["postgres", "-c", "port=5433"] }],
  [{ command: null }, {}],
  [{ entrypoint: "docker-entrypoint.sh postgres" }, { entrypoints: ["docker-entrypoint.sh", "postgres"] }],
  [{ environment: { A: 1, B: true, C: "x=y" } }, { envs: ["A=1", "B=true", "C=x=y"] }],
  [{ environment: ["A=1", "A=2"] }, { envs: ["A=2"] }],
  [{ environment: ["NOWHERE_SET"] }, { envs: ["NOWHERE_SET=\0"] }],
  [{ env_file: "db.env" }, { envs: ["POSTGRES_INITDB_ARGS=--data-checksums"] }],
  [
    { env_file: [{ path: "db.env" }], environment: { POSTGRES_INITDB_ARGS: "" } },
    { envs: ["POSTGRES_INITDB_ARGS="] },
  ],
  [{ ports: ["5432"] }, { ports: [{ internal: 5432 }] }],
  [{ ports: [5432] }, { ports: [{ internal: 5432 }] }],
  [{ ports: ["15432:5432/tcp"] }, { ports: [{ internal: 5432, external: 15432, protocol: "tcp" }] }],
  [{ ports: ["127.0.0.1:15432:5432"] }, { ports: [{ internal: 5432, external: 15432, ip: "127.0.0.1" }] }],
  [{ ports: ["127.0.0.1::5432"] }, { ports: [{ internal: 5432, ip: "127.0.0.1" }] }],
  [{ ports: ["[::1]:6000:5432"] }, { ports: [{ internal: 5432, external: 6000, ip: "::1" }] }],
  [
    { ports: ["8000-8001:5432-5433"] },
    {
      ports: [
        { internal: 5432, external: 8000 },
        { internal: 5433, external: 8001 },
      ],
    },
  ],
  [
    { ports: [{ target: 5432, published: "15432", host_ip: "127.0.0.1", mode: "host" }] },
    { ports: [{ internal: 5432, external: 15432, ip: "127.0.0.1" }] },
  ],
  [{ ports: ["$" + "{NOWHERE_SET}:5432"] }, { ports: [{ internal: 5432 }] }],
  [{ volumes: ["data:/data"] }, { mounts: [{ type: "volume", source: "data", target: "/data" }] }],
  [{ volumes: ["/data"] }, { mounts: [{ type: "volume", source: undefined, target: "/data" }] }],
  [
    { volumes: ["./data:/data:ro,rshared"] },
    {
      mounts: [
        {
          type: "bind",
          source: here("data"),
          target: "/data",
          readOnly: true,
          bindOptions: { propagation: "rshared" },
        },
      ],
    },
  ],
  [{ volumes: ["~/data:/data:z"] }, { mounts: [{ type: "bind", source: "~/data", target: "/data" }] }],
  [
    { volumes: ["$" + "{NOWHERE_SET}:/data"] },
    { mounts: [{ type: "volume", source: UNKNOWN, target: "/data" }] },
  ],
  [
    {
      volumes: [
        { type: "bind", source: "data", target: "/data", read_only: true, bind: { propagation: "slave" } },
      ],
    },
    {
      mounts: [
        {
          type: "bind",
          source: here("data"),
          target: "/data",
          readOnly: true,
          bindOptions: { propagation: "slave" },
        },
      ],
    },
  ],
  [
    { volumes: [{ type: "tmpfs", target: "/data", tmpfs: { size: 1 } }] },
    { mounts: [{ type: "tmpfs", source: undefined, target: "/data", tmpfsOptions: { size: 1 } }] },
  ],
  [{ tmpfs: "/data" }, { tmpfs: { "/data": "" } }],
  [{ tmpfs: ["/data:size=1g,mode=700"] }, { tmpfs: { "/data": "size=1g,mode=700" } }],
  [{ shm_size: "256mb" }, { shmSize: 256 }],
  [{ shm_size: 268435456 }, { shmSize: 256 }],
  [
    { mem_limit: "2g", memswap_limit: "3GiB" },
    { memory: 2048, memorySwap: 3072 },
  ],
  [{ deploy: { resources: { limits: { memory: "1.5G", cpus: "0.5" } } } }, { memory: 1536, cpus: "0.5" }],
  [{ stop_grace_period: "1m30s" }, { stopTimeout: 90 }],
  [{ stop_grace_period: "500ms" }, { stopTimeout: 0.5 }],
  [{ stop_grace_period: 30 }, { stopTimeout: 30 }],
  [{ restart: "on-failure:3" }, { restart: "on-failure", maxRetryCount: 3 }],
  [{ restart: false }, { restart: "no" }],
  [{ deploy: { restart_policy: {} } }, { restart: "always" }],
  [{ deploy: { restart_policy: { condition: "none" } } }, { restart: "no" }],
  [
    { healthcheck: { test: "pg_isready", interval: "5s" } },
    { healthcheck: { interval: "5s", tests: ["CMD-SHELL", "pg_isready"] } },
  ],
  [{ healthcheck: { test: ["CMD", "pg_isready"] } }, { healthcheck: { tests: ["CMD", "pg_isready"] } }],
  [{ healthcheck: { test: "NONE" } }, { healthcheck: { tests: ["NONE"] } }],
  [{ healthcheck: { disable: true, test: ["CMD", "pg_isready"] } }, { healthcheck: { tests: ["NONE"] } }],
  [{ cap_add: ["NET_ADMIN"], cap_drop: ["ALL"] }, { capabilities: { adds: ["NET_ADMIN"], drops: ["ALL"] } }],
  [{ security_opt: ["no-new-privileges:true"] }, { securityOpts: ["no-new-privileges:true"] }],
  [{ network_mode: "host" }, { networkMode: "host", networksAdvanced: undefined }],
  [{ networks: ["a", "b"] }, { networksAdvanced: [{ name: "a" }, { name: "b" }] }],
  [{ networks: { a: null } }, { networksAdvanced: [{ name: "a" }] }],
  [
    { logging: { driver: "syslog", options: { tag: "db" } } },
    { logDriver: "syslog", logOpts: { tag: "db" } },
  ],
  [
    { user: "999:999", read_only: true, privileged: false },
    { user: "999:999", readOnly: true, privileged: false },
  ],
  [{ ulimits: { nofile: { soft: 1, hard: 2 } } }, { ulimits: [{ name: "nofile", soft: 1, hard: 2 }] }],
  [{ labels: ["a=b"] }, { labels: [{ label: "a", value: "b" }] }],
  [{ devices: ["/dev/sda:/dev/xvda:r"] }, { devices: [{ hostPath: "/dev/sda" }] }],
  [{ image: "postgres:$" + "{NOWHERE_SET:-15}" }, { image: "postgres:15" }],
  [{ image: "postgres:$" + "{NOWHERE_SET}" }, { image: UNKNOWN }],
  [
    { volumes: ["./server.conf:/etc/postgresql.conf:ro"] },
    { uploads: [{ file: "/etc/postgresql.conf", content: readFileSync(here("server.conf"), "utf8") }] },
  ],
];

/** What a service without anything has. */
const NOTHING = {
  envs: [],
  mounts: [],
  uploads: [],
  tmpfs: {},
  ports: [],
  labels: [],
  devices: [],
  networksAdvanced: [{ name: "default" }],
};

describe("a service of a Compose file", () => {
  for (const [service, expected] of FORMS)
    it(`is read: ${JSON.stringify(service)}`, () => {
      const given = Object.entries({ ...NOTHING, ...expected }).filter(([, value]) => value !== undefined);
      assert.deepEqual(inputs(service), Object.fromEntries(given));
    });

  it("takes configs with their content, from a file or from the text", () => {
    const configs = { inline: { content: "fsync = off\n" }, file: { file: "./server.conf" } };
    const { uploads } = inputs(
      { configs: ["inline", { source: "file", target: "/etc/server.conf" }] },
      { configs },
    );
    const content = readFileSync(here("server.conf"), "utf8");
    assert.deepEqual(uploads, [
      { file: "/inline", content: "fsync = off\n" },
      { file: "/etc/server.conf", content },
    ]);
  });

  it("takes anchors, merge keys and other documents together", () => {
    const { image, restart, privileged } = inputs(
      "x-a: &a { image: postgres:15, restart: always }\nservices: { db: { <<: *a } }\n---\nservices: { db: { privileged: true } }\n",
    );
    assert.deepEqual(
      { image, restart, privileged },
      { image: "postgres:15", restart: "always", privileged: true },
    );
  });

  it("takes over what it extends, and replaces its command", () => {
    const project = readCompose(
      readFileSync(fixture("forms/compose.yaml"), "utf8"),
      fixture("forms/compose.yaml"),
    );
    const service = project.services.get("extended");
    assert.ok(service);
    const { command, image, networkMode, mounts } = translateService(service, project).properties;
    assert.deepEqual(
      { command, image, networkMode },
      { command: [], image: "postgres:15", networkMode: "none" },
    );
    assert.deepEqual((mounts as object[]).at(-1), {
      type: "volume",
      source: "data",
      target: "/var/lib/postgresql/data",
    });
    assert.deepEqual([...project.services.keys()], ["included", "lists", "text", "extended"]);
  });
});

describe("a Compose file that cannot be read", () => {
  for (const [text, words] of [
    ["services: [", /is no YAML/],
    ["a: 1", /has no services/],
    ["- 1", /has no services/],
    ["", /has no services/],
    [`a: &a [1]\nb: &b [${"*a,".repeat(60)}]\nc: [${"*b,".repeat(60)}]`, /cannot be read|has no services/],
    [`a: ${"[".repeat(20_000)}`, /cannot be read|is no YAML/],
  ] as const)
    it(`is refused: ${JSON.stringify(text.slice(0, 40))}`, () => {
      assert.throws(
        () => readCompose(text, "compose.yaml"),
        (error: Error) => error instanceof Fault && words.test(error.message),
      );
    });
});
