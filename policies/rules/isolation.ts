/** What can somebody do to the machine, or to other containers, who gets into this one? */

import { flag, isAbsent, knownText, list, number, type Properties, record, UNKNOWN } from "../reading/known";
import { cleanPath, isWithin } from "../reading/mounts";
import type { Example, Problem, Rule, RuleOf, Severity, Subjects } from "../rule";

const DOCS = "https://docs.docker.com/engine/containers/run/";
const SECURITY = "https://docs.docker.com/engine/security/";

/** A rule about the container's own properties. */
interface IsolationRow {
  name: string;
  title: string;
  severity: Severity;
  ids: readonly string[];
  docs?: string;
  property: string;
  why: string;
  good: Properties;
  bad: Properties;
  levels?: RuleOf<"container">["levels"];
  problems(container: Subjects["container"]): Problem[];
}

/** KICS names its queries by UUID; the others by the number of the CIS benchmark. */
function ids(section: string, kics?: string): string[] {
  return [
    `CIS-Docker:${section}`,
    `docker-bench:check_${section.replace(".", "_")}`,
    ...(kics === undefined ? [] : [`KICS:compose ${kics}`]),
  ];
}

/** One problem where a property has a value. */
function whenEqual(property: string, wanted: string, fact: string, hint: string) {
  return ({ properties }: Subjects["container"]): Problem[] =>
    knownText(properties[property])?.toLowerCase() === wanted
      ? [{ property, value: wanted, fact, hint }]
      : [];
}

const SENSITIVE = [
  "/",
  "/boot",
  "/dev",
  "/etc",
  "/lib",
  "/lib64",
  "/proc",
  "/root",
  "/sys",
  "/usr",
  "/var/lib/docker",
];
/** Harmless files of sensitive directories that images need at times. */
const HARMLESS = ["/etc/localtime", "/etc/timezone", "/usr/share/zoneinfo", "/etc/ssl/certs"];
const SOCKET = /(^|\/)(docker|containerd|podman|crio)(\/\w+)?\.sock$|^\/var\/run$|^\/run$/;

function binds({ mounts }: Subjects["container"]): { property: string; source: string }[] {
  return mounts.flatMap(({ kind, source, property }) =>
    kind === "bind" && typeof source === "string" ? [{ property, source: cleanPath(source) }] : [],
  );
}

/** What the official image's entrypoint needs as root before it becomes postgres. */
const NEEDED = ["CHOWN", "DAC_OVERRIDE", "FOWNER", "SETGID", "SETUID"];

function capabilityNames(value: unknown): string[] {
  return list(value).map((name) => (knownText(name) ?? "").toUpperCase().replace(/^CAP_/, ""));
}

function securityOptions({ properties }: Subjects["container"]): string[] {
  return list(properties.securityOpts).map((option) => knownText(option) ?? "");
}

function missingOption(
  container: Subjects["container"],
  option: RegExp,
  fact: string,
  write: string,
): Problem[] {
  if (
    list(container.properties.securityOpts).includes(UNKNOWN) ||
    securityOptions(container).some((given) => option.test(given))
  )
    return [];
  return [
    {
      property: "securityOpts",
      value: securityOptions(container).join(", "),
      fact,
      hint: `add \`"${write}"\` to securityOpts`,
    },
  ];
}

/** Docker takes 0 for no bound, and every container that says nothing has 1024 shares. */
function isNoBound(name: string, value: unknown): boolean {
  return isAbsent(value) || number(value) === 0 || (name === "cpuShares" && number(value) === 1024);
}

const ROWS: readonly IsolationRow[] = [
  {
    name: "docker-not-privileged",
    title: "The container is not privileged",
    severity: "critical",
    ids: ids("5.5", "ae5b6871-7f45-42e0-bb4c-ab300c4d2026"),
    property: "privileged",
    why: "A superuser of the database can run programs, and in a privileged container these can do anything to the machine.",
    good: { privileged: false },
    bad: { privileged: true },
    problems: ({ properties }) =>
      flag(properties.privileged) === true
        ? [
            {
              property: "privileged",
              value: "true",
              fact: "it is privileged: whoever becomes superuser of the database has the machine",
              hint: "remove `privileged`",
            },
          ]
        : [],
  },
  {
    name: "docker-no-socket",
    title: "Docker's socket is not in the container",
    severity: "critical",
    ids: ids("5.32", "d6355c88-1e8d-49e9-b2f2-f8a1ca12c75b"),
    property: "volumes[].hostPath, mounts[].source",
    why: "Whoever can write to the socket can start a container with the machine's files.",
    good: {},
    bad: { volumes: [{ hostPath: "/var/run/docker.sock", containerPath: "/var/run/docker.sock" }] },
    problems: (container) =>
      binds(container)
        .filter(({ source }) => SOCKET.test(source))
        .map(({ property, source }) => ({
          property,
          value: source,
          fact: `${source} is in the container: whoever gets in has the machine`,
          hint: `remove ${property}`,
        })),
  },
  {
    name: "docker-no-sensitive-mounts",
    title: "No directory of the operating system is in the container",
    severity: "high",
    ids: ids("5.6", "1c1325ff-831d-43a1-973e-839ae57dfcc0"),
    property: "volumes[].hostPath, mounts[].source",
    why: "What the server's user may write there, an intruder may write.",
    good: {},
    bad: { volumes: [{ hostPath: "/etc", containerPath: "/host/etc" }] },
    problems: (container) =>
      binds(container)
        .filter(({ source }) =>
          SENSITIVE.some((place) => source === place || (place !== "/" && isWithin(source, place))),
        )
        .filter(
          ({ source }) =>
            !HARMLESS.some((place) => isWithin(source, place)) &&
            !source.startsWith("/var/lib/docker/volumes/") &&
            !isWithin(source, "/dev/shm"),
        )
        .map(({ property, source }) => ({
          property,
          value: source,
          fact: `${source} of the machine is in the container: an intruder reads or changes the operating system`,
          hint: `remove ${property}, or mount a directory that holds nothing else`,
        })),
  },
  {
    name: "docker-no-host-network",
    title: "The container has a network of its own",
    severity: "high",
    ids: ids("5.10", "071a71ff-f868-47a4-ac0b-3c59e4ab5443"),
    property: "networkMode",
    why: "It reaches every service that the machine offers only to itself, and the server's port is the machine's.",
    good: { networkMode: "bridge" },
    bad: { networkMode: "host" },
    problems: whenEqual(
      "networkMode",
      "host",
      "it shares the machine's network: it reaches every service that is meant for the machine alone",
      'write `networksAdvanced: [{ name: "backend" }]` in place of networkMode',
    ),
  },
  {
    name: "docker-no-host-pid",
    title: "The container does not see the machine's processes",
    severity: "high",
    ids: ids("5.16", "4f31dd9f-2cc3-4751-9b53-67e4af83dac0"),
    property: "pidMode",
    why: "It can read their environment and end them; the server can also take another's process for its own.",
    good: {},
    bad: { pidMode: "host" },
    problems: whenEqual(
      "pidMode",
      "host",
      "it sees the machine's processes, and can read their environment and end them",
      "remove `pidMode`",
    ),
  },
  {
    name: "docker-no-host-ipc",
    title: "The container does not share the machine's memory",
    severity: "high",
    ids: ids("5.17", "baa3890f-bed7-46f5-ab8f-1da8fc91c729"),
    property: "ipcMode",
    why: "Programs of the machine can read and change the server's shared memory.",
    good: { ipcMode: "private" },
    bad: { ipcMode: "host" },
    problems: whenEqual(
      "ipcMode",
      "host",
      "it shares the machine's memory: other programs can read and change the server's",
      "write `shmSize: 1024` in place of ipcMode",
    ),
  },
  {
    name: "docker-no-host-userns",
    title: "The container's users are not the machine's",
    severity: "medium",
    ids: ids("5.31", "8af7162d-6c98-482f-868e-0d33fb675ca8"),
    property: "usernsMode",
    why: "It turns off the mapping that the machine's owner has set up.",
    good: {},
    bad: { usernsMode: "host" },
    problems: whenEqual(
      "usernsMode",
      "host",
      "its users are the machine's: root inside is root outside",
      "remove `usernsMode`",
    ),
  },
  {
    name: "docker-capabilities",
    title: "The container has only the capabilities it needs",
    severity: "low",
    ids: ids("5.4", "ce76b7d0-9e77-464d-b86f-c5c48e03e22d"),
    docs: "https://docs.docker.com/engine/containers/run/#runtime-privilege-and-linux-capabilities",
    property: "capabilities",
    why: "Docker's default set is made for any program; the image needs five of it before it becomes postgres, and none with `user`.",
    good: {
      capabilities: {
        drops: ["ALL"],
        adds: ["CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FOWNER", "CAP_SETGID", "CAP_SETUID"],
      },
    },
    bad: { capabilities: undefined },
    problems: ({ properties }) => {
      const { adds, drops } = record(properties.capabilities);
      if (
        properties.capabilities === UNKNOWN ||
        list(adds).includes(UNKNOWN) ||
        list(drops).includes(UNKNOWN)
      )
        return [];
      const extra = capabilityNames(adds).filter((name) => !NEEDED.includes(name));
      const keepsAll = !capabilityNames(drops).includes("ALL");
      if (extra.length === 0 && !keepsAll) return [];
      const what =
        extra.length > 0
          ? `it has the capabilities ${extra.join(", ")}, which the server does not need`
          : "it keeps Docker's default capabilities";
      return [
        {
          property: extra.length > 0 ? "capabilities.adds" : "capabilities.drops",
          value: (extra.length > 0 ? extra : capabilityNames(drops)).join(", "),
          fact: `${what}: an intruder has more than he should`,
          hint: `write \`capabilities: { drops: ["ALL"], adds: [${NEEDED.map((name) => `"CAP_${name}"`).join(", ")}] }\`, without adds where \`user\` is postgres`,
        },
      ];
    },
  },
  {
    name: "docker-no-new-privileges",
    title: "No program in the container can gain privileges",
    severity: "medium",
    ids: [
      ...ids("5.26", "27fcc7d6-c49b-46e0-98f1-6c082a6a2750"),
      "KICS:compose 610e266e-6c12-4bca-9925-1ed0cd29742b",
    ],
    docs: SECURITY,
    property: "securityOpts",
    why: "A program with the setuid bit would make the server's user root.",
    good: { securityOpts: ["no-new-privileges"] },
    bad: { securityOpts: undefined },
    problems: (container) =>
      missingOption(
        container,
        /^no-new-privileges([:=]true)?$/,
        "programs with the setuid bit can make an intruder root",
        "no-new-privileges:true",
      ),
  },
  {
    name: "docker-seccomp",
    title: "System calls are filtered",
    severity: "high",
    ids: ids("5.22", "404fde2c-bc4b-4371-9747-7054132ac953"),
    docs: "https://docs.docker.com/engine/security/seccomp/",
    property: "securityOpts",
    why: "Docker's default profile keeps out most of the kernel's weak spots. io_method=io_uring does not work with it: worker does.",
    good: { securityOpts: ["no-new-privileges:true"] },
    bad: { securityOpts: ["seccomp=unconfined"] },
    problems: (container) =>
      securityOptions(container)
        .filter((option) => /^seccomp[:=]unconfined$/.test(option))
        .map((option) => ({
          property: "securityOpts",
          value: option,
          fact: "seccomp is off: an intruder can reach all of the kernel",
          hint: `remove \`"${option}"\` from securityOpts`,
        })),
  },
  {
    name: "docker-apparmor",
    title: "An AppArmor profile holds",
    severity: "low",
    ids: ids("5.2"),
    docs: "https://docs.docker.com/engine/security/apparmor/",
    property: "securityOpts",
    // Docker applies its own profile where the machine has AppArmor: only turning it off is a finding.
    why: "Docker's own profile keeps the container from the machine's settings; unconfined turns it off.",
    good: {},
    bad: { securityOpts: ["apparmor=unconfined"] },
    problems: (container) =>
      securityOptions(container)
        .filter((option) => /^apparmor[:=]unconfined$/.test(option))
        .map((option) => ({
          property: "securityOpts",
          value: option,
          fact: "AppArmor is off for it: an intruder can change the machine's settings",
          hint: `remove \`"${option}"\` from securityOpts`,
        })),
  },
  {
    name: "docker-selinux",
    title: "SELinux labels hold",
    severity: "low",
    ids: ids("5.3"),
    docs: "https://docs.docker.com/engine/containers/run/#security-configuration",
    property: "securityOpts",
    why: "Where the machine has SELinux, the label keeps containers from each other's files; `label=disable` turns it off.",
    good: {},
    bad: { securityOpts: ["label=disable"] },
    problems: (container) =>
      securityOptions(container)
        .filter((option) => /^label[:=]disable$/.test(option))
        .map((option) => ({
          property: "securityOpts",
          value: option,
          fact: "SELinux is off for it: it can reach the files of other containers",
          hint: `remove \`"${option}"\` from securityOpts`,
        })),
  },
  {
    name: "docker-no-privileged-ports",
    title: "The published port is above 1023",
    severity: "low",
    ids: ids("5.8", "bc2908f3-f73c-40a9-8793-c1b7d5544f79"),
    property: "ports[].external",
    why: "Lower ports are trusted as root's.",
    good: {},
    bad: { ports: [{ internal: 5432, external: 543, ip: "127.0.0.1" }] },
    problems: ({ properties }) =>
      list(properties.ports).flatMap((entry, index): Problem[] => {
        const external = number(record(entry).external);
        if (typeof external !== "number" || external <= 0 || external >= 1024) return [];
        return [
          {
            property: `ports[${index}].external`,
            value: String(external),
            fact: `port ${external} is one of those that only root may offer, and is trusted as such`,
            hint: `write \`external: 15432\` in ports[${index}]`,
          },
        ];
      }),
  },
  {
    name: "docker-cpu-limit",
    title: "The container's share of the CPUs is bounded",
    severity: "low",
    ids: ids("5.12", "6b610c50-99fb-4ef0-a5f3-e312fd945bc3"),
    docs: "https://docs.docker.com/engine/containers/resource_constraints/#cpu",
    property: "cpus, cpuShares, cpuQuota, cpuSet",
    why: "One query with parallel workers can take all of them from everything else.",
    good: { cpus: undefined, cpuShares: 512 },
    bad: { cpus: undefined, cpuShares: 1024 },
    problems: ({ properties }) =>
      ["cpus", "cpuShares", "cpuQuota", "cpuSet"].every((name) => isNoBound(name, properties[name]))
        ? [
            {
              property: "cpus",
              value: "",
              fact: "its share of the CPUs is not bounded: one query can take all of them",
              hint: 'write `cpus: "2"`',
            },
          ]
        : [],
  },
  {
    name: "docker-read-only-root",
    title: "The container's own file system is read-only",
    severity: "low",
    ids: ids("5.13"),
    docs: "https://docs.docker.com/reference/cli/docker/container/run/#read-only",
    property: "readOnly",
    why: "An intruder could leave programs in it; and what the server writes outside of its volumes is lost with the container.",
    good: { readOnly: true },
    bad: { readOnly: undefined },
    problems: ({ properties }) =>
      properties.readOnly === UNKNOWN || flag(properties.readOnly) === true
        ? []
        : [
            {
              property: "readOnly",
              value: knownText(properties.readOnly) ?? "",
              fact: "its own file system can be written: an intruder can leave programs in it",
              hint: 'write `readOnly: true` and `tmpfs: { "/tmp": "", "/var/run/postgresql": "" }`',
            },
          ],
  },
  {
    name: "docker-devices",
    title: "The container has no device of the machine",
    severity: "low",
    ids: ids("5.18"),
    docs: "https://docs.docker.com/reference/cli/docker/container/run/#device",
    property: "devices",
    why: "A server needs none; a disk would be open past the file system.",
    good: {},
    bad: { devices: [{ hostPath: "/dev/sda" }] },
    problems: ({ properties }) =>
      list(properties.devices).map((entry, index) => ({
        property: `devices[${index}]`,
        value: knownText(record(entry).hostPath) ?? "",
        fact: `it has the machine's device ${knownText(record(entry).hostPath) ?? ""}, which a server does not need`,
        hint: `remove devices[${index}]`,
      })),
  },
  {
    name: "docker-ulimits",
    title: "The number of open files is set",
    severity: "low",
    ids: ids("5.19"),
    docs: "https://docs.docker.com/reference/cli/docker/container/run/#ulimit",
    property: "ulimits",
    why: "The daemon's own default differs from machine to machine, and a server with many tables and connections needs many.",
    good: {},
    bad: { ulimits: undefined },
    problems: ({ properties }) =>
      isAbsent(properties.ulimits) || (Array.isArray(properties.ulimits) && properties.ulimits.length === 0)
        ? [
            {
              property: "ulimits",
              value: "",
              fact: "the number of files it may open is whatever the daemon's default is",
              hint: 'write `ulimits: [{ name: "nofile", soft: 4096, hard: 4096 }]`',
            },
          ]
        : [],
  },
  {
    name: "docker-mount-propagation",
    title: "Mounts in the container stay there",
    severity: "medium",
    ids: ids("5.20", "baa452f0-1f21-4a25-ace5-844e7a5f410d"),
    docs: "https://docs.docker.com/engine/storage/bind-mounts/#configure-bind-propagation",
    property: "mounts[].bindOptions.propagation",
    why: "With shared or slave a mount on one side appears on the other, under the data directory as well.",
    good: {},
    bad: {
      mounts: [
        {
          type: "bind",
          source: "/srv/db",
          target: "/var/lib/postgresql/data",
          bindOptions: { propagation: "rshared" },
        },
      ],
    },
    problems: ({ mounts }) =>
      mounts
        .filter(({ propagation }) => /^r?(shared|slave)$/.test(propagation ?? ""))
        .map(({ property, propagation }) => ({
          property: `${property}.bindOptions.propagation`,
          value: propagation ?? "",
          fact: `the mount is ${propagation}: mounts of the container appear on the machine, or the other way round`,
          hint: `write \`propagation: "rprivate"\` in ${property}.bindOptions`,
        })),
  },
  {
    name: "docker-no-default-bridge",
    title: "The container is in a network of its own",
    severity: "low",
    ids: ids("5.30", "ce14a68b-1668-41a0-ab7d-facd9f784742"),
    docs: "https://docs.docker.com/engine/network/drivers/bridge/",
    property: "networksAdvanced",
    why: "On the default bridge every other container of the machine reaches the server.",
    good: { networksAdvanced: [{ name: "backend" }] },
    bad: { networksAdvanced: undefined },
    problems: ({ properties }) => {
      const mode = knownText(properties.networkMode) ?? "";
      if (
        properties.networksAdvanced === UNKNOWN ||
        properties.networkMode === UNKNOWN ||
        !["", "default", "bridge"].includes(mode)
      )
        return [];
      if (list(properties.networksAdvanced).length > 0) return [];
      return [
        {
          property: "networksAdvanced",
          value: mode,
          fact: "it is on Docker's default bridge: every other container of the machine reaches the server",
          hint: 'write `networksAdvanced: [{ name: "backend" }]`',
        },
      ];
    },
  },
  {
    name: "docker-cgroup-parent",
    title: "The container is under Docker's own limits",
    severity: "low",
    ids: ids("5.25", "4d9f44c6-2f4a-4317-9bb5-267adbea0232"),
    docs: "https://docs.docker.com/reference/cli/docker/container/run/#cgroup-parent",
    property: "cgroupParent",
    why: "Limits and accounting of another group hold, which nobody looks for here.",
    good: {},
    bad: { cgroupParent: "/other" },
    problems: ({ properties }) =>
      knownText(properties.cgroupParent)
        ? [
            {
              property: "cgroupParent",
              value: knownText(properties.cgroupParent) ?? "",
              fact: "it is in another control group, whose limits hold for it",
              hint: "remove `cgroupParent`",
            },
          ]
        : [],
  },
];

function isolationRule({ good, bad, problems, docs = DOCS, ...row }: IsolationRow): RuleOf<"container"> {
  const example = (change: Properties): Example => ({ change });
  const whole = row.property.split(", ").filter((name) => !/[.[\]]/.test(name));
  return {
    ...row,
    protects: "access",
    docs,
    reads: "container",
    unknown: "later",
    judge(container, context) {
      for (const property of whole)
        if (container.properties[property] === UNKNOWN) context.notYetKnown(property);
      return problems(container);
    },
    good: example(good),
    bad: example(bad),
  };
}

export const ISOLATION_RULES: readonly Rule[] = ROWS.map(isolationRule);
