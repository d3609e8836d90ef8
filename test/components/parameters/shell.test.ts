/** Are words and commands of a shell script those that a real sh makes? */

// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of a shell.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import fc from "fast-check";
import { HIDDEN, shellCommands, shellWords } from "../../../components/parameters/shell";

/** Words of each call of `show`, as sh makes them. */
function fromSh(script: string, parameters: readonly string[] = []): string[][] {
  // Its own channel, so that redirections in the script do not take the answer away.
  const show = 'show() { for word; do printf "%s\\1" "$word"; done >&3; printf "\\2" >&3; }\n';
  const { output } = spawnSync("sh", ["-c", show + script, "sh", ...parameters], {
    encoding: "utf8",
    stdio: ["ignore", "ignore", "ignore", "pipe"],
    env: { A: "one two", B: "", PATH: process.env.PATH },
  });
  const calls = (output[3] ?? "").split("\x02").slice(0, -1);
  return calls.map((call) => call.split("\x01").slice(0, -1));
}

function fromUs(script: string, parameters?: readonly string[]): string[][] {
  const values: Record<string, string> = { A: "one two", B: "" };
  const commands = shellCommands(script, { variable: (name) => values[name], parameters });
  return (commands ?? []).filter(({ words }) => words[0] === "show").map(({ words }) => words.slice(1));
}

const SCRIPTS: readonly string[] = [
  "show a b",
  "show 'a b' \"c d\" e\\ f",
  "show a'b'\"c\"d",
  "show '' \"\"",
  "show a\nshow b",
  "show a \\\n  b",
  "show a # show b\nshow c",
  "show a#b",
  "show a; show b && show c; false || show d",
  "show a | cat; show b",
  "show a > /dev/null; show b 2> /dev/null 2>&1",
  "show a>/dev/null b",
  "(show a; show b)",
  "{ show a; }",
  "if true; then show a; else show b; fi".replace("else show b; ", ""),
  "! show a",
  'show $A "$A" ${A} "${A}" x$A',
  'show $B "$B" x$B',
  'show ${C:-x y} "${C:-x y}" ${B:-z}',
  "show '$A' \\$A \"\\$A\"",
  'show "a\\b" "a\\"b" "a\\\nb"',
  "show a=b --c=d",
  "X=1 show a",
  "show -c 'fsync=off' -c \"work_mem=8 MB\"",
  'show $ a$ "$"',
  "show <<EOF a\nshow b\nEOF\nshow c",
  "for i in 1; do show a; done",
  "show a;show b",
  "show a&&show b",
  "show é ü",
  'V="a b"; show $V "$V" x',
  "V=a\nW=$V-b\nshow $W",
  "export V='a b'; show \"$V\"",
  "V=a; V=b; show $V",
];

describe("a shell script", () => {
  for (const script of SCRIPTS)
    it(`${JSON.stringify(script)} has the words that sh makes`, () => {
      assert.deepEqual(fromUs(script), fromSh(script));
    });

  for (const script of ['show "$@"', 'show a"$@"b', "show $1 $2", 'show "$1"', "show $@"])
    it(`${script} has the parameters that sh gives it`, () => {
      for (const parameters of [[], ["x"], ["x y", "z"]]) {
        if (script.includes("$2") && parameters.length < 2) continue;
        if (/\$1|\$@$/.test(script) && parameters.some((word) => word.includes(" ")) && !script.includes('"'))
          continue;
        if (script.includes("$1") && parameters.length === 0) continue;
        assert.deepEqual(fromUs(script, parameters), fromSh(script, parameters), JSON.stringify(parameters));
      }
    });

  it("of any quoted words has these words", () => {
    const word = fc.string({
      unit: fc.constantFrom(..."ab $\\'\"#;&|<>(){}*\t=-~`!".split("")),
      minLength: 1,
    });
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 4 }), (words) => {
        const quoted = words.map((text) => `'${text.replaceAll("'", "'\\''")}'`).join(" ");
        assert.deepEqual(shellWords(quoted), words);
      }),
    );
  });

  it("of any plain text has the words that sh makes", () => {
    const text = fc.string({ unit: fc.constantFrom(..."ab  '\"\\=-".split("")), maxLength: 12 });
    fc.assert(
      fc.property(text, (words) => {
        const script = `show ${words}`;
        const theirs = fromSh(script);
        // sh refuses a quote without its end; we read on.
        if (theirs.length === 1) assert.deepEqual(fromUs(script), theirs);
      }),
      { numRuns: 150 },
    );
  });

  it("hides what only the running shell knows", () => {
    for (const word of ["$(date)", "`date`", "$((1+1))", "$UNSET", "${A%x}", "$?", '"$(a "b c" $(d))"'])
      assert.deepEqual(shellWords(`x ${word} y`, {}), ["x", HIDDEN, "y"], word);
  });

  it("says how commands hang together", () => {
    const commands = shellCommands("a && b || c; d | e & ! f") ?? [];
    assert.deepEqual(
      commands.map(({ words, connector, background, negated }) => [words[0], connector, background, negated]),
      [
        ["a", "", false, false],
        ["b", "&&", false, false],
        ["c", "||", false, false],
        ["d", ";", false, false],
        ["e", "|", true, false],
        ["f", "&", false, true],
      ],
    );
  });

  it("is read in time that grows with its length", () => {
    for (const unit of ["'", '"', "\\", "$", "${", "$(", "`", "a ", "<<a\n", "(", "#", "&"]) {
      const started = Date.now();
      shellCommands(unit.repeat(200_000));
      assert.equal(Date.now() - started < 2000, true, unit);
    }
  });
});
