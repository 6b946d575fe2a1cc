/** Pages that commands write, by axe's rules: light and dark, wide and narrow. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, it } from "vitest";
import { withImportance } from "../../src/heads/report/join-importance.ts";
import { armKeys, concluded } from "../../src/study/arms/arm-study.ts";
import type { StudyResult } from "../../src/study/one-or-many.ts";
import { headGrid, headPattern } from "../../src/view/chart/pattern.ts";
import { comparisonPage } from "../../src/view/compare/compare-page.ts";
import { curvePage } from "../../src/view/importance/curve-page.ts";
import { importancePage } from "../../src/view/importance/importance-page.ts";
import { lookPage } from "../../src/view/page/page.ts";
import { redundancyPage } from "../../src/view/redundancy/redundancy-page.ts";
import { reportPage } from "../../src/view/report/report-page.ts";
import { armPage } from "../../src/view/study/arm-page.ts";
import { studyPage } from "../../src/view/study/study-page.ts";
import { DESIGN } from "../study/made-design.ts";
import { deep, type FakeModel, fakeReport, fakeSites, fakeTexts, small, uneven } from "../view/fake.ts";
import { CHANGED, fakeComparison } from "../view/fake-comparison.ts";
import { fakeRedundancy } from "../view/fake-redundancy.ts";
import { madeImportance as importanceOf } from "../view/joined-importance.ts";
import { madeCurves, madeImportance } from "../view/made-importance.ts";
import { violations } from "./axe.ts";
import { type BuiltElements, buildElements } from "./built-elements.ts";

let built: BuiltElements;
beforeAll(async () => {
  built = await buildElements();
});
afterAll(() => built?.close());

function reportOf(model: FakeModel): string {
  const plain = fakeReport(model);
  const importance = importanceOf(plain.model, ({ place }) => ({ value: place, low: place - 9, high: place + 9 }));
  return reportPage(withImportance(plain, importance), fakeTexts(model), built.elements);
}

const models = armKeys(DESIGN).map((key) => ({ ...key, values: { size: key.seed }, seconds: 1 }));
const study = (): StudyResult =>
  JSON.parse(gunzipSync(readFileSync(new URL("../../docs/study/result.json.gz", import.meta.url))).toString());
const sites = fakeSites(small, small.texts[0]!);

const PAGES: Readonly<Record<string, () => string>> = {
  "a report": () => reportOf(uneven),
  "a report of many heads": () => reportOf(deep),
  importance: () => importancePage(madeImportance(() => 1)),
  curves: () => curvePage(madeCurves(["ablation", "random", "greedy"]), built.elements),
  redundancy: () => redundancyPage(fakeRedundancy(uneven), built.elements),
  "a comparison": () => comparisonPage(fakeComparison(CHANGED[0]![1])),
  "a study": () => studyPage(study()),
  "a study of arms": () => armPage(concluded(DESIGN, models, 1)),
  "all patterns": () => lookPage(headGrid(sites, { weighting: "raw" }), "patterns"),
  "one pattern as arcs": () => lookPage(headPattern(sites[1]!, 1, { weighting: "raw", drawing: "arcs" }), "pattern"),
};

it.each(
  Object.keys(PAGES).flatMap((name) => [[name, "light", 1280] as const, [name, "dark", 390] as const]),
)("axe finds nothing on the page of %s, %s, %i wide", async (name, colorScheme, width) => {
  const file = join(built.folder, `${name} ${width}.html`);
  writeFileSync(file, PAGES[name]!());
  const page = await built.browser.newPage({ colorScheme, viewport: { width, height: 844 } });
  await page.goto(pathToFileURL(file).href);
  await page.waitForTimeout(1000);
  expect(await violations(page)).toEqual([]);
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
  await page.close();
});
