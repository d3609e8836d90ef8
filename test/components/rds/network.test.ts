/** Who gets to the database, as rules of its security group? */

import assert from "node:assert/strict";
import { ingressRuleArgs } from "../../../components/rds/network";

describe("A source", () => {
  it("is an address range of either kind, or a security group", () =>
    assert.deepEqual(
      ["10.0.1.0/24", "2001:db8::/56", "sg-0a1b2c3d"].map((source) =>
        ingressRuleArgs(source, { port: 15432 }),
      ),
      [
        { cidrIpv4: "10.0.1.0/24" },
        { cidrIpv6: "2001:db8::/56" },
        { referencedSecurityGroupId: "sg-0a1b2c3d" },
      ].map((source) => ({
        ...source,
        ipProtocol: "tcp",
        fromPort: 15432,
        toPort: 15432,
        description: `PostgreSQL for ${Object.values(source)[0]}`,
      })),
    ));
});
