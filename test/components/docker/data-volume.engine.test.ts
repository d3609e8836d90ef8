/** What is in a data volume before a server starts on it: made, adopted, mended, or refused. */

import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import {
  type DataVolumeArgs,
  ensureDataVolume,
  refuseLostData,
} from "../../../components/docker/data-volume";
import { initializerName } from "../../../components/docker/initialize";
import { runOnce } from "../../../components/docker/run";
import { faultsIn } from "../../../components/faults";
import { docker } from "../../docker/engine";
import { IMAGE } from "../../docker/image";
import { describeOnDocker } from "../../docker/suite";

const PGDATA = "/var/lib/postgresql/data";

describeOnDocker("a data volume", function ({ prefix }) {
  this.timeout(60_000);
  this.slow(10_000);
  const images: string[] = [];
  let image: string;
  let said: string[] = [];
  let count = 0;

  before(async () => {
    image = (await docker.getImage(IMAGE).inspect()).Id;
  });
  beforeEach(() => {
    said = [];
  });
  after(async () => {
    for (const name of images) await docker.getImage(name).remove({ force: true });
  });

  const progress = { info: (message: string) => said.push(message), status: () => undefined };

  /** Volumes and names that no other test uses. */
  function fresh(changes: Partial<DataVolumeArgs> = {}): DataVolumeArgs {
    const containerName = `${prefix}-${++count}`;
    return {
      image,
      imageName: IMAGE,
      version: "15",
      containerName,
      owner: "shop/dev/db",
      volumes: {
        data: `${containerName}-data`,
        archive: `${containerName}-archive`,
        backup: `${containerName}-backup`,
      },
      deleteData: false,
      ...changes,
    };
  }

  /** Runs a script on the volumes of a database, and returns what it printed. */
  async function look({ volumes }: DataVolumeArgs, script: string): Promise<string> {
    const mounts = Object.entries(volumes).map(([kind, volume]) => ({ volume, target: `/${kind}` }));
    const { code, stdout, stderr } = await runOnce(docker, { image, script, mounts });
    assert.equal(code, 0, stderr);
    return stdout.trim();
  }

  /** An image like the other one, with a script for its first start. */
  function derived(script: string): Promise<string> {
    return changed(`cat > /docker-entrypoint-initdb.d/first.sh <<'END'\n${script}\nEND`);
  }

  /** An image like the other one, after a command in it. */
  async function changed(command: string): Promise<string> {
    const name = `${prefix}-image-${images.length}`;
    const container = await docker.createContainer({ Image: IMAGE, Cmd: ["sh", "-c", command] });
    await container.start();
    await container.wait();
    await container.commit({ repo: name, changes: 'CMD ["postgres"]' });
    await container.remove({ v: true });
    images.push(name);
    return (await docker.getImage(name).inspect()).Id;
  }

  async function refusal(work: Promise<unknown>): Promise<string> {
    return work.then(
      () => "accepted",
      (error) =>
        faultsIn(error)
          .map((fault) => fault.message)
          .join("\n"),
    );
  }

  async function assertNoInitializer({ containerName }: DataVolumeArgs): Promise<void> {
    await assert.rejects(docker.getContainer(initializerName(containerName)).inspect(), { statusCode: 404 });
  }

  it("that is empty gets a cluster with checksums, shut down cleanly, and nothing else stays", async () => {
    const args = fresh();
    const { systemIdentifier } = await ensureDataVolume(args, undefined, progress);
    const facts = await look(
      args,
      "LC_ALL=C pg_controldata /data | grep -E 'system identifier|cluster state|checksum version' | tr -s ' '; stat -c '%U %a' /archive /backup; ls -A /archive /backup",
    );
    assert.deepEqual(facts.split("\n"), [
      `Database system identifier: ${systemIdentifier}`,
      "Database cluster state: shut down",
      "Data page checksum version: 1",
      "postgres 700",
      "postgres 700",
      "/archive:",
      "pgbackrest",
      "socket",
      "spool",
      "",
      "/backup:",
    ]);
    assert.deepEqual(said, []);
    await assertNoInitializer(args);
  });

  it("is the same one the second time, and is adopted where nobody remembers it", async () => {
    const args = fresh();
    const made = await ensureDataVolume(args, undefined, progress);
    assert.deepEqual(await ensureDataVolume(args, made, progress), made);
    assert.deepEqual(said, []);
    assert.deepEqual(await ensureDataVolume(args, undefined, progress), made);
    assert.deepEqual(said, [`adopting the cluster ${made.systemIdentifier} in volume ${args.volumes.data}`]);
  });

  it("gets what the image's own scripts make, once", async () => {
    const args = fresh({ image: await derived('psql -U postgres -c "CREATE DATABASE made_by_script"') });
    await ensureDataVolume(args, undefined, progress);
    await ensureDataVolume(args, undefined, progress);
    const databases = await look(args, "ls /data/base | wc -l");
    assert.equal(databases, "4");
  });

  it("is empty again after a script that fails, and the fault quotes it", async () => {
    const args = fresh({ image: await derived('psql -v ON_ERROR_STOP=1 -U postgres -c "SELECT nonsense"') });
    const text = await refusal(ensureDataVolume(args, undefined, progress));
    assert.match(
      text,
      new RegExp(
        `^the image's initialisation of volume ${args.volumes.data} failed \\(exit code \\d+\\): .*"nonsense" does not exist.*\\nHINT: mend what the image runs at its first start \\(/docker-entrypoint-initdb.d\\), then deploy again: the volume is empty again$`,
      ),
    );
    assert.equal(await look(args, "ls -A /data"), "");
    await assertNoInitializer(args);
  });

  it("that an interrupted deployment left half made is emptied and made", async () => {
    const args = fresh();
    const slow = await docker.createContainer({
      name: initializerName(args.containerName),
      Image: await derived("sleep 1000"),
      Env: ["POSTGRES_PASSWORD=unused"],
      HostConfig: { Binds: [`${args.volumes.data}:${PGDATA}`] },
    });
    await slow.start();
    while ((await look(args, "ls /data/base 2>/dev/null | wc -l")) === "0") await sleep(100);
    const { systemIdentifier } = await ensureDataVolume(args, undefined, progress);
    assert.deepEqual(said, [
      `volume ${args.volumes.data} was half initialised by an interrupted deployment: emptied`,
    ]);
    const state = await look(
      args,
      "LC_ALL=C pg_controldata /data | grep -E 'system identifier|state' | tr -s ' '",
    );
    assert.equal(state, `Database system identifier: ${systemIdentifier}\nDatabase cluster state: shut down`);
    await assertNoInitializer(args);
  });

  it("with data of another major version or owner is refused, both at once, and not touched", async () => {
    const args = fresh();
    await ensureDataVolume(args, undefined, progress);
    const before = await look(
      args,
      "echo 14 > /data/PG_VERSION && chown 70:70 /data && find /data -type f -exec cksum {} + | sort | cksum",
    );
    assert.equal(
      await refusal(ensureDataVolume(args, undefined, progress)),
      [
        `volume ${args.volumes.data} was made by PostgreSQL 14, and version 15 cannot read it`,
        'HINT: write `version: "14"`, or `data: <another volume>` under docker.volumes and move the data with pg_dump',
        `the data in volume ${args.volumes.data} belongs to uid 70, and postgres of image ${IMAGE} is uid 999`,
        `HINT: docker run --rm --user 0 --entrypoint chown -v ${args.volumes.data}:${PGDATA} ${IMAGE} -R 999:999 ${PGDATA}`,
      ].join("\n"),
    );
    assert.equal(await look(args, "find /data -type f -exec cksum {} + | sort | cksum"), before);
  });

  it("with somebody's files is refused, and they stay", async () => {
    const args = fresh();
    await look(args, "echo mine > /data/photo");
    assert.equal(
      await refusal(ensureDataVolume(args, undefined, progress)),
      `volume ${args.volumes.data} holds other files, such as photo, and no cluster\nHINT: write \`data: <another volume>\` under docker.volumes`,
    );
    assert.equal(await look(args, "cat /data/photo"), "mine");
  });

  it("on a full disk is named with the disk's words, and is empty again", async () => {
    const args = fresh();
    const DriverOpts = { type: "tmpfs", device: "tmpfs", o: "size=20m" };
    await docker.createVolume({ Name: args.volumes.data, DriverOpts });
    const text = await refusal(ensureDataVolume(args, undefined, progress));
    assert.match(
      text,
      /^the image's initialisation of volume \S+ failed \(exit code \d+\): .*No space left on device.*\nHINT: free some space: docker system df$/,
    );
    await assertNoInitializer(args);
  });

  it("is refused for an image without PostgreSQL", async () => {
    const args = fresh({ image: await changed('rm "$(command -v postgres)"') });
    assert.equal(
      await refusal(ensureDataVolume(args, undefined, progress)),
      "the image holds no PostgreSQL with a user postgres: sh: 4: postgres: not found\nHINT: write `image: postgres:15` under docker, or derive yours FROM postgres:15",
    );
  });

  it("is refused once its cluster is known and gone, or another one", async () => {
    const args = fresh();
    const known = await ensureDataVolume(args, undefined, progress);
    await refuseLostData(args, known);
    await look(args, "find /data -mindepth 1 -delete");
    const empty = await refusal(refuseLostData(args, known));
    assert.match(empty, new RegExp(`^volume ${args.volumes.data} is empty, but the deployed database`));
    assert.equal(await refusal(ensureDataVolume(args, known, progress)), empty);
    await ensureDataVolume(args, undefined, progress);
    assert.match(
      await refusal(refuseLostData(args, known)),
      /holds another cluster \(system identifier \d+\)/,
    );
    await docker.getVolume(args.volumes.data).remove();
    assert.match(await refusal(refuseLostData(args, known)), /^volume \S+ is gone, and the database/);
  });
});
