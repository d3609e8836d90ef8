/** Connection URL and variables: whatever the password is, the other side reads the same one. */

import assert from "node:assert/strict";
import fc from "fast-check";
import { Client } from "pg";
import { connectionEnvironment, connectionUrl } from "../../components/environment";

const ADDRESS = { host: "127.0.0.1", port: 15432, database: "app", sslmode: "disable" };

/** Any characters. */
const text = fc.string({ unit: "binary", minLength: 1 });

describe("a connection URL", () => {
  it("is libpq's form", () => {
    assert.equal(
      connectionUrl(ADDRESS, { user: "app", password: "p@ss/word?#%: ü" }),
      "postgresql://app:p%40ss%2Fword%3F%23%25%3A%20%C3%BC@127.0.0.1:15432/app?sslmode=disable",
    );
  });

  it("puts an IPv6 address into brackets", () => {
    assert.equal(
      connectionUrl({ ...ADDRESS, host: "::1" }, { user: "a", password: "b" }),
      "postgresql://a:b@[::1]:15432/app?sslmode=disable",
    );
  });

  it("is read by new URL as what it was made from", () => {
    fc.assert(
      fc.property(text, text, text, fc.nat({ max: 65_535 }), (user, password, database, port) => {
        const url = new URL(connectionUrl({ ...ADDRESS, port, database }, { user, password }));
        assert.deepEqual(
          [
            url.protocol,
            decodeURIComponent(url.username),
            decodeURIComponent(url.password),
            url.hostname,
            Number(url.port),
          ],
          ["postgresql:", user, password, "127.0.0.1", port],
        );
        assert.equal(url.searchParams.get("sslmode"), "disable");
        // new URL takes the names . and .. for steps of a path; no database is called so.
        if (!/^\.\.?$/.test(database)) assert.equal(decodeURIComponent(url.pathname.slice(1)), database);
      }),
      { numRuns: 500 },
    );
  });

  it("is read by the driver of Node.js as what it was made from", () => {
    fc.assert(
      fc.property(text, (password) => {
        const {
          host,
          port,
          database,
          user,
          password: read,
        } = new Client(connectionUrl(ADDRESS, { user: "app", password }));
        assert.deepEqual([host, port, database, user, read], ["127.0.0.1", 15432, "app", "app", password]);
      }),
    );
  });
});

describe("a connection's environment", () => {
  it("holds the URL and libpq's variables", () => {
    assert.deepEqual(connectionEnvironment(ADDRESS, { user: "app", password: "p w" }), {
      DATABASE_URL: "postgresql://app:p%20w@127.0.0.1:15432/app?sslmode=disable",
      PGHOST: "127.0.0.1",
      PGPORT: "15432",
      PGDATABASE: "app",
      PGUSER: "app",
      PGPASSWORD: "p w",
      PGSSLMODE: "disable",
    });
  });
});
