/** Results of a sweep: means, tests and the best setting, against numbers worked out by hand; the page, the text and the table. */
import { parquetReadObjects } from "hyparquet";
import { describe, expect, it } from "vitest";
import type { JobResult } from "../../src/sweep/job.ts";
import { readPlan } from "../../src/sweep/plan.ts";
import { resultsOf, type SweepRow } from "../../src/sweep/results.ts";
import { sweepPage } from "../../src/view/sweep/sweep-page.ts";
import { sweepTable, sweepText } from "../../src/view/sweep/sweep-text.ts";
import { bestWords } from "../../src/view/sweep/sweep-words.ts";
import { parquetOf } from "../../src/view/table/parquet.ts";

const MACHINE = { name: "here", cpu: "a processor", system: "linux 6", node: "v20" };

/** Results of heads 1, 2 and 4 whose losses are given for each seed; undefined if there is none. */
function made(losses: Readonly<Record<number, readonly (number | undefined)[]>>) {
  const seeds = Object.values(losses)[0]!.length;
  const plan = readPlan(
    { base: { data: { builtin: "relations" } }, grid: { "model.heads": Object.keys(losses).map(Number) }, seeds },
    { where: "plan.json", name: "heads" },
  );
  const rows = plan.models.map(({ setting, seed }, k): SweepRow => {
    const loss = losses[Number(setting["model.heads"])]![seed - 1];
    if (loss === undefined) return { id: `${k}`, setting, seed, state: "failed", message: "it was killed" };
    const result: JobResult = {
      ...{
        schema: "headwise.job/1",
        headwise: "0",
        id: `${k}`,
        name: `${k}`,
        weights: "abc",
        parameters: 9,
        seconds: 2,
        threads: 1,
        machine: MACHINE,
      },
      values: { loss: { value: loss, low: loss - 0.1, high: loss + 0.1 } },
      curve: [[1, loss + 1] as const, [2, loss] as const],
    };
    return { id: `${k}`, setting, seed, state: "done", result };
  });
  return resultsOf(plan, rows);
}

describe("the best setting", () => {
  it("has the best mean; with five seeds the test is the exact permutation test, corrected after Holm", () => {
    const { best, settings } = made({ 1: [3, 3.1, 2.9, 3, 3], 2: [2, 2.1, 1.9, 2, 2], 4: [2.1, 2.2, 2, 2.1, 2.1] });
    expect(settings.map(({ means }) => Number(means.loss!.mean.toFixed(6)))).toEqual([3, 2, 2.1]);
    const [found] = best as [(typeof best)[number]];
    expect(found.setting).toEqual({ "model.heads": "2" });
    expect(found).toMatchObject({ test: "permutation", share: 1 });
    expect(found.least).toBeCloseTo(2 / 252);
    expect(found.others.map(({ setting }) => setting["model.heads"])).toEqual(["4", "1"]);
    expect(found.others[1]!.p).toBeCloseTo(2 / 252);
    expect(found.others[1]!.corrected).toBeCloseTo(4 / 252);
    expect(found.others[0]!.difference.mean).toBeCloseTo(0.1);
  });

  it("with six seeds the test flips signs of differences, seed by seed", () => {
    // all six differences are positive: p = 2 / 2⁶
    const { best } = made({ 1: [5, 1, 9, 2, 7, 3], 2: [5.1, 1.1, 9.1, 2.1, 7.1, 3.1] });
    expect(best[0]).toMatchObject({
      setting: { "model.heads": "1" },
      test: "sign flips of the differences",
      share: 1,
      least: 2 / 64,
    });
    expect(best[0]!.others[0]!.p).toBeCloseTo(2 / 64);
  });

  it("is only one of the settings whose seeds are all done", () => {
    const { best } = made({ 1: [1, undefined], 2: [2, 2.1], 4: [3, 3.1] });
    expect(best[0]!.setting).toEqual({ "model.heads": "2" });
    expect(best[0]!.others.map(({ setting }) => setting["model.heads"])).toEqual(["4"]);
    expect(made({ 1: [1, undefined], 2: [2, 2.1] }).best).toEqual([]);
  });

  it("is described with the limits of its test", () => {
    const words = (losses: Parameters<typeof made>[0]) => {
      const results = made(losses);
      return bestWords(results, results.best[0]!);
    };
    expect(words({ 1: [3], 2: [2] })).toContain("One seed tells nothing about the differences between seeds.");
    expect(words({ 1: [3, 3.1], 2: [2, 2.1] })).toContain(
      "With 2 seeds the smallest p of the test (permutation) is 0.333, so no difference can be significant.",
    );
    const five = { 1: [3, 3.1, 2.9, 3, 3], 2: [2, 2.1, 1.9, 2, 2] };
    expect(words(five)).toContain("and significantly better than every other setting (permutation, Holm).");
    expect(words({ ...five, 4: [2, 2.1, 1.9, 2, 2.01] })).toContain(
      "1 other setting of 2 is not significantly worse (permutation, Holm): heads=4 differs by 0.002",
    );
  });
});

const RESULTS = made({ 1: [3, 3.1], 2: [2, undefined] });

it("the table has a typed row for each model, and reads back from Parquet", async () => {
  const file = parquetOf(sweepTable(RESULTS));
  const rows = await parquetReadObjects({
    file: file.buffer.slice(file.byteOffset, file.byteOffset + file.byteLength) as ArrayBuffer,
  });
  expect(rows).toHaveLength(4);
  expect(rows[0]).toMatchObject({
    id: "0",
    state: "done",
    "model.heads": 1,
    seed: 1,
    loss: 3,
    "loss.low": 2.9,
    parameters: 9,
    cpu: "a processor",
    message: null,
  });
  expect(rows[3]).toMatchObject({
    state: "failed",
    "model.heads": 2,
    seed: 2,
    loss: null,
    weights: null,
    message: "it was killed",
  });
});

it("the text tells states, means, failures and the best", () => {
  const text = sweepText(RESULTS, 100);
  expect(text).toContain("3 of 4 models done, 1 failed.");
  expect(text).toContain("- heads=2, seed 2: it was killed");
  expect(text).toMatch(/heads=1 {2,}2 {2,}3\.050 \[2\.415, 3\.685\]/);
});

it("the page draws every measure by every axis, escapes names, and is one file", () => {
  const page = sweepPage({ ...RESULTS, name: "<b>" });
  expect(page).toContain("&lt;b&gt;");
  expect(page).not.toContain("<b>&");
  expect(page).toContain("Held-out loss by model.heads (1, 2): ");
  expect(page).toContain("Learning curves");
  expect(page).toContain("it was killed");
  expect(page).not.toMatch(/https?:/);
});
