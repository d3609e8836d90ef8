/** On which machine was something shown? */

import os from "node:os";

/** `Linux 6.1.0, 2 CPUs, 24 GiB` */
export function machineText(): string {
  return `${os.type()} ${os.release()}, ${os.cpus().length} CPUs, ${Math.round(os.totalmem() / 1024 ** 3)} GiB`;
}
