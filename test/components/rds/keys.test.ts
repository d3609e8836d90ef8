/** Who may use the key of a database? */

import assert from "node:assert/strict";
import { keyPolicy } from "../../../components/rds/keys";
import { accountOf } from "../../../components/rds/policies";

describe("The key's policy", () => {
  it("leaves the key to the account, its logs and its alarms", () =>
    assert.deepEqual(JSON.parse(keyPolicy({ partition: "aws", id: "111122223333" }, "eu-central-1")), {
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "Account",
          Effect: "Allow",
          Principal: { AWS: "arn:aws:iam::111122223333:root" },
          Action: "kms:*",
          Resource: "*",
        },
        {
          Sid: "Logs",
          Effect: "Allow",
          Principal: { Service: "logs.eu-central-1.amazonaws.com" },
          Action: ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"],
          Resource: "*",
          Condition: {
            ArnLike: {
              "kms:EncryptionContext:aws:logs:arn":
                "arn:aws:logs:eu-central-1:111122223333:log-group:/aws/rds/*",
            },
          },
        },
        {
          Sid: "AlarmsAndEvents",
          Effect: "Allow",
          Principal: { Service: ["cloudwatch.amazonaws.com", "events.rds.amazonaws.com"] },
          Action: ["kms:Decrypt", "kms:GenerateDataKey*"],
          Resource: "*",
          Condition: { StringEquals: { "aws:SourceAccount": "111122223333" } },
        },
      ],
    }));
});

describe("The account", () => {
  it("is read from any ARN of its own", () =>
    assert.deepEqual(
      [
        "arn:aws:ec2:eu-central-1:111122223333:security-group/sg-1",
        "arn:aws-us-gov:iam::444455556666:role/monitoring",
      ].map(accountOf),
      [
        { partition: "aws", id: "111122223333" },
        { partition: "aws-us-gov", id: "444455556666" },
      ],
    ));
});
