/** The page in a real browser: it asks for nothing, shows what it carries, and everybody can read it. */

import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import axe from "axe-core";
import type { Browser, Page } from "puppeteer-core";
import { type ReportModel, reportModel } from "../../../drills/report/model";
import { reportPage } from "../../../drills/report/page";
import { startBrowser } from "../../chromium";
import { NOT_PROVEN, PROVEN, reportArgs, withDrift, withOthers, withoutState } from "./fixture";

/** What a person sees, and what a script can read. */
interface Seen {
  embedded: ReportModel;
  text: string;
  numbers: { value: number; text: string }[];
  attributes: string[];
}

/** All values in a tree. */
function leaves(tree: unknown): unknown[] {
  return typeof tree === "object" && tree !== null ? Object.values(tree).flatMap(leaves) : [tree];
}

function roundings(value: number): string[] {
  return [`${value}`, `${value.toFixed(1)} s`, `${(value / 1024 ** 2).toFixed(1)} MB`, value.toFixed(0)];
}

/** Runs in the browser, as a text: these tests are compiled without the types of a browser. */
const SEEN = `(() => {
  const all = (selector) => [...document.querySelectorAll(selector)];
  return {
    embedded: JSON.parse(document.querySelector("#report").textContent),
    text: document.body.innerText,
    numbers: all("data").map((node) => ({ value: Number(node.value), text: node.textContent })),
    attributes: all("[title], [datetime]").flatMap((node) => [node.title, node.dateTime]),
  };
})()`;

const COLOURS = `[document.body, document.querySelector("svg text")].map(
  (node, index) => getComputedStyle(node)[index === 0 ? "backgroundColor" : "fill"],
)`;

describe("the report in a browser", function () {
  this.timeout(10 * 60_000);
  let browser: Browser | undefined;
  let folder: string;

  before(async function () {
    browser = await startBrowser("the report in a browser");
    if (!browser) return this.skip();
    folder = await mkdtemp(path.join(os.tmpdir(), "report-page-"));
  });

  after(async () => {
    await browser?.close();
    if (folder) await rm(folder, { recursive: true });
  });

  /** Loads a page, and notes everything that it asks for or complains of. */
  async function load(html: string, scheme: "light" | "dark" = "light") {
    const file = path.join(folder, "page.html");
    await writeFile(file, html);
    const page = (await browser?.newPage()) as Page;
    const [requests, complaints]: string[][] = [[], []];
    page.on("request", (request) => requests?.push(request.url()));
    page.on("console", (message) => complaints?.push(message.text()));
    page.on("pageerror", (error) => complaints?.push(String(error)));
    await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
    await page.goto(pathToFileURL(file).href);
    return { page, requests, complaints, own: pathToFileURL(file).href };
  }

  /** What axe finds wrong. */
  async function violations(html: string, scheme: "light" | "dark" = "light") {
    const { page } = await load(html, scheme);
    // axe is a script, and the page allows none.
    await page.setBypassCSP(true);
    await page.reload();
    await page.evaluate(axe.source);
    const found = (await page.evaluate("axe.run()")) as axe.AxeResults;
    await page.close();
    return found.violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]);
  }

  const cases = {
    "is proven": async () => withOthers(await reportArgs(PROVEN), true),
    "is not proven": async () => withOthers(await reportArgs(NOT_PROVEN), false),
    "has no evidence": async () => withoutState(await reportArgs([])),
    "has a setting that differs": async () => withDrift(await reportArgs(PROVEN)),
    "has a broken chain": () => reportArgs(PROVEN, (text) => text.replace("passed", "failed")),
  };
  for (const [name, args] of Object.entries(cases)) {
    it(`that ${name} asks for nothing and complains of nothing`, async () => {
      const { page, requests, complaints, own } = await load(reportPage(reportModel(await args())));
      assert.deepEqual([requests, complaints], [[own], []]);
      await page.close();
    });

    it(`that ${name} shows all that it carries, and no other numbers`, async () => {
      const model = reportModel(await args());
      const { page } = await load(reportPage(model));
      const { embedded, text, numbers, attributes } = (await page.evaluate(SEEN)) as Seen;
      assert.deepEqual(embedded, model);
      const carried = new Set(leaves(embedded).filter((leaf) => typeof leaf === "number"));
      for (const number of numbers) {
        assert.ok(carried.has(number.value), `${number.text} is nowhere in the JSON`);
        assert.ok(roundings(number.value).includes(number.text), `${number.text} is not ${number.value}`);
      }
      const shown = new Set(numbers.map(({ value }) => value));
      // A zero is also said in words: no controls were run.
      assert.deepEqual(
        [...carried].filter((value) => value !== 0 && !shown.has(value as number)),
        [],
      );
      const flat = text.replace(/\s+/g, " ");
      const strings = leaves(embedded).filter((leaf) => typeof leaf === "string");
      const missing = strings.filter((leaf) => !flat.includes(leaf) && !attributes.includes(leaf));
      assert.deepEqual(missing, []);
      await page.close();
    });

    for (const scheme of ["light", "dark"] as const)
      it(`that ${name} has no fault that axe finds, ${scheme}`, async () => {
        assert.deepEqual(await violations(reportPage(reportModel(await args())), scheme), []);
      });
  }

  it("is dark where the reader's system is, plots as well, and light on paper", async () => {
    const colours = (page: Page) => page.evaluate(COLOURS);
    const html = reportPage(reportModel(await reportArgs(PROVEN)));
    const { page: light } = await load(html, "light");
    const { page: dark } = await load(html, "dark");
    assert.deepEqual(await colours(light), ["rgb(255, 255, 255)", "rgb(87, 96, 106)"]);
    assert.deepEqual(await colours(dark), ["rgb(13, 17, 23)", "rgb(154, 164, 175)"]);
    await dark.emulateMediaType("print");
    assert.deepEqual(await colours(dark), ["rgb(255, 255, 255)", "rgb(68, 68, 68)"]);
    await Promise.all([light.close(), dark.close()]);
  });

  it("would be seen asking, complaining, and shutting somebody out", async () => {
    const html = '<html><body><img src="missing.png"><script>console.error("no")</script></body></html>';
    const { page, requests, complaints } = await load(html);
    assert.equal(requests?.length, 2);
    assert.ok(complaints?.includes("no"));
    await page.close();
    assert.ok((await violations(html)).some(([id]) => id === "image-alt"));
  });
});
