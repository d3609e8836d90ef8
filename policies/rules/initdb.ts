/** How is the cluster made? What initdb decides cannot be changed by a setting later. */

import { variable } from "../reading/environment";
import { UNKNOWN } from "../reading/known";
import type { Problem, Rule, RuleOf } from "../rule";

const INITDB = "https://www.postgresql.org/docs/current/app-initdb.html";

type InitdbRow = Omit<RuleOf<"container">, "docs" | "reads" | "property" | "unknown" | "judge"> & {
  problem(
    container: Parameters<RuleOf<"container">["judge"]>[0],
    args: NonNullable<Parameters<RuleOf<"container">["judge"]>[0]["initdb"]>,
  ): Omit<Problem, "property"> | undefined;
};

function initdbRule({ problem, ...row }: InitdbRow): RuleOf<"container"> {
  return {
    ...row,
    docs: INITDB,
    reads: "container",
    property: "envs POSTGRES_INITDB_ARGS",
    unknown: "later",
    judge(container, context) {
      const { initdb, environment } = container;
      if (!initdb) return [];
      if (initdb.property === "envs" && variable(environment, "POSTGRES_INITDB_ARGS") === UNKNOWN) {
        for (const entry of environment.unknown) context.notYetKnown(entry);
        return [];
      }
      const found = problem(container, initdb);
      return found ? [{ property: initdb.property, ...found }] : [];
    },
  };
}

export const INITDB_RULES: readonly Rule[] = [
  initdbRule({
    name: "data-checksums-off",
    title: "The cluster has data checksums",
    severity: "high",
    protects: "data",
    ids: ["pgdsat:1.4.3"],
    why: "Without them a page that the disk damaged is read, written back and copied into every backup before anybody notices. Up to 17 they are off by default. A cluster that exists gets them by `pg_checksums --enable` while it is stopped.",
    problem({ major, environment }, { checksums }) {
      if (checksums === true || major === undefined || "POSTGRES_INITDB_ARGS_FILE" in environment.values)
        return undefined;
      if (major >= 18 && checksums === undefined) return undefined;
      const value =
        checksums === false ? "--no-data-checksums" : (environment.values.POSTGRES_INITDB_ARGS ?? "");
      const how =
        checksums === false
          ? "--no-data-checksums turns them off"
          : `PostgreSQL ${major} leaves them out by default`;
      const args = value.replace("--no-data-checksums", "").trim();
      const hint =
        major >= 18 && checksums === false
          ? `write \`POSTGRES_INITDB_ARGS=${args}\` in envs`
          : `write \`POSTGRES_INITDB_ARGS=${`--data-checksums ${args}`.trim()}\` in envs`;
      return {
        value,
        fact: `the cluster gets no data checksums (${how}): a damaged page is read as if it were good`,
        hint,
      };
    },
    good: {
      change: {
        envs: ["POSTGRES_PASSWORD_FILE=/run/secrets/password", "POSTGRES_INITDB_ARGS=--data-checksums"],
      },
    },
    bad: { change: { envs: ["POSTGRES_PASSWORD_FILE=/run/secrets/password"] } },
  }),
  initdbRule({
    name: "initdb-no-sync",
    title: "initdb flushes the new cluster to the disk",
    severity: "high",
    protects: "data",
    ids: [],
    why: "A power cut after the first start can leave a data directory that does not start again.",
    problem(_container, { noSync }) {
      return noSync
        ? {
            value: "--no-sync",
            fact: "initdb does not flush the new cluster: a power cut soon after leaves the data directory corrupt",
            hint: "remove `--no-sync` (`-N`) from POSTGRES_INITDB_ARGS",
          }
        : undefined;
    },
    good: { change: { envs: ["POSTGRES_INITDB_ARGS=--data-checksums"] } },
    bad: { change: { envs: ["POSTGRES_INITDB_ARGS=--data-checksums --no-sync"] } },
  }),
  initdbRule({
    name: "initdb-auth-trust",
    title: "The new cluster asks for passwords",
    severity: "high",
    protects: "access",
    ids: [],
    why: "initdb writes the method into pg_hba.conf: whoever reaches the port is superuser.",
    problem(_container, { authHost }) {
      const method = authHost;
      return method === "trust"
        ? {
            value: "trust",
            fact: "initdb writes trust into pg_hba.conf: whoever reaches the port is superuser without a password",
            hint: "write `--auth-host=scram-sha-256` in POSTGRES_INITDB_ARGS",
          }
        : undefined;
    },
    good: { change: { envs: ["POSTGRES_INITDB_ARGS=--data-checksums --auth=scram-sha-256"] } },
    bad: { change: { envs: ["POSTGRES_INITDB_ARGS=--data-checksums -A trust"] } },
  }),
];
