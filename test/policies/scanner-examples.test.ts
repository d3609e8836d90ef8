/** Do our rules judge the examples of Trivy and KICS as these do? */

import assert from "node:assert/strict";
import { judgeAll } from "../../policies/judge";
import type { Resource } from "../../policies/rule";
import { RULES } from "../../policies/rules";
import { CLUSTER, CLUSTER_INSTANCE, INSTANCE } from "../../policies/subjects";
import { examples as kics } from "./data/kics-examples.json";
import { examples as trivy } from "./data/trivy-examples.json";

interface Example {
  type: string;
  name: string;
  properties: object;
}

/** Examples of one check: of what passes, and of what is found. */
interface Check {
  /** Where the tool has them. */
  source: string;
  good: Readonly<Record<string, Example[]>> | readonly Example[][];
  bad: Readonly<Record<string, Example[]>> | readonly Example[][];
}

const CHECKS: Readonly<Record<string, Check>> = { ...trivy, ...kics };

const SEVEN_DAYS = "5 days are fewer than the 7 that we ask for, as FSBP:RDS.11 does";
const OTHER_ENGINE = "the example is about another engine than PostgreSQL";
const OTHER_PORT = "the example is about other ports than PostgreSQL's";
const EVERY_ADDRESS = "a mask of /0 is every address, whatever stands before it";
const ANY_PORT = "any port that is open to the world is shown";
const FOUR_SWITCHES = "the switches that the example leaves open are found";

/** Where we judge otherwise, and why. */
const OTHERWISE: Readonly<Record<string, string>> = {
  "checks/cloud/aws/rds/specify_backup_retention.yaml good 0": SEVEN_DAYS,
  "checks/cloud/aws/rds/specify_backup_retention.yaml good 1": SEVEN_DAYS,
  "checks/cloud/aws/s3/enable_bucket_encryption.yaml bad 0":
    "S3 encrypts every object since 2023, also where nothing is said",
  "ca_certificate_identifier_is_outdated good negative1": "rds-ca-2019 expired in 2024",
  "db_instance_storage_not_encrypted good negative1": "a key without storageEncrypted encrypts nothing",
  "iam_database_auth_not_enabled good negative4": OTHER_ENGINE,
  "rds_associated_with_public_subnet bad positive2": "its dbSubnetGroupName is not the name of its group",
  "rds_cluster_with_backup_disabled good negative1": SEVEN_DAYS,
  "rds_using_default_port bad positive1": OTHER_ENGINE,
  "rds_using_default_port bad positive3": OTHER_ENGINE,
  "rds_using_default_port bad positive4": OTHER_ENGINE,
  "rds_without_logging good negative1": "the log of upgrades is not the server's",
  "s3_bucket_with_public_policy good negative3": FOUR_SWITCHES,
  "s3_bucket_with_public_policy good negative4": FOUR_SWITCHES,
  "s3_bucket_without_enabled_mfa_delete good negative4": "without versions everything can be deleted at once",
  "s3_bucket_without_enabled_mfa_delete good negative6": "without versions everything can be deleted at once",
  "s3_bucket_without_restriction_of_public_bucket good negative2": FOUR_SWITCHES,
  "sensitive_port_is_exposed_to_small_public_network bad positive1": OTHER_PORT,
  "sensitive_port_is_exposed_to_small_public_network bad positive2": OTHER_PORT,
  "sensitive_port_is_exposed_to_small_public_network bad positive3": OTHER_PORT,
  "unknown_port_exposed_to_internet good negative1": ANY_PORT,
  "unknown_port_exposed_to_internet good negative2": ANY_PORT,
  "unknown_port_exposed_to_internet good negative3": ANY_PORT,
  "unrestricted_security_group_ingress good negative1": EVERY_ADDRESS,
  "unrestricted_security_group_ingress good negative2": EVERY_ADDRESS,
  "unrestricted_security_group_ingress good negative3": EVERY_ADDRESS,
};

/** Most examples are MySQL's, or name no engine; the rules are about PostgreSQL. */
const ENGINES: Readonly<Record<string, string>> = {
  [INSTANCE]: "postgres",
  [CLUSTER]: "aurora-postgresql",
  [CLUSTER_INSTANCE]: "aurora-postgresql",
};

function resource({ type, name, properties }: Example): Resource {
  const engine = ENGINES[type];
  return {
    type,
    name,
    urn: `urn:${type}::${name}`,
    properties: { ...properties, ...(engine && { engine }) },
  };
}

function found(id: string, example: readonly Example[]): string[] {
  const rules = RULES.filter(({ ids }) => ids.includes(id));
  return judgeAll(rules, example.map(resource)).map(({ rule }) => rule);
}

describe("the examples of other tools", () => {
  const named = new Set<string>();

  for (const [id, check] of Object.entries(CHECKS))
    for (const kind of ["good", "bad"] as const)
      for (const [example, resources] of Object.entries(check[kind])) {
        const name = `${check.source} ${kind} ${example}`;
        const why = OTHERWISE[name];
        const isBad = (kind === "bad") !== (why !== undefined);
        named.add(name);
        it(`${id}, ${name}, is ${isBad ? "bad" : "good"}${why ? `: ${why}` : ""}`, () => {
          const rules = found(id, resources);
          assert.equal(rules.length > 0, isBad, rules.join());
        });
      }

  it("are there for every reason to judge otherwise", () => {
    assert.deepEqual(
      Object.keys(OTHERWISE).filter((name) => !named.has(name)),
      [],
    );
  });

  it("are there for every rule that names a check of theirs for AWS, but for checks that have none", () => {
    const ids = RULES.flatMap((rule) => rule.ids.filter((id) => /^(trivy:AWS-|KICS:tf )/.test(id)));
    assert.deepEqual([...new Set(ids)].filter((id) => !(id in CHECKS)).sort(), [
      "trivy:AWS-0173",
      "trivy:AWS-0176",
      "trivy:AWS-0177",
      "trivy:AWS-0343",
    ]);
  });
});
