/** Who can reach the server, and what does he have to know? */

import { type HbaRecord, isLoopbackAddress, readHba } from "../reading/hba";
import { flag, isAbsent, knownText, list, number, own, record, text, UNKNOWN } from "../reading/known";
import { isEveryAddress, isPrivate } from "../reading/ports";
import type { Problem, Rule, RuleOf, Subjects } from "../rule";
import { settingText } from "../server";

const SECRETS = "https://github.com/docker-library/docs/blob/master/postgres/README.md#docker-secrets";
const HBA_DOCS = "https://www.postgresql.org/docs/current/auth-pg-hba-conf.html";

function authMethod(container: Subjects["container"]): { value: string; property: string } | undefined {
  const { values, properties } = container.environment;
  const value = own(values, "POSTGRES_HOST_AUTH_METHOD");
  return value === undefined
    ? undefined
    : { value, property: own(properties, "POSTGRES_HOST_AUTH_METHOD") ?? "envs" };
}

const trust: RuleOf<"container"> = {
  name: "hba-trust",
  title: "The server asks for passwords",
  severity: "critical",
  protects: "access",
  ids: ["pgdsat:5.4"],
  docs: "https://github.com/docker-library/docs/blob/master/postgres/README.md#postgres_host_auth_method",
  reads: "container",
  property: "envs POSTGRES_HOST_AUTH_METHOD",
  why: "The image offers it as the way around a missing password: whoever reaches the port is superuser, and can run programs as the server's user.",
  unknown: "later",
  judge(container, context) {
    for (const entry of container.environment.unknown) context.notYetKnown(entry);
    const problems: Problem[] = [];
    const method = authMethod(container);
    // The entrypoint compares with exactly this word.
    if (method?.value === "trust")
      problems.push({
        property: method.property,
        value: "POSTGRES_HOST_AUTH_METHOD=trust",
        fact: "POSTGRES_HOST_AUTH_METHOD is trust: whoever reaches the port is superuser without a password",
        hint: "write `POSTGRES_PASSWORD_FILE=/run/secrets/password` in its place in envs",
      });
    for (const name of ["ALLOW_EMPTY_PASSWORD"]) {
      if (!/^(yes|true|1|on)$/i.test(own(container.environment.values, name) ?? "")) continue;
      const property = own(container.environment.properties, name) ?? "envs";
      problems.push({
        property,
        value: `${name}=${own(container.environment.values, name)}`,
        fact: `${name} lets the superuser in without a password`,
        hint: "write `POSTGRESQL_PASSWORD_FILE=/run/secrets/password` in its place in envs",
      });
    }
    return problems;
  },
  good: { change: { envs: ["POSTGRES_PASSWORD_FILE=/run/secrets/password"] } },
  bad: { change: { envs: ["POSTGRES_HOST_AUTH_METHOD=trust"] } },
};

const weakMethod: RuleOf<"container"> = {
  name: "hba-weak-method",
  title: "Passwords are not sent or stored in a form that can be used again",
  severity: "medium",
  protects: "access",
  ids: ["pgdsat:5.4"],
  docs: "https://www.postgresql.org/docs/current/auth-password.html",
  reads: "container",
  property: "envs POSTGRES_HOST_AUTH_METHOD",
  why: "`password` sends them in the clear, and MD5 hashes are as good as the passwords.",
  unknown: "later",
  judge(container, context) {
    for (const entry of container.environment.unknown) context.notYetKnown(entry);
    const method = authMethod(container);
    if (!method || !["password", "md5", "ident"].includes(method.value)) return [];
    return [
      {
        property: method.property,
        value: `POSTGRES_HOST_AUTH_METHOD=${method.value}`,
        fact: `POSTGRES_HOST_AUTH_METHOD is ${method.value}: whoever listens on the network, or reads the stored passwords, can log in`,
        hint: "write `POSTGRES_HOST_AUTH_METHOD=scram-sha-256` in envs, or remove it",
      },
    ];
  },
  good: { change: { envs: ["POSTGRES_HOST_AUTH_METHOD=scram-sha-256"] } },
  bad: { change: { envs: ["POSTGRES_HOST_AUTH_METHOD=md5"] } },
};

/** Records of uploaded files that are pg_hba.conf, or that hba_file names. */
function hbaRecords({ uploads, server }: Subjects["container"]): (HbaRecord & { property: string })[] {
  const named = settingText(server, "hba_file");
  return uploads
    .filter(({ file }) => /\/pg_hba[^/]*\.conf(\.sample)?$/.test(file) || file === named)
    .flatMap(({ content, property }) =>
      readHba(content ?? "").map((entry) => ({
        ...entry,
        property: `${property}.content line ${entry.line}`,
      })),
    );
}

const hbaFile: RuleOf<"container"> = {
  name: "pg-hba-no-trust",
  title: "pg_hba.conf lets nobody in over the network without a password",
  severity: "critical",
  protects: "access",
  ids: ["CIS-PG:5.3", "CIS-PG:5.4", "pgdsat:5.4"],
  docs: HBA_DOCS,
  reads: "container",
  property: "uploads[].content of pg_hba.conf",
  // Trust on the socket and on loopback is let through: whoever is inside of the container can read the files anyway.
  why: "One such line makes everybody on that network superuser.",
  unknown: "later",
  judge(container) {
    return hbaRecords(container).flatMap((entry): Problem[] => {
      if (entry.method !== "trust" || entry.address === undefined || isLoopbackAddress(entry.address))
        return [];
      return [
        {
          property: entry.property,
          value: entry.text,
          fact: `\`${entry.text}\` lets ${entry.address} in without a password`,
          hint: `write \`${entry.type} ${entry.database} ${entry.user} ${entry.address} scram-sha-256\` in ${entry.property}`,
        },
      ];
    });
  },
  good: {
    change: {
      uploads: [
        { file: "/etc/postgresql/pg_hba.conf", content: "hostssl app app 10.0.0.0/24 scram-sha-256\n" },
      ],
    },
  },
  bad: {
    change: { uploads: [{ file: "/etc/postgresql/pg_hba.conf", content: "host all all 0.0.0.0/0 trust\n" }] },
  },
};

const hbaPlain: RuleOf<"container"> = {
  name: "pg-hba-hostssl",
  title: "pg_hba.conf asks for TLS and strong passwords",
  severity: "medium",
  protects: "access",
  ids: ["pgdsat:5.8", "pgdsat:5.9", "pgdsat:5.10", "pgdsat:5.11"],
  docs: HBA_DOCS,
  reads: "container",
  property: "uploads[].content of pg_hba.conf, ports[].ip",
  // Where the port stays on loopback, nobody is between.
  why: "`host` also takes connections without TLS, and everybody between client and server reads and changes what is sent.",
  unknown: "later",
  judge(container) {
    const isReached = !isPrivate(container.properties);
    return hbaRecords(container).flatMap((entry): Problem[] => {
      const { type, address, method } = entry;
      if (address === undefined || isLoopbackAddress(address) || ["reject", "trust"].includes(method))
        return [];
      const isWeak = ["password", "md5", "ident"].includes(method);
      const isPlain = type === "host" || type === "hostnossl";
      const isPublic = /^(all|0\.0\.0\.0\/0|::\/0)$/.test(address);
      if (!isWeak && !(isPlain && isPublic && isReached)) return [];
      const fact = isWeak
        ? `\`${entry.text}\` takes ${method}: whoever listens, or reads the stored passwords, can log in`
        : `\`${entry.text}\` takes connections from everywhere without TLS: whoever is between reads and changes what is sent`;
      return [
        {
          property: entry.property,
          value: entry.text,
          fact,
          hint: `write \`hostssl ${entry.database} ${entry.user} ${address} scram-sha-256\` in ${entry.property}`,
        },
      ];
    });
  },
  good: {
    change: {
      uploads: [{ file: "/etc/postgresql/pg_hba.conf", content: "hostssl all all all scram-sha-256\n" }],
    },
  },
  bad: {
    change: {
      ports: [{ internal: 5432, external: 15432, ip: "10.0.0.5" }],
      uploads: [{ file: "/etc/postgresql/pg_hba.conf", content: "host all all 0.0.0.0/0 scram-sha-256\n" }],
    },
  },
};

/** Variables that hold a password in plain text, and the one that names a file instead. */
const PASSWORDS: Readonly<Record<string, string | undefined>> = {
  POSTGRES_PASSWORD: "POSTGRES_PASSWORD_FILE",
  POSTGRESQL_PASSWORD: "POSTGRESQL_PASSWORD_FILE",
  POSTGRESQL_POSTGRES_PASSWORD: "POSTGRESQL_POSTGRES_PASSWORD_FILE",
  POSTGRESQL_REPLICATION_PASSWORD: "POSTGRESQL_REPLICATION_PASSWORD_FILE",
  PGPASSWORD: undefined,
  REPMGR_PASSWORD: "REPMGR_PASSWORD_FILE",
  PATRONI_SUPERUSER_PASSWORD: undefined,
  PGPASSWORD_SUPERUSER: undefined,
};

const password: RuleOf<"container"> = {
  name: "password-plaintext-env",
  title: "No password is in the container's environment",
  severity: "high",
  protects: "access",
  ids: ["trivy:DS-0031", "pgdsat:1.6", "pgdsat:1.7"],
  docs: SECRETS,
  reads: "container",
  property: "envs",
  // A policy sees a Pulumi secret in plain text, and cannot tell it from a literal; `docker inspect` shows both.
  why: "`docker inspect`, the state of the provider and every process of the container show it, also where Pulumi keeps it as a secret.",
  unknown: "later",
  judge({ environment }, context) {
    for (const entry of environment.unknown) context.notYetKnown(entry);
    return Object.entries(PASSWORDS).flatMap(([name, file]): Problem[] => {
      const value = own(environment.values, name);
      if (value === undefined || value === "") return [];
      const property = own(environment.properties, name) ?? "envs";
      const hint =
        file === undefined
          ? `remove \`${name}\` from envs, and mount a .pgpass file`
          : `write \`${file}=/run/secrets/password\` in ${property}, and mount that file`;
      return [
        {
          property,
          value: `${name}=…`,
          fact: `${name} is in the environment: \`docker inspect\` shows the password to everybody who may use Docker`,
          hint,
        },
      ];
    });
  },
  good: { change: { envs: ["POSTGRES_PASSWORD_FILE=/run/secrets/password"] } },
  bad: { change: { envs: ["POSTGRES_PASSWORD=secret"] } },
};

function serverPort({ server }: Subjects["container"]): number {
  return Number(settingText(server, "port") ?? 5432);
}

const wildcard: RuleOf<"container"> = {
  name: "port-wildcard",
  title: "The port is published on one address",
  severity: "high",
  protects: "access",
  ids: ["CIS-Docker:5.14", "docker-bench:check_5_14", "KICS:compose 451d79dc-0588-476a-ad03-3c7f0320abb3"],
  docs: "https://docs.docker.com/engine/network/port-publishing/",
  reads: "container",
  property: "ports[].ip, publishAllPorts, networkMode",
  why: "The default is every address of the machine, and Docker's rules go before those of the machine's firewall: databases are found and emptied within hours.",
  unknown: "later",
  judge(container, context) {
    const { properties, server } = container;
    const problems: Problem[] = [];
    for (const [index, entry] of list(properties.ports).entries()) {
      const { internal, ip } = record(entry);
      const port = number(internal);
      if (entry === UNKNOWN || ip === UNKNOWN) context.notYetKnown(`ports[${index}].ip`);
      if (
        entry === UNKNOWN ||
        ip === UNKNOWN ||
        (port !== undefined && port !== UNKNOWN && port !== serverPort(container))
      )
        continue;
      if (!isEveryAddress(ip)) continue;
      problems.push({
        property: `ports[${index}].ip`,
        value: knownText(ip) ?? "",
        fact: `port ${port === undefined || port === UNKNOWN ? serverPort(container) : port} is published on every address of the machine${isAbsent(ip) ? " (the default)" : ""}, past its firewall`,
        hint: `write \`ip: "127.0.0.1"\` in ports[${index}]`,
      });
    }
    if (flag(properties.publishAllPorts) === true)
      problems.push({
        property: "publishAllPorts",
        value: "true",
        fact: "all ports are published on every address of the machine, past its firewall",
        hint: `write \`ports: [{ internal: ${serverPort(container)}, ip: "127.0.0.1" }]\` in place of publishAllPorts`,
      });
    const listens = (settingText(server, "listen_addresses") ?? "")
      .split(",")
      .map((address) => address.trim());
    if (
      text(properties.networkMode) === "host" &&
      listens.some((address) => ["*", "0.0.0.0", "::"].includes(address))
    )
      problems.push({
        property: "networkMode",
        value: "host",
        fact: "the server listens on every address of the machine",
        hint: 'write `"-c", "listen_addresses=127.0.0.1"` in command, or remove `networkMode`',
      });
    return problems;
  },
  good: { change: { ports: [{ internal: 5432, external: 15432, ip: "127.0.0.1" }] } },
  bad: { change: { ports: [{ internal: 5432, external: 5432 }] } },
};

export const ACCESS_RULES: readonly Rule[] = [trust, weakMethod, hbaFile, hbaPlain, password, wildcard];
