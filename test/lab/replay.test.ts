/** The recorded training run: what the page replays is what was recorded, and what is recorded is what trains in the page. */
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createPair } from "../../lab/engine/training/training.ts";
import { LIVE, type Moment } from "../../lab/engine/training/training-plan.ts";
import { LiveTraining } from "../../lab/pages/train/live.ts";
import { type RecordedRun, replaying } from "../../lab/pages/train/recorded.ts";
import { RELATIONS } from "../../src/corpus/world/target.ts";
import { nodeRuntime } from "../../src/run/ort.node.ts";
import { type LabPlace, openLab } from "./place.ts";

const recorded = JSON.parse(readFileSync(new URL("../../lab/public/training.json", import.meta.url), "utf8")) as RecordedRun;

describe("the recorded run", () => {
  it("is of the page's own plan", () => {
    const { seed, heads, ...plan } = recorded.plan;
    expect(plan, "npm run record writes it again").toEqual(LIVE);
    expect([seed, heads]).toEqual([1, 8]);
  });

  it("replays every loss and every moment, and each moment is whole", async () => {
    const training = new LiveTraining(() => replaying(recorded, 0));
    await training.start(recorded.plan);
    expect(training.phase).toBe("done");
    expect(training.losses).toEqual(recorded.losses);
    expect(training.moments.map(({ step }) => step)).toEqual(Array.from({ length: 17 }, (_, k) => 50 * k));
    const tokens = recorded.begun.tokens.length;
    for (const { heads, costs, patterns } of training.moments.flatMap(({ models }) => models)) {
      expect([costs.length, patterns.length]).toEqual([2 * heads, 2 * heads]);
      for (const { value, low, high } of costs.flatMap(({ lost }) => lost)) {
        expect(low).toBeLessThanOrEqual(value);
        expect(value).toBeLessThanOrEqual(high);
      }
      for (const pattern of patterns)
        for (let query = 0; query < tokens; query++) {
          const row = pattern.subarray(query * tokens, (query + 1) * tokens);
          expect(row.reduce((a, b) => a + b)).toBeCloseTo(1, 1);
          expect(row.subarray(query + 1).every((weight) => weight === 0)).toBe(true);
        }
    }
  });

  it("begins as training in the page does", async () => {
    const runtime = await nodeRuntime({ threads: 1 });
    const pair = await createPair(runtime, recorded.plan);
    expect(pair.begun).toMatchObject({ parameters: recorded.begun.parameters, tokens: recorded.begun.tokens });
    let moment: Moment | undefined;
    while (!moment) moment = (await pair.advance()).moment;
    for (const [k, model] of moment.models.entries()) {
      const kept = recorded.moments[0]!.models[k]!;
      expect(model.loss).toBeCloseTo(kept.loss, 2);
      for (const [r] of RELATIONS.entries()) expect(model.skills[r]).toBeCloseTo(kept.skills[r]!, 1);
      expect(model.patterns.every((pattern) => pattern.every((weight) => weight >= 0 && weight <= 1))).toBe(true);
    }
    await runtime.release();
  });
});

describe("page Train", () => {
  let lab: LabPlace;
  beforeAll(async () => {
    lab = await openLab();
  });
  afterAll(() => lab?.close());

  const last = recorded.moments.at(-1)!;

  it("shows the end of the recorded run where motion is unwelcome, and shades only what is not due to chance", async () => {
    const page = await lab.open("?page=train&model=builtin:relations-8", { reducedMotion: "reduce" });
    await page.getByText("step 800 of 800. ").waitFor();
    await page.getByRole("heading", { name: "Patterns after 800 steps" }).waitFor();
    expect(await page.locator(".forming headwise-head-grid").count()).toBe(2);
    const shaded = await page
      .locator(".costs.many td")
      .evaluateAll((cells) => cells.map((cell) => !cell.classList.contains("shade-0")));
    expect(shaded).toEqual(last.models[1]!.costs.flatMap(([, lost]) => lost.map(([, low]) => low > 0)));
    expect(shaded).toContain(true);
    await page.close();
  });

  it("plays by itself, pauses, and gives way to a training in the page", async () => {
    const page = await lab.open("?page=train&model=builtin:relations-8&trained=4");
    const step = async () => Number(/step (\d+) of 800\. /.exec((await page.locator(".replay").textContent())!)?.[1]);
    await expect.poll(step).toBeGreaterThan(50);
    await page.getByRole("button", { name: "Pause the replay" }).click();
    const paused = await step();
    await page.waitForTimeout(300);
    expect(await step()).toBeLessThanOrEqual(paused + 1);
    await page.getByRole("button", { name: "Start", exact: true }).click();
    await page.locator(".replay").waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Pause", exact: true }).click();
    await page.getByRole("button", { name: "Reset", exact: true }).click();
    await page.getByRole("button", { name: "Play", exact: true }).click();
    await expect.poll(step).toBeGreaterThan(paused);
    await page.close();
  });

  it("says that the recorded run does not load, and trains all the same", async () => {
    const page = await lab.open("?page=train&model=builtin:relations-8", {
      allow: [/Failed to load resource/],
      prepare: (opened) => opened.route("**/training.json", (route) => route.abort()),
    });
    await page.getByText("training.json: the server did not answer").first().waitFor();
    await page.getByRole("button", { name: "Step", exact: true }).click();
    await page.getByText("Patterns after 0 steps").waitFor();
    await page.close();
  });
});
