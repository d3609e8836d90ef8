/** What does a policy of AWS's allow, and to whom? Text or object, one statement or many, one name or a list. */

import { LONGEST_TEXT } from "../../components/parameters/shell";
import { short } from "./block";
import { isAbsent, type Known, list, type Properties, record, text, UNKNOWN } from "./known";

/** One statement. */
export interface Statement {
  /** Which one, for messages: its Sid, or its number. */
  label: string;
  effect: "Allow" | "Deny";
  /** Everybody, also those without an account. */
  isForEverybody: boolean;
  /** ARNs, account numbers and `*`, of `Principal.AWS`. */
  accounts: readonly string[];
  /** Of `Principal.Service`. */
  services: readonly string[];
  /** As written: AWS ignores their case. */
  actions: readonly string[];
  hasNotAction: boolean;
  hasNotPrincipal: boolean;
  /** Conditions: operator and key in lower case. */
  conditions: readonly Condition[];
  hasCondition: boolean;
}

export interface Condition {
  operator: string;
  key: string;
  /** Empty where they are not known. */
  values: readonly string[];
}

/** Statements of a policy; undefined: there is none, or it is no policy (AWS refuses it). */
export function readPolicy(value: unknown): Known<readonly Statement[]> | undefined {
  if (value === UNKNOWN) return UNKNOWN;
  const document = typeof value === "string" ? parse(value) : value;
  if (typeof document !== "object" || document === null || Array.isArray(document)) return undefined;
  const { Statement } = document as Properties;
  if (Statement === UNKNOWN) return UNKNOWN;
  const statements = Array.isArray(Statement) ? Statement : isAbsent(Statement) ? [] : [Statement];
  if (statements.includes(UNKNOWN)) return UNKNOWN;
  return statements.map((statement: unknown, index) => readStatement(record(statement), index));
}

function parse(written: string): unknown {
  if (written.length > LONGEST_TEXT) return undefined;
  try {
    return JSON.parse(written);
  } catch {
    return undefined;
  }
}

function readStatement(statement: Properties, index: number): Statement {
  const sid = text(statement.Sid);
  const accounts = typeof statement.Principal === "string" ? [] : texts(record(statement.Principal).AWS);
  const conditions = readConditions(record(statement.Condition));
  return {
    label: typeof sid === "string" && sid !== "" ? short(sid) : `${index + 1}`,
    // AWS refuses a statement without an effect; the tools take it for Allow.
    effect: statement.Effect === "Deny" ? "Deny" : "Allow",
    isForEverybody: statement.Principal === "*" || accounts.includes("*"),
    accounts,
    services: texts(record(statement.Principal).Service),
    actions: texts(statement.Action),
    hasNotAction: !isAbsent(statement.NotAction),
    hasNotPrincipal: !isAbsent(statement.NotPrincipal),
    conditions,
    hasCondition: conditions.length > 0 || statement.Condition === UNKNOWN,
  };
}

function readConditions(condition: Properties): Condition[] {
  return Object.entries(condition).flatMap(([operator, keys]) =>
    Object.entries(record(keys)).map(([key, values]) => ({
      operator: operator.toLowerCase(),
      key: key.toLowerCase(),
      values: texts(values),
    })),
  );
}

/** Known texts of a list, or of a single value. */
function texts(value: unknown): string[] {
  return (Array.isArray(value) ? list(value) : [value]).flatMap((element) => {
    const read = text(element);
    return typeof read === "string" ? [read] : [];
  });
}

/** Keys that name who asks, or from where in AWS: a request without a signature has none of them. */
const NARROWING = [
  "aws:ec2instancesourcevpc",
  "aws:principalaccount",
  "aws:principalarn",
  "aws:principalorgid",
  "aws:principalorgpaths",
  "aws:sourceaccount",
  "aws:sourcearn",
  "aws:sourceorgid",
  "aws:sourcevpc",
  "aws:sourcevpce",
  "aws:userid",
  "aws:vpceaccount",
  "ec2:sourceinstancearn",
  "kms:calleraccount",
  "kms:viaservice",
  "lambda:sourcefunctionarn",
  "s3:dataaccesspointaccount",
  "s3:dataaccesspointarn",
  "ssm:sourceinstancearn",
];
/** `…IfExists` does not narrow: it holds for requests without the key. */
const EQUAL = ["stringequals", "stringequalsignorecase", "stringlike", "arnequals", "arnlike"];
const NOT_EQUAL = ["arnnotequals", "arnnotlike"];

/** How a statement for everybody is narrowed: to some, to all but some, or not. */
export function narrowing({ conditions }: Statement): "some" | "all-but" | "none" {
  const isNarrow = ({ operator, key, values }: Condition) =>
    EQUAL.includes(operator) && NARROWING.includes(key) && !values.some(meansEverybody);
  if (conditions.some(isNarrow)) return "some";
  return conditions.some(({ operator }) => NOT_EQUAL.includes(operator)) ? "all-but" : "none";
}

/** `*`, or an ARN of every account: `arn:aws:iam::*`. */
function meansEverybody(value: string): boolean {
  return /^\*+$/.test(value) || /^arn:[\w*-]+:[\w*-]*:[\w*-]*:\*+(:|$)/.test(value) || /^arn:\*/.test(value);
}

/** Whether a statement speaks of an action, by name or by a pattern such as `s3:Put*`. */
export function covers({ actions }: Statement, action: string): boolean {
  const wanted = action.toLowerCase();
  return actions.some((written) => {
    const pattern = written.toLowerCase();
    if (!pattern.includes("*") && !pattern.includes("?")) return pattern === wanted;
    return matches(pattern, wanted);
  });
}

/** Whether a pattern with `*` and `?` matches, in linear memory and without backtracking into exponential time. */
function matches(pattern: string, value: string): boolean {
  let [at, star, mark] = [0, -1, 0];
  let index = 0;
  while (index < value.length) {
    if (at < pattern.length && (pattern[at] === "?" || pattern[at] === value[index])) {
      at += 1;
      index += 1;
    } else if (at < pattern.length && pattern[at] === "*") {
      star = at;
      mark = index;
      at += 1;
    } else if (star >= 0) {
      at = star + 1;
      mark += 1;
      index = mark;
    } else return false;
  }
  while (pattern[at] === "*") at += 1;
  return at === pattern.length;
}

/** How a policy asks for TLS: by refusing what comes without, by allowing only what comes with, or not. */
export function tlsOf(statements: readonly Statement[]): "denied" | "allowed" | "none" {
  const has = (effect: string, wanted: string) => (statement: Statement) =>
    statement.effect === effect &&
    statement.conditions.some(
      ({ operator, key, values }) =>
        operator.startsWith("bool") &&
        key === "aws:securetransport" &&
        values.some((value) => value.toLowerCase() === wanted),
    );
  const reaches = (statement: Statement) =>
    covers(statement, "s3:GetObject") || covers(statement, "s3:PutObject");
  if (statements.some((statement) => has("Deny", "false")(statement) && reaches(statement))) return "denied";
  return statements.some(has("Allow", "true")) ? "allowed" : "none";
}
