/** Which image is it, does PostgreSQL run in it, of which major version, and where does it keep its data? By its name alone. */

/** Parts of an image's name: `[registry/]repository[:tag][@digest]`. */
export interface ImageName {
  /** As written. */
  written: string;
  registry: string | undefined;
  /** Without registry and tag: `library/postgres`, `bitnami/postgresql`. */
  repository: string;
  tag: string | undefined;
  digest: string | undefined;
}

/** Takes a name apart as Docker does; undefined for an image's id. https://github.com/distribution/reference */
export function imageName(written: string): ImageName | undefined {
  if (written.length > 1000 || /^(sha256:)?[0-9a-f]{12,64}$/.test(written)) return undefined;
  const [named = "", digest] = written.split("@", 2);
  const parts = named.split("/");
  const first = parts[0] ?? "";
  const hasRegistry = parts.length > 1 && (/[.:]/.test(first) || first === "localhost");
  const path = (hasRegistry ? parts.slice(1) : parts).join("/");
  const colon = path.lastIndexOf(":");
  const [repository, tag] = colon < 0 ? [path, undefined] : [path.slice(0, colon), path.slice(colon + 1)];
  return {
    written,
    registry: hasRegistry ? first : undefined,
    repository: repository.toLowerCase(),
    tag,
    digest,
  };
}

/** Images that share a layout. */
export interface ImageFamily {
  /** Last part of the repository; the first family that fits counts. */
  name: RegExp;
  /** The repository has to fit as well; absent: any. */
  repository?: RegExp;
  /** Major version in the tag; absent: none is told by it. */
  major?: RegExp;
  /** Anybody's builds have this name, with tags that they number as they like. */
  isAnybodys?: true;
  /** Where the data is unless the environment says otherwise; undefined where it cannot be told. */
  data(major: number | undefined): string | undefined;
  /** What the image declares as a volume: a path below a mount that does not hold it is an anonymous volume. */
  volume(major: number | undefined): string | undefined;
  /** A first argument with a dash makes the image put `postgres` before it. */
  takesFlags: boolean;
}

/** The official image moved its data at 18. https://github.com/docker-library/docs/blob/master/postgres/README.md#pgdata */
function officialData(major: number | undefined): string | undefined {
  if (major === undefined) return undefined;
  return major >= 18 ? `/var/lib/postgresql/${major}/docker` : "/var/lib/postgresql/data";
}

function officialVolume(major: number | undefined): string | undefined {
  if (major === undefined) return undefined;
  return major >= 18 ? "/var/lib/postgresql" : "/var/lib/postgresql/data";
}

const official = { data: officialData, volume: officialVolume, takesFlags: true } as const;

/** Tags that begin with PostgreSQL's own version: `15`, `15.4-alpine`, `pg15`, `ubi8-15.4-0`. */
const VERSION_TAG = /^(?:v|pg|ubi\d+-|centos\d+-)?(\d{1,2})(?=$|[.\-_]|rc|beta)/i;
/** Tags of extensions: their own version first, PostgreSQL's behind `pg`. */
const PG_TAG = /(?:^|[.\-_])pg(\d{1,2})(?=$|[.\-_])/i;

const FAMILIES: readonly ImageFamily[] = [
  {
    name: /^(postgresql|postgresql-repmgr|postgres)$/,
    repository: /(^|\/)bitnami(legacy|secure)?\//,
    major: VERSION_TAG,
    data: () => "/bitnami/postgresql/data",
    volume: () => "/bitnami/postgresql",
    takesFlags: false,
  },
  {
    name: /^timescaledb-ha$/,
    major: PG_TAG,
    data: () => "/home/postgres/pgdata/data",
    volume: () => "/home/postgres/pgdata/data",
    takesFlags: true,
  },
  {
    name: /^spilo(-\d+|-cdp-\d+)?$/,
    data: () => "/home/postgres/pgdata/pgroot/data",
    volume: () => undefined,
    takesFlags: false,
  },
  {
    name: /^crunchy-(postgres|postgres-gis|postgres-ha)$/,
    major: VERSION_TAG,
    data: () => undefined,
    volume: () => undefined,
    takesFlags: false,
  },
  {
    name: /^postgresql-\d+(-c9s|-centos\d+|-rhel\d+)?$/,
    data: () => "/var/lib/pgsql/data/userdata",
    volume: () => "/var/lib/pgsql/data",
    takesFlags: false,
  },
  { name: /^(timescaledb|citus|pg_?duckdb|pgvecto-rs|pgvecto\.rs|vectorchord)$/, major: PG_TAG, ...official },
  { name: /^pgvector$/, major: PG_TAG, ...official },
  { name: /^age$/, repository: /(^|\/)apache\/age$/, major: PG_TAG, ...official },
  { name: /^paradedb$/, major: PG_TAG, ...official },
  { name: /^pgroonga$/, major: /-(\d{1,2})(?=$|-slim$)/, ...official },
  { name: /^postgis$/, major: VERSION_TAG, ...official },
  { name: /^postgres$/, repository: /^(library\/)?postgres$/, major: VERSION_TAG, ...official },
  { name: /^postgres(ql)?$/, major: VERSION_TAG, isAnybodys: true, ...official },
  {
    name: /(^|[-_.])(postgres|postgresql|postgis|pgvector|timescaledb|pg)(\d{1,2})?([-_.]|$)/,
    major: VERSION_TAG,
    isAnybodys: true,
    ...official,
  },
];

/** Programs for PostgreSQL that hold no data, though they carry its name. */
const NO_SERVER =
  /(exporter|pgadmin|adminer|bouncer|pgpool|postgrest|pgcat|odyssey|haproxy|backup|dump|client|operator|proxy|migrat|metabase|graphile|hasura|monitor|pghero|agent|init|cron|restore|archiv|barman|pgbackrest|wal-g|walg|tools?$|cli$|api$|app$|web$|rest$|meta$|ui$|studio$|viewer$|browser$|gateway$|sidecar$|mcp)/;

/** The family of an image that runs PostgreSQL; undefined for all other images. */
export function imageFamily({ repository }: ImageName): ImageFamily | undefined {
  const name = repository.split("/").at(-1) ?? "";
  // Docker's catalogue of servers for assistants names them after what they connect to.
  if (NO_SERVER.test(name) || repository.startsWith("mcp/")) return undefined;
  return FAMILIES.find((family) => family.name.test(name) && (family.repository?.test(repository) ?? true));
}

/** The layout of the official image, for images that are only known by what they run. */
export const OFFICIAL: ImageFamily = { name: /^postgres$/, ...official };

/**
 * PostgreSQL's major version by the image's name.
 *
 * @param declared What the container says of it, such as `15.4` in PG_VERSION.
 */
export function imageMajor(
  image: ImageName | undefined,
  family: ImageFamily | undefined,
  declared = "",
): number | undefined {
  const inName = /^(?:spilo|postgresql|postgres|pg)-?(\d{1,2})(?=$|[-_.])/.exec(
    image?.repository.split("/").at(-1) ?? "",
  );
  const inTag = family?.major?.exec(image?.tag ?? "") ?? PG_TAG.exec(image?.tag ?? "");
  const major = Number((/^(\d{1,2})(?=$|[.])/.exec(declared) ?? inTag ?? inName)?.[1]);
  // Below 9 it is no major version, above 30 the version of something else.
  return major >= 9 && major <= 30 ? major : undefined;
}

/** Why another major version can come under the same name; undefined where none can. */
export function floatingTag(name: ImageName): string | undefined {
  const { tag, digest } = name;
  if (digest !== undefined) return undefined;
  if (tag === undefined) return "has no tag, which means latest";
  const family = imageFamily(name);
  if (imageMajor(name, family) !== undefined) return undefined;
  // A tag of somebody's own is a number or a date, or it moves.
  const isNumbered = family?.major === undefined || family.isAnybodys ? /\d/.test(tag) : false;
  return isNumbered ? undefined : `has the tag ${tag}, which names no major version`;
}
