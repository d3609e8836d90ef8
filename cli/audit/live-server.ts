/** How would the rules read a running server? */

import { pgNames } from "../../components/parameters/postgres";
import { LONGEST_TEXT } from "../../components/parameters/shell";
import { asShown, type RunningParameter, shown } from "../../components/running/pg-settings";
import type { Finding } from "../../policies/rule";
import { type Given, isRecorded, recordedVersion, type Server } from "../../policies/server";
import { judgedHba, judgedServer } from "./conf";
import type { LiveReading, Override } from "./live";
import { type Audited, findingOf, type Judged } from "./verdict";

/** Sources of a value that nobody chose. https://www.postgresql.org/docs/current/view-pg-settings.html */
const DEFAULT_SOURCES = ["default", "override", "dynamic default", "client", "session"];

/** Sources of a value that only this session has: another role or database may have another one. */
const OWN_SOURCES = ["database", "user", "database user"];

/** Judges what was read of a server. Pure. */
export function auditLive(reading: LiveReading): Audited {
  const { address, overrides } = reading;
  const server = liveServer(reading, []);
  const judged: Judged[] = [judgedServer(server, address), ...hbaFiles(reading)];
  for (const own of groups(overrides)) judged.push(judgedOverrides(liveServer(reading, own), own, address));
  return {
    name: address,
    judged,
    stack: [],
    findings: [...checksums(reading), ...unreadable(reading)],
    notes: [],
  };
}

function liveServer({ parameters, major, seesAll }: LiveReading, overrides: readonly Override[]): Server {
  const given = new Map<string, Given>();
  const defaults: Record<string, string | null> = {};
  for (const row of parameters.values()) {
    if (OWN_SOURCES.includes(row.source)) defaults[row.name] = null;
    else if (DEFAULT_SOURCES.includes(row.source)) defaults[row.name] = row.setting;
    else given.set(row.name, givenOf(row));
  }
  // What the server hides from the role is not known.
  if (!seesAll) for (const name of hiddenNames(parameters, major)) defaults[name] = null;
  for (const override of overrides) given.set(override.parameter, overriding(override, parameters));
  return {
    kind: "running server",
    major,
    given,
    refusals: [],
    defaults,
    hiddenSource: undefined,
    place: {
      property: "pg_settings",
      write: (name, value) => alterSystem(name, value, parameters.get(name)),
    },
  };
}

function givenOf(row: RunningParameter): Given {
  const { name, setting, source } = row;
  const written = `${name} = ${shown(row)}`;
  const write = (value: string) =>
    source === "command line"
      ? `write \`-c ${name}=${value}\` in the command that starts the server, which goes before all files`
      : alterSystem(name, value, row);
  return { name, text: setting, property: name, written, write };
}

/** The statement that changes a parameter, and what makes it count. */
function alterSystem(name: string, value: string, row: RunningParameter | undefined): string {
  const statement = `ALTER SYSTEM SET ${name} = '${value.replaceAll("'", "''")}'`;
  const then = row?.context === "postmaster" ? "restart the server" : "`SELECT pg_reload_conf()`";
  return `run \`${statement}\`, then ${then} (on RDS: change the parameter group)`;
}

function overriding(
  { role, database, parameter, value }: Override,
  parameters: LiveReading["parameters"],
): Given {
  const who = role
    ? `ROLE ${quote(role)}${database ? ` IN DATABASE ${quote(database)}` : ""}`
    : database
      ? `DATABASE ${quote(database)}`
      : "ROLE ALL";
  const row = parameters.get(parameter);
  return {
    name: parameter,
    text: value,
    property: `${parameter} of ${who}`,
    written: `ALTER ${who} SET ${parameter} = ${row ? asShown(row, value) : value}`,
    write: () => `run \`ALTER ${who} RESET ${parameter}\``,
  };
}

function quote(identifier: string): string {
  return `"${identifier.replaceAll('"', '""')}"`;
}

/** Overrides that hold together: those of one role, one database, or one role in one database. */
function groups(overrides: readonly Override[]): Override[][] {
  const found = new Map<string, Override[]>();
  for (const override of overrides) {
    const key = JSON.stringify([override.role, override.database]);
    found.set(key, [...(found.get(key) ?? []), override]);
  }
  return [...found.values()];
}

/** Only what the role's or the database's own values add. */
function judgedOverrides(server: Server, overrides: readonly Override[], address: string): Judged {
  const properties = overrides.map(({ parameter }) => server.given.get(parameter)?.property);
  return {
    ...judgedServer(server, address),
    isSure: ({ property }) => properties.includes(property),
    translate: (finding) => ({
      ...finding,
      message: finding.message
        .trimStart()
        .replace(": ", `: ${finding.property.replace(/^.*? of /, "of ")}: `),
    }),
  };
}

function hbaFiles({ hba = [], address }: LiveReading): Judged[] {
  const files = new Map<string, string[]>();
  for (const { file, line, text } of hba) {
    if (line > LONGEST_TEXT / 10) continue;
    const lines = files.get(file) ?? [];
    lines[line - 1] = text;
    files.set(file, lines);
  }
  return [...files].map(([file, lines]) =>
    judgedHba(Array.from(lines, (line) => line ?? "").join("\n"), file, address),
  );
}

function checksums({ parameters, address, major }: LiveReading): Finding[] {
  if (parameters.get("data_checksums")?.setting !== "off") return [];
  return [
    findingOf("data-checksums-off", {
      resource: address,
      property: "data_checksums",
      value: "data_checksums = off",
      message: `${address}: data_checksums is off: a damaged page is read as if it were good, and copied into every backup`,
      hint:
        major >= 12
          ? "stop the server, then: pg_checksums --enable -D <data directory>"
          : "dump and restore into a cluster made by initdb --data-checksums",
    }),
  ];
}

function unreadable({ parameters, seesAll, hba, role, address, major }: LiveReading): Finding[] {
  const findings: Finding[] = [];
  const hidden = seesAll ? [] : hiddenNames(parameters, major);
  if (!seesAll)
    findings.push(
      findingOf("config-file-opaque", {
        resource: address,
        property: "pg_settings",
        value: hidden.join(", "),
        message: `${address}: role ${role} may not read ${hidden.length} parameters: unsafe values of theirs are not seen`,
        hint: `run \`GRANT pg_read_all_settings TO ${quote(role)}\``,
      }),
    );
  if (hba === undefined)
    findings.push(
      findingOf("config-file-opaque", {
        resource: address,
        property: "pg_hba_file_rules",
        value: "pg_hba_file_rules",
        message: `${address}: role ${role} may not read pg_hba.conf: who gets in without a password is not seen`,
        hint: `run \`GRANT SELECT ON pg_hba_file_rules TO ${quote(role)}; GRANT EXECUTE ON FUNCTION pg_hba_file_rules() TO ${quote(role)}\``,
      }),
    );
  return findings;
}

/** Parameters of the version that the server left out. */
function hiddenNames(parameters: LiveReading["parameters"], major: number): string[] {
  if (!isRecorded(major)) return [];
  return pgNames(recordedVersion(major)).filter((name) => !parameters.has(name));
}
