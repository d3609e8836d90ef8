/** Which properties came as secrets, so that the state has to hide them again? */

import type { Struct } from "google-protobuf/google/protobuf/struct_pb";

/** Signature of a wrapped value and its kind. `pulumi/sdk/nodejs/runtime/rpc.ts`; never change. */
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";

/** True for a secret or an unknown in its wrapper. */
export function isWrapped(wire: object): boolean {
  return SIGNATURE in wire;
}

function hasSecret(wire: unknown): boolean {
  if (wire === null || typeof wire !== "object") return false;
  if ((wire as Record<string, unknown>)[SIGNATURE] === SECRET) return true;
  return Object.values(wire).some(hasSecret);
}

/** Names of the properties that are secrets or have one inside: the whole property becomes one. */
export function secretNames(...structs: (Struct | undefined)[]): string[] {
  return structs.flatMap((struct) => {
    const entries = Object.entries(struct?.toJavaScript() ?? {});
    return entries.filter(([, value]) => hasSecret(value)).map(([name]) => name);
  });
}
