/** Do the rules bear anything? Inputs are anybody's: wrong types, nulls, long texts, any arguments and files. */

import assert from "node:assert/strict";
import fc from "fast-check";
import { readArchiveCommand } from "../../components/parameters/archive-command";
import { HAPPY } from "../../policies/examples";
import { judgeAll } from "../../policies/judge";
import { readConfFile } from "../../policies/reading/conf-file";
import { type Properties, UNKNOWN } from "../../policies/reading/known";
import type { Resource } from "../../policies/rule";
import { RULES } from "../../policies/rules";
import { CONTAINER } from "../../policies/subjects";

function judge(type: string, properties: Properties): void {
  const resource: Resource = { type, name: "any", urn: "urn:any", properties };
  const twin = { ...resource, name: "twin", urn: "urn:twin" };
  for (const finding of judgeAll(RULES, [resource, twin])) {
    assert.equal(typeof finding.message, "string");
    assert.equal(finding.value.length < 1000 && finding.message.length < 3000, true, finding.rule);
    assert.doesNotMatch(finding.hint, /undefined|\[object|Symbol\(/, finding.rule);
    assert.doesNotMatch(finding.message, /undefined|\[object|Symbol\(/, finding.rule);
  }
}

const WORDS = fc.oneof(
  fc.string({ maxLength: 30 }),
  fc.constantFrom(
    ..."postgres -c -F sh bash exec -- = fsync=off /var/lib/postgresql/data postgres:15 trust always host tmpfs bind volume 5432 POSTGRES_PASSWORD=x PGDATA=/x 1 0 true {a} %p %f".split(
      " ",
    ),
  ),
);

const ANY = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    WORDS,
    fc.constantFrom(null, undefined, UNKNOWN, true, false, 0, -1, 1.5, Number.NaN, 1e300),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(fc.oneof(fc.constantFrom(...keys()), WORDS), tie("value"), { maxKeys: 4 }),
  ),
})).value;

/** Names of properties that rules read. */
function keys(): string[] {
  const nested =
    "type source target file content contentBase64 internal external ip name value applyMethod tests adds drops o driver hostPath containerPath volumeName propagation";
  return [
    ...new Set([
      ...Object.values(HAPPY).flatMap(Object.keys),
      ...nested.split(" "),
      "__proto__",
      "constructor",
    ]),
  ];
}

describe("the rules bear", () => {
  for (const type of Object.keys(HAPPY)) {
    it(`any inputs of ${type}`, () => {
      fc.assert(
        fc.property(fc.dictionary(fc.constantFrom(...keys()), ANY, { maxKeys: 8 }), (properties) =>
          judge(type, properties),
        ),
        { numRuns: 300 },
      );
    });

    it(`any value in any one property of a happy ${type}`, () => {
      fc.assert(
        fc.property(fc.constantFrom(...Object.keys(HAPPY[type] ?? {})), ANY, (property, value) =>
          judge(type, { ...HAPPY[type], [property]: value }),
        ),
        { numRuns: 300 },
      );
    });
  }

  it("any arguments", () => {
    fc.assert(
      fc.property(
        fc.array(WORDS, { maxLength: 10 }),
        fc.array(WORDS, { maxLength: 3 }),
        (command, entrypoints) => judge(CONTAINER, { image: "postgres:15", command, entrypoints }),
      ),
      { numRuns: 500 },
    );
  });

  it("any script, file and archive_command", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => {
        judge(CONTAINER, { image: "postgres:15", command: ["sh", "-c", `${text} postgres`] });
        judge(CONTAINER, {
          image: "postgres:15",
          command: ["-c", "config_file=/a", "-c", `archive_command=${text}`, "-c", "archive_mode=on"],
          uploads: [
            { file: "/a", content: text },
            { file: "/b/pg_hba.conf", content: text },
          ],
        });
      }),
      { numRuns: 300 },
    );
  });

  const TEN_MB = 10 * 1024 * 1024;
  for (const unit of ["a", " ", "'", "$(", "-c fsync=off ", "fsync = off\n", "\\", "a=b,", "::", "/../"])
    it(`10 MB of ${JSON.stringify(unit)} everywhere`, () => {
      const long = unit.repeat(TEN_MB / unit.length);
      const started = Date.now();
      judge(CONTAINER, {
        image: long,
        command: ["postgres", "-c", `fsync=${long}`, long, "-c", `archive_command=${long}`],
        entrypoints: ["sh", "-c", long],
        envs: [`POSTGRES_INITDB_ARGS=${long}`, long],
        uploads: [{ file: "/etc/pg_hba.conf", content: long, contentBase64: long }],
        mounts: [{ type: long, source: long, target: long }],
        memory: long,
        stopSignal: long,
        labels: [{ label: long, value: long }],
      });
      judge("aws:rds/parameterGroup:ParameterGroup", {
        family: "postgres15",
        parameters: [{ name: long, value: long }],
      });
      readArchiveCommand(long);
      readConfFile(long.slice(0, 1_000_000));
      assert.equal(Date.now() - started < 10_000, true, `${Date.now() - started} ms`);
    });
});
