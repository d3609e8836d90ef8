/** What ends by itself in a bucket, and what is it called? */

import assert from "node:assert/strict";
import fc from "fast-check";
import { noncurrentDays } from "../../../components/rds/archive";
import { bucketPrefix, lifecycleRules } from "../../../components/rds/bucket";

describe("The name of a bucket", () => {
  it("begins with the database's and says what for", () =>
    assert.equal(bucketPrefix("shop-prod-orders", "archive"), "shop-prod-orders-archive-"));

  it("is one that S3 takes, however long the database's is", () =>
    fc.assert(
      fc.property(
        fc.stringMatching(/^[a-z](-?[a-z0-9]){0,62}$/),
        fc.constantFrom("archive", "logs"),
        (identifier, purpose) => {
          const prefix = bucketPrefix(identifier, purpose);
          assert.ok(prefix.length <= 37, `${prefix} is too long`);
          assert.match(prefix, /^[a-z0-9](-?[a-z0-9])*-$/);
          assert.ok(prefix.endsWith(`-${purpose}-`));
        },
      ),
    ));
});

describe("The lifecycle of the archive", () => {
  it("never ends a current object", () =>
    assert.deepEqual(lifecycleRules({ noncurrentDays: 44 }), [
      {
        id: "unfinished-uploads",
        status: "Enabled",
        filter: {},
        abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
      },
      {
        id: "old-versions",
        status: "Enabled",
        filter: {},
        noncurrentVersionExpiration: { noncurrentDays: 44 },
        expiration: { expiredObjectDeleteMarker: true },
      },
    ]));

  it("keeps what was removed longer than any restore reaches back, and than any lock holds", () =>
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 35 }), fc.integer({ min: 0, max: 3650 }), (retention, lock) => {
        const days = noncurrentDays({ backupRetention: retention, archiveLockDays: lock });
        assert.ok(days > retention && days > lock);
      }),
    ));

  it("ends logs after a year, since those are of no restore", () =>
    assert.deepEqual(lifecycleRules({ noncurrentDays: 30, expireDays: 365 })[1]?.expiration, { days: 365 }));
});
