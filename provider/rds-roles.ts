/** `durable-postgres:rds:Roles`: the application's database and roles, made by the master user over a connection. */

import { Unreachable } from "../components/connection";
import { applyRdsRoles, type MasterAccess, rdsRolesDrift } from "../components/rds/master-connection";
import type { RdsRoles } from "../components/rds/roles";
import { changedInputs } from "./differences";
import type { ResourceType } from "./resource";

/** Inputs of `RdsRoles`. */
export interface RdsRolesInputs extends RdsRoles {
  access: MasterAccess;
}

async function apply({ access, ...roles }: RdsRolesInputs): Promise<{ database: string }> {
  await applyRdsRoles(access, roles);
  return { database: roles.database };
}

export const rdsRoles: ResourceType<RdsRolesInputs, { database: string }> = {
  secrets: [],
  async diff(known, inputs, log) {
    const changed = changedInputs(known.inputs, inputs);
    if (changed.length > 0) return changed;
    const { access, ...roles } = inputs;
    const drift = await rdsRolesDrift(access, roles).catch((error) => {
      if (!(error instanceof Unreachable)) throw error;
      log.warn(`roles not looked at in this preview: ${error.message}`);
      return [];
    });
    if (drift.length > 0) log.info(`set: ${drift.join(", ")}`);
    return drift.length > 0 ? ["passwords"] : [];
  },
  preview: ({ database }) => (database === undefined ? {} : { database }),
  async create(inputs) {
    return { id: inputs.database, outputs: await apply(inputs) };
  },
  async update(_, inputs) {
    return apply(inputs);
  },
  async read(known) {
    return known.outputs;
  },
  // The roles stay with the data.
  async delete() {},
};
