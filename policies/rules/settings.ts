/** Which settings stop the server, or let it run full? Single values, and values that contradict each other. */

import { type EffectiveValues, RULES } from "../../components/parameters/rules";
import { showValue } from "../../components/parameters/units";
import { UNKNOWN } from "../reading/known";
import type { Rule, RuleOf } from "../rule";
import {
  effective,
  isRecorded,
  parameterOf,
  type Server,
  settingBytes,
  settingNumber,
  settingText,
  writeSetting,
} from "../server";
import { command, settingRule } from "./setting";

const refused: RuleOf<"server"> = {
  name: "server-does-not-start",
  title: "The server accepts its settings",
  severity: "high",
  protects: "availability",
  ids: [],
  docs: "https://www.postgresql.org/docs/current/config-setting.html",
  reads: "server",
  property: "command, uploads[].content, envs, parameters",
  why: "A setting in a form that the server refuses is no setting: the server does not start, or RDS refuses the group. What it would have meant is not judged.",
  unknown: "passes",
  judge({ refusals, kind }) {
    const outcome = kind === "parameter group" ? "the deployment fails" : "this server will not start";
    return refusals.map(({ property, written, reason, hint }) => ({
      property,
      value: written,
      fact: `\`${written.slice(0, 200)}\`: ${outcome}: ${reason}`,
      hint,
    }));
  },
  good: { change: { command: ["postgres", "-c", "fsync=on"] } },
  bad: { change: { command: ["postgres", "-c", "fsync = off"] } },
};

/** Rules between values that have a row of their own here. */
const OWN_ROWS = ["archiving goes somewhere"];

const contradiction: RuleOf<"server"> = {
  name: "settings-contradict",
  title: "Settings fit each other",
  severity: "high",
  protects: "availability",
  ids: [],
  docs: "https://www.postgresql.org/docs/current/runtime-config.html",
  reads: "server",
  property: "command, uploads[].content, parameters",
  why: "Each value is allowed by itself, and the server does not start with both, or leaves nothing to applications.",
  unknown: "later",
  judge(server, context) {
    if (!isRecorded(server.major)) return [];
    return [...RULES, MINIMAL].flatMap((rule) => {
      if (OWN_ROWS.includes(rule.name)) return [];
      const values = new ServerValues(server);
      const isBroken = rule.broken(values);
      for (const property of values.unknown) context.notYetKnown(property);
      // A value that is not known could be the one that fits.
      if (!isBroken || values.isIncomplete) return [];
      const [name, value] = rule.fix(values);
      const given = values.read
        .map((parameter) => server.given.get(parameter))
        .find((found) => found !== undefined);
      const { property, hint } = writeSetting(server, name, value);
      return [
        { property: given?.property ?? property, value: given?.written ?? "", fact: rule.fact(values), hint },
      ];
    });
  },
  good: { change: { command: command({ max_wal_size: "1GB", min_wal_size: "80MB" }) } },
  bad: { change: { command: command({ max_wal_size: "1GB", min_wal_size: "2GB" }) } },
};

/** The server's own check. https://www.postgresql.org/docs/current/runtime-config-wal.html#GUC-WAL-LEVEL */
const MINIMAL: (typeof RULES)[number] = {
  name: "minimal WAL is for a server by itself",
  broken: (values) =>
    values.text("wal_level") === "minimal" &&
    (values.text("archive_mode") !== "off" || values.number("max_wal_senders") > 0),
  fact: () =>
    "wal_level is minimal with archive_mode on or max_wal_senders above 0: the server does not start",
  fix: () => ["wal_level", "replica"],
};

/** A server's values for the rules between values, which know nothing of values that are not known. */
class ServerValues implements EffectiveValues {
  isIncomplete = false;
  readonly unknown: string[] = [];
  readonly read: string[] = [];

  constructor(private readonly server: Server) {}

  number(name: string): number {
    return this.note(name, settingNumber(this.server, name)) ?? Number.NaN;
  }

  bytes(name: string): number {
    return this.note(name, settingBytes(this.server, name)) ?? Number.NaN;
  }

  text(name: string): string {
    return this.note(name, settingText(this.server, name)) ?? "";
  }

  shown(name: string): string {
    const parameter = parameterOf(this.server, name);
    const { value, shown } = effective(this.server, name);
    return parameter && typeof value === "number" ? showValue(parameter, value) : shown;
  }

  has(name: string): boolean {
    return parameterOf(this.server, name) !== undefined;
  }

  private note<Value>(name: string, value: Value | undefined): Value | undefined {
    this.read.push(name);
    if (value === undefined) this.isIncomplete = true;
    const { value: known, given } = effective(this.server, name);
    if (known === UNKNOWN && given) this.unknown.push(given.property);
    return value;
  }
}

const opaque: RuleOf<"server"> = {
  name: "config-file-opaque",
  title: "The server's configuration can be read",
  severity: "low",
  protects: "evidence",
  ids: [],
  docs: "https://www.postgresql.org/docs/current/runtime-config-file-locations.html",
  reads: "server",
  property: "command config_file, uploads, mounts",
  why: "A file of the machine, a script of the image or a cluster manager can set fsync=off, and no rule sees it.",
  unknown: "later",
  judge({ hiddenSource }, context) {
    if (hiddenSource?.kind === "later") context.notYetKnown(hiddenSource.property);
    if (hiddenSource?.kind !== "elsewhere") return [];
    const { property, source } = hiddenSource;
    return [
      {
        property,
        value: source,
        fact: `settings come from ${source}, which cannot be read here: unsafe ones are not seen`,
        hint: "write the file's text in `uploads: [{ file, content }]`, and fixed parameters as `-c name=value` in command",
      },
    ];
  },
  good: {
    change: {
      command: ["postgres", "-c", "config_file=/etc/postgresql.conf"],
      uploads: [{ file: "/etc/postgresql.conf", content: "fsync = on\n" }],
    },
  },
  bad: { change: { command: ["postgres", "-c", "config_file=/etc/postgresql.conf"] } },
};

const LINUX_METHODS = ["fdatasync", "open_datasync", "fsync", "open_sync"];

export const SETTINGS_RULES: readonly Rule[] = [
  refused,
  contradiction,
  opaque,
  settingRule({
    name: "wal-sync-method",
    title: "wal_sync_method is the platform's own",
    severity: "low",
    protects: "data",
    ids: [],
    parameter: "wal_sync_method",
    doc: "runtime-config-wal.html#GUC-WAL-SYNC-METHOD",
    danger(value, server) {
      if (!server.given.has("wal_sync_method") || ["fdatasync", "fsync"].includes(String(value)))
        return undefined;
      return LINUX_METHODS.includes(String(value))
        ? "it is slower on most disks, and less tried than fdatasync"
        : "Linux does not know it";
    },
    why: "No value that Linux takes is unsafe by itself; pg_test_fsync shows what one disk makes of it.",
    safe: "fdatasync",
    unsafe: "open_sync",
  }),
  settingRule({
    name: "slot-wal-unlimited",
    title: "A forgotten replication slot cannot fill the disk",
    severity: "medium",
    protects: "availability",
    ids: ["PMM:postgresql_stale_replication_slot"],
    parameter: "max_slot_wal_keep_size",
    danger(value, server) {
      const usesSlots =
        settingText(server, "wal_level") === "logical" ||
        ["1", "on", "true"].includes(settingText(server, "rds.logical_replication") ?? "") ||
        (server.given.has("max_replication_slots") &&
          (settingNumber(server, "max_replication_slots") ?? 0) > 0);
      const expires = (settingNumber(server, "idle_replication_slot_timeout") ?? 0) > 0;
      return Number(value) === -1 && usesSlots && !expires
        ? "a slot that nobody reads keeps WAL until the disk is full and the server stops"
        : undefined;
    },
    why: "A replica that is gone, or a subscription that was never dropped, keeps its slot.",
    safe: "16GB",
    unsafe: "-1",
    with: { wal_level: "logical" },
  }),
  settingRule({
    name: "idle-in-transaction-unbounded",
    title: "A forgotten transaction ends",
    severity: "low",
    protects: "availability",
    ids: [],
    parameter: "idle_in_transaction_session_timeout",
    doc: "runtime-config-client.html#GUC-IDLE-IN-TRANSACTION-SESSION-TIMEOUT",
    thresholds: {
      longestSeconds: {
        default: 86_400,
        minimum: 1,
        description: "Longest idle_in_transaction_session_timeout, in seconds",
      },
    },
    danger(value, _server, context) {
      const milliseconds = Number(value);
      if (milliseconds > 0 && milliseconds <= context.threshold("longestSeconds") * 1000) return undefined;
      return "a transaction that somebody forgot keeps vacuum from removing anything, until the disk is full";
    },
    why: "Tables grow, and transaction ids run out, while one session is idle.",
    safe: "10min",
    unsafe: "0",
  }),
  settingRule({
    name: "freeze-max-age-high",
    title: "Vacuum against wraparound starts early enough",
    severity: "medium",
    protects: "availability",
    ids: [],
    parameter: "autovacuum_freeze_max_age",
    doc: "runtime-config-autovacuum.html#GUC-AUTOVACUUM-FREEZE-MAX-AGE",
    thresholds: {
      most: {
        default: 1_000_000_000,
        minimum: 100_000,
        description: "Largest autovacuum_freeze_max_age, in transactions",
      },
    },
    danger: (value, _server, context) =>
      Number(value) > context.threshold("most")
        ? "little time is left before transaction ids run out and the server stops taking writes"
        : undefined,
    why: "A vacuum of a large table takes days; PostgreSQL stops two thousand million transactions after the oldest row.",
    safe: "200000000",
    unsafe: "1500000000",
  }),
  settingRule({
    name: "pg-max-connections",
    title: "max_connections is what the machine can serve",
    severity: "low",
    protects: "availability",
    ids: ["PMM:postgresql_max_connections"],
    parameter: "max_connections",
    thresholds: { most: { default: 300, minimum: 10, description: "Largest max_connections" } },
    danger: (value, _server, context) =>
      Number(value) > context.threshold("most")
        ? "each connection is a process with memory of its own, and more of them than CPUs only wait"
        : undefined,
    why: "A pooler serves thousands of clients with a hundred connections.",
    safe: "100",
    unsafe: "1000",
  }),
];
