/** `durable-postgres:index:Roles`: the application's database and the roles that use it. */

import { isDeepStrictEqual } from "node:util";
import {
  applyRoles,
  databaseNameFaults,
  type RoleKind,
  type RolesArgs,
  roleNames,
  rolesDrift,
} from "../components/roles/roles";
import type { ResourceType } from "./resource";

/** Inputs of `Roles`. */
export interface RolesInputs extends RolesArgs {
  /** Start of the server: after a restart the roles are looked at again. */
  startedAt: string;
}

function outputs({ administration, database }: RolesInputs): { names: Record<RoleKind, string> } {
  return { names: roleNames(database, administration.user) };
}

export const roles: ResourceType<RolesInputs, { names: Record<RoleKind, string> }> = {
  secrets: [],
  async check({ database }) {
    return database === undefined ? [] : databaseNameFaults(database);
  },
  async diff(known, inputs, log) {
    if (known.inputs.startedAt !== inputs.startedAt) return ["startedAt"];
    const drift = await rolesDrift(inputs);
    if (drift.length > 0) log.info(`set: ${drift.join(", ")}`);
    return drift.length > 0 || !isDeepStrictEqual(known.inputs, inputs) ? ["passwords"] : [];
  },
  preview: ({ administration, database }) =>
    administration && database ? { names: roleNames(database, administration.user) } : {},
  async create(inputs) {
    await applyRoles(inputs);
    return { id: inputs.database, outputs: outputs(inputs) };
  },
  async update(_, inputs) {
    await applyRoles(inputs);
    return outputs(inputs);
  },
  async read(known) {
    return known.outputs;
  },
  // The roles stay with the data.
  async delete() {},
};
