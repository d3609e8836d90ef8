/** Which rule covers what the tools ask of buckets, keys, backups and networks, and what is left out, and why? */

/** What became of an entry of the tools' merged catalogues. */
export type Coverage = { rules: readonly string[] } | { leftOut: string };

/** By the entry's name. RDS and containers are elsewhere. */
export const AWS_COVERAGE: Readonly<Record<string, Coverage>> = {
  "rds-no-db-security-groups": {
    leftOut: "EC2-Classic is gone, and the provider has no such resource since version 7.",
  },
  "s3-bucket-sse": { rules: ["s3-bucket-sse"] },
  "s3-bucket-sse-kms": { rules: ["s3-bucket-sse-kms", "s3-bucket-sse-cmk"] },
  "s3-bucket-key": { rules: ["s3-bucket-key"] },
  "s3-bucket-versioning": { rules: ["s3-bucket-versioning", "s3-versioning-of-others"] },
  "s3-bucket-mfa-delete": { rules: ["s3-bucket-mfa-delete"] },
  "s3-bucket-object-lock": { rules: ["s3-bucket-object-lock"] },
  "s3-bucket-lifecycle": { rules: ["s3-bucket-lifecycle"] },
  "s3-abort-incomplete-uploads": { rules: ["s3-abort-incomplete-uploads"] },
  "s3-bucket-replication": { rules: ["s3-bucket-replication"] },
  "s3-access-logging": { rules: ["s3-access-logging"] },
  "s3-object-level-logging": {
    rules: ["s3-object-write-logging", "s3-object-read-logging", "s3-object-logging-partial"],
  },
  "s3-public-access-block": {
    rules: [
      "s3-public-access-block",
      "s3-block-public-acls",
      "s3-block-public-policy",
      "s3-ignore-public-acls",
      "s3-restrict-public-buckets",
      "s3-account-public-access-block",
    ],
  },
  "s3-acl-not-public": {
    rules: [
      "s3-acl-not-public",
      "s3-acl-public-write",
      "s3-acl-public-permissions",
      "s3-acl-write-permissions",
      "s3-acl-authenticated-users",
      "s3-acl-overridden",
    ],
  },
  "s3-acls-disabled": { rules: ["s3-acls-disabled"] },
  "s3-policy-no-public-principal": {
    rules: [
      "s3-policy-no-public-principal",
      "s3-policy-everybody-but",
      "s3-policy-no-wildcard-action",
      "s3-policy-no-allow-not-action",
      "s3-policy-no-allow-not-principal",
    ],
  },
  "s3-policy-cross-account": { rules: ["s3-policy-cross-account"] },
  "s3-policy-no-lockout": { rules: ["s3-policy-no-lockout"] },
  "s3-policy-tls-only": {
    rules: ["s3-policy-tls-only", "s3-policy-tls-allowed-only", "s3-public-acl-without-tls"],
  },
  "s3-event-notifications": { rules: ["s3-event-notifications"] },
  "s3-static-website": { rules: ["s3-static-website", "s3-static-website-of-others"] },
  "s3-cors-wildcard": { rules: ["s3-cors-wildcard"] },
  "s3-in-backup-plan": { rules: ["s3-in-backup-plan"] },
  "s3-access-point-block": {
    rules: [
      "s3-access-point-block",
      "s3-multi-region-access-point-block",
      "s3-account-restrict-public-buckets",
    ],
  },
  "s3-object-cmk": {
    leftOut: "Backups are not objects of a program: tools upload them, with the encryption of the bucket.",
  },
  "s3-bucket-name-dns": {
    leftOut: "A dot in the name stops nothing that archives: AWS refuses names that it cannot serve.",
  },
  "kms-key-rotation": { rules: ["kms-key-rotation", "kms-rotation-impossible"] },
  "kms-policy-no-wildcard-principal": { rules: ["kms-policy-no-wildcard-principal"] },
  "kms-policy-defined": { rules: ["kms-policy-defined"] },
  "kms-key-enabled": { rules: ["kms-key-enabled"] },
  "kms-deletion-window": { rules: ["kms-deletion-window", "kms-deletion-window-given"] },
  "kms-no-lockout-bypass": { rules: ["kms-no-lockout-bypass"] },
  "kms-description": { leftOut: "A key without a description encrypts as well as one with it." },
  "kms-single-region": {
    leftOut: "A key of several regions is what a restore in another region needs: the opposite is asked for.",
  },
  "backup-vault-cmk": { rules: ["backup-vault-cmk"] },
  "backup-recovery-point-encrypted": {
    leftOut:
      "Recovery points are made while the plan runs, and no program names them. They get the vault's key, which backup-vault-cmk reads.",
  },
  "backup-vault-no-manual-deletion": { rules: ["backup-vault-no-manual-deletion"] },
  "backup-plan-retention": { rules: ["backup-plan-retention"] },
  "sg-no-public-postgres-port": { rules: ["sg-no-public-postgres-port"] },
  "sg-wide-private-postgres-port": {
    rules: ["sg-wide-private-postgres-port", "sg-wide-public-postgres-port"],
  },
  "sg-no-open-ingress": { rules: ["sg-no-open-ingress", "sg-public-ingress"] },
  "sg-no-open-egress": { rules: ["sg-no-open-egress", "sg-public-egress"] },
  "sg-description": { leftOut: "A rule that has no description lets nobody else in than one that has." },
  "sg-default-closed": { rules: ["sg-default-closed", "sg-default-public", "vpc-default-sg-closed"] },
  "sg-attached": { leftOut: "A group that nothing uses lets nobody in." },
  "dur-resource-not-protected": { rules: ["resource-not-protected", "backups-not-protected"] },
  "dur-bucket-force-destroy": { rules: ["bucket-force-destroy"] },
  "dur-backup-vault-force-destroy": { rules: ["backup-vault-force-destroy"] },
  "dur-archive-lifecycle-too-short": { rules: ["archive-lifecycle-too-short"] },
  "dur-archive-object-lock-weak": { rules: ["archive-object-lock-weak"] },
};
