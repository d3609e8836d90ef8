/** Do all resources get the database's region and tags, and no other ones? */

import assert from "node:assert/strict";
import { inScope } from "../../../components/rds/scope";

const transform = (type: string, props: Record<string, unknown> = {}) =>
  inScope({ region: "eu-central-1", owner: "shop/prod/db", tags: { team: "orders" } })({
    type,
    props,
    name: "x",
    opts: {},
    // The resource itself is not looked at.
    resource: undefined as never,
  })?.props;

const TAGS = { team: "orders", "durable-postgres.database": "shop/prod/db" };

describe("A resource of a database", () => {
  it("is in the database's region, with its tags beside its own", () =>
    assert.deepEqual(
      transform("aws:ec2/vpc:Vpc", { region: undefined, cidrBlock: "10.0.0.0/16", tags: { Name: "db" } }),
      {
        region: "eu-central-1",
        cidrBlock: "10.0.0.0/16",
        tags: { ...TAGS, Name: "db" },
      },
    ));

  it("stays in another region where it says so", () =>
    assert.equal(transform("aws:kms/key:Key", { region: "eu-west-1" })?.region, "eu-west-1"));

  it("has no region where there is one account for all", () =>
    assert.deepEqual(transform("aws:iam/role:Role"), { tags: TAGS }));

  it("has no tags where AWS takes none", () =>
    assert.deepEqual(transform("aws:s3/bucketPolicy:BucketPolicy"), { region: "eu-central-1" }));

  it("is left alone where it is not AWS's", () =>
    assert.equal(transform("durable-postgres:index:Password"), undefined));
});
