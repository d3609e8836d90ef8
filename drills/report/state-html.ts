/** How are backups, rehearsals, the server's state, verifications and policies shown? */

import type { LastRehearsal } from "../../components/backup/evidence";
import { showArchiveFault } from "../../components/backup/plan";
import { type BackupCatalogue, type Copy, isRead, type KeptDump } from "../../components/backup/types";
import type { StatusReport } from "../../components/status/report";
import { cell, count, hash, mark, megabytes, name, number, numbers, seconds, table, time } from "./figures";
import { type Html, html } from "./html";
import type { ReportModel } from "./model";
import type { Part, PolicyState, RehearsalRow, VerificationRow } from "./state";

function shown<Content>(part: Part<Content>, show: (content: Content) => Html): Html {
  if (part.missing === null) return show(part.content);
  return notKnown(part.missing);
}

function notKnown({ fact, hint }: { fact: string; hint: string }): Html {
  return html`<p>${mark(false, "not known")}: ${fact}</p><p class="quiet">HINT: <code>${hint}</code></p>`;
}

/** What can be restored, and what was tried. */
export function backupsHtml({ backups, rehearsals }: ReportModel): Html {
  return html`<section aria-labelledby="backups"><h2 id="backups">Backups</h2>
${shown(backups, catalogue)}
${rehearsalTable(rehearsals)}
</section>`;
}

function catalogue({ dumps, lastRehearsal, copies, ...first }: BackupCatalogue): Html {
  return html`${kept(first)}${copies.map((copy) =>
    isRead(copy) ? kept(copy) : html`<h3>In ${copy.place}</h3>${notKnown(copy)}`,
  )}${dumpTable(dumps)}${lastRehearsal === null ? html`` : ownRehearsal(lastRehearsal)}`;
}

/** Backups and WAL in one place. */
function kept({ place, backups, windows, archive }: Copy): Html {
  const moment = (text: string | null) => (text === null ? html`–` : time(text));
  const faults = archive.faults.map(
    (fault) =>
      html`<li>${mark(false, fault.kind)}: ${showArchiveFault(fault)} <span class="quiet">(${count(fault.count)}, from <code>${fault.segment}</code>)</span></li>`,
  );
  return html`
<h3>In ${place}</h3>
${
  windows.length === 0
    ? html`<p>${mark(false, "nothing can be restored")}: there is no backup whose WAL is there.</p>`
    : table(
        `Every moment between these can be restored from ${place}`,
        ["from", "to", numbers("timeline"), "position in WAL", "backups"],
        windows.map(({ from, to, timeline, backups: ids }) => [
          name(moment(from.time)),
          cell(moment(to.time)),
          number(count(timeline)),
          cell(html`<code>${from.lsn}</code> to <code>${to.lsn}</code>`),
          cell(ids.join(", ")),
        ]),
      )
}
${
  backups.length === 0
    ? html``
    : table(
        `Backups in ${place}, the oldest first`,
        ["backup", "begun", "complete", "positions in WAL", numbers("size"), numbers("timeline"), "of"],
        backups.map(({ id, type, start, stop, size, timeline, serverVersion, systemIdentifier }) => [
          name(html`${id} <span class="quiet">${type}</span>`),
          cell(moment(start.time)),
          cell(moment(stop.time)),
          cell(html`<code>${start.lsn}</code> to <code>${stop.lsn}</code>`),
          number(megabytes(size)),
          number(count(timeline)),
          cell(html`PostgreSQL ${serverVersion}, system <span class="breaks">${systemIdentifier}</span>`),
        ]),
      )
}
<p>Archive: ${count(archive.segments)} segments of WAL, ${megabytes(archive.size)}${
    archive.newest === null ? html`` : html`, the newest <code>${archive.newest}</code>`
  }. ${faults.length === 0 ? mark(true, "no segment is missing, short, zeroed or foreign") : html``}</p>
${faults.length === 0 ? html`` : html`<ul>${faults}</ul>`}`;
}

function dumpTable(dumps: readonly KeptDump[]): Html {
  if (dumps.length === 0) return html``;
  return table(
    "Logical dumps, the oldest first: each knows one moment alone",
    ["file", "taken", numbers("size")],
    dumps.map(({ name: file, time: at, size }) => [name(file), cell(time(at)), number(megabytes(size))]),
  );
}

/** What the target tried by itself leaves no record, but its newest result. */
function ownRehearsal({ ok, finishedAt, restoreSeconds, failure }: LastRehearsal): Html {
  return html`<p>The newest restore that was tried on schedule: ${mark(ok, ok ? "restored" : "FAILED")}${
    finishedAt === null ? html`` : html` at ${time(finishedAt)}`
  }${restoreSeconds === null ? html`` : html`, in ${seconds(restoreSeconds)}`}${failure === null ? html`` : html`: ${failure}`}.</p>`;
}

function rehearsalTable(rehearsals: readonly RehearsalRow[]): Html {
  if (rehearsals.length === 0)
    return html`<p>No restore of these backups was rehearsed: <code>npx durable-postgres rehearse</code> does it.</p>`;
  return table(
    "Rehearsals: restores that were tried, the oldest first",
    [
      "finished at",
      "verdict",
      "backup",
      numbers("restored in"),
      numbers("age of the newest row"),
      "why it failed",
      "record",
    ],
    rehearsals.map((row) => [
      cell(time(row.at)),
      name(mark(row.ok, row.ok ? "restored" : "FAILED")),
      cell(row.backup ?? "–"),
      number(seconds(row.restoreSeconds)),
      number(seconds(row.dataAgeSeconds)),
      cell(row.failure ?? "–"),
      cell(hash(row.sha256)),
    ]),
  );
}

/** The server now, and as it was found before. */
export function stateHtml({ status, verifications }: ReportModel): Html {
  return html`<section aria-labelledby="state"><h2 id="state">State</h2>
<p>Read from the server when this page was made.</p>
${shown(status, statusTable)}
${verificationTable(verifications)}
</section>`;
}

function statusTable({ server, checks }: StatusReport): Html {
  return html`${
    server
      ? html`<p>PostgreSQL ${server.version}, started at ${time(server.startedAt)}, system identifier ${server.systemIdentifier}.</p>`
      : html``
  }${table(
    "Checks of the server",
    ["check", "verdict", "now", "threshold", "what to do"],
    checks.map(({ name: check, verdict, value, threshold, hint }) => [
      name(check),
      cell(mark(verdict === "ok", verdict)),
      cell(value),
      cell(threshold),
      cell(hint),
    ]),
  )}`;
}

function verificationTable(verifications: readonly VerificationRow[]): Html {
  if (verifications.length === 0) return html`<p>There is no record of a verification.</p>`;
  return table(
    "Verifications of the running server, the oldest first",
    ["at", "verdict", "during", numbers("parameters compared"), "PostgreSQL", "what differed", "record"],
    verifications.map((row) => [
      cell(time(row.at)),
      name(mark(row.ok, row.ok ? "as declared" : "NOT as declared")),
      cell(row.during),
      number(count(row.compared)),
      cell(row.postgres),
      cell(row.findings.join("; ") || "nothing"),
      cell(hash(row.sha256)),
    ]),
  );
}

/** What the policy pack finds in the stack, and what was accepted. */
export function policiesHtml({ policies }: ReportModel): Html {
  return html`<section aria-labelledby="policies"><h2 id="policies">Policies</h2>
<p>Found by this package's policy pack in a preview of the stack, made for this page.</p>
${shown(policies, policyTables)}
</section>`;
}

function policyTables({ findings, waivers }: PolicyState): Html {
  return html`${
    findings.length === 0
      ? html`<p>${mark(true, "no finding")}</p>`
      : table(
          "Findings of policies",
          ["policy", "level", "resource", "what is wrong", "what to write"],
          findings.map(({ policy, level, resource, fact, hint }) => [
            name(html`<code>${policy}</code>`),
            cell(mark(level !== "mandatory", level)),
            cell(resource || "the whole stack"),
            cell(fact),
            cell(html`<code>${hint}</code>`),
          ]),
        )
  }${
    waivers.length === 0
      ? html`<p>Nothing was waived.</p>`
      : table(
          "Findings that were accepted",
          ["rule", "resource", "why", "until"],
          waivers.map(({ rule, resource, reason, expires }) => [
            name(html`<code>${rule}</code>`),
            cell(resource),
            cell(reason),
            cell(expires),
          ]),
        )
  }`;
}
