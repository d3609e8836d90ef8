/** What AWS's refusals come to. */

import assert from "node:assert/strict";
import { apiFault, type Question } from "../../../components/rds/ask";

const OF: Question = {
  service: "RDS",
  region: "eu-central-1",
  subject: "shop",
  actions: ["rds:DescribeDBInstances", "rds:DescribeDBParameters"],
};

function fault(name: string, message: string, code?: string) {
  return apiFault(Object.assign(new Error(message), { name, code }), OF);
}

describe("a refusal of AWS", () => {
  it("is told with what to do about it", () => {
    const texts = [
      fault("CredentialsProviderError", "Could not load credentials from any providers"),
      fault("AccessDenied", "User: x is not authorized to perform: rds:DescribeDBInstances."),
      fault("Throttling", "Rate exceeded"),
      fault("DBInstanceNotFoundFault", "DBInstance shop not found."),
      fault("Error", "getaddrinfo ENOTFOUND rds.eu-central-1.amazonaws.com", "ENOTFOUND"),
      fault("InvalidParameterValue", "bad"),
    ].map(({ kind, message }) => [kind, message]);
    assert.deepEqual(texts, [
      [
        "credentials",
        "there are no valid credentials to ask RDS about shop with: Could not load credentials from any providers\nHINT: aws sso login, or export AWS_PROFILE=<profile>; aws sts get-caller-identity shows whose are in use",
      ],
      [
        "denied",
        "AWS does not let you look at shop: User: x is not authorized to perform: rds:DescribeDBInstances\nHINT: allow in the policy of whoever deploys: rds:DescribeDBInstances, rds:DescribeDBParameters",
      ],
      [
        "throttled",
        "RDS takes no more questions at the moment: Rate exceeded\nHINT: run the same command again in a minute",
      ],
      [
        "missing",
        "shop is not in region eu-central-1 of this AWS account: DBInstance shop not found\nHINT: aws sts get-caller-identity shows the account; if the database was deleted: npx durable-postgres pulumi refresh",
      ],
      [
        "unreachable",
        "RDS of region eu-central-1 does not answer: getaddrinfo ENOTFOUND rds.eu-central-1.amazonaws.com\nHINT: run the same command where the network reaches AWS",
      ],
      ["other", "RDS refuses to tell of shop: bad\nHINT: run the same command again"],
    ]);
  });

  it("is of a kind by its name", () => {
    const kinds = {
      ExpiredToken: "credentials",
      InvalidClientTokenId: "credentials",
      AccessDeniedException: "denied",
      ThrottlingException: "throttled",
      RequestLimitExceeded: "throttled",
      DBClusterNotFoundFault: "missing",
      DBParameterGroupNotFoundFault: "missing",
      TimeoutError: "unreachable",
    };
    assert.deepEqual(
      Object.fromEntries(Object.keys(kinds).map((name) => [name, fault(name, "x").kind])),
      kinds,
    );
  });
});
