/** What does the target docker cost: until a server is healthy, for each further database, in transactions, in backups? */

import { randomBytes } from "node:crypto";
import { parseArgs } from "node:util";
import { docker, ensureDockerEngine } from "../test/docker/engine";
import { ensureImage, IMAGE } from "../test/docker/image";
import { measureBackup } from "./docker-backup";
import { removeMade } from "./docker-deploy";
import { measurePgbench } from "./docker-pgbench";
import type { Bench } from "./docker-rounds";
import { measureScale } from "./docker-scale";
import { measureUp } from "./docker-up";
import { machine, wholeNumber, wholeNumbers } from "./machine";
import { interrupted } from "./timing";

const PARTS: Record<string, (bench: Bench) => Promise<string>> = {
  up: measureUp,
  scale: measureScale,
  pgbench: measurePgbench,
  backup: measureBackup,
};

function options(): { bench: Bench; parts: string[] } {
  const { values } = parseArgs({
    options: {
      rounds: { type: "string", default: "3" },
      only: { type: "string" },
      databases: { type: "string", default: "1,5,10" },
      seconds: { type: "string", default: "10" },
      megabytes: { type: "string", default: "512" },
    },
  });
  const parts = Object.keys(PARTS);
  if (values.only !== undefined && !parts.includes(values.only))
    throw new Error(`--only ${values.only}: one of ${parts.join(", ")} is needed`);
  return {
    bench: {
      prefix: `bench-${randomBytes(4).toString("hex")}`,
      rounds: wholeNumber("rounds", values.rounds, 100),
      databases: wholeNumbers("databases", values.databases, 50),
      seconds: wholeNumber("seconds", values.seconds, 3600),
      megabytes: wholeNumber("megabytes", values.megabytes, 100_000),
    },
    parts: values.only === undefined ? parts : [values.only],
  };
}

/** Where the figures come from. */
async function dockerMachine(): Promise<string> {
  const { ServerVersion, Driver } = await docker.info();
  const { Labels } = (await docker.getImage(IMAGE).inspect()).Config;
  const isStandIn = Object.keys(Labels ?? {}).includes("durable-postgres.stand-in");
  return [
    machine(),
    `Docker ${ServerVersion} (${Driver})`,
    `${IMAGE}: ${isStandIn ? "the stand-in" : "the official image"}`,
    `Docker provider: ${process.env.DOCKER_PROVIDER === "real" ? "the released one" : "the double"}`,
  ].join(", ");
}

async function main(): Promise<void> {
  const { bench, parts } = options();
  const engine = await ensureDockerEngine();
  if (engine !== "ready") throw new Error(engine.skipped);
  await ensureImage();
  try {
    for (const part of parts) process.stdout.write(`${await PARTS[part]?.(bench)}\n`);
    process.stdout.write(`${bench.rounds} rounds, ${await dockerMachine()}\n`);
  } finally {
    await removeMade(bench.prefix);
  }
}

main().catch((error: Error) => {
  process.stderr.write(
    interrupted.aborted ? "interrupted: all that was made is removed\n" : `${error.message}\n`,
  );
  process.exitCode = 1;
});
