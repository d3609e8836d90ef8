/**
 * Which commands does a shell script run, and with which words?
 * https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html
 *
 * Of our own, because shell-quote 1.12 takes a line's end for a blank, drops everything after a comment and tears
 * `$(…)` apart: it would glue two commands into one. shell.test.ts compares with a real sh.
 */

/** Longest text that is read, in characters. Linux passes no argument above 128 KiB; files above are not written by hand. */
export const LONGEST_TEXT = 1024 * 1024;

/** Stands in a word for what only the running shell knows. No argument of a program can hold this character. */
export const HIDDEN = "\0";

/** One command with its words, and how it hangs together with the one before. */
export interface ShellCommand {
  words: string[];
  /** `VAR=value` before the command. */
  assignments: string[];
  redirections: { operator: string; target: string }[];
  /** What stands between the command before and this one; empty for the first. */
  connector: "" | ";" | "&&" | "||" | "|" | "&";
  /** `! command` */
  negated: boolean;
  /** `command &` */
  background: boolean;
}

/** What a script sees around it. */
export interface ShellSurroundings {
  /** Value of a variable; undefined where it is not known. */
  variable?: (name: string) => string | undefined;
  /** `$@` */
  parameters?: readonly string[];
}

/** Words that only arrange commands. */
const RESERVED = ["if", "then", "elif", "else", "fi", "while", "until", "do", "done", "{", "}", "time"];

/** Those between which commands may run once, often or never. */
const OPENING = ["if", "do", "{"];
const CLOSING = ["fi", "done", "}"];
/** Commands that assign for what follows, as an assignment without any command does. */
const DECLARING = ["export", "readonly", "declare", "typeset", "local"];

const OPERATORS = ["&&", "||", ";;", "|&", "&>>", "&>", ">>", "<<<", "<<-", "<<", ">&", "<&", ">|", "<>"];

/** The commands of a script in the order they are written; undefined where it is too long to be read. */
export function shellCommands(
  script: string,
  surroundings: ShellSurroundings = {},
): ShellCommand[] | undefined {
  return script.length > LONGEST_TEXT ? undefined : new Parser(script, surroundings).commands();
}

/** The words of a line without operators, as `eval` makes them; undefined where it is too long to be read. */
export function shellWords(line: string, surroundings: ShellSurroundings = {}): string[] | undefined {
  return shellCommands(line, surroundings)?.flatMap(({ assignments, words }) => [...assignments, ...words]);
}

class Parser {
  private position = 0;
  private readonly found: ShellCommand[] = [];
  private current = emptyCommand("");
  private hereDocuments: string[] = [];
  /** What the script itself assigns for all of what follows; `HIDDEN` where it does so only sometimes. */
  private readonly assigned = new Map<string, string>();
  /** How many `if`, `do` and `{` are open. */
  private depth = 0;

  constructor(
    private readonly script: string,
    private readonly surroundings: ShellSurroundings,
  ) {}

  commands(): ShellCommand[] {
    while (this.position < this.script.length) this.step();
    this.end("");
    return this.found;
  }

  private step(): void {
    const character = this.script.charAt(this.position);
    if (character === "\n") {
      this.position++;
      this.skipHereDocuments();
      this.end(";");
    } else if (/\s/.test(character)) this.position++;
    else if (this.script.startsWith("\\\n", this.position)) this.position += 2;
    else if (character === "#") this.skipTo("\n");
    else if (/[;&|<>()]/.test(character)) this.operator();
    else this.word();
  }

  private skipTo(end: string): void {
    const found = this.script.indexOf(end, this.position);
    this.position = found < 0 ? this.script.length : found;
  }

  private operator(): void {
    const operator =
      OPERATORS.find((candidate) => this.script.startsWith(candidate, this.position)) ??
      this.script.charAt(this.position);
    this.position += operator.length;
    if (/[<>]/.test(operator)) this.redirection(operator);
    else if (operator === "&&" || operator === "||" || operator === "&") this.end(operator);
    else if (operator === "|" || operator === "|&") this.end("|");
    else this.end(";");
  }

  private redirection(operator: string): void {
    // The number in `2>file` was read as a word of its own.
    if (/^\d+$/.test(this.current.words.at(-1) ?? "") && /\d/.test(this.before(operator)))
      this.current.words.pop();
    while (/[ \t]/.test(this.script.charAt(this.position))) this.position++;
    const [target = ""] = this.readWord();
    if (operator === "<<" || operator === "<<-") this.hereDocuments.push(target);
    else this.current.redirections.push({ operator, target });
  }

  private before(operator: string): string {
    return this.script.charAt(this.position - operator.length - 1);
  }

  private skipHereDocuments(): void {
    for (const delimiter of this.hereDocuments) {
      for (let line = ""; this.position < this.script.length; ) {
        const start = this.position;
        this.skipTo("\n");
        line = this.script.slice(start, this.position++);
        if (line.trim() === delimiter) break;
      }
    }
    this.hereDocuments = [];
  }

  private word(): void {
    const start = this.position;
    const words = this.readWord();
    if (this.position === start) this.position++;
    for (const word of words) this.add(word, this.script.slice(start, this.position));
  }

  private add(word: string, source: string): void {
    const { words, assignments } = this.current;
    if (words.length > 0) words.push(word);
    else if (source === "!") this.current.negated = !this.current.negated;
    else if (/^[A-Za-z_]\w*\+?=/.test(source)) assignments.push(word);
    else if (!RESERVED.includes(source)) words.push(word);
    else if (OPENING.includes(source)) this.depth++;
    else if (CLOSING.includes(source)) this.depth--;
  }

  /** Reads one word; an unquoted variable can make several of it, or none. */
  private readWord(): string[] {
    const words: string[] = [];
    let word: string | undefined;
    while (this.position < this.script.length) {
      const character = this.script.charAt(this.position);
      if (/[\s;&|<>()]/.test(character)) break;
      if (character === "'") word = (word ?? "") + this.singleQuoted();
      else if (character === '"') {
        const parts = this.doubleQuoted();
        word = word === undefined && parts.length === 0 ? undefined : (word ?? "") + (parts.shift() ?? "");
        for (const part of parts) {
          words.push(word ?? "");
          word = part;
        }
      } else if (character === "\\") {
        const next = this.script.charAt(this.position + 1);
        if (next !== "\n") word = (word ?? "") + (next || "\\");
        this.position += 2;
      } else if (character === "`") word = (word ?? "") + this.backquoted();
      else if (character === "$") {
        if (this.script.charAt(this.position + 1) === "'") {
          this.position++;
          word = (word ?? "") + escapes(this.singleQuoted(true));
          continue;
        }
        const expanded = this.expansion();
        const parts = typeof expanded === "string" ? expanded.split(/[ \t\n]+/) : [...expanded];
        for (const [index, part] of parts.entries()) {
          if (index > 0 && word !== undefined) words.push(word);
          if (index > 0) word = undefined;
          if (part !== "") word = (word ?? "") + part;
        }
      } else {
        word = (word ?? "") + character;
        this.position++;
      }
    }
    if (word !== undefined) words.push(word);
    return words;
  }

  private singleQuoted(withEscapes = false): string {
    const start = this.position + 1;
    let end = start;
    while (end < this.script.length && this.script.charAt(end) !== "'")
      end += withEscapes && this.script.charAt(end) === "\\" ? 2 : 1;
    this.position = end + 1;
    return this.script.slice(start, end);
  }

  /** More than one part only where `"$@"` stands for several words, none where it stands for no word. */
  private doubleQuoted(): string[] {
    const parts: string[] = [];
    let part: string | undefined;
    const start = ++this.position;
    while (this.position < this.script.length && this.script.charAt(this.position) !== '"') {
      const character = this.script.charAt(this.position);
      if (character === "\\" && /[$`"\\\n]/.test(this.script.charAt(this.position + 1))) {
        const next = this.script.charAt(this.position + 1);
        part = (part ?? "") + (next === "\n" ? "" : next);
        this.position += 2;
      } else if (character === "`") part = (part ?? "") + this.backquoted();
      else if (character === "$") {
        const expanded = this.expansion();
        if (typeof expanded === "string") part = (part ?? "") + expanded;
        else {
          for (const [index, word] of expanded.entries()) {
            if (index > 0) parts.push(part ?? "");
            part = index > 0 ? word : (part ?? "") + word;
          }
        }
      } else {
        part = (part ?? "") + character;
        this.position++;
      }
    }
    const isEmpty = this.position === start;
    this.position++;
    if (part !== undefined || isEmpty) parts.push(part ?? "");
    return parts;
  }

  private backquoted(): string {
    this.position++;
    while (this.position < this.script.length && this.script.charAt(this.position) !== "`")
      this.position += this.script.charAt(this.position) === "\\" ? 2 : 1;
    this.position++;
    return HIDDEN;
  }

  /** Reads what follows a dollar sign: a text, or a list of words for `$@`. */
  private expansion(): string | readonly string[] {
    const rest = this.script.slice(this.position + 1, this.position + 200);
    const { parameters } = this.surroundings;
    const all = /^(?:[@*]|\{[@*]\})/.exec(rest);
    if (all) {
      this.position += 1 + all[0].length;
      return parameters ?? HIDDEN;
    }
    const simple = /^(?:([A-Za-z_]\w*)|(\d)|\{([A-Za-z_]\w*|\d+)(?::?([-+=?])([^{}$`"'\\]*))?\})/.exec(rest);
    if (simple) {
      this.position += 1 + simple[0].length;
      return this.value(simple[1] ?? simple[2] ?? simple[3] ?? "", simple[4], simple[5] ?? "");
    }
    if (rest.startsWith("(") || rest.startsWith("{")) {
      this.position++;
      this.skipNested();
      return HIDDEN;
    }
    this.position++;
    if (/^[#?$!-]/.test(rest)) {
      this.position++;
      return HIDDEN;
    }
    return "$";
  }

  private value(name: string, operator: string | undefined, other: string): string {
    const { variable, parameters } = this.surroundings;
    const value = /^\d/.test(name)
      ? parameters?.[Number(name) - 1]
      : (this.assigned.get(name) ?? variable?.(name));
    if (operator === "-" || operator === "=") return value || other;
    return operator === "+" ? HIDDEN : (value ?? HIDDEN);
  }

  private skipNested(): void {
    let depth = 0;
    while (this.position < this.script.length) {
      const character = this.script.charAt(this.position);
      if (character === "'") this.singleQuoted();
      else this.position += character === "\\" ? 2 : 1;
      if (character === "(" || character === "{") depth++;
      if ((character === ")" || character === "}") && --depth === 0) return;
    }
  }

  private end(connector: ShellCommand["connector"]): void {
    const { words, assignments, redirections } = this.current;
    if (words.length + assignments.length + redirections.length === 0) {
      // A blank line or a reserved word between two commands keeps the stronger connector.
      if (connector !== ";" && connector !== "") this.current.connector = connector;
      return;
    }
    this.current.background = connector === "&";
    this.assign(this.current, connector);
    this.found.push(this.current);
    this.current = emptyCommand(connector);
  }

  private assign(
    { words, assignments, connector: before }: ShellCommand,
    after: ShellCommand["connector"],
  ): void {
    const isDeclaring = DECLARING.includes(words[0] ?? "");
    if (words.length > 0 && !isDeclaring) return;
    const isSure =
      this.depth === 0 &&
      (before === "" || before === ";") &&
      after !== "|" &&
      !this.found.some((command) => command.words[0] === "case");
    for (const word of isDeclaring ? words.slice(1) : assignments) {
      const [, name, operator, value = ""] = /^([A-Za-z_]\w*)(\+?)=(.*)$/s.exec(word) ?? [];
      if (name === undefined) continue;
      const whole = operator === "+" ? `${this.value(name, undefined, "")}${value}` : value;
      this.assigned.set(name, isSure ? whole : HIDDEN);
    }
  }
}

function emptyCommand(connector: ShellCommand["connector"]): ShellCommand {
  return { words: [], assignments: [], redirections: [], connector, negated: false, background: false };
}

/** `$'…'` of bash. */
function escapes(quoted: string): string {
  const letters: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r" };
  return quoted.replace(/\\(.)/gs, (_, letter: string) => letters[letter] ?? letter);
}
