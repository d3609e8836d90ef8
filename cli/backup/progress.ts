/** How does a command say what it is doing? On standard error, so that its result can be read by programs. */

import type { Progress } from "../../components/progress";

/** Status lines replace one another on a terminal; elsewhere they are left out. */
export function commandProgress(stream: NodeJS.WriteStream = process.stderr): Progress {
  const clear = () => {
    if (stream.isTTY) stream.write("\r\u001b[K");
  };
  return {
    info(message) {
      clear();
      stream.write(`${message}\n`);
    },
    status(message) {
      clear();
      if (stream.isTTY) stream.write(message);
    },
  };
}
