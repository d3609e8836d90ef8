/** How does text get into HTML? Escaped, unless it is HTML that was made here. */

/** A piece of HTML. */
export class Html {
  constructor(readonly text: string) {}
}

/** What a template takes. */
export type Content = Html | string | number | readonly Content[];

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Template of a piece of HTML. Every value is escaped, in text and in quoted attributes. */
export function html(literals: TemplateStringsArray, ...values: readonly Content[]): Html {
  return new Html(
    literals
      .map((literal, index) => literal + (index < values.length ? written(values[index] ?? "") : ""))
      .join(""),
  );
}

function written(content: Content): string {
  if (content instanceof Html) return content.text;
  if (typeof content === "object") return content.map(written).join("");
  return String(content).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? "");
}

/** Data that the page carries: a script element that no browser runs. */
export function embeddedJson(id: string, data: unknown): Html {
  // Nothing may look like the element's end. A backslash escape is still the same JSON.
  const json = JSON.stringify(data).replaceAll("<", "\\u003c");
  return html`<script type="application/json" id="${id}">${new Html(json)}</script>`;
}
