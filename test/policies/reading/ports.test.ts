/** Who reaches a container's port, by what is written about it? */

import assert from "node:assert/strict";
import { UNKNOWN } from "../../../policies/reading/known";
import { isEveryAddress, isPrivate } from "../../../policies/reading/ports";

describe("an address of the machine", () => {
  it("is every one of them where none is written, or what Docker takes for every one", () => {
    const every = [undefined, null, "", "0.0.0.0", "::", "[::]", "*", 0, " 0.0.0.0 "];
    assert.deepEqual(
      every.filter((ip) => !isEveryAddress(ip)),
      [],
    );
  });

  it("is one of them where one is written, and not told where it is not known yet", () => {
    const one = ["127.0.0.1", "192.0.2.7", "::1", "[2001:db8::1]", UNKNOWN, {}];
    assert.deepEqual(
      one.filter((ip) => isEveryAddress(ip)),
      [],
    );
  });
});

describe("a container", () => {
  const loopback = { ports: [{ internal: 5432, ip: "127.0.0.1" }] };

  it("is private without ports, and with ports on loopback", () => {
    assert.equal(isPrivate({}), true);
    assert.equal(isPrivate(loopback), true);
    assert.equal(isPrivate({ ports: [{ internal: 5432, ip: "::1" }], networkMode: "bridge" }), true);
  });

  it("is not private with one port elsewhere, on the machine's network, or where it is not known", () => {
    assert.equal(isPrivate({ ports: [...loopback.ports, { internal: 5432, ip: "192.0.2.7" }] }), false);
    assert.equal(isPrivate({ ports: [{ internal: 5432 }] }), false);
    assert.equal(isPrivate({ ports: UNKNOWN }), false);
    assert.equal(isPrivate({ ...loopback, publishAllPorts: true }), false);
    assert.equal(isPrivate({ ...loopback, networkMode: "host" }), false);
  });
});
