/** Is the server given the time to stop, and started again afterwards? */

import { LEAST_STOP_TIMEOUT } from "../../components/docker/container";
import { isManagedByCluster } from "../reading/cluster-manager";
import { flag, isAbsent, knownText, list, number, record, UNKNOWN } from "../reading/known";
import type { Context, Problem, Rule, RuleOf } from "../rule";

const SHUTDOWN = "https://www.postgresql.org/docs/current/server-shutdown.html";
const STOP = "https://docs.docker.com/reference/cli/docker/container/stop/";

const GRACE = {
  leastSeconds: {
    default: LEAST_STOP_TIMEOUT,
    minimum: 1,
    description: "Seconds that a shutdown checkpoint may take",
  },
};

function graceProblems(
  property: string,
  value: unknown,
  context: Context,
  facts: { unset: string; short: string },
): Problem[] {
  if (value === UNKNOWN) context.notYetKnown(property);
  if (value === UNKNOWN) return [];
  const seconds = number(value);
  const least = context.threshold("leastSeconds");
  if (typeof seconds === "number" && seconds >= least) return [];
  return [
    {
      property,
      value: isAbsent(value) ? "" : String(seconds ?? ""),
      fact: isAbsent(value)
        ? facts.unset
        : `${property} is ${String(seconds ?? "no number")}: ${facts.short}`,
      hint: `write \`${property}: ${Math.max(120, least)}\``,
    },
  ];
}

const destroyKills: RuleOf<"container"> = {
  name: "destroy-kills-postgres",
  title: "Destroying or replacing the container lets the server stop",
  severity: "high",
  protects: "availability",
  ids: [],
  docs: SHUTDOWN,
  reads: "container",
  property: "destroyGraceSeconds",
  why: "The Docker provider stops with this timeout, and unset it is 0: `kill 9` at once, on every destroy and every replacement. stopTimeout plays no part in it.",
  unknown: "later",
  thresholds: GRACE,
  judge({ properties }, context) {
    return graceProblems("destroyGraceSeconds", properties.destroyGraceSeconds, context, {
      unset:
        "destroyGraceSeconds is not set, which means 0: every destroy or replacement kills the server by SIGKILL, and the next start is a crash recovery",
      short:
        "a busy server is killed by SIGKILL in its shutdown checkpoint, and the next start is a crash recovery",
    });
  },
  good: { change: { destroyGraceSeconds: 60 } },
  bad: { change: { destroyGraceSeconds: undefined } },
};

const stopTimeout: RuleOf<"container"> = {
  name: "stop-timeout-short",
  title: "Stopping the container lets the server stop",
  severity: "medium",
  protects: "availability",
  ids: [],
  docs: STOP,
  reads: "container",
  property: "stopTimeout",
  why: "It holds for `docker stop`, `docker restart` and the shutdown of the machine; Docker's default is 10 seconds.",
  unknown: "later",
  thresholds: GRACE,
  judge({ properties }, context) {
    return graceProblems("stopTimeout", properties.stopTimeout, context, {
      unset:
        "stopTimeout is not set, which means 10 seconds: a busy server is killed in its shutdown checkpoint when the machine stops",
      short: "a busy server is killed in its shutdown checkpoint when the machine stops",
    });
  },
  good: { change: { stopTimeout: 120 } },
  bad: { change: { stopTimeout: 10 } },
};

/** What each signal makes of the server; SIGINT is the image's own. */
const SIGNALS: Readonly<Record<string, string>> = {
  KILL: "the server is killed, and the next start is a crash recovery",
  QUIT: "the server stops without a checkpoint, and the next start is a crash recovery",
  ABRT: "the server is aborted, and the next start is a crash recovery",
  HUP: "the server only reads its configuration again, and is killed at the end of the timeout",
  USR1: "the server does not stop, and is killed at the end of the timeout",
  USR2: "the server does not stop, and is killed at the end of the timeout",
};
const NUMBERS: Readonly<Record<string, string>> = {
  1: "HUP",
  2: "INT",
  3: "QUIT",
  6: "ABRT",
  9: "KILL",
  10: "USR1",
  12: "USR2",
  15: "TERM",
};

function signalOf(value: unknown): string | undefined {
  const written = knownText(value)?.trim().toUpperCase();
  return written === undefined ? undefined : (NUMBERS[written] ?? written.replace(/^SIG/, ""));
}

function signalRule(
  row: Pick<RuleOf<"container">, "name" | "title" | "severity" | "protects" | "why" | "bad">,
  danger: (signal: string) => string | undefined,
): RuleOf<"container"> {
  return {
    ...row,
    ids: [],
    docs: SHUTDOWN,
    reads: "container",
    property: "stopSignal",
    unknown: "later",
    judge({ properties }, context) {
      if (properties.stopSignal === UNKNOWN) context.notYetKnown("stopSignal");
      const signal = signalOf(properties.stopSignal);
      const lost = signal === undefined ? undefined : danger(signal);
      if (lost === undefined) return [];
      return [
        {
          property: "stopSignal",
          value: knownText(properties.stopSignal) ?? "",
          fact: `stopSignal is SIG${signal}: ${lost}`,
          hint: 'write `stopSignal: "SIGINT"`, a fast shutdown',
        },
      ];
    },
    good: { change: { stopSignal: "SIGINT" } },
  };
}

const pidOne: RuleOf<"container"> = {
  name: "shell-wrapper-pid1",
  title: "The signal to stop reaches the server",
  severity: "medium",
  protects: "availability",
  ids: [],
  docs: "https://docs.docker.com/reference/build-checks/json-args-recommended/",
  reads: "container",
  property: "entrypoints, command",
  why: "A shell that waits for the server does not pass signals on: every stop ends in SIGKILL.",
  unknown: "passes",
  judge({ process }) {
    const { shell } = process;
    if (!shell || shell.isReplaced) return [];
    return [
      {
        property: shell.property,
        value: shell.command,
        fact: "the server runs under a shell that does not pass signals on: every stop ends in SIGKILL, and the next start is a crash recovery",
        hint: `write \`exec ${shell.command.slice(0, 100)}\` in ${shell.property}`,
      },
    ];
  },
  good: { change: { command: ["sh", "-c", "exec postgres -c fsync=on"] } },
  bad: { change: { command: ["sh", "-c", "echo starting; postgres -c fsync=on"] } },
};

const restart: RuleOf<"container"> = {
  name: "restart-policy-none",
  title: "Docker starts the server again",
  severity: "medium",
  protects: "availability",
  ids: ["CIS-Docker:5.15", "docker-bench:check_5_15", "KICS:compose 2fc99041-ddad-49d5-853f-e35e70a48391"],
  docs: "https://docs.docker.com/engine/containers/start-containers-automatically/",
  reads: "container",
  property: "restart, maxRetryCount",
  // CIS 5.15 wants on-failure with at most 5 tries, so that a failing container does not use up the machine. A database
  // that stays down after the fifth failure, or after a reboot, is the larger loss: the opposite is asked for here.
  why: "The provider's default is no: after a crash or a reboot of the machine the database stays down.",
  unknown: "later",
  judge({ properties }, context) {
    const { restart: policy, maxRetryCount } = properties;
    if (policy === UNKNOWN) context.notYetKnown("restart");
    if (policy === UNKNOWN || isManagedByCluster(context.resource)) return [];
    const written = knownText(policy) ?? "no";
    if (written === "always" || written === "unless-stopped") return [];
    const tries = number(maxRetryCount);
    const fact = written.startsWith("on-failure")
      ? `restart is on-failure${typeof tries === "number" && tries > 0 ? ` with ${tries} tries` : ""}: after a reboot of the machine the database stays down`
      : "nothing starts the server again: after a crash or a reboot of the machine the database stays down";
    return [
      {
        property: "restart",
        value: isAbsent(policy) ? "" : written,
        fact,
        hint: 'write `restart: "unless-stopped"`',
      },
    ];
  },
  good: { change: { restart: "always" } },
  bad: { change: { restart: undefined } },
};

const ephemeral: RuleOf<"container"> = {
  name: "container-ephemeral",
  title: "The container stays",
  severity: "high",
  protects: "data",
  ids: [],
  docs: "https://www.pulumi.com/registry/packages/docker/api-docs/container/",
  reads: "container",
  property: "rm, mustRun",
  why: "`rm` removes the container with its anonymous volumes when the server stops; with `mustRun: false` nobody notices that it does not run.",
  unknown: "later",
  judge({ properties }, context) {
    const problems: Problem[] = [];
    for (const name of ["rm", "mustRun"]) if (properties[name] === UNKNOWN) context.notYetKnown(name);
    if (flag(properties.rm) === true)
      problems.push({
        property: "rm",
        value: "true",
        fact: "the container is removed when the server stops, with what is in it",
        hint: "write `rm: false`",
      });
    if (flag(properties.mustRun) === false)
      problems.push({
        property: "mustRun",
        value: "false",
        fact: "the deployment succeeds although the server does not run",
        hint: "write `mustRun: true`",
      });
    return problems;
  },
  good: { change: { rm: false, mustRun: true } },
  bad: { change: { rm: true } },
};

const healthcheck: RuleOf<"container"> = {
  name: "docker-healthcheck",
  title: "Docker checks that the server answers",
  severity: "medium",
  protects: "availability",
  ids: [
    "CIS-Docker:5.27",
    "docker-bench:check_5_27",
    "KICS:compose 698ed579-b239-4f8f-a388-baa4bcb13ef8",
    "trivy:DS-0026",
  ],
  docs: "https://docs.docker.com/reference/compose-file/services/#healthcheck",
  reads: "container",
  property: "healthcheck.tests",
  why: "A server that hangs looks like one that runs, and dependent containers start before the database answers.",
  unknown: "later",
  judge({ properties }, context) {
    if (properties.healthcheck === UNKNOWN) context.notYetKnown("healthcheck");
    if (properties.healthcheck === UNKNOWN) return [];
    const tests = list(record(properties.healthcheck).tests);
    if (tests.length > 0 && tests[0] !== "NONE" && tests[0] !== "") return [];
    return [
      {
        property: "healthcheck.tests",
        value: tests.map((test) => knownText(test) ?? "").join(" "),
        fact: "nothing checks that the server answers: one that hangs looks like one that runs",
        hint: 'write `healthcheck: { tests: ["CMD", "pg_isready", "-h", "127.0.0.1", "-U", "postgres"], interval: "5s" }`',
      },
    ];
  },
  good: { change: { healthcheck: { tests: ["CMD-SHELL", "pg_isready -h 127.0.0.1"] } } },
  bad: { change: { healthcheck: { tests: ["NONE"] } } },
};

const resetWal: RuleOf<"program"> = {
  name: "pg-resetwal",
  title: "No container resets the WAL or takes the lock file away",
  severity: "critical",
  protects: "data",
  ids: [],
  docs: "https://www.postgresql.org/docs/current/app-pgresetwal.html",
  reads: "program",
  property: "entrypoints, command, uploads[].content",
  why: "Both are found as the cure for a server that does not start. The first leaves inconsistent data behind, the second lets two servers on one cluster.",
  unknown: "later",
  judge({ properties, uploads }, context) {
    const texts = [
      ...(["entrypoints", "command"] as const).flatMap((name) => {
        if (properties[name] === UNKNOWN) context.notYetKnown(name);
        const words = list(properties[name]).map((word) => knownText(word) ?? "");
        return words.length > 0 ? [{ property: name, text: words.join(" ") }] : [];
      }),
      ...uploads.map(({ property, content }) => ({ property: `${property}.content`, text: content ?? "" })),
    ];
    return texts.flatMap(({ property, text }): Problem[] => {
      const found = /\bpg_reset(wal|xlog)\b|\b(rm|unlink|shred)\b[^;&|\n]{0,200}\bpostmaster\.pid\b/.exec(
        text.slice(0, 100_000),
      )?.[0];
      if (found === undefined) return [];
      const reset = found.startsWith("pg_reset");
      const fact = reset
        ? "pg_resetwal throws the WAL away: the data are inconsistent afterwards"
        : "it removes postmaster.pid: a second server can start on the same cluster, and destroy it";
      const hint = reset
        ? `remove \`${found}\` from ${property}, and restore from a backup`
        : `remove \`${found}\` from ${property}: the server removes a stale file itself`;
      return [{ property, value: found, fact, hint }];
    });
  },
  good: { change: {} },
  bad: {
    change: { command: ["sh", "-c", "rm -f /var/lib/postgresql/data/postmaster.pid && exec postgres"] },
  },
};

export const SHUTDOWN_RULES: readonly Rule[] = [
  destroyKills,
  stopTimeout,
  signalRule(
    {
      name: "stop-signal",
      title: "The server stops by a fast shutdown",
      severity: "high",
      protects: "availability",
      why: "The image sets SIGINT. SIGKILL and SIGQUIT make every stop a crash.",
      bad: { change: { stopSignal: "SIGKILL" } },
    },
    (signal) => (Object.hasOwn(SIGNALS, signal) ? SIGNALS[signal] : undefined),
  ),
  signalRule(
    {
      name: "stop-signal-smart",
      title: "The server does not wait for its clients when it stops",
      severity: "medium",
      protects: "availability",
      why: "With one idle client a smart shutdown was still waiting after 10 seconds, and Docker then kills.",
      bad: { change: { stopSignal: "SIGTERM" } },
    },
    (signal) =>
      signal === "TERM"
        ? "the server waits until all clients have gone, and is killed at the end of the timeout"
        : undefined,
  ),
  pidOne,
  restart,
  ephemeral,
  healthcheck,
  resetWal,
];
