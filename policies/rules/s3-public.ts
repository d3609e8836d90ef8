/** Can strangers get at a bucket without any policy? */

import { blockIn, blocksIn, inputsBlock, pathIn, short, valueIn } from "../reading/block";
import { aclOf, aspectBlocks, BUCKETS, companionName, companionTypes, said } from "../reading/bucket";
import { flag, knownText, list, text, UNKNOWN } from "../reading/known";
import type { Example, Problem, Resource, Rule, RuleOf } from "../rule";
import { ACCESS_POINT, ACCOUNT_BLOCK, MULTI_REGION_ACCESS_POINT } from "../subjects";
import { bucketRule } from "./s3-bucket";

const BLOCK = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html";
const ACL = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html";

/** The four switches of a public access block, and what each leaves open. */
const SWITCHES = [
  {
    property: "blockPublicAcls",
    name: "s3-block-public-acls",
    open: "anybody who may write an object can make it readable for everybody",
    ids: ["CKV_AWS_53", "CKV2_AWS_6", "trivy:AWS-0086"],
  },
  {
    property: "blockPublicPolicy",
    name: "s3-block-public-policy",
    open: "a policy that lets everybody in is accepted",
    ids: ["CKV_AWS_54", "CKV2_AWS_6", "trivy:AWS-0087", "KICS:tf 1a4bc881-9f69-4d44-8c9a-d37d08f54c50"],
  },
  {
    property: "ignorePublicAcls",
    name: "s3-ignore-public-acls",
    open: "objects that were made public stay readable for everybody",
    ids: ["CKV_AWS_55", "trivy:AWS-0091", "KICS:tf 4fa66806-0dd9-4f8d-9480-3174d39c7c91"],
  },
  {
    property: "restrictPublicBuckets",
    name: "s3-restrict-public-buckets",
    open: "a policy that lets everybody in works across accounts",
    ids: ["CKV_AWS_56", "trivy:AWS-0093", "KICS:tf 1ec253ab-c220-4d63-b2de-5b40e0af9293"],
  },
] as const;

const NAMES = SWITCHES.map(({ property }) => property);
const BLOCK_IDS = [
  "prowler:s3_bucket_level_public_access_block",
  "FSBP:S3.8",
  "config:s3-bucket-level-public-access-prohibited",
  "guard:S3_BUCKET_LEVEL_PUBLIC_ACCESS_PROHIBITED",
  "cdk-nag:S3BucketLevelPublicAccessProhibited",
  "powerpipe:s3_public_access_block_bucket",
];

/** One rule for each switch: the tools have one id for each. */
const switchRules = SWITCHES.map(
  ({ property, name, open, ids }): RuleOf<"resource"> => ({
    name,
    title: `A public access block has ${property}`,
    severity: "high",
    protects: "access",
    ids: [...ids, ...BLOCK_IDS],
    docs: BLOCK,
    reads: "resource",
    types: companionTypes("publicAccess"),
    property,
    // Absent is false: that holds for this resource, though not for a bucket that has none at all.
    why: "The four belong together: each closes a way that the others leave open.",
    unknown: "later",
    judge(properties, { notYetKnown }) {
      const isOn = flag(properties[property]);
      if (isOn === UNKNOWN) notYetKnown(property);
      if (isOn === UNKNOWN || isOn === true) return [];
      const fact =
        properties[property] === undefined
          ? `${property} is not given, which means false`
          : `${property} is not true`;
      return [
        {
          property,
          value: knownText(properties[property]) ?? "",
          fact: `${fact}: ${open}, and with it what is in the bucket`,
          hint: `write \`${property}: true\``,
        },
      ];
    },
    good: { change: { [property]: true } },
    bad: { change: { [property]: false } },
  }),
);

const blockRules: readonly Rule[] = [
  bucketRule({
    name: "s3-public-access-block",
    title: "A bucket has a public access block",
    severity: "high",
    protects: "access",
    ids: [
      "CKV2_AWS_6",
      "trivy:AWS-0094",
      "trivy:AWS-0086",
      "trivy:AWS-0087",
      "trivy:AWS-0091",
      "trivy:AWS-0093",
      ...BLOCK_IDS,
      "guard:S3_BUCKET_PUBLIC_READ_PROHIBITED",
      "guard:S3_BUCKET_PUBLIC_WRITE_PROHIBITED",
    ],
    docs: BLOCK,
    property: "BucketPublicAccessBlock",
    // New buckets are blocked since April 2023 without it. The tools want it written, since anybody can take it off.
    why: "One wrong policy or list makes the backups public, and nothing refuses it.",
    aspects: ["publicAccess"],
    with: [ACCOUNT_BLOCK],
    scope: "every",
    problem(bucket, { resources }) {
      if (said(bucket, "publicAccess").length > 0 || resources.some(blocksAccount)) return undefined;
      return {
        property: "BucketPublicAccessBlock",
        value: "",
        fact: "it has no public access block: one wrong policy or list makes what is in it public",
        hint: `add a ${companionName("publicAccess")} with \`bucket: <bucket>.id, ${NAMES.map((name) => `${name}: true`).join(", ")}\``,
      };
    },
    good: { change: {} },
    bad: { change: {}, others: [] },
  }),
  ...switchRules,
];

/** Whether a resource closes all buckets of the account. */
function blocksAccount({ type, properties }: Resource): boolean {
  const isOn = (value: unknown) => value === true || value === UNKNOWN;
  return type === ACCOUNT_BLOCK && NAMES.every((name) => isOn(flag(properties[name])));
}

interface AccountRow
  extends Pick<RuleOf<"resource">, "name" | "title" | "severity" | "ids" | "why" | "types" | "property"> {
  /** Where the switches are. */
  block: readonly string[];
  /** Whether a switch that is not given is closed. */
  isDefault: boolean;
  switches: readonly string[];
  good: Example["change"];
  bad: Example["change"];
}

function accountRule({ block, isDefault, switches, good, bad, ...row }: AccountRow): RuleOf<"resource"> {
  return {
    ...row,
    protects: "access",
    docs: BLOCK,
    reads: "resource",
    unknown: "later",
    judge(properties, { notYetKnown }) {
      const parent = block.reduce<ReturnType<typeof inputsBlock> | undefined>(
        (found, name) => found && blockIn(found, name),
        inputsBlock(properties),
      );
      if (!parent) return [];
      return switches.flatMap((name): Problem[] => {
        const isOn = flag(valueIn(parent, name)) ?? isDefault;
        if (isOn === UNKNOWN) notYetKnown(pathIn(parent, name));
        if (isOn !== false) return [];
        return [
          {
            property: pathIn(parent, name),
            value: knownText(valueIn(parent, name)) ?? "",
            fact: `${name} is not true: one wrong policy or list lets everybody at what is in it`,
            hint: `write \`${name}: true\`${parent.path === "" ? "" : ` in ${parent.path}`}`,
          },
        ];
      });
    },
    good: { change: good },
    bad: { change: bad },
  };
}

const ALL = Object.fromEntries(NAMES.map((name) => [name, true]));

const accountRules: readonly Rule[] = [
  accountRule({
    name: "s3-account-public-access-block",
    title: "A public access block of the account has all four switches",
    severity: "high",
    ids: [
      "prowler:s3_account_level_public_access_blocks",
      "FSBP:S3.1",
      "config:s3-account-level-public-access-blocks",
      "KICS:tf 1a4bc881-9f69-4d44-8c9a-d37d08f54c50",
    ],
    types: [ACCOUNT_BLOCK],
    property: NAMES.join(", "),
    why: "It is the last thing between all buckets of the account and everybody.",
    block: [],
    isDefault: false,
    switches: NAMES,
    good: {},
    bad: { ignorePublicAcls: undefined },
  }),
  accountRule({
    name: "s3-account-restrict-public-buckets",
    title: "The account does not open public buckets to other accounts",
    severity: "high",
    // checkov's condition for this id: false is written. That it is missing is a finding of the rule above.
    ids: ["CKV_AWS_392"],
    types: [ACCOUNT_BLOCK],
    property: "restrictPublicBuckets",
    why: "A bucket that became public by mistake is read from any account.",
    block: [],
    isDefault: true,
    switches: ["restrictPublicBuckets"],
    good: { restrictPublicBuckets: undefined },
    bad: { restrictPublicBuckets: false },
  }),
  accountRule({
    name: "s3-access-point-block",
    title: "An access point blocks public access",
    severity: "high",
    ids: [
      "prowler:s3_access_point_public_access_block",
      "FSBP:S3.19",
      "config:s3-access-point-public-access-blocks",
    ],
    types: [ACCESS_POINT],
    property: "publicAccessBlockConfiguration",
    // checkov's id is about the account. What is not given is true here, and cannot be changed later.
    why: "The block of an access point cannot be changed once it is made.",
    block: ["publicAccessBlockConfiguration"],
    isDefault: true,
    switches: NAMES,
    good: { publicAccessBlockConfiguration: ALL },
    bad: { publicAccessBlockConfiguration: { ...ALL, blockPublicPolicy: false } },
  }),
  accountRule({
    name: "s3-multi-region-access-point-block",
    title: "A multi-region access point blocks public access",
    severity: "high",
    ids: ["prowler:s3_multi_region_access_point_public_access_block", "FSBP:S3.24"],
    types: [MULTI_REGION_ACCESS_POINT],
    property: "details.publicAccessBlock",
    why: "The block of an access point cannot be changed once it is made.",
    block: ["details", "publicAccessBlock"],
    isDefault: true,
    switches: NAMES,
    good: { details: { name: "archive", publicAccessBlock: ALL } },
    bad: { details: { name: "archive", publicAccessBlock: { ...ALL, blockPublicAcls: false } } },
  }),
];

interface AclRow extends Pick<RuleOf<"resource">, "name" | "title" | "severity" | "ids" | "why"> {
  /** Canned lists that are wrong. */
  canned: readonly string[];
  /** Grants that are wrong: to whom, and of what. */
  isWrong(group: string | undefined, permission: string): boolean;
  lost: string;
  good: Example["change"];
  bad: Example["change"];
}

/** A rule about access control lists: of the bucket itself, or beside it. */
function aclRule({ canned, isWrong, lost, good, bad, ...row }: AclRow): RuleOf<"resource"> {
  return {
    ...row,
    protects: "access",
    docs: ACL,
    reads: "resource",
    types: [...companionTypes("acl"), ...BUCKETS],
    property: "acl, accessControlPolicy.grants",
    unknown: "later",
    judge(properties, { notYetKnown }) {
      for (const name of ["acl", "grants", "accessControlPolicy"])
        if (properties[name] === UNKNOWN) notYetKnown(name);
      const acl = aclOf(properties);
      const problems: Problem[] = [];
      if (acl.canned !== undefined && canned.includes(acl.canned))
        problems.push({
          property: "acl",
          value: acl.canned,
          fact: `its list is ${acl.canned}: ${lost}`,
          hint: "remove `acl`, or write `private`",
        });
      for (const { path, group, permissions } of acl.grants) {
        const wrong = permissions.filter((permission) => isWrong(group, permission));
        if (wrong.length > 0)
          problems.push({
            property: path,
            value: wrong.join(", "),
            fact: `its list grants ${short(wrong.join(", "))} to ${group ?? "somebody"}: ${lost}`,
            hint: `remove ${path}`,
          });
      }
      return problems;
    },
    good: { change: good },
    bad: { change: bad },
  };
}

function grant(permission: string, group: string) {
  const grantee = { type: "Group", uri: `http://acs.amazonaws.com/groups/global/${group}` };
  return { acl: undefined, accessControlPolicy: { owner: { id: "1" }, grants: [{ grantee, permission }] } };
}

const PRIVATE = { acl: "private" };

const aclRules: readonly Rule[] = [
  aclRule({
    name: "s3-acl-not-public",
    title: "A bucket's list lets nobody read that has no name",
    severity: "critical",
    ids: [
      "CKV_AWS_20",
      "trivy:AWS-0092",
      "prowler:s3_bucket_public_access",
      "prowler:s3_bucket_public_list_acl",
      "FSBP:S3.2",
      "config:s3-bucket-public-read-prohibited",
      "KICS:tf 38c5ee0d-7f22-4260-ab72-5073048df100",
      "KICS:tf 57b9893d-33b1-4419-bcea-a717ea87e139",
      "guard:S3_BUCKET_PUBLIC_READ_ACL",
      "guard:S3_BUCKET_NO_PUBLIC_RW_ACL",
      "pulumi:aws-s3-bucket-disallow-public-read",
      "terrascan:AC_AWS_0210",
      "terrascan:AC_AWS_0211",
      "terrascan:AC_AWS_0212",
      "terrascan:AC_AWS_0213",
      "terrascan:AC_AWS_0215",
      "terrascan:AC_AWS_0496",
      "powerpipe:s3_bucket_restrict_public_read_access",
    ],
    // trivy passes it where a public access block overrides it; the others do not: the block can be taken off.
    why: "A backup is the whole database, and lists of public buckets are searched for within minutes.",
    canned: ["public-read", "public-read-write", "authenticated-read", "website"],
    isWrong: (group, permission) => group !== undefined && ["READ", "FULL_CONTROL"].includes(permission),
    lost: "strangers list and read what is in it; a backup is the whole database",
    good: PRIVATE,
    bad: { acl: "public-read" },
  }),
  aclRule({
    name: "s3-acl-public-write",
    title: "A bucket's list lets nobody write that has no name",
    severity: "critical",
    ids: [
      "CKV_AWS_57",
      "prowler:s3_bucket_public_write_acl",
      "FSBP:S3.3",
      "config:s3-bucket-public-write-prohibited",
      "powerpipe:s3_bucket_restrict_public_write_access",
    ],
    why: "Who can write decides what is restored, and can overwrite what there is.",
    canned: ["public-read-write"],
    isWrong: (group, permission) => group !== undefined && ["WRITE", "FULL_CONTROL"].includes(permission),
    lost: "strangers overwrite and delete what is in it, and decide what is restored",
    good: { acl: "log-delivery-write" },
    bad: { acl: "public-read-write" },
  }),
  aclRule({
    name: "s3-acl-public-permissions",
    title: "Not everybody reads who may do what",
    severity: "high",
    ids: ["CKV_AWS_375"],
    why: "It tells strangers whose credentials are worth stealing.",
    canned: [],
    isWrong: (group, permission) => group === "AllUsers" && ["READ_ACP", "FULL_CONTROL"].includes(permission),
    lost: "strangers read who may do what, or do it",
    good: grant("READ", "AllUsers"),
    bad: grant("READ_ACP", "AllUsers"),
  }),
  aclRule({
    name: "s3-acl-write-permissions",
    title: "A bucket's list lets nobody change the list",
    severity: "critical",
    ids: ["KICS:tf 64a222aa-7793-4e40-915f-4b302c76e4d4"],
    why: "Who may change the list gives himself the rest.",
    canned: [],
    isWrong: (_group, permission) => permission === "WRITE_ACP",
    lost: "who changes the list gives himself what is in it",
    good: PRIVATE,
    bad: grant("WRITE_ACP", "AllUsers"),
  }),
  aclRule({
    name: "s3-acl-authenticated-users",
    title: "A bucket's list grants nothing to every account of AWS",
    severity: "critical",
    ids: ["CKV2_AWS_43"],
    why: "AuthenticatedUsers are all accounts of all customers of AWS, not those of the team.",
    canned: [],
    isWrong: (group) => group === "AuthenticatedUsers",
    lost: "these are all customers of AWS, and they get at what is in it",
    good: PRIVATE,
    bad: grant("READ_ACP", "AuthenticatedUsers"),
  }),
];

const aclOverridden = bucketRule({
  name: "s3-acl-overridden",
  title: "A bucket's list is not one that its public access block refuses",
  severity: "high",
  protects: "availability",
  ids: ["KICS:tf bf878b1a-7418-4de3-b13c-3a86cf894920"],
  docs: BLOCK,
  property: "acl, BucketPublicAccessBlock.blockPublicAcls",
  why: "AWS refuses a public list where blockPublicAcls is on, in the middle of the deployment.",
  aspects: ["acl", "publicAccess"],
  scope: "every",
  problem(bucket) {
    const isBlocked = said(bucket, "publicAccess").some(({ resource: { properties } }) =>
      NAMES.every((name) => flag(properties[name]) === true),
    );
    const open = said(bucket, "acl").find(({ resource: { properties } }) =>
      ["public-read", "public-read-write"].includes(aclOf(properties).canned ?? ""),
    );
    if (!isBlocked || !open) return undefined;
    const { canned = "" } = aclOf(open.resource.properties);
    return {
      property: "acl",
      value: canned,
      fact: `its list is ${canned}, and its public access block refuses that: this deployment will fail`,
      hint: `remove \`acl\`${open.resource === bucket.resource ? "" : ` of ${open.resource.name}`}`,
    };
  },
  good: { change: { acl: "private" } },
  bad: { change: { acl: "public-read" } },
});

const aclsDisabled: RuleOf<"resource"> = {
  name: "s3-acls-disabled",
  title: "Lists are off: only policies say who may",
  severity: "low",
  protects: "access",
  ids: [
    "CKV2_AWS_65",
    "prowler:s3_bucket_acl_prohibited",
    "FSBP:S3.12",
    "config:s3-bucket-acl-prohibited",
    "powerpipe:s3_bucket_acls_should_prohibit_user_access",
  ],
  docs: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html",
  reads: "resource",
  types: companionTypes("ownership"),
  property: "rule.objectOwnership",
  why: "With lists every object says for itself who may read it, and who wrote it owns it.",
  unknown: "later",
  judge(properties, { notYetKnown }) {
    const rule = blockIn(inputsBlock(properties), "rule");
    const ownership = rule && text(valueIn(rule, "objectOwnership"));
    if (ownership === UNKNOWN) notYetKnown("rule.objectOwnership");
    if (ownership === UNKNOWN || ownership === "BucketOwnerEnforced") return [];
    return [
      {
        property: "rule.objectOwnership",
        value: ownership ?? "",
        fact: `objectOwnership is ${short(ownership ?? "not given")}: each object says for itself who may read it, and one may be public`,
        hint: 'write `objectOwnership: "BucketOwnerEnforced"` in rule',
      },
    ];
  },
  good: { change: { rule: { objectOwnership: "BucketOwnerEnforced" } } },
  bad: { change: { rule: { objectOwnership: "BucketOwnerPreferred" } } },
};

const WEBSITE_IDS = [
  "KICS:tf 42bb6b7f-6d54-4428-b707-666f669d94fb",
  "terrascan:AC_AWS_0208",
  "powerpipe:s3_bucket_static_website_hosting_disabled",
];
const WEBSITE = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/WebsiteHosting.html";

function websiteRule(scope: "backups" | "others", lost: string) {
  const isArchive = scope === "backups";
  return bucketRule({
    name: isArchive ? "s3-static-website" : "s3-static-website-of-others",
    title: isArchive ? "A bucket of backups is no website" : "Websites are not served from a bucket",
    severity: isArchive ? "high" : "low",
    protects: "access",
    ids: WEBSITE_IDS,
    docs: WEBSITE,
    property: "website, BucketWebsiteConfiguration",
    why: "A website is read without an account and without TLS.",
    aspects: ["website"],
    alone: "website",
    scope,
    problem(bucket) {
      const saying = aspectBlocks(bucket, "website")[0]?.saying;
      if (!saying) return undefined;
      const where = saying.isOwn ? "`website`" : `${saying.resource.name}, which makes it a website`;
      return { property: "website", value: "", fact: `it is a website: ${lost}`, hint: `remove ${where}` };
    },
    good: { change: isArchive ? {} : { bucket: "assets" } },
    bad: {
      change: {
        ...(isArchive ? {} : { bucket: "assets", objectLockEnabled: undefined }),
        website: { indexDocument: "index.html" },
      },
    },
  });
}

const cors = bucketRule({
  name: "s3-cors-wildcard",
  title: "Websites of others do not write to a bucket",
  severity: "medium",
  protects: "access",
  ids: ["KICS:tf 98a8f708-121b-455b-ae2f-da3fb59d17e1"],
  docs: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/cors.html",
  property: "corsRules[]",
  // As KICS has it: any origin, any header, or all methods.
  why: "A page that somebody of the team opens sends requests with what his browser holds. Backups need no browser.",
  aspects: ["cors"],
  alone: "cors",
  scope: "every",
  problem(bucket) {
    const rules = said(bucket, "cors").flatMap((saying) =>
      blocksIn(saying.block, "corsRules", "corsRule").map((block) => ({ saying, block })),
    );
    for (const { saying, block } of rules) {
      const has = (name: string, wanted: string) =>
        list(valueIn(block, name)).some((written) => (knownText(written) ?? "").includes(wanted));
      const methods = list(valueIn(block, "allowedMethods")).map(knownText);
      const name = has("allowedOrigins", "*")
        ? "allowedOrigins"
        : has("allowedHeaders", "*")
          ? "allowedHeaders"
          : ["GET", "PUT", "POST", "DELETE", "HEAD"].every((method) => methods.includes(method))
            ? "allowedMethods"
            : undefined;
      if (name === undefined) continue;
      return {
        property: `${block.path}.${name}`,
        value: list(valueIn(block, name))
          .map((written) => knownText(written) ?? "…")
          .join(", "),
        fact: `its ${name} are all there are: pages of others that somebody of the team opens change what is in it`,
        hint: `write what is needed as ${block.path}.${name}${saying.resource === bucket.resource ? "" : ` of ${saying.resource.name}`}, or remove the rule`,
      };
    }
    return undefined;
  },
  good: { change: { corsRules: [{ allowedMethods: ["GET"], allowedOrigins: ["https://example.org"] }] } },
  bad: { change: { corsRules: [{ allowedMethods: ["PUT"], allowedOrigins: ["*"] }] } },
});

export const S3_PUBLIC_RULES: readonly Rule[] = [
  ...blockRules,
  ...accountRules,
  ...aclRules,
  aclOverridden,
  aclsDisabled,
  websiteRule("backups", "strangers read the backups without an account and without TLS"),
  websiteRule("others", "what is in it is read without an account and without TLS"),
  cors,
];
