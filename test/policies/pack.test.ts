/** Which policies does the SDK call, and do they find the same when the first one has not looked? */

import assert from "node:assert/strict";
import { setImmediate as nextRequest } from "node:timers/promises";
import type {
  Policies,
  PolicyResource,
  ResourceValidation,
  ResourceValidationArgs,
  StackValidation,
} from "@pulumi/policy";
import { exampleResources, happyResources } from "../../policies/examples";
import { packPolicies } from "../../policies/pack";
import type { Resource } from "../../policies/rule";
import { RULES } from "../../policies/rules";
import { BUCKET, CONTAINER } from "../../policies/subjects";

/** Configuration by policy. */
type Config = Readonly<Record<string, object>>;

/** What the SDK reads of a policy. */
interface Served {
  name: string;
  validateResource?: ResourceValidation;
  validateStack?: StackValidation;
}

/** A call of a policy and what it reported. */
interface Call {
  policy: string;
  reported: string[];
}

function argsOf({ type, name, urn, properties, protect }: Resource, config: object): ResourceValidationArgs {
  const known = { type, name, urn, props: properties, opts: { protect }, getConfig: () => config };
  return known as unknown as ResourceValidationArgs;
}

function stackResource({ type, name, urn, properties, protect }: Resource): PolicyResource {
  const known = { type, name, urn, props: properties, opts: { protect }, propertyDependencies: {} };
  return known as unknown as PolicyResource;
}

/** Asks about each resource, then about the stack, as the SDK does: policies in order, what has a function is called. */
async function requests(policies: Policies, resources: readonly Resource[], config: Config = {}) {
  const ask = async (
    call: (policy: Served, report: (message: string) => void) => unknown,
  ): Promise<Call[]> => {
    const calls = (policies as Served[]).flatMap((policy) => {
      const reported: string[] = [];
      return call(policy, (message) => reported.push(message)) ? [{ policy: policy.name, reported }] : [];
    });
    await nextRequest();
    return calls;
  };
  const asked: Call[][] = [];
  for (const resource of resources)
    asked.push(
      await ask((policy, report) => {
        const { name, validateResource } = policy;
        validateResource?.(argsOf(resource, config[name] ?? {}), report);
        return validateResource;
      }),
    );
  const all = resources.map(stackResource);
  const stack = await ask((policy, report) => {
    const { name, validateStack } = policy;
    const args = { resources: all, getConfig: () => config[name] ?? {} };
    validateStack?.(args as unknown as Parameters<StackValidation>[0], report);
    return validateStack;
  });
  return { resources: asked, stack };
}

const named = (...names: string[]) => RULES.filter(({ name }) => names.includes(name));
const pack = (...names: string[]) => packPolicies(named(...names), () => "2026-06-15");

function namesOf(calls: readonly Call[]): string[] {
  return calls.map(({ policy }) => policy);
}

describe("the policy pack", () => {
  const [container] = happyResources(CONTAINER) as [Resource];
  const bucket: Resource = { type: BUCKET, name: "plain", urn: "urn:plain", properties: { bucket: "plain" } };
  const unsafe = { ...container, properties: { ...container.properties, stopTimeout: 10 } };

  it("calls a rule only where it has something to report, once its thresholds are known", async () => {
    const policies = pack("stop-timeout-short", "stop-signal", "s3-bucket-lifecycle");
    const asked = await requests(policies, [container, container, unsafe]);
    assert.deepEqual(asked.resources.map(namesOf), [
      ["waivers", "stop-timeout-short", "s3-bucket-lifecycle"],
      ["waivers"],
      ["waivers", "stop-timeout-short"],
    ]);
    assert.deepEqual(namesOf(asked.stack), ["waivers"]);
  });

  it("calls every policy of the stack where nobody looked", async () => {
    const [, ...others] = pack("stop-signal", "s3-bucket-lifecycle");
    assert.deepEqual(namesOf((await requests(others, [container])).stack), [
      "s3-bucket-lifecycle",
      "refused-waivers",
      "not-yet-known",
    ]);
  });

  it("judges the stack by the thresholds of the configuration", async () => {
    const findings = async (everyBucket: number) => {
      const config = { "s3-bucket-lifecycle": { everyBucket } };
      const { stack } = await requests(pack("s3-bucket-lifecycle"), [bucket], config);
      return stack.flatMap(({ policy, reported }) => reported.map(() => policy));
    };
    assert.deepEqual(await findings(1), ["s3-bucket-lifecycle"]);
    assert.deepEqual(await findings(0), []);
  });

  it("calls the policy of refused waivers where there is one", async () => {
    const { stack } = await requests(pack("stop-signal"), [container], { waivers: { list: [{}] } });
    assert.deepEqual(namesOf(stack), ["waivers", "refused-waivers"]);
  });

  it("counts what a waiver covers once", async () => {
    const waiver = { rule: "s3-bucket-lifecycle", resource: "plain", reason: "why", expires: "2026-12-31" };
    const config = { waivers: { list: [waiver] } };
    const { stack } = await requests(pack("s3-bucket-lifecycle"), [bucket], config);
    assert.deepEqual(stack, [
      {
        policy: "waivers",
        reported: ["s3-bucket-lifecycle on plain is waived until 2026-12-31 (1 finding): why"],
      },
    ]);
  });

  it("finds the same of every rule's bad example whether or not the first policy looks", async () => {
    for (const rule of RULES) {
      const resources = exampleResources(rule, rule.bad);
      const [looking, blind] = [packPolicies(RULES), packPolicies(RULES).slice(1)];
      const [fast, slow] = [await requests(looking, resources), await requests(blind, resources)];
      const found = ({ resources: asked, stack }: typeof fast) =>
        [...asked, stack].map((calls) => calls.filter(({ reported }) => reported.length > 0));
      assert.deepEqual(found(fast), found(slow), rule.name);
      assert.ok(
        found(fast)
          .flat()
          .some(({ policy }) => policy === rule.name),
        rule.name,
      );
    }
  }).timeout(60_000);
});
