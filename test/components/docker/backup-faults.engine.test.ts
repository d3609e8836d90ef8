/** What happens to commits and backups of a container when something breaks, and does the way back work? One stack. */

import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import type { BackupReport } from "../../../cli/backup/backups";
import { generationName } from "../../../components/backup/generations";
import type { Connection } from "../../../components/connection";
import { backupContainerName } from "../../../components/docker/layout";
import { docker } from "../../docker/engine";
import { describeOnDocker } from "../../docker/suite";
import { canServeS3, S3Server } from "../../s3/server";
import { DockerStack } from "./docker-stack";
import { SteadyLoad } from "./steady-load";

/** Far from UTC, and not by whole hours: neither the server nor the command may take its own zone for UTC. */
const SERVER_ZONE = "Asia/Kathmandu";

describeOnDocker("a container whose backups go to a bucket as well, under load", function ({ prefix }) {
  this.timeout(240_000);
  this.bail(true);
  const name = `${prefix}-faulty`;
  const cipherKey = "cipherKeyOfTheTestsThatNobodyGuesses0000";
  let stack: DockerStack;
  let bucket: S3Server;
  let load: SteadyLoad;

  const superuser = async (): Promise<Connection> => {
    const { host, port, roles } = await stack.workspace.outputs();
    return { host, port, database: "postgres", ...roles.superuser };
  };
  const cli = (...args: string[]) => stack.workspace.succeed([...args, "--stack", "local"]);
  const report = async (): Promise<BackupReport> => JSON.parse((await cli("backups", "--json")).stdout);
  const setSecret = async (key: string, value: string) => {
    const args = ["config", "set", "--secret", "--path", `durable-postgres:docker.backup.${key}`, value];
    const { code, text } = await stack.workspace.pulumi(args);
    assert.equal(code, 0, text);
  };

  before("deploys a stack", async function () {
    this.timeout(1_200_000);
    if (!(await canServeS3())) this.skip();
    bucket = await S3Server.start(`${prefix}-s3`);
    stack = await DockerStack.create(name);
    const caFile = path.join(stack.workspace.root, "ca.pem");
    await writeFile(caFile, bucket.ca);
    const { bucket: bucketName, region, endpoint } = bucket.bucket;
    await stack.configure({
      parameters: { timezone: SERVER_ZONE, log_timezone: SERVER_ZONE },
      docker: { backup: { s3: { bucket: bucketName, region, endpoint, caFile } } },
    });
    await stack.workspace.pulumi(["stack", "init"]);
    await setSecret("cipherKey", cipherKey);
    for (const key of ["accessKeyId", "secretAccessKey"] as const)
      await setSecret(`s3.${key}`, bucket.bucket[key]);
    await stack.start();
    const connection = await superuser();
    load = new SteadyLoad(async () => connection);
    await load.start();
  });

  after(async () => {
    await load?.stop();
    await stack?.remove();
  });

  /** As a machine that is lost: containers and volumes of a generation are gone. */
  const lose = async (generation: number) => {
    const own = generationName(name, generation);
    for (const container of [own, backupContainerName(own)])
      await docker.getContainer(container).remove({ force: true, v: true });
    for (const kind of ["data", "archive", "backup"]) await docker.getVolume(`${own}-${kind}`).remove();
  };
  const found = async () =>
    (await stack.queryAs(await superuser(), "SELECT number FROM load")).map(({ number }) => number);

  it("comes back from the bucket alone when its machine is lost", async () => {
    await load.stop();
    await cli("restore-point", "last");
    await lose(1);
    const { windows } = await report();
    assert.equal(windows.length, 1);
    const { text } = await cli("restore", "--to", "latest");
    assert.match(text, /generation 1 was gone, and is in the configuration no more; its backups are kept\n/);
    const rows = new Set(await found());
    assert.deepEqual(
      load.acknowledged.filter((number) => !rows.has(number)),
      [],
    );
    assert.deepEqual(
      (await stack.volumes()).filter((volume) => !volume.startsWith(`${name}-2`)),
      [],
    );
  });
});
