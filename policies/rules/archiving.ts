/** Does the WAL archive keep what it is given? */

import {
  type ArchiveFaultKind,
  destinationDirectory,
  readArchiveCommand,
} from "../../components/parameters/archive-command";
import { UNKNOWN } from "../reading/known";
import { isWithin, mountOf } from "../reading/mounts";
import type { Context, Problem, Rule, RuleOf, Severity } from "../rule";
import { effective, type Server, settingText, writeSetting } from "../server";
import { command, judgeSetting, settingRule } from "./setting";

const ARCHIVING = "https://www.postgresql.org/docs/current/continuous-archiving.html#BACKUP-ARCHIVING-WAL";

/** Stores a segment only once, and flushes it before it answers. */
const BASIC_ARCHIVE = {
  archive_mode: "on",
  archive_library: "basic_archive",
  "basic_archive.archive_directory": "/archive",
};

const PGBACKREST = "pgbackrest --stanza=main archive-push %p";

function isArchiving(server: Server): boolean {
  const mode = settingText(server, "archive_mode");
  return mode === "on" || mode === "always";
}

/** The command, where it is the way of archiving; `archive_library` goes before it. */
function archiveCommand(
  server: Server,
  context: Context,
): { text: string; property: string; written: string } | undefined {
  const { value, given } = effective(server, "archive_command");
  if (value === UNKNOWN && given) context.notYetKnown(given.property);
  if (typeof value !== "string" || !given || value.trim() === "" || settingText(server, "archive_library"))
    return undefined;
  return { text: value, property: given.property, written: given.written };
}

function commandProblems(kind: ArchiveFaultKind, server: Server, context: Context): Problem[] {
  const given = archiveCommand(server, context);
  if (!given) return [];
  const faults = readArchiveCommand(given.text)?.faults.filter((fault) => fault.kind === kind) ?? [];
  return faults.map(({ fact }) => ({
    property: given.property,
    value: given.written,
    fact: `archive_command \`${given.text.slice(0, 200)}\`: ${fact}`,
    hint: saferCommand(server),
  }));
}

function saferCommand(server: Server): string {
  const { hint } = writeSetting(server, "archive_command", PGBACKREST);
  return server.kind === "container" && (server.major ?? 15) >= 15
    ? `${hint}, or archive with \`-c archive_library=basic_archive -c basic_archive.archive_directory=/archive\` in its place`
    : hint;
}

interface CommandRow {
  kind: ArchiveFaultKind;
  name: string;
  title: string;
  severity: Severity;
  why: string;
  good: string;
  bad: string;
}

const COMMANDS: readonly CommandRow[] = [
  {
    kind: "noop",
    name: "archive-command-noop",
    title: "archive_command stores the segment",
    severity: "critical",
    why: "/bin/true is the documented way to turn archiving off without a restart; it breaks the chain of WAL, and every base backup before it.",
    good: PGBACKREST,
    bad: "/bin/true",
  },
  {
    kind: "fails",
    name: "archive-command-fails",
    title: "archive_command can succeed",
    severity: "high",
    why: "In an argument the server keeps quotes as they are, and the shell then looks for a program of that whole name. The server keeps every segment, and stops when the disk is full.",
    good: PGBACKREST,
    bad: "'cp %p /archive/%f'",
  },
  {
    kind: "swallowed",
    name: "archive-command-swallows-failure",
    title: "archive_command fails when it did not store the segment",
    severity: "critical",
    why: "The server takes exit status zero as the promise that the segment is safe, and deletes its own.",
    good: "test ! -f /archive/%f && cp %p /archive/%f && sync /archive/%f",
    bad: "test ! -f /archive/%f && cp %p /archive/%f || true",
  },
  {
    kind: "overwrites",
    name: "archive-command-overwrites",
    title: "archive_command refuses to overwrite another segment",
    severity: "high",
    why: "Two servers that share an archive by mistake, or a restored one, write different segments of one name.",
    good: PGBACKREST,
    bad: "cp %p /archive/%f",
  },
  {
    kind: "drops",
    name: "archive-command-drops",
    title: "archive_command throws no WAL away",
    severity: "high",
    why: "The queue limit saves the disk by a silent hole in the archive: no recovery beyond it, and nothing reports it.",
    good: PGBACKREST,
    bad: "pgbackrest --stanza=main --archive-push-queue-max=1GB archive-push %p",
  },
  {
    kind: "placeholders",
    name: "archive-command-placeholders",
    title: "archive_command says which segment, and under which name",
    severity: "high",
    why: "Without %p it cannot find the segment, without %f all segments get one name.",
    good: PGBACKREST,
    bad: "test ! -f /archive/segment && cp %p /archive/segment",
  },
  {
    kind: "unsynced",
    name: "archive-command-unsynced",
    title: "archive_command flushes the copy to the disk",
    severity: "medium",
    why: "45 of 45 segments that the server had reported as archived by cp were gone after the archive's disk lost power; none with basic_archive.",
    good: "test ! -f /archive/%f && cp %p /archive/%f && sync /archive/%f /archive",
    bad: "test ! -f /archive/%f && cp %p /archive/%f",
  },
  {
    kind: "sticks",
    name: "archive-command-sticks",
    title: "archive_command recovers from a copy that a crash interrupted",
    severity: "medium",
    why: "The documented `test ! -f … && cp …` refuses a half-written leftover for ever, and pg_stat_archiver only counts failures.",
    good: PGBACKREST,
    bad: "test ! -f /archive/%f && cp %p /archive/%f && sync /archive/%f",
  },
];

const commandRules = COMMANDS.map(
  ({ kind, good, bad, ...row }): RuleOf<"server"> => ({
    ...row,
    protects: "data",
    ids: [],
    docs: ARCHIVING,
    reads: "server",
    property: "archive_command",
    unknown: "later",
    judge: (server, context) => commandProblems(kind, server, context),
    good: { change: { command: command({ archive_mode: "on", archive_command: good }) } },
    bad: { change: { command: command({ archive_mode: "on", archive_command: bad }) } },
  }),
);

/** Places whose files do not outlive the machine, or the container. */
const PASSING = ["/tmp", "/var/tmp", "/dev/shm", "/run", "/var/run"];

const archiveCommandLocal: RuleOf<"container"> = {
  name: "archive-command-local",
  title: "archive_command writes to a volume of its own",
  severity: "high",
  protects: "data",
  ids: [],
  docs: ARCHIVING,
  reads: "container",
  property: "archive_command",
  why: "An archive in the container's own file system goes with the container, one in the data directory goes with the data it is to rescue.",
  unknown: "passes",
  judge(container, context) {
    const { server, mounts, dataDirectory } = container;
    const given = archiveCommand(server, context);
    const directory =
      settingText(server, "archive_library") === "basic_archive"
        ? server.given.get("basic_archive.archive_directory")
        : undefined;
    const written = typeof directory?.text === "string" ? [directory.text] : [];
    const destinations = given
      ? (readArchiveCommand(given.text)?.destinations ?? []).map(destinationDirectory)
      : written;
    return destinations.flatMap((destination): Problem[] => {
      const mount = mountOf(mounts, destination);
      const where =
        dataDirectory !== undefined && isWithin(destination, dataDirectory)
          ? "in the data directory, and is lost together with it"
          : PASSING.some((place) => isWithin(destination, place)) ||
              (typeof mount === "object" && mount.kind === "tmpfs")
            ? "in a place that is emptied, and is lost there"
            : mount === undefined
              ? "on no volume, and goes with the container"
              : undefined;
      if (where === undefined) return [];
      return [
        {
          property: given?.property ?? directory?.property ?? "command",
          value: given?.written ?? directory?.written ?? destination,
          fact: `the archive ${destination} is ${where}`,
          hint: `write \`{ type: "volume", source: "db-archive", target: "/archive" }\` in mounts, and archive to /archive`,
        },
      ];
    });
  },
  good: { change: { command: command(BASIC_ARCHIVE) } },
  bad: {
    change: {
      command: command({
        ...BASIC_ARCHIVE,
        "basic_archive.archive_directory": "/var/lib/postgresql/data/archive",
      }),
    },
  },
};

const archiveCommandEmpty: RuleOf<"server"> = {
  name: "archive-command-empty",
  title: "Archiving has a destination",
  severity: "high",
  protects: "availability",
  ids: ["CIS-PG:7.4", "pgdsat:7.4"],
  docs: ARCHIVING,
  reads: "server",
  property: "archive_command, archive_library",
  why: "The server keeps each segment until it is archived: pg_wal grows until the disk is full, and then the server stops.",
  unknown: "later",
  judge(server, context) {
    const [mode, program, library] = ["archive_mode", "archive_command", "archive_library"].map((name) =>
      effective(server, name),
    );
    for (const { value, given } of [mode, program, library].filter((setting) => setting !== undefined))
      if (value === UNKNOWN && given) context.notYetKnown(given.property);
    if (!isArchiving(server) || String(program?.value).trim() !== "" || library?.value !== "") return [];
    const { property, hint } = writeSetting(server, "archive_library", "basic_archive");
    const text = `archive_mode is ${mode?.shown} without archive_command or archive_library: WAL piles up until the disk is full, and then the server stops`;
    return [
      { property: mode?.given?.property ?? property, value: mode?.given?.written ?? "", fact: text, hint },
    ];
  },
  good: { change: { command: command(BASIC_ARCHIVE) } },
  bad: { change: { command: command({ archive_mode: "on" }) } },
};

const archiveTimeout: RuleOf<"server"> = {
  name: "archive-timeout-zero",
  title: "A segment is archived after a bounded time",
  severity: "medium",
  protects: "data",
  ids: [],
  docs: "https://www.postgresql.org/docs/current/runtime-config-wal.html#GUC-ARCHIVE-TIMEOUT",
  reads: "server",
  property: "archive_timeout",
  why: "A quiet server fills a segment in days, and until then a lost host takes these days with it.",
  unknown: "later",
  thresholds: {
    longestSeconds: { default: 3600, minimum: 1, description: "Longest archive_timeout, in seconds" },
  },
  judge(server, context) {
    if (!isArchiving(server)) return [];
    const longest = context.threshold("longestSeconds");
    const danger = (value: string | number) =>
      Number(value) === 0 || Number(value) > longest
        ? "a lost host takes all that is not archived with it, without a bound"
        : undefined;
    return judgeSetting(server, context, "archive_timeout", danger, "5min");
  },
  good: { change: { command: command({ ...BASIC_ARCHIVE, archive_timeout: "5min" }) } },
  bad: { change: { command: command({ ...BASIC_ARCHIVE, archive_timeout: "0" }) } },
};

export const ARCHIVING_RULES: readonly Rule[] = [
  settingRule({
    name: "archive-mode-off",
    title: "WAL is archived",
    severity: "high",
    protects: "data",
    ids: ["CIS-PG:7.4", "pgdsat:7.4"],
    why: "Without an archive a lost volume takes everything since the last dump with it, and nothing can be recovered to a point in time.",
    // It does not make a server unsafe in a crash; whether a lost host may cost data is the owner's objective.
    levels: { production: "advisory" },
    parameter: "archive_mode",
    doc: "runtime-config-wal.html#GUC-ARCHIVE-MODE",
    danger: (value) =>
      value === "off" ? "a lost volume takes everything since the last backup with it" : undefined,
    safe: "on",
    unsafe: "off",
  }),
  archiveCommandEmpty,
  ...commandRules,
  archiveCommandLocal,
  archiveTimeout,
];
