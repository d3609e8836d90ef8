/** Which plans does the guard stop, and what does it say? */

import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import fc from "fast-check";
import { guard } from "../../cli/guard";
import { DATA_TYPES } from "../../cli/guard/data-types";
import { readEngineOutput } from "../../cli/preview/engine-output";
import { isFault } from "../../components/faults";
import { digest, type Step, stream, urn } from "./preview/recorded";

const VOLUME = "docker:index/volume:Volume";
const CONTAINER = "docker:index/container:Container";

/** A replacement as the engine plans it: three steps, of which two name the property. */
function replaced(type: string, name: string, change: Partial<Step> = {}): Step[] {
  const states = { old: { inputs: { name: "db-data" } }, new: { inputs: { name: "db-data-2" } } };
  return [
    { op: "create-replacement", type, name, keys: ["name"], ...states, ...change },
    { op: "replace", type, name, keys: ["name"], ...states, ...change },
    { op: "delete-replaced", type, name, ...states, ...change, keys: [] },
  ];
}

describe("guard", () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), "guard-"));
  after(() => rmSync(folder, { recursive: true, force: true }));
  const write = (name: string, text: string) => {
    writeFileSync(path.join(folder, name), text);
    return path.join(folder, name);
  };
  const guarding = (steps: readonly Step[], options: object = {}) =>
    guard({ json: write("plan.json", stream(steps)), ...options });

  it("lets a plan pass that loses nothing", async () => {
    const steps: Step[] = [
      { op: "same", type: VOLUME, name: "data" },
      { op: "update", type: "aws:rds/instance:Instance", name: "db" },
      { op: "create", type: "aws:s3/bucket:Bucket", name: "backups" },
      { op: "delete", type: "aws:iam/role:Role", name: "old" },
    ];
    assert.deepEqual(await guarding(steps), { text: "ok: none of 4 planned steps loses data", code: 0 });
  });

  for (const type of Object.keys(DATA_TYPES))
    for (const op of ["replace", "delete"])
      it(`stops the ${op} of ${type}`, async () => {
        const old = { inputs: { deleteData: true } };
        const { code, text } = await guarding([{ op, type, name: "precious", keys: ["name"], old }]);
        assert.equal(code, 1);
        assert.match(text, / precious would be (replaced|deleted), because .*: lost is /);
        assert.ok(text.includes(DATA_TYPES[type] ?? ""));
      });

  for (const form of ["stream", "digest"])
    it(`names the property that causes a replacement, from a ${form}`, async () => {
      const file = write(
        "plan.json",
        form === "stream" ? stream(replaced(VOLUME, "data")) : digest(replaced(VOLUME, "data")),
      );
      const { code, text } = await guard({ json: file });
      assert.equal(code, 1);
      assert.equal(
        text.replace(/of \d /, "of N "),
        [
          'docker Volume data would be replaced, because `name` changes from "db-data" to "db-data-2": lost is the volume and all that is on it',
          'HINT: write `name: "db-data"` again; if the loss is meant: --allow data',
          "NOT ok: 1 of N planned steps would lose data",
        ].join("\n"),
      );
    });

  it("takes the property from the detailed diff where no other is named", async () => {
    const detailedDiff = { "tags.a": { kind: "update" }, engineVersion: { kind: "update-replace" } };
    const { text } = await guarding([
      { op: "replace", type: "aws:rds/instance:Instance", name: "db", keys: [], detailedDiff },
    ]);
    assert.match(text, /because `engineVersion` changes: lost is/);
  });

  it("says that a line is gone, and how a renamed resource keeps its data", async () => {
    const { text } = await guarding([
      { op: "create", type: VOLUME, name: "new" },
      { op: "delete", type: VOLUME, name: "old", old: { protect: true } },
    ]);
    assert.equal(
      text,
      [
        "docker Volume old would be deleted, because the program does not declare it any more: lost is the volume and all that is on it (it is protected: the engine stops there)",
        'HINT: if it is new now, write `aliases: [{ name: "old" }]` in the options of new; if the loss is meant: --allow old',
        "NOT ok: 1 of 2 planned steps would lose data",
      ].join("\n"),
    );
  });

  it("takes the replacement of a container for no loss", async () => {
    const { code, text } = await guarding(replaced(CONTAINER, "db"));
    assert.equal(code, 0);
    assert.match(text, /^note: docker Container db is replaced \(name\): its volumes stay\nok: /);
  });

  it("lets what is kept be deleted, but not replaced by something empty", async () => {
    const kept = { old: { retainOnDelete: true, inputs: { name: "db-data" } } };
    const server = "durable-postgres:local:Server";
    const deleted = await guarding([
      { op: "delete", type: VOLUME, name: "data", ...kept },
      { op: "delete", type: server, name: "server", old: { inputs: { deleteData: false } } },
    ]);
    assert.equal(deleted.code, 0);
    assert.match(deleted.text, /note: docker Volume data is deleted from the stack, and its data are kept/);
    const { code, text } = await guarding(replaced(VOLUME, "data", kept));
    assert.equal(code, 1);
    assert.match(text, /\(the old one is kept, the new one is empty\)/);
    const gone = await guarding([
      { op: "delete", type: server, name: "server", old: { inputs: { deleteData: true } } },
    ]);
    assert.equal(gone.code, 1);
  });

  it("lets pass what is allowed by name or URN", async () => {
    for (const allow of ["data", urn(VOLUME, "data")]) {
      const { code, text } = await guarding(replaced(VOLUME, "data"), { allow: [allow] });
      assert.equal(code, 0, text);
      assert.match(text, /^note: allowed by --allow: docker Volume data would be replaced/);
    }
    assert.equal((await guarding(replaced(VOLUME, "data"), { allow: ["other"] })).code, 1);
  });

  it("lets pass what is waived with a reason and until a day", async () => {
    const waiver = { rule: "plan-guard", resource: "data", reason: "an empty volume", expires: "2999-12-31" };
    const config = (change: object) =>
      write("config.json", JSON.stringify({ waivers: { list: [{ ...waiver, ...change }] } }));
    const waived = await guarding(replaced(VOLUME, "data"), { config: config({}) });
    assert.equal(waived.code, 0, waived.text);
    assert.match(waived.text, /^note: waived: docker Volume data would be replaced/);
    for (const [change, words] of [
      [
        { expires: "2020-01-01" },
        /waiver 1 \(plan-guard on data\) expired on 2020-01-01, and does not hold\nHINT: /,
      ],
      [{ reason: "" }, /has no reason/],
    ] as const) {
      const refused = await guarding(replaced(VOLUME, "data"), { config: config(change) });
      assert.equal(refused.code, 1);
      assert.match(refused.text, words);
    }
  });

  it("looks at a destroy, and says how to keep something", async () => {
    const { code, text } = await guarding([{ op: "delete", type: VOLUME, name: "data" }], { destroy: true });
    assert.equal(code, 1);
    assert.equal(
      text.split("\n").slice(0, 2).join("\n"),
      "docker Volume data would be deleted: lost is the volume and all that is on it\n" +
        "HINT: write `protect: true` in its options and deploy, then: pulumi destroy --exclude-protected; if the loss is meant: --allow data",
    );
  });

  it("does not trust a plan that came to no end", async () => {
    const failed = {
      diagnosticEvent: { severity: "error", message: "<{%reset%}>error: no such program<{%reset%}>\n" },
    };
    const { code, text } = await guard({ json: write("plan.json", stream([], [failed], "failed")) });
    assert.equal(code, 1);
    assert.equal(text, "the preview failed, so that its plan is not complete:\n    error: no such program");
    const cut = stream(replaced(CONTAINER, "db")).split("\n").slice(0, 2).join("\n");
    assert.equal((await guard({ json: write("cut.json", cut) })).code, 1);
  });

  it("refuses what is no preview", async () => {
    for (const text of ["", "{}", "null", "[1]", "Previewing update (dev)", '{"a": 1}\n{"b": 2}'])
      await assert.rejects(guard({ json: write("plan.json", text) }), /is no output of a preview\nHINT: /);
    await assert.rejects(
      guard({ json: path.join(folder, "gone.json") }),
      /gone\.json cannot be read.*\nHINT: /s,
    );
  });

  it("throws nothing but faults, whatever the engine prints", () => {
    const event = fc.constantFrom(
      "resourcePreEvent",
      "policyEvent",
      "diagnosticEvent",
      "summaryEvent",
      "resOutputsEvent",
    );
    const line = fc.dictionary(event, fc.jsonValue()).map((value) => JSON.stringify(value));
    const text = fc.oneof(
      fc.string(),
      fc.jsonValue().map((value) => JSON.stringify({ steps: [value], diagnostics: [value] })),
      fc.array(line).map((lines) => lines.join("\n")),
    );
    fc.assert(
      fc.property(text, (written) => {
        try {
          readEngineOutput(written, "a file");
        } catch (error) {
          if (!isFault(error)) throw error;
        }
      }),
    );
  });
});
