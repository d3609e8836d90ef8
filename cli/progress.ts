/** How does a command that takes long say what it is doing? On standard error, so that its result can be piped. */

import { clearLine, cursorTo } from "node:readline";
import type { Progress } from "../components/progress";

/** On a terminal the status is one line that changes; in a log it is a line each time. */
export function terminalProgress(stream: NodeJS.WriteStream = process.stderr): Progress & { end(): void } {
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
      stream.write(stream.isTTY ? `${message} …` : `${message} …\n`);
    },
    end: clear,
  };
}
