/** Nothing that somebody wrote becomes HTML. */

import assert from "node:assert/strict";
import fc from "fast-check";
import { embeddedJson, html } from "../../../drills/report/html";

describe("templates of HTML", () => {
  it("escape text and attributes, and keep their own pieces", () => {
    const piece = html`<b title="${"a\"'b"}">${"<i>"}</b>`;
    assert.equal(
      html`<p>${piece}${["&", 1]}</p>`.text,
      '<p><b title="a&quot;&#39;b">&lt;i&gt;</b>&amp;1</p>',
    );
  });

  it("let no text open an element or end an attribute", () =>
    fc.assert(fc.property(fc.string(), (text) => assert.doesNotMatch(html`${text}`.text, /[<>"']/))));

  it("carry any JSON, and end where they say", () =>
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), fc.constant("</script><script>alert(1)</script>")), (value) => {
        const { text } = embeddedJson("data", value);
        const [, json = ""] = /^<script type="application\/json" id="data">(.*)<\/script>$/s.exec(text) ?? [];
        assert.doesNotMatch(json, /</);
        assert.deepEqual(JSON.parse(json), JSON.parse(JSON.stringify(value)));
      }),
    ));
});
