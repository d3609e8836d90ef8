/** What do arguments of `initdb` decide about a new cluster? https://www.postgresql.org/docs/18/app-initdb.html */

/** What matters of a new cluster. */
export interface InitdbArguments {
  /** Undefined: the version's own default. */
  checksums: boolean | undefined;
  noSync: boolean;
  /** Authentication methods by kind of connection; undefined: initdb's own default, trust. */
  authHost: string | undefined;
  authLocal: string | undefined;
  walDirectory: string | undefined;
  /** `-c name=value`, from version 16 on. */
  parameters: { name: string; value: string }[];
  refused: string[];
}

/** Long options, and the short one each is the same as. A name may be cut as long as only one option begins so. */
const LONG: Readonly<Record<string, { short?: string; argument?: boolean }>> = {
  pgdata: { short: "D", argument: true },
  encoding: { short: "E", argument: true },
  locale: { argument: true },
  "lc-collate": { argument: true },
  "lc-ctype": { argument: true },
  "lc-monetary": { argument: true },
  "lc-numeric": { argument: true },
  "lc-time": { argument: true },
  "lc-messages": { argument: true },
  "no-locale": {},
  "text-search-config": { short: "T", argument: true },
  auth: { short: "A", argument: true },
  "auth-local": { argument: true },
  "auth-host": { argument: true },
  pwprompt: { short: "W" },
  pwfile: { argument: true },
  username: { short: "U", argument: true },
  help: {},
  version: { short: "V" },
  debug: { short: "d" },
  show: { short: "s" },
  noclean: { short: "n" },
  "no-clean": { short: "n" },
  nosync: { short: "N" },
  "no-sync": { short: "N" },
  "no-instructions": {},
  set: { short: "c", argument: true },
  "sync-only": { short: "S" },
  waldir: { short: "X", argument: true },
  "wal-segsize": { argument: true },
  "data-checksums": { short: "k" },
  "no-data-checksums": {},
  "allow-group-access": { short: "g" },
  "discard-caches": {},
  "locale-provider": { argument: true },
  "builtin-locale": { argument: true },
  "icu-locale": { argument: true },
  "icu-rules": { argument: true },
  "sync-method": { argument: true },
  "no-sync-data-files": {},
};

const SHORT_WITH_ARGUMENT = "ADETUXc";

/** Reads the words of `POSTGRES_INITDB_ARGS`. */
export function readInitdbArguments(words: readonly string[]): InitdbArguments {
  const result: InitdbArguments = {
    checksums: undefined,
    noSync: false,
    authHost: undefined,
    authLocal: undefined,
    walDirectory: undefined,
    parameters: [],
    refused: [],
  };
  const rest = [...words];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word.startsWith("--") && word !== "--") readLong(result, word, rest);
    else if (/^-./s.test(word)) readShort(result, word, rest);
  }
  return result;
}

function readLong(result: InitdbArguments, word: string, rest: string[]): void {
  const [name = "", ...values] = word.slice(2).split("=");
  const matches = Object.keys(LONG).filter((option) => option.startsWith(name));
  const meanings = new Set(matches.map((option) => LONG[option]?.short ?? option));
  const option = Object.hasOwn(LONG, name) ? name : meanings.size === 1 ? matches[0] : undefined;
  if (option === undefined) {
    result.refused.push(word);
    return;
  }
  const { short, argument } = LONG[option] ?? {};
  apply(
    result,
    short ?? option,
    argument ? (values.length > 0 ? values.join("=") : (rest.shift() ?? "")) : "",
  );
}

function readShort(result: InitdbArguments, word: string, rest: string[]): void {
  for (let position = 1; position < word.length; position++) {
    const letter = word.charAt(position);
    if (SHORT_WITH_ARGUMENT.includes(letter)) {
      apply(result, letter, word.slice(position + 1) || (rest.shift() ?? ""));
      return;
    }
    apply(result, letter, "");
  }
}

function apply(result: InitdbArguments, option: string, argument: string): void {
  if (option === "k") result.checksums = true;
  else if (option === "no-data-checksums") result.checksums = false;
  else if (option === "N") result.noSync = true;
  else if (option === "A") result.authHost = result.authLocal = argument;
  else if (option === "auth-host") result.authHost = argument;
  else if (option === "auth-local") result.authLocal = argument;
  else if (option === "X") result.walDirectory = argument;
  else if (option === "c") {
    const [name = "", ...value] = argument.split("=");
    result.parameters.push({ name, value: value.join("=") });
  }
}
