/** Is what holds for any engine of RDS shown where the engine is not PostgreSQL, and does it stop nothing there? */

import assert from "node:assert/strict";
import { HAPPY } from "../../../policies/examples";
import { judgeAll } from "../../../policies/judge";
import { levelOf } from "../../../policies/profiles";
import { type Properties, UNKNOWN } from "../../../policies/reading/known";
import { RULES } from "../../../policies/rules";
import { RDS_OTHER_ENGINE_RULES } from "../../../policies/rules/rds-other-engines";
import { CLUSTER, CLUSTER_INSTANCE, INSTANCE } from "../../../policies/subjects";
import { made } from "./stack-of";

/** Names of the rules that find something, without what they have in common. */
function found(type: string, change: Properties): string[] {
  const database = made(type, "db", { ...HAPPY[type], ...change });
  return judgeAll(RDS_OTHER_ENGINE_RULES, [database]).map(({ rule }) =>
    rule.replace(/^rds-(.*)-of-other-engines$/, "$1"),
  );
}

const UNSAFE: readonly [what: string, type: string, change: Properties, rules: readonly string[]][] = [
  ["MySQL", INSTANCE, { engine: "mysql", storageEncrypted: false }, ["instance-storage-encrypted"]],
  ["SQL Server", INSTANCE, { engine: "sqlserver-ex", publiclyAccessible: true }, ["not-publicly-accessible"]],
  [
    "the first Aurora",
    CLUSTER,
    { engine: "aurora", deletionProtection: false },
    ["cluster-deletion-protection"],
  ],
  [
    "a member",
    CLUSTER_INSTANCE,
    { engine: "aurora-mysql", publiclyAccessible: "true" },
    ["not-publicly-accessible"],
  ],
  ["what the port tells", INSTANCE, { engine: undefined, port: 3306, multiAz: false }, ["instance-multi-az"]],
  ["a replica", INSTANCE, { engine: "mysql", replicateSourceDb: "db", storageEncrypted: false }, []],
  [
    "IAM, which MariaDB has",
    INSTANCE,
    { engine: "mariadb", iamDatabaseAuthenticationEnabled: false },
    ["instance-iam-auth"],
  ],
  [
    "IAM, which Oracle lacks",
    INSTANCE,
    { engine: "oracle-se2", iamDatabaseAuthenticationEnabled: false },
    [],
  ],
  ["a safe one", INSTANCE, { engine: "mysql" }, []],
  ["PostgreSQL, which has rows of its own", INSTANCE, { engine: "postgres", storageEncrypted: false }, []],
  ["an engine that is not known yet", INSTANCE, { engine: UNKNOWN, storageEncrypted: false }, []],
];

describe("databases of other engines", () => {
  for (const [what, type, change, rules] of UNSAFE)
    it(`${what}: ${rules.join(", ") || "nothing"}`, () => assert.deepEqual(found(type, change), rules));

  it("stop no deployment, and are silent in development", () => {
    const all = made(INSTANCE, "db", { engine: "mysql", publiclyAccessible: true, skipFinalSnapshot: true });
    const rules = new Set(judgeAll(RULES, [all]).map(({ rule }) => rule));
    assert.equal(rules.size > 10, true);
    for (const rule of RULES.filter(({ name }) => rules.has(name)))
      assert.equal(levelOf(rule, "production"), "advisory", rule.name);
    for (const rule of RDS_OTHER_ENGINE_RULES)
      assert.equal(levelOf(rule, "development"), "disabled", rule.name);
  });
});
