/** Are the data on a disk that outlives the container, and does only one server write them? */

import { type Container, readContainer } from "../reading/container";
import { own, type Properties, record, text, UNKNOWN } from "../reading/known";
import { cleanPath, isWithin, type Mount, mountOf, readMounts } from "../reading/mounts";
import type { Context, Problem, Resource, Rule, RuleOf } from "../rule";
import { CONTAINER, VOLUME } from "../subjects";

const IMAGE = "https://github.com/docker-library/docs/blob/master/postgres/README.md#pgdata";
const NON_DURABLE = "https://www.postgresql.org/docs/current/non-durability.html";

/** Paths of the host that are in its memory. */
const MEMORY_PATHS = ["/dev/shm", "/run", "/var/run"];

/** Where the data volume belongs: what the image declares as a volume, else the data directory itself. */
function mountPoint({ family, major, dataDirectory }: Container): string {
  const volume = family.volume(major);
  const data = dataDirectory ?? "/var/lib/postgresql/data";
  return volume !== undefined && isWithin(data, volume) ? volume : data;
}

function writeMount(container: Container): string {
  return `write \`{ type: "volume", source: "db-data", target: "${mountPoint(container)}" }\` in mounts`;
}

/** The mount that holds the data; undefined: none, or an anonymous volume of the image lies over it. */
function dataMount(container: Container): Mount | undefined | typeof UNKNOWN {
  const { mounts, dataDirectory } = container;
  if (dataDirectory === undefined) return UNKNOWN;
  const mount = mountOf(mounts, dataDirectory);
  return mount === undefined || mount === UNKNOWN || !isShadowed(container, mount) ? mount : undefined;
}

/** The image declares a volume of its own below the mount: Docker puts an anonymous one there. */
function isShadowed({ family, major, dataDirectory = "" }: Container, { target }: Mount): boolean {
  const volume = family.volume(major);
  return (
    volume !== undefined && target !== UNKNOWN && isWithin(dataDirectory, volume) && !isWithin(target, volume)
  );
}

function mountedProperties({ mounts }: Container): string {
  return mounts.map(({ property }) => property.replace(/[[.].*$/s, "")).at(0) ?? "mounts";
}

const noVolume: RuleOf<"container"> = {
  name: "pgdata-no-volume",
  title: "The data directory is on a volume",
  severity: "critical",
  protects: "data",
  ids: [],
  docs: IMAGE,
  reads: "container",
  property: "volumes, mounts",
  why: "Without one Docker makes an anonymous volume that no other container finds again: changing one line of the program replaces the container, and the database is empty.",
  unknown: "later",
  judge(container, context) {
    const { mounts, dataDirectory } = container;
    if (dataDirectory === undefined) return [];
    const mount = mountOf(mounts, dataDirectory);
    if (mount === UNKNOWN) context.notYetKnown(mountedProperties(container));
    if (mount !== undefined || isOldPathOn18(container)) return [];
    return [
      {
        property: "mounts",
        value: "",
        fact: `no volume holds the data directory ${dataDirectory}: the data go with the container`,
        hint: writeMount(container),
      },
    ];
  },
  good: { change: { mounts: [{ type: "volume", source: "db-data", target: "/var/lib/postgresql/data" }] } },
  bad: { change: { mounts: undefined } },
};

/** The entrypoint of 18 refuses to start when something is mounted where 17 kept its data. */
function isOldPathOn18({ family, major, mounts, environment }: Container): boolean {
  return (
    family.volume(major) === "/var/lib/postgresql" &&
    own(environment.values, "PGDATA") === undefined &&
    mounts.some(({ target }) => target === "/var/lib/postgresql/data")
  );
}

const wrongPath: RuleOf<"container"> = {
  name: "pgdata-wrong-mount-path",
  title: "The volume is mounted where the image expects it",
  severity: "critical",
  protects: "data",
  ids: [],
  docs: IMAGE,
  reads: "container",
  property: "volumes[].containerPath, mounts[].target",
  why: "Up to 17 the image's own volume lies over a mount at /var/lib/postgresql, and the named volume stays empty. From 18 on the layout is the other way round.",
  unknown: "passes",
  judge(container) {
    const { mounts, dataDirectory, major } = container;
    if (isOldPathOn18(container)) {
      const mount = mounts.find(({ target }) => target === "/var/lib/postgresql/data");
      return [
        {
          property: targetProperty(mount),
          value: "/var/lib/postgresql/data",
          fact: `PostgreSQL ${major} keeps its data in ${dataDirectory}: with a mount at /var/lib/postgresql/data its entrypoint refuses to start`,
          hint: `write \`/var/lib/postgresql\` in ${targetProperty(mount)}`,
        },
      ];
    }
    const mount = dataDirectory === undefined ? undefined : mountOf(mounts, dataDirectory);
    if (mount === undefined || mount === UNKNOWN || !isShadowed(container, mount)) return [];
    return [
      {
        property: targetProperty(mount),
        value: String(mount.target),
        fact: `the image has a volume of its own at ${container.family.volume(major)}, below the mount: the data are in that anonymous volume, and go with the container`,
        hint: `write \`${mountPoint(container)}\` in ${targetProperty(mount)}`,
      },
    ];
  },
  good: { change: { mounts: [{ type: "volume", source: "db-data", target: "/var/lib/postgresql/data" }] } },
  bad: { change: { mounts: [{ type: "volume", source: "db-data", target: "/var/lib/postgresql" }] } },
};

function targetProperty(mount: Mount | undefined): string {
  const property = mount?.property ?? "mounts";
  return property.startsWith("volumes")
    ? `${property}.containerPath`
    : property.startsWith("mounts")
      ? `${property}.target`
      : property;
}

const anonymous: RuleOf<"container"> = {
  name: "pgdata-anonymous-volume",
  title: "The data volume has a name",
  severity: "critical",
  protects: "data",
  ids: [],
  docs: IMAGE,
  reads: "container",
  property: "volumes[].volumeName, mounts[].source",
  why: "removeVolumes is true by default: destroying or replacing the container deletes its anonymous volumes.",
  unknown: "passes",
  judge(container) {
    const mount = dataMount(container);
    if (typeof mount !== "object" || mount.kind !== "volume" || mount.source !== undefined) return [];
    const property = mount.property.startsWith("mounts")
      ? `${mount.property}.source`
      : `${mount.property}.volumeName`;
    return [
      {
        property,
        value: "",
        fact: `the volume at ${String(mount.target)} has no name: it is deleted with the container, which any change of its inputs replaces`,
        hint: `write \`db-data\` in ${property}`,
      },
    ];
  },
  good: {
    change: {
      volumes: [{ volumeName: "db-data", containerPath: "/var/lib/postgresql/data" }],
      mounts: undefined,
    },
  },
  bad: { change: { volumes: [{ containerPath: "/var/lib/postgresql/data" }], mounts: undefined } },
};

const tmpfs: RuleOf<"container"> = {
  name: "pgdata-tmpfs",
  title: "The data and the WAL are not in memory",
  severity: "critical",
  protects: "data",
  ids: [],
  docs: NON_DURABLE,
  reads: "container",
  property: "tmpfs, mounts[].type, volumes[].hostPath",
  why: "It is the usual trick to make tests fast: everything is gone with the container or the machine.",
  unknown: "passes",
  judge(container) {
    const { mounts, dataDirectory } = container;
    const places = [dataDirectory, dataDirectory && `${dataDirectory}/pg_wal`, walDirectory(container)?.path];
    const held = new Set(places.flatMap((place) => (place ? [mountOf(mounts, place)] : [])));
    return [...held].flatMap((mount): Problem[] => {
      if (typeof mount !== "object" || !isInMemory(mount)) return [];
      return [
        {
          property: mount.property,
          value: mount.kind === "tmpfs" ? "tmpfs" : String(mount.source),
          fact: `${String(mount.target)} is in memory: its data are gone when the container or the machine stops`,
          hint: writeMount(container),
        },
      ];
    });
  },
  good: { change: { mounts: [{ type: "volume", source: "db-data", target: "/var/lib/postgresql/data" }] } },
  bad: { change: { mounts: undefined, tmpfs: { "/var/lib/postgresql/data": "size=1g" } } },
};

function isInMemory({ kind, source, driverOptions }: Mount): boolean {
  if (kind === "tmpfs" || driverOptions.type === "tmpfs") return true;
  return (
    kind === "bind" &&
    typeof source === "string" &&
    MEMORY_PATHS.some((place) => isWithin(cleanPath(source), place))
  );
}

/** A directory for the WAL outside of the data directory. */
function walDirectory({ environment, initdb }: Container): { path: string; property: string } | undefined {
  for (const name of ["POSTGRES_INITDB_WALDIR", "POSTGRESQL_INITDB_WAL_DIR"]) {
    const path = own(environment.values, name);
    if (path) return { path: cleanPath(path), property: own(environment.properties, name) ?? "envs" };
  }
  return initdb?.walDirectory
    ? { path: cleanPath(initdb.walDirectory), property: initdb.property }
    : undefined;
}

const walDirNotPersisted: RuleOf<"container"> = {
  name: "wal-dir-not-persisted",
  title: "A WAL directory of its own is on a volume",
  severity: "critical",
  protects: "data",
  ids: [],
  docs: IMAGE,
  reads: "container",
  property: "envs POSTGRES_INITDB_WALDIR",
  why: "A data directory without its WAL does not start: the last commits are gone, and often the cluster.",
  unknown: "passes",
  judge(container) {
    const directory = walDirectory(container);
    if (!directory || mountOf(container.mounts, directory.path) !== undefined) return [];
    return [
      {
        property: directory.property,
        value: directory.path,
        fact: `the WAL is in ${directory.path}, which is on no volume: it goes with the container, and the data directory does not start without it`,
        hint: `write \`{ type: "volume", source: "db-wal", target: "${directory.path}" }\` in mounts`,
      },
    ];
  },
  good: { change: { envs: ["POSTGRES_INITDB_WALDIR=/archive/wal"] } },
  bad: { change: { envs: ["POSTGRES_INITDB_WALDIR=/wal"] } },
};

const readOnlyData: RuleOf<"container"> = {
  name: "pgdata-read-only",
  title: "The data volume can be written",
  severity: "high",
  protects: "availability",
  ids: [],
  docs: IMAGE,
  reads: "container",
  property: "volumes[].readOnly, mounts[].readOnly",
  why: "A server cannot start on a directory that it cannot write.",
  unknown: "passes",
  judge(container) {
    const mount = dataMount(container);
    if (typeof mount !== "object" || !mount.readOnly) return [];
    return [
      {
        property: `${mount.property}.readOnly`,
        value: "true",
        fact: "the data volume is mounted read-only: the server does not start",
        hint: `write \`readOnly: false\` in ${mount.property}`,
      },
    ];
  },
  good: { change: {} },
  bad: {
    change: {
      mounts: [{ type: "volume", source: "db-data", target: "/var/lib/postgresql/data", readOnly: true }],
    },
  },
};

const shared: RuleOf<"stack"> = {
  name: "pgdata-shared",
  title: "Only one server writes a data volume",
  severity: "critical",
  protects: "data",
  ids: ["KICS:compose 8c978947-0ff6-485c-b0c2-0bfca6026466"],
  docs: "https://www.postgresql.org/docs/current/app-postgres.html",
  reads: "stack",
  types: [CONTAINER],
  property: "volumes[].volumeName, mounts[].source",
  why: "The lock file names a process, and two containers do not see each other's: both servers start, and destroy the cluster.",
  unknown: "later",
  judge(resources, context) {
    const servers = candidates(resources).flatMap(writingServer);
    const places = new Map<string, WritingServer[]>();
    // One server alone shares with nobody, whatever it writes to.
    for (const server of servers.length > 1 ? servers : []) {
      const source = sourceKey(server.mount, server.resource);
      if (source === UNKNOWN) context.notYetKnown(server.mount.property, server.resource);
      else if (source !== undefined) {
        const key = `${source} ${server.directory}`;
        places.set(key, [...(places.get(key) ?? []), server]);
      }
    }
    return [...places.values()].filter((sharing) => sharing.length > 1).flatMap(sharingProblems);
  },
  good: {
    change: {},
    others: [
      {
        type: CONTAINER,
        name: "other",
        change: { mounts: [{ type: "volume", source: "other-data", target: "/var/lib/postgresql/data" }] },
      },
    ],
  },
  bad: { change: {}, others: [{ type: CONTAINER, name: "other", change: {} }] },
};

/** A server that writes a data directory, and where this is in its volume. */
interface WritingServer {
  resource: Resource;
  mount: Mount;
  directory: string;
}

/** Containers that could share a mount with another one. Few do, and reading a container whole takes long. */
function candidates(resources: readonly Resource[]): readonly Resource[] {
  const keys = resources.map(
    (resource) => new Set(readMounts(resource.properties).map((mount) => sourceKey(mount, resource))),
  );
  if (keys.some((own) => own.has(UNKNOWN))) return resources;
  const counts = new Map<ReturnType<typeof sourceKey>, number>();
  for (const own of keys) for (const key of own) counts.set(key, (counts.get(key) ?? 0) + 1);
  counts.delete(undefined);
  return resources.filter((_, index) => [...(keys[index] ?? [])].some((key) => (counts.get(key) ?? 0) > 1));
}

function writingServer(resource: Resource): WritingServer[] {
  const container = resource.type === CONTAINER ? readContainer(resource.properties) : undefined;
  const mount = container?.server && dataMount(container);
  if (!container?.dataDirectory || typeof mount !== "object" || mount.readOnly || mount.kind === "tmpfs")
    return [];
  return [{ resource, mount, directory: container.dataDirectory.slice(String(mount.target).length) }];
}

/** What identifies the place: a name, a path of the host, or the resource that an unknown name comes from. */
function sourceKey(
  { kind, source, property }: Mount,
  resource: Resource,
): string | undefined | typeof UNKNOWN {
  if (source === undefined || kind === "container") return undefined;
  if (source !== UNKNOWN) return `${kind}:${kind === "bind" ? cleanPath(source) : source}`;
  const origins = resource.propertyDependencies?.[property.replace(/\[.*$/s, "")] ?? [];
  // Of several volumes in one list it cannot be told which one this is.
  const volumes = origins.filter((urn) => urn.includes(`$${VOLUME}::`) || urn.includes(`::${VOLUME}::`));
  return volumes.length === 1 ? `urn:${volumes[0]}` : UNKNOWN;
}

function sharingProblems(sharing: readonly WritingServer[]): Problem[] {
  const names = sharing.map(({ resource }) => resource.name).join(" and ");
  return sharing.slice(1).map(({ resource, mount }) => ({
    resource,
    property: mount.property,
    value: mount.source === UNKNOWN ? "one volume" : String(mount.source),
    fact: `${names} run a server on the same data directory: two servers on one cluster destroy it`,
    hint: `write a volume of its own in ${mount.property} of ${resource.name}, such as \`${resource.name}-data\``,
  }));
}

const volumeInMemory: RuleOf<"resource"> = {
  name: "volume-tmpfs",
  title: "A volume is not in memory",
  severity: "critical",
  protects: "data",
  ids: [],
  docs: NON_DURABLE,
  reads: "resource",
  types: [VOLUME],
  property: "driverOpts.type",
  why: "A volume with a name looks as if it lasted.",
  unknown: "later",
  judge({ driverOpts }, context) {
    const type = optionOf(driverOpts, "type", context);
    if (type !== "tmpfs" && type !== "ramfs") return [];
    return [
      {
        property: "driverOpts.type",
        value: type,
        fact: "the volume is in memory: its data are gone when the machine stops",
        hint: "remove `driverOpts`",
      },
    ];
  },
  good: { change: {} },
  bad: { change: { driverOpts: { type: "tmpfs", device: "tmpfs" } } },
};

const NETWORK_FILE_SYSTEMS = ["nfs", "nfs3", "nfs4", "cifs", "smb", "smb3", "smbfs", "glusterfs"];

const networkVolume: RuleOf<"resource"> = {
  name: "pgdata-nfs",
  title: "A volume on the network waits until the file server has stored",
  severity: "high",
  protects: "data",
  ids: [],
  docs: "https://www.postgresql.org/docs/current/creating-cluster.html#CREATING-CLUSTER-NFS",
  reads: "resource",
  types: [VOLUME],
  property: "driverOpts.type, driverOpts.o",
  why: "With soft a write that takes too long fails and is lost. The file server has to export with sync as well, which no client can see.",
  unknown: "later",
  judge({ driverOpts }, context) {
    const type = optionOf(driverOpts, "type", context);
    if (type === undefined || !NETWORK_FILE_SYSTEMS.includes(type.toLowerCase())) return [];
    const options = (optionOf(driverOpts, "o", context) ?? "").split(",").map((option) => option.trim());
    const unsafe = options.find((option) => /^(soft|softerr|softreval|async)$/.test(option));
    if (unsafe === undefined && options.includes("hard")) return [];
    const what = unsafe === undefined ? "does not say hard" : `says ${unsafe}`;
    const kept = options.filter((option) => option !== "" && option !== unsafe && option !== "hard");
    return [
      {
        property: "driverOpts.o",
        value: options.join(","),
        fact: `the volume is on the network (${type}) and ${what}: a write that takes too long can be lost without an error, as with fsync=off`,
        hint: `write \`o: "${[...kept, "hard"].join(",")}"\` in driverOpts`,
      },
    ];
  },
  good: { change: { driverOpts: { type: "nfs", o: "addr=10.0.0.1,rw,hard,sync", device: ":/db" } } },
  bad: { change: { driverOpts: { type: "nfs", o: "addr=10.0.0.1,rw,soft", device: ":/db" } } },
};

function optionOf(options: unknown, name: string, context: Context): string | undefined {
  const value = options === UNKNOWN ? UNKNOWN : text((record(options) as Properties)[name]);
  if (value === UNKNOWN) context.notYetKnown(`driverOpts.${name}`);
  return value === UNKNOWN ? undefined : value;
}

const notProtected: RuleOf<"resource"> = {
  name: "resource-not-protected",
  title: "A resource that holds data is protected",
  severity: "medium",
  protects: "data",
  ids: [],
  docs: "https://www.pulumi.com/docs/iac/concepts/resources/options/protect/",
  reads: "resource",
  types: [VOLUME],
  property: "opts.protect",
  why: "`destroy`, a renamed resource or a removed line deletes the volume and all that is on it.",
  unknown: "passes",
  judge(_properties, { resource }) {
    if (resource?.protect !== false) return [];
    return [
      {
        property: "opts.protect",
        value: "false",
        fact: "it is not protected: a destroy, or a line that is removed, deletes the data",
        hint: "write `protect: true` in the resource's options (retainOnDelete keeps the data as well, but no policy can see it)",
      },
    ];
  },
  good: { change: {}, protect: true },
  bad: { change: {}, protect: false },
};

export const DATA_DIRECTORY_RULES: readonly Rule[] = [
  noVolume,
  wrongPath,
  anonymous,
  tmpfs,
  walDirNotPersisted,
  readOnlyData,
  shared,
  volumeInMemory,
  networkVolume,
  notProtected,
];
