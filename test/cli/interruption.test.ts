/** What does Ctrl-C do to a command that cleans up, pressed once and twice? */

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import path from "node:path";

const INTERRUPTION = path.resolve(__dirname, "../../cli/interruption.ts");

const PROGRAM = `
const { interruption } = require(${JSON.stringify(INTERRUPTION)});
const signal = interruption(() => console.log("understood, aborted:", signal.aborted));
signal.addEventListener("abort", () => console.log("cleaning up"));
setInterval(() => undefined, 1000);
console.log("begun");
`;

describe("an interruption", () => {
  for (const name of ["SIGINT", "SIGTERM"] as const)
    it(`by ${name} is one to clean up at first, and then the end`, async () => {
      const child = spawn(process.execPath, ["--require", "tsx/cjs", "--eval", PROGRAM]);
      let printed = "";
      child.stdout.setEncoding("utf8").on("data", (text: string) => {
        printed += text;
        if (/begun\n$|cleaning up\n$/.test(printed)) child.kill(name);
      });
      const signal = await new Promise((resolve) => child.once("close", (_, by) => resolve(by)));
      assert.deepEqual(
        { signal, printed },
        { signal: name, printed: "begun\nunderstood, aborted: false\ncleaning up\n" },
      );
    });
});
