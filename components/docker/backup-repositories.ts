/** Where do backups go beside the backup volume, and how are they encrypted? What a user can say, and what is wrong with it. */

import { readFileSync, statSync } from "node:fs";
import { choiceFaults } from "../arguments";
import type { PgBackRestSecrets, S3Repository } from "../backup/pgbackrest/conf";
import { Fault } from "../faults";
import { SHARED } from "./layout";

/** How a bucket is a part of an address. https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html */
const URI_STYLES = ["host", "path"] as const;

/** A bucket of S3, or of a server that speaks its protocol over TLS. It has to exist. */
export interface S3Options {
  bucket: string;
  region: string;
  /** Host name with an optional port. Default: `s3.<region>.amazonaws.com`. */
  endpoint?: string;
  /** Folder in the bucket. Default: none. Below it each database and each cluster has a folder of its own. */
  prefix?: string;
  /** Default: `host` at AWS, `path` with an `endpoint`. */
  uriStyle?: (typeof URI_STYLES)[number];
  /** Secret. Default: the role of the machine, on EC2 or ECS. */
  accessKeyId?: string;
  /** Secret. */
  secretAccessKey?: string;
  /** Name of the role, where the machine has several. */
  role?: string;
  /** PEM file of root certificates, read where Pulumi runs. Default: the image's own roots. */
  caFile?: string;
}

/** Encryption of all repositories with AES-256, before anything leaves the container. */
export interface EncryptionOptions {
  /** Secret. Lost with it are all backups: keep it where neither the database nor Pulumi's state is. */
  cipherKey?: string;
  /** File with the key, mode 0600, read where Pulumi runs. In place of `cipherKey`. */
  cipherKeyFile?: string;
}

export interface RepositoryOptions extends EncryptionOptions {
  s3?: S3Options;
}

/** Bytes of a key that nobody guesses. */
const SHORTEST_KEY = 32;

const HOST = /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d{1,5})?$/i;

function underS3(line: string): string {
  return `write \`${line}\` under docker.backup.s3`;
}

/** A file that was named, or why it cannot be used. */
function readNamed(key: string, file: string, isSecret: boolean): string | Fault {
  try {
    const { mode } = statSync(file);
    if (isSecret && (mode & 0o077) !== 0)
      return new Fault(`docker.backup.${key} ${file} can be read by others`, `chmod 600 ${file}`);
    return readFileSync(file, "utf8").trim();
  } catch (error) {
    return new Fault(
      `docker.backup.${key} ${file} cannot be read: ${(error as Error).message}`,
      isSecret ? `(umask 077; openssl rand -base64 48 > ${file})` : "name a file with certificates in PEM",
    );
  }
}

function s3Faults(s3: Partial<S3Options>): Fault[] {
  const { bucket, region, endpoint, uriStyle, accessKeyId, secretAccessKey, role, prefix, caFile } = s3;
  const faults: Fault[] = choiceFaults("docker.backup.s3.uriStyle", uriStyle, URI_STYLES);
  const fault = (fact: string, line: string) =>
    faults.push(new Fault(`docker.backup.s3${fact}`, underS3(line)));
  if (!bucket || !/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket))
    fault(`.bucket ${JSON.stringify(bucket)} is no bucket's name`, "bucket: my-backups");
  else if (bucket.includes(".") && (uriStyle ?? (endpoint ? "path" : "host")) === "host")
    fault(`.bucket ${bucket} has a dot, and no certificate fits <bucket>.<host> then`, "uriStyle: path");
  if (!region) fault(" has no region", "region: eu-central-1");
  if (endpoint !== undefined && !HOST.test(endpoint))
    fault(
      `.endpoint ${JSON.stringify(endpoint)} is no host name with an optional port; the protocol is always https`,
      `endpoint: ${
        String(endpoint)
          .replace(/^\w+:\/\//, "")
          .replace(/\/.*$/, "") || "s3.example.com"
      }`,
    );
  if ((accessKeyId === undefined) !== (secretAccessKey === undefined))
    fault(" has one half of a key", accessKeyId === undefined ? "accessKeyId: …" : "secretAccessKey: …");
  if (role !== undefined && accessKeyId !== undefined)
    fault(" has a key and a role, and only one of them can be used", `role: ${role}, without a key`);
  if (prefix !== undefined && !/^\/?[\w.-]+(\/[\w.-]+)*\/?$/.test(prefix))
    fault(`.prefix ${JSON.stringify(prefix)} is no path of a folder`, "prefix: databases/shop");
  const ca = caFile === undefined ? undefined : readNamed("s3.caFile", caFile, false);
  if (ca instanceof Fault) faults.push(ca);
  return faults;
}

function encryptionFaults({ cipherKey, cipherKeyFile }: EncryptionOptions): Fault[] {
  if (cipherKey !== undefined && cipherKeyFile !== undefined)
    return [
      new Fault(
        "docker.backup has both cipherKey and cipherKeyFile",
        "remove one of them: both have to hold the same key, and it is known where it is kept",
      ),
    ];
  const key = cipherKeyFile === undefined ? cipherKey : readNamed("cipherKeyFile", cipherKeyFile, true);
  if (key instanceof Fault) return [key];
  if (key === undefined || (key.length >= SHORTEST_KEY && !/[\r\n]/.test(key))) return [];
  return [
    new Fault(
      `the cipher key of docker.backup is not one line of at least ${SHORTEST_KEY} characters`,
      "make one, and keep a copy elsewhere: openssl rand -base64 48",
    ),
  ];
}

/** Faults of the options. */
export function repositoryFaults({ s3, ...encryption }: RepositoryOptions): Fault[] {
  return [...(s3 ? s3Faults(s3) : []), ...encryptionFaults(encryption)];
}

/** Secrets that stand in a stack's configuration as plain text: Pulumi would copy them into its state. */
export function plainSecretFaults({ s3, cipherKey }: RepositoryOptions = {}): Fault[] {
  const found = { cipherKey, "s3.accessKeyId": s3?.accessKeyId, "s3.secretAccessKey": s3?.secretAccessKey };
  return Object.entries(found).flatMap(([key, value]) =>
    value === undefined
      ? []
      : [
          new Fault(
            `docker.backup.${key} is in the configuration as plain text`,
            `npx durable-postgres pulumi config set --secret --path durable-postgres:docker.backup.${key} --stack <stack>`,
          ),
        ],
  );
}

/** What a database's options come to. */
export interface RepositoriesPlan {
  encrypted: boolean;
  /** Without its path, which names the cluster. */
  s3?: Omit<S3Repository, "path"> & { prefix: string };
}

/** The path of the root certificates in the containers. */
export const CA_FILE = `${SHARED.settings}/ca.pem`;

/** What of it is no secret. */
export function repositoriesPlan({ s3, cipherKey, cipherKeyFile }: RepositoryOptions): RepositoriesPlan {
  const encrypted = cipherKey !== undefined || cipherKeyFile !== undefined;
  if (!s3) return { encrypted };
  const [host = "", port] = (s3.endpoint ?? `s3.${s3.region}.amazonaws.com`).split(":");
  return {
    encrypted,
    s3: {
      kind: "s3",
      prefix: (s3.prefix ?? "").replace(/^\/|\/$/g, ""),
      bucket: s3.bucket,
      endpoint: host,
      ...(port !== undefined && { port: Number(port) }),
      region: s3.region,
      uriStyle: s3.uriStyle ?? (s3.endpoint === undefined ? "host" : "path"),
      keyType: s3.accessKeyId === undefined ? "auto" : "shared",
      ...(s3.role !== undefined && { role: s3.role }),
      ...(s3.caFile !== undefined && { caFile: CA_FILE }),
    },
  };
}

/** What is sent to the containers and kept out of sight, and the root certificates. Reads the files that were named. */
export function repositorySecrets({ s3, cipherKey, cipherKeyFile }: RepositoryOptions): {
  secrets: PgBackRestSecrets;
  ca?: string;
} {
  const key = cipherKeyFile === undefined ? cipherKey : readFileSync(cipherKeyFile, "utf8").trim();
  return {
    secrets: {
      ...(s3?.accessKeyId && { s3: { key: s3.accessKeyId, keySecret: String(s3.secretAccessKey) } }),
      ...(key !== undefined && { cipherKey: key }),
    },
    ...(s3?.caFile !== undefined && { ca: readFileSync(s3.caFile, "utf8") }),
  };
}
