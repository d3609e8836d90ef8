/** Which settings does a local database get, and where does it live? */

import path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { databaseSettings } from "../arguments";
import type { DatabaseArgs } from "../database";
import type { Settings } from "../parameters/settings";
import { instancesHome, readRecord } from "./instance";
import { localResources } from "./machine";

/** What only a local database has. */
export interface LocalOptions {
  /** Folder of the instance. Default: `.durable-postgres/local/<stack>/<name>` in the project; for root below /var/lib/durable-postgres. */
  directory?: string;
  /** TCP port on 127.0.0.1. Default: a free one from 15000 on, chosen once and recorded. */
  port?: number;
  /** Operating system user of the server; only root can choose. Default: `postgres`, else `nobody`. */
  osUser?: string;
  /** Delete the data when the stack is destroyed; takes effect once deployed. Default: false. */
  deleteData?: boolean;
}

/** The folder of an instance. `name` is the component's, unique in its stack. */
export function localDirectory(name: string, { directory }: LocalOptions): string {
  const root = pulumi.runtime.getRootDirectory?.() ?? process.cwd();
  return directory ? path.resolve(root, directory) : path.join(instancesHome(root), pulumi.getStack(), name);
}

/** The settings of a local database. Reads this machine's size, and the record of an existing instance. */
export function localSettings(name: string, args: DatabaseArgs & LocalOptions): Settings {
  return databaseSettings(args, (sound) => localResources(sound, readRecord(localDirectory(name, sound))));
}
