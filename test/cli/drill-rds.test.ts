/** Which stacks on RDS can be failed over, and which are refused before AWS is asked anything? */

import assert from "node:assert/strict";
import { standbyOf } from "../../cli/drill-rds";
import type { StackOutputs } from "../../cli/project";
import type { RdsBackupLocation } from "../../components/backup/store";
import { LOCATION } from "../components/rds/backup/location";

function standby(backup: Partial<RdsBackupLocation>): Promise<unknown> {
  const generation = {
    number: 1,
    active: true,
    host: "shop.abc.rds.amazonaws.com",
    port: 5432,
    backup: { ...LOCATION, ...backup },
  };
  return standbyOf("prod", { generations: [generation], roles: {} } as unknown as StackOutputs);
}

describe("the standby of a stack on RDS", () => {
  const refused: Record<string, [backup: Partial<RdsBackupLocation>, message: string]> = {
    "a single instance": [
      { topology: "single" },
      "stack prod is a single instance: there is no standby to fail over to\nHINT: write `topology: multi-az` under rds",
    ],
    "an Aurora cluster of one instance": [
      { topology: "aurora", servers: 1 },
      "stack prod is an Aurora cluster of one instance: there is no standby to fail over to\nHINT: write `replicas: 1` under rds",
    ],
    "a database that this machine does not reach": [
      { connect: false },
      "the drill commits to the database, and this machine does not reach it\nHINT: deploy from a machine that does, with its address under sources and `connect: true` under rds",
    ],
  };
  for (const [what, [backup, message]] of Object.entries(refused))
    it(`is not there for ${what}`, () => assert.rejects(standby(backup), { message }));
});
