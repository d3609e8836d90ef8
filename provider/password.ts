/** `durable-postgres:index:Password`: a random password that the state keeps as a secret. */

import { randomBytes } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { ResourceType } from "./resource";

/** Inputs of `Password`. */
export interface PasswordInputs {
  /** A new number makes a new password. */
  generation: number;
}

/** 192 bits, in characters that need no quoting anywhere. */
function newPassword(): string {
  return randomBytes(24).toString("base64url");
}

export const password: ResourceType<PasswordInputs, { result: string }> = {
  secrets: ["result"],
  async diff(known, inputs) {
    return isDeepStrictEqual(known.inputs, inputs) ? [] : ["generation"];
  },
  preview: (inputs, known) => (known && known.inputs.generation === inputs.generation ? known.outputs : {}),
  async create() {
    return { id: "password", outputs: { result: newPassword() } };
  },
  async update() {
    return { result: newPassword() };
  },
  async read(known) {
    return known.outputs;
  },
  async delete() {},
};
