/**
 * Does an archive_command archive? Judged by what the shell would do with it, not by its words.
 *
 * The contract: exit status zero if and only if the segment is safe, and no other segment of that name is lost.
 * https://www.postgresql.org/docs/current/continuous-archiving.html#BACKUP-ARCHIVING-WAL
 */

import path from "node:path";
import { type ShellCommand, shellCommands } from "./shell";

/** What can be wrong with a command. */
export type ArchiveFaultKind =
  | "noop" // it stores nothing
  | "fails" // it can never succeed
  | "placeholders" // it does not know which file, or all files get one name
  | "overwrites" // another segment of the same name is lost
  | "swallowed" // it reports success after a failure
  | "drops" // it is told to throw WAL away
  | "sticks" // a file half written by a crash blocks it for ever
  | "unsynced"; // the copy is in memory only when the server forgets its own

/** What loses WAL, or stops the server when the disk is full: the components refuse it. */
const LOSING: readonly ArchiveFaultKind[] = [
  "noop",
  "fails",
  "placeholders",
  "overwrites",
  "swallowed",
  "drops",
];

/** One thing that is wrong. */
export interface ArchiveFault {
  kind: ArchiveFaultKind;
  /** What it does, and what is lost. */
  fact: string;
}

/** What a command does. */
export interface ArchiveReading {
  faults: ArchiveFault[];
  /** Paths in the container that segments are written to; placeholders as written. */
  destinations: string[];
}

/** What one command of the script is for. */
type Role = "archive" | "tool" | "guard" | "sync" | "nothing" | "other";

interface Step {
  command: ShellCommand;
  program: string;
  role: Role;
  /** Where it writes; a remote place has no path of this machine. */
  target: { path: string; isRemote: boolean } | undefined;
}

/** Programs made for archiving: they name, check and sync by themselves. */
const TOOLS: readonly RegExp[] = [
  /\bpgbackrest\b.*\barchive-push\b/,
  /\bwal-[ge]\b.*\bwal-push\b/,
  /\bbarman-wal-archive\b|\bbarman-cloud-wal-archive\b/,
  /\bpg_probackup\S*\s+archive-push\b/,
  /\bpghoard_postgres_command\b/,
  /\bomnipitr-archive\b/,
];

const NOTHING = /^(true|:|exit|return|echo|printf|ls|cd|pwd|test|\[|\[\[|date|sleep|logger|stat|set|rem)$/;
const GUARD = /^(test|\[|\[\[|cmp|diff)$/;
const SYNC = /^(sync|fsync|fdatasync|xfs_io)$/;

/** Programs that store a file under the name they are given. */
const COPIERS =
  /^(cp|mv|install|rsync|scp|sftp|cat|dd|tee|gzip|pigz|bzip2|xz|zstd|lz4|lzop|openssl|gpg|age|curl|aws|gsutil|gcloud|az|azcopy|rclone|s3cmd|s5cmd|mc|ossutil|b2|ssh|pv|split|ln|xcopy|copy)$/;

/** Reads a command; undefined where it is too long to be read. */
export function readArchiveCommand(written: string): ArchiveReading | undefined {
  // `%%` is a percent sign, and no placeholder with the letter after it.
  const text = written.replaceAll("%%", "\u0001");
  const commands = shellCommands(text);
  if (!commands) return undefined;
  const steps = commands.map(stepOf);
  const faults: ArchiveFault[] = [];
  const storing = steps.filter(({ role }) => role === "archive" || role === "tool");
  if (/--archive-push-queue-max|\barchive-push-queue-max=/.test(written))
    faults.push({
      kind: "drops",
      fact: "pgBackRest throws WAL away once its queue is full, and says it was archived",
    });
  const [first] = steps;
  const isOneWord = steps.length === 1 && /\s/.test(first?.command.words[0] ?? "");
  if (isOneWord || (storing.length === 0 && statusAfterFailure(steps, undefined) !== 0)) {
    const why = isOneWord
      ? "its quotes make one word of it, which is no program"
      : "it does nothing but fail";
    faults.push({ kind: "fails", fact: `${why}: no segment is ever archived, and pg_wal fills the disk` });
    return { faults, destinations: [] };
  }
  if (storing.length === 0 || storing.every(isToNowhere)) {
    faults.push({
      kind: "noop",
      fact: "it stores nothing and says the segment is archived: the server deletes it, and no backup can be recovered beyond it",
    });
    return { faults, destinations: [] };
  }
  faults.push(...placeholderFaults(text, steps));
  const swallowed = swallowedFact(steps, storing);
  if (swallowed) faults.push({ kind: "swallowed", fact: swallowed });
  if (!storing.some(({ role }) => role === "tool")) faults.push(...copyFaults(steps));
  const destinations = storing.flatMap(({ target }) => (target && !target.isRemote ? [target.path] : []));
  return { faults, destinations: [...new Set(destinations)] };
}

function stepOf(command: ShellCommand): Step {
  const words = withoutWrappers(command.words);
  const program = (words[0] ?? "").split("/").at(-1) ?? "";
  const line = words.join(" ");
  const target = targetOf(program, words, command);
  const step = (role: Role): Step => ({ command, program, role, target });
  if (TOOLS.some((tool) => tool.test(line))) return step("tool");
  if (GUARD.test(program)) return step("guard");
  if (SYNC.test(program)) return step("sync");
  if (target !== undefined || COPIERS.test(program)) return step("archive");
  if (program === "" || NOTHING.test(program)) return step("nothing");
  // A script of one's own is trusted to store what it is given.
  return step(
    /%[pf]/.test(line) && !/^(mkdir|rm|chmod|chown|touch|find|false|kill)$/.test(program)
      ? "archive"
      : "other",
  );
}

const WRAPPERS =
  /^(exec|env|nice|ionice|timeout|sudo|envdir|chronic|command|time|nohup|[A-Za-z_]\w*=.*|-\w+|\d+[smh]?)$/;

function withoutWrappers(words: readonly string[]): string[] {
  const first = words[0]?.split("/").at(-1) ?? "";
  if (!/^(exec|env|nice|ionice|timeout|sudo|envdir|command|time|nohup)$/.test(first)) return [...words];
  const next = words.findIndex(
    (word, index) => index > 0 && !WRAPPERS.test(word) && !(first === "envdir" && index === 1),
  );
  return next < 0 ? [] : withoutWrappers(words.slice(next));
}

const REMOTE = /^(?:[\w.@-]+:(?!\\)|[a-z][a-z0-9+.-]*:\/\/)/i;

function targetOf(program: string, words: readonly string[], { redirections }: ShellCommand): Step["target"] {
  const redirected = redirections.find(({ operator }) => /^(&?>>?|>\|)$/.test(operator));
  const operands = words.slice(1).filter((word) => !/^-./.test(word));
  const option = words
    .map((word) => /^(?:--target-directory=|of=|-t(?=.))(.+)$/.exec(word)?.[1])
    .find((path) => path !== undefined);
  const isCopy =
    /^(cp|mv|install|rsync|scp|ln|copy|xcopy|aws|gsutil|gcloud|azcopy|rclone|s3cmd|s5cmd|mc)$/.test(program);
  const separate = words.indexOf("-t");
  const path =
    option ??
    (program === "dd"
      ? undefined
      : isCopy
        ? separate > 0
          ? words[separate + 1]
          : operands.at(-1)
        : program === "tee"
          ? operands[0]
          : undefined) ??
    (isOutput(program) ? redirected?.target : undefined);
  if (path === undefined || path === "") return undefined;
  return {
    path,
    isRemote: REMOTE.test(path) || /^(aws|gsutil|gcloud|azcopy|rclone|s3cmd|s5cmd|mc|scp)$/.test(program),
  };
}

/** Whether what the program prints could be the segment. */
function isOutput(program: string): boolean {
  return (
    program === "" || /^(cat|gzip|pigz|bzip2|xz|zstd|lz4|lzop|openssl|gpg|age|pv|dd|tee|ssh)$/.test(program)
  );
}

function isToNowhere({ role, target }: Step): boolean {
  return role === "archive" && target?.path === "/dev/null";
}

function placeholderFaults(written: string, steps: readonly Step[]): ArchiveFault[] {
  const isTool = steps.some(({ role }) => role === "tool");
  if (!/%p/.test(written))
    return [
      {
        kind: "placeholders",
        fact: "it lacks %p, the path of the segment: it cannot store the segment that the server wants to delete",
      },
    ];
  if (!/%f/.test(written) && !isTool)
    return [
      {
        kind: "placeholders",
        fact: "it lacks %f, the segment's name: all segments get one name, and only the last is kept",
      },
    ];
  return [];
}

/** Exit status of the whole when one step, or none, fails and all others succeed. */
function statusAfterFailure(steps: readonly Step[], failing: Step | undefined): number {
  let status = 0;
  let [stopsAtError, countsWholePipe] = [false, false];
  for (let index = 0; index < steps.length; ) {
    const pipe = [steps[index] as Step];
    while (steps[++index]?.command.connector === "|") pipe.push(steps[index] as Step);
    const { connector } = (pipe[0] as Step).command;
    if ((connector === "&&" && status !== 0) || (connector === "||" && status === 0)) continue;
    const last = pipe.at(-1) as Step;
    if (last.program === "set") {
      const line = last.command.words.join(" ");
      stopsAtError ||= /\s-\w*e/.test(line) || /errexit/.test(line);
      countsWholePipe ||= /pipefail/.test(line);
    }
    if (last.program === "exit" || last.program === "return")
      return Number(last.command.words[1] ?? status) || 0;
    const failed = failing !== undefined && (countsWholePipe ? pipe.includes(failing) : last === failing);
    const natural = last.program === "false" || failed ? 1 : 0;
    status = last.command.background ? 0 : last.command.negated ? 1 - natural : natural;
    const next = steps[index]?.command.connector;
    if (stopsAtError && status !== 0 && next !== "&&" && next !== "||") return status;
  }
  return status;
}

function swallowedFact(steps: readonly Step[], storing: readonly Step[]): string | undefined {
  const lost = "the server deletes a segment that was never stored";
  for (const step of storing) {
    if (statusAfterFailure(steps, step) !== 0) continue;
    const isPiped = steps[steps.indexOf(step) + 1]?.command.connector === "|";
    const how = step.command.background
      ? "does not wait for its end"
      : isPiped
        ? "takes the exit status of the pipe's end"
        : "goes on with something that succeeds";
    return `it reports success when ${step.program || "the copy"} fails, because it ${how}: ${lost}`;
  }
  const skip = steps.find(
    ({ role, command }, index) =>
      role === "guard" &&
      !isNegative(command) &&
      steps[index + 1]?.command.connector === "||" &&
      steps[index + 1]?.role === "archive",
  );
  if (skip) return `it reports success when a file of that name is there already, whole or not: ${lost}`;
  return undefined;
}

/** `test ! -f x`, `! test -f x` */
function isNegative({ words, negated }: ShellCommand): boolean {
  return negated !== words.includes("!");
}

function copyFaults(steps: readonly Step[]): ArchiveFault[] {
  const faults: ArchiveFault[] = [];
  const copies = steps.filter(
    ({ role, program }) =>
      (role === "archive" && COPIERS.test(program)) || (role === "archive" && program === ""),
  );
  const moved = copies.find(({ program, command }) => program === "mv" && command.words.includes("%p"));
  if (moved)
    faults.push({
      kind: "overwrites",
      fact: "mv takes the segment away from the server before it is done with it, and overwrites another of that name",
    });
  const final = copies.find(
    ({ target }) => target === undefined || /%f$|%f[."']?\w*$/.test(target.path) || !isTemporary(target.path),
  );
  if (final && !moved && !isGuarded(steps, final))
    faults.push({
      kind: "overwrites",
      fact: `${final.program || "the redirection"} overwrites a segment of that name${saysNoClobber(final)}: two servers, or a restored one, destroy each other's archive`,
    });
  const local = copies.filter(({ target }) => target !== undefined && !target.isRemote);
  if (local.length > 0 && !steps.some(isSynced))
    faults.push({
      kind: "unsynced",
      fact: "nothing flushes the copy to the disk: a power cut takes it after the server has deleted its own (45 of 45 segments copied by cp were lost)",
    });
  const direct = local.find(
    ({ target, program }) =>
      program !== "ln" && program !== "mv" && target !== undefined && !isTemporary(target.path),
  );
  if (
    direct &&
    isGuarded(steps, direct) &&
    !steps.some(({ program }) => program === "cmp" || program === "diff")
  )
    faults.push({
      kind: "sticks",
      fact: "a file that a crash left half written blocks this segment for ever: archiving stops, and pg_wal fills the disk",
    });
  return faults;
}

/** A name that is only used until the copy is whole. */
function isTemporary(path: string): boolean {
  return /(\.tmp|\.temp|\.part|\.partial|\.new|\$\$|\0)|(^|\/)\.[^/]*%f|(^|\/)te?mp[./]/.test(path);
}

function isGuarded(steps: readonly Step[], copy: Step): boolean {
  if (copy.program === "ln")
    return !copy.command.words.some((word) => /^-\w*f/.test(word) || word === "--force");
  const before = steps.slice(0, steps.indexOf(copy));
  const tests = before.some(
    ({ role, command }) =>
      role === "guard" && /(^| )(-[efsr]|-h|-L)( |$)|^(cmp|diff) /.test(command.words.join(" ")),
  );
  const noClobber = before.some(
    ({ program, command }) => program === "set" && /\s-\w*C|noclobber/.test(command.words.join(" ")),
  );
  const publishesByLink = steps.some(
    ({ program, command }) => program === "ln" && !command.words.some((word) => /^-\w*f/.test(word)),
  );
  const isPrecondition =
    /--if-none-match|--no-clobber-fail|ifGenerationMatch|x-goog-if-generation-match:0/.test(
      copy.command.words.join(" "),
    );
  return tests || noClobber || publishesByLink || isPrecondition;
}

/** Options that look like a guard, and report success without storing anything. */
function saysNoClobber({ program, command }: Step): string {
  const words = command.words.join(" ");
  if (program === "cp" && / -\w*i/.test(words)) return " or, with -i, stores nothing and reports success";
  if (/ (-n|--no-clobber|--update=none|--ignore-existing)( |$)/.test(words))
    return " or, with the option against it, stores nothing and can report success";
  return "";
}

function isSynced({ role, command }: Step): boolean {
  return role === "sync" || /conv=\w*,?f(data)?sync|oflag=\w*sync|--fsync\b/.test(command.words.join(" "));
}

/** The directory of a destination: `/archive` of `/archive/%f`. */
export function destinationDirectory(destination: string): string {
  const fixed = destination.slice(0, Math.max(0, destination.search(/%[pf]|\0|$/)));
  return path.posix.resolve("/", fixed.slice(0, fixed.lastIndexOf("/") + 1));
}

/** Why a command must not archive; undefined where it may. */
export function losingArchiveCommand(written: string): string | undefined {
  if (written === "") return undefined;
  return readArchiveCommand(written)?.faults.find(({ kind }) => LOSING.includes(kind))?.fact;
}
