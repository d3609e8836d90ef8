/** As which operating system user does a local server run? PostgreSQL refuses to run as root. */

import { readFileSync } from "node:fs";
import os from "node:os";
import { Fault } from "../faults";

/** The operating system user that owns the cluster's files and runs the server. */
export interface Account {
  user: string;
  uid: number;
  gid: number;
}

function lookUp(user: string): Account | undefined {
  const line = readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .find((entry) => entry.startsWith(`${user}:`));
  const [, , uid, gid] = line?.split(":") ?? [];
  return uid !== undefined && gid !== undefined ? { user, uid: Number(uid), gid: Number(gid) } : undefined;
}

/** True when this process may start programs as another user. */
export const isRoot = process.getuid?.() === 0;

/**
 * The account to run as: whoever runs this process; for root the configured user, else `postgres` where it
 * exists, else `nobody`.
 *
 * @param osUser Configured user; only root can choose one.
 * @throws Fault when the user does not exist, is root, or cannot be chosen.
 */
export function serverAccount(osUser?: string): Account {
  const self = os.userInfo();
  if (!isRoot) {
    if (osUser && osUser !== self.username)
      throw new Fault(
        `local.osUser is ${osUser}, but only root can run the server as another user than ${self.username}`,
        "remove `osUser` from local",
      );
    return { user: self.username, uid: self.uid, gid: self.gid };
  }
  for (const user of osUser ? [osUser] : ["postgres", "nobody"]) {
    const account = lookUp(user);
    if (account?.uid === 0)
      throw new Fault(
        "local.osUser is root, and PostgreSQL refuses to run as root",
        "remove `osUser` from local",
      );
    if (account) return account;
  }
  throw new Fault(
    osUser
      ? `local.osUser is ${osUser}, and this machine has no such user`
      : "PostgreSQL refuses to run as root, and this machine has neither a user postgres nor nobody",
    `useradd --system ${osUser ?? "postgres"}`,
  );
}
