/** What status says of a database on RDS: each verdict of each check, and the whole over a double of AWS's API. */

import assert from "node:assert/strict";
import { now as clock, time } from "../../../components/backup/time";
import type { Judgement } from "../../../components/status/check";
import { RDS_CHECKS, type RdsBackupState, rdsStatus } from "../../../components/status/rds-checks";
import { withDoubles } from "../../aws/environment";
import { RdsAccount } from "../../aws/rds-account";
import { backupsOf } from "../rds/backup/location";

const COPY = "arn:aws:rds:eu-west-1:111122223333:auto-backup:ab-1";

/** At noon: a snapshot of the night, WAL up to five minutes ago, a rehearsal of the day before. */
function healthy(): RdsBackupState {
  return {
    stack: "prod",
    catalogue: {
      identifier: "shop",
      topology: "multi-az",
      source: {
        arn: "arn:aws:rds:eu-central-1:111122223333:db:shop",
        status: "available",
        version: "17.6",
        storage: 100,
        retention: 35,
        window: { from: "2026-10-20T02:10:00Z", to: "2026-11-24T11:55:00Z" },
        copies: [COPY],
      },
      snapshots: [
        {
          name: "rds:shop-2026-11-24-02-00",
          arn: "arn:aws:rds:eu-central-1:111122223333:snapshot:rds:shop-2026-11-24-02-00",
          type: "automated",
          status: "available",
          percent: 100,
          created: "2026-11-24T02:00:00Z",
          size: 107_374_182_400,
          version: "17.6",
        },
      ],
      copies: [
        {
          arn: COPY,
          region: "eu-west-1",
          status: "replicating",
          window: { from: "2026-10-20T02:10:00Z", to: "2026-11-24T11:50:00Z" },
        },
      ],
    },
    lastRehearsal: {
      ok: true,
      finishedAt: "2026-11-23T12:00:00.000000Z",
      restoreSeconds: 900,
      failure: null,
    },
    now: time("2026-11-24T12:00:00Z"),
  };
}

type Source = NonNullable<RdsBackupState["catalogue"]["source"]>;

function sourceOf({ catalogue }: RdsBackupState): Source {
  return catalogue.source ?? assert.fail();
}

interface Case {
  check: string;
  name: string;
  mutate(state: RdsBackupState): void;
  judgement: Omit<Judgement, "threshold">;
}

const EVENTS = "npx durable-postgres backups --stack prod; AWS's events tell why: aws rds describe-events";
const BACKUP = "npx durable-postgres backup --stack prod";

const CASES: Case[] = [
  ...(["modifying", "rebooting"] as const).map(
    (status): Case => ({
      check: "server",
      name: `that is ${status}`,
      mutate: (state) => Object.assign(sourceOf(state), { status }),
      judgement: {
        value: `${status}, 17.6`,
        verdict: "warning",
        hint: "aws rds describe-events --source-identifier shop tells why",
      },
    }),
  ),
  ...(["storage-full", "stopped", "incompatible-parameters"] as const).map(
    (status): Case => ({
      check: "server",
      name: `that is ${status}`,
      mutate: (state) => Object.assign(sourceOf(state), { status }),
      judgement: {
        value: `${status}, 17.6`,
        verdict: "critical",
        hint: "aws rds describe-events --source-identifier shop tells why",
      },
    }),
  ),
  {
    check: "server",
    name: "that is gone",
    mutate: ({ catalogue }) => Object.assign(catalogue, { source: null }),
    judgement: {
      value: "AWS has no shop any more",
      verdict: "critical",
      hint: "its snapshots are there: npx durable-postgres backups --stack prod",
    },
  },
  {
    check: "last backup",
    name: "that is late",
    mutate: ({ catalogue }) =>
      Object.assign(catalogue.snapshots[0] ?? {}, { created: "2026-11-23T09:00:00Z" }),
    judgement: { value: "rds:shop-2026-11-24-02-00, 1.1d ago", verdict: "warning", hint: BACKUP },
  },
  {
    check: "last backup",
    name: "that is not finished, and the only one",
    mutate: ({ catalogue }) => Object.assign(catalogue.snapshots[0] ?? {}, { status: "creating" }),
    judgement: { value: "none", verdict: "critical", hint: BACKUP },
  },
  {
    check: "last backup",
    name: "of a database whose automated backups are turned off",
    mutate: (state) => Object.assign(sourceOf(state), { retention: 0 }),
    judgement: {
      value: "no automated backups",
      verdict: "critical",
      hint: "write `backupRetention: 14` under rds",
    },
  },
  {
    check: "last rehearsal",
    name: "that failed",
    mutate: (state) =>
      Object.assign(state, {
        lastRehearsal: { ok: false, finishedAt: null, restoreSeconds: null, failure: "no canary" },
      }),
    judgement: {
      value: "failed: no canary",
      verdict: "critical",
      hint: "look at what can be restored: npx durable-postgres backups --stack prod; then: npx durable-postgres rehearse --stack prod",
    },
  },
  {
    check: "last rehearsal",
    name: "that never was, since the first snapshot",
    mutate: (state) => {
      Object.assign(state, { lastRehearsal: undefined });
      Object.assign(state.catalogue.snapshots[0] ?? {}, { created: "2026-11-15T12:00:00Z" });
    },
    judgement: {
      value: "never, and backups since 9d",
      verdict: "warning",
      hint: "npx durable-postgres rehearse --stack prod",
    },
  },
  ...(
    [
      ["2026-11-24T11:45:00Z", "warning"],
      ["2026-11-24T10:45:00Z", "critical"],
    ] as const
  ).map(
    ([to, verdict]): Case => ({
      check: "restorable window",
      name: `that ends at ${to}`,
      mutate: (state) => Object.assign(sourceOf(state).window, { to }),
      judgement: { value: `2026-10-20T02:10:00Z to ${to}`, verdict, hint: EVENTS },
    }),
  ),
  {
    check: "restorable window",
    name: "that is none",
    mutate: (state) => Object.assign(sourceOf(state).window, { to: null }),
    judgement: { value: "nothing can be restored", verdict: "critical", hint: EVENTS },
  },
  {
    check: "restorable window",
    name: "of a copy that lags",
    mutate: ({ catalogue }) =>
      Object.assign(catalogue.copies[0]?.window ?? {}, { to: "2026-11-24T10:50:00Z" }),
    judgement: {
      value:
        "2026-10-20T02:10:00Z to 2026-11-24T11:55:00Z; copy in eu-west-1: replicating, to 2026-11-24T10:50:00Z",
      verdict: "warning",
      hint: EVENTS,
    },
  },
  {
    check: "restorable window",
    name: "of a copy that AWS has not",
    mutate: ({ catalogue }) =>
      Object.assign(catalogue.copies[0] ?? {}, { status: "not there", window: { from: null, to: null } }),
    judgement: {
      value: "2026-10-20T02:10:00Z to 2026-11-24T11:55:00Z; copy in eu-west-1: not there, to nothing",
      verdict: "warning",
      hint: EVENTS,
    },
  },
];

describe("the status of a database on RDS", () => {
  it("is ok in every check of one that is well", () => {
    assert.deepEqual(rdsStatus(healthy()), {
      ok: true,
      server: null,
      checks: [
        {
          name: "server",
          value: "available, 17.6",
          threshold: "critical when AWS calls it broken",
          verdict: "ok",
          hint: "",
        },
        {
          name: "last backup",
          value: "rds:shop-2026-11-24-02-00, 10h ago",
          threshold: "1.1d; critical none",
          verdict: "ok",
          hint: "",
        },
        {
          name: "last rehearsal",
          value: "ok 1d ago, restored in 15min",
          threshold: "8d; critical 16d",
          verdict: "ok",
          hint: "",
        },
        {
          name: "restorable window",
          value: "2026-10-20T02:10:00Z to 2026-11-24T11:55:00Z",
          threshold: "ends 10min ago; critical 1h",
          verdict: "ok",
          hint: "",
        },
      ],
    });
  });

  for (const { check, name, mutate, judgement } of CASES)
    it(`${check}, ${name}: ${judgement.verdict}`, () => {
      const state = healthy();
      mutate(state);
      const found = rdsStatus(state).checks.find((one) => one.name === check);
      const { value, verdict, hint } = found ?? assert.fail();
      assert.deepEqual({ value, verdict, hint }, judgement);
    });

  it("has a case for each verdict that a check says it can give", () => {
    for (const { name, warning, critical } of RDS_CHECKS) {
      const verdicts = CASES.filter(({ check }) => check === name).map(({ judgement }) => judgement.verdict);
      assert.deepEqual([...new Set(verdicts)].sort(), ["critical", "warning"], name);
      assert.ok(warning && critical);
    }
  });

  it("is judged by what AWS answers", () => {
    const account = new RdsAccount();
    account.add("shop", { earliest: "2026-10-20T02:10:00Z", latest: "2026-11-24T11:55:00Z" });
    account.addSnapshot("rds:shop-2026-11-24-02-10", { database: "shop", type: "automated" });
    return withDoubles([account], async () => {
      const state = { ...healthy(), catalogue: await backupsOf().catalogue() };
      assert.equal(rdsStatus(state).ok, true);
      // By today's clock all of it is old.
      assert.equal(rdsStatus({ ...state, now: clock() }).ok, false);
      account.databases.delete("shop");
      const { checks } = rdsStatus({ ...state, catalogue: await backupsOf().catalogue() });
      assert.deepEqual(
        checks.map(({ verdict }) => verdict),
        ["critical", "ok", "ok", "critical"],
      );
    });
  });
});
