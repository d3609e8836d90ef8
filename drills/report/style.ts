/** How does the page look? Light and dark as the reader's system says; light on paper. */

/** All of its CSS: the page loads nothing. Contrasts are at least 4.5:1 for text. */
export const STYLE = `
:root { color-scheme: light dark; --paper: #fff; --ink: #1b1f24; --muted: #57606a; --line: #d0d7de; --soft: #f6f8fa;
  --good: #116329; --good-soft: #dafbe1; --bad: #a40e26; --bad-soft: #ffebe9;
  --load: #0969da; --recovery: #bf8700; --wal: #8250df; }
@media (prefers-color-scheme: dark) { :root { --paper: #0d1117; --ink: #e6edf3; --muted: #9aa4af; --line: #30363d;
  --soft: #161b22; --good: #56d364; --good-soft: #0f2d1a; --bad: #ff8a80; --bad-soft: #3b1215;
  --load: #58a6ff; --recovery: #e3b341; --wal: #bc8cff; } }
@media print { :root { color-scheme: light; --paper: #fff; --ink: #000; --muted: #444; --line: #bbb; --soft: #f4f4f4;
  --good: #116329; --good-soft: #fff; --bad: #a40e26; --bad-soft: #fff; --load: #0969da; --recovery: #bf8700; --wal: #8250df; }
  nav { display: none; } figure, tr, .claims, .verdict { break-inside: avoid; } h2, h3, caption { break-after: avoid; }
  .wide { overflow: visible; } .key i { print-color-adjust: exact; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
main, header, nav { max-width: 60rem; margin: 0 auto; padding: 0 1.25rem; }
header { padding-top: 2rem; }
h1 { font-size: 1.7rem; line-height: 1.2; margin: 0 0 .25rem; }
h2 { font-size: 1.3rem; margin: 2.75rem 0 .75rem; padding-top: .75rem; border-top: 1px solid var(--line); }
h3 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
p { margin: .5rem 0; }
code { font: .9em ui-monospace, monospace; overflow-wrap: anywhere; }
nav { margin-top: 1rem; } nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; list-style: none; padding: 0; margin: 0; }
a { color: var(--load); } :focus-visible { outline: 3px solid var(--load); outline-offset: 2px; }
.quiet { color: var(--muted); }
.verdict { margin: 1.25rem 0; padding: 1rem 1.25rem; border: 2px solid; border-radius: .5rem; }
.verdict > p { margin: 0; } .verdict strong { font-size: 1.25rem; }
.verdict ul { margin: .75rem 0 0; padding-left: 1.25rem; } .verdict li { margin: .4rem 0; color: var(--ink); }
.verdict li > span { display: block; overflow-wrap: anywhere; }
.verdict.good { background: var(--good-soft); color: var(--good); } .verdict.bad { background: var(--bad-soft); color: var(--bad); }
.good { color: var(--good); } .bad { color: var(--bad); } b.good, b.bad { white-space: nowrap; }
.claims { margin: .75rem 0; display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1rem; }
.claims dt { font-weight: 600; } .claims dd { margin: 0; }
.wide { overflow-x: auto; margin: 1rem 0; }
table { border-collapse: collapse; width: 100%; font-size: .875rem; }
caption { text-align: left; font-weight: 600; padding: .25rem 0 .5rem; }
th, td { text-align: left; vertical-align: top; padding: .35rem .75rem .35rem 0; border-bottom: 1px solid var(--line); }
thead th { color: var(--muted); font-weight: 600; white-space: nowrap; } tbody th { font-weight: 600; }
tbody th, tbody th code, time, code[title] { white-space: nowrap; }
.breaks { overflow-wrap: anywhere; }
td > time { white-space: normal; }
.number + * { padding-left: .75rem; }
.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
figure { margin: 1.25rem 0; padding: .75rem; background: var(--soft); border: 1px solid var(--line); border-radius: .5rem; }
figcaption { font-size: .875rem; color: var(--muted); } figcaption b { color: var(--ink); }
.plot svg { display: block; width: 100%; height: auto; }
.key { white-space: nowrap; margin-right: .75rem; }
.key i { display: inline-block; width: .8rem; height: .8rem; margin-right: .3rem; vertical-align: -.05rem; }
@media (max-width: 40rem) { .claims { grid-template-columns: 1fr; } .claims dd { margin-bottom: .5rem; } }
`;
