/** From a stack's configuration to its database: which target is built from which arguments? */

import { readConfig, type StackArgs } from "./config";
import type { Database, Target } from "./database";
import { LocalDatabase } from "./local/database";
import { localSettings } from "./local/settings";
import type { Settings } from "./parameters/settings";
import { refusing } from "./run-error";

/** A target: how its settings come about, and the component that builds it. */
interface TargetRow {
  settings(name: string, args: StackArgs["args"]): Settings;
  create(name: string, args: StackArgs["args"]): Database;
}

/** Every target. */
const TARGET_ROWS: Record<Target, TargetRow> = {
  local: { settings: localSettings, create: (name, args) => new LocalDatabase(name, args) },
};

/**
 * The database that a stack's configuration describes.
 *
 * @param name Prefix of the resources' names.
 * @param config All configuration of the program's namespace, `key` to text.
 * @throws pulumi.RunError with every fault of the configuration at once.
 */
export function stackDatabase(name: string, config: Readonly<Record<string, string>>): Database {
  const stack = refusing(() =>
    readConfig(config, ({ target, args }) => TARGET_ROWS[target]?.settings(name, args)),
  );
  return TARGET_ROWS[stack.target].create(name, stack.args);
}
