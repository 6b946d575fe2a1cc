/** Heads, Subspaces, Train and Why, in Chromium: what stands on the page is what Node computes. */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createPair } from "../../lab/engine/training/training.ts";
import { LIVE, type Moment } from "../../lab/engine/training/training-plan.ts";
import { EXERCISES, type Exercise } from "../../lab/pages/why/answers.ts";
import { parseConllu } from "../../src/corpus/conllu.ts";
import { SAMPLE_CONLLU } from "../../src/corpus/sample.ts";
import { columnsOf } from "../../src/heads/redundancy/head-maps.ts";
import { principalAngles } from "../../src/heads/redundancy/subspaces.ts";
import { reportOn } from "../../src/heads/report/report.ts";
import { loadCheckpoint } from "../../src/load/checkpoint.node.ts";
import { attentionCost } from "../../src/models/attention-cost.ts";
import { nodeRuntime } from "../../src/run/ort.node.ts";
import type { Runtime } from "../../src/run/runtime.ts";
import { explanationOf } from "../../src/view/report/explain.ts";
import { nearestMissed } from "../../src/view/report/unlabelled.ts";
import { type LabPlace, openLab } from "./place.ts";

let lab: LabPlace;
let runtime: Runtime;
beforeAll(async () => {
  lab = await openLab();
  runtime = await nodeRuntime({ threads: 2 });
});
afterAll(async () => {
  await runtime?.release();
  await lab?.close();
});

it("Heads: every label, manner, score and twin is the report's", async () => {
  const english = await loadCheckpoint("builtin:english");
  const { report } = await reportOn(runtime, english, parseConllu(SAMPLE_CONLLU, "built-in sample"), { seed: 1 });
  const page = await lab.open("?page=heads");
  await page.locator("table.heads").waitFor({ timeout: 120_000 });
  const rows = await page.locator("table.heads tbody tr").evaluateAll((all) =>
    all.map((row) => {
      const cells = [...row.children].map((cell) => cell.textContent!.trim());
      return {
        head: cells[0]!,
        labels: [...row.querySelectorAll(".code")].map((label) => label.textContent!),
        reason: row.querySelector(".reason")?.textContent,
        manners: cells[2]!,
        score: Number.parseFloat(cells[3]!.replace("−", "-")),
        title: cells[3]!.replace(/^\S+\s+/, ""),
        twin: cells[6]!.split(/\s+/)[0]!,
      };
    }),
  );
  expect(rows.map(({ head }) => head)).toEqual(report.heads.map(({ layer, head }) => `${layer}.${head}`));
  for (const [k, { labels, reason, manners, score, title, twin }] of rows.entries()) {
    const { label, labels: wanted, manners: attends, missed, scores, twin: nearest } = report.heads[k]!;
    expect(labels).toEqual(wanted);
    const failed = nearestMissed(report.heads[k]!);
    expect(reason).toBe(failed === undefined ? undefined : `Nearest: ${failed}.`);
    expect(manners).toBe(attends.join(", ") || "–");
    // a label's score; without one that of the manner, and without either that of the nearest label
    const told = label === "unclassified" ? (attends[0] ?? missed![0]!.label) : label;
    if (told !== "delimiter") expect(title).toBe(explanationOf(told).title);
    expect(twin).toBe(`${nearest!.layer}.${nearest!.head}`);
    expect(Object.values(scores).some(({ value }) => Math.abs(value - score) <= 0.0051)).toBe(true);
  }
  await page.getByRole("button", { name: "score" }).click();
  const sorted = (await page.locator("table.heads tbody td:nth-child(4)").allTextContents()).map((text) =>
    Number.parseFloat(text.replace("−", "-")),
  );
  expect(sorted).toEqual([...sorted].sort((a, b) => b - a));
  await page.close();
});

it("Subspaces: the angles between two heads are those of their weights", async () => {
  const world = await loadCheckpoint("builtin:relations-8");
  const wq = world.weights.layers.map(({ attention }) => attention.wq);
  const [first, second] = [columnsOf(wq[0]!, 1).to2DArray(), columnsOf(wq[1]!, 2).to2DArray()];
  const angles = principalAngles(first, second).map((angle) => (angle * 180) / Math.PI);
  const page = await lab.open("?page=subspaces&model=builtin:relations-8&heads=0.1,1.2");
  const said = await page.getByText("The mean cos² of their angles").textContent();
  const [smallest, greatest] = [...said!.matchAll(/(\d+)°/g)].map(([, degrees]) => Number(degrees));
  expect(Math.abs(smallest! - Math.min(...angles))).toBeLessThan(0.51);
  expect(Math.abs(greatest! - Math.max(...angles))).toBeLessThan(0.51);
  await page.close();
});

/** What the eight panels say of one head and of many. */
const panels = (page: Page): Promise<number[][]> =>
  page
    .locator("figure.curve .values")
    .evaluateAll((all) =>
      all.map((values) => [...values.querySelectorAll("strong")].map((value) => Number.parseFloat(value.textContent!))),
    );

function near(shown: readonly (readonly number[])[], { models }: Moment, loss: number, points: number): void {
  for (const [k, { loss: wanted, skills }] of models.entries()) {
    expect(Math.abs(shown[0]![k]! - wanted)).toBeLessThan(loss);
    for (const [r, skill] of skills.entries()) expect(Math.abs(shown[r + 1]![k]! - 100 * skill)).toBeLessThan(points);
  }
}

it("Train: fifty steps in the page are fifty steps in Node, and the same again after a reset", async () => {
  const pair = await createPair(await nodeRuntime({ threads: 1 }), { ...LIVE, seed: 5, heads: 4 });
  const moments: Moment[] = [];
  while (moments.length < 2) {
    const { moment } = await pair.advance();
    if (moment) moments.push(moment);
  }
  const page = await lab.open("?page=train&seed=5&trained=4");
  const run = async () => {
    await page.getByRole("button", { name: "Start" }).click();
    await page.getByText(/so far/).waitFor({ timeout: 90_000 });
    await page.waitForFunction(() => Number(document.querySelector<HTMLInputElement>(".scrub input")?.max ?? 0) >= 1, null, {
      timeout: 120_000,
    });
    await page.getByRole("button", { name: "Pause" }).click();
    const scrub = page.locator(".scrub input");
    await scrub.fill("0");
    near(await panels(page), moments[0]!, 0.006, 1.1);
    await scrub.fill("1");
    const shown = await panels(page);
    near(shown, moments[1]!, 0.02, 4);
    return shown;
  };
  const first = await run();
  await page.getByRole("button", { name: "Reset" }).click();
  expect(await run()).toEqual(first);
  await page.close();
}, 300_000);

it("Why: the calculator counts as attentionCost does, and an exercise is answered", async () => {
  const page = await lab.open("?page=why&width=768&parts=12&length=128");
  const cost = attentionCost({ width: 768, heads: 12 }, 128);
  const table = page.getByRole("table", { name: "Cost of attention in one layer" });
  const said = (row: RegExp) => table.getByRole("row", { name: row }).getByRole("cell").nth(1).textContent();
  expect(await said(/^width of a head/)).toBe("64");
  expect(await said(/^parameters/)).toBe(cost.parameters.toLocaleString("en-US"));
  const [{ id, question }] = EXERCISES as [Exercise, ...Exercise[]];
  expect(question).toContain("width 1024 and 16 heads");
  const answer = page.locator(`#answer-${id}`);
  for (const [given, look] of [
    ["16", "wrong"],
    ["64", "right"],
  ] as const) {
    await page.locator(`#exercise-${id}`).fill(given);
    await page.keyboard.press("Enter");
    await page.waitForFunction(([at, look]) => document.querySelector(at)?.className === look, [
      `#answer-${id}`,
      look,
    ] as const);
    expect(await answer.textContent()).not.toBe("");
  }
  await page.close();
});

it("nothing failed, and nothing was asked of another server", () => {
  expect(lab.problems).toEqual([]);
});
