/**
 * Which text does `${VAR:-default}` stand for in a Compose file?
 * https://docs.docker.com/reference/compose-file/interpolation/
 */

import { HIDDEN } from "../../components/parameters/shell";

/** Value of a variable; undefined where nobody set it. */
export type Variables = (name: string) => string | undefined;

/** Deeper than any default of a default. */
const DEEPEST = 20;

const NAME = /^[A-Za-z_]\w*/;

/**
 * Replaces the variables of a text. A variable that is set nowhere is `HIDDEN`: Compose takes the empty text, but the
 * file is judged on another machine than the one it runs on.
 */
export function interpolate(text: string, variables: Variables, depth = 0): string {
  if (!text.includes("$") || depth > DEEPEST) return text;
  let result = "";
  for (let position = 0; position < text.length; ) {
    const dollar = text.indexOf("$", position);
    if (dollar < 0) return result + text.slice(position);
    result += text.slice(position, dollar);
    const rest = text.slice(dollar + 1);
    const name = NAME.exec(rest)?.[0];
    const braced = rest.startsWith("{") ? bracedExpression(rest) : undefined;
    if (rest.startsWith("$")) {
      result += "$";
      position = dollar + 2;
    } else if (braced !== undefined) {
      result += expand(braced, variables, depth);
      position = dollar + braced.length + 3;
    } else if (name !== undefined) {
      result += variables(name) ?? HIDDEN;
      position = dollar + 1 + name.length;
    } else {
      result += "$";
      position = dollar + 1;
    }
  }
  return result;
}

/** What stands between the braces; undefined where they are not closed. */
function bracedExpression(text: string): string | undefined {
  let depth = 0;
  for (let index = 0; index < text.length; index++) {
    if (text.startsWith("${", index)) {
      depth++;
      index++;
    } else if (text.charAt(index) === "{" && index === 0) depth++;
    else if (text.charAt(index) === "}" && --depth === 0) return text.slice(1, index);
  }
  return undefined;
}

function expand(expression: string, variables: Variables, depth: number): string {
  const match = /^([A-Za-z_]\w*)(?:(:?[-+?])(.*))?$/s.exec(expression);
  if (!match) return HIDDEN;
  const [, name = "", operator, word = ""] = match;
  const value = variables(name);
  const isSet = value !== undefined && (value !== "" || !operator?.startsWith(":"));
  const other = () => interpolate(word, variables, depth + 1);
  if (operator?.endsWith("+")) return isSet ? other() : value === undefined ? HIDDEN : "";
  if (operator?.endsWith("-")) return isSet ? value : other();
  return value ?? HIDDEN;
}
