/** Are the files that the page shows the files that people copy? */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import { REPOSITORY } from "../workspace";

const read = (file: string) => readFileSync(path.join(REPOSITORY, file), "utf8");

describe("docs/policies-in-pull-requests.md", () => {
  const page = read("docs/policies-in-pull-requests.md");
  const shown = [...page.matchAll(/<!-- file: (\S+) -->\n```\w+\n([\s\S]*?)```/g)];

  it("shows the script and the workflow as they are", () => {
    assert.deepEqual(
      shown.map(([, file]) => file),
      ["examples/pull-request/policies.sh", "examples/pull-request/policies.yml"],
    );
    for (const [, file = "", content] of shown) assert.equal(content, read(file));
  });

  it("shows a workflow that is YAML, and calls the script", () => {
    const { jobs } = parse(read("examples/pull-request/policies.yml"));
    const runs = jobs.policies.steps.flatMap(({ run }: { run?: string }) => run ?? []);
    assert.ok(runs.includes("bash .github/policies.sh reports dev production"));
  });

  it("links to files that are there", () => {
    for (const [, link = ""] of page.matchAll(/\]\(\.\.\/([^)#]+)\)/g)) assert.ok(read(link).length > 0);
  });
});
