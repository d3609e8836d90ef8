/** Which checks are there? A check of another subject is another row, from a file of its own. */

import { BACKUP_CHECKS } from "./backup-checks";
import type { Check } from "./check";
import { DATABASE_CHECKS } from "./database-checks";
import { WAL_CHECKS } from "./wal-checks";

/** Every check, in the order in which it is shown. */
export const CHECKS: readonly Check[] = [...DATABASE_CHECKS, ...WAL_CHECKS, ...BACKUP_CHECKS];
