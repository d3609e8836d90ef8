/** Is our formula of shared memory an upper bound, and a close one, of what servers say? */

import assert from "node:assert/strict";
import { VERSIONS } from "../../../components/parameters/postgres";
import { sharedMemory } from "../../../components/parameters/sizing";
import { BareServer } from "../../bare-server";

const MB = 2 ** 20;
const BUFFERS = [128, 256, 512, 1024, 2048, 4096, 16384, 65536];
const CONNECTIONS = [10, 30, 100, 200];

for (const version of VERSIONS)
  describe(`shared memory of PostgreSQL ${version}`, () => {
    let server: BareServer;
    before(async () => {
      server = await BareServer.make(version);
    });
    after(() => server.remove());

    async function megabytes(buffers: number, connections: number): Promise<number> {
      const argv = ["-c", `shared_buffers=${buffers}MB`, "-c", `max_connections=${connections}`];
      const answer = await server.answer("shared_memory_size", argv);
      assert.ok(answer.ok, JSON.stringify(answer));
      return Number(answer.value);
    }

    for (const buffers of BUFFERS)
      it(`with ${buffers} MB of shared_buffers is at most what we count, and at least 100/115 of it`, async () => {
        for (const connections of CONNECTIONS) {
          const theirs = await megabytes(buffers, connections);
          const ours = sharedMemory(buffers * MB, connections) / MB;
          assert.ok(ours >= theirs, `${connections} connections: ${theirs} MB, we count ${ours}`);
          assert.ok(ours <= theirs * 1.15, `${connections} connections: ${theirs} MB, we count ${ours}`);
        }
      });

    it("is at most what we count with few buffers or many connections, too", async () => {
      for (const [buffers, connections] of [
        [16, 10],
        [32, 100],
        [64, 15],
        [128, 5000],
        [2048, 1000],
        [16384, 5000],
      ] as const) {
        const [theirs, ours] = [
          await megabytes(buffers, connections),
          sharedMemory(buffers * MB, connections) / MB,
        ];
        assert.ok(
          ours >= theirs,
          `${buffers} MB and ${connections} connections: ${theirs} MB, we count ${ours}`,
        );
      }
    });
  });
