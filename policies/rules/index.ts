/** Which rules are there? Durability first, then access, availability, and what others need to see. */

import type { Rule } from "../rule";
import { ACCESS_RULES } from "./access";
import { ARCHIVING_RULES } from "./archiving";
import { CONNECTION_RULES } from "./connections";
import { DATA_DIRECTORY_RULES } from "./data-directory";
import { DURABILITY_RULES } from "./durability";
import { IMAGE_RULES } from "./images";
import { INITDB_RULES } from "./initdb";
import { ISOLATION_RULES } from "./isolation";
import { LOGGING_RULES } from "./logging";
import { MEMORY_RULES } from "./memory";
import { PARAMETER_GROUP_RULES } from "./parameter-groups";
import { SETTINGS_RULES } from "./settings";
import { SHUTDOWN_RULES } from "./shutdown";

/** Every rule of the pack. A family of rules is one file here and one line below. */
export const RULES: readonly Rule[] = [
  ...DURABILITY_RULES,
  ...DATA_DIRECTORY_RULES,
  ...INITDB_RULES,
  ...ARCHIVING_RULES,
  ...SHUTDOWN_RULES,
  ...MEMORY_RULES,
  ...SETTINGS_RULES,
  ...IMAGE_RULES,
  ...ACCESS_RULES,
  ...CONNECTION_RULES,
  ...ISOLATION_RULES,
  ...PARAMETER_GROUP_RULES,
  ...LOGGING_RULES,
];
