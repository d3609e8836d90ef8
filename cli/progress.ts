/** How does a command that takes long say what it is doing? On standard error, so that its result can be piped. */

import { clearLine, cursorTo } from "node:readline";
import type { Progress } from "../components/progress";

/**
 * On a terminal the status is one line that changes.
 *
 * @param inLog What becomes of it elsewhere: `lines`, one each time, or nothing. Default: `lines`.
 */
export function terminalProgress(inLog: "lines" | "nothing" = "lines"): Progress & { end(): void } {
  const stream = process.stderr;
  const clear = () => {
    if (!stream.isTTY) return;
    cursorTo(stream, 0);
    clearLine(stream, 0);
  };
  return {
    info(message) {
      clear();
      stream.write(`${message}\n`);
    },
    status(message) {
      clear();
      if (stream.isTTY) stream.write(`${message} …`);
      else if (inLog === "lines") stream.write(`${message} …\n`);
    },
    end: clear,
  };
}
