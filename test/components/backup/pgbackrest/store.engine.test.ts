/** Restores of a server in a container, without Pulumi: which moments come back, and what makes a restore fail. */

import assert from "node:assert/strict";
import { DockerBackupStore } from "../../../../components/backup/pgbackrest/store";
import { rehearse } from "../../../../components/backup/rehearsal";
import { backupPlan } from "../../../../components/docker/backup";
import { ensureDataVolume } from "../../../../components/docker/data-volume";
import { backupContainerName } from "../../../../components/docker/layout";
import type { VolumeNames } from "../../../../components/docker/options";
import { removeContainer, runOnce } from "../../../../components/docker/run";
import { faultsIn } from "../../../../components/faults";
import { docker } from "../../../docker/engine";
import { describeOnDocker } from "../../../docker/suite";
import { Said } from "../../../local-instance";
import { BackedServer } from "./backed-server";

/** What a rehearsal prints, without its numbers. */
const REHEARSED = [
  "canary: written at … …",
  "archive: …",
  "restore: backup … of repository … in … s",
  "canary found: written at … …",
  "indexes and tables: no damage",
  "pages: … with the right checksum",
  "ok",
  "",
].join("\n");

/** A shell's command that changes one bit in the middle of a file, or changes it back. */
function flip(file: string): string {
  const program =
    'open(F, "+<", $ARGV[0]); seek(F, $ARGV[1], 0); read(F, $b, 1); seek(F, $ARGV[1], 0); print F chr(ord($b) ^ 1)';
  return `perl -e '${program}' ${file} $(( $(stat -c %s ${file}) / 2 ))`;
}

/** Names of volumes that nobody named. */
function numbered(container: string): VolumeNames {
  return { data: `${container}-data`, archive: `${container}-archive`, backup: `${container}-backup` };
}

describeOnDocker("the backups of a server in a container", function ({ prefix }) {
  this.timeout(180_000);
  this.bail(true);
  const name = `${prefix}-source`;
  let server: BackedServer;

  before("starts a server with a first backup", async function () {
    this.timeout(600_000);
    server = await BackedServer.start(name);
  });

  /** Containers and volumes of rehearsals. */
  async function leftovers(): Promise<string[]> {
    const filters = { label: ["durable-postgres.throw-away"] };
    const containers = await docker.listContainers({ all: true, filters });
    const { Volumes } = await docker.listVolumes({ filters });
    const names = [
      ...containers.map(({ Names }) => Names[0] ?? ""),
      ...(Volumes ?? []).map(({ Name }) => Name),
    ];
    return names.filter((found) => found.includes(name));
  }

  it("restore to the transaction: by time, position, name, and to the latest", async () => {
    // pgBackRest knows the end of a backup to the second.
    await server.query("SELECT pg_sleep(1)");
    const first = await server.note("first");
    const [{ position }] = await server.query("SELECT pg_current_wal_lsn()::text AS position");
    await server.note("second");
    await server.query("SELECT pg_create_restore_point('before the third')");
    await server.note("third");
    await server.flush();
    const found: Record<string, string[]> = {};
    for (const to of [first, position, "before the third", "latest"])
      found[to] = await server.restored(await server.plan(to));
    assert.deepEqual(found, {
      [first]: ["first"],
      [position]: ["first"],
      "before the third": ["first", "second"],
      latest: ["first", "second", "third"],
    });
    assert.deepEqual(await leftovers(), []);
  });

  /** By the container of the backups alone. */
  async function rehearsed(): Promise<[code: number, text: string]> {
    const { code, stdout } = await server.rehearse();
    return [code, stdout.replaceAll(/\d\S*/g, "…")];
  }

  it("are rehearsed, by command and by the container of the backups alone", async () => {
    const rehearsal = await rehearse(server.store, new Said());
    assert.deepEqual([rehearsal.ok, rehearsal.failure], [true, null]);
    assert.ok((rehearsal.dataAgeSeconds ?? 0) >= (rehearsal.restoreSeconds ?? 0));
    assert.match(rehearsal.steps.at(-1)?.detail ?? "", /^[1-9]\d+ indexes agree with their tables$/);
    assert.deepEqual(await rehearsed(), [0, REHEARSED]);
  });

  it("fail both rehearsals where one bit of the backup is another: the control that they can fail", async () => {
    const { id } = (await server.plan("latest")).backup;
    const bundle = await server.repositoryFile(`/${id}/bundle/1`);
    await server.spoil(flip(bundle));
    const rehearsal = await rehearse(server.store, new Said());
    assert.equal(rehearsal.ok, false);
    assert.match(rehearsal.failure ?? "", new RegExp(`^backup ${id} cannot be restored: `));
    assert.deepEqual(await leftovers(), []);
    const [code, text] = await rehearsed();
    assert.equal(code, 1);
    assert.match(text, /^canary: .*\narchive: .*\nERROR: restore: ERROR: /);
    await server.spoil(flip(bundle));
  });

  it("end where a segment is missing: a restore over it is refused, and one that was planned before fails", async () => {
    const before = await server.note("before the hole");
    await server.flush();
    const { newest } = (await server.store.catalogue()).archive;
    await server.note("behind the hole");
    await server.flush();
    const latest = await server.plan("latest");
    const segment = await server.repositoryFile(`/${newest}-`);
    await server.spoil(`mv ${segment} /tmp/segment`);
    // Else the server's own pg_wal still has it.
    await server.query("CHECKPOINT");

    const { windows, archive } = await server.store.catalogue();
    assert.deepEqual(archive.faults, [{ segment: newest, count: 1, kind: "missing" }]);
    assert.ok(String(windows.at(-1)?.to.time) < before, JSON.stringify(windows));
    await assert.rejects(
      server.plan("latest"),
      new RegExp(`^Fault: the latest cannot be restored: ${newest} is missing`),
    );
    await assert.rejects(server.plan(before), / cannot be restored: backups and archive reach from /);
    // Its server ends recovery in silence and promotes: the history of its timeline tells.
    await assert.rejects(
      server.restored(latest),
      /recovery ended at .*, and the archive reaches to .*: its WAL is damaged/,
    );
    await server.spoil(`mv /tmp/segment ${segment}`);
    assert.deepEqual((await server.restored(latest)).slice(-2), ["before the hole", "behind the hole"]);
  });

  it("bring back a database whose containers and data volume are gone, into another volume", async () => {
    for (const container of [name, backupContainerName(name)]) await removeContainer(docker, container);
    await docker.getVolume(server.location.volumes.data).remove();
    assert.equal(await server.store.state(), "gone");
    assert.deepEqual((await server.restored(await server.plan("latest"))).length, 5);

    const { engine, version, containerName, owner, volumes, retention, image } = server.location;
    const source = { engine, version, containerName, owner, volumes, retention, backup: backupPlan() };
    const restoreFrom = { source, to: "latest", parameters: { shared_buffers: "16MB" }, secrets: {} };
    const target = `${prefix}-target`;
    const own = numbered(target);
    const args = {
      ...server.volumes,
      containerName: target,
      owner: "shop/dev/db-2",
      volumes: own,
      restoreFrom,
      restoreImage: image,
    };
    const said = new Said();
    const { systemIdentifier } = await ensureDataVolume(args, undefined, said);
    assert.equal(systemIdentifier, server.location.systemIdentifier);
    assert.match(
      said.messages.at(-1) ?? "",
      new RegExp(`^restored to latest from backup \\d{8}-\\d{6}F of ${name}$`),
    );
    const look = `pg_controldata /data | grep state; ls /data/pg_wal/archive_status; cat /data/durable-postgres-restore.json`;
    const { stdout } = await runOnce(docker, {
      image,
      script: look,
      mounts: [{ volume: own.data, target: "/data" }],
    });
    assert.match(stdout, /^Database cluster state: +shut down\n(?:.*\n)*00000002\.history\.ready\n\{"from":/);

    // The number of a generation stays taken as long as any of its volumes is there.
    const later = new DockerBackupStore(
      { ...server.location, containerName: `${prefix}-target-9`, volumes: numbered(`${prefix}-target-9`) },
      server.store.administration,
    );
    assert.deepEqual([await later.isTaken(9, 1), await later.isTaken(9, 2)], [true, false]);

    // The same deployment again adopts it; another moment is not what is there.
    assert.deepEqual(await ensureDataVolume(args, undefined, new Said()), { systemIdentifier });
    const other = { ...args, restoreFrom: { ...restoreFrom, to: "another" } };
    const [fault] = await ensureDataVolume(other, undefined, new Said()).then(() => [], faultsIn);
    assert.equal(fault?.fact, `volume ${own.data} holds a database already, restored from ${name} to latest`);
  });
});
