/** Every text for the terminal fits its width, and no number is broken over lines. */
import { describe, expect, it } from "vitest";
import { summary } from "../../../src/cli/pruning/prune-record.ts";
import { withImportance } from "../../../src/heads/report/join-importance.ts";
import type { PruneRecord } from "../../../src/prune/write/record.ts";
import type { Truth } from "../../../src/study/truth/confusion.ts";
import { PROMISES } from "../../../src/study/truth/confusion.ts";
import { curveText } from "../../../src/view/importance/curve-page.ts";
import { importanceText } from "../../../src/view/importance/importance-text.ts";
import { costText } from "../../../src/view/page/cost.ts";
import { brokenText, truthText } from "../../../src/view/study/truth-text.ts";
import { gridText, patternText, reportText } from "../../../src/view/terminal/terminal.ts";
import { comparisonText } from "../../../src/view/terminal/terminal-compare.ts";
import { redundancyText } from "../../../src/view/terminal/terminal-redundancy.ts";
import { columnTable } from "../../../src/view/terminal/terminal-table.ts";
import { deep, fakeReport, fakeSites, fakeTranslation, single, small, uneven } from "../fake.ts";
import { CHANGED, fakeComparison } from "../fake-comparison.ts";
import { fakeRedundancy } from "../fake-redundancy.ts";
import { madeImportance as importanceOf } from "../joined-importance.ts";
import { madeCurves, madeImportance } from "../made-importance.ts";

const LONG = `organization-with-a-long-name/${"a-model-with-a-long-name-".repeat(6)}base`;
const MODELS = { small, deep, uneven, single, wide: { ...small, heads: [40, 40] } };
const worth = ({ place }: { readonly place: number }) => ({ value: 12_345.678 - place, low: -4, high: 12_346 });
const reports = Object.values(MODELS).flatMap((model) => {
  const report = fakeReport(model);
  const joined = withImportance(report, importanceOf(report.model, worth), "importance.json");
  const heads = report.heads.map(({ layer, head, labels, manners }) => ({ layer, head, labels, manners }));
  const also = { corpus: report.corpus, labels: [{ label: "self" as const, here: 12, there: 9, both: 5 }], heads };
  return [{ ...joined, also, model: { ...report.model, id: LONG } }, report];
});
const truth: Truth = {
  schema: "headwise.truth/1",
  options: { seed: 1, sentences: 1, untrained: 1, scales: [0.1] },
  planted: (["planted", "blind", "idle"] as const).map((kind, head) => ({
    ...{ shape: "llama", layer: 0, head, plan: "a plan that takes some words to tell, such as this one, and more", kind },
    ...{ wanted: kind === "planted" ? "previous-token" : null, labels: ["semantic", "syntactic", "duplicate-token"] },
    ...{ wrong: ["semantic"], found: false, noise: false },
  })),
  untrained: [{ shape: "llama", deviation: 0.02, heads: 24, named: 1, noise: 20 }],
};
const around = (value: number) => ({ value, low: value - 1.5, high: value + 1.5 });
const record = {
  ...{ heads: { before: 1234, after: 1000 }, parameters: { before: 8_030_261_248, after: 7_030_261_248 } },
  removed: Array.from({ length: 234 }, (_, k) => `${k}.7`),
  scores: [],
  check: { texts: 110, tokens: 12_345, states: 1e-6, logits: 2e-6, leftOut: 3, corpus: {} },
  quality: {
    task: { name: "similarity", measure: "Spearman’s ρ × 100", better: "higher", examples: 1500 },
    ...{ corpus: { id: "pairs.csv", sha256: "" }, notes: ["a note of many words ".repeat(8).trim()], before: around(86) },
    after: { quality: around(81), loss: around(5) },
  },
  savings: {
    work: { length: 128, before: 123_456_789, after: 100_456_789 },
    timings: [{ batch: 8, length: 128, before: 12.3, after: 10.2, attention: { before: 5.1, after: 3.2 } }],
    memory: [{ batch: 8, before: 3e9, after: 2e9 }],
  },
  files: { carried: Array.from({ length: 12 }, (_, k) => `file-${k}.json`), leftOut: [{ name: "a.bin", why: "unknown" }] },
} as unknown as PruneRecord;

const redundancies = [small, uneven, single].map(fakeRedundancy);

const all = (columns: number): Record<string, () => readonly string[]> => {
  const styles = [true, false].map((color) => ({ columns, color }));
  const translation = fakeTranslation(16, small.texts[1]!, deep.texts[0]!);
  const long = fakeSites(
    small,
    Array.from({ length: 128 }, (_, i) => small.texts[1]![i % 21]!),
  );
  return {
    report: () => reports.flatMap((report) => styles.map((style) => reportText(report, style))),
    importance: () => [
      importanceText({ ...madeImportance((k) => 12_345.678 / (k + 1)), corpus: { id: LONG, sha256: "" } }, columns),
      importanceText(
        madeImportance((k) => -k, ["michel", "ablation"], ["encoder.0.1", "cross.1.2-3"]),
        columns,
      ),
    ],
    curve: () => [curveText(madeCurves(["michel", "michel-normalized", "random"]), columns)],
    redundancy: () => redundancies.flatMap((made) => styles.map((style) => redundancyText(made, style))),
    compare: () =>
      CHANGED.flatMap(([, fake]) =>
        styles.flatMap((style) => {
          const made = fakeComparison(fake);
          return [made, { ...made, a: { ...made.a, id: LONG } }].map((comparison) => comparisonText(comparison, style));
        }),
      ),
    verify: () => [truthText(truth, columns), brokenText(Object.keys(PROMISES) as (keyof typeof PROMISES)[], columns)],
    params: () => [
      costText({ width: 512, heads: 8 }, 128, columns),
      costText({ width: 65_536, heads: 48, headWidth: 333, layers: 126 }, 1_000_000, columns),
      costText({ width: 8192, heads: 64, keyValueHeads: 8, layers: 80, outputProjection: false }, 128, columns),
    ],
    prune: () => [summary(record, columns)],
    look: () =>
      [...small.texts.map((tokens) => fakeSites(small, tokens)), fakeSites(deep, deep.texts[0]!), long, translation].flatMap(
        (sites) => styles.flatMap((style) => [gridText(sites, style), patternText(sites[1]!, 2, style)]),
      ),
  };
};

// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences start with one.
const bare = (text: string) => text.replace(/\u001b\[[\d;]*m/g, "");

describe.each([80, 100, 120])("at %i columns", (columns) => {
  it.each(Object.entries(all(columns)))("%s fits", (_, texts) => {
    for (const text of texts())
      for (const line of bare(text).split("\n")) expect([...line].length, line).toBeLessThanOrEqual(columns);
  });
});

it("the same numbers stand at every width, whole", () => {
  const numbers = (text: string) => new Set(bare(text).match(/\d[\d,]*(?:\.\d+)?/g));
  const wide = all(400);
  for (const columns of [80, 100, 120])
    for (const name of ["importance", "curve", "verify", "params", "prune"])
      for (const [k, text] of all(columns)[name]!().entries()) expect(numbers(text)).toEqual(numbers(wide[name]!()[k]!));
});

it("a wide table goes on below, with its first column again", () => {
  const rows = [["first", "1.25", "22.5", "333"]];
  expect(columnTable(["name", "a", "b", "c"], rows, { left: 1, columns: 20 })).toEqual([
    "  name      a     b",
    "  first  1.25  22.5",
    "",
    "  name     c",
    "  first  333",
  ]);
});
