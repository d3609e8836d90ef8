/** How is a finding said in the words of a Compose file? The rules know docker.Container. */

import type { Finding } from "../../policies/rule";

type Replacement = readonly [pattern: RegExp, text: string | ((...match: string[]) => string)];

/** Lines to write, first those that hold others. */
const LINES: readonly Replacement[] = [
  [
    /`\{ type: "volume", source: "([^"`]+)", target: "([^"`]+)" \}` in mounts/g,
    "`- $1:$2` in volumes, and `$1:` in the volumes of the file",
  ],
  [
    /`ip: "127\.0\.0\.1"` in (ports\[\d+\])(\.host_ip)?/g,
    '`"127.0.0.1:15432:5432"` in $1 (the number before the last colon is yours)',
  ],
  [/`ports: \[\{ internal: (\d+), ip: "([\d.]+)" \}\]`/g, '`ports: ["$2:$1:$1"]`'],
  [/`external: (\d+)` in (ports\[\d+\])/g, "port $1 as the published one in $2"],
  [/`networksAdvanced: \[\{ name: "(\w+)" \}\]`/g, "`networks: [$1]`"],
  [/`stopTimeout: (\d+)`/g, "`stop_grace_period: $1s`"],
  [/`shmSize: (\d+)`/g, "`shm_size: $1mb`"],
  [/`memory: (\d+)`( \(MB\))?/g, "`mem_limit: $1m`"],
  [/`memorySwap: (\d+)`/g, "`memswap_limit: $1m`"],
  [/`stopSignal: "(\w+)"`/g, "`stop_signal: $1`"],
  [/`healthcheck: \{ tests: /g, "`healthcheck: { test: "],
  [
    /`capabilities: \{ drops: (\[[^\]]*\]), adds: (\[[^\]]*\]) \}`/g,
    (_, drops = "", adds = "") => `\`cap_drop: ${drops}\` and \`cap_add: ${adds.replaceAll("CAP_", "")}\``,
  ],
  [/`"([\w:=-]+)"` (to|from) securityOpts/g, "`- $1` $2 security_opt"],
  [
    /`readOnly: true` and `tmpfs: \{ "([^"]+)": "", "([^"]+)": "" \}`/g,
    "`read_only: true` and `tmpfs: [$1, $2]`",
  ],
  [/`readOnly: false` in (volumes\[\d+\])/g, "`read_only: false` in $1 (in the short form without `:ro`)"],
  [/`ulimits: \[\{ name: "nofile", soft: (\d+), hard: \d+ \}\]`/g, "`ulimits: { nofile: $1 }`"],
  [/`propagation: "rprivate"` in (volumes\[\d+\])\.bindOptions/g, "`propagation: rprivate` in $1.bind"],
  [/`logDriver: "([\w-]+)"`/g, "`logging: { driver: $1 }`"],
  [/`logOpts: (\{[^`]*\})`/g, "`logging: { options: $1 }`"],
  [/`uploads: \[\{ file, content \}\]`/g, "a file beside this one, mounted through `configs`"],
  [/`driverOpts`/g, "`driver_opts`"],
];

/** Names of properties, wherever they stand. */
const NAMES: Readonly<Record<string, string>> = {
  envs: "environment",
  entrypoints: "entrypoint",
  stopTimeout: "stop_grace_period",
  stopSignal: "stop_signal",
  shmSize: "shm_size",
  memorySwap: "memswap_limit",
  networksAdvanced: "networks",
  networkMode: "network_mode",
  pidMode: "pid",
  ipcMode: "ipc",
  usernsMode: "userns_mode",
  cgroupParent: "cgroup_parent",
  securityOpts: "security_opt",
  "capabilities.adds": "cap_add",
  "capabilities.drops": "cap_drop",
  "healthcheck.tests": "healthcheck.test",
  "driverOpts.type": "driver_opts.type",
  "driverOpts.o": "driver_opts.o",
  driverOpts: "driver_opts",
  readOnly: "read_only",
  cpuShares: "cpu_shares",
  cpuQuota: "cpu_quota",
  cpuSet: "cpuset",
  logDriver: "logging.driver",
  logOpts: "logging.options",
  maxRetryCount: "deploy.restart_policy.max_attempts",
};

const NAME = new RegExp(
  `(?<![\\w./-])(${Object.keys(NAMES)
    .sort((one, other) => other.length - one.length)
    .map((name) => name.replaceAll(".", "\\."))
    .join("|")})(?![\\w-]|\\.\\w)`,
  "g",
);

/** Elements of lists, with what may follow them. */
const ELEMENT =
  /(?<![\w.])(envs|command|entrypoints|mounts|uploads|ports|tmpfs)(\[\d+\]|\["[^"]*"\])((?:\.[A-Za-z]+)*)/g;

/** What follows an element, in the long syntax. */
const SUFFIXES: Readonly<Record<string, string>> = {
  ".readOnly": ".read_only",
  ".bindOptions.propagation": ".bind.propagation",
  ".ip": ".host_ip",
  ".external": ".published",
  ".internal": ".target",
  ".content": "",
};

/** Where the part is in the short syntax. */
const SHORT_PARTS: Readonly<Record<string, string>> = {
  ".target": " after the colon",
  ".source": " before the colon",
};

/** What the words of a service depend on. */
export interface ServiceWords {
  /** What the service calls each element of the container's lists. */
  places: ReadonlyMap<string, string>;
  /** Whether an element is written in the long syntax: the short one has no parts. */
  isLong(place: string): boolean;
  /** The command is one text, not a list. */
  hasTextCommand: boolean;
}

/** Says a finding in Compose's words. */
export function inComposeWords(finding: Finding, { places, isLong, hasTextCommand }: ServiceWords): Finding {
  const elements = (text: string, shortParts: Readonly<Record<string, string>> = {}) =>
    text.replace(ELEMENT, (whole, list: string, index: string, suffix: string) => {
      const place = places.get(`${list}${index}`);
      if (place === undefined) return whole;
      return `${place}${isLong(place) ? (SUFFIXES[suffix] ?? suffix) : (shortParts[suffix] ?? "")}`;
    });
  const names = (text: string) => text.replace(NAME, (name) => NAMES[name] ?? name);
  const lines = (text: string) =>
    LINES.reduce<string>(
      (said, [pattern, line]) => said.replace(pattern, line as (...match: string[]) => string),
      text,
    );
  const hint = lines(elements(finding.hint, SHORT_PARTS));
  return {
    ...finding,
    property: propertyName(elements(finding.property), names),
    message: names(elements(finding.message))
      .replace(/^docker Container /, "service ")
      .replace(/^docker Volume /, "volume "),
    hint: names(hasTextCommand ? withoutQuotes(hint) : hint),
  };
}

function propertyName(written: string, say: (text: string) => string): string {
  if (written === "memory") return "mem_limit";
  return written === "mounts" ? "volumes" : say(written);
}

/** `"-c", "fsync=on"` is `-c fsync=on` where the command is one text. */
function withoutQuotes(hint: string): string {
  return hint.replace(/`("[^"`]*"(?:, "[^"`]*")*)`/g, (_, words: string) => {
    const plain = words.split(", ").map((word) => word.slice(1, -1));
    return `\`${plain.map((word) => (/\s/.test(word) ? `'${word}'` : word)).join(" ")}\``;
  });
}
