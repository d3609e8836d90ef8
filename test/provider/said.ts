/** What a resource says on its line of the engine's display. */

import type { Log } from "../../provider/resource";

/** Collects it: `warn …`, `info …`. */
export class Said implements Log {
  readonly lines: string[] = [];
  info(message: string): void {
    this.lines.push(`info ${message}`);
  }
  warn(message: string): void {
    this.lines.push(`warn ${message}`);
  }
  status(): void {}
}
