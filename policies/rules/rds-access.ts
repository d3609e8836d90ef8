/** Who gets to a database of RDS, and how does he prove who he is? */

import { knownText, list, number, text, UNKNOWN } from "../reading/known";
import type { Rule, RuleOf } from "../rule";
import {
  CLUSTER,
  CLUSTER_INSTANCE,
  CLUSTER_SNAPSHOT,
  CLUSTER_SNAPSHOT_COPY,
  INSTANCE,
  PROXY,
  SNAPSHOT,
  SNAPSHOT_COPY,
} from "../subjects";
import { databaseRule, flagProblems, flagRule, isMissing, REPLACES, shown, stated } from "./rds-rule";

const IAM = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.IAMDBAuth.html";
const VPC =
  "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_VPC.WorkingWithRDSInstanceinaVPC.html";
const PASSWORDS = "every user has a password that does not end, in some file of every program";
/** What RDS issues certificates from today; rds-ca-2015 and rds-ca-2019 have ended. */
const AUTHORITIES = ["rds-ca-rsa2048-g1", "rds-ca-rsa4096-g1", "rds-ca-ecc384-g1"];
/** Names that are tried first. */
const COMMON_NAMES = ["postgres", "admin"];

const proxyTls: RuleOf<"resource"> = {
  name: "rds-proxy-require-tls",
  title: "A proxy takes no connection without TLS",
  severity: "medium",
  protects: "access",
  ids: ["FSBP:RDS.43", "powerpipe:rds_db_proxy_tls_encryption_enabled"],
  docs: "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy.howitworks.html#rds-proxy-security",
  reads: "resource",
  types: [PROXY],
  property: "requireTls",
  why: "The proxy speaks TLS to the database, and plain text to a client that does not ask for it.",
  unknown: "later",
  judge(properties, context) {
    const family = text(properties.engineFamily);
    if (family === UNKNOWN) context.notYetKnown("engineFamily");
    if (family === UNKNOWN || !["", "POSTGRESQL"].includes((family ?? "").slice(0, 100).toUpperCase()))
      return [];
    const loss = "passwords and data can be read and changed on their way";
    return flagProblems(properties, context, { property: "requireTls", wanted: true, absent: false, loss });
  },
  good: { change: { requireTls: true } },
  bad: { change: { requireTls: undefined } },
};

const snapshotNotPublic: RuleOf<"resource"> = {
  name: "rds-snapshot-not-public",
  title: "A snapshot is not public",
  severity: "critical",
  protects: "access",
  ids: [
    "CKV_AWS_302",
    "prowler:rds_snapshots_public_access",
    "FSBP:RDS.1",
    "config:rds-snapshots-public-prohibited",
    "powerpipe:rds_db_snapshot_prohibit_public_access",
    "powerpipe-tf:rds_db_snapshot_not_publicly_accesible",
  ],
  docs: "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ShareSnapshot.html",
  reads: "resource",
  types: [SNAPSHOT, SNAPSHOT_COPY, CLUSTER_SNAPSHOT, CLUSTER_SNAPSHOT_COPY],
  property: "sharedAccounts",
  why: "Everybody with an AWS account can restore it, and read all of it. Public snapshots are searched for.",
  unknown: "later",
  judge({ sharedAccounts }, context) {
    const accounts = list(sharedAccounts);
    if (accounts.includes(UNKNOWN)) context.notYetKnown("sharedAccounts");
    const index = accounts.findIndex((account) => knownText(account)?.trim().toLowerCase() === "all");
    if (index < 0) return [];
    return [
      {
        property: `sharedAccounts[${index}]`,
        value: "all",
        fact: "it is shared with all: everybody with an AWS account can restore it and read the data",
        hint: 'write `sharedAccounts: ["111122223333"]`, with the accounts that are meant, or remove it',
      },
    ];
  },
  good: { change: { sharedAccounts: ["111122223333"] } },
  bad: { change: { sharedAccounts: ["all"] } },
};

export const RDS_ACCESS_RULES: readonly Rule[] = [
  flagRule({
    name: "rds-not-publicly-accessible",
    title: "A database has no address on the internet",
    severity: "critical",
    protects: "access",
    ids: [
      "CKV_AWS_17",
      "trivy:AWS-0180",
      "prowler:rds_instance_no_public_access",
      "FSBP:RDS.2",
      "config:rds-instance-public-access-check",
      "KICS:tf 35113e6f-2c6b-414d-beec-7a9482d3b2d1",
      "KICS:pulumi rds_db_instance_publicly_accessible",
      "awsguard:rds-instance-public-access",
      "pulumi:aws-rds-instance-disallow-public-access",
      "pulumi:aws-rds-clusterinstance-disallow-public-access",
      "guard:RDS_INSTANCE_PUBLIC_ACCESS_CHECK",
      "cfn_nag:F22",
      "cdk-nag:RDSInstancePublicAccess",
      "terrascan:AC_AWS_0054",
      "powerpipe:rds_db_instance_prohibit_public_access",
      "tfsec:rds/no-public-db-access",
    ],
    docs: VPC,
    property: "publiclyAccessible",
    // guard wants it written; Pulumi's provider sends false where nothing is.
    why: "Only a security group and a password are left between the data and everybody.",
    types: [INSTANCE, CLUSTER_INSTANCE],
    wanted: false,
    default: false,
    loss: "it has an address on the internet, and everybody can try passwords",
    good: { change: { publiclyAccessible: undefined } },
    bad: { change: { publiclyAccessible: true } },
  }),
  databaseRule({
    name: "rds-in-vpc",
    title: "An instance is in subnets of your choice",
    severity: "high",
    protects: "access",
    ids: [
      "FSBP:RDS.18",
      "prowler:rds_instance_inside_vpc",
      "powerpipe:rds_db_instance_in_vpc",
      "config:rds-deployed-in-vpc",
    ],
    docs: VPC,
    property: "dbSubnetGroupName",
    // EC2-Classic is gone: what is left of these rules is that the subnets are chosen. A replica has its source's.
    why: "Without a subnet group it is in the default VPC, where every subnet is public.",
    types: [INSTANCE],
    unknown: "passes",
    problems({ properties, isReplica }) {
      if (isReplica || !isMissing(properties, "dbSubnetGroupName")) return [];
      return [
        {
          property: "dbSubnetGroupName",
          value: "",
          fact: "dbSubnetGroupName is not set: it is in the default VPC, where every subnet is open to the internet",
          hint: "write `dbSubnetGroupName: privateSubnets.name`, with a subnet group of private subnets",
        },
      ];
    },
    good: { change: { dbSubnetGroupName: "private" } },
    bad: { change: { dbSubnetGroupName: undefined } },
  }),
  databaseRule({
    name: "rds-non-default-port",
    title: "A database does not listen on PostgreSQL's own port",
    severity: "low",
    protects: "access",
    ids: [
      "FSBP:RDS.23",
      "prowler:rds_instance_non_default_port",
      "prowler:rds_cluster_non_default_port",
      "KICS:tf bca7cc4d-b3a4-4345-9461-eb69c68fcd26",
      "cdk-nag:AwsSolutions-RDS11",
      "config:rds-no-default-ports",
      "powerpipe:rds_db_instance_and_cluster_no_default_port",
    ],
    docs: "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_BestPractices.Security.html",
    property: "port",
    // KICS takes a port that is not written for another one; it is 5432. Serverless v1 can have no other.
    why: "5432 is what scanners try first.",
    types: [INSTANCE, CLUSTER],
    problems({ properties, isServerlessV1 }, context) {
      const port = number(properties.port);
      if (port === UNKNOWN) context.notYetKnown("port");
      if (isServerlessV1 || (port !== undefined && port !== 5432)) return [];
      return [
        {
          property: "port",
          value: shown(properties.port),
          fact: `${port === undefined ? "port is not set, and 5432 by default" : "port is 5432"}: it is what scanners try first`,
          hint: "write `port: 15432`",
        },
      ];
    },
    good: { change: { port: 15432 } },
    bad: { change: { port: 5432 } },
  }),
  flagRule({
    name: "rds-instance-iam-auth",
    title: "Users of an instance can log in by their role",
    severity: "medium",
    protects: "access",
    ids: [
      "CKV_AWS_161",
      "trivy:AWS-0176",
      "prowler:rds_instance_iam_authentication_enabled",
      "FSBP:RDS.10",
      "config:rds-instance-iam-authentication-enabled",
      "KICS:tf 88fd05e0-ac0e-43d2-ba6d-fc0ba60ae1a6",
      "terrascan:AC_AWS_0053",
      "powerpipe:rds_db_instance_iam_authentication_enabled",
    ],
    docs: IAM,
    property: "iamDatabaseAuthenticationEnabled",
    why: "Passwords are copied into configurations; a token of IAM ends after 15 minutes.",
    types: [INSTANCE],
    wanted: true,
    default: false,
    loss: PASSWORDS,
    // For members of Aurora it is the cluster's.
    isExempt: ({ engine }) => engine === "aurora-postgresql",
    good: { change: { iamDatabaseAuthenticationEnabled: true } },
    bad: { change: { iamDatabaseAuthenticationEnabled: undefined } },
  }),
  flagRule({
    name: "rds-cluster-iam-auth",
    title: "Users of a cluster can log in by their role",
    severity: "medium",
    protects: "access",
    ids: [
      "CKV_AWS_162",
      "prowler:rds_cluster_iam_authentication_enabled",
      "FSBP:RDS.12",
      "config:rds-cluster-iam-authentication-enabled",
      "cdk-nag:AwsSolutions-RDS6",
      "powerpipe:rds_db_cluster_iam_authentication_enabled",
    ],
    docs: IAM,
    property: "iamDatabaseAuthenticationEnabled",
    why: "Passwords are copied into configurations; a token of IAM ends after 15 minutes.",
    types: [CLUSTER],
    wanted: true,
    default: false,
    loss: PASSWORDS,
    // Serverless v1 has no such thing.
    isExempt: ({ isServerlessV1 }) => isServerlessV1,
    good: { change: { iamDatabaseAuthenticationEnabled: true } },
    bad: { change: { iamDatabaseAuthenticationEnabled: undefined } },
  }),
  databaseRule({
    name: "rds-custom-admin-name",
    title: "The master user has a name of its own",
    severity: "low",
    protects: "access",
    ids: [
      "FSBP:RDS.24",
      "FSBP:RDS.25",
      "prowler:rds_instance_default_admin",
      "prowler:rds_cluster_default_admin",
      "config:rds-instance-default-admin-check",
      "config:rds-cluster-default-admin-check",
      "powerpipe:rds_db_instance_no_default_admin_name",
      "powerpipe:rds_db_cluster_no_default_admin_name",
    ],
    docs: "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.MasterAccounts.html",
    property: "username, masterUsername",
    why: "A name that everybody knows is half of what he needs.",
    types: [INSTANCE, CLUSTER],
    problems({ properties, kind, isReplica, isRestored }, context) {
      const property = kind === "cluster" ? "masterUsername" : "username";
      const name = text(properties[property]);
      if (name === UNKNOWN) context.notYetKnown(property);
      if (name === UNKNOWN) return [];
      // Replicas, restores and the other regions of a global cluster have the name of their source.
      const isFollower = isReplica || isRestored || !isMissing(properties, "globalClusterIdentifier");
      const isDefault = kind === "cluster" && (name ?? "") === "" && !isFollower;
      if (!isDefault && !COMMON_NAMES.includes((name ?? "").slice(0, 100).toLowerCase())) return [];
      return [
        {
          property,
          value: shown(name),
          fact: `${stated(properties, property)}: a name that everybody tries is half of what he needs`,
          hint: `write \`${property}: "app_owner"\` ${REPLACES}`,
        },
      ];
    },
    good: { change: { username: "app_owner" } },
    bad: { change: { username: "postgres" } },
  }),
  databaseRule({
    name: "rds-no-plaintext-master-password",
    title: "RDS makes the master password itself",
    severity: "high",
    protects: "access",
    ids: [
      "guard:RDS_MASTER_USER_PASSWORD_NO_PLAINTEXT_PASSWORD",
      "guard:RDS_CLUSTER_MASTER_USER_PASSWORD_NO_PLAINTEXT_PASSWORD",
      "guard:RDS_MASTER_USER_NAME_NO_PLAINTEXT_PASSWORD",
      "cfn_nag:F23",
      "cfn_nag:F34",
      "cfn_nag:F24",
    ],
    docs: "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html",
    // A policy sees a Pulumi secret in plain text and cannot tell it from a literal. Where it is a secret it is not
    // in the program, so that this must not stop a deployment.
    levels: { production: "advisory" },
    property: "password, masterPassword",
    why: "It is in the program or in the stack's state, is not changed by anybody, and belongs to the master user.",
    types: [INSTANCE, CLUSTER],
    // One that is not known yet is made by another resource.
    unknown: "passes",
    problems: ({ properties, kind }) =>
      (kind === "cluster" ? ["masterPassword"] : ["password"])
        .filter((property) => (knownText(properties[property]) ?? "") !== "")
        .map((property) => ({
          property,
          value: "(hidden)",
          fact: `${property} is given: it is in the program, or at best in the stack's state, and nobody changes it`,
          hint: `write \`manageMasterUserPassword: true\` in place of ${property}, or \`${property}Wo\`, which is kept nowhere`,
        })),
    good: { change: { manageMasterUserPassword: true } },
    bad: { change: { manageMasterUserPassword: undefined, password: "foobarbaz" } },
  }),
  proxyTls,
  databaseRule({
    name: "rds-ca-cert-modern",
    title: "The server's certificate is from an authority that has not ended",
    severity: "medium",
    protects: "availability",
    ids: [
      "CKV_AWS_211",
      "prowler:rds_instance_certificate_expiration",
      "KICS:tf 9f40c07e-699e-4410-8856-3ba0f2e3a2dd",
      "terrascan:AC_AWS_0057",
      "powerpipe-tf:rds_db_instance_uses_recent_ca_certificate",
      "powerpipe:rds_db_instance_ca_certificate_expires_7_days",
    ],
    docs: "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.SSL.html",
    property: "caCertIdentifier",
    // checkov still takes rds-ca-2019, and KICS takes nothing else: it ended on 22 August 2024.
    why: "Clients that verify the server refuse a certificate that has ended: all at once.",
    types: [INSTANCE, CLUSTER_INSTANCE],
    problems({ properties }, context) {
      const authority = text(properties.caCertIdentifier);
      if (authority === UNKNOWN) context.notYetKnown("caCertIdentifier");
      if (authority === UNKNOWN || (authority ?? "") === "" || AUTHORITIES.includes(authority ?? ""))
        return [];
      return [
        {
          property: "caCertIdentifier",
          value: shown(authority),
          fact: `${stated(properties, "caCertIdentifier")}, which has ended or is none of RDS's: clients that verify the server cannot connect`,
          hint: `write \`caCertIdentifier: "${AUTHORITIES[0]}"\``,
        },
      ];
    },
    good: { change: { caCertIdentifier: "rds-ca-ecc384-g1" } },
    bad: { change: { caCertIdentifier: "rds-ca-2019" } },
  }),
  snapshotNotPublic,
];
