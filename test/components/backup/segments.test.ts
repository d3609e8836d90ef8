/** What names, sizes and headers tell of an archive. */

import assert from "node:assert/strict";
import { Archive } from "../../../components/backup/segments";
import type { ArchiveFault } from "../../../components/backup/types";
import { backup, CLUSTER, history, segment, segments } from "./archives";

/** Last segment and backups of each stretch. */
function covered({ coverages }: Archive): [last: number, backups: string[]][] {
  return coverages.map(({ last, backups }) => [Number(last), backups.map(({ id }) => id)]);
}

const FOUR = "000000010000000000000004";

/** What happened to segment 4 of 2 to 6, and what is said of it. */
const DAMAGED: Record<string, readonly [ReturnType<typeof segments>, ArchiveFault]> = {
  "removed, with its neighbour": [[], { segment: FOUR, count: 2, kind: "missing" }],
  "half of a segment": [
    [...segments(1, 5), segment(FOUR, { size: 8_388_608 })],
    { segment: FOUR, count: 1, kind: "short" },
  ],
  "zeros in place of a segment": [
    [...segments(1, 5), segment(FOUR, { content: Buffer.alloc(40) })],
    { segment: FOUR, count: 1, kind: "zeroed" },
  ],
  "another cluster's segment": [
    [...segments(1, 5), segment(FOUR, { cluster: "1" })],
    { segment: FOUR, count: 1, kind: "foreign" },
  ],
  "another segment under its name": [
    [...segments(1, 5), { ...segment("000000010000000000000005"), name: FOUR }],
    { segment: FOUR, count: 1, kind: "foreign" },
  ],
};

describe("an archive", () => {
  it("that is whole has one stretch, from the first backup on", () => {
    const archive = new Archive(segments(1, 1, 2, 3, 4), [backup(0, 2), backup(1, 3)], CLUSTER);
    assert.deepEqual(covered(archive), [[4, ["backup-0", "backup-1"]]]);
    assert.deepEqual(archive.state, {
      segments: 4,
      size: 67_108_864,
      newest: "000000010000000000000004",
      faults: [],
    });
  });

  it("that is empty has none, nor one without backups", () => {
    assert.deepEqual(covered(new Archive([], [backup(0, 2)], CLUSTER)), []);
    assert.deepEqual(new Archive(segments(1, 1, 3), [], CLUSTER).state.faults, []);
  });

  for (const [name, [others, fault]] of Object.entries(DAMAGED))
    it(`with ${name} ends there, and goes on with the next backup`, () => {
      const files = [...segments(1, 2, 3), ...others, ...segments(1, 6, 7)];
      const archive = new Archive(files, [backup(0, 2), backup(1, 6)], CLUSTER);
      assert.deepEqual(covered(archive), [
        [3, ["backup-0"]],
        [7, ["backup-1"]],
      ]);
      assert.deepEqual(archive.state.faults, [fault]);
    });

  it("in which a backup's own WAL is not whole cannot restore that backup", () => {
    const archive = new Archive(segments(1, 3, 4), [backup(0, 2), backup(1, 4)], CLUSTER);
    assert.deepEqual(covered(archive), [[4, ["backup-1"]]]);
  });

  it("is not made worse by holes before the oldest backup", () => {
    assert.deepEqual(new Archive(segments(1, 1, 3, 4), [backup(0, 3)], CLUSTER).state.faults, []);
  });

  it("passes over temporary files, labels and partial segments", () => {
    const other = (name: string) => ({ name, size: 1, content: Buffer.alloc(1) });
    const names = ["archtemp.x.1", "000000010000000000000002.00000028.backup", `${FOUR}.partial`];
    const archive = new Archive([...segments(1, 2), ...names.map(other)], [backup(0, 2)], CLUSTER);
    assert.deepEqual([archive.state.segments, covered(archive)], [1, [[2, ["backup-0"]]]]);
  });
});

describe("an archive with two timelines", () => {
  const left = history(2, 1, "0/4000100");

  it("is followed to the end of the newer one", () => {
    const archive = new Archive(
      [...segments(1, 2, 3, 4), left, ...segments(2, 4, 5)],
      [backup(0, 2)],
      CLUSTER,
    );
    assert.deepEqual(covered(archive), [[5, ["backup-0"]]]);
    assert.deepEqual(archive.names(3n, 5n), [
      "000000010000000000000003",
      "000000020000000000000004",
      "000000020000000000000005",
    ]);
  });

  it("does not restore from a backup behind the fork, on the branch that was left", () => {
    const files = [...segments(1, 2, 3, 4, 5, 6), left, ...segments(2, 4)];
    const archive = new Archive(files, [backup(0, 2), backup(1, 6)], CLUSTER);
    assert.deepEqual(covered(archive), [[4, ["backup-0"]]]);
  });

  it("knows timelines by numbers beyond 9", () => {
    const files = [
      ...segments(9, 2),
      { ...history(2, 9, "0/3000100"), name: "0000000A.history" },
      ...segments(10, 3),
    ];
    const archive = new Archive(files, [backup(0, 2, 9)], CLUSTER);
    assert.deepEqual([archive.lineage.timeline, covered(archive)], [10, [[3, ["backup-0"]]]]);
  });
});
