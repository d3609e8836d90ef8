/** What is found in a volume, and what is refused before a server starts on it. */

import assert from "node:assert/strict";
import {
  type Expected,
  type FoundCluster,
  parseContents,
  type VolumeContents,
  volumeFaults,
} from "../../../components/docker/volume-contents";

const CLUSTER: FoundCluster = {
  directory: ".",
  version: "15",
  uid: 999,
  systemIdentifier: "7711450982383120422",
};
const EMPTY: VolumeContents = { serverVersion: "15.18", uid: 999, gid: 999, clusters: [], entries: [] };
const FULL: VolumeContents = { ...EMPTY, clusters: [CLUSTER], entries: ["PG_VERSION", "base"] };
const EXPECTED: Expected = { volume: "shop-data", image: "postgres:15", version: "15" };
const KNOWN: Expected = { ...EXPECTED, systemIdentifier: CLUSTER.systemIdentifier };

const withCluster = (cluster: Partial<FoundCluster>): VolumeContents => ({
  ...FULL,
  clusters: [{ ...CLUSTER, ...cluster }],
});

describe("what is printed of a volume", () => {
  it("is read line by line", () => {
    const printed = `server postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)
user 999 998
entry PG_VERSION
entry a file with spaces
cluster 15 999 7711450982383120422 .
cluster 14 70 0 ./old cluster
`;
    assert.deepEqual(parseContents(printed), {
      serverVersion: "15.18",
      uid: 999,
      gid: 998,
      clusters: [CLUSTER, { directory: "old cluster", version: "14", uid: 70, systemIdentifier: "" }],
      entries: ["PG_VERSION", "a file with spaces"],
    });
  });

  it("tells a beta by its major version", () => {
    assert.equal(
      parseContents("server postgres (PostgreSQL) 18beta1\nuser 999 999\n").serverVersion,
      "18beta1",
    );
  });

  it("is nothing where the image holds no PostgreSQL", () => {
    assert.deepEqual(parseContents("server \nuser  \n"), { ...EMPTY, serverVersion: "", uid: 0, gid: 0 });
  });
});

const USABLE: Record<string, readonly [VolumeContents, Expected]> = {
  "an empty one, the first time": [EMPTY, EXPECTED],
  "one with a cluster of the same version and owner": [FULL, EXPECTED],
  "one with the cluster of the last deployment": [FULL, KNOWN],
  "one of version 18 with its data two folders down, beside an older version": [
    {
      ...EMPTY,
      serverVersion: "18.4",
      clusters: [
        { ...CLUSTER, directory: "17/docker", version: "17" },
        { ...CLUSTER, directory: "18/docker", version: "18" },
      ],
    },
    { ...EXPECTED, version: "18" },
  ],
};

const REFUSED: Record<string, readonly [VolumeContents, Expected, ...messages: string[]]> = {
  "an image of another major version": [
    { ...FULL, serverVersion: "16.4" },
    EXPECTED,
    'image postgres:15 holds PostgreSQL 16.4, and version 15 is declared\nHINT: write `image: postgres:15` under docker, or `version: "16"`',
  ],
  "data of another major version": [
    withCluster({ version: "14" }),
    EXPECTED,
    'volume shop-data was made by PostgreSQL 14, and version 15 cannot read it\nHINT: write `version: "14"`, or `data: <another volume>` under docker.volumes and move the data with pg_dump',
  ],
  "data of another owner, such as that of an Alpine image": [
    withCluster({ uid: 70 }),
    EXPECTED,
    "the data in volume shop-data belongs to uid 70, and postgres of image postgres:15 is uid 999\nHINT: docker run --rm --user 0 --entrypoint chown -v shop-data:/var/lib/postgresql/data postgres:15 -R 999:999 /var/lib/postgresql/data",
  ],
  "another cluster than the deployed one": [
    withCluster({ systemIdentifier: "1" }),
    KNOWN,
    "volume shop-data holds another cluster (system identifier 1) than the deployed one (7711450982383120422)\nHINT: bring the right volume back, or take this one for a new database: pulumi destroy, then pulumi up",
  ],
  "an empty volume where the deployed database was": [
    EMPTY,
    KNOWN,
    "volume shop-data is empty, but the deployed database (system identifier 7711450982383120422) was in it\nHINT: restore it from its backups: npx durable-postgres restore --to latest; to begin with an empty database: pulumi destroy, then pulumi up",
  ],
  "other files": [
    { ...EMPTY, entries: ["photos"] },
    EXPECTED,
    "volume shop-data holds other files, such as photos, and no cluster\nHINT: write `data: <another volume>` under docker.volumes",
  ],
  "data at the root, where the image of version 18 looks two folders down": [
    { ...FULL, serverVersion: "18.4" },
    { ...EXPECTED, version: "18" },
    'volume shop-data holds a cluster of PostgreSQL 15 in its root, and the image of 18 looks for it in 18/docker\nHINT: write `version: "15"`, or `data: <another volume>` under docker.volumes',
  ],
  "data of version 18, mounted one level too low": [
    { ...EMPTY, serverVersion: "18.4", clusters: [{ ...CLUSTER, version: "18" }] },
    { ...EXPECTED, version: "18" },
    "volume shop-data holds a cluster of PostgreSQL 18 in its root, and the image of 18 looks for it in 18/docker\nHINT: move it inside the volume, or write `data: <another volume>` under docker.volumes",
  ],
  "several things at once": [
    withCluster({ version: "14", uid: 70 }),
    EXPECTED,
    'volume shop-data was made by PostgreSQL 14, and version 15 cannot read it\nHINT: write `version: "14"`, or `data: <another volume>` under docker.volumes and move the data with pg_dump',
    "the data in volume shop-data belongs to uid 70, and postgres of image postgres:15 is uid 999\nHINT: docker run --rm --user 0 --entrypoint chown -v shop-data:/var/lib/postgresql/data postgres:15 -R 999:999 /var/lib/postgresql/data",
  ],
};

describe("a data volume", () => {
  for (const [name, [contents, expected]] of Object.entries(USABLE))
    it(`is used: ${name}`, () => assert.deepEqual(volumeFaults(contents, expected), []));

  for (const [name, [contents, expected, ...messages]] of Object.entries(REFUSED))
    it(`is refused: ${name}`, () =>
      assert.deepEqual(
        volumeFaults(contents, expected).map((fault) => fault.message),
        messages,
      ));
});
