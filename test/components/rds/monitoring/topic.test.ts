/** Who may publish to the topic? */

import assert from "node:assert/strict";
import { topicArgs, topicPolicy } from "../../../../components/rds/monitoring/topic";
import { PLAN } from "./plans";

const ARN = "arn:aws:sns:eu-central-1:111122223333:alarms";

describe("the topic", () => {
  it("is encrypted with the database's key", () => {
    assert.deepEqual(topicArgs(PLAN, "arn:key"), { displayName: "shop-prod-db", kmsMasterKeyId: "arn:key" });
  });

  it("takes alarms and events of its own account, and nothing without TLS", () => {
    assert.deepEqual(JSON.parse(topicPolicy(ARN)), {
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "AlarmsAndEvents",
          Effect: "Allow",
          Principal: { Service: ["cloudwatch.amazonaws.com", "events.rds.amazonaws.com"] },
          Action: "sns:Publish",
          Resource: ARN,
          Condition: { StringEquals: { "aws:SourceAccount": "111122223333" } },
        },
        {
          Sid: "OnlyWithTls",
          Effect: "Deny",
          Principal: "*",
          Action: "sns:Publish",
          Resource: ARN,
          Condition: { Bool: { "aws:SecureTransport": "false" } },
        },
      ],
    });
  });
});
