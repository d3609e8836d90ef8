/** How do we talk to a server on RDS as its master user? With the secret's password, read each time and kept nowhere. */

import type { Client, DatabaseError } from "pg";
import { type Connection, Unreachable, withClient } from "../connection";
import { Fault } from "../faults";
import { roleNames } from "../roles/roles";
import { answered, clientOptions } from "./ask";
import {
  APPLICATION_ROLES,
  type ApplicationRole,
  type RdsRoles,
  type RoleStatement,
  roleStatements,
} from "./roles";

/** Where the server is, and where the master user's password. */
export interface MasterAccess {
  region: string;
  secretArn: string;
  host: string;
  port: number;
  /** Roots of AWS's certificates, PEM. */
  ca: string;
}

/** Always there, and nobody's. */
const ADMINISTRATION_DATABASE = "postgres";

/** User and password of the secret, in the form in which RDS keeps it: `{"username": …, "password": …}`. */
async function masterCredentials(
  { region, secretArn }: MasterAccess,
  timeoutMs?: number,
): Promise<{ user: string; password: string }> {
  // Loaded when it is needed, as in api.ts.
  const { SecretsManager } = await import("@aws-sdk/client-secrets-manager");
  const client = new SecretsManager(clientOptions(region, timeoutMs));
  const question = {
    service: "Secrets Manager" as const,
    region,
    subject: secretArn,
    actions: ["secretsmanager:GetSecretValue", "kms:Decrypt"],
  };
  try {
    const secret = client.getSecretValue({ SecretId: secretArn });
    const { SecretString } = await answered(question, secret, timeoutMs);
    const { username, password } = JSON.parse(SecretString ?? "{}");
    return { user: username, password };
  } finally {
    client.destroy();
  }
}

/**
 * The master user's connection; TLS, and a certificate of AWS's for the host.
 *
 * @throws ApiFault when the secret cannot be read.
 */
export async function masterConnection(access: MasterAccess, timeoutMs?: number): Promise<Connection> {
  const { host, port, ca } = access;
  const credentials = await masterCredentials(access, timeoutMs);
  return { host, port, ca, database: ADMINISTRATION_DATABASE, ...credentials };
}

/**
 * Work on a connection that goes over AWS's network.
 *
 * @throws Unreachable with what can be done about it there.
 */
export async function reaching<Result>({ host }: MasterAccess, work: () => Promise<Result>): Promise<Result> {
  return work().catch((error) => {
    if (!(error instanceof Unreachable)) throw error;
    const isLogin = error.code?.startsWith("28");
    const hint = isLogin
      ? "AWS is changing the master password perhaps: run the deployment again in a minute"
      : `deploy from a machine that reaches ${host}, with its address under sources, or write \`connect: false\` under rds`;
    throw new Unreachable(error.fact, hint, error.code);
  });
}

/** Runs statements on a connection. */
export async function runStatements(client: Client, statements: readonly RoleStatement[]): Promise<void> {
  for (const { sql, unless } of statements) {
    const isThere = unless !== undefined && ((await client.query(unless)).rowCount ?? 0) > 0;
    if (!isThere) await client.query(sql);
  }
}

/** Milliseconds for a statement: making a database copies one. */
const STATEMENT_MS = 60_000;

/** Makes or mends database and roles. */
export async function applyRdsRoles(access: MasterAccess, roles: RdsRoles): Promise<void> {
  const connection = await masterConnection(access);
  const run = (client: Client) =>
    runStatements(client, roleStatements(roles)).catch((error: DatabaseError) => {
      throw error.hint === undefined ? error : new Fault(error.message, error.hint);
    });
  await reaching(access, () => withClient(connection, run, { timeoutMs: STATEMENT_MS }));
}

/** SQLSTATEs of a login that fails for want of role, password, right or database. */
const REFUSED = /^(28...|3D000|42501)$/;

/**
 * Roles that cannot log in with their passwords. Needs no master user: nobody but a superuser can read what is stored.
 *
 * @throws Unreachable when the server does not answer.
 */
export async function rdsRolesDrift(
  access: MasterAccess,
  { database, masterUsername, passwords }: RdsRoles,
): Promise<ApplicationRole[]> {
  const names = roleNames(database, masterUsername);
  const { host, port, ca } = access;
  const isRefused = async (kind: ApplicationRole) => {
    const connection = { host, port, ca, database, user: names[kind], password: passwords[kind] };
    return withClient(connection, async () => false).catch((error) => {
      if (error instanceof Unreachable && REFUSED.test(error.code ?? "")) return true;
      throw error;
    });
  };
  const refused = await reaching(access, () => Promise.all(APPLICATION_ROLES.map(isRefused)));
  return APPLICATION_ROLES.filter((_, index) => refused[index]);
}
