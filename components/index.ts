/** The public API of the npm package: `import { LocalDatabase } from "durable-postgres"`. */

export { readConfig, type StackArgs } from "./config";
export type { Connection } from "./connection";
export type { Database, DatabaseArgs, DatabaseRoles, RoleCredentials, Target } from "./database";
export { TARGETS } from "./database";
export { DockerDatabase, type DockerDatabaseArgs } from "./docker/database";
export { type Address, connectionEnvironment, connectionUrl } from "./environment";
export { Fault, Faults } from "./faults";
export { LocalDatabase, type LocalDatabaseArgs } from "./local/database";
export { detectResources, type Resources } from "./local/machine";
export { CATALOGUE, type CatalogueRow, docUrl } from "./parameters/catalogue";
export {
  type CommandLine,
  commandLineParameters,
  fromCommandLine,
  reloadableParameters,
  toCommandLine,
} from "./parameters/command-line";
export { type PgParameter, pgParameter, VERSIONS, type Version } from "./parameters/postgres";
export {
  type Origin,
  parameterValues,
  resolveSettings,
  type Setting,
  type Settings,
  type SettingsArgs,
} from "./parameters/settings";
export { type Machine, type MemoryBudget, type Storage, size, type Workload } from "./parameters/sizing";
export { readBytes, readValue, showBytes, showValue } from "./parameters/units";
export { RdsDatabase, type RdsDatabaseArgs } from "./rds/database";
export type { NetworkOptions, RdsOptions, RestoreOptions, Topology } from "./rds/options";
export type { RoleKind } from "./roles/roles";
export { stackDatabase, stackOutputs } from "./stack";
export type { Finding, VerificationReport } from "./verify/report";
export { verify } from "./verify/verify";
