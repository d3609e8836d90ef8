/**
 * What holds for databases of RDS with another engine than PostgreSQL? What encrypts, hides, backs up and protects is
 * RDS's, whatever runs on it. A pack for PostgreSQL shows it and stops nothing: somebody else may look after them.
 */

import { isAbsent, knownText, type Properties } from "../reading/known";
import { engineOf } from "../reading/rds";
import type { Example, Rule, RuleOf } from "../rule";
import { INSTANCE } from "../subjects";
import { RDS_ACCESS_RULES } from "./rds-access";
import { RDS_BACKUP_RULES } from "./rds-backups";
import { RDS_DELETION_RULES } from "./rds-deletion";
import { RDS_ENCRYPTION_RULES } from "./rds-encryption";
import { RDS_OPERATION_RULES } from "./rds-operations";

/** Rules that ask nothing of the engine. Logs, ports, versions and parameters have other names elsewhere. */
const OF_ANY_ENGINE = [
  "rds-skip-final-snapshot",
  "rds-delete-automated-backups",
  "rds-instance-deletion-protection",
  "rds-cluster-deletion-protection",
  "rds-backup-enabled",
  "rds-cluster-backup-enabled",
  "rds-backup-retention-min",
  "rds-instance-copy-tags",
  "rds-cluster-copy-tags",
  "rds-instance-storage-encrypted",
  "rds-cluster-storage-encrypted",
  "rds-storage-cmk",
  "rds-performance-insights-cmk",
  "rds-not-publicly-accessible",
  "rds-in-vpc",
  "rds-instance-iam-auth",
  "rds-cluster-iam-auth",
  "rds-custom-admin-name",
  "rds-no-plaintext-master-password",
  "rds-ca-cert-modern",
  "rds-instance-multi-az",
  "rds-cluster-multi-az",
  "rds-auto-minor-version-upgrade",
  "rds-enhanced-monitoring",
  "rds-performance-insights-enabled",
];

/** The engines that can check tokens of IAM. */
const WITH_IAM = /^(mysql|mariadb|aurora)/i;

const ROWS: readonly Rule[] = [
  ...RDS_DELETION_RULES,
  ...RDS_BACKUP_RULES,
  ...RDS_ENCRYPTION_RULES,
  ...RDS_ACCESS_RULES,
  ...RDS_OPERATION_RULES,
];

/** The same inputs, as the rules about PostgreSQL read them. */
function asPostgres(type: string | undefined, properties: Properties): Properties {
  const isAurora = /^aurora/i.test(knownText(properties.engine) ?? "");
  const engine = type === INSTANCE && !isAurora ? "postgres" : "aurora-postgresql";
  return { ...properties, engine };
}

function ofOtherEngines(rule: RuleOf<"resource">): RuleOf<"resource"> {
  const change = (example: Example): Example => ({
    ...example,
    change: {
      ...example.change,
      engine: (example.type ?? rule.types?.[0]) === INSTANCE ? "mysql" : "aurora-mysql",
    },
  });
  return {
    ...rule,
    name: `${rule.name}-of-other-engines`,
    title: `${rule.title}, of other engines than PostgreSQL as well`,
    // It is no database of PostgreSQL: shown, not stopped.
    levels: { production: "advisory", development: "disabled" },
    judge(properties, context) {
      if (engineOf(properties) !== "another") return [];
      if (rule.name.endsWith("-iam-auth") && !isWithIam(properties)) return [];
      return rule.judge(asPostgres(context.resource?.type, properties), context);
    },
    good: change(rule.good),
    bad: change(rule.bad),
  };
}

function isWithIam({ engine }: Properties): boolean {
  return isAbsent(engine) || WITH_IAM.test(knownText(engine) ?? "");
}

function isOfAnyEngine(rule: Rule): rule is RuleOf<"resource"> {
  return rule.reads === "resource" && OF_ANY_ENGINE.includes(rule.name);
}

export const RDS_OTHER_ENGINE_RULES: readonly Rule[] = ROWS.filter(isOfAnyEngine).map(ofOtherEngines);
