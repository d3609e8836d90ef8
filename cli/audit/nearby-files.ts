/** Which files may an audit read besides the one it was given? Those beside it, and those of the folder it runs in. */

import { readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import path from "node:path";
import { LONGEST_TEXT } from "../../components/parameters/shell";

/** Files that a folder may bring along: none is written by hand beyond. */
const MOST_FILES = 200;

/** A file that was not read. */
export type Unread = "missing" | "elsewhere" | "unreadable";

/**
 * Reads files near a folder. A file that somebody wrote must not make an audit in a pipeline print any file of the
 * machine, so that paths which lead elsewhere are not followed.
 */
export class NearbyFiles {
  private readonly roots: readonly string[];

  constructor(readonly folder: string) {
    this.roots = [folder, process.cwd()].map(realPath);
  }

  /** Absolute path of what the file calls `written`. */
  resolve(written: string): string {
    return path.resolve(this.folder, written);
  }

  /** Text of a file. */
  read(written: string): { text: string } | { unread: Unread } {
    const file = this.resolve(written);
    if (written.includes("\0")) return { unread: "missing" };
    const stat = statSync(file, { throwIfNoEntry: false });
    if (!stat) return { unread: "missing" };
    if (!this.isNear(file)) return { unread: "elsewhere" };
    if (!stat.isFile() || stat.size > LONGEST_TEXT) return { unread: "unreadable" };
    try {
      return { text: readFileSync(file, "utf8") };
    } catch {
      return { unread: "unreadable" };
    }
  }

  /** Names of the files in a folder; none where it is no folder or lies elsewhere. */
  list(written: string): string[] {
    const folder = this.resolve(written);
    if (written.includes("\0") || !this.isNear(folder)) return [];
    try {
      return readdirSync(folder, { withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map(({ name }) => name)
        .sort()
        .slice(0, MOST_FILES);
    } catch {
      return [];
    }
  }

  private isNear(file: string): boolean {
    const real = realPath(file);
    return this.roots.some(
      (root) => real === root || real.startsWith(root.endsWith("/") ? root : `${root}/`),
    );
  }
}

function realPath(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return path.resolve(file);
  }
}
