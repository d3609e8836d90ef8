/** What does the page say of one drill? Verdict, what it proves, each round, and whether it can fail. */

import { COLOURS, recoveries, timeline } from "./charts";
import { cell, count, mark, megabytes, name, number, numbers, rate, seconds, table, time } from "./figures";
import { type Html, html } from "./html";
import type { ControlRow, DrillSection, RoundRow } from "./model";

/** One drill's section. */
export function drillHtml(section: DrillSection): Html {
  const { drill, title, proves, doesNotProve } = section;
  return html`<section aria-labelledby="${drill}"><h3 id="${drill}">${drill}: ${title}</h3>
${verdict(section)}
<dl class="claims"><dt>Proves</dt><dd>${proves}</dd><dt>Does not prove</dt><dd>${doesNotProve}</dd></dl>
${changed(section)}
${rounds(section)}
${controls(section)}
</section>`;
}

function verdict({ run, rounds }: DrillSection): Html {
  if (!run) return html`<p>${mark(false, "not shown")}: there is no intact record of it.</p>`;
  const on = html`<span class="quiet">${time(run.at)}, PostgreSQL ${run.postgres}, ${run.machine}, durable-postgres ${run.product}</span>`;
  if (run.verdict === "not run")
    return html`<p>${mark(false, "not run")}: ${run.reason ?? ""}</p><p>${on}</p>`;
  const recovery = html`longest recovery ${seconds(run.longestRecoverySeconds)}${
    run.rtoSeconds === null ? html`` : html`, objective ${seconds(run.rtoSeconds)}`
  }`;
  if (run.verdict === "failed")
    return html`<p>${mark(false, "failed")} in round ${count(rounds.at(-1)?.round ?? 0)}, after ${count(run.commits)} acknowledged commits; ${recovery}</p><p>${on}</p>`;
  return html`<p>${mark(true, "passed")}: ${count(run.commits)} acknowledged commits, none lost; ${recovery}</p><p>${on}</p>`;
}

function changed({ drill, changes }: DrillSection): Html {
  if (changes.length === 0) return html``;
  return html`<p>${mark(false, "other settings")}: this run says nothing of what was changed since.</p>
${table(
  `What was changed since drill ${drill}`,
  ["setting", "in this run", "now"],
  changes.map((change) => [
    name(change.name),
    cell(change.inRun ?? "not set"),
    cell(change.now ?? "not set"),
  ]),
)}`;
}

function rounds({ drill, rounds }: DrillSection): Html {
  if (rounds.length === 0) return html``;
  return html`${plots(drill, rounds)}
${table(
  `Rounds of drill ${drill}`,
  [
    ...["round", "under load", "commits", "commits per second", "recovery", "WAL replayed"].map(numbers),
    "found",
  ],
  rounds.map((row) => [
    number(count(row.round)),
    number(seconds(row.loadSeconds)),
    number(count(row.commits)),
    number(rate(row.commitsPerSecond)),
    number(row.recoverySeconds === null ? html`none` : seconds(row.recoverySeconds)),
    number(megabytes(row.replayedBytes)),
    cell(
      row.findings.length === 0
        ? "nothing missing"
        : html`<span class="bad">${row.findings.join("; ")}</span>`,
    ),
  ]),
)}`;
}

/** torn-page has no load: there is nothing to see over time. */
function plots(drill: string, rounds: readonly RoundRow[]): Html {
  const hasLoad = rounds.some(({ commitsPerSecond }) => commitsPerSecond !== null);
  const over = html`<figure>${timeline(rounds)}<figcaption><b>Over time.</b> ${key(COLOURS.load, "commits per second")}${key("var(--bad)", drill === "restore" ? "the restore" : "the break")}${key(COLOURS.recovery, "recovery, with the number of its round")} The time of the checks is left out. The table has the numbers.</figcaption></figure>`;
  return html`${hasLoad ? over : html``}<figure>${recoveries(rounds)}<figcaption><b>Recovery of each round.</b> ${key(COLOURS.recovery, "seconds until the server was up")}${key(COLOURS.wal, "WAL replayed")} The table has the numbers.</figcaption></figure>`;
}

function key(colour: string, words: string): Html {
  return html`<span class="key"><i style="background: ${colour}"></i>${words}</span> `;
}

function controls({ drill, run, controls, controlsAt }: DrillSection): Html {
  if (!run || run.verdict === "not run") return html``;
  if (controlsAt === null)
    return html`<p>${mark(false, "negative controls were not run")}: nothing shows that this drill can fail.</p>`;
  return html`${table(
    `Negative controls of drill ${drill}: servers that are unsafe on purpose`,
    ["unsafe on purpose", "found?", numbers("ended in round"), "what was found"],
    controls.map(controlCells),
  )}<p class="quiet">Run at ${time(controlsAt)}.</p>`;
}

function controlCells(control: ControlRow): Html[] {
  return [
    name(html`<code>${control.name}</code>`),
    cell(mark(control.found, control.found ? "found" : "NOT FOUND")),
    number(control.round === null ? html`–` : count(control.round)),
    cell(control.findings.join("; ") || "nothing"),
  ];
}
