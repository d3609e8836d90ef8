/** How do property values travel between engine and plugin? Secrets and unknowns are wrapped on the wire. */

import { Struct } from "google-protobuf/google/protobuf/struct_pb";

/** Signature keys and sentinels. `pulumi/sdk/nodejs/runtime/rpc.ts`; never change. */
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4";
const UNKNOWN_SENTINEL = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** A value that is not known during a preview. */
export const UNKNOWN = Symbol("unknown");

/** Property values inside the plugin: plain JSON, plus `UNKNOWN`. */
export type Value = null | boolean | number | string | typeof UNKNOWN | Value[] | { [key: string]: Value };
/** The properties of a resource. */
export type Properties = { [key: string]: Value };

/** Reads a wire value: secrets are unwrapped (the engine remembers them by our `secrets` lists), unknowns marked. */
function unwrap(wire: unknown): Value {
  if (wire === UNKNOWN_SENTINEL) return UNKNOWN;
  if (Array.isArray(wire)) return wire.map(unwrap);
  if (wire === null || typeof wire !== "object") return wire as Value;
  const object = wire as Record<string, unknown>;
  if (object[SIGNATURE] === SECRET) return unwrap(object.value);
  if (object[SIGNATURE] === OUTPUT) return object.value === undefined ? UNKNOWN : unwrap(object.value);
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, unwrap(value)]));
}

function wrap(value: Value): unknown {
  if (value === UNKNOWN) return UNKNOWN_SENTINEL;
  if (Array.isArray(value)) return value.map(wrap);
  if (value === null || typeof value !== "object") return value;
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return Object.fromEntries(entries.map(([key, inner]) => [key, wrap(inner)]));
}

/** Properties of a request. */
export function fromStruct(struct: Struct | undefined): Properties {
  return unwrap(struct?.toJavaScript() ?? {}) as Properties;
}

/** Properties of a response; those named in `secrets` are wrapped so that state and output hide them. */
export function toStruct(properties: Properties, secrets: readonly string[]): Struct {
  const wire: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined) continue;
    wire[name] = secrets.includes(name) ? { [SIGNATURE]: SECRET, value: wrap(value) } : wrap(value);
  }
  return Struct.fromJavaScript(wire as Parameters<typeof Struct.fromJavaScript>[0]);
}

/** True when the value, or anything inside it, is unknown. */
export function hasUnknown(value: Value): boolean {
  if (value === UNKNOWN) return true;
  if (Array.isArray(value)) return value.some(hasUnknown);
  return value !== null && typeof value === "object" && Object.values(value).some(hasUnknown);
}
