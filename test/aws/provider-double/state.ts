/** What does the state hold of a resource, beside what AWS answered when it was made? Pure. */

import type { Properties, Value } from "../../../provider/wire";
import { recordedResource } from "../recorded-schema";
import { computedInputs } from "./differences";

/** The minor version that AWS chooses; `15.12` stays. */
export function actualVersion({ engineVersion }: Properties): Value {
  if (typeof engineVersion !== "string") return null;
  return engineVersion.includes(".") ? engineVersion : `${engineVersion}.9`;
}

/** Outputs after a change in place. */
export function updated(type: string, before: Properties, inputs: Properties): Properties {
  const tags = { tagsAll: inputs.tags ?? {} } as Properties;
  return { ...keptOutputs(type, before), ...stored(inputs), ...grown(before, inputs), ...tags };
}

/** Outputs that an update leaves alone: what no input says, and what AWS filled in. */
export function keptOutputs(type: string, before: Properties): Properties {
  const { inputs } = recordedResource(type);
  const computed = computedInputs(type);
  return Object.fromEntries(
    Object.entries(before).filter(([name]) => !(name in inputs) || computed.includes(name)),
  );
}

/** Write-only arguments reach AWS and no state. */
export function stored(inputs: Properties): Properties {
  return Object.fromEntries(Object.entries(inputs).filter(([name]) => !name.endsWith("Wo")));
}

/** Storage does not shrink, and a database follows the version that it was told to. */
function grown(before: Properties, inputs: Properties): Properties {
  const size = Math.max(Number(before.allocatedStorage ?? 0), Number(inputs.allocatedStorage ?? 0));
  const [actual, wanted] = [String(before.engineVersionActual), inputs.engineVersion];
  const isNewer = typeof wanted === "string" && !`${actual}.`.startsWith(`${wanted}.`);
  return {
    ...(before.allocatedStorage !== undefined && { allocatedStorage: size }),
    ...(isNewer && { engineVersionActual: actualVersion(inputs) }),
  };
}
