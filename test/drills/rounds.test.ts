/** What is found of an archive after a break: by an archive that waits for no real server to be patient. */

import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { Fault } from "../../components/faults";
import { ArchiveWatch } from "../../drills/archive";
import { type DrillRound, inRounds, lookIntoArchive } from "../../drills/rounds";
import type { DrillArchive } from "../../drills/server";

const ONE = "000000010000000000000001";
const TWO = "000000010000000000000002";

describe("the rounds of a drill", () => {
  const lost = { kind: "lost" as const, count: 1, text: "lost" };
  const round = (number: number, findings: DrillRound["findings"] = []): DrillRound => ({
    round: number,
    commits: 1,
    loadSeconds: 1,
    recovery: null,
    findings,
  });

  it("are as many as were asked for, also before the first one", async () => {
    const done = await inRounds({ first: 0, rounds: 2 }, async (number) => round(number));
    assert.deepEqual(
      done,
      [0, 1, 2].map((number) => round(number)),
    );
  });

  it("end after the one in which something is wrong", async () => {
    const done = await inRounds({ rounds: 5 }, async (number) => round(number, number === 2 ? [lost] : []));
    assert.deepEqual(done, [round(1), round(2, [lost])]);
  });

  it("end after the one in which they are interrupted, and keep what it found", async () => {
    const controller = new AbortController();
    const done = await inRounds({ rounds: 5, signal: controller.signal }, async (number) => {
      if (number === 2) controller.abort();
      return round(number);
    });
    assert.deepEqual(done, [round(1), round(2)]);
  });
});

describe("a look into the archive after a break", () => {
  let dataDirectory: string;
  before(async () => {
    dataDirectory = await mkdtemp(path.join(os.tmpdir(), "noted-"));
    const status = path.join(dataDirectory, "pg_wal", "archive_status");
    await mkdir(status, { recursive: true });
    for (const name of [`${ONE}.done`, `${TWO}.ready`, `${TWO}.00000028.backup.done`])
      await writeFile(path.join(status, name), "");
  });
  after(() => rm(dataDirectory, { recursive: true }));

  /** With an archive that answers so. */
  function look(archive: Partial<DrillArchive>, watch = new ArchiveWatch()) {
    const whole = { flush: async () => undefined, findings: async () => [] };
    return lookIntoArchive({ dataDirectory, archive: { ...whole, ...archive } as DrillArchive }, watch);
  }

  it("finds one that takes no WAL any more, and one that cannot be read", async () => {
    const fault = async () => {
      throw new Fault("it is full", "make room");
    };
    assert.deepEqual(await look({ flush: fault }), [
      { kind: "archive", count: 1, text: "the archive takes no WAL any more: it is full" },
    ]);
    assert.deepEqual(await look({ findings: fault }), [
      { kind: "archive", count: 1, text: "the archive cannot be read: it is full" },
    ]);
  });

  it("asks for what the server has noted as archived, until it was cleared", async () => {
    const asked: string[][] = [];
    const findings = async (archived: ReadonlySet<string>) => {
      asked.push([...archived]);
      return [];
    };
    const watch = new ArchiveWatch();
    await look({ findings }, watch);
    await watch.clear({ clear: async () => [ONE] } as unknown as DrillArchive);
    await look({ findings }, watch);
    assert.deepEqual(asked, [[ONE], []]);
  });
});
