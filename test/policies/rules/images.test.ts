/** Is an image named so that it stays the same? */

import assert from "node:assert/strict";
import { exampleResources } from "../../../policies/examples";
import { judgeAll } from "../../../policies/judge";
import type { Example } from "../../../policies/rule";
import { IMAGE_RULES } from "../../../policies/rules/images";
import { CONTAINER, REMOTE_IMAGE } from "../../../policies/subjects";

const [rule] = IMAGE_RULES;

function found(type: string, change: Example["change"]): string[] {
  assert.ok(rule);
  return judgeAll(IMAGE_RULES, exampleResources(rule, { type, change })).map((finding) => finding.rule);
}

const ID = `sha256:${"a1".repeat(32)}`;

describe("an image", () => {
  it("of a container is pinned by the id that RemoteImage.imageId is, and by a digest", () => {
    assert.deepEqual(found(CONTAINER, { image: ID }), []);
    assert.deepEqual(found(CONTAINER, { image: `postgres@${ID}` }), []);
  });

  it("of somebody's own build may have a number or a date of its own, and no name that moves", () => {
    const floats = (image: string) => found(CONTAINER, { image }).includes("image-floating");
    assert.deepEqual(
      ["team/postgres:v1", "team/my-postgres:2026-11-24", "team/postgres:15"].filter(floats),
      [],
    );
    const moving = ["postgres:v1", "postgres:alpine3.22", "team/postgres:stable", "team/postgres"];
    assert.deepEqual(moving.filter(floats), moving);
  });

  it("is not pinned by a tag, wherever it is written", () => {
    assert.deepEqual(found(CONTAINER, { image: "postgres:15" }), ["docker-image-pinned"]);
    assert.deepEqual(found(REMOTE_IMAGE, { name: "postgres:15" }), ["docker-image-pinned"]);
    assert.deepEqual(found(REMOTE_IMAGE, { name: "postgres" }), ["image-floating", "docker-image-pinned"]);
  });
});
