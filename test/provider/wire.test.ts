/** Property values between engine and plugin: nothing is lost, nothing secret goes out in plain text. */

import assert from "node:assert/strict";
import fc from "fast-check";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { fromStruct, hasUnknown, type Properties, toStruct, UNKNOWN, type Value } from "../../provider/wire";

const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4";
const UNKNOWN_ON_THE_WIRE = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

const secret = (value: unknown) => ({ [SIGNATURE]: SECRET, value });
const struct = (wire: object) => Struct.fromJavaScript(wire as Parameters<typeof Struct.fromJavaScript>[0]);
const read = (wire: object) => fromStruct(struct(wire));
const written = (properties: Properties, secrets: readonly string[] = []) =>
  toStruct(properties, secrets).toJavaScript();

/** google-protobuf's `Struct` loses this one key, in Pulumi's own SDKs too. No property of ours has it. */
const keys = fc.string({ minLength: 1 }).filter((key) => key !== "__proto__");

/** Any value, unknown ones inside. Minus zero has no form of its own in JSON. */
const { value: values } = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constantFrom(null, true, false, UNKNOWN, 0, ""),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
    fc.string({ unit: "grapheme" }),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(keys, tie("value"), { maxKeys: 4, noNullPrototype: true }),
  ),
}));
const properties = fc.dictionary(fc.stringMatching(/^[a-z]{1,6}$/), values, { noNullPrototype: true });

describe("properties on the wire", () => {
  it("are read as they were written, secret or not", () => {
    fc.assert(
      fc.property(properties, fc.array(fc.stringMatching(/^[a-z]{1,6}$/)), (given, others) => {
        const secrets = [...Object.keys(given).slice(0, 2), ...others];
        assert.deepEqual(fromStruct(toStruct(given, secrets)), given);
      }),
    );
  });

  it("that are secrets are wrapped whole, the others are not", () => {
    assert.deepEqual(written({ url: "postgresql://", port: 1, env: { PGPASSWORD: "x" } }, ["url", "env"]), {
      url: secret("postgresql://"),
      port: 1,
      env: secret({ PGPASSWORD: "x" }),
    });
  });

  it("leave no text of a secret outside its wrapping", () => {
    fc.assert(
      fc.property(properties, (given) => {
        const wire = written({ ...given, password: "hunter2" }, ["password"]) as Record<string, unknown>;
        assert.deepEqual(wire.password, secret("hunter2"));
        assert.ok(!JSON.stringify({ ...wire, password: null }).includes("hunter2"));
      }),
    );
  });

  it("that are undefined are left out, at any depth", () => {
    const given = { a: undefined, b: { c: undefined, d: 1 } } as unknown as Properties;
    assert.deepEqual(written(given, ["a"]), { b: { d: 1 } });
  });

  it("that are unknown have the engine's sentinel, in secrets too", () => {
    assert.deepEqual(written({ a: UNKNOWN, b: [UNKNOWN, { c: UNKNOWN }], d: UNKNOWN }, ["d"]), {
      a: UNKNOWN_ON_THE_WIRE,
      b: [UNKNOWN_ON_THE_WIRE, { c: UNKNOWN_ON_THE_WIRE }],
      d: secret(UNKNOWN_ON_THE_WIRE),
    });
  });

  it("are unwrapped wherever a secret or an output is, one inside the other", () => {
    const output = (value?: unknown) => ({
      [SIGNATURE]: OUTPUT,
      ...(value !== undefined && { value }),
      dependencies: ["urn"],
    });
    assert.deepEqual(
      read({
        a: secret("x"),
        b: [secret({ c: secret(1) })],
        d: output("y"),
        e: output(),
        f: secret(output(secret([UNKNOWN_ON_THE_WIRE]))),
      }),
      { a: "x", b: [{ c: 1 }], d: "y", e: UNKNOWN, f: [UNKNOWN] },
    );
  });

  it("of other signatures are passed on as objects", () => {
    assert.deepEqual(read({ a: { [SIGNATURE]: "asset", text: secret("x") } }), {
      a: { [SIGNATURE]: "asset", text: "x" },
    });
  });

  it("that are missing are none", () => {
    assert.deepEqual(fromStruct(undefined), {});
  });
});

describe("an unknown value", () => {
  it("is found at any depth, and only where there is one", () => {
    const deep: Value[] = [UNKNOWN, [1, UNKNOWN], { a: { b: [UNKNOWN] } }];
    assert.deepEqual(deep.map(hasUnknown), [true, true, true]);
    const known: Value[] = [null, 0, "", UNKNOWN_ON_THE_WIRE, [], {}, { a: [{ b: null }] }];
    assert.deepEqual(
      known.map(hasUnknown),
      known.map(() => false),
    );
  });
});
