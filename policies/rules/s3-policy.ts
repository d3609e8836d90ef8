/** What does a bucket's policy allow, and whom? */

import { short } from "../reading/block";
import { aclOf, BUCKETS, type Bucket, companionName, companionTypes, said } from "../reading/bucket";
import { flag, type Known, UNKNOWN } from "../reading/known";
import { covers, narrowing, readPolicy, type Statement, tlsOf } from "../reading/policy-document";
import type { Rule, RuleOf } from "../rule";
import { bucketRule } from "./s3-bucket";

const DOCS =
  "https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status";
const TLS = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html";

interface StatementRow
  extends Pick<
    RuleOf<"resource">,
    "name" | "title" | "severity" | "ids" | "why" | "levels" | "protects" | "docs" | "types" | "property"
  > {
  good: object;
  bad: object;
  /** What is wrong with a statement. */
  problem(statement: Statement): { fact: string; hint: string } | undefined;
}

/** A rule about each statement of a policy, in the resource's `policy`. */
export function statementRule({ good, bad, problem, ...row }: StatementRow): RuleOf<"resource"> {
  return {
    ...row,
    reads: "resource",
    unknown: "later",
    judge({ policy }, context) {
      const statements = readPolicy(policy);
      if (statements === UNKNOWN) context.notYetKnown("policy");
      if (statements === UNKNOWN || statements === undefined) return [];
      return statements.flatMap((statement) => {
        const found = problem(statement);
        return found ? [{ property: "policy", value: statement.label, ...found }] : [];
      });
    },
    good: { change: { policy: policyText(good) } },
    bad: { change: { policy: policyText(bad) } },
  };
}

export function policyText(...Statement: readonly object[]): string {
  return JSON.stringify({ Version: "2012-10-17", Statement });
}

/** Everybody, without a condition that says who it is. */
function isPublic(statement: Statement): boolean {
  return statement.effect === "Allow" && statement.isForEverybody && narrowing(statement) === "none";
}

const READ = { Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::db-wal-archive/*" };
const ROLE = { AWS: "arn:aws:iam::111122223333:role/backup" };

const POLICY: Pick<StatementRow, "protects" | "docs" | "types" | "property"> = {
  protects: "access",
  docs: DOCS,
  types: [...companionTypes("policy"), ...BUCKETS],
  property: "policy.Statement",
};

/** Actions that change who may do what, which FSBP does not want another account to have. */
const ADMINISTRATION = [
  "s3:DeleteBucketPolicy",
  "s3:PutBucketAcl",
  "s3:PutBucketPolicy",
  "s3:PutEncryptionConfiguration",
  "s3:PutObjectAcl",
];
/** Actions whose denial to everybody only the root user of the account can take back. */
const UNLOCKING = ["s3:PutBucketPolicy", "s3:DeleteBucketPolicy"];

const statementRules: readonly Rule[] = [
  statementRule({
    ...POLICY,
    name: "s3-policy-no-public-principal",
    title: "A bucket's policy allows nothing to everybody",
    severity: "critical",
    ids: [
      "CKV_AWS_70",
      "prowler:s3_bucket_policy_public_write_access",
      "KICS:tf 7af43613-6bb9-4a0e-8c4d-1314b799425e",
      "KICS:tf ffdf4b37-7703-4dfe-a682-9d2e99bc6c09",
      "KICS:tf d24c0755-c028-44b1-b503-8e719c898832",
      "KICS:tf 1df37f4b-7197-45ce-83f8-9994d2fcf885",
      "KICS:tf 66c6f96f-2d9e-417e-a998-9058aeeecd44",
      "guard:S3_BUCKET_POLICY_NO_WILDCARD_PRINCIPAL",
      "terrascan:AC_AWS_0217",
      "terrascan:AC_AWS_0218",
      "terrascan:AC_AWS_0219",
      "terrascan:AC_AWS_0220",
      "terrascan:AC_AWS_0221",
      "terrascan:AC_AWS_0224",
      "powerpipe:s3_bucket_policy_restrict_public_access",
    ],
    // KICS fails conditions as well; checkov and AWS take those that name who asks, or from where, for enough.
    why: "A backup is the whole database: who can read the bucket has it, and who can write to it decides what is restored.",
    problem: (statement) =>
      isPublic(statement)
        ? {
            fact: `statement ${statement.label} of its policy allows ${actionsText(statement)} to everybody: strangers reach what is in it; a backup is the whole database`,
            hint: `write \`Principal: { AWS: "arn:aws:iam::<account>:role/<role>" }\` in statement ${statement.label} of policy`,
          }
        : undefined,
    good: { ...READ, Principal: "*", Condition: { StringEquals: { "aws:SourceVpce": "vpce-1" } } },
    bad: { ...READ, Principal: { AWS: ["*"] } },
  }),
  statementRule({
    ...POLICY,
    name: "s3-policy-everybody-but",
    title: "A bucket's policy says who may, not who may not",
    severity: "critical",
    ids: ["KICS:tf 7af43613-6bb9-4a0e-8c4d-1314b799425e"],
    // checkov passes ArnNotEquals and ArnNotLike. But they name who is kept out: everybody else is let in.
    why: "The condition names who is kept out. Everybody else, also without an account, is let in.",
    problem: (statement) =>
      statement.effect === "Allow" && statement.isForEverybody && narrowing(statement) === "all-but"
        ? {
            fact: `statement ${statement.label} of its policy allows ${actionsText(statement)} to everybody but those in its condition: strangers reach what is in it`,
            hint: `write \`ArnEquals\` and who may in Condition of statement ${statement.label} of policy`,
          }
        : undefined,
    good: { ...READ, Principal: "*", Condition: { ArnEquals: { "aws:PrincipalArn": ROLE.AWS } } },
    bad: { ...READ, Principal: "*", Condition: { ArnNotEquals: { "aws:PrincipalArn": ROLE.AWS } } },
  }),
  statementRule({
    ...POLICY,
    name: "s3-policy-no-wildcard-action",
    title: "A bucket's policy names what it allows",
    severity: "medium",
    // Critical only where it is for everybody, which is a finding of its own.
    ids: ["KICS:tf a4966c4f-9141-48b8-a564-ffe9959945bc", "guard:S3_BUCKET_POLICY_NO_WILDCARD_ACTION"],
    why: "Who archives needs to put objects. With everything he can also delete all versions and change this policy.",
    problem: (statement) =>
      statement.effect === "Allow" && statement.actions.some((action) => /^(s3:)?\*$/i.test(action))
        ? {
            fact: `statement ${statement.label} of its policy allows everything: who only archives can delete all that is in it`,
            hint: `write \`Action: ["s3:GetObject", "s3:PutObject", "s3:ListBucket"]\` in statement ${statement.label} of policy`,
          }
        : undefined,
    good: { ...READ, Principal: ROLE },
    bad: { ...READ, Principal: ROLE, Action: "s3:*" },
  }),
  statementRule({
    ...POLICY,
    name: "s3-policy-no-allow-not-action",
    title: "A bucket's policy does not allow everything but something",
    severity: "high",
    ids: ["guard:S3_BUCKET_POLICY_NO_ALLOW_PLUS_NOT_ACTION"],
    why: "Everything that is not named is allowed, also what S3 will learn next year.",
    problem: ({ effect, hasNotAction, label }) =>
      effect === "Allow" && hasNotAction
        ? {
            fact: `statement ${label} of its policy allows everything but its NotAction: deleting all that is in it may be among it`,
            hint: `write \`Action\` with what is needed instead of NotAction in statement ${label} of policy`,
          }
        : undefined,
    good: { ...READ, Principal: ROLE },
    bad: { ...READ, Principal: ROLE, Action: undefined, NotAction: "s3:PutBucketPolicy" },
  }),
  statementRule({
    ...POLICY,
    name: "s3-policy-no-allow-not-principal",
    title: "A bucket's policy does not allow something to everybody but some",
    severity: "critical",
    ids: ["guard:S3_BUCKETPOLICY_NO_ALLOW_PLUS_NOTPRINCIPAL"],
    why: "Everybody else is let in, also without an account.",
    problem: ({ effect, hasNotPrincipal, label }) =>
      effect === "Allow" && hasNotPrincipal
        ? {
            fact: `statement ${label} of its policy allows everybody but its NotPrincipal: strangers reach what is in it`,
            hint: `write \`Principal\` with who may instead of NotPrincipal in statement ${label} of policy`,
          }
        : undefined,
    good: { ...READ, Principal: ROLE },
    bad: { ...READ, NotPrincipal: ROLE },
  }),
  statementRule({
    ...POLICY,
    name: "s3-policy-cross-account",
    title: "No named account may change who gets at the bucket",
    severity: "high",
    // Whose account it is cannot be seen in a program: shown, not stopped.
    levels: { production: "advisory" },
    ids: [
      "prowler:s3_bucket_cross_account_access",
      "FSBP:S3.6",
      "config:s3-bucket-blacklisted-actions-prohibited",
      "config:s3-bucket-policy-grantee-check",
      "config:s3-bucket-policy-not-more-permissive",
      "powerpipe:s3_bucket_policy_restricts_cross_account_permission_changes",
    ],
    why: "Somebody else's account that may change the policy gives itself the rest.",
    problem(statement) {
      const account = statement.accounts.find((name) => /(^|:)\d{12}(:|$)/.test(name));
      const action = ADMINISTRATION.find((name) => covers(statement, name));
      if (statement.effect !== "Allow" || account === undefined || action === undefined) return undefined;
      return {
        fact: `statement ${statement.label} of its policy allows ${action} to ${short(account)}: if that is somebody else, he gives himself what is in it`,
        hint: `remove \`${action}\` from Action in statement ${statement.label} of policy; a role of this account gets it by its own policy`,
      };
    },
    good: { ...READ, Principal: ROLE },
    bad: { ...READ, Principal: ROLE, Action: "s3:PutBucketPolicy" },
  }),
  statementRule({
    ...POLICY,
    name: "s3-policy-no-lockout",
    title: "A bucket's policy does not lock everybody out",
    severity: "medium",
    protects: "availability",
    ids: ["CKV_AWS_93"],
    why: "Only the root user of the account can take it back, and nobody archives until then: pg_wal fills up.",
    problem(statement) {
      const { effect, isForEverybody, hasCondition, hasNotAction, label } = statement;
      if (effect !== "Deny" || !isForEverybody || hasCondition || hasNotAction) return undefined;
      if (!UNLOCKING.some((action) => covers(statement, action))) return undefined;
      return {
        fact: `statement ${label} of its policy denies everybody to change the policy: only the root user gets out, and nothing is archived until then`,
        hint: `add \`Condition\` with whom it is about to statement ${label} of policy`,
      };
    },
    good: {
      ...READ,
      Effect: "Deny",
      Principal: "*",
      Action: "s3:*",
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    },
    bad: { ...READ, Effect: "Deny", Principal: "*", Action: "s3:*" },
  }),
];

function actionsText({ actions }: Statement): string {
  return actions.length === 0 ? "something" : short(actions.slice(0, 3).join(", "));
}

/** How the policies of a bucket ask for TLS; undefined: it has none. */
function bucketTls(bucket: Bucket): Known<ReturnType<typeof tlsOf>> | undefined {
  const ways = said(bucket, "policy").map(({ resource }) => {
    const statements = readPolicy(resource.properties.policy);
    return statements === UNKNOWN ? UNKNOWN : tlsOf(statements ?? []);
  });
  for (const way of ["denied", UNKNOWN, "allowed", "none"] as const) if (ways.includes(way)) return way;
  return undefined;
}

const DENY = {
  Effect: "Deny",
  Principal: "*",
  Action: "s3:*",
  Resource: ["arn:aws:s3:::db-wal-archive", "arn:aws:s3:::db-wal-archive/*"],
  Condition: { Bool: { "aws:SecureTransport": "false" } },
};
const DENY_HINT =
  '`{ Effect: "Deny", Principal: "*", Action: "s3:*", Resource: [<arn>, <arn>/*], Condition: { Bool: { "aws:SecureTransport": "false" } } }`';

const TLS_IDS = [
  "prowler:s3_bucket_secure_transport_policy",
  "FSBP:S3.5",
  "config:s3-bucket-ssl-requests-only",
  "guard:S3_BUCKET_SSL_REQUESTS_ONLY",
  "cdk-nag:S3BucketSSLRequestsOnly",
  "powerpipe:s3_bucket_enforces_ssl",
];

function tlsHint(bucket: Bucket): string {
  const saying = said(bucket, "policy")[0];
  if (!saying) return `add a ${companionName("policy")} with the statement ${DENY_HINT}`;
  return `add ${DENY_HINT} to Statement of policy${saying.resource === bucket.resource ? "" : ` of ${saying.resource.name}`}`;
}

const tlsRules: readonly Rule[] = [
  bucketRule({
    name: "s3-policy-tls-only",
    title: "A bucket refuses requests without TLS",
    severity: "medium",
    protects: "access",
    ids: [...TLS_IDS, "KICS:tf 4bc4dd4c-7d8d-405e-a0fb-57fa4c31b4d9"],
    docs: TLS,
    property: 'policy.Statement.Condition.Bool["aws:SecureTransport"]',
    why: "A tool that is given an http endpoint sends the backup in the clear, and S3 takes it.",
    aspects: ["policy"],
    alone: "policy",
    scope: "every",
    problem(bucket) {
      const way = bucketTls(bucket);
      if (way !== undefined && way !== "none") return undefined;
      const fact = way === undefined ? "it has no policy that refuses" : "its policy does not refuse";
      return {
        property: "policy",
        value: "",
        fact: `${fact} requests without TLS: what is archived can be read and changed on its way`,
        hint: tlsHint(bucket),
      };
    },
    good: { change: { policy: policyText(DENY) } },
    bad: { change: { policy: policyText({ ...READ, Principal: ROLE }) } },
  }),
  bucketRule({
    name: "s3-policy-tls-allowed-only",
    title: "TLS is demanded by a Deny",
    severity: "medium",
    protects: "access",
    ids: TLS_IDS,
    docs: TLS,
    property: 'policy.Statement.Condition.Bool["aws:SecureTransport"]',
    // checkov and KICS pass an Allow; but the policies of users and roles allow as well, and ask for nothing.
    why: "An Allow does not refuse what something else allows: a role's own policy lets requests without TLS in.",
    aspects: ["policy"],
    alone: "policy",
    scope: "every",
    problem: (bucket) =>
      bucketTls(bucket) === "allowed"
        ? {
            property: "policy",
            value: "",
            fact: "its policy allows requests with TLS, and refuses none without: roles with a policy of their own send what they archive in the clear",
            hint: tlsHint(bucket),
          }
        : undefined,
    good: { change: { policy: policyText(DENY) } },
    bad: {
      change: {
        policy: policyText({
          ...READ,
          Principal: ROLE,
          Condition: { Bool: { "aws:SecureTransport": "true" } },
        }),
      },
    },
  }),
  bucketRule({
    name: "s3-public-acl-without-tls",
    title: "What is public on purpose is public with TLS only",
    severity: "medium",
    protects: "access",
    ids: ["CKV_AWS_379"],
    docs: TLS,
    property: "BucketAcl.acl, BucketPolicy.policy",
    why: "Everybody between the reader and S3 can change what is read.",
    aspects: ["acl", "policy", "publicAccess", "website"],
    scope: "every",
    problem(bucket) {
      const isOpen = said(bucket, "acl").some(({ resource }) => isPublicAcl(resource.properties));
      const isBlocked = said(bucket, "publicAccess").some(({ resource: { properties } }) =>
        ["restrictPublicBuckets", "blockPublicAcls"].some(
          (name) => ![undefined, false].includes(asFlag(properties[name])),
        ),
      );
      // checkov judges policies that are there: without one the public list is a finding already.
      if (!isOpen || isBlocked || said(bucket, "website").length > 0 || bucketTls(bucket) !== "none")
        return undefined;
      return {
        property: "policy",
        value: "",
        fact: "its list lets everybody in, and its policy says nothing of TLS: what is read can be changed on its way",
        hint: tlsHint(bucket),
      };
    },
    good: { change: { acl: "public-read", policy: policyText(DENY) } },
    bad: { change: { acl: "public-read", policy: policyText({ ...READ, Principal: ROLE }) }, others: [] },
  }),
];

function asFlag(value: unknown): boolean | undefined {
  const read = flag(value);
  return read === UNKNOWN ? true : read;
}

/** `public-read` and the like, or a grant to everybody. */
function isPublicAcl(properties: object): boolean {
  const { canned, grants } = aclOf(properties);
  return (
    canned === "public-read" ||
    canned === "public-read-write" ||
    grants.some(({ group }) => group === "AllUsers")
  );
}

export const S3_POLICY_RULES: readonly Rule[] = [...statementRules, ...tlsRules];
