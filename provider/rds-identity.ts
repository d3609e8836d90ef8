/** `durable-postgres:rds:Identity`: refuses in the preview what a database on RDS cannot change. */

import { throwFaults } from "../components/faults";
import { identityFaults, identityState, type RdsIdentityState } from "../components/rds/identity";
import type { RdsPlan } from "../components/rds/options";
import { changedInputs } from "./differences";
import type { ResourceType } from "./resource";

/** Inputs of `RdsIdentity`. */
interface RdsIdentityInputs {
  plan: RdsPlan;
}

export const rdsIdentity: ResourceType<RdsIdentityInputs, RdsIdentityState> = {
  secrets: [],
  async diff(known, inputs) {
    throwFaults(identityFaults(known.inputs.plan, inputs.plan));
    const changed = changedInputs(known.inputs, inputs);
    const { blueGreen } = identityState(known.inputs.plan, inputs.plan);
    return blueGreen === known.outputs.blueGreen ? changed : [...changed, "blueGreen"];
  },
  preview: ({ plan }, known) => (plan ? identityState(known?.inputs.plan, plan) : {}),
  async create({ plan }) {
    return { id: plan.identifier, outputs: identityState(undefined, plan) };
  },
  async update(known, { plan }) {
    return identityState(known.inputs.plan, plan);
  },
  async read(known) {
    return known.outputs;
  },
  async delete() {},
};
