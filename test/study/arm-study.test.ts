/** Studies of arms: what runs, what is kept, means and tests; and the losses behind self-repair. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Transformer } from "../../src/models/transformer.ts";
import { nodeRuntime } from "../../src/run/ort.node.ts";
import type { Runtime } from "../../src/run/runtime.ts";
import { type ArmModel, armKeys, concluded, runArmStudy, type StudyDesign } from "../../src/study/arms/arm-study.ts";
import { headLosses, selfRepair } from "../../src/study/self-repair.ts";
import { nextTokenTask } from "../../src/tasks/token-tasks.ts";
import { armFindings, armPage } from "../../src/view/study/arm-page.ts";
import { DECODER, ENCODER, smallModel } from "../laws/small.ts";
import { DESIGN } from "./made-design.ts";

let runtime: Runtime;
beforeAll(async () => {
  runtime = await nodeRuntime({ threads: 1 });
});
afterAll(() => runtime.release());

const sizeOf = (arm: string, seed: number): number => seed + (arm === "b" ? 10 : 0);
const opened = () => nodeRuntime({ threads: 1 });

describe("a study", () => {
  it("runs every arm with every seed, seed by seed, except what is known", async () => {
    expect(armKeys(DESIGN).slice(0, 3)).toEqual([
      { arm: "a", seed: 1 },
      { arm: "b", seed: 1 },
      { arm: "a", seed: 2 },
    ]);
    const ran: string[] = [];
    const done: ArmModel[] = [];
    const known: ArmModel = { arm: "a", seed: 2, values: { size: 2 }, seconds: 7 };
    const run = async (_: Runtime, { arm, seed }: { arm: string; seed: number }) => {
      ran.push(`${arm}${seed}`);
      return { size: sizeOf(arm, seed) };
    };
    const result = await runArmStudy({ design: DESIGN, run }, opened, {
      threads: 1,
      known: async ({ arm, seed }) => (arm === "a" && seed === 2 ? known : undefined),
      done: async (model) => void done.push(model),
    });
    expect(ran).toEqual(["a1", "b1", "b2", "a3", "b3", "a4", "b4", "a5", "b5"]);
    expect(done).toHaveLength(9);
    expect(result.threads).toBe(1);
    expect(result.models).toHaveLength(10);
    expect(result.models).toContain(known);
  });

  it("has the means, and the exact p-value of the least likely split", () => {
    const models = armKeys(DESIGN).map((key) => ({ ...key, values: { size: sizeOf(key.arm, key.seed) }, seconds: 1 }));
    const result = concluded(DESIGN, models, 1);
    expect(result.means.a!.size!.mean).toBe(3);
    // Student's t with 4 degrees of freedom: 2.776 · √2.5 / √5
    expect(result.means.a!.size!.high).toBeCloseTo(3 + 2.776 * Math.sqrt(0.5), 6);
    // an interval ends at the least possible number
    const measures = DESIGN.measures.map((measure) => ({ ...measure, least: 2 }));
    expect(concluded({ ...DESIGN, measures }, models, 1).means.a!.size).toMatchObject({ mean: 3, low: 2 });
    const [test] = result.tests;
    expect(test!.difference).toBe(10);
    expect(test!.p).toBeCloseTo(2 / 252, 10);
    expect(armFindings(result).found.map((text) => text.replaceAll(/\s/g, " "))).toEqual([
      "Size: 13.000 (b) against 3.000 (a) units; difference 10.000, exact permutation p = 0.008, corrected p = 0.008.",
    ]);
    expect(armPage(result)).toContain("Is b larger than a?");
  });

  it("says when it has too few seeds to find anything", () => {
    const few = { ...DESIGN, seeds: 3 };
    const models = armKeys(few).map((key) => ({ ...key, values: { size: sizeOf(key.arm, key.seed) }, seconds: 1 }));
    const { found, notFound } = armFindings(concluded(few, models, 1));
    expect(found).toEqual([]);
    expect(notFound[0]).toBe(
      "With 3 seeds per arm, no exact test can reach p below 0.100, so nothing here can be significant at 0.05.",
    );
  });

  it("compares measures of the same models by sign flips, and says when they need more seeds", () => {
    const paired: StudyDesign = {
      ...DESIGN,
      measures: [
        { ...DESIGN.measures[0]!, chart: { title: "Both", row: "size" } },
        { name: "rest", title: "Rest", unit: "units", digits: 1, chart: { title: "Both", row: "rest" } },
      ],
      tests: [...DESIGN.tests, { measure: "size", arm: "a", againstMeasure: "rest" }],
    };
    const models = armKeys(paired).map((key) => {
      const size = sizeOf(key.arm, key.seed);
      return { ...key, values: { size, rest: size - 1 }, seconds: 1 };
    });
    const result = concluded(paired, models, 1);
    expect(result.tests[1]).toMatchObject({ difference: 1, p: 0.0625, corrected: 0.0625 });
    const { notFound } = armFindings(result);
    expect(notFound.map((text) => text.replaceAll(/\s/g, " "))).toEqual([
      "With 5 seeds per arm, no test by sign flips can reach p below 0.063, so no difference of that kind can be significant at 0.05.",
      "Size: 3.000 against 2.000 (rest) units, same models (a); difference 1.000, exact sign flips p = 0.063, corrected p = 0.063.",
    ]);
    const page = armPage(result);
    expect(page.match(/<svg/g)).toHaveLength(1); // both measures share a chart
    expect(page).toContain("Both: a, size 3.000, b, size 13.000, a, rest 2.000, b, rest 12.000");
    expect(page).toContain("<td>2.0 ");
    for (const test of notFound) expect(page).toContain(test.slice(0, 40));
  });
});

describe("self-repair", () => {
  const texts = Array.from({ length: 6 }, (_, t) => Int32Array.from({ length: 9 }, (_, i) => (5 * t + 3 * i) % 23));

  it("is none where nothing follows the heads but the last norm", async () => {
    const model = smallModel(DECODER, 3);
    const silent = model.weights.layers.map(({ feedForward, ...layer }) => ({
      ...layer,
      feedForward: { ...feedForward, down: { ...feedForward.down, data: new Float32Array(feedForward.down.data.length) } },
    }));
    const weights = { ...model.weights, layers: silent } as Transformer["weights"];
    const losses = await headLosses(runtime, { ...model, weights }, nextTokenTask(texts), [1]);
    expect(losses.map(({ name }) => name)).toEqual(["1.0", "1.1"]);
    for (const { total, direct } of losses) {
      expect(Math.abs(total)).toBeGreaterThan(1e-4);
      expect(total).toBeCloseTo(direct, 4);
    }
  });

  it("is 1 if the rest makes up for all of it, and negative if the rest depends on it", () => {
    const loss = (direct: number, total: number) => ({ name: "0.0", direct, total });
    expect(selfRepair([loss(1, 0), loss(0.5, 0)])).toBe(1);
    expect(selfRepair([loss(1, 2)])).toBe(-1);
    expect(selfRepair([loss(1, 0.5), loss(0.01, 9)])).toBe(0.5); // the second contributes too little to count
    expect(selfRepair([loss(-1, 1)])).toBeNaN();
  });

  it("is refused for encoders, whose norms follow the sums", async () => {
    await expect(headLosses(runtime, smallModel(ENCODER, 1), nextTokenTask(texts))).rejects.toThrow("use a decoder");
  });
});
