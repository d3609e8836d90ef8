/** Can a connection be read, changed or misused on its way? */

import { isPrivate } from "../reading/ports";
import type { Rule } from "../rule";
import { settingText } from "../server";
import { settingRule } from "./setting";

const VERSIONS = ["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"];

/** Suites in which every session has keys of its own, so that a stolen key does not open what was recorded. */
const WITHOUT_FORWARD_SECRECY =
  /(^|:)(?!!|-)(?!TLS_)(?!(E?ECDH|EECDH|DHE|EDH|HIGH|DEFAULT|MEDIUM|ALL|@)[^:]*)(AES|AES128|AES256|RSA|kRSA|CAMELLIA|SEED|DES|RC4|3DES|NULL|eNULL|aNULL|EXP|LOW|PSK)[^:]*/i;

export const CONNECTION_RULES: readonly Rule[] = [
  settingRule({
    name: "pg-ssl",
    title: "The server offers TLS",
    severity: "high",
    protects: "access",
    ids: ["CIS-PG:6.8", "pgdsat:6.8", "CKV_AZURE_29", "trivy:GCP-0015", "trivy:AZU-0020"],
    parameter: "ssl",
    doc: "ssl-tcp.html",
    // Inside of a private network nobody is between: the port that is published decides, and port-wildcard stops it.
    levels: { production: "advisory" },
    danger(value, server, { resource }) {
      const isUnneeded = !server.given.has("ssl") && isPrivate(resource?.properties ?? {});
      return value === "off" && !isUnneeded
        ? "passwords and data can be read and changed on their way"
        : undefined;
    },
    why: "Whoever is between client and server reads everything.",
    safe: "on",
    unsafe: "off",
  }),
  settingRule({
    name: "pg-ssl-min-protocol-version",
    title: "Connections use a version of TLS that holds",
    severity: "medium",
    protects: "access",
    ids: ["pgdsat:6.8", "CKV_AZURE_147", "trivy:AZU-0026"],
    parameter: "ssl_min_protocol_version",
    doc: "runtime-config-connection.html#GUC-SSL-MIN-PROTOCOL-VERSION",
    // pgdsat wants 1.3, the others 1.2: clients older than 2020 know no 1.3.
    danger: (value, server) =>
      settingText(server, "ssl") !== "off" && VERSIONS.indexOf(String(value)) < VERSIONS.indexOf("TLSv1.2")
        ? "versions before 1.2 can be broken"
        : undefined,
    why: "1.0 and 1.1 are withdrawn (RFC 8996).",
    safe: "TLSv1.2",
    unsafe: "TLSv1",
    with: { ssl: "on" },
  }),
  settingRule({
    name: "pg-ssl-ciphers",
    title: "Recorded connections stay closed when a key is stolen",
    severity: "medium",
    protects: "access",
    ids: ["CIS-PG:6.10", "pgdsat:6.10"],
    parameter: "ssl_ciphers",
    doc: "runtime-config-connection.html#GUC-SSL-CIPHERS",
    danger: (value, server) =>
      settingText(server, "ssl") !== "off" && WITHOUT_FORWARD_SECRECY.test(String(value).slice(0, 2000))
        ? "one of the suites lets whoever steals the key read what he recorded"
        : undefined,
    why: "Suites with RSA key exchange have no keys of their own for each session.",
    safe: "HIGH:MEDIUM:+3DES:!aNULL",
    unsafe: "AES256-SHA",
    with: { ssl: "on" },
  }),
  settingRule({
    name: "pg-authentication-timeout",
    title: "A login that does not end is ended",
    severity: "low",
    protects: "availability",
    ids: ["pgdsat:5.7"],
    parameter: "authentication_timeout",
    doc: "runtime-config-connection.html#GUC-AUTHENTICATION-TIMEOUT",
    thresholds: {
      longestSeconds: { default: 60, minimum: 1, description: "Longest authentication_timeout, in seconds" },
    },
    danger: (value, _server, context) =>
      Number(value) > context.threshold("longestSeconds")
        ? "logins that never end hold all connections"
        : undefined,
    why: "Each login in progress takes a connection.",
    safe: "1min",
    unsafe: "5min",
  }),
  ...["post_auth_delay", "pre_auth_delay"].map((parameter) =>
    settingRule({
      name: `pg-${parameter.replaceAll("_", "-")}`,
      title: `${parameter} is 0`,
      severity: "low",
      protects: "availability",
      ids: ["CIS-PG:6.2", "pgdsat:6.2"],
      parameter,
      doc: `runtime-config-developer.html#GUC-${parameter.toUpperCase().replaceAll("_", "-")}`,
      danger: (value) =>
        Number(value) !== 0
          ? "every connection waits: a few of them take the server out of service"
          : undefined,
      why: "It is for attaching a debugger.",
      safe: "0",
      unsafe: "10",
    }),
  ),
  ...["jit_debugging_support", "jit_profiling_support"].map((parameter) =>
    settingRule({
      name: `pg-${parameter.replaceAll("_", "-")}`,
      title: `${parameter} is off`,
      severity: "medium",
      protects: "availability",
      ids: ["CIS-PG:6.2", "pgdsat:6.2"],
      parameter,
      doc: `runtime-config-developer.html#GUC-${parameter.toUpperCase().replaceAll("_", "-")}`,
      danger: (value) =>
        value === "on" ? "code of queries is written to disk, and never removed" : undefined,
      why: "It is for developers of PostgreSQL.",
      safe: "off",
      unsafe: "on",
    }),
  ),
  settingRule({
    name: "pg-primary-conninfo",
    title: "Replication is encrypted",
    severity: "medium",
    protects: "access",
    ids: ["CIS-PG:7.5", "pgdsat:7.5"],
    parameter: "primary_conninfo",
    doc: "runtime-config-replication.html#GUC-PRIMARY-CONNINFO",
    danger: (value) =>
      value !== "" && !/sslmode\s*=\s*'?(require|verify-ca|verify-full)/.test(String(value).slice(0, 2000))
        ? "everything that is written can be read on its way to the standby"
        : undefined,
    why: "Replication sends all data.",
    safe: "host=primary sslmode=verify-full",
    unsafe: "host=primary",
  }),
];
