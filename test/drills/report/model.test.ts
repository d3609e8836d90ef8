/** What the report says, and when it says that nothing is proven. */

import assert from "node:assert/strict";
import { CLAIMS, type DrillName } from "../../../drills/claims";
import { type ReportModel, reportModel } from "../../../drills/report/model";
import { NOT_PROVEN, PROVEN, reportArgs, STATE, withDrift, withOthers } from "./fixture";

function claims(drill: DrillName) {
  const { title, proves, doesNotProve } = CLAIMS[drill];
  return { title, proves, doesNotProve };
}

const facts = ({ reasons }: ReportModel) => reasons.map(({ fact }) => fact);

describe("the model of the report", () => {
  it("holds everything of evidence and outputs", async () => {
    const args = await reportArgs(NOT_PROVEN);
    const [crash = "", powerCut = "", tornPage = ""] = args.files.flatMap(({ records }) =>
      records.map(({ sha256 }) => sha256),
    );
    const on = { product: "0.1.0", postgres: "15", machine: "Linux, 4 CPUs" };
    const round = {
      round: 1,
      commits: 1500,
      loadSeconds: 1.25,
      commitsPerSecond: 1200,
      recoverySeconds: 0.51,
      replayedBytes: 3_145_728,
      findings: [],
    };
    const gone = {
      round: 2,
      commits: 250,
      loadSeconds: 0.5,
      commitsPerSecond: 500,
      recoverySeconds: null,
      replayedBytes: null,
      findings: ["the server does not start: <PANIC>"],
    };
    const crashRun = {
      at: "2026-01-02T03:04:05.000Z",
      drill: "crash" as const,
      verdict: "passed" as const,
      reason: null,
      ...on,
      commits: 1500,
      longestRecoverySeconds: 0.51,
      rtoSeconds: 30,
      controls: 2,
      controlsFound: 1,
      sha256: crash,
    };
    const powerCutRun = {
      at: "2026-01-02T03:05:05.000Z",
      drill: "power-cut" as const,
      verdict: "failed" as const,
      reason: null,
      ...on,
      commits: 1750,
      longestRecoverySeconds: 0.51,
      rtoSeconds: null,
      controls: 0,
      controlsFound: 0,
      sha256: powerCut,
    };
    const tornPageRun = {
      at: "2026-01-02T03:06:05.000Z",
      drill: "torn-page" as const,
      verdict: "not run" as const,
      reason: "no <space> left",
      ...on,
      commits: 0,
      longestRecoverySeconds: null,
      rtoSeconds: null,
      controls: 0,
      controlsFound: 0,
      sha256: tornPage,
    };
    const expected: ReportModel = {
      stack: "local",
      product: "0.1.0",
      generatedAt: "2026-01-03T00:00:00.000Z",
      proven: false,
      reasons: [
        {
          fact: "drill crash ran with other settings: work_mem",
          hint: "npx durable-postgres drill crash --stack local --prove",
        },
        {
          fact: "drill crash does not find archive_command = 'cp', so it proves nothing here",
          hint: "npx durable-postgres drill crash --stack local --prove",
        },
        {
          fact: "drill power-cut failed: the server does not start: <PANIC>",
          hint: "mend what it found, then: npx durable-postgres drill power-cut --stack local --prove",
        },
        {
          fact: "nothing shows that drill power-cut can fail",
          hint: "npx durable-postgres drill power-cut --stack local --prove",
        },
        {
          fact: "drill torn-page was not run: no <space> left",
          hint: "npx durable-postgres drill torn-page --stack local --prove",
        },
        {
          fact: "drill restore was not shown: there is no intact record of it",
          hint: "npx durable-postgres drill restore --stack local --prove",
        },
      ],
      server: args.verification.server,
      compared: 2,
      findings: [],
      settings: [
        {
          parameter: "fsync",
          asked: "on",
          running: "on",
          source: null,
          origin: "default",
          reason: "flushed",
        },
        {
          parameter: "work_mem",
          asked: "16MB",
          running: "16MB",
          source: null,
          origin: "default",
          reason: "sorts & <hashes>",
        },
      ],
      drills: [
        {
          drill: "crash",
          ...claims("crash"),
          run: crashRun,
          changes: [{ name: "work_mem", inRun: "4MB", now: "16MB" }],
          rounds: [round],
          controls: [
            { name: "fsync = off", found: true, round: 2, findings: ["the server does not start: <PANIC>"] },
            { name: "archive_command = 'cp'", found: false, round: 1, findings: [] },
          ],
          controlsAt: "2026-01-02T03:04:05.000Z",
        },
        {
          drill: "power-cut",
          ...claims("power-cut"),
          run: powerCutRun,
          changes: [],
          rounds: [round, gone],
          controls: [],
          controlsAt: null,
        },
        {
          drill: "torn-page",
          ...claims("torn-page"),
          run: tornPageRun,
          changes: [],
          rounds: [],
          controls: [],
          controlsAt: null,
        },
        {
          drill: "restore",
          ...claims("restore"),
          run: null,
          changes: [],
          rounds: [],
          controls: [],
          controlsAt: null,
        },
      ],
      history: [crashRun, powerCutRun, tornPageRun],
      rehearsals: [],
      verifications: [],
      ...STATE,
      chains: [{ file: "drills.jsonl", records: 3, newest: tornPage, broken: null }],
    };
    assert.deepEqual(reportModel(args), expected);
  });

  it("asks only for drills that can be run on the target", async () => {
    const args = await reportArgs(PROVEN);
    const { drills } = reportModel({ ...args, target: "rds" });
    assert.deepEqual(
      drills.map(({ drill }) => drill),
      ["failover"],
    );
  });

  it("is proven where everything was shown", async () => {
    const model = reportModel(await reportArgs(PROVEN));
    assert.deepEqual([model.proven, facts(model)], [true, []]);
  });

  it("is not proven without evidence", async () => {
    const model = reportModel(await reportArgs([]));
    assert.deepEqual(
      facts(model),
      ["crash", "power-cut", "torn-page", "restore"].map(
        (drill) => `drill ${drill} was not shown: there is no intact record of it`,
      ),
    );
  });

  it("uses nothing of a broken chain", async () => {
    const model = reportModel(
      await reportArgs(PROVEN, (text) => text.replace('"commits":1500', '"commits":9')),
    );
    assert.deepEqual(model.chains, [
      {
        file: "drills.jsonl",
        records: 0,
        newest: null,
        broken: {
          fact: "line 1 of /evidence/drills.jsonl was changed, or a line before it is gone",
          hint: "move the file away: mv /evidence/drills.jsonl /evidence/drills.jsonl.broken",
        },
      },
    ]);
    assert.deepEqual([model.proven, model.history], [false, []]);
  });

  it("takes the newest run, and the newest controls where that run had none", async () => {
    const again = PROVEN.map((record) => ({ ...record, at: "2026-02-02T00:00:00.000Z", controls: [] }));
    const model = reportModel(await reportArgs([...PROVEN, ...again]));
    assert.deepEqual(
      model.drills.map(({ run, controlsAt }) => [run?.at, controlsAt]),
      PROVEN.map(({ at }) => ["2026-02-02T00:00:00.000Z", at]),
    );
    assert.equal(model.proven, true);
  });

  it("is not proven on a server that does not run as declared", async () => {
    const model = reportModel(withDrift(await reportArgs(PROVEN)));
    assert.deepEqual(facts(model), ["the server does not run as declared"]);
    const [fsync] = model.settings;
    assert.deepEqual([fsync?.running, fsync?.source], ["off", "role <app>"]);
  });

  it("has every rehearsal and every verification, and a failed rehearsal disproves", async () => {
    const good = reportModel(withOthers(await reportArgs(PROVEN), true));
    assert.deepEqual(
      [good.proven, good.rehearsals, good.verifications],
      [
        true,
        [
          {
            at: "2026-01-02T04:00:00.000Z",
            ok: true,
            backup: "20260101-000000F",
            restoreSeconds: 4.25,
            dataAgeSeconds: 5.5,
            failure: null,
            sha256: "a".repeat(64),
          },
        ],
        [
          {
            at: "2026-01-02T04:00:00.000Z",
            ok: true,
            during: "verify",
            postgres: "15",
            compared: 44,
            findings: [],
            sha256: "b".repeat(64),
          },
        ],
      ],
    );
    const bad = reportModel(withOthers(await reportArgs(PROVEN), false));
    assert.deepEqual(facts(bad), [
      "the newest rehearsal of a restore failed: the canary <row> was not restored",
    ]);
    assert.deepEqual(bad.verifications[0]?.findings, ["error: fsync is off (role <app>)"]);
  });

  it("is not proven by a run on another version", async () => {
    const model = reportModel(await reportArgs(PROVEN.map((record) => ({ ...record, postgres: "14" }))));
    assert.deepEqual(facts(model).slice(0, 1), ["drill crash ran with other settings: PostgreSQL"]);
  });
});
