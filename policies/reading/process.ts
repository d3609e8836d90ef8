/** Which program does a container run in the end, and with which arguments? Entrypoints, wrappers and shells taken off. */

import path from "node:path";
import { HIDDEN, type ShellCommand, shellCommands, shellWords } from "../../components/parameters/shell";

/** One argument, and where it is written. */
export interface Word {
  text: string;
  /** Path of the property, such as `command[2]`. */
  property: string;
  /** It is a part of what the property holds, such as of a script. */
  isPart?: boolean;
}

/** What runs. */
export interface Process {
  kind:
    | "server" // postgres with these arguments
    | "managed" // a server, whose arguments somebody else makes
    | "other" // no server
    | "hidden"; // a program that is not known
  /** Arguments of the server. */
  argv: Word[];
  /** Major version, where the path of the program holds it. */
  major?: number;
  /** Data directory given to the program around the server. */
  dataDirectory?: string;
  /** The shell between the container and the server. */
  shell?: { property: string; command: string; isReplaced: boolean };
}

/** What can be asked about the container. */
export interface ProcessSurroundings {
  variable(name: string): string | undefined;
  /** Content of a script that is part of the container's inputs. */
  script(file: string): { text: string; property: string } | undefined;
  /** The image puts `postgres` before a first argument with a dash, and runs it without any argument. */
  isServerImage: boolean;
}

const SERVERS = ["postgres", "postmaster", "edb-postgres"];
const SHELLS = ["sh", "bash", "ash", "dash", "zsh", "ksh", "busybox"];
const ENTRYPOINTS =
  /(^|\/)(docker-entrypoint(\.sh)?|docker-ensure-initdb\.sh|pg_entrypoint\.sh|cloudsql-entrypoint\.sh)$|\/opt\/bitnami\/scripts\/postgresql[\w-]*\/(entrypoint|run)\.sh$/;

/** Programs that make the server's command line themselves. */
const MANAGERS =
  /^(patroni|stolon-keeper|pg_autoctl|repmgrd|supervisord|pg_ctlcluster|pg_createcluster|runsvdir|s6-svscan|launch\.sh|bootstrap-postgres-ha\.sh|run-postgresql(-master|-slave)?)$/;

/** Programs of a PostgreSQL image that are no server, and what keeps a container alive without one. */
const NO_SERVER =
  /^(psql|pg_(dump|dumpall|restore|isready|basebackup|receivewal|recvlogical|amcheck|archivecleanup|checksums|config|controldata|resetwal|resetxlog|rewind|test_fsync|upgrade|verifybackup|waldump|combinebackup|createsubscriber|walsummary)|pgbench|initdb|createdb|dropdb|createuser|dropuser|reindexdb|vacuumdb|clusterdb|ecpg|pgbackrest|wal-g|barman[\w-]*|sleep|tail|cat|echo|true|false|ls|rm|cp|mv|chown|chmod|mkdir|test|cron|crond)$/;

/** Wrappers that run the rest of their words: options with an argument of their own, and operands before the program. */
const WRAPPERS: Readonly<Record<string, { withArgument?: string; operands?: number }>> = {
  tini: { withArgument: "pe" },
  "dumb-init": { withArgument: "r" },
  catatonit: {},
  "docker-init": { withArgument: "pe" },
  gosu: { operands: 1 },
  "su-exec": { operands: 1 },
  "s6-setuidgid": { operands: 1 },
  setuidgid: { operands: 1 },
  chpst: { withArgument: "uUbemodfprtlLC" },
  setpriv: {},
  exec: { withArgument: "a" },
  command: {},
  env: { withArgument: "uCS" },
  nice: { withArgument: "n" },
  ionice: { withArgument: "cn" },
  chrt: { operands: 1 },
  taskset: { operands: 1 },
  timeout: { withArgument: "ks", operands: 1 },
  stdbuf: { withArgument: "ioe" },
  nohup: {},
  setsid: {},
  numactl: { withArgument: "NmpiC" },
  sudo: { withArgument: "ugCh" },
  runuser: { withArgument: "ugG" },
  time: {},
  strace: { withArgument: "eopsEfu" },
  chroot: { operands: 1 },
};

/** Depth of wrappers in wrappers beyond which nobody writes. */
const DEEPEST = 20;

/** Follows the words of a container's command line to the server. */
export function findProcess(words: readonly Word[], around: ProcessSurroundings, depth = 0): Process {
  const [first, ...rest] = words;
  if (!first) return { kind: around.isServerImage ? "server" : "hidden", argv: [] };
  if (depth > DEEPEST || first.text.includes(HIDDEN)) return { kind: "hidden", argv: [] };
  if (first.text.startsWith("-") && around.isServerImage) return { kind: "server", argv: [...words] };
  const name = path.posix.basename(first.text);
  if (SERVERS.includes(name)) return postgres(first.text, rest);
  if (ENTRYPOINTS.test(first.text)) return findProcess(rest, { ...around, isServerImage: true }, depth + 1);
  if (SHELLS.includes(name)) return shell(name === "busybox" ? rest.slice(1) : rest, around, depth);
  if (name === "su" || (name === "runuser" && !rest.some(({ text }) => /^(-u|--user)/.test(text))))
    return switchUser(rest, around, depth);
  if (name === "eval")
    return scripted(rest.map(({ text }) => text).join(" "), first.property, [], around, depth);
  if (name === "pg_ctl") return control(rest, around);
  if (MANAGERS.test(name)) return { kind: "managed", argv: [] };
  if (NO_SERVER.test(name)) return { kind: "other", argv: [] };
  const wrapper = Object.hasOwn(WRAPPERS, name) ? WRAPPERS[name] : undefined;
  if (wrapper)
    return findProcess(
      afterOptions(rest, wrapper, name === "env"),
      { ...around, isServerImage: false },
      depth + 1,
    );
  const script = around.script(first.text);
  if (script) return scripted(script.text, script.property, rest, around, depth);
  // Scripts that wait for something and then run their arguments.
  const later = rest.findIndex(
    ({ text }) => SERVERS.includes(path.posix.basename(text)) || ENTRYPOINTS.test(text),
  );
  return later < 0 ? { kind: "hidden", argv: [] } : findProcess(rest.slice(later), around, depth + 1);
}

function postgres(program: string, argv: Word[]): Process {
  const major = /\/(?:postgresql|pgsql|postgres)[/-](\d{1,2})\//.exec(program)?.[1];
  const first = argv[0]?.text ?? "";
  const asks = /^(--(single|boot|check|describe-config|help|version|forkboot)|-\?|-V)$/.test(first);
  const answers = argv.some(({ text }) => /^-C/.test(text));
  return {
    kind: asks || answers ? "other" : "server",
    argv,
    ...(major !== undefined && { major: Number(major) }),
  };
}

function afterOptions(
  words: Word[],
  { withArgument = "", operands = 0 }: { withArgument?: string; operands?: number },
  isEnv: boolean,
): Word[] {
  let index = 0;
  for (; index < words.length; index++) {
    const text = words[index]?.text ?? "";
    if (text === "--") {
      index++;
      break;
    }
    if (isEnv && /^[A-Za-z_]\w*=/.test(text)) continue;
    // `env -S "postgres -F"`: the argument holds several words.
    const split = isEnv ? /^(?:-[vi]*S|--split-string=?)(.*)$/s.exec(text) : null;
    if (split) return [...splitString(split[1] || words[++index], words[index]), ...words.slice(index + 1)];
    if (!/^-./.test(text)) break;
    // `-u name`: the argument is the next word unless it is glued to the letter.
    if (/^-[A-Za-z]$/.test(text) && withArgument.includes(text.charAt(1))) index++;
  }
  return words.slice(index + operands);
}

function splitString(written: string | Word | undefined, word: Word | undefined): Word[] {
  const text = typeof written === "string" ? written : (written?.text ?? "");
  return (shellWords(text) ?? []).map((part) => ({
    text: part,
    property: word?.property ?? "command",
    isPart: true,
  }));
}

/** `su postgres -c "postgres -F"`, `su - postgres -c …` */
function switchUser(words: Word[], around: ProcessSurroundings, depth: number): Process {
  const option = words.findIndex(({ text }) => /^(-c|--command)$/.test(text));
  const script = option < 0 ? undefined : words[option + 1];
  return script ? scripted(script.text, script.property, [], around, depth) : { kind: "hidden", argv: [] };
}

/** Arguments of a shell: `-c script name parameters…`, or a file. */
function shell(words: Word[], around: ProcessSurroundings, depth: number): Process {
  let isScript = false;
  for (let index = 0; index < words.length; index++) {
    const word = words[index] as Word;
    if (/^[-+][A-Za-z]+$/.test(word.text)) {
      if (word.text.startsWith("-") && word.text.includes("c")) isScript = true;
      if (/o$/.test(word.text)) index++;
    } else if (!word.text.startsWith("--")) {
      const rest = words.slice(index + 1);
      if (isScript) return scripted(word.text, word.property, rest.slice(1), around, depth);
      const file = around.script(word.text);
      return file
        ? scripted(file.text, file.property, rest, around, depth)
        : findProcess([word, ...rest], { ...around, isServerImage: false }, depth + 1);
    }
  }
  return { kind: "other", argv: [] };
}

function scripted(
  text: string,
  property: string,
  parameters: readonly Word[],
  around: ProcessSurroundings,
  depth: number,
): Process {
  const commands = shellCommands(text, {
    variable: around.variable,
    parameters: parameters.map((word) => word.text),
  });
  let hidden: Process | undefined;
  for (const command of commands ?? []) {
    const found = commandProcess(command, property, around, depth);
    if (found.kind === "server" || found.kind === "managed") return found;
    if (found.kind === "hidden") hidden = found;
  }
  return hidden ?? { kind: commands ? "other" : "hidden", argv: [] };
}

function commandProcess(
  command: ShellCommand,
  property: string,
  around: ProcessSurroundings,
  depth: number,
): Process {
  if (command.words.length === 0) return { kind: "other", argv: [] };
  const words = command.words.map((text) => ({ text, property, isPart: true }));
  // Only the container's own first word may be a flag.
  const found = findProcess(words, { ...around, isServerImage: false }, depth + 1);
  if (found.kind !== "server" && found.kind !== "managed") return found;
  const isReplaced = command.words[0] === "exec" && found.shell?.isReplaced !== false;
  return { ...found, shell: { property, command: command.words.join(" "), isReplaced } };
}

/** `pg_ctl start -D data -o "-c fsync=off"` */
function control(words: Word[], around: ProcessSurroundings): Process {
  const argv: Word[] = [];
  let dataDirectory: string | undefined;
  for (let index = 0; index < words.length; index++) {
    const { text, property } = words[index] as Word;
    const long = /^--(options|pgdata)=(.*)$/s.exec(text);
    const short = /^-([oD])(.*)$/s.exec(text);
    const separate = /^--(options|pgdata)$/.test(text) || (short !== null && short[2] === "");
    const value = separate ? words[++index]?.text : (long?.[2] ?? short?.[2]);
    if (value === undefined) continue;
    if ((long?.[1] ?? short?.[1] ?? text.slice(2)).startsWith("o"))
      argv.push(...(shellWords(value, around) ?? []).map((word) => ({ text: word, property, isPart: true })));
    else dataDirectory = value;
  }
  const starts = words.some(({ text }) => /^(start|restart)$/.test(text));
  return { kind: starts ? "server" : "other", argv, ...(dataDirectory !== undefined && { dataDirectory }) };
}
