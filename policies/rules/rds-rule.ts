/** How is a rule about databases of RDS written? A row, and what is wrong with one database. */

import { flag, isAbsent, knownText, type Properties, UNKNOWN } from "../reading/known";
import { type Database, isEmpty, readDatabase } from "../reading/rds";
import type { Context, Problem, RuleOf } from "../rule";

type Shared = Omit<RuleOf<"resource">, "reads" | "judge" | "unknown" | "types">;

/** A rule about databases. */
export interface DatabaseRow extends Shared {
  types: readonly string[];
  unknown?: RuleOf<"resource">["unknown"];
  problems(database: Database, context: Context): Problem[];
}

/** Makes the rule of a row: it is judged where the engine is PostgreSQL. */
export function databaseRule({ problems, unknown = "later", ...row }: DatabaseRow): RuleOf<"resource"> {
  return {
    ...row,
    unknown,
    reads: "resource",
    judge(properties, context) {
      const database = readDatabase(context.resource?.type ?? "", properties);
      if (database === UNKNOWN) context.notYetKnown("engine");
      return database === UNKNOWN || database === undefined ? [] : problems(database, context);
    },
  };
}

/** A rule about a property that is true or false. */
export interface FlagRow extends Shared {
  types: readonly string[];
  /** What it must be. */
  wanted: boolean;
  /** What it is where nobody says so. */
  default: boolean;
  /** What can be lost. */
  loss: string;
  /** What else there is to say of the line to write. */
  caution?: string;
  isExempt?(database: Database): boolean;
}

/** Makes the rule of such a row. */
export function flagRule({
  wanted,
  default: absent,
  loss,
  caution,
  isExempt,
  ...row
}: FlagRow): RuleOf<"resource"> {
  return databaseRule({
    ...row,
    problems(database, context) {
      if (isExempt?.(database)) return [];
      const { property } = row;
      return flagProblems(database.properties, context, { property, wanted, absent, loss, caution });
    },
  });
}

interface Flag {
  property: string;
  wanted: boolean;
  absent: boolean;
  loss: string;
  caution?: string | undefined;
}

/** Said where a property cannot be changed: Pulumi makes a new database, and deletes the one with the data. */
export const REPLACES =
  "where the database is new: this replaces it, so that one with data has to be moved by a snapshot or a dump first";

/** What is wrong with a property that is true or false. What is neither counts as not given. */
export function flagProblems(
  properties: Properties,
  context: Context,
  { property, wanted, absent, loss, caution }: Flag,
): Problem[] {
  const value = flag(properties[property]);
  if (value === UNKNOWN) context.notYetKnown(property);
  if (value === UNKNOWN || (value ?? absent) === wanted) return [];
  const fact =
    value === undefined ? `${property} is not set, and ${absent} by default` : `${property} is ${value}`;
  const hint = `write \`${property}: ${wanted}\`${caution ? ` ${caution}` : ""}`;
  return [{ property, value: shown(properties[property]), fact: `${fact}: ${loss}`, hint }];
}

/** Whether a property is not given, or empty. One that is not known yet comes from another resource. */
export function isMissing(properties: Properties, property: string): boolean {
  return properties[property] !== UNKNOWN && isEmpty(properties[property]);
}

/** A value as a message repeats it. */
export function shown(value: unknown): string {
  const written = knownText(value) ?? "";
  return written.length > 60 ? `${written.slice(0, 60)}…` : written;
}

/** What a property is, in a message. */
export function stated(properties: Properties, property: string): string {
  const value = properties[property];
  if (isAbsent(value)) return `${property} is not set`;
  const written = shown(value);
  return `${property} is ${written === "" ? "empty" : written}`;
}
