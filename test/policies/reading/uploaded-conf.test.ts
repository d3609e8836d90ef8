/** Is a setting, or a fault, shown where it is written: in the file that is included, not in the one that includes it? */

import assert from "node:assert/strict";
import { readContainer } from "../../../policies/reading/container";
import type { Server } from "../../../policies/server";

function server(...uploads: { file: string; content: string }[]): Server {
  const command = ["postgres", "-c", "config_file=/etc/pg/main.conf"];
  const read = readContainer({ image: "postgres:15", command, uploads })?.server;
  assert.ok(read);
  return read;
}

const INCLUDING = { file: "/etc/pg/main.conf", content: "wal_level = replica\ninclude 'more.conf'\n" };

describe("a configuration file that is uploaded", () => {
  it("and included has its settings in its own upload, and the last of a name counts", () => {
    const content = "\nfsync off\nwal_level = minimal\n";
    const { given } = server({ file: "/etc/pg/more.conf", content }, INCLUDING);
    assert.deepEqual(
      [...given.values()]
        .filter(({ name }) => name !== "config_file")
        .map(({ name, text, property, write }) => [name, text, property, write("on")]),
      [
        [
          "wal_level",
          "minimal",
          "uploads[0].content line 3",
          "write `wal_level = on` in uploads[0].content line 3",
        ],
        ["fsync", "off", "uploads[0].content line 2", "write `fsync = on` in uploads[0].content line 2"],
      ],
    );
  });

  it("and included has its faults in its own upload", () => {
    const content = "fsync = maybe\n= 3\nwork_mem = 4XB";
    const { refusals } = server(INCLUDING, { file: "/etc/pg/more.conf", content });
    assert.deepEqual(
      refusals.map(({ property, written, hint }) => [property, written, hint]),
      [
        ["uploads[1].content line 2", "= 3", "write `name = 'value'` in uploads[1].content line 2"],
        ["uploads[1].content line 1", "fsync = maybe", "write `fsync = on` in uploads[1].content line 1"],
        [
          "uploads[1].content line 3",
          "work_mem = 4XB",
          "write `work_mem = 4MB` in uploads[1].content line 3",
        ],
      ],
    );
  });

  it("has in the including file what is written there", () => {
    const { given, hiddenSource } = server(INCLUDING);
    assert.equal(given.get("wal_level")?.property, "uploads[0].content line 1");
    assert.deepEqual(hiddenSource, {
      kind: "elsewhere",
      property: "uploads[0].content line 2",
      source: "/etc/pg/more.conf",
    });
  });
});
