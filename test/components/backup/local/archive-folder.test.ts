/** Which temporary files of an archive does nobody write any more? */

import assert from "node:assert/strict";
import { abandoned } from "../../../../components/backup/local/archive-folder";

describe("temporary files of an archive", () => {
  const names = [
    "000000010000000000000003",
    "00000002.history",
    "archtemp.000000010000000000000004.100.1795703574901",
    "archtemp.000000010000000000000004.100.1795703575914",
    "archtemp.00000002.history.200.1795703575999",
    "archtemp.of-somebody-else",
  ];

  it("are abandoned when their archiver is gone, or has begun another one", () => {
    assert.deepEqual(
      abandoned(names, (pid) => pid === 100),
      ["archtemp.000000010000000000000004.100.1795703574901", "archtemp.00000002.history.200.1795703575999"],
    );
  });

  it("are none where an archiver writes its only one", () => {
    assert.deepEqual(
      abandoned(names.slice(0, 3), () => true),
      [],
    );
  });
});
