/** What a database on RDS cannot change: each refusal with its way out, and nothing else is refused. */

import assert from "node:assert/strict";
import type { Version } from "../../../components/parameters/postgres";
import { conversion, identityFaults, identityState } from "../../../components/rds/identity";
import { type RdsOptions, TOPOLOGIES } from "../../../components/rds/options";
import { rdsPlan } from "../../../components/rds/plan";

const NETWORK = { cidr: "10.42.0.0/16", zones: ["eu-central-1a", "eu-central-1b", "eu-central-1c"] };

interface Change extends RdsOptions {
  version?: Version;
  database?: string;
}

function plan({ version = "15", database = "app", ...options }: Change) {
  const decided = {
    owner: "shop/prod/postgres",
    region: options.region ?? "eu-central-1",
    version,
    database,
  };
  return rdsPlan({ network: NETWORK, ...options }, decided);
}

function refusals(before: Change, after: Change): string[] {
  return identityFaults(plan(before), plan(after)).map(({ message }) => message);
}

const EMPTY = "and AWS would make a new, empty database";
const SECOND = "for a database of another kind, deploy a second stack and copy the data";

/** Every change that is refused, with the whole message. */
const REFUSED: Record<string, { before?: Change; after: Change; expected: string }> = {
  "another identifier": {
    after: { identifier: "other" },
    expected: `rds.identifier changed from shop-prod-postgres to other, ${EMPTY}\nHINT: write \`identifier: shop-prod-postgres\` under rds; ${SECOND}`,
  },
  "another region": {
    after: { region: "eu-west-1" },
    expected: `rds.region changed from eu-central-1 to eu-west-1, ${EMPTY}\nHINT: write \`region: eu-central-1\` under rds; ${SECOND}`,
  },
  "another master user": {
    after: { masterUsername: "root" },
    expected: `rds.masterUsername changed from dbadmin to root, ${EMPTY}\nHINT: write \`masterUsername: dbadmin\` under rds; ${SECOND}`,
  },
  "another key": {
    after: { kmsKeyArn: "arn:aws:kms:eu-central-1:111122223333:key/1" },
    expected: `rds.kmsKeyArn changed from a key of its own to arn:aws:kms:eu-central-1:111122223333:key/1, ${EMPTY}\nHINT: remove \`kmsKeyArn\` from rds; ${SECOND}`,
  },
  "another database": {
    after: { database: "shop" },
    expected: `database changed from app to shop, ${EMPTY}\nHINT: write \`database: app\`; ${SECOND}`,
  },
  "another VPC": {
    after: {
      network: { vpcId: "vpc-1", subnets: { "eu-central-1a": "subnet-1", "eu-central-1b": "subnet-2" } },
    },
    expected:
      "rds.network changed from 10.42.0.0/16 to vpc-1, and a database does not move to another VPC\nHINT: write `network: { cidr: 10.42.0.0/16, … }` under rds; for another VPC, deploy a second stack and `restoreFrom` a snapshot",
  },
  "a zone less": {
    after: { network: { ...NETWORK, zones: ["eu-central-1a", "eu-central-1b"] } },
    expected:
      "rds.network no longer has eu-central-1c, and a server may be there, or go there in a failover\nHINT: keep eu-central-1c under rds.network",
  },
  "less storage": {
    before: { allocatedStorage: 200 },
    after: { allocatedStorage: 100 },
    expected:
      "rds.allocatedStorage changed from 200 to 100, and storage of RDS never shrinks\nHINT: write `allocatedStorage: 200` under rds",
  },
  "an older major version": {
    before: { version: "16" },
    after: { version: "15" },
    expected:
      'the version changed from 16 to 15, and PostgreSQL does not go back\nHINT: write `version: "16"`, and remove `engineVersion` from rds',
  },
  "an older minor version": {
    before: { engineVersion: "15.12" },
    after: { engineVersion: "15.10" },
    expected:
      'the version changed from 15.12 to 15.10, and PostgreSQL does not go back\nHINT: write `version: "15"`, and remove `engineVersion` from rds',
  },
  "a new major version unasked": {
    after: { version: "16" },
    expected:
      "version changed from 15 to 16: a new major version is an upgrade with an interruption\nHINT: take a snapshot, then write `majorUpgrade: in-place` under rds; with the shortest interruption: `majorUpgrade: blue-green`",
  },
  "a new major version together with blue-green": {
    after: { version: "16", majorUpgrade: "blue-green" },
    expected:
      'version and majorUpgrade changed together, and a blue/green deployment needs settings that the running server does not have yet\nHINT: deploy `majorUpgrade: blue-green` with `version: "15"` first, and the new version after it',
  },
};

/** Changes that AWS does in place. */
const ALLOWED: Record<string, [Change, Change]> = {
  "a standby": [{ topology: "single" }, { topology: "multi-az" }],
  "no standby": [{ topology: "multi-az" }, { topology: "single" }],
  "more storage": [{ allocatedStorage: 100 }, { allocatedStorage: 200 }],
  "a newer minor version": [{ engineVersion: "15.10" }, { engineVersion: "15.12" }],
  "no minor version any more": [{ engineVersion: "15.10" }, {}],
  "another class": [{}, { instanceClass: "db.r7g.large" }],
  "a new major version in place": [{}, { version: "16", majorUpgrade: "in-place" }],
  "a new major version by blue-green": [
    { majorUpgrade: "blue-green" },
    { version: "16", majorUpgrade: "blue-green" },
  ],
  "a zone more": [{ network: { ...NETWORK, zones: NETWORK.zones.slice(0, 2) } }, {}],
  "no restoreFrom any more": [{ restoreFrom: { snapshot: "before-upgrade" } }, {}],
  "the end of protection": [{}, { deleteData: true }],
};

describe("identity of a database on RDS", () => {
  for (const [name, { before = {}, after, expected }] of Object.entries(REFUSED))
    it(`refuses ${name}`, () => assert.deepEqual(refusals(before, after), [expected]));

  for (const [name, [before, after]] of Object.entries(ALLOWED))
    it(`lets pass ${name}`, () => assert.deepEqual(refusals(before, after), []));

  it("names the way from each topology to each other one", () => {
    for (const from of TOPOLOGIES)
      for (const to of TOPOLOGIES) {
        const way = conversion(from, to);
        assert.equal(way === undefined, from === to, `${from} → ${to}`);
        const messages = refusals({ topology: from }, { topology: to }).join("\n");
        if (way && !way.inPlace)
          assert.ok(
            messages.includes(
              `rds.topology changed from ${from} to ${to}, which AWS does not do in place\nHINT: write \`topology: ${from}\` under rds; to get there: ${way.how}`,
            ),
            messages,
          );
        else assert.equal(messages, "");
      }
  });

  it("shows all faults at once", () => {
    const found = refusals(
      { allocatedStorage: 200 },
      { identifier: "other", allocatedStorage: 100, version: "16" },
    );
    assert.deepEqual(
      found.map((message) => message.split(" ")[0]),
      ["rds.identifier", "rds.allocatedStorage", "version"],
    );
  });

  it("makes a blue/green deployment for a new major version alone", () => {
    const blueGreen = plan({ majorUpgrade: "blue-green" });
    const upgraded = plan({ majorUpgrade: "blue-green", version: "16" });
    const inPlace = plan({ majorUpgrade: "in-place", version: "16" });
    assert.deepEqual(
      [
        identityState(undefined, blueGreen),
        identityState(blueGreen, blueGreen),
        identityState(blueGreen, upgraded),
        identityState(upgraded, upgraded),
        identityState(blueGreen, inPlace),
      ],
      [false, false, true, false, false].map((expected) => ({ blueGreen: expected })),
    );
  });
});
