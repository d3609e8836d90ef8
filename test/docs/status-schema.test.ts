/** The published schema of a status: takes what the command prints, and refuses anything else. */

import assert from "node:assert/strict";
import Ajv from "ajv/dist/2020";
import addFormats from "ajv-formats";
import { Fault } from "../../components/faults";
import { type StatusReport, unreadable } from "../../components/status/report";
import schema from "../../docs/status.schema.json";

const ajv = new Ajv({ allErrors: true, strict: true, strictTypes: false, strictRequired: false });
addFormats(ajv);
const validate = ajv.compile(schema);

/** A server that is well but for one thing. */
const REPORT: StatusReport = {
  ok: false,
  server: {
    version: "15.18",
    startedAt: "2026-01-01T00:00:00.000000Z",
    systemIdentifier: "7500000000000000001",
  },
  checks: [
    { name: "standbys", value: "0, 0 synchronous", threshold: "5min", verdict: "ok", hint: "" },
    { name: "archiver", value: "3 failures", threshold: "any", verdict: "warning", hint: "look at its log" },
  ],
};

describe("docs/status.schema.json", () => {
  it("takes the status of a server, and of one that is down", () => {
    for (const report of [REPORT, unreadable(new Fault("no connection", "start it"))])
      assert.ok(validate(report), ajv.errorsText(validate.errors));
  });

  const [sound, bad] = REPORT.checks;
  const changes: Record<string, object> = {
    "an unknown verdict": { checks: [{ ...sound, verdict: "good" }] },
    "something to do where nothing is wrong": { checks: [{ ...sound, hint: "do" }] },
    "nothing to do where something is wrong": { checks: [{ ...bad, hint: "" }] },
    "no checks": { checks: [] },
    "a property that it does not know": { more: 1 },
    "a server without its start": { server: { ...REPORT.server, startedAt: undefined } },
  };
  for (const [name, change] of Object.entries(changes))
    it(`refuses ${name}`, () =>
      assert.equal(validate(JSON.parse(JSON.stringify({ ...REPORT, ...change }))), false));
});
