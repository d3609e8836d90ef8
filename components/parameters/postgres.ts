/** What does PostgreSQL itself say about a parameter? Rows of `pg_settings`, recorded from each major version. */

import recorded15 from "./recorded/15.json";
import recorded16 from "./recorded/16.json";
import recorded17 from "./recorded/17.json";
import recorded18 from "./recorded/18.json";

/** Major versions the product supports. 15 is the default. */
export const VERSIONS = ["15", "16", "17", "18"] as const;

/** A supported major version of PostgreSQL. */
export type Version = (typeof VERSIONS)[number];

/** When a change of the parameter takes effect. https://www.postgresql.org/docs/15/view-pg-settings.html */
export type PgContext =
  | "internal"
  | "postmaster"
  | "sighup"
  | "superuser-backend"
  | "backend"
  | "superuser"
  | "user";

/** One row of `pg_settings`, in PostgreSQL's own words. */
export interface PgParameter {
  name: string;
  vartype: "bool" | "enum" | "integer" | "real" | "string";
  context: PgContext;
  /** Base unit of a number without one, such as `8kB`. */
  unit?: string;
  min_val?: number;
  max_val?: number;
  enumvals?: readonly string[];
  /** The value without any configuration. */
  boot_val?: string | null;
}

/** A recording: what one version's server answered. Written by `npm run record`. */
export interface Recording {
  /** Full version of the recorded server, such as `15.18`. */
  server_version: string;
  parameters: Readonly<Record<string, Omit<PgParameter, "name">>>;
}

const RECORDINGS = { 15: recorded15, 16: recorded16, 17: recorded17, 18: recorded18 } as unknown as Record<
  Version,
  Recording
>;

/** The recorded row of a parameter, or undefined when that version does not have it. Names ignore case. */
export function pgParameter(version: Version, name: string): PgParameter | undefined {
  const key = pgName(version, name);
  const row = key === undefined ? undefined : RECORDINGS[version].parameters[key];
  return row && key !== undefined ? { name: key, ...row } : undefined;
}

/** The name as `pg_settings` spells it (`DateStyle`), whatever the case given. */
function pgName(version: Version, name: string): string | undefined {
  const parameters = RECORDINGS[version].parameters;
  if (Object.hasOwn(parameters, name)) return name;
  const lower = name.toLowerCase();
  return Object.keys(parameters).find((known) => known.toLowerCase() === lower);
}

/** Every parameter name of a version. */
export function pgNames(version: Version): string[] {
  return Object.keys(RECORDINGS[version].parameters);
}
