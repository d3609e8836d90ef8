import assert from "node:assert/strict";
import type { Copy, Kept, UnreadCopy } from "../../../components/backup/types";
import type { Backups, Verdict } from "../../../components/status/check";
import { everywhere } from "../../../components/status/places";

/** What a place holds does not matter here: its number of segments says what is judged of it. */
function kept(verdict: Verdict): Kept {
  const segments = ["ok", "warning", "critical"].indexOf(verdict);
  return { backups: [], windows: [], archive: { segments, size: 0, newest: null, faults: [] } };
}

function judged(volume: Verdict, ...copies: (Copy | UnreadCopy)[]) {
  const catalogue = { ...kept(volume), dumps: [], lastRehearsal: null, place: "volume db", copies };
  return everywhere({ catalogue } as unknown as Backups, ({ archive: { segments } }) => {
    const verdict = (["ok", "warning", "critical"] as const)[segments] ?? assert.fail();
    return { value: `${segments} wrong`, verdict, hint: verdict === "ok" ? "" : `mend ${segments}` };
  });
}

const bucket = (verdict: Verdict): Copy => ({ place: "bucket shop", ...kept(verdict) });
const silent: UnreadCopy = { place: "bucket shop", fact: "no route to it", hint: "look at the network" };

/** What it says, and what it leaves out. */
function said({ value, verdict, hint }: ReturnType<typeof judged>): string[] {
  return [verdict, value, hint];
}

describe("backups in several places", () => {
  it("are ok where all are", () => {
    assert.deepEqual(said(judged("ok", bucket("ok"))), ["ok", "0 wrong", ""]);
  });

  it("name the place that lags, also where it is the first", () => {
    assert.deepEqual(said(judged("ok", bucket("warning"))), ["warning", "bucket shop: 1 wrong", "mend 1"]);
    assert.deepEqual(said(judged("critical", bucket("ok"))), ["critical", "volume db: 2 wrong", "mend 2"]);
  });

  it("name every place that is not well, with the verdict and the hint of the gravest", () => {
    assert.deepEqual(said(judged("warning", bucket("critical"))), [
      "critical",
      "volume db: 1 wrong; bucket shop: 2 wrong",
      "mend 2",
    ]);
  });

  it("are not known to be well where one does not answer", () => {
    assert.deepEqual(said(judged("ok", silent)), [
      "warning",
      "bucket shop: not known: no route to it",
      "look at the network",
    ]);
  });

  it("need no name where there is one place alone", () => {
    assert.deepEqual(said(judged("warning")), ["warning", "1 wrong", "mend 1"]);
  });
});
