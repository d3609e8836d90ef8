/** Verifiers in place of passwords; scram.server.test.ts logs in with them. */

import assert from "node:assert/strict";
import { scramMatches, scramVerifier } from "../../../components/roles/scram";

/** The verifier of RFC 7677's example: password `pencil`, its salt and 4096 iterations. */
const FOR_PENCIL =
  "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=";

describe("a verifier", () => {
  it("has PostgreSQL's form, and holds no password", () => {
    assert.match(
      scramVerifier("pencil"),
      /^SCRAM-SHA-256\$4096:[A-Za-z0-9+/]{22}==\$[A-Za-z0-9+/]{43}=:[A-Za-z0-9+/]{43}=$/,
    );
  });

  it("is salted: another one each time", () => {
    assert.notEqual(scramVerifier("pencil"), scramVerifier("pencil"));
  });

  it("belongs to its password and to no other", () => {
    for (const password of ["pencil", "", " ", "ü ß 🐘", "a$b:c"]) {
      const stored = scramVerifier(password);
      assert.equal(scramMatches(password, stored), true);
      assert.equal(scramMatches(`${password}x`, stored), false);
    }
  });

  it("of the specification's example is recognised", () => {
    assert.equal(scramMatches("pencil", FOR_PENCIL), true);
    assert.equal(scramMatches("Pencil", FOR_PENCIL), false);
  });

  it("is the same for a character and its composed form", () => {
    assert.equal(scramMatches("\u00fc", scramVerifier("u\u0308")), true);
  });

  it("that is none belongs to no password", () => {
    const broken = [
      null,
      "",
      "pencil",
      "md5d41d8cd98f00b204e9800998ecf8427e",
      "SCRAM-SHA-256$4096:AAAA",
      `${FOR_PENCIL}x`,
      FOR_PENCIL.slice(0, -4),
    ];
    assert.deepEqual(
      broken.map((stored) => scramMatches("pencil", stored)),
      broken.map(() => false),
    );
  });
});
