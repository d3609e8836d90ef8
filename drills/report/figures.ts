/** How is a number shown? Rounded for people, and as it is in `<data>` and `<time>`. */

import { Html, html } from "./html";

function data(value: number, text: string): Html {
  return html`<data value="${value}">${text}</data>`;
}

export function count(value: number): Html {
  return data(value, `${value}`);
}

/** `1.7 s`; a dash where there is none. */
export function seconds(value: number | null): Html {
  return value === null ? html`–` : data(value, `${value.toFixed(1)} s`);
}

/** `11.3 MB` from bytes; a dash where there is none. */
export function megabytes(value: number | null): Html {
  return value === null ? html`–` : data(value, `${(value / 1024 ** 2).toFixed(1)} MB`);
}

/** `1164` per second; a dash where there is none. */
export function rate(value: number | null): Html {
  return value === null ? html`–` : data(value, value.toFixed(0));
}

/** `2026-11-24 12:39:58 UTC` from ISO 8601. */
export function time(value: string): Html {
  return html`<time datetime="${value}">${new Date(value).toISOString().slice(0, 19).replace("T", " ")} UTC</time>`;
}

/** A SHA-256 by its beginning. */
export function hash(value: string): Html {
  return html`<code title="${value}">${value.slice(0, 12)}</code>`;
}

/** A table that a keyboard can scroll where the window is narrow. */
export function table(
  caption: string,
  head: readonly (string | Html)[],
  rows: readonly (readonly Html[])[],
): Html {
  return html`<div class="wide" role="region" aria-label="${caption}" tabindex="0"><table>
<caption>${caption}</caption>
<thead><tr>${head.map((title) => (title instanceof Html ? title : html`<th scope="col">${title}</th>`))}</tr></thead>
<tbody>${rows.map((cells) => html`<tr>${cells}</tr>\n`)}</tbody></table></div>`;
}

/** The head of a column of numbers. */
export function numbers(title: string): Html {
  return html`<th scope="col" class="number">${title}</th>`;
}

/** The cell that names its row. */
export function name(content: string | Html): Html {
  return html`<th scope="row">${content}</th>`;
}

export function cell(content: string | Html): Html {
  return html`<td>${content}</td>`;
}

export function number(content: Html): Html {
  return html`<td class="number">${content}</td>`;
}

/** In colour and in words. */
export function mark(isGood: boolean, words: string): Html {
  return html`<b class="${isGood ? "good" : "bad"}">${isGood ? "✓" : "✗"} ${words}</b>`;
}
