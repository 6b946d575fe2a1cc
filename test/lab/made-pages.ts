/** Pages of every kind that commands write, from made results. */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
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

function reportOf(model: FakeModel, elements: string): string {
  const plain = fakeReport(model);
  const importance = importanceOf(plain.model, ({ place }) => ({ value: place, low: place - 9, high: place + 9 }));
  return reportPage(withImportance(plain, importance), fakeTexts(model), elements);
}

const models = armKeys(DESIGN).map((key) => ({ ...key, values: { size: key.seed }, seconds: 1 }));
const study = (): StudyResult =>
  JSON.parse(gunzipSync(readFileSync(new URL("../../docs/study/result.json.gz", import.meta.url))).toString());
const sites = fakeSites(small, small.texts[0]!);

/** For each kind of page, its text around the module of elements. */
export const PAGES: Readonly<Record<string, (elements: string) => string>> = {
  "a report": (elements) => reportOf(uneven, elements),
  "a report of many heads": (elements) => reportOf(deep, elements),
  importance: (elements) =>
    importancePage(
      madeImportance(() => 1),
      elements,
    ),
  curves: (elements) => curvePage(madeCurves(["ablation", "random", "greedy"]), elements),
  redundancy: (elements) => redundancyPage(fakeRedundancy(uneven), elements),
  "a comparison": (elements) => comparisonPage(fakeComparison(CHANGED[0]![1]), elements),
  "a study": (elements) => studyPage(study(), elements),
  "a study of arms": (elements) => armPage(concluded(DESIGN, models, 1), elements),
  "all patterns": () => lookPage(headGrid(sites, { weighting: "raw" }), "patterns"),
  "one pattern as arcs": () => lookPage(headPattern(sites[1]!, 1, { weighting: "raw", drawing: "arcs" }), "pattern"),
};
