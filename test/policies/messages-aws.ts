/** What does each rule about buckets, keys, backups and networks say of its bad example? */

export const AWS_MESSAGES: Readonly<Record<string, readonly (readonly string[])[]>> = {
  "s3-bucket-versioning": [
    [
      "aws Bucket db: versioning is not enabled: a segment or backup that is overwritten or deleted is gone, and with it the restore",
      "PROPERTY: versioning.enabled",
      "HINT: write `enabled: true` as versioning.enabled",
      "DOCS: https://docs.aws.amazon.com/AmazonS3/latest/userguide/Versioning.html",
      "SAME AS: CKV_AWS_21, trivy:AWS-0090, prowler:s3_bucket_object_versioning, FSBP:S3.14, config:s3-bucket-versioning-enabled, KICS:tf 568a4d22-3517-44a6-a7ad-6a7eed88722c, guard:S3_BUCKET_VERSIONING_ENABLED, cdk-nag:S3BucketVersioningEnabled, terrascan:AC_AWS_0214, powerpipe:s3_bucket_versioning_enabled, tfsec:s3/enable-versioning",
    ],
  ],
  "s3-versioning-of-others": [
    [
      "aws Bucket db: nothing enables versioning: what is overwritten or deleted by mistake is gone",
      "PROPERTY: versioningConfiguration.status",
      'HINT: add a BucketVersioning with `versioningConfiguration: { status: "Enabled" }`',
      "DOCS: https://docs.aws.amazon.com/AmazonS3/latest/userguide/Versioning.html",
      "SAME AS: CKV_AWS_21, trivy:AWS-0090, prowler:s3_bucket_object_versioning, FSBP:S3.14, config:s3-bucket-versioning-enabled, KICS:tf 568a4d22-3517-44a6-a7ad-6a7eed88722c, guard:S3_BUCKET_VERSIONING_ENABLED, cdk-nag:S3BucketVersioningEnabled, terrascan:AC_AWS_0214, powerpipe:s3_bucket_versioning_enabled, tfsec:s3/enable-versioning",
    ],
  ],
  "s3-bucket-mfa-delete": [
    [
      "aws Bucket db: who has credentials can delete all versions of what is in it: neither a second factor nor a lock keeps them",
      "PROPERTY: versioning.mfaDelete",
      'HINT: add a BucketObjectLockConfiguration with `rule: { defaultRetention: { mode: "COMPLIANCE", days: 35 } }`, or write `mfaDelete: "Enabled"` in BucketVersioning',
      "DOCS: https://docs.aws.amazon.com/AmazonS3/latest/userguide/MultiFactorAuthenticationDelete.html",
      "SAME AS: trivy:AWS-0170, prowler:s3_bucket_no_mfa_delete, FSBP:S3.20, config:s3-bucket-mfa-delete-enabled, KICS:tf c5b31ab9-0f26-4a49-b8aa-4cc064392f4d, powerpipe:s3_bucket_mfa_delete_enabled",
    ],
  ],
  "s3-bucket-object-lock": [
    [
      "aws Bucket db: its objects cannot be locked: who gets in deletes them together with the database",
      "PROPERTY: objectLockEnabled",
      'HINT: add a BucketObjectLockConfiguration with `rule: { defaultRetention: { mode: "COMPLIANCE", days: 35 } }`',
      "DOCS: https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html",
      "SAME AS: CKV_AWS_143, prowler:s3_bucket_object_lock, FSBP:S3.15, config:s3-bucket-default-lock-enabled, guard:S3_BUCKET_DEFAULT_LOCK_ENABLED, cdk-nag:S3BucketDefaultLockEnabled, powerpipe:s3_bucket_object_lock_enabled",
    ],
  ],
  "archive-object-lock-weak": [
    [
      "aws Bucket db: its lock is in GOVERNANCE mode: who has the permission opens it and deletes the backups",
      "PROPERTY: objectLockConfiguration.rule.defaultRetention",
      'HINT: write `defaultRetention: { mode: "COMPLIANCE", days: 35 }` in rule',
      "DOCS: https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html",
    ],
  ],
  "archive-lifecycle-too-short": [
    [
      "aws Bucket db: it deletes what is in it after 2 days, and a restore must be possible for 7: write-ahead log is missing, and the backup cannot be restored",
      "PROPERTY: lifecycleRules[0].expiration.days",
      "HINT: write `7` or more as lifecycleRules[0].expiration.days",
      "DOCS: https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lifecycle-mgmt.html",
    ],
  ],
  "s3-bucket-lifecycle": [
    [
      "aws Bucket db: no lifecycle rule is enabled: old versions stay until somebody cleans up by hand, and deletes too much",
      "PROPERTY: lifecycleRules",
      'HINT: add a BucketLifecycleConfiguration with `rules: [{ id: "old", status: "Enabled", abortIncompleteMultipartUpload: { daysAfterInitiation: 7 }, noncurrentVersionExpiration: { noncurrentDays: 90 } }]`',
      "DOCS: https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lifecycle-mgmt.html",
      "SAME AS: CKV2_AWS_61, prowler:s3_bucket_lifecycle_enabled, FSBP:S3.10, FSBP:S3.13, config:s3-lifecycle-policy-check, config:s3-version-lifecycle-policy-check, powerpipe:s3_bucket_lifecycle_policy_enabled, powerpipe:s3_bucket_versioning_and_lifecycle_policy_enabled",
    ],
  ],
  "s3-bucket-replication": [
    [
      "aws Bucket db: its replication is not enabled: what is in it is away together with the region",
      "PROPERTY: replicationConfiguration.rules[0].status",
      'HINT: write `status: "Enabled"` as replicationConfiguration.rules[0].status',
      "DOCS: https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication.html",
      "SAME AS: CKV_AWS_144, prowler:s3_bucket_cross_region_replication, FSBP:S3.7, config:s3-bucket-replication-enabled, config:s3-bucket-cross-region-replication-enabled, guard:S3_BUCKET_REPLICATION_ENABLED, pulumi:aws-s3-bucket-enable-replication-configuration, pulumi:aws-s3-bucket-configure-replication-configuration, cdk-nag:S3BucketReplicationEnabled, powerpipe:s3_bucket_cross_region_replication_enabled",
    ],
  ],
  "bucket-force-destroy": [
    [
      "aws Bucket db: a destroy, or a change that replaces it, empties it first: all backups are deleted, also locked ones",
      "PROPERTY: forceDestroy",
      "HINT: remove `forceDestroy`",
      "DOCS: https://www.pulumi.com/registry/packages/aws/api-docs/s3/bucket/#forcedestroy_nodejs",
    ],
  ],
  "s3-in-backup-plan": [
    [
      "aws Bucket db: no backup selection of the stack names it: of the backups themselves there is no copy",
      "PROPERTY: backup.Selection.resources",
      "HINT: add the bucket's ARN to resources of Selection other",
      "DOCS: https://docs.aws.amazon.com/aws-backup/latest/devguide/s3-backups.html",
      "SAME AS: config:s3-resources-protected-by-backup-plan, config:s3-last-backup-recovery-point-created, config:s3-resources-in-logically-air-gapped-vault",
    ],
  ],
  "s3-abort-incomplete-uploads": [
    [
      "aws BucketLifecycleConfiguration db: no enabled rule for all objects ends broken uploads: parts of base backups stay that no listing shows",
      "PROPERTY: rules",
      'HINT: add `{ id: "uploads", status: "Enabled", abortIncompleteMultipartUpload: { daysAfterInitiation: 7 } }` to rules',
      "DOCS: https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpu-abort-incomplete-mpu-lifecycle-config.html",
      "SAME AS: CKV_AWS_300, powerpipe-tf:s3_bucket_abort_incomplete_multipart_upload_enabled",
    ],
  ],
  "backups-not-protected": [
    [
      "aws Bucket db: it is not protected: a destroy, or a line that is removed, takes the backups in it",
      "PROPERTY: opts.protect",
      "HINT: write `protect: true` in the resource's options (retainOnDelete keeps it as well, but no policy can see it)",
      "DOCS: https://www.pulumi.com/docs/iac/concepts/resources/options/protect/",
    ],
  ],
  "s3-public-access-block": [
    [
      "aws Bucket db: it has no public access block: one wrong policy or list makes what is in it public",
      "PROPERTY: BucketPublicAccessBlock",
      "HINT: add a BucketPublicAccessBlock with `bucket: <bucket>.id, blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true`",
      "DOCS: https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html",
      "SAME AS: CKV2_AWS_6, trivy:AWS-0094, trivy:AWS-0086, trivy:AWS-0087, trivy:AWS-0091, trivy:AWS-0093, prowler:s3_bucket_level_public_access_block, FSBP:S3.8, config:s3-bucket-level-public-access-prohibited, guard:S3_BUCKET_LEVEL_PUBLIC_ACCESS_PROHIBITED, cdk-nag:S3BucketLevelPublicAccessProhibited, powerpipe:s3_public_access_block_bucket, guard:S3_BUCKET_PUBLIC_READ_PROHIBITED, guard:S3_BUCKET_PUBLIC_WRITE_PROHIBITED",
    ],
  ],
  "s3-block-public-acls": [
    [
      "aws BucketPublicAccessBlock db: blockPublicAcls is not true: anybody who may write an object can make it readable for everybody, and with it what is in the bucket",
      "PROPERTY: blockPublicAcls",
      "HINT: write `blockPublicAcls: true`",
      "DOCS: https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html",
      "SAME AS: CKV_AWS_53, CKV2_AWS_6, trivy:AWS-0086, prowler:s3_bucket_level_public_access_block, FSBP:S3.8, config:s3-bucket-level-public-access-prohibited, guard:S3_BUCKET_LEVEL_PUBLIC_ACCESS_PROHIBITED, cdk-nag:S3BucketLevelPublicAccessProhibited, powerpipe:s3_public_access_block_bucket",
    ],
  ],
  "s3-block-public-policy": [
    [
      "aws BucketPublicAccessBlock db: blockPublicPolicy is not true: a policy that lets everybody in is accepted, and with it what is in the bucket",
      "PROPERTY: blockPublicPolicy",
      "HINT: write `blockPublicPolicy: true`",
      "DOCS: https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html",
      "SAME AS: CKV_AWS_54, CKV2_AWS_6, trivy:AWS-0087, KICS:tf 1a4bc881-9f69-4d44-8c9a-d37d08f54c50, prowler:s3_bucket_level_public_access_block, FSBP:S3.8, config:s3-bucket-level-public-access-prohibited, guard:S3_BUCKET_LEVEL_PUBLIC_ACCESS_PROHIBITED, cdk-nag:S3BucketLevelPublicAccessProhibited, powerpipe:s3_public_access_block_bucket",
    ],
  ],
  "s3-ignore-public-acls": [
    [
      "aws BucketPublicAccessBlock db: ignorePublicAcls is not true: objects that were made public stay readable for everybody, and with it what is in the bucket",
      "PROPERTY: ignorePublicAcls",
      "HINT: write `ignorePublicAcls: true`",
      "DOCS: https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html",
      "SAME AS: CKV_AWS_55, trivy:AWS-0091, KICS:tf 4fa66806-0dd9-4f8d-9480-3174d39c7c91, prowler:s3_bucket_level_public_access_block, FSBP:S3.8, config:s3-bucket-level-public-access-prohibited, guard:S3_BUCKET_LEVEL_PUBLIC_ACCESS_PROHIBITED, cdk-nag:S3BucketLevelPublicAccessProhibited, powerpipe:s3_public_access_block_bucket",
    ],
  ],
  "s3-restrict-public-buckets": [
    [
      "aws BucketPublicAccessBlock db: restrictPublicBuckets is not true: a policy that lets everybody in works across accounts, and with it what is in the bucket",
      "PROPERTY: restrictPublicBuckets",
      "HINT: write `restrictPublicBuckets: true`",
      "DOCS: https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html",
      "SAME AS: CKV_AWS_56, trivy:AWS-0093, KICS:tf 1ec253ab-c220-4d63-b2de-5b40e0af9293, prowler:s3_bucket_level_public_access_block, FSBP:S3.8, config:s3-bucket-level-public-access-prohibited, guard:S3_BUCKET_LEVEL_PUBLIC_ACCESS_PROHIBITED, cdk-nag:S3BucketLevelPublicAccessProhibited, powerpipe:s3_public_access_block_bucket",
    ],
  ],
  "s3-account-public-access-block": [
    [
      "aws AccountPublicAccessBlock db: ignorePublicAcls is not true: one wrong policy or list lets everybody at what is in it",
      "PROPERTY: ignorePublicAcls",
      "HINT: write `ignorePublicAcls: true`",
      "DOCS: https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html",
      "SAME AS: prowler:s3_account_level_public_access_blocks, FSBP:S3.1, config:s3-account-level-public-access-blocks, KICS:tf 1a4bc881-9f69-4d44-8c9a-d37d08f54c50",
    ],
  ],
  "s3-account-restrict-public-buckets": [
    [
      "aws AccountPublicAccessBlock db: restrictPublicBuckets is not true: one wrong policy or list lets everybody at what is in it",
      "PROPERTY: restrictPublicBuckets",
      "HINT: write `restrictPublicBuckets: true`",
      "DOCS: https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html",
      "SAME AS: CKV_AWS_392",
    ],
  ],
  "s3-access-point-block": [
    [
      "aws AccessPoint db: blockPublicPolicy is not true: one wrong policy or list lets everybody at what is in it",
      "PROPERTY: publicAccessBlockConfiguration.blockPublicPolicy",
      "HINT: write `blockPublicPolicy: true` in publicAccessBlockConfiguration",
      "DOCS: https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html",
      "SAME AS: prowler:s3_access_point_public_access_block, FSBP:S3.19, config:s3-access-point-public-access-blocks",
    ],
  ],
  "s3-multi-region-access-point-block": [
    [
      "aws MultiRegionAccessPoint db: blockPublicAcls is not true: one wrong policy or list lets everybody at what is in it",
      "PROPERTY: details.publicAccessBlock.blockPublicAcls",
      "HINT: write `blockPublicAcls: true` in details.publicAccessBlock",
      "DOCS: https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html",
      "SAME AS: prowler:s3_multi_region_access_point_public_access_block, FSBP:S3.24",
    ],
  ],
  "s3-acl-not-public": [
    [
      "aws BucketAcl db: its list is public-read: strangers list and read what is in it; a backup is the whole database",
      "PROPERTY: acl",
      "HINT: remove `acl`, or write `private`",
      "DOCS: https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html",
      "SAME AS: CKV_AWS_20, trivy:AWS-0092, prowler:s3_bucket_public_access, prowler:s3_bucket_public_list_acl, FSBP:S3.2, config:s3-bucket-public-read-prohibited, KICS:tf 38c5ee0d-7f22-4260-ab72-5073048df100, KICS:tf 57b9893d-33b1-4419-bcea-a717ea87e139, guard:S3_BUCKET_PUBLIC_READ_ACL, guard:S3_BUCKET_NO_PUBLIC_RW_ACL, pulumi:aws-s3-bucket-disallow-public-read, terrascan:AC_AWS_0210, terrascan:AC_AWS_0211, terrascan:AC_AWS_0212, terrascan:AC_AWS_0213, terrascan:AC_AWS_0215, terrascan:AC_AWS_0496, powerpipe:s3_bucket_restrict_public_read_access",
    ],
  ],
  "s3-acl-public-write": [
    [
      "aws BucketAcl db: its list is public-read-write: strangers overwrite and delete what is in it, and decide what is restored",
      "PROPERTY: acl",
      "HINT: remove `acl`, or write `private`",
      "DOCS: https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html",
      "SAME AS: CKV_AWS_57, prowler:s3_bucket_public_write_acl, FSBP:S3.3, config:s3-bucket-public-write-prohibited, powerpipe:s3_bucket_restrict_public_write_access",
    ],
  ],
  "s3-acl-public-permissions": [
    [
      "aws BucketAcl db: its list grants READ_ACP to AllUsers: strangers read who may do what, or do it",
      "PROPERTY: accessControlPolicy.grants[0]",
      "HINT: remove accessControlPolicy.grants[0]",
      "DOCS: https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html",
      "SAME AS: CKV_AWS_375",
    ],
  ],
  "s3-acl-write-permissions": [
    [
      "aws BucketAcl db: its list grants WRITE_ACP to AllUsers: who changes the list gives himself what is in it",
      "PROPERTY: accessControlPolicy.grants[0]",
      "HINT: remove accessControlPolicy.grants[0]",
      "DOCS: https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html",
      "SAME AS: KICS:tf 64a222aa-7793-4e40-915f-4b302c76e4d4",
    ],
  ],
  "s3-acl-authenticated-users": [
    [
      "aws BucketAcl db: its list grants READ_ACP to AuthenticatedUsers: these are all customers of AWS, and they get at what is in it",
      "PROPERTY: accessControlPolicy.grants[0]",
      "HINT: remove accessControlPolicy.grants[0]",
      "DOCS: https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html",
      "SAME AS: CKV2_AWS_43",
    ],
  ],
  "s3-acl-overridden": [
    [
      "aws Bucket db: its list is public-read, and its public access block refuses that: this deployment will fail",
      "PROPERTY: acl",
      "HINT: remove `acl`",
      "DOCS: https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html",
      "SAME AS: KICS:tf bf878b1a-7418-4de3-b13c-3a86cf894920",
    ],
  ],
  "s3-acls-disabled": [
    [
      "aws BucketOwnershipControls db: objectOwnership is BucketOwnerPreferred: each object says for itself who may read it, and one may be public",
      "PROPERTY: rule.objectOwnership",
      'HINT: write `objectOwnership: "BucketOwnerEnforced"` in rule',
      "DOCS: https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html",
      "SAME AS: CKV2_AWS_65, prowler:s3_bucket_acl_prohibited, FSBP:S3.12, config:s3-bucket-acl-prohibited, powerpipe:s3_bucket_acls_should_prohibit_user_access",
    ],
  ],
  "s3-static-website": [
    [
      "aws Bucket db: it is a website: strangers read the backups without an account and without TLS",
      "PROPERTY: website",
      "HINT: remove `website`",
      "DOCS: https://docs.aws.amazon.com/AmazonS3/latest/userguide/WebsiteHosting.html",
      "SAME AS: KICS:tf 42bb6b7f-6d54-4428-b707-666f669d94fb, terrascan:AC_AWS_0208, powerpipe:s3_bucket_static_website_hosting_disabled",
    ],
  ],
  "s3-static-website-of-others": [
    [
      "aws Bucket db: it is a website: what is in it is read without an account and without TLS",
      "PROPERTY: website",
      "HINT: remove `website`",
      "DOCS: https://docs.aws.amazon.com/AmazonS3/latest/userguide/WebsiteHosting.html",
      "SAME AS: KICS:tf 42bb6b7f-6d54-4428-b707-666f669d94fb, terrascan:AC_AWS_0208, powerpipe:s3_bucket_static_website_hosting_disabled",
    ],
  ],
  "s3-cors-wildcard": [
    [
      "aws Bucket db: its allowedOrigins are all there are: pages of others that somebody of the team opens change what is in it",
      "PROPERTY: corsRules[0].allowedOrigins",
      "HINT: write what is needed as corsRules[0].allowedOrigins, or remove the rule",
      "DOCS: https://docs.aws.amazon.com/AmazonS3/latest/userguide/cors.html",
      "SAME AS: KICS:tf 98a8f708-121b-455b-ae2f-da3fb59d17e1",
    ],
  ],
  "s3-policy-no-public-principal": [
    [
      "aws BucketPolicy db: statement 1 of its policy allows s3:GetObject to everybody: strangers reach what is in it; a backup is the whole database",
      "PROPERTY: policy",
      'HINT: write `Principal: { AWS: "arn:aws:iam::<account>:role/<role>" }` in statement 1 of policy',
      "DOCS: https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status",
      "SAME AS: CKV_AWS_70, prowler:s3_bucket_policy_public_write_access, KICS:tf 7af43613-6bb9-4a0e-8c4d-1314b799425e, KICS:tf ffdf4b37-7703-4dfe-a682-9d2e99bc6c09, KICS:tf d24c0755-c028-44b1-b503-8e719c898832, KICS:tf 1df37f4b-7197-45ce-83f8-9994d2fcf885, KICS:tf 66c6f96f-2d9e-417e-a998-9058aeeecd44, guard:S3_BUCKET_POLICY_NO_WILDCARD_PRINCIPAL, terrascan:AC_AWS_0217, terrascan:AC_AWS_0218, terrascan:AC_AWS_0219, terrascan:AC_AWS_0220, terrascan:AC_AWS_0221, terrascan:AC_AWS_0224, powerpipe:s3_bucket_policy_restrict_public_access",
    ],
  ],
  "s3-policy-everybody-but": [
    [
      "aws BucketPolicy db: statement 1 of its policy allows s3:GetObject to everybody but those in its condition: strangers reach what is in it",
      "PROPERTY: policy",
      "HINT: write `ArnEquals` and who may in Condition of statement 1 of policy",
      "DOCS: https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status",
      "SAME AS: KICS:tf 7af43613-6bb9-4a0e-8c4d-1314b799425e",
    ],
  ],
  "s3-policy-no-wildcard-action": [
    [
      "aws BucketPolicy db: statement 1 of its policy allows everything: who only archives can delete all that is in it",
      "PROPERTY: policy",
      'HINT: write `Action: ["s3:GetObject", "s3:PutObject", "s3:ListBucket"]` in statement 1 of policy',
      "DOCS: https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status",
      "SAME AS: KICS:tf a4966c4f-9141-48b8-a564-ffe9959945bc, guard:S3_BUCKET_POLICY_NO_WILDCARD_ACTION",
    ],
  ],
  "s3-policy-no-allow-not-action": [
    [
      "aws BucketPolicy db: statement 1 of its policy allows everything but its NotAction: deleting all that is in it may be among it",
      "PROPERTY: policy",
      "HINT: write `Action` with what is needed instead of NotAction in statement 1 of policy",
      "DOCS: https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status",
      "SAME AS: guard:S3_BUCKET_POLICY_NO_ALLOW_PLUS_NOT_ACTION",
    ],
  ],
  "s3-policy-no-allow-not-principal": [
    [
      "aws BucketPolicy db: statement 1 of its policy allows everybody but its NotPrincipal: strangers reach what is in it",
      "PROPERTY: policy",
      "HINT: write `Principal` with who may instead of NotPrincipal in statement 1 of policy",
      "DOCS: https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status",
      "SAME AS: guard:S3_BUCKETPOLICY_NO_ALLOW_PLUS_NOTPRINCIPAL",
    ],
  ],
  "s3-policy-cross-account": [
    [
      "aws BucketPolicy db: statement 1 of its policy allows s3:PutBucketPolicy to arn:aws:iam::111122223333:role/backup: if that is somebody else, he gives himself what is in it",
      "PROPERTY: policy",
      "HINT: remove `s3:PutBucketPolicy` from Action in statement 1 of policy; a role of this account gets it by its own policy",
      "DOCS: https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status",
      "SAME AS: prowler:s3_bucket_cross_account_access, FSBP:S3.6, config:s3-bucket-blacklisted-actions-prohibited, config:s3-bucket-policy-grantee-check, config:s3-bucket-policy-not-more-permissive, powerpipe:s3_bucket_policy_restricts_cross_account_permission_changes",
    ],
  ],
  "s3-policy-no-lockout": [
    [
      "aws BucketPolicy db: statement 1 of its policy denies everybody to change the policy: only the root user gets out, and nothing is archived until then",
      "PROPERTY: policy",
      "HINT: add `Condition` with whom it is about to statement 1 of policy",
      "DOCS: https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status",
      "SAME AS: CKV_AWS_93",
    ],
  ],
  "s3-policy-tls-only": [
    [
      "aws Bucket db: its policy does not refuse requests without TLS: what is archived can be read and changed on its way",
      "PROPERTY: policy",
      'HINT: add `{ Effect: "Deny", Principal: "*", Action: "s3:*", Resource: [<arn>, <arn>/*], Condition: { Bool: { "aws:SecureTransport": "false" } } }` to Statement of policy',
      "DOCS: https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html",
      "SAME AS: prowler:s3_bucket_secure_transport_policy, FSBP:S3.5, config:s3-bucket-ssl-requests-only, guard:S3_BUCKET_SSL_REQUESTS_ONLY, cdk-nag:S3BucketSSLRequestsOnly, powerpipe:s3_bucket_enforces_ssl, KICS:tf 4bc4dd4c-7d8d-405e-a0fb-57fa4c31b4d9",
    ],
  ],
  "s3-policy-tls-allowed-only": [
    [
      "aws Bucket db: its policy allows requests with TLS, and refuses none without: roles with a policy of their own send what they archive in the clear",
      "PROPERTY: policy",
      'HINT: add `{ Effect: "Deny", Principal: "*", Action: "s3:*", Resource: [<arn>, <arn>/*], Condition: { Bool: { "aws:SecureTransport": "false" } } }` to Statement of policy',
      "DOCS: https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html",
      "SAME AS: prowler:s3_bucket_secure_transport_policy, FSBP:S3.5, config:s3-bucket-ssl-requests-only, guard:S3_BUCKET_SSL_REQUESTS_ONLY, cdk-nag:S3BucketSSLRequestsOnly, powerpipe:s3_bucket_enforces_ssl",
    ],
  ],
  "s3-public-acl-without-tls": [
    [
      "aws Bucket db: its list lets everybody in, and its policy says nothing of TLS: what is read can be changed on its way",
      "PROPERTY: policy",
      'HINT: add `{ Effect: "Deny", Principal: "*", Action: "s3:*", Resource: [<arn>, <arn>/*], Condition: { Bool: { "aws:SecureTransport": "false" } } }` to Statement of policy',
      "DOCS: https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html",
      "SAME AS: CKV_AWS_379",
    ],
  ],
  "s3-bucket-sse": [
    [
      "aws Bucket db: none is no encryption of S3: this deployment will fail, and the bucket is left as it was",
      "PROPERTY: serverSideEncryptionConfiguration.rule.applyServerSideEncryptionByDefault.sseAlgorithm",
      'HINT: write `applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: … }` as serverSideEncryptionConfiguration.rule.applyServerSideEncryptionByDefault',
      "DOCS: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-encryption.html",
      "SAME AS: CKV_AWS_19, trivy:AWS-0088, prowler:s3_bucket_default_encryption, config:s3-bucket-server-side-encryption-enabled, guard:S3_BUCKET_SERVER_SIDE_ENCRYPTION_ENABLED, pulumi:aws-s3-bucket-enable-server-side-encryption, powerpipe:s3_bucket_default_encryption_enabled, tfsec:s3/enable-bucket-encryption",
    ],
  ],
  "s3-bucket-sse-kms": [
    [
      "aws Bucket db: it is not encrypted with a key of KMS: who may read the bucket reads all that is in it",
      "PROPERTY: serverSideEncryptionConfiguration.rule.applyServerSideEncryptionByDefault.sseAlgorithm",
      'HINT: write `applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: … }` as serverSideEncryptionConfiguration.rule.applyServerSideEncryptionByDefault',
      "DOCS: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-encryption.html",
      "SAME AS: CKV_AWS_145, trivy:AWS-0132, prowler:s3_bucket_kms_encryption, FSBP:S3.17, config:s3-default-encryption-kms, guard:S3_DEFAULT_ENCRYPTION_KMS, pulumi:aws-s3-bucket-configure-server-side-encryption-kms, pulumi:aws-s3-bucket-configure-server-side-encryption-customer-managed-key, terrascan:AC_AWS_0207, cdk-nag:S3DefaultEncryptionKMS, powerpipe:s3_bucket_default_encryption_enabled_kms, tfsec:s3/encryption-customer-key",
    ],
  ],
  "s3-bucket-sse-cmk": [
    [
      "aws Bucket db: it is encrypted with AWS's key aws/s3: no other account can restore from it, and nobody can be kept from the key",
      "PROPERTY: serverSideEncryptionConfiguration.rule.applyServerSideEncryptionByDefault.kmsMasterKeyId",
      'HINT: write `applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: … }` as serverSideEncryptionConfiguration.rule.applyServerSideEncryptionByDefault',
      "DOCS: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-encryption.html",
      "SAME AS: trivy:AWS-0132, pulumi:aws-s3-bucket-configure-server-side-encryption-customer-managed-key, tfsec:s3/encryption-customer-key",
    ],
  ],
  "s3-bucket-key": [
    [
      "aws Bucket db: each object asks KMS for a key of its own: a restore of many segments is slowed down by KMS's limit of requests",
      "PROPERTY: serverSideEncryptionConfiguration.rule.bucketKeyEnabled",
      "HINT: write `bucketKeyEnabled: true` as serverSideEncryptionConfiguration.rule.bucketKeyEnabled",
      "DOCS: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-key.html",
      "SAME AS: pulumi:aws-s3-bucket-enable-server-side-encryption-bucket-key",
    ],
  ],
  "s3-access-logging": [
    [
      "aws Bucket db: it logs no requests: after a theft nobody can tell what was read",
      "PROPERTY: logging",
      'HINT: add a BucketLogging with `targetBucket: <logs>.id, targetPrefix: "s3/"`',
      "DOCS: https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerLogs.html",
      "SAME AS: CKV_AWS_18, trivy:AWS-0089, prowler:s3_bucket_server_access_logging_enabled, FSBP:S3.9, config:s3-bucket-logging-enabled, KICS:tf f861041c-8c9f-4156-acfc-5e6e524f5884, awsguard:s3BucketLoggingEnabled, guard:S3_BUCKET_LOGGING_ENABLED, cdk-nag:S3BucketLoggingEnabled, terrascan:AC_AWS_0497, powerpipe:s3_bucket_logging_enabled, tfsec:s3/enable-bucket-logging",
    ],
  ],
  "s3-object-write-logging": [
    [
      "aws Bucket db: no trail of the stack records changes of its objects: nobody can tell who deleted or overwrote them",
      "PROPERTY: cloudtrail.Trail.eventSelectors",
      'HINT: add `{ readWriteType: "All", dataResources: [{ type: "AWS::S3::Object", values: [<arn of the bucket>/] }] }` to eventSelectors of a cloudtrail.Trail',
      "DOCS: https://docs.aws.amazon.com/AmazonS3/latest/userguide/cloudtrail-logging-s3-info.html",
      "SAME AS: trivy:AWS-0171, powerpipe:s3_bucket_object_logging_enabled",
    ],
  ],
  "s3-object-read-logging": [
    [
      "aws Bucket db: no trail of the stack records reads of its objects: nobody can tell who took them",
      "PROPERTY: cloudtrail.Trail.eventSelectors",
      'HINT: add `{ readWriteType: "All", dataResources: [{ type: "AWS::S3::Object", values: [<arn of the bucket>/] }] }` to eventSelectors of a cloudtrail.Trail',
      "DOCS: https://docs.aws.amazon.com/AmazonS3/latest/userguide/cloudtrail-logging-s3-info.html",
      "SAME AS: trivy:AWS-0172, powerpipe:s3_bucket_object_logging_enabled",
    ],
  ],
  "s3-object-logging-partial": [
    [
      "aws Trail db: readWriteType is ReadOnly: who deleted or overwrote the backups is not recorded",
      "PROPERTY: eventSelectors[0].readWriteType",
      'HINT: write `readWriteType: "All"` in eventSelectors[0]',
      "DOCS: https://docs.aws.amazon.com/AmazonS3/latest/userguide/cloudtrail-logging-s3-info.html",
      "SAME AS: KICS:tf a8fc2180-b3ac-4c93-bd0d-a55b974e4b07",
    ],
  ],
  "s3-event-notifications": [
    [
      "aws Bucket db: nothing tells what happens to it: that backups are deleted, or stop coming, is noticed when they are needed",
      "PROPERTY: BucketNotification",
      "HINT: add a BucketNotification with `bucket: <bucket>.id, eventbridge: true`",
      "DOCS: https://docs.aws.amazon.com/AmazonS3/latest/userguide/EventNotifications.html",
      "SAME AS: CKV2_AWS_62, prowler:s3_bucket_event_notifications_enabled, FSBP:S3.11, config:s3-event-notifications-enabled, powerpipe:s3_bucket_event_notifications_enabled",
    ],
  ],
  "kms-key-rotation": [
    [
      "aws Key db: it is never rotated: one copy of its material reads all backups, also those of years to come",
      "PROPERTY: enableKeyRotation",
      "HINT: write `enableKeyRotation: true`",
      "DOCS: https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html",
      "SAME AS: CKV_AWS_7, trivy:AWS-0065, prowler:kms_cmk_rotation_enabled, FSBP:KMS.4, config:cmk-backing-key-rotation-enabled, KICS:tf 22fbfeac-7b5a-421a-8a27-7a2178bb910b, awsguard:cmk-backing-key-rotation-enabled, pulumi:aws-kms-key-enable-key-rotation, guard:CMK_BACKING_KEY_ROTATION_ENABLED, cdk-nag:AwsSolutions-KMS5, terrascan:AC_AWS_0160, powerpipe:kms_cmk_rotation_enabled",
    ],
  ],
  "kms-rotation-impossible": [
    [
      "aws Key db: KMS rotates only symmetric keys for encryption that it made itself: this deployment will fail",
      "PROPERTY: enableKeyRotation",
      "HINT: remove `enableKeyRotation`",
      "DOCS: https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html",
      "SAME AS: KICS:tf 22fbfeac-7b5a-421a-8a27-7a2178bb910b",
    ],
  ],
  "kms-key-enabled": [
    [
      "aws Key db: it is switched off: nothing that it encrypts can be read or archived, and a database on it stops",
      "PROPERTY: isEnabled",
      "HINT: remove `isEnabled`",
      "DOCS: https://docs.aws.amazon.com/kms/latest/developerguide/enabling-keys.html",
      "SAME AS: CKV_AWS_227, prowler:kms_cmk_are_used",
    ],
  ],
  "kms-deletion-window": [
    [
      "aws Key db: a key that is deleted by mistake is gone after 7 days: every snapshot, backup and segment that it encrypts is lost",
      "PROPERTY: deletionWindowInDays",
      "HINT: write `deletionWindowInDays: 30`",
      "DOCS: https://docs.aws.amazon.com/kms/latest/developerguide/deleting-keys.html",
      "SAME AS: prowler:kms_cmk_not_deleted_unintentionally, FSBP:KMS.3, config:kms-cmk-not-scheduled-for-deletion, powerpipe:kms_key_not_pending_deletion",
    ],
  ],
  "kms-deletion-window-given": [
    [
      "aws Key db: nobody sees how long there is to notice that it was deleted, before all that it encrypts is lost",
      "PROPERTY: deletionWindowInDays",
      "HINT: write `deletionWindowInDays: 30`",
      "DOCS: https://docs.aws.amazon.com/kms/latest/developerguide/deleting-keys.html",
      "SAME AS: KICS:tf 0b530315-0ea4-497f-b34c-4ff86268f59d",
    ],
  ],
  "kms-no-lockout-bypass": [
    [
      "aws Key db: AWS takes a policy that lets nobody manage the key: what it encrypts can be out of reach for good",
      "PROPERTY: bypassPolicyLockoutSafetyCheck",
      "HINT: remove `bypassPolicyLockoutSafetyCheck`",
      "DOCS: https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html",
      "SAME AS: pulumi:aws-kms-key-disallow-bypass-policy-lockout-safety-check",
    ],
  ],
  "kms-policy-no-wildcard-principal": [
    [
      "aws Key db: statement 1 of its policy is for everybody: who gets hold of a backup reads it, and strangers can schedule the key's deletion",
      "PROPERTY: policy",
      'HINT: write `Principal: { AWS: "arn:aws:iam::<account>:root" }` in statement 1 of policy',
      "DOCS: https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html",
      "SAME AS: CKV_AWS_33, prowler:kms_key_not_publicly_accessible, FSBP:KMS.5, KICS:tf 7ebc9038-0bde-479a-acc4-6ed7b6758899, guard:KMS_NO_WILDCARD_PRINCIPAL, terrascan:AC_AWS_0162, terrascan:AC_AWS_0481, terrascan:AC_AWS_0482, powerpipe:kms_cmk_policy_prohibit_public_access",
    ],
  ],
  "kms-policy-defined": [
    [
      "aws Key db: it has the policy that AWS writes: every administrator of the account can use it, give it away and delete it",
      "PROPERTY: policy",
      "HINT: add `policy` with who uses the key and who manages it, or a kms.KeyPolicy",
      "DOCS: https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html",
      "SAME AS: CKV2_AWS_64, KICS:tf 7ebc9038-0bde-479a-acc4-6ed7b6758899",
    ],
  ],
  "backup-vault-cmk": [
    [
      "aws Vault db: it is encrypted with AWS's key aws/backup: its recovery points cannot be copied to an account that an attacker does not have",
      "PROPERTY: kmsKeyArn",
      "HINT: write `kmsKeyArn: <key>.arn`",
      "DOCS: https://docs.aws.amazon.com/aws-backup/latest/devguide/encryption.html",
      "SAME AS: CKV_AWS_166, prowler:backup_vaults_encrypted, KICS:pulumi backup_vault_encryption_disabled, powerpipe-tf:backup_vault_encryption_at_rest_enabled",
    ],
  ],
  "backup-vault-force-destroy": [
    [
      "aws Vault db: a destroy, or a change that replaces it, empties it first: all recovery points are deleted",
      "PROPERTY: forceDestroy",
      "HINT: remove `forceDestroy`",
      "DOCS: https://www.pulumi.com/registry/packages/aws/api-docs/backup/vault/#forcedestroy_nodejs",
    ],
  ],
  "backup-vault-no-manual-deletion": [
    [
      "aws Vault db: neither a lock nor a policy keeps recovery points: who gets in deletes them together with the database",
      "PROPERTY: backup.VaultLockConfiguration",
      "HINT: add a backup.VaultLockConfiguration with `backupVaultName: <vault>.name, minRetentionDays: 35, changeableForDays: 3`",
      "DOCS: https://docs.aws.amazon.com/aws-backup/latest/devguide/vault-lock.html",
      "SAME AS: config:backup-recovery-point-manual-deletion-disabled, powerpipe:backup_recovery_point_manual_deletion_disabled",
    ],
  ],
  "backup-plan-retention": [
    [
      "aws Plan db: recovery points are deleted after 7 days, and 35 are wanted: damage that is noticed later cannot be undone",
      "PROPERTY: rules[0].lifecycle.deleteAfter",
      "HINT: write `lifecycle: { deleteAfter: 35 }` in rules[0]",
      "DOCS: https://docs.aws.amazon.com/aws-backup/latest/devguide/creating-a-backup-plan.html",
      "SAME AS: config:backup-plan-min-frequency-and-min-retention-check, config:backup-recovery-point-minimum-retention-check, powerpipe:backup_plan_min_retention_35_days, powerpipe:backup_recovery_point_min_retention_35_days",
    ],
  ],
  "sg-no-public-postgres-port": [
    [
      "aws SecurityGroup db: port 5432 is open to 0.0.0.0/0: anybody tries passwords, and one that fits has all data",
      "PROPERTY: ingress[0].cidrBlocks[0]",
      "HINT: write the range of the clients, or `securityGroups: [<clients>.id]`, instead of ingress[0].cidrBlocks[0]",
      "DOCS: https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html",
      "SAME AS: prowler:ec2_securitygroup_allow_ingress_from_internet_to_tcp_port_postgres_5432, prowler:ec2_instance_port_postgresql_exposed_to_internet, terrascan:AC_AWS_0262, terrascan:AC_AWS_0263, KICS:tf 381c3f2a-ef6f-4eff-99f7-b169cda3422c, config:restricted-common-ports, config:vpc-sg-open-only-to-authorized-ports, FSBP:EC2.18, FSBP:EC2.19, powerpipe:vpc_security_group_restricted_common_ports, cdk-nag:AwsSolutions-RDS8, pulumi:aws-ec2-securitygroup-disallow-public-internet-ingress, prowler:ec2_securitygroup_allow_ingress_from_internet_to_any_port, KICS:tf 4728cd65-a20c-49da-8b31-9c08b423e4db, guard:EC2_SECURITY_GROUP_INGRESS_OPEN_TO_WORLD_RULE, cdk-nag:AwsSolutions-EC23",
    ],
  ],
  "sg-wide-public-postgres-port": [
    [
      "aws SecurityGroup db: port 5432 can be reached from 203.0.0.0/9, a large part of the internet: strangers try passwords, and one that fits has all data",
      "PROPERTY: ingress[0].cidrBlocks[0]",
      "HINT: write the range of the clients, or `securityGroups: [<clients>.id]`, instead of ingress[0].cidrBlocks[0]",
      "DOCS: https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html",
      "SAME AS: prowler:ec2_securitygroup_allow_wide_open_public_ipv4",
    ],
  ],
  "sg-wide-private-postgres-port": [
    [
      "aws SecurityGroup db: port 5432 can be reached from 10.0.0.0/8, which is more than its clients: one machine that is taken over tries passwords",
      "PROPERTY: ingress[0].cidrBlocks[0]",
      "HINT: write the range of the clients, or `securityGroups: [<clients>.id]`, instead of ingress[0].cidrBlocks[0]",
      "DOCS: https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html",
      "SAME AS: KICS:tf e35c16a2-d54e-419d-8546-a804d8e024d0, KICS:tf 92fe237e-074c-4262-81a4-2077acb928c1, prowler:ec2_securitygroup_allow_ingress_from_internet_to_any_port_from_ip",
    ],
  ],
  "sg-no-open-ingress": [
    [
      "aws SecurityGroup db: every port is open to 0.0.0.0/0: whatever listens there, now or later, is reached by everybody",
      "PROPERTY: ingress[0].cidrBlocks[0]",
      "HINT: write the range of the clients, or `securityGroups: [<clients>.id]`, instead of ingress[0].cidrBlocks[0]",
      "DOCS: https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html",
      "SAME AS: CKV_AWS_277, pulumi:aws-ec2-securitygroup-disallow-public-internet-ingress, prowler:ec2_securitygroup_allow_ingress_from_internet_to_all_ports, KICS:tf 4728cd65-a20c-49da-8b31-9c08b423e4db, guard:EC2_SECURITY_GROUP_INGRESS_OPEN_TO_WORLD_RULE, guard:SECURITY_GROUP_INGRESS_ALL_PROTOCOLS_RULE, guard:SECURITY_GROUP_INGRESS_PORT_RANGE_RULE, guard:SECURITY_GROUP_INGRESS_CIDR_NON_32_RULE, cdk-nag:AwsSolutions-EC23, powerpipe:vpc_security_group_restrict_ingress_tcp_udp_all",
    ],
  ],
  "sg-public-ingress": [
    [
      "aws SecurityGroup db: port 22 can be reached from 0.0.0.0/0: who gets in there reaches the database from inside",
      "PROPERTY: ingress[0].cidrBlocks[0]",
      "HINT: write the range of the clients, or `securityGroups: [<clients>.id]`, instead of ingress[0].cidrBlocks[0]",
      "DOCS: https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html",
      "SAME AS: pulumi:aws-ec2-securitygroup-disallow-public-internet-ingress, prowler:ec2_securitygroup_allow_ingress_from_internet_to_any_port, KICS:tf 4728cd65-a20c-49da-8b31-9c08b423e4db, KICS:tf 590d878b-abdc-428f-895a-e2b68a0e1998, guard:EC2_SECURITY_GROUP_INGRESS_OPEN_TO_WORLD_RULE, cdk-nag:AwsSolutions-EC23",
    ],
  ],
  "sg-no-open-egress": [
    [
      "aws SecurityGroup db: it reaches every port of 0.0.0.0/0: who gets in sends the data anywhere",
      "PROPERTY: egress[0].cidrBlocks[0]",
      "HINT: write the ranges of the archive and of KMS, or `prefixListIds`, instead of egress[0].cidrBlocks[0]",
      "DOCS: https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html",
      "SAME AS: CKV_AWS_382, trivy:AWS-0104, guard:EC2_SECURITY_GROUP_EGRESS_OPEN_TO_WORLD_RULE, guard:SECURITY_GROUP_EGRESS_ALL_PROTOCOLS_RULE, guard:SECURITY_GROUP_EGRESS_PORT_RANGE_RULE, guard:SECURITY_GROUP_MISSING_EGRESS_RULE",
    ],
  ],
  "sg-public-egress": [
    [
      "aws SecurityGroup db: it reaches port 443 of 0.0.0.0/0: who gets in sends the data away through it",
      "PROPERTY: egress[0].cidrBlocks[0]",
      "HINT: write the ranges of the archive and of KMS, or `prefixListIds`, instead of egress[0].cidrBlocks[0]",
      "DOCS: https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html",
      "SAME AS: trivy:AWS-0104, guard:EC2_SECURITY_GROUP_EGRESS_OPEN_TO_WORLD_RULE",
    ],
  ],
  "sg-default-closed": [
    [
      "aws DefaultSecurityGroup db: the default group has a rule: whatever is made without a group, also a database, is reached by it",
      "PROPERTY: ingress[0]",
      "HINT: remove ingress[0]",
      "DOCS: https://docs.aws.amazon.com/vpc/latest/userguide/default-security-group.html",
      "SAME AS: CKV2_AWS_12, trivy:AWS-0173, prowler:ec2_securitygroup_default_restrict_traffic, FSBP:EC2.2, config:vpc-default-security-group-closed, KICS:tf 9a4ef195-74b9-4c58-b8ed-2b2fe4353a75, powerpipe:vpc_default_security_group_restricts_all_traffic",
    ],
  ],
  "sg-default-public": [
    [
      "aws DefaultSecurityGroup db: the default group is open to the world: whatever is made without a group, also a database, is reached by everybody",
      "PROPERTY: ingress[0]",
      "HINT: remove ingress[0]",
      "DOCS: https://docs.aws.amazon.com/vpc/latest/userguide/default-security-group.html",
      "SAME AS: KICS:tf 46883ce1-dc3e-4b17-9195-c6a601624c73",
    ],
  ],
  "vpc-default-sg-closed": [
    [
      "aws Vpc db: its default security group is as AWS made it: whatever is made without a group, also a database, reaches and is reached",
      "PROPERTY: DefaultSecurityGroup",
      "HINT: add an ec2.DefaultSecurityGroup with `vpcId: <vpc>.id`, without ingress and egress",
      "DOCS: https://docs.aws.amazon.com/vpc/latest/userguide/default-security-group.html",
      "SAME AS: CKV2_AWS_12, FSBP:EC2.2, config:vpc-default-security-group-closed",
    ],
  ],
};
