/** How is the report written as a page? One HTML file that loads nothing and runs nothing. */

import { history, symbolOf } from "./charts";
import { drillHtml } from "./drill";
import { cell, count, hash, mark, name, number, numbers, seconds, table, time } from "./figures";
import { embeddedJson, Html, html } from "./html";
import type { Chain, ReportModel, RunRow } from "./model";
import { backupsHtml, policiesHtml, stateHtml } from "./state-html";
import { STYLE } from "./style";

const LIST = new Intl.ListFormat("en");

/** The whole page. Its numbers are those of the JSON in it, and no other ones. */
export function reportPage(model: ReportModel): string {
  const { stack, product, generatedAt } = model;
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>${model.proven ? "Proven" : "NOT proven"}: stack ${stack}, durable-postgres</title>
<style>${new Html(STYLE)}</style>
</head>
<body>
<header>
<h1>Durability of stack ${stack}</h1>
<p class="quiet">PostgreSQL ${model.server.version}. Made at ${time(generatedAt)} by durable-postgres ${product}.</p>
${verdict(model)}
</header>
<nav aria-label="Sections"><ul>
${["Drills", "History", "Backups", "State", "Settings", "Policies", "Evidence"].map((title) => html`<li><a href="#${title.toLowerCase()}">${title}</a></li>`)}
</ul></nav>
<main>
<section aria-labelledby="drills"><h2 id="drills">Drills</h2>
<p>Each breaks a throw-away copy of the server and compares what is there with a log of every acknowledged commit.</p>
${model.drills.map(drillHtml)}
</section>
${past(model)}
${backupsHtml(model)}
${stateHtml(model)}
${settings(model)}
${policiesHtml(model)}
${evidence(model.chains)}
</main>
${embeddedJson("report", model)}
</body>
</html>
`;
  return page.text;
}

function verdict({ proven, reasons, drills, compared }: ReportModel): Html {
  if (proven)
    return html`<div class="verdict good"><p><strong>✓ Proven</strong></p><p>${count(compared)} parameters run as declared; ${LIST.format(drills.map(({ drill }) => drill))} passed with these settings, and each of these drills was seen to fail on unsafe servers.</p></div>`;
  return html`<div class="verdict bad"><p><strong>✗ Not proven</strong></p><ul>${reasons.map(
    ({ fact, hint }) =>
      html`<li><span>${fact}</span><span class="quiet">HINT: <code>${hint}</code></span></li>`,
  )}</ul></div>`;
}

function settings({ server, compared, findings, settings }: ReportModel): Html {
  return html`<section aria-labelledby="settings"><h2 id="settings">Settings</h2>
<p>${mark(
    findings.every(({ severity }) => severity !== "error"),
    findings.length === 0 ? "as declared" : "with findings",
  )}: ${count(compared)} parameters were compared by the last deployment.
The server runs since ${time(server.startedAt)}, data checksums ${server.dataChecksums}, shared memory ${server.sharedMemory || "not told"}, system identifier ${server.systemIdentifier}${server.inRecovery ? ", in recovery" : ""}.</p>
${
  findings.length === 0
    ? html``
    : table(
        "What differs",
        ["severity", "parameter", "asked", "running", "source", "hint"],
        findings.map((finding) => [
          cell(html`<b class="bad">${finding.severity}</b>`),
          name(html`<code>${finding.parameter}</code>`),
          cell(finding.asked ?? "not asked"),
          cell(finding.running ?? "not there"),
          cell(finding.source),
          cell(html`<code>${finding.hint}</code>`),
        ]),
      )
}
${table(
  "Settings asked and running",
  ["parameter", "asked", "running", "origin", "reason"],
  settings.map(({ parameter, asked, running, source, origin, reason }) => [
    name(html`<code>${parameter}</code>`),
    cell(shown(asked)),
    cell(source === null ? shown(asked) : html`<b class="bad">${running ?? "not there"}</b>, ${source}`),
    cell(origin),
    cell(reason),
  ]),
)}
</section>`;
}

function shown(value: string): Html {
  return value === "" ? html`<span class="quiet">empty</span>` : html`<code>${value}</code>`;
}

function past({ history: runs, drills }: ReportModel): Html {
  const names = drills.map(({ drill }) => drill);
  return html`<section aria-labelledby="history"><h2 id="history">History</h2>
${runs.length === 0 ? html`<p>There is no intact record of a run.</p>` : html`${plot(runs, names)}${runTable(runs)}`}
</section>`;
}

function plot(runs: readonly RunRow[], names: readonly string[]): Html {
  if (runs.filter(({ longestRecoverySeconds }) => longestRecoverySeconds !== null).length < 2) return html``;
  const keys = names.map(
    (drill, index) =>
      html`<span class="key"><span style="color: ${symbolOf(index).color}">${symbolOf(index).sign}</span> ${drill}</span>`,
  );
  return html`<figure>${history(runs, names)}<figcaption><b>Longest recovery of each run.</b> ${keys} The table has the numbers.</figcaption></figure>`;
}

function runTable(runs: readonly RunRow[]): Html {
  return table(
    "Every run, the oldest first",
    [
      "run at",
      "drill",
      "verdict",
      numbers("commits"),
      numbers("longest recovery"),
      numbers("objective"),
      numbers("controls found"),
      "PostgreSQL",
      "record",
    ],
    runs.map((run) => [
      cell(time(run.at)),
      name(run.drill),
      cell(mark(run.verdict === "passed", run.verdict)),
      number(count(run.commits)),
      number(seconds(run.longestRecoverySeconds)),
      number(seconds(run.rtoSeconds)),
      number(
        run.controls === 0 ? html`not run` : html`${count(run.controlsFound)} of ${count(run.controls)}`,
      ),
      cell(run.postgres),
      cell(hash(run.sha256)),
    ]),
  );
}

function evidence(chains: readonly Chain[]): Html {
  return html`<section aria-labelledby="evidence"><h2 id="evidence">Evidence</h2>
<p>Each record holds the SHA-256 of the one before: a record that was changed or removed breaks the chain. Not a last one that was removed, and not a file that was written anew: who wants to see that keeps the newest hash somewhere else.</p>
${
  chains.length === 0
    ? html`<p>${mark(false, "no evidence")}: there is no record.</p>`
    : table(
        "Chains of evidence",
        ["file", "chain", "records", "newest hash"],
        chains.map(({ file, records, newest, broken }) => [
          name(html`<code>${file}</code>`),
          cell(
            broken
              ? html`${mark(false, "BROKEN")}: ${broken.fact}. None of its records is used.`
              : mark(true, "whole"),
          ),
          number(count(records)),
          cell(newest === null ? "–" : html`<code>${newest}</code>`),
        ]),
      )
}
</section>`;
}
