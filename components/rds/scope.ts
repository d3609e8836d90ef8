/** In which region is a resource of the database, and which tags does it have? The same for all, decided in one place. */

import type * as pulumi from "@pulumi/pulumi";
import type { RdsPlan } from "./options";

/** The tag that says whose a resource is; its value is `<project>/<stack>/<name>`. */
export const OWNER_TAG = "durable-postgres.database";

/** Types that are the account's in every region. */
const WITHOUT_REGION = /^aws:iam\//;

/** Types of ours that have no tags. */
const WITHOUT_TAGS = new Set([
  "aws:ec2/routeTableAssociation:RouteTableAssociation",
  "aws:kms/alias:Alias",
  "aws:s3/bucketVersioning:BucketVersioning",
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
  "aws:s3/bucketPolicy:BucketPolicy",
  "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration",
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
  "aws:s3/bucketLogging:BucketLogging",
  "aws:s3/bucketNotification:BucketNotification",
  "aws:iam/rolePolicy:RolePolicy",
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
  "aws:secretsmanager/secretVersion:SecretVersion",
  "aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication",
  "aws:sns/topicPolicy:TopicPolicy",
  "aws:sns/topicSubscription:TopicSubscription",
  "aws:cloudwatch/dashboard:Dashboard",
]);

/** Tags of every resource: the user's, and whose it is. */
function ownTags({ tags, owner }: Pick<RdsPlan, "tags" | "owner">): Record<string, string> {
  return { ...tags, [OWNER_TAG]: owner };
}

/**
 * Gives resources below a database its region and its tags. The region is written down even where it is the
 * provider's: a change of `aws:region` alone must not look for the database elsewhere.
 */
export function inScope(plan: Pick<RdsPlan, "region" | "tags" | "owner">): pulumi.ResourceTransformation {
  return ({ type, props, opts }) => {
    if (!type.startsWith("aws:")) return undefined;
    // Inputs that are not given are there as undefined.
    const region = WITHOUT_REGION.test(type) ? {} : { region: props.region ?? plan.region };
    const tags = WITHOUT_TAGS.has(type) ? {} : { tags: { ...ownTags(plan), ...props.tags } };
    return { props: { ...props, ...region, ...tags }, opts };
  };
}
