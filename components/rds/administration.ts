/** Is the database the one it was, who is let in, and is the server as declared? The resources of our own plugin. */

import * as pulumi from "@pulumi/pulumi";
import type { DatabaseRoles } from "../database";
import { Password, RdsIdentity, RdsRoles, RdsVerification, type RdsVerificationInputs } from "../resources";
import { roleNames } from "../roles/roles";
import type { VerificationReport } from "../verify/report";
import { certificateAuthorities } from "./certificate-authorities";
import type { RdsPlan } from "./options";
import { assertedValues, toParameterGroup } from "./parameter-group";
import { APPLICATION_ROLES, type ApplicationRole, rolesScript } from "./roles";
import type { Servers } from "./servers";
import type { RdsDesign } from "./settings";

/** Passwords of the application's roles. */
export type Passwords = Record<ApplicationRole, pulumi.Output<string>>;

/** How the database is administered. */
export interface Administration {
  roles: pulumi.Output<DatabaseRoles>;
  verification: pulumi.Output<VerificationReport>;
  /** SQL that makes the roles, where this machine does not reach the server. Secret. */
  script?: pulumi.Output<string>;
}

/** What is administered. */
interface Administered {
  servers: Servers;
  /** Name of the parameter group. */
  parameterGroup: pulumi.Output<string>;
}

/** Refuses in the preview what AWS cannot do in place; everything else waits for it. */
export function createIdentity(name: string, plan: RdsPlan, opts: pulumi.CustomResourceOptions): RdsIdentity {
  return new RdsIdentity(`${name}-identity`, { plan }, opts);
}

/** Passwords of the application's roles. */
export function createPasswords(
  name: string,
  generation: pulumi.Input<number>,
  opts: pulumi.CustomResourceOptions,
): Passwords {
  const one = (kind: ApplicationRole) => [
    kind,
    new Password(`${name}-${kind}-password`, { generation }, opts).result,
  ];
  return Object.fromEntries(APPLICATION_ROLES.map(one));
}

/** Makes the roles, or the script for it, and verifies the servers. */
export function createAdministration(
  name: string,
  design: RdsDesign,
  { parts, passwords }: { parts: Administered; passwords: Passwords },
  opts: pulumi.CustomResourceOptions,
): Administration {
  const { plan } = design;
  const { servers } = parts;
  const roles = rolesOf(plan, passwords, servers);
  const after = { ...opts, dependsOn: servers.resources };
  if (!plan.connect)
    return {
      roles: credentials(plan, passwords),
      verification: createVerification(name, design, parts, after).report,
      script: pulumi.secret(pulumi.output(roles).apply(rolesScript)),
    };
  const access = pulumi.output(masterAccess(plan, servers));
  const made = new RdsRoles(`${name}-roles`, { access, ...roles }, after);
  const values = assertedValues(design.settings, plan);
  const connect = access.apply((address) => ({ ...address, values }));
  const verified = { ...opts, dependsOn: [...servers.resources, made] };
  return {
    roles: credentials(plan, passwords),
    verification: createVerification(name, design, parts, verified, connect).report,
  };
}

function createVerification(
  name: string,
  { plan, settings }: RdsDesign,
  { servers, parameterGroup }: Administered,
  opts: pulumi.CustomResourceOptions,
  connect?: RdsVerificationInputs["connect"],
): RdsVerification {
  const inputs: RdsVerificationInputs = {
    region: plan.region,
    topology: plan.topology,
    identifier: servers.cluster ?? servers.instances[0] ?? plan.identifier,
    parameterGroup,
    parameters: toParameterGroup(settings, plan).parameters,
    ...(connect && { connect }),
  };
  return new RdsVerification(`${name}-verification`, inputs, opts);
}

function rolesOf({ database, masterUsername }: RdsPlan, passwords: Passwords, { resourceId }: Servers) {
  return { database, masterUsername, passwords: pulumi.secret(passwords), resourceId };
}

function masterAccess({ region }: RdsPlan, { secretArn, host, port }: Servers) {
  return { region, secretArn, host, port, ca: certificateAuthorities(region) };
}

function credentials({ database, masterUsername }: RdsPlan, passwords: Passwords): Administration["roles"] {
  const names = roleNames(database, masterUsername);
  return pulumi.secret(passwords).apply((values) => {
    const one = (kind: ApplicationRole) => [kind, { user: names[kind], password: values[kind] }];
    return Object.fromEntries(APPLICATION_ROLES.map(one)) as DatabaseRoles;
  });
}
