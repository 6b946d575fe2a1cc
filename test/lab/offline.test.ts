/** Pages of ours with the elements in them, opened as files, offline: the patterns drawn are the report's. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { HeadwiseHeadPairs } from "../../lab/elements/head-pairs/head-pairs.ts";
import type { HeadwisePattern } from "../../lab/elements/pattern/pattern.ts";
import { withImportance } from "../../src/heads/report/join-importance.ts";
import { curvePage } from "../../src/view/importance/curve-page.ts";
import { redundancyPage } from "../../src/view/redundancy/redundancy-page.ts";
import { reportPage } from "../../src/view/report/report-page.ts";
import { deep, fakeReport, fakeTexts, uneven } from "../view/fake.ts";
import { fakeRedundancy } from "../view/fake-redundancy.ts";
import { madeImportance } from "../view/joined-importance.ts";
import { madeCurves } from "../view/made-importance.ts";
import { type BuiltElements, buildElements } from "./built-elements.ts";

let built: BuiltElements;
const problems: string[] = [];
beforeAll(async () => {
  built = await buildElements();
});
afterAll(() => built?.close());

async function opened(name: string, html: string): Promise<Page> {
  const file = join(built.folder, name);
  writeFileSync(file, html);
  const page = await built.browser.newPage();
  page.on("pageerror", (error) => problems.push(error.message));
  page.on("console", (message) => message.type() === "error" && problems.push(message.text()));
  page.on("request", (request) => request.url() !== pathToFileURL(file).href && problems.push(request.url()));
  await page.goto(pathToFileURL(file).href);
  return page;
}

it("a report's patterns are in its elements within a quarter of a percent, and drawn", async () => {
  const texts = fakeTexts(uneven);
  const page = await opened("report.html", reportPage(fakeReport(uneven), texts, built.elements));
  const picture = page.locator("headwise-pattern").first();
  await picture.scrollIntoViewIfNeeded();
  await page.waitForFunction(() => document.querySelector<HeadwisePattern>("headwise-pattern")?.pattern?.length);
  const { weights, text, head } = await picture.evaluate((element) => {
    const { pattern, dataset } = element as unknown as HeadwisePattern;
    return { weights: Array.from(pattern!), text: Number(dataset.text), head: Number(dataset.head) };
  });
  const wanted = texts[text]!.patterns.flat()[head]!;
  expect(weights).toHaveLength(wanted.length);
  for (const [k, weight] of weights.entries()) expect(Math.abs(weight - wanted[k]!)).toBeLessThan(0.004);
  expect(await picture.locator("canvas").evaluate((canvas) => (canvas as HTMLCanvasElement).width)).toBeGreaterThan(50);
  await page.close();
});

/** The pages of a PDF that Chromium prints of a page. */
const printed = async (page: Page): Promise<number> =>
  (await page.pdf({ format: "A4" })).toString("latin1").match(/\/Type \/Page\b/g)!.length;

/** Heads with their details, and those with all patterns loaded. */
const detailsOf = (page: Page) =>
  page.evaluate(() => {
    const heads = [...document.querySelectorAll(".head")].filter((head) => head.querySelector(".finding"));
    const drawn = heads.filter((head) =>
      [...head.querySelectorAll<HeadwisePattern>("headwise-pattern")].every((one) => one.pattern),
    );
    return { detailed: heads.length, drawn: drawn.length };
  });

it("a report of many heads draws a head when it is looked at, and prints a short edition, or all heads", async () => {
  const plain = fakeReport(deep);
  const report = withImportance(
    plain,
    madeImportance(plain.model, ({ place }) => ({ value: place, low: place - 9, high: place + 9 })),
  );
  const page = await opened("many.html", reportPage(report, fakeTexts(deep), built.elements));
  expect(await page.locator(".head").count()).toBe(270);
  expect((await detailsOf(page)).detailed).toBe(0);
  const { layer, head } = report.heads[200]!;
  const wanted = page.locator(`#head-${layer}-${head}`);
  await page.evaluate((hash) => {
    location.hash = hash;
  }, `head-${layer}-${head}`);
  await wanted.locator(".finding").waitFor();
  expect(Math.abs((await wanted.boundingBox())!.y)).toBeLessThan(200);
  expect(await wanted.locator(".scores tbody tr").count()).toBeGreaterThan(10);
  expect((await detailsOf(page)).detailed).toBeLessThan(20);

  expect(await printed(page)).toBeLessThanOrEqual(12);
  await page.evaluate(() => {
    document.documentElement.classList.add("whole");
    dispatchEvent(new Event("beforeprint"));
  });
  expect(await detailsOf(page)).toEqual({ detailed: 270, drawn: 270 });
  await page.close();
});

/** The values of the page's map of pairs, below the diagonal. */
async function pairsOf(page: Page): Promise<number[]> {
  await page.waitForFunction(() => document.querySelector<HeadwiseHeadPairs>("headwise-head-pairs")?.values?.length);
  return page.evaluate(() => Array.from(document.querySelector<HeadwiseHeadPairs>("headwise-head-pairs")!.values!));
}
const belowDiagonal = (matrix: readonly (readonly number[])[]) => matrix.flatMap((row, a) => row.slice(0, a));

it("a report's map of twins has every pair; Enter on a cell opens the head of its row", async () => {
  const report = fakeReport(uneven);
  const page = await opened("twins.html", reportPage(report, [], built.elements));
  const values = await pairsOf(page);
  const wanted = belowDiagonal(report.similarity.matrix);
  expect(values).toHaveLength(wanted.length);
  for (const [k, value] of values.entries()) expect(Math.abs(value - wanted[k]!)).toBeLessThan(6e-5);
  await page.getByRole("button", { name: "By layer" }).click();
  await page.locator("headwise-head-pairs canvas").focus();
  for (const key of ["ArrowDown", "ArrowDown", "Enter"]) await page.keyboard.press(key);
  const { layer, head } = report.heads[2]!;
  expect(await page.evaluate(() => location.hash)).toBe(`#head-${layer}-${head}`);
  await page.close();
});

it("a page of redundancy shows each measure in the order of its tree, or by layer", async () => {
  const result = fakeRedundancy(uneven);
  const page = await opened("redundancy.html", redundancyPage(result, built.elements));
  expect(await page.locator("headwise-head-pairs .tree").count()).toBe(1);
  await page.getByRole("button", { name: "QK map" }).click();
  const values = await pairsOf(page);
  for (const [k, wanted] of belowDiagonal(result.matrices.qk).entries()) expect(values[k]).toBeCloseTo(wanted, 4);
  await page.locator("headwise-head-pairs canvas").focus();
  for (const key of ["ArrowRight"]) await page.keyboard.press(key);
  expect(await page.locator("headwise-head-pairs output").textContent()).toContain("cosine");
  await page.getByRole("button", { name: "By layer" }).first().click();
  expect(await page.locator("headwise-head-pairs .tree").count()).toBe(0);
  await page.close();
});

it("a page of curves says how many heads each layer has lost, counted from the order", async () => {
  const report = madeCurves(["ablation", "random"]);
  const page = await opened("curve.html", curvePage(report, built.elements));
  const { order } = report.curves.find(({ method }) => method === "ablation")!;
  const gone = order.slice(0, Math.round(order.length / 3)).map((unit) => unit.split(".")[0]!);
  const table = page.locator("headwise-layer-curves table");
  await table.waitFor({ state: "attached" });
  const numbers = (await table.locator("tbody tr td").allTextContents()).map(Number);
  const layers = [...new Set(order.map((unit) => unit.split(".")[0]!))].sort();
  expect(numbers).toEqual(layers.map((layer) => gone.filter((one) => one === layer).length));
  await page.close();
});

it("nothing failed, and nothing was fetched", () => {
  expect(problems).toEqual([]);
});
