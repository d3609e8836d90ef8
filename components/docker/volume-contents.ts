/** What is in a data volume, and may this database use it? Looks from a container of the image; changes nothing. */

import type Docker from "dockerode";
import { Fault } from "../faults";
import type { Version } from "../parameters/postgres";
import { dataLayout, SUPERUSER } from "./layout";
import { runOnce } from "./run";

/** A cluster in a volume. */
export interface FoundCluster {
  /** Relative to the volume's root; `.` is the root. */
  directory: string;
  /** Major version in PG_VERSION. */
  version: string;
  uid: number;
  /** Decimal; empty where the image's pg_controldata cannot read it. */
  systemIdentifier: string;
}

/** What was found. */
export interface VolumeContents {
  /** Of the image: `15.18`. */
  serverVersion: string;
  /** Of the image's server user. */
  uid: number;
  gid: number;
  clusters: FoundCluster[];
  /** Some of the names at the root. */
  entries: string[];
}

/** Where the volume is looked at. */
const LOOK = "/volume";

/** Prints one fact per line. A cluster is what has PG_VERSION and global/pg_control side by side. */
const SCRIPT = `
export LC_ALL=C
cd ${LOOK} || exit 1
echo "server $(postgres --version)"
echo "user $(id -u ${SUPERUSER}) $(id -g ${SUPERUSER})"
ls -A | head -n 20 | while IFS= read -r name; do echo "entry $name"; done
find . -maxdepth 3 -name PG_VERSION | while IFS= read -r file; do
  directory=$(dirname "$file")
  [ -e "$directory/global/pg_control" ] || continue
  identifier=$(pg_controldata "$directory" 2>/dev/null | sed -n 's/^Database system identifier: *//p')
  echo "cluster $(cat "$file") $(stat -c %u "$directory") \${identifier:-0} $directory"
done
`;

/** Reads what SCRIPT printed. */
export function parseContents(printed: string): VolumeContents {
  const lines = printed.split("\n");
  const of = (kind: string) =>
    lines.filter((line) => line.startsWith(`${kind} `)).map((line) => line.slice(kind.length + 1));
  const [uid = 0, gid = 0] = (of("user")[0] ?? "").split(" ").map(Number);
  const cluster = (line: string): FoundCluster => {
    const [version = "", owner, identifier = "0", ...rest] = line.split(" ");
    const directory = rest.join(" ").replace(/^\.\//, "");
    return {
      directory,
      version,
      uid: Number(owner),
      systemIdentifier: identifier === "0" ? "" : identifier,
    };
  };
  return {
    serverVersion: /(\d+\S*)/.exec(of("server")[0]?.replace(/.*\(PostgreSQL\)/, "") ?? "")?.[1] ?? "",
    uid,
    gid,
    clusters: of("cluster").map(cluster),
    entries: of("entry"),
  };
}

/**
 * Looks into a volume, which a running server may use meanwhile.
 *
 * @throws Fault when the image holds no PostgreSQL.
 */
export async function lookIntoVolume(docker: Docker, image: string, volume: string): Promise<VolumeContents> {
  const mounts = [{ volume, target: LOOK, readOnly: true }];
  const { stdout, stderr } = await runOnce(docker, { image, script: SCRIPT, mounts });
  const contents = parseContents(stdout);
  if (contents.serverVersion && contents.uid) return contents;
  throw new Fault(
    `the image holds no PostgreSQL with a user ${SUPERUSER}: ${stderr.trim().split("\n").at(-1) || "no answer"}`,
    "write `image: postgres:15` under docker, or derive yours FROM postgres:15",
  );
}

/** What a database expects of its data volume. */
export interface Expected {
  volume: string;
  image: string;
  version: Version;
  /** The cluster that was there at the last deployment; absent at the first one. */
  systemIdentifier?: string;
}

/** The cluster where the image looks for it. */
export function expectedCluster(contents: VolumeContents, version: Version): FoundCluster | undefined {
  const { inVolume } = dataLayout(version);
  return contents.clusters.find(({ directory }) => directory === inVolume);
}

function imageFaults({ serverVersion }: VolumeContents, { image, version }: Expected): Fault[] {
  const major = serverVersion.split(/[.a-z]/)[0];
  if (major === version) return [];
  return [
    new Fault(
      `image ${image} holds PostgreSQL ${serverVersion}, and version ${version} is declared`,
      `write \`image: postgres:${version}\` under docker, or \`version: "${major}"\``,
    ),
  ];
}

function clusterFaults(cluster: FoundCluster, contents: VolumeContents, expected: Expected): Fault[] {
  const { volume, version, image, systemIdentifier } = expected;
  const { data, mount } = dataLayout(version);
  const faults: Fault[] = [];
  if (cluster.version !== version)
    faults.push(
      new Fault(
        `volume ${volume} was made by PostgreSQL ${cluster.version}, and version ${version} cannot read it`,
        `write \`version: "${cluster.version}"\`, or \`data: <another volume>\` under docker.volumes and move the data with pg_dump`,
      ),
    );
  if (cluster.uid !== contents.uid)
    faults.push(
      new Fault(
        `the data in volume ${volume} belongs to uid ${cluster.uid}, and ${SUPERUSER} of image ${image} is uid ${contents.uid}`,
        `docker run --rm --user 0 --entrypoint chown -v ${volume}:${mount} ${image} -R ${contents.uid}:${contents.gid} ${data}`,
      ),
    );
  if (systemIdentifier && cluster.systemIdentifier && cluster.systemIdentifier !== systemIdentifier)
    faults.push(
      new Fault(
        `volume ${volume} holds another cluster (system identifier ${cluster.systemIdentifier}) than the deployed one (${systemIdentifier})`,
        `bring the right volume back, or take this one for a new database: pulumi destroy, then pulumi up`,
      ),
    );
  return faults;
}

function noClusterFaults({ clusters, entries }: VolumeContents, expected: Expected): Fault[] {
  const { volume, version, systemIdentifier } = expected;
  const [elsewhere] = clusters;
  if (elsewhere)
    return [
      new Fault(
        `volume ${volume} holds a cluster of PostgreSQL ${elsewhere.version} in ${place(elsewhere.directory)}, and the image of ${version} looks for it in ${place(dataLayout(version).inVolume)}`,
        elsewhere.version === version
          ? `move it inside the volume, or write \`data: <another volume>\` under docker.volumes`
          : `write \`version: "${elsewhere.version}"\`, or \`data: <another volume>\` under docker.volumes`,
      ),
    ];
  if (systemIdentifier)
    return [
      new Fault(
        `volume ${volume} is empty, but the deployed database (system identifier ${systemIdentifier}) was in it`,
        "restore it from its backups: npx durable-postgres restore --to latest; to begin with an empty database: pulumi destroy, then pulumi up",
      ),
    ];
  if (entries.length > 0)
    return [
      new Fault(
        `volume ${volume} holds other files, such as ${entries[0]}, and no cluster`,
        "write `data: <another volume>` under docker.volumes",
      ),
    ];
  return [];
}

function place(directory: string): string {
  return directory === "." ? "its root" : directory;
}

/** Reasons not to start a server of this image on this volume. Pure. */
export function volumeFaults(contents: VolumeContents, expected: Expected): Fault[] {
  const wrongImage = imageFaults(contents, expected);
  if (wrongImage.length > 0) return wrongImage;
  const cluster = expectedCluster(contents, expected.version);
  return cluster ? clusterFaults(cluster, contents, expected) : noClusterFaults(contents, expected);
}
