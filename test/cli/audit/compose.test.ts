/** Do findings of a Compose file name its own properties, and say which line to write there? */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { stringify } from "yaml";
import { HAPPY } from "../../../policies/examples";
import { judgeResource } from "../../../policies/judge";
import { RULES } from "../../../policies/rules";
import { CONTAINER, ReadResource } from "../../../policies/subjects";
import { findingsIn, fixture, rulesIn } from "./fixtures";
import { composeService } from "./happy-service";

describe("findings of a Compose file", () => {
  it("name the property as the file spells it", () => {
    const findings = findingsIn(readFileSync(fixture("forms/compose.yaml"), "utf8"), "forms/compose.yaml");
    const places = rulesIn(findings, (rule) =>
      /fsync|pgdata|port-wildcard|synchronous|mount-prop|opaque/.test(rule),
    );
    assert.deepEqual(places, [
      "config-file-opaque (env_file)",
      "config-file-opaque (env_file)",
      "docker-mount-propagation (volumes[0].bind.propagation)",
      "fsync-off (command[2])",
      "pgdata-nfs (driver_opts.o)",
      "pgdata-read-only (volumes[0].read_only)",
      "pgdata-shared (volumes[2])",
      "pgdata-shared (volumes[2])",
      "pgdata-shared (volumes[2])",
      "pgdata-wrong-mount-path (volumes[0])",
      "port-wildcard (ports[1])",
      "port-wildcard (ports[4])",
      "synchronous-commit-off (server.conf line 1)",
    ]);
  });

  it("say which line to write there", () => {
    const [finding] = findingsIn(
      stringify({ services: { db: { image: "postgres:15", ports: ["5432:5432"] } } }),
    ).filter(({ rule }) => rule === "port-wildcard");
    assert.deepEqual(finding, {
      rule: "port-wildcard",
      severity: "high",
      resource: "db",
      property: "ports[0]",
      value: "",
      message:
        "service db: port 5432 is published on every address of the machine (the default), past its firewall",
      hint: 'write `"127.0.0.1:15432:5432"` in ports[0] (the number before the last colon is yours)',
      ids: finding?.ids,
    });
  });

  /** Words that only docker.Container knows. */
  const FOREIGN =
    /\b(stopTimeout|stopSignal|shmSize|memorySwap|networksAdvanced|networkMode|pidMode|ipcMode|usernsMode|securityOpts|entrypoints|destroyGraceSeconds|envs|logDriver|logOpts|readOnly|cgroupParent|driverOpts|capabilities\.|in mounts|uploads)\b/;

  for (const rule of RULES.filter(({ reads }) => ["server", "container", "program", "image"].includes(reads)))
    it(`of ${rule.name} know no word of docker.Container alone`, () => {
      // destroyGraceSeconds, rm and mustRun are the provider's, and Compose makes a network for each project.
      const pulumiOnly = ["destroy-kills-postgres", "container-ephemeral", "docker-no-default-bridge"];
      if (pulumiOnly.includes(rule.name)) return;
      const service = composeService({ ...HAPPY[CONTAINER], ...rule.bad.change });
      if (!service) return;
      const text = stringify({ services: { db: service } });
      const found = findingsIn(text, undefined, { all: "advisory" }).filter(
        ({ rule: name }) => name === rule.name,
      );
      const direct = judgeResource(
        rule,
        new ReadResource({
          type: CONTAINER,
          name: "db",
          urn: "db",
          properties: { ...HAPPY[CONTAINER], ...rule.bad.change },
        }),
      ).findings;
      if (direct.length > 0) assert.notEqual(found.length, 0, text);
      for (const { property, message, hint } of found)
        for (const words of [property, message.replace(/`[^`]*`/g, ""), hint])
          assert.doesNotMatch(words, FOREIGN);
    });

  it("of several services on one volume are seen, also of two replicas", () => {
    const db = { image: "postgres:15", volumes: ["data:/var/lib/postgresql/data"] };
    const shared = (services: object) =>
      findingsIn(stringify({ services, volumes: { data: null } })).filter(
        ({ rule }) => rule === "pgdata-shared",
      );
    assert.deepEqual(shared({ db }), []);
    assert.deepEqual(
      shared({ db, other: db }).map(({ resource }) => resource),
      ["other"],
    );
    assert.deepEqual(
      shared({ db: { ...db, deploy: { replicas: 3 } } }).map(({ resource, hint }) => [resource, hint]),
      [
        [
          "db",
          "write `replicas: 1` in deploy of db: PostgreSQL's replicas are services of their own, each with a volume of its own",
        ],
      ],
    );
  });

  it("do not rest on variables that are set nowhere", () => {
    const service = {
      image: "postgres:$" + "{NOWHERE_SET}",
      command: "postgres -c fsync=$" + "{NOWHERE_SET}",
    };
    const found = findingsIn(
      stringify({ services: { db: { ...service, environment: { PGDATA: "/data" } } } }),
    );
    assert.deepEqual(
      found.filter(({ rule, value }) => value.includes("\0") || /fsync|image/.test(rule)),
      [],
    );
  });

  it("do not follow paths that lead away from the project", () => {
    const volumes = ["/etc/passwd:/etc/postgresql/postgresql.conf"];
    const command = "postgres -c config_file=/etc/postgresql/postgresql.conf";
    const found = findingsIn(stringify({ services: { db: { image: "postgres:15", command, volumes } } }));
    assert.ok(!JSON.stringify(found).includes("root:x"));
    assert.ok(found.some(({ rule }) => rule === "config-file-opaque"));
  });
});
