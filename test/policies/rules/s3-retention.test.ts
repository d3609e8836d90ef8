/** Does what was archived stay? Own properties and resources beside the bucket, both names, references. */

import assert from "node:assert/strict";
import { type Properties, UNKNOWN } from "../../../policies/reading/known";
import type { Resource } from "../../../policies/rule";
import { BACKUP_SELECTION, BUCKET, BUCKET_V2 } from "../../../policies/subjects";
import { foundBy, made, saidBy } from "./stack-of";

const VERSIONING = "aws:s3/bucketVersioning:BucketVersioning";
const VERSIONING_V2 = "aws:s3/bucketVersioningV2:BucketVersioningV2";
const LIFECYCLE = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration";
const LOCK = "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration";
const REPLICATION = "aws:s3/bucketReplicationConfig:BucketReplicationConfig";
const ARCHIVE = { bucket: ["archive"] };

const archive = (properties: Properties = {}, type = BUCKET) => made(type, "archive", properties);
const beside = (type: string, properties: Properties) =>
  made(type, "beside", { bucket: UNKNOWN, ...properties }, ARCHIVE);
const status = (written: unknown) => ({ versioningConfiguration: { status: written } });

describe("versioning of a bucket of backups", () => {
  const found = (...resources: Resource[]) => foundBy("s3-bucket-versioning", ...resources);

  it("is said by the bucket itself, in both versions of the provider", () => {
    assert.deepEqual(found(archive({ versioning: { enabled: true } })), []);
    assert.deepEqual(found(archive({ versionings: [{ enabled: true }] }, BUCKET_V2)), []);
    assert.deepEqual(found(archive({ versioning: { enabled: "true" } })), []);
    assert.deepEqual(found(archive({ versioning: { enabled: UNKNOWN } })), []);
    assert.deepEqual(found(archive({ versioning: { enabled: false } })), ["archive"]);
    assert.deepEqual(found(archive({ versionings: [{}] }, BUCKET_V2)), ["archive"]);
    assert.deepEqual(found(archive({ versioning: "yes" })), ["archive"]);
  });

  for (const type of [VERSIONING, VERSIONING_V2])
    it(`is said by ${type}, which refers to the bucket`, () => {
      assert.deepEqual(found(archive(), beside(type, status("Enabled"))), []);
      assert.deepEqual(found(archive(), beside(type, status("Suspended"))), ["archive"]);
      assert.deepEqual(found(archive(), beside(type, status(UNKNOWN))), []);
      assert.deepEqual(found(archive(), beside(type, { versioningConfiguration: UNKNOWN })), []);
    });

  it("is not said by what refers to another bucket, though both have the same name", () => {
    const twin = made(BUCKET, "twin-archive", { bucket: "b", versioning: { enabled: true } });
    const other = made(VERSIONING, "v", { bucket: "b", ...status("Enabled") }, { bucket: ["twin-archive"] });
    assert.deepEqual(found(archive({ bucket: "b" }), twin, other), ["archive"]);
  });

  it("is said by name where nothing is known of references", () => {
    const named = made(VERSIONING, "v", { bucket: "wal-1", ...status("Enabled") });
    assert.deepEqual(found(archive({ bucket: "wal-1" }), named), []);
    assert.deepEqual(found(archive({ bucket: "wal-2" }), named), ["archive"]);
  });

  it("is left to the update where the name can be any bucket's", () => {
    const any = made(VERSIONING, "v", { bucket: UNKNOWN, ...status("Enabled") });
    assert.deepEqual(found(archive(), { ...any, propertyDependencies: undefined }), []);
    assert.deepEqual(found(archive(), any), ["archive"]);
  });

  it("is judged by itself where the bucket is elsewhere", () => {
    const elsewhere = (name: string) => made(VERSIONING, name, { bucket: "x", ...status("Suspended") });
    assert.deepEqual(found(elsewhere("wal")), ["wal"]);
    assert.deepEqual(foundBy("s3-versioning-of-others", elsewhere("logs")), ["logs"]);
  });

  it("is only shown of buckets that hold no backups", () => {
    assert.deepEqual(found(made(BUCKET, "logs", {})), []);
    assert.deepEqual(foundBy("s3-versioning-of-others", made(BUCKET, "logs", {}), archive()), ["logs"]);
  });

  it("says where it is suspended and what to write", () =>
    assert.deepEqual(saidBy("s3-bucket-versioning", archive(), beside(VERSIONING, status("Suspended"))), [
      "aws Bucket archive: versioning is not enabled: a segment or backup that is overwritten or deleted is gone, and with it the restore\n" +
        "PROPERTY: versioningConfiguration.status\n" +
        'HINT: write `status: "Enabled"` as versioningConfiguration.status of beside\n' +
        "DOCS: https://docs.aws.amazon.com/AmazonS3/latest/userguide/Versioning.html\n" +
        "SAME AS: CKV_AWS_21, trivy:AWS-0090, prowler:s3_bucket_object_versioning, FSBP:S3.14, config:s3-bucket-versioning-enabled, KICS:tf 568a4d22-3517-44a6-a7ad-6a7eed88722c, guard:S3_BUCKET_VERSIONING_ENABLED, cdk-nag:S3BucketVersioningEnabled, terrascan:AC_AWS_0214, powerpipe:s3_bucket_versioning_enabled, tfsec:s3/enable-versioning",
    ]));
});

describe("a bucket holds backups", () => {
  const isKnown = (name: string, properties: Properties) =>
    foundBy("bucket-force-destroy", made(BUCKET, name, { forceDestroy: true, ...properties })).length > 0;

  const YES: [string, Properties][] = [
    ["walArchive", {}],
    ["prod_snapshots", {}],
    ["b", { bucket: "acme-pgbackrest" }],
    ["b", { bucketPrefix: "pg-dumps-" }],
    ["b", { tags: { purpose: "postgres-backups" } }],
    ["b", { tags: { Backup: "yes" } }],
    ["b", { objectLockEnabled: true }],
  ];
  for (const [name, properties] of YES)
    it(`called ${name} with ${JSON.stringify(properties)}`, () =>
      assert.equal(isKnown(name, properties), true));

  const NO: [string, Properties][] = [
    ["assets", {}],
    ["b", { bucket: "wallpapers" }],
    ["b", { tags: { purpose: "website" } }],
    ["b", { bucket: UNKNOWN, tags: UNKNOWN }],
    ["b", { bucket: 7, tags: ["x"] }],
  ];
  for (const [index, [name, properties]] of NO.entries())
    it(`not called ${name} with ${Object.keys(properties)} (${index})`, () =>
      assert.equal(isKnown(name, properties), false));
});

describe("the lifecycle of a bucket of backups", () => {
  const rule = (more: object) => ({ id: "x", status: "Enabled", ...more });
  const expiring = (more: object) =>
    foundBy("archive-lifecycle-too-short", made(LIFECYCLE, "old", { bucket: "b", rules: [rule(more)] }));
  const wal = { filter: { prefix: "wal/" } };
  const inside = (name: string, days: number) =>
    made(BUCKET, name, { lifecycleRules: [{ enabled: true, expiration: { days } }] });

  it("does not end before a restore can need it", () => {
    assert.deepEqual(foundBy("archive-lifecycle-too-short", inside("archive", 3)), ["archive"]);
    assert.deepEqual(expiring({ ...wal, expiration: { days: 3 } }), ["old"]);
    assert.deepEqual(expiring({ ...wal, expiration: { days: "3" } }), ["old"]);
    assert.deepEqual(expiring({ filter: { and: { prefix: "wal/" } }, expiration: { days: 3 } }), ["old"]);
    assert.deepEqual(expiring({ prefix: "base/", noncurrentVersionExpiration: { noncurrentDays: 1 } }), [
      "old",
    ]);
  });

  it("passes what is long enough, disabled, for other objects or not yet known", () => {
    assert.deepEqual(expiring({ ...wal, expiration: { days: 7 } }), []);
    assert.deepEqual(expiring({ ...wal, status: "Disabled", expiration: { days: 1 } }), []);
    assert.deepEqual(expiring({ ...wal, expiration: { days: UNKNOWN } }), []);
    assert.deepEqual(expiring({ ...wal, expiration: { expiredObjectDeleteMarker: true } }), []);
    assert.deepEqual(expiring({ filter: { prefix: "tmp/" }, expiration: { days: 1 } }), []);
    assert.deepEqual(foundBy("archive-lifecycle-too-short", inside("logs", 1)), []);
  });

  it("keeps write-ahead log as long as the base backups it belongs to", () => {
    const rules = [
      rule({ ...wal, expiration: { days: 14 } }),
      rule({ filter: { prefix: "base/" }, expiration: { days: 30 } }),
    ];
    assert.deepEqual(saidBy("archive-lifecycle-too-short", archive(), beside(LIFECYCLE, { rules })), [
      "aws Bucket archive: it deletes write-ahead log after 14 days and base backups after 30: the older base backups cannot be restored\n" +
        "PROPERTY: rules[0].expiration.days\n" +
        "HINT: write `30` or more as rules[0].expiration.days of beside\n" +
        "DOCS: https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lifecycle-mgmt.html",
    ]);
  });

  it("is there when a rule of it is enabled, in the bucket or beside it", () => {
    const found = (...resources: Resource[]) => foundBy("s3-bucket-lifecycle", ...resources);
    assert.deepEqual(found(inside("logs", 1)), []);
    assert.deepEqual(found(archive(), beside(LIFECYCLE, { rules: [rule({})] })), []);
    assert.deepEqual(found(archive(), beside(LIFECYCLE, { rules: UNKNOWN })), []);
    assert.deepEqual(found(archive(), beside(LIFECYCLE, { rules: [rule({ status: "Disabled" })] })), [
      "archive",
    ]);
  });
});

describe("broken uploads are cleaned up by a rule", () => {
  const found = (...rules: readonly unknown[]) =>
    foundBy("s3-abort-incomplete-uploads", made(LIFECYCLE, "old", { bucket: "b", rules }));
  const abort = { status: "Enabled", abortIncompleteMultipartUpload: { daysAfterInitiation: 7 } };

  it("that is enabled and for all objects", () => {
    assert.deepEqual(found(abort), []);
    assert.deepEqual(found({ ...abort, filter: {} }), []);
    assert.deepEqual(found({ ...abort, filter: { prefix: "" } }), []);
    assert.deepEqual(found({ ...abort, filter: { prefix: "log/" } }, abort), []);
  });

  it("not by one that is disabled, filtered or does something else", () => {
    assert.deepEqual(found({ ...abort, status: "Disabled" }), ["old"]);
    assert.deepEqual(found({ ...abort, filter: { prefix: "log/" } }), ["old"]);
    assert.deepEqual(found({ ...abort, prefix: "log/" }), ["old"]);
    assert.deepEqual(found({ ...abort, filter: { and: { prefix: "log/", tags: { a: "b" } } } }), ["old"]);
    assert.deepEqual(found({ ...abort, filter: { tag: { key: "a", value: "b" } } }), ["old"]);
    assert.deepEqual(found({ status: "Enabled", expiration: { days: 90 } }), ["old"]);
    assert.deepEqual(found(), ["old"]);
  });

  it("and waits for what is not known", () => {
    assert.deepEqual(found({ ...abort, status: UNKNOWN }), []);
    assert.deepEqual(found(UNKNOWN), []);
  });
});

describe("a lock", () => {
  const retention = (more: object) => ({ rule: { defaultRetention: more } });
  const weak = (properties: Properties) =>
    foundBy("archive-object-lock-weak", made(LOCK, "lock", { bucket: "b", ...properties }));

  it("holds for everybody and long enough", () => {
    assert.deepEqual(weak(retention({ mode: "COMPLIANCE", days: 35 })), []);
    assert.deepEqual(weak(retention({ mode: "COMPLIANCE", years: 1 })), []);
    assert.deepEqual(weak(retention({ mode: UNKNOWN, days: 35 })), []);
    assert.deepEqual(weak({}), ["lock"]);
    assert.deepEqual(weak(retention({ mode: "GOVERNANCE", days: 35 })), ["lock"]);
    assert.deepEqual(weak(retention({ mode: "COMPLIANCE", days: 1 })), ["lock"]);
  });

  it("is missing where it is switched off, on any bucket, and on a bucket of backups that has none", () => {
    const found = (...resources: Resource[]) => foundBy("s3-bucket-object-lock", ...resources);
    const off = { objectLockConfiguration: { objectLockEnabled: "Disabled" } };
    assert.deepEqual(found(made(BUCKET, "assets", off)), ["assets"]);
    assert.deepEqual(found(made(BUCKET, "assets", {})), []);
    assert.deepEqual(found(archive()), ["archive"]);
    assert.deepEqual(found(archive({ objectLockEnabled: true })), []);
    assert.deepEqual(found(archive(), beside(LOCK, {})), []);
  });

  it("stands in for a second factor, where nobody can open it", () => {
    const found = (...resources: Resource[]) => foundBy("s3-bucket-mfa-delete", ...resources);
    const lock = (mode: string) => beside(LOCK, retention({ mode, days: 35 }));
    const mfa = { versioningConfiguration: { status: "Enabled", mfaDelete: "Enabled" } };
    assert.deepEqual(found(archive({ versioning: { enabled: true } })), ["archive"]);
    assert.deepEqual(found(archive(), lock("COMPLIANCE")), []);
    assert.deepEqual(found(archive(), lock("GOVERNANCE")), ["archive"]);
    assert.deepEqual(found(archive({ versionings: [{ mfaDelete: true }] }, BUCKET_V2)), []);
    assert.deepEqual(found(archive(), beside(VERSIONING, mfa)), []);
  });
});

describe("replication", () => {
  const to = (written: unknown) =>
    made(
      REPLICATION,
      "r",
      { bucket: UNKNOWN, rules: [{ status: written, destination: { bucket: UNKNOWN } }] },
      { ...ARCHIVE, rules: ["copy"] },
    );
  const copy = made(BUCKET, "copy", {});

  it("is enabled for a bucket, and its replica needs none", () => {
    assert.deepEqual(foundBy("s3-bucket-replication", archive(), copy, to("Enabled")), []);
    assert.deepEqual(foundBy("s3-bucket-replication", archive(), copy, to(UNKNOWN)), []);
    assert.deepEqual(foundBy("s3-bucket-replication", archive(), copy, to("Disabled")), ["archive"]);
    assert.deepEqual(foundBy("s3-bucket-replication", archive(), copy), ["archive", "copy"]);
  });
});

describe("a backup selection", () => {
  const found = (properties: Properties, from = {}) =>
    foundBy("s3-in-backup-plan", archive({ bucket: "wal" }), made(BACKUP_SELECTION, "s", properties, from));

  it("names the bucket by reference, by ARN, by pattern or by tags", () => {
    assert.deepEqual(found({ resources: [UNKNOWN] }, { resources: ["archive"] }), []);
    assert.deepEqual(found({ resources: ["arn:aws:s3:::wal"] }), []);
    assert.deepEqual(found({ resources: ["arn:aws:s3:::*"] }), []);
    assert.deepEqual(found({ selectionTags: [{ type: "STRINGEQUALS", key: "a", value: "b" }] }), []);
    assert.deepEqual(found({ resources: ["arn:aws:s3:::other"] }), ["archive"]);
    assert.deepEqual(foundBy("s3-in-backup-plan", archive()), []);
  });
});

describe("a forced destroy", () => {
  it("is refused of a bucket of backups, written as a flag or as text", () => {
    assert.deepEqual(foundBy("bucket-force-destroy", archive({ forceDestroy: "true" })), ["archive"]);
    assert.deepEqual(foundBy("bucket-force-destroy", archive({ forceDestroy: UNKNOWN })), []);
    assert.deepEqual(foundBy("bucket-force-destroy", made(BUCKET, "assets", { forceDestroy: true })), []);
  });
});
