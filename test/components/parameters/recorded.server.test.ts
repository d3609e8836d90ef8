/** Do the recordings hold what the servers say today? */

import assert from "node:assert/strict";
import { chmod, mkdtemp, readFile, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { VERSIONS } from "../../../components/parameters/postgres";
import { record, recordingText } from "../../../components/parameters/record";

const RECORDED = path.resolve(__dirname, "../../../components/parameters/recorded");

for (const version of VERSIONS)
  describe(`the recording of PostgreSQL ${version}`, () => {
    it("is, byte for byte, what a server of that version answers", async () => {
      const home = await mkdtemp(path.join(os.tmpdir(), "recorded-"));
      await chmod(home, 0o755);
      try {
        const text = recordingText(await record(version, home));
        assert.equal(text, await readFile(path.join(RECORDED, `${version}.json`), "utf8"));
      } finally {
        await rm(home, { recursive: true, force: true });
      }
    });
  });
