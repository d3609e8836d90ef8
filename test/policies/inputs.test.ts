/** Are inputs copied as they are, with what the engine does not know yet marked where it is? */

import assert from "node:assert/strict";
import * as proxy from "@pulumi/policy/proxy";
import fc from "fast-check";
import { plainInputs } from "../../policies/inputs";
import { UNKNOWN } from "../../policies/reading/known";

/** The SDK's own, which it keeps from its types. */
const { unknownArrayValue, unknownCheckingProxy, unknownStringValue } = proxy as unknown as {
  unknownArrayValue: string;
  unknownStringValue: string;
  unknownCheckingProxy(inputs: object): object;
};

const KNOWN_OF_THAT_LENGTH = "04da6b54-80e4-46f7-96ec-b56ff0331baa";

/** Inputs as the SDK hands them to a policy. */
function copied(inputs: object): unknown {
  return JSON.parse(
    JSON.stringify(plainInputs(unknownCheckingProxy(inputs)), (_, value) =>
      value === UNKNOWN ? "UNKNOWN" : value,
    ),
  );
}

describe("inputs from the engine", () => {
  it("keep what is known beside what is not", () => {
    assert.deepEqual(
      copied({
        name: "db",
        image: unknownStringValue,
        envs: ["A=1", unknownStringValue, KNOWN_OF_THAT_LENGTH],
        mounts: [{ source: unknownStringValue, target: "/data", readOnly: false }],
        ports: unknownArrayValue,
        memory: 512,
        user: null,
      }),
      {
        name: "db",
        image: "UNKNOWN",
        envs: ["A=1", "UNKNOWN", KNOWN_OF_THAT_LENGTH],
        mounts: [{ source: "UNKNOWN", target: "/data", readOnly: false }],
        ports: "UNKNOWN",
        memory: 512,
        user: null,
      },
    );
  });

  it("are the same without the SDK's proxies", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (inputs) => {
        assert.deepEqual(copied(inputs), JSON.parse(JSON.stringify(plainInputs(inputs))));
      }),
    );
  });
});
