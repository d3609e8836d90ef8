/** Does the generated documentation say what the source says, and is nothing left out? */

import assert from "node:assert/strict";
import { CONFIG, type ConfigKey } from "../../components/config";
import { CATALOGUE, docUrl } from "../../components/parameters/catalogue";
import { CHECKS } from "../../components/status/checks";
import {
  configurationPage,
  configurationTable,
  GENERATED,
  onDisk,
  parametersPage,
  projectConfig,
} from "../../docs/generate";
import { statusPage } from "../../docs/status-page";

const CONFIG_KEYS: Record<string, ConfigKey> = CONFIG;
const NAMES = names(CONFIG_KEYS);

function names(keys: Readonly<Record<string, ConfigKey>>): string[] {
  return Object.entries(keys).flatMap(([name, { keys: inner = {} }]) => [
    name,
    ...names(inner).map((innerName) => `${name}.${innerName}`),
  ]);
}

/** Cells of the first column of a table, without the head. */
function firstColumn(markdown: string): (string | undefined)[] {
  const cells = [...markdown.matchAll(/^\| (.+?) \|/gm)].map(([, cell]) => cell?.trim());
  return cells.slice(2);
}

describe("generated documentation", () => {
  for (const [file, render] of Object.entries(GENERATED))
    it(`in ${file} is what the source says`, () => {
      const current = onDisk(file);
      // Not assert.equal: its difference of whole files would hide the hint.
      assert.ok(current === render(current), `${file} is not what the source says\nHINT: npm run docs`);
    });

  it("has every configuration key on its page, and no other", () => {
    const keys = [...configurationPage().matchAll(/^\| `(.+?)` +\|/gm)].map(([, key]) => key);
    assert.deepEqual(keys.toSorted(), NAMES.toSorted());
  });

  it("has those of every target in the README's table", () => {
    const ofOneTarget = /^`(local|docker|rds)[.`]/;
    assert.deepEqual(
      firstColumn(configurationTable()),
      NAMES.map((name) => `\`${name}\``).filter((name) => !ofOneTarget.test(name)),
    );
  });

  it("has every configuration key in Pulumi.yaml with its description", () => {
    const text = projectConfig();
    for (const [name, { description }] of Object.entries(CONFIG_KEYS)) {
      const declared = new RegExp(`^  ${name}:$`, "m").test(text);
      const commented = new RegExp(`^#   ${name} \\(`, "m").test(text);
      assert.notEqual(declared, commented, name);
      assert.ok(text.includes(description), name);
    }
  });

  it("declares no key without a default: Pulumi would demand a value for it", () => {
    const declarations =
      projectConfig()
        .split("\nconfig:\n")[1]
        ?.split(/\n(?= {2}\w)/) ?? [];
    assert.ok(declarations.length > 0);
    for (const declaration of declarations) assert.match(declaration, /\n {4}default: \S/);
  });

  it("has one row for each row of the catalogue, in its order, with its page and its reason", () => {
    const rows = parametersPage()
      .split("\n")
      .filter((line) => line.startsWith("| ["));
    assert.deepEqual(
      rows.map((line) => line.slice(2, line.indexOf(" | ")).trim()),
      Object.entries(CATALOGUE).map(([name, row]) => `[${name}](${docUrl(row)})`),
    );
    assert.deepEqual(
      rows.map((line) => line.split(" | ").at(-1)?.replace(/ *\|$/, "")),
      Object.values(CATALOGUE).map(({ why }) => why),
    );
  });

  it("has one row for each check of the status, with when it speaks up", () => {
    const [, ...rows] =
      statusPage()
        .split("\n\n")
        .find((text) => text.startsWith("| check"))
        ?.split("\n") ?? [];
    assert.deepEqual(
      rows.slice(1).map((line) =>
        line
          .split("|")
          .slice(1, 4)
          .map((cell) => cell.trim()),
      ),
      CHECKS.map(({ name, warning = "", critical = "" }) => [name, warning, critical]),
    );
  });

  it("says of every unsafe value what it does", () => {
    const page = parametersPage();
    for (const row of Object.values(CATALOGUE))
      if (row.control === "fixed")
        for (const [value, danger] of Object.entries(row.unsafe))
          assert.ok(page.includes(`\`${value}\`: ${danger}.`), `${value}: ${danger}`);
  });
});
