/** Which settings does pgBackRest get? Pure. https://pgbackrest.org/configuration.html */

/** A repository in a folder of the container. */
interface PosixRepository {
  kind: "posix";
  /** Folder. */
  path: string;
}

/** A repository in a bucket. */
export interface S3Repository {
  kind: "s3";
  /** Path in the bucket, with a slash at its beginning. */
  path: string;
  bucket: string;
  /** Host name without scheme, such as `s3.eu-central-1.amazonaws.com`. */
  endpoint: string;
  /** Default: 443. */
  port?: number;
  region: string;
  /** Whether the bucket is a part of the host's name or of the path. */
  uriStyle: "host" | "path";
  /** `shared`: a key that the secrets hold; `auto`: the machine's role on EC2 or ECS; `web-id`: the role of a service account. */
  keyType: "shared" | "auto" | "web-id";
  /** Name of a role for `auto`; absent: the machine's own. */
  role?: string;
  /** Path of the root certificates in the container; absent: the system's. */
  caFile?: string;
}

export type Repository = PosixRepository | S3Repository;

/** Everything that is not secret. */
export interface PgBackRestPlan {
  /** Version of pgBackRest, `2.45`. */
  release: string;
  stanza: string;
  /** PGDATA. */
  dataDirectory: string;
  /** Folder of the socket over which pgBackRest asks the server. */
  socketDirectory: string;
  /** Superuser. */
  user: string;
  spoolDirectory: string;
  /** Numbered from 1 on in this order; every segment and every backup goes to all of them. */
  repositories: readonly Repository[];
  /** Days. */
  retention: number;
  /** Repositories are encrypted with the cipher key of the secrets. */
  encrypted: boolean;
  /** Processes that compress and copy at the same time. */
  processes: number;
  /**
   * Bytes of WAL that may wait; absent: without limit. Beyond it pgBackRest tells the server that WAL is archived, and
   * drops it: what was committed then cannot be restored before the next backup.
   */
  archiveQueueMax?: number;
}

/** What must not be seen. */
export interface PgBackRestSecrets {
  s3?: { key: string; keySecret: string };
  /** Of all repositories. */
  cipherKey?: string;
}

/** True where repositories cannot be read without their secrets. */
export function needsSecrets({
  repositories,
  encrypted,
}: Pick<PgBackRestPlan, "repositories" | "encrypted">): boolean {
  return encrypted || repositories.some((one) => one.kind === "s3" && one.keyType === "shared");
}

/** Files of the settings folder by their name in it. */
type PgBackRestFiles = {
  "pgbackrest.conf": string;
  /** Read after the first one; mode 0600. */
  "conf.d/secret.conf": string;
};

type Options = Record<string, string | number | undefined>;

function section(name: string, options: Options): string {
  const lines = Object.entries(options).flatMap(([option, value]) =>
    value === undefined ? [] : [`${option}=${value}`],
  );
  return [`[${name}]`, ...lines, ""].join("\n");
}

/** True where a release has what came with another one. */
export function hasRelease(release: string, wanted: string): boolean {
  const [major = 0, minor = 0] = release.split(".").map(Number);
  const [wantedMajor = 0, wantedMinor = 0] = wanted.split(".").map(Number);
  return major > wantedMajor || (major === wantedMajor && minor >= wantedMinor);
}

/** The release that copies only the changed parts of a file: `repo-block`. */
const BLOCK_INCREMENTAL = "2.46";

function s3Options(repository: S3Repository): Options {
  return {
    type: "s3",
    path: repository.path,
    "s3-bucket": repository.bucket,
    "s3-endpoint": repository.endpoint,
    "s3-region": repository.region,
    "s3-uri-style": repository.uriStyle,
    "s3-key-type": repository.keyType,
    "s3-role": repository.role,
    "storage-port": repository.port,
    "storage-ca-file": repository.caFile,
    "storage-verify-tls": "y",
  };
}

function repositoryOptions(repository: Repository, plan: PgBackRestPlan): Options {
  return {
    ...(repository.kind === "s3" ? s3Options(repository) : { path: repository.path }),
    "cipher-type": plan.encrypted ? "aes-256-cbc" : undefined,
    // By time: a backup goes when a younger one is as old as this, and the WAL before it with it.
    "retention-full-type": "time",
    "retention-full": plan.retention,
    bundle: "y",
    block: hasRelease(plan.release, BLOCK_INCREMENTAL) ? "y" : undefined,
  };
}

/** `repo2-` before each option. */
function numbered(index: number, options: Options): Options {
  return Object.fromEntries(
    Object.entries(options).map(([option, value]) => [`repo${index + 1}-${option}`, value]),
  );
}

function globalOptions(plan: PgBackRestPlan): Options {
  return {
    ...Object.assign(
      {},
      ...plan.repositories.map((one, index) => numbered(index, repositoryOptions(one, plan))),
    ),
    "archive-async": "y",
    "archive-push-queue-max": plan.archiveQueueMax,
    "compress-type": "zst",
    "log-level-console": "info",
    "log-level-file": "off",
    "process-max": plan.processes,
    "spool-path": plan.spoolDirectory,
    // A checkpoint at once: else a backup waits for the next one, up to checkpoint_timeout.
    "start-fast": "y",
  };
}

function secretOptions(
  { repositories, encrypted }: PgBackRestPlan,
  { s3, cipherKey }: PgBackRestSecrets,
): Options {
  return Object.assign(
    {},
    ...repositories.map((one, index) =>
      numbered(index, {
        ...(one.kind === "s3" &&
          one.keyType === "shared" && { "s3-key": s3?.key, "s3-key-secret": s3?.keySecret }),
        ...(encrypted && { "cipher-pass": cipherKey }),
      }),
    ),
  );
}

/** The files of the settings folder. */
export function toPgBackRestConf(plan: PgBackRestPlan, secrets: PgBackRestSecrets = {}): PgBackRestFiles {
  const server = {
    "pg1-path": plan.dataDirectory,
    "pg1-socket-path": plan.socketDirectory,
    "pg1-user": plan.user,
  };
  return {
    "pgbackrest.conf": `# Written by durable-postgres.\n${section("global", globalOptions(plan))}\n${section(plan.stanza, server)}`,
    "conf.d/secret.conf": `# Written by durable-postgres.\n${section("global", secretOptions(plan, secrets))}`,
  };
}
