/** Who keeps the password of the master user? RDS itself, in Secrets Manager, wherever AWS can do that. */

import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { Password } from "../resources";
import { isCluster } from "./members";
import type { RdsPlan } from "./options";

/** Days in which a deleted secret can be brought back. */
const RECOVERY_WINDOW = 30;

/** A master password of our own. */
export interface OwnPassword {
  password: pulumi.Output<string>;
  /** A new number makes AWS take the password again. */
  generation: pulumi.Output<number>;
  secretArn: pulumi.Output<string>;
}

/**
 * Whether RDS makes, keeps and rotates the password, so that it is in no state. It does not for an instance that has
 * read replicas or blue/green deployments.
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html#rds-secrets-manager-limitations
 */
export function hasManagedPassword(plan: Pick<RdsPlan, "topology" | "replicas" | "majorUpgrade">): boolean {
  return isCluster(plan) || (plan.replicas === 0 && plan.majorUpgrade !== "blue-green");
}

/**
 * The password where RDS does not manage it: random, secret in the state, and kept in Secrets Manager in the form in
 * which RDS keeps its own, so that whoever reads the one can read the other.
 */
export function createOwnPassword(
  name: string,
  plan: RdsPlan,
  inputs: { key: pulumi.Output<string>; generation: pulumi.Input<number> },
  opts: pulumi.CustomResourceOptions,
): OwnPassword {
  const { result } = new Password(`${name}-master-password`, { generation: inputs.generation }, opts);
  const secret = new aws.secretsmanager.Secret(
    `${name}-master`,
    {
      namePrefix: `${plan.identifier}-master-`,
      description: `Master user of database ${plan.identifier}`,
      kmsKeyId: inputs.key,
      recoveryWindowInDays: RECOVERY_WINDOW,
    },
    opts,
  );
  const version = new aws.secretsmanager.SecretVersion(
    `${name}-master-version`,
    {
      secretId: secret.id,
      secretString: result.apply((password) => JSON.stringify({ username: plan.masterUsername, password })),
    },
    opts,
  );
  return {
    password: result,
    generation: pulumi.output(inputs.generation),
    // Whoever has the ARN finds the password there.
    secretArn: version.arn,
  };
}
