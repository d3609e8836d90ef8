/** Is it recorded who does what to a bucket? */

import assert from "node:assert/strict";
import { type Properties, UNKNOWN } from "../../../policies/reading/known";
import type { Resource } from "../../../policies/rule";
import { BUCKET, BUCKET_V2, TRAIL } from "../../../policies/subjects";
import { foundBy, made, saidBy } from "./stack-of";

const LOGGING = "aws:s3/bucketLogging:BucketLogging";
const LOGGING_V2 = "aws:s3/bucketLoggingV2:BucketLoggingV2";
const ACL = "aws:s3/bucketAcl:BucketAcl";
const POLICY = "aws:s3/bucketPolicy:BucketPolicy";
const NOTIFICATION = "aws:s3/bucketNotification:BucketNotification";
const data = (properties: Properties = {}, type = BUCKET) => made(type, "data", properties);
const beside = (type: string, properties: Properties = {}, more = {}) =>
  made(type, "beside", { bucket: UNKNOWN, ...properties }, { bucket: ["data"], ...more });

describe("access logs", () => {
  const found = (...resources: Resource[]) => foundBy("s3-access-logging", ...resources);

  it("are written for a bucket, in it or beside it", () => {
    assert.deepEqual(found(data()), ["data"]);
    assert.deepEqual(found(data({ logging: { targetBucket: "l" } })), []);
    assert.deepEqual(found(data({ loggings: [{ targetBucket: "l" }] }, BUCKET_V2)), []);
    for (const type of [LOGGING, LOGGING_V2]) assert.deepEqual(found(data(), beside(type)), []);
  });

  it("are not written for the bucket they go to", () => {
    const logs = made(BUCKET, "logs", { bucket: "l" });
    assert.deepEqual(found(data({ logging: { targetBucket: "l" } }), logs), []);
    assert.deepEqual(found(data({ logging: { targetBucket: UNKNOWN } }), logs), ["logs"]);
    assert.deepEqual(
      found(data(), logs, beside(LOGGING, { targetBucket: UNKNOWN }, { targetBucket: ["logs"] })),
      [],
    );
    assert.deepEqual(found(data({ acl: "log-delivery-write" })), []);
    assert.deepEqual(found(data(), beside(ACL, { acl: "log-delivery-write" })), []);
    const statement = {
      Effect: "Allow",
      Principal: { Service: ["logging.s3.amazonaws.com"] },
      Action: ["s3:PutObject"],
    };
    assert.deepEqual(
      found(data(), beside(POLICY, { policy: JSON.stringify({ Statement: [statement] }) })),
      [],
    );
  });
});

describe("a trail", () => {
  const seen = (properties: Properties, from = {}) =>
    ["Write", "Read"].filter(
      (direction) =>
        foundBy(
          `s3-object-${direction.toLowerCase()}-logging`,
          data({ bucket: "b" }),
          made(TRAIL, "trail", properties, from),
        ).length === 0,
    );
  const selecting = (values: unknown, readWriteType?: string) => ({
    eventSelectors: [{ readWriteType, dataResources: [{ type: "AWS::S3::Object", values }] }],
  });

  it("sees the objects of all buckets, of one by name, or of one by reference", () => {
    assert.deepEqual(seen(selecting(["arn:aws:s3"])), ["Write", "Read"]);
    assert.deepEqual(seen(selecting(["arn:aws:s3:::"])), ["Write", "Read"]);
    assert.deepEqual(seen(selecting(["arn:aws:s3:::b/"])), ["Write", "Read"]);
    assert.deepEqual(seen(selecting([UNKNOWN]), { eventSelectors: ["data"] }), ["Write", "Read"]);
    assert.deepEqual(seen(selecting(["arn:aws:s3:::other/"])), []);
    assert.deepEqual(seen(selecting([UNKNOWN]), { eventSelectors: ["other"] }), []);
  });

  it("sees reads, changes or both", () => {
    assert.deepEqual(seen(selecting(["arn:aws:s3"], "All")), ["Write", "Read"]);
    assert.deepEqual(seen(selecting(["arn:aws:s3"], "WriteOnly")), ["Write"]);
    assert.deepEqual(seen(selecting(["arn:aws:s3"], "ReadOnly")), ["Read"]);
    assert.deepEqual(seen({ eventSelectors: [{ readWriteType: "All", dataResources: [] }] }), []);
    assert.deepEqual(seen({}), []);
  });

  it("sees them by advanced selectors", () => {
    const advanced = (...fields: object[]) => ({
      advancedEventSelectors: [
        { fieldSelectors: [{ field: "resources.type", equals: ["AWS::S3::Object"] }, ...fields] },
      ],
    });
    assert.deepEqual(seen(advanced()), ["Write", "Read"]);
    assert.deepEqual(seen(advanced({ field: "readOnly", equals: ["false"] })), ["Write"]);
    assert.deepEqual(seen(advanced({ field: "resources.ARN", startsWiths: ["arn:aws:s3:::other/"] })), []);
    assert.deepEqual(seen(advanced({ field: "resources.ARN", startsWiths: ["arn:aws:s3:::b/"] })), [
      "Write",
      "Read",
    ]);
  });

  it("that sees half is told so", () =>
    assert.deepEqual(
      saidBy("s3-object-logging-partial", made(TRAIL, "trail", selecting(["arn:aws:s3"], "ReadOnly"))),
      [
        "aws Trail trail: readWriteType is ReadOnly: who deleted or overwrote the backups is not recorded\n" +
          "PROPERTY: eventSelectors[0].readWriteType\n" +
          'HINT: write `readWriteType: "All"` in eventSelectors[0]\n' +
          "DOCS: https://docs.aws.amazon.com/AmazonS3/latest/userguide/cloudtrail-logging-s3-info.html\n" +
          "SAME AS: KICS:tf a8fc2180-b3ac-4c93-bd0d-a55b974e4b07",
      ],
    ));
});

describe("notifications", () => {
  it("are made for a bucket", () => {
    assert.deepEqual(foundBy("s3-event-notifications", data()), ["data"]);
    assert.deepEqual(foundBy("s3-event-notifications", data(), beside(NOTIFICATION)), []);
  });
});
