import assert from "node:assert/strict";
import { printDump, readDumpWords } from "../../../../components/backup/pgbackrest/dump";

const EXPIRED = "app_20260101-000000.dump globals_20260101-000000.sql";

describe("a logical dump of a server in a container", () => {
  it("is what the program says at its end, with what expired anywhere", () => {
    const said = [1, 2].map((repository) => `expired in repository ${repository}: ${EXPIRED}`);
    const end = "dump app_20261126-175451.dump: 3371 bytes, 2 tables, restored once";
    assert.deepEqual(readDumpWords([...said, end, ""].join("\n")), {
      file: "app_20261126-175451.dump",
      size: 3371,
      tables: 2,
      expired: EXPIRED.split(" "),
    });
    assert.deepEqual(readDumpWords(end).expired, []);
    assert.throws(
      () => readDumpWords(said.join("\n")),
      /^Error: a dump was taken, and nothing was said of it/,
    );
  });

  it("is copied by a command of Docker's own", () => {
    assert.equal(
      printDump({ containerName: "shop" }, "app.dump"),
      "docker exec -u postgres shop-backup perl /etc/durable-postgres/dump.pl get app.dump",
    );
  });
});
