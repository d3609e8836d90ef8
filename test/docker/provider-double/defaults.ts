/** What does the provider add to inputs that the program left out? */

import type { Properties, Value } from "../../../provider/wire";
import { isWrapped } from "../../provider-double/secrets";

type Wire = Record<string, unknown>;

function isObject(value: unknown): value is Wire {
  return value !== null && typeof value === "object" && !Array.isArray(value) && !isWrapped(value);
}

/**
 * Fills gaps of the wire's inputs. A default that is an object, or a list of one object, is for an object that is there
 * and for each element of a list that is there. Values in wrappers (secret, unknown) are left alone.
 */
export function withDefaults(inputs: Wire, defaults: Properties): Wire {
  const result = { ...inputs };
  for (const [name, value] of Object.entries(defaults)) {
    const given = filled(result[name], value);
    if (given !== undefined) result[name] = given;
  }
  return result;
}

function filled(value: unknown, fallback: Value): unknown {
  if (Array.isArray(fallback)) {
    const [element] = fallback;
    if (!Array.isArray(value)) return value;
    return value.map((one) => (isObject(one) ? withDefaults(one, element as Properties) : one));
  }
  if (isObject(fallback)) return isObject(value) ? withDefaults(value, fallback as Properties) : value;
  return value ?? fallback;
}
