/** What is wrong with names, ARNs, addresses and tags? Pure. */

import { choiceFaults } from "../../arguments";
import { Fault } from "../../faults";
import { roleNames } from "../../roles/roles";
import { isCluster } from "../members";
import type { RdsOptions, Topology } from "../options";
import { rdsIdentifier } from "../plan";
import { listFaults, patternFaults, removeFrom, texts, writeUnder } from "./wording";

/** RDS takes 63, of a Multi-AZ cluster 52: replicas and members get suffixes of up to 11. */
const LONGEST_IDENTIFIER = 52;

/** https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html */
const IDENTIFIER = /^[a-z](?:-?[a-z0-9])*$/;

/** Regions, also those to come: `eu-central-1`, `us-gov-west-1`. */
const REGION = /^[a-z]{2,4}(?:-[a-z]+){1,3}-\d{1,2}$/;

/** Users that RDS or PostgreSQL has itself. */
const RESERVED_USERS = ["admin", "none", "public", "rdsadmin", "rdsrepladmin", "rdstopmgr", "user"];

/** https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.SSL.html#UsingWithRDS.SSL.RegionCertificateAuthorities */
const CERTIFICATE_AUTHORITIES = ["rds-ca-rsa2048-g1", "rds-ca-rsa4096-g1", "rds-ca-ecc384-g1"];

/** AWS takes 50 tags a resource; some are ours. */
const MOST_TAGS = 40;

const TAG_KEY = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$/u;
const TAG_VALUE = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256}$/u;

/** What is wrong with the name of the database, given or not. */
export function identifierFaults({ identifier }: RdsOptions, owner: string): Fault[] {
  const name = String(identifier ?? rdsIdentifier(owner));
  if (name.length <= LONGEST_IDENTIFIER && IDENTIFIER.test(name)) return [];
  const fixed = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^[^a-z]+/, "")
    .slice(0, LONGEST_IDENTIFIER)
    .replace(/-$/, "");
  return [
    new Fault(
      `rds.identifier ${JSON.stringify(name)} is not a name RDS takes: small letters, digits and single hyphens, a letter first, no hyphen last, ${LONGEST_IDENTIFIER} at most`,
      writeUnder(`identifier: ${fixed || "postgres"}`),
    ),
  ];
}

/** What is wrong with the region: resources and the program have to agree on one. */
export function regionFaults(
  { region: given, backupRegion }: RdsOptions,
  region: string | undefined,
): Fault[] {
  if (region === undefined)
    return [new Fault("no AWS region is known", "run `pulumi config set aws:region eu-central-1`")];
  const what = { what: "a region of AWS", example: "eu-central-1" };
  if (given === undefined && !REGION.test(region))
    return [
      new Fault(
        `aws:region ${JSON.stringify(region)} is not a region of AWS`,
        "run `pulumi config set aws:region eu-central-1`",
      ),
    ];
  return [
    ...patternFaults("rds.region", given, REGION, what),
    ...patternFaults("rds.backupRegion", backupRegion, REGION, { ...what, example: "eu-west-1" }),
    ...(backupRegion === region
      ? [
          new Fault(
            `rds.backupRegion ${backupRegion} is the region of the database: what takes the one takes the other`,
            writeUnder(`backupRegion: ${region === "eu-west-1" ? "eu-central-1" : "eu-west-1"}`),
          ),
        ]
      : []),
  ];
}

/** `arn:<partition>:<service>:<region>:<account>:<resource>` */
function arnFaults(
  key: "kmsKeyArn" | "alarmTopicArn",
  arn: unknown,
  region: string | undefined,
  { service, resource, example }: { service: string; resource: string; example: string },
): Fault[] {
  const pattern = new RegExp(`^arn:aws[a-z-]*:${service}:[a-z0-9-]+:\\d{12}:${resource}$`);
  const at = region ?? "eu-central-1";
  const shown = `arn:aws:${service}:${at}:123456789012:${example}`;
  const faults = patternFaults(`rds.${key}`, arn, pattern, { what: `an ARN of ${service}`, example: shown });
  if (arn === undefined || faults.length > 0) return faults;
  const found = String(arn).split(":")[3];
  if (region === undefined || found === region) return [];
  return [
    new Fault(
      `rds.${key} ${arn} is in ${found}, and the database in ${region}`,
      `name one of ${region}, or ${removeFrom(key)}`,
    ),
  ];
}

/** What is wrong with keys, topics and who is told. */
export function contactFaults(
  { kmsKeyArn, alarmTopicArn, alarmEmails, caCertIdentifier }: RdsOptions,
  region: string | undefined,
): Fault[] {
  return [
    ...arnFaults("kmsKeyArn", kmsKeyArn, region, {
      service: "kms",
      resource: "key/(?:mrk-)?[0-9a-f-]{32,36}",
      example: "key/1234abcd-12ab-34cd-56ef-1234567890ab",
    }),
    ...arnFaults("alarmTopicArn", alarmTopicArn, region, {
      service: "sns",
      resource: "[\\w-]{1,256}",
      example: "alarms",
    }),
    ...listFaults("rds.alarmEmails", alarmEmails, "[ops@example.com]"),
    ...texts(alarmEmails).flatMap((email, index) =>
      patternFaults(`rds.alarmEmails[${index}]`, email, /^[^\s@,;]+@[^\s@,;.]+(?:\.[^\s@,;.]+)+$/, {
        what: "an e-mail address",
        example: "[ops@example.com]",
      }),
    ),
    ...choiceFaults("rds.caCertIdentifier", caCertIdentifier, CERTIFICATE_AUTHORITIES),
  ];
}

/** What is wrong with the master user: RDS's own rule, and roles of applications that have the name already. */
export function userFaults(
  { masterUsername }: RdsOptions,
  { topology, database }: { topology: Topology; database: string },
): Fault[] {
  if (masterUsername === undefined) return [];
  const characters = isCluster({ topology }) ? "[a-z0-9]" : "[a-z0-9_]";
  const faults = patternFaults(
    "rds.masterUsername",
    masterUsername,
    new RegExp(`^[a-z]${characters}{0,15}$`),
    {
      what: `a name RDS takes: small letters${isCluster({ topology }) ? " and digits" : ", digits and underscores"}, a letter first, 16 at most`,
      example: "dbadmin",
    },
  );
  if (faults.length > 0) return faults;
  if (RESERVED_USERS.includes(masterUsername) || /^(?:pg|rds)_/.test(masterUsername))
    return [
      new Fault(
        `rds.masterUsername ${masterUsername} is reserved by RDS`,
        writeUnder("masterUsername: dbadmin"),
      ),
    ];
  const { owner, readonly, monitor } = roleNames(database);
  if (![owner, readonly, monitor].includes(masterUsername)) return [];
  return [
    new Fault(
      `rds.masterUsername ${masterUsername} is the name of a role of the database ${database}`,
      writeUnder("masterUsername: dbadmin"),
    ),
  ];
}

/** What is wrong with the tags. https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html */
export function tagFaults({ tags = {} }: RdsOptions): Fault[] {
  const entries = Object.entries(tags ?? {});
  return [
    ...(entries.length > MOST_TAGS
      ? [
          new Fault(
            `rds.tags are ${entries.length}, and AWS takes 50 of a resource, of which up to 10 are ours`,
            `remove ${entries.length - MOST_TAGS} of them from rds.tags`,
          ),
        ]
      : []),
    ...entries.flatMap(([key, value]) => {
      const isSound = TAG_KEY.test(key) && typeof value === "string" && TAG_VALUE.test(value);
      if (/^aws:/i.test(key))
        return [
          new Fault(
            `rds.tags.${key} begins with aws:, which only AWS may write`,
            `remove \`${key}\` from rds.tags`,
          ),
        ];
      if (isSound) return [];
      return [
        new Fault(
          `rds.tags.${key} ${JSON.stringify(value)} is not a tag AWS takes: letters, digits, spaces and _ . : / = + - @, 128 of them in the key and 256 in the value`,
          writeUnder(`${TAG_KEY.test(key) ? key : "team"}: <text>`, "rds.tags"),
        ),
      ];
    }),
  ];
}
