/** Ports on loopback. */

import assert from "node:assert/strict";
import { createServer } from "node:net";
import { chooseFreePort, isFree, portTaken } from "../../components/port";

/** Runs `work` while a program listens on a port of loopback. */
async function listening(work: (port: number) => Promise<void>, wanted = 0): Promise<void> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen({ host: "127.0.0.1", port: wanted }, resolve));
  const address = server.address();
  try {
    await work(typeof address === "object" ? (address?.port ?? 0) : 0);
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
}

describe("a port", () => {
  it("is free when nobody listens, and afterwards still", async () => {
    let port = 0;
    await listening(async (taken) => {
      port = taken;
      assert.equal(await isFree(taken), false);
    });
    assert.equal(await isFree(port), true);
    assert.equal(await isFree(port), true);
  });

  it("is chosen from our range, free, and the same each time for the same folder", async () => {
    const port = await chooseFreePort("/srv/db");
    assert.ok(port >= 15_000 && port < 25_000);
    assert.equal(await isFree(port), true);
    assert.equal(await chooseFreePort("/srv/db"), port);
  });

  it("is another one for another folder", async () => {
    const folders = Array.from({ length: 20 }, (_, index) => `/srv/db-${index}`);
    const ports = await Promise.all(folders.map((folder) => chooseFreePort(folder)));
    assert.ok(new Set(ports).size > 15);
  });

  it("that is taken is not chosen", async () => {
    const first = await chooseFreePort("/srv/db");
    await listening(async () => assert.notEqual(await chooseFreePort("/srv/db"), first), first);
  });

  it("that is taken is a fault, which says whether the database has used it so far", () => {
    const hint =
      "HINT: stop it (who: `ss -ltnp 'sport = :15432'`), or write `port: <a free port>` under local";
    assert.equal(portTaken(15432, false).message, `port 15432 is taken by another program\n${hint}`);
    assert.equal(
      portTaken(15432, true).message,
      `port 15432, which this database has used so far, is taken by another program\n${hint}`,
    );
  });
});
