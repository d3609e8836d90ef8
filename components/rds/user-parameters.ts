/** What may a user say of a parameter on RDS? Some are AWS's alone, and some have another name there. Pure. */

import { Fault } from "../faults";
import type { ParameterInput } from "../parameters/user-values";
import { write } from "../parameters/user-values";
import type { Topology } from "./options";
import { isAbsent, isManagedByRds, rdsParameter } from "./parameters";

type Parameters = Readonly<Record<string, ParameterInput>>;

/** The user's parameters as PostgreSQL knows them. */
interface UserParameters {
  /** What is left to check against PostgreSQL itself. */
  parameters: Record<string, ParameterInput>;
  /** `wal_level = logical`, which is `rds.logical_replication` here. */
  isLogical: boolean;
  faults: Fault[];
}

/** Texts that mean on and off, whatever the type in YAML. */
const SWITCH: Readonly<Record<string, boolean>> = {
  "1": true,
  true: true,
  on: true,
  "0": false,
  false: false,
  off: false,
};

function remove(name: string): string {
  return `remove \`${name}\` from parameters`;
}

/** Whether the user wants logical decoding, by PostgreSQL's name of it or by RDS's. */
function logical(name: string, value: ParameterInput): boolean | Fault {
  const text = String(value).toLowerCase();
  if (name === "wal_level") {
    if (text === "logical" || text === "replica") return text === "logical";
    return new Fault(
      `parameter wal_level = ${value} is refused: on RDS it is replica or logical`,
      write("wal_level", "logical"),
    );
  }
  const on = SWITCH[text];
  return (
    on ??
    new Fault(
      `parameter ${name} = ${value} is refused by RDS: it takes on or off`,
      write("wal_level", "logical"),
    )
  );
}

/** The fault of a parameter that cannot be set on RDS, or not to this value; undefined: PostgreSQL decides. */
function refusal(given: string, value: ParameterInput, topology: Topology): Fault | undefined {
  const name = given.toLowerCase();
  const text = String(value).toLowerCase();
  if (name === "rds.force_ssl")
    return SWITCH[text]
      ? undefined
      : new Fault(
          `parameter ${given} = ${value} is refused: passwords and data would pass in the clear`,
          remove(given),
        );
  if (isManagedByRds(name))
    return new Fault(`parameter ${name} cannot be set on RDS: AWS manages it`, remove(given));
  if (isAbsent(name, topology))
    return new Fault(
      `parameter ${name} is nothing that Aurora has: its storage keeps data and log`,
      remove(given),
    );
  const { values } = rdsParameter(name);
  if (!values || values.includes(text)) return undefined;
  return new Fault(
    `parameter ${name} = ${value} is refused by RDS: it takes ${values.join(", ")}`,
    remove(given),
  );
}

/** Sorts the user's parameters: RDS's own, those it refuses, and the rest. */
export function userParameters(given: Parameters = {}, topology: Topology): UserParameters {
  const result: UserParameters = { parameters: {}, isLogical: false, faults: [] };
  const wishes: boolean[] = [];
  for (const [name, value] of Object.entries(given ?? {})) {
    if (["wal_level", "rds.logical_replication"].includes(name.toLowerCase())) {
      const wish = logical(name.toLowerCase(), value);
      if (wish instanceof Fault) result.faults.push(wish);
      else wishes.push(wish);
      continue;
    }
    const fault = refusal(name, value, topology);
    if (fault) result.faults.push(fault);
    else if (name.toLowerCase() !== "rds.force_ssl") result.parameters[name] = value;
  }
  if (new Set(wishes).size > 1)
    result.faults.push(
      new Fault(
        "parameters wal_level and rds.logical_replication contradict each other",
        remove("rds.logical_replication"),
      ),
    );
  result.isLogical = wishes.includes(true);
  return result;
}
