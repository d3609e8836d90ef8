/** The arguments that Pulumi.dev.yaml stands for. */

import { readFileSync } from "node:fs";
import path from "node:path";
import { readConfig, type StackArgs } from "../../../components/config";

/** Reads the file's flat `key: value` lines. */
export function devConfiguration(): StackArgs["args"] {
  const file = path.resolve(__dirname, "..", "..", "..", "Pulumi.dev.yaml");
  const lines = [...readFileSync(file, "utf8").matchAll(/^ {2}durable-postgres:(\w+): (.+)$/gm)];
  const config = Object.fromEntries(lines.map(([, key = "", value = ""]) => [key, value]));
  return readConfig(config, () => undefined).args;
}
