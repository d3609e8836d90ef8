/** Does docs/rds.md say what the target does, where it is not generated? */

import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { keyPolicy } from "../../components/rds/keys";
import { ALARMS } from "../../components/rds/monitoring/alarm-rows";
import { MAJOR_UPGRADES, TOPOLOGIES } from "../../components/rds/options";
import { REASONS } from "../../components/rds/reasons";
import { REPOSITORY } from "../workspace";

const FOLDER = path.join(REPOSITORY, "docs");
const page = readFileSync(path.join(FOLDER, "rds.md"), "utf8");

/** Text of a chapter. */
function chapter(title: string): string {
  const [, text] = new RegExp(`\\n## ${title}\\n([\\s\\S]*?)(?=\\n## |$)`).exec(page) ?? [];
  return text ?? assert.fail(`there is no chapter ${title}`);
}

describe("docs/rds.md", () => {
  it("shows the statements that a key of the user's own needs, as a key made here has them", () => {
    const [, json = ""] = /```json\n([\s\S]*?)```/.exec(page) ?? [];
    const { Statement } = JSON.parse(keyPolicy({ partition: "aws", id: "111122223333" }, "eu-central-1"));
    const [account, ...others] = Statement;
    assert.equal(account.Sid, "Account");
    assert.deepEqual(JSON.parse(json), others);
  });

  it("explains every topology and every way to a new major version", () => {
    for (const topology of TOPOLOGIES)
      assert.match(chapter("Topologies"), new RegExp(`^\\| \`${topology}\` `, "m"));
    for (const way of MAJOR_UPGRADES)
      assert.match(
        chapter("Upgrades"),
        way === "refuse" ? /refused until/ : new RegExp(`^\\| \`${way}\` `, "m"),
      );
  });

  it("has a row for every alarm and every reason", () => {
    for (const { name } of ALARMS) assert.ok(chapter("Alarms").includes(`| [${name}](`), name);
    for (const rows of Object.values(REASONS))
      for (const [property, { docs }] of Object.entries(rows))
        assert.ok(chapter("Every input").includes(`| [${property}](${docs})`), property);
  });

  it("links to files and chapters that are there", () => {
    for (const [, target = ""] of page.matchAll(/\]\(([^):]+)\)/g)) {
      const [file = "", anchor] = target.split("#");
      if (file) assert.ok(existsSync(path.join(FOLDER, file)), file);
      else assert.ok(page.toLowerCase().includes(`## ${anchor?.replaceAll("-", " ")}`), target);
    }
  });
});
