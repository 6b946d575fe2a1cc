/** Summaries, sentences and pages of made-up models whose structure is known. */
import { describe, expect, it } from "vitest";
import { RELATIONS } from "../../src/corpus/world/target.ts";
import type { RunKey, StudyConfig } from "../../src/study/arms.ts";
import { headsNeeded, relationsServed, specificity, summarize } from "../../src/study/summary.ts";
import { findings } from "../../src/view/study/findings.ts";
import { studyPage } from "../../src/view/study/study-page.ts";
import { tagErrors } from "../view/well-formed.ts";
import { holes, madeModel, madeModels, madeResult, PLAN, type Plant, SPECIALISTS } from "./made-results.ts";

const KEY: RunKey = { arm: "trained", heads: 7, seed: 1 };
const headsOf = (nats: Plant["nats"]) => madeModel(PLAN, KEY, { nats }).perHead;

describe("effective numbers and specificity", () => {
  it("one head for everything: it serves all 7 relations, each rests on 1 head, and it is specific to none", () => {
    const heads = headsOf((_, layer, head) => (layer === 1 && head === 3 ? [0.6, 0.6] : [0, 0]));
    expect(relationsServed(heads)).toBeCloseTo(7, 9);
    expect(headsNeeded(heads)).toBeCloseTo(1, 9);
    expect(specificity(heads)).toBeCloseTo(0, 9);
  });

  it("a head for each relation: each serves 1, each relation rests on 1, and heads are specific", () => {
    const heads = headsOf((_, layer, head, r) => (layer === 0 && head === r ? [0.6, 0.4] : [0, 0]));
    expect(relationsServed(heads)).toBeCloseTo(1, 9);
    expect(headsNeeded(heads)).toBeCloseTo(1, 9);
    // judged on the second half
    expect(specificity(heads)).toBeCloseTo(0.4, 9);
  });

  it("all 14 heads for everything", () => {
    const heads = headsOf(() => [0.1, 0.1]);
    expect([relationsServed(heads), headsNeeded(heads)].map((x) => Number(x.toFixed(9)))).toEqual([7, 14]);
  });

  it("heads count by what they do: one with two relations doing three times what one with one does", () => {
    const heads = headsOf((_, layer, head, r) => {
      const own = layer === 0 && ((head === 0 && r < 2 && 0.3) || (head === 1 && r === 2 && 0.2));
      return own ? [own, own] : [0, 0];
    });
    expect(relationsServed(heads)).toBeCloseTo((2 * 0.6 + 1 * 0.2) / 0.8, 9);
    // three relations rest on one head each, four on none
    expect(headsNeeded(heads)).toBeCloseTo(3 / 7, 9);
  });

  it("what a head spoils is nothing that it serves", () => {
    const heads = headsOf((_, layer, head, r) => (layer + head > 0 ? [0, 0] : r === 0 ? [0.5, 0.5] : [-0.4, -0.4]));
    expect([relationsServed(heads), headsNeeded(heads)]).toEqual([1, 1 / 7]);
  });

  it("specificity chosen by chance on one half is not there on the other", () => {
    // each head has one relation in the first half, and its opposite in the second
    const heads = headsOf((_, layer, head, r) => (layer === 0 && head === r ? [0.6, -0.6] : [0, 0]));
    expect(specificity(heads)).toBeCloseTo(-0.6, 9);
  });

  it("are 0 where no head does anything", () => {
    const heads = headsOf(() => [0, 0]);
    expect([relationsServed(heads), headsNeeded(heads), specificity(heads)]).toEqual([0, 0, 0]);
  });
});

describe("a summary", () => {
  const summary = summarize(PLAN, madeModels(PLAN, SPECIALISTS));

  it("has a number a seed and their mean for each number of heads, of trained models only", () => {
    for (const [r, relation] of RELATIONS.entries()) {
      expect(summary.accuracy[relation].map(({ heads }) => heads)).toEqual([1, 2, 7]);
      for (const { heads, seeds, value } of summary.accuracy[relation]) {
        const planted = [1, 2, 3, 4, 5].map((seed) => SPECIALISTS.accuracy!({ arm: "trained", heads, seed }, r));
        expect(seeds).toEqual(planted);
        expect(value.mean).toBeCloseTo(planted.reduce((a, b) => a + b, 0) / 5, 12);
      }
    }
    expect(summary.loss.map(({ value }) => value.mean)).toEqual([3, 2.5, 2 + 1 / 7].map((x) => expect.closeTo(x, 9)));
  });

  it("tells planted differences with the least p there is, corrected over the family", () => {
    expect(summary.manyAgainstOne.difference).toBeGreaterThan(0);
    expect(summary.manyAgainstOne.p).toBeCloseTo(2 / 252, 12);
    expect(summary.relations.reference.difference).toBeLessThan(0);
    for (const r of RELATIONS) expect(summary.relations[r].corrected).toBeCloseTo(2 / 252, 12);
    for (const test of Object.values(summary.specificityTests)) expect(test.corrected).toBeCloseTo(4 / 252, 12);
    for (const tests of Object.values(summary.divergenceTests))
      expect(tests.map(({ p, corrected }) => corrected / p)).toEqual([expect.closeTo(2, 9), expect.closeTo(2, 9)]);
    expect(summary.symmetric.againstMany.difference).toBeLessThan(0);
    expect(summary.symmetric.asymmetry.mean).toBeCloseTo(3 * 3.7e-5, 12);
  });

  it("finds where more heads stop to pay", () => {
    const steps = (paying: number) => ({
      accuracy: ({ heads, seed }: RunKey) => 0.3 + (heads >= paying ? 0.2 : 0) + 0.01 * seed,
    });
    for (const paying of [1, 2, 7]) {
      const { enough } = summarize(PLAN, madeModels(PLAN, steps(paying)));
      expect(enough).toEqual(Object.fromEntries([...RELATIONS, "mean"].map((r) => [r, paying])));
    }
    const best = summarize(PLAN, madeModels(PLAN, { accuracy: ({ heads, seed }) => 0.01 * seed - Math.abs(heads - 2) }));
    expect(best.enough.mean).toBe(2);
  });
});

const plants: [string, Plant][] = [
  ["specialists", SPECIALISTS],
  ["models that do nothing", {}],
  ["models that are all equal", { accuracy: () => 0.4, nats: () => [0.1, 0.1], divergence: () => 0.2 }],
];
const plans = [
  ["five seeds", PLAN],
  ["three seeds", { ...PLAN, seeds: 3, controls: { heads: 7, seeds: 3 } }],
  ["one seed", { ...PLAN, seeds: 1, controls: { heads: 2, seeds: 1 } }],
] as const;

describe.each(plants)("%s", (_, plant) => {
  it.each(plans)("with %s: every promised number is there, in JSON too, and the page is whole", (_, plan) => {
    const result = madeResult(plan, plant);
    expect(holes(result)).toEqual([]);
    expect(JSON.parse(JSON.stringify(result))).toEqual(result);
    const { found, notFound } = findings(plan, result.summary);
    const said = [...found, ...notFound];
    for (const text of said) expect(text).not.toMatch(/NaN|undefined|Infinity|null|-0\.0|−0\.0 /);
    const html = studyPage(result);
    const markup = html.replace(/<!doctype html>/, "").replace(/<style>[\s\S]*?<\/style>/, "");
    expect(tagErrors(markup)).toEqual([]);
    expect(html).not.toMatch(/NaN|undefined|Infinity|https?:|\bsrc=|<link|<script|@import|url\(/);
    for (const relation of RELATIONS) expect(markup).toContain(`>${relation}<`);
    expect(markup.match(/<svg/g)).toHaveLength(RELATIONS.length + 1 + 3);
    const rows = markup.match(/<th scope="row">\d+\.\d+<\/th>/g)!;
    expect(rows).toHaveLength(plan.layers * plan.heads.reduce((a, b) => a + b, 0));
  });
});

describe("findings", () => {
  const { summary } = madeResult(PLAN, SPECIALISTS);
  const findingsOf = (plan: StudyConfig, plant: Plant) => findings(plan, madeResult(plan, plant).summary);
  const line = (texts: readonly string[], start: RegExp) => texts.find((text) => start.test(text));

  it("say what is planted, with the summary's figures", () => {
    const { found } = findingsOf(PLAN, SPECIALISTS);
    const { difference } = summary.manyAgainstOne;
    expect(line(found, /^7 heads compared with 1:/)).toContain(
      `is higher by ${(100 * difference).toFixed(1)} points (exact permutation p = .008)`,
    );
    const agreement = (100 * summary.relations.agreement.difference).toFixed(1);
    expect(line(found, /^A single head is worse than/)).toContain(`agreement (${agreement} points, q = .008)`);
    expect(line(found, /^A single head is worse than/)).not.toContain("reference");
    const reference = (-100 * summary.relations.reference.difference).toFixed(1);
    expect(line(found, /^A single head is better/)).toBe(
      `A single head is better than 7 heads at: reference (${reference} points, q = .008).`,
    );
    expect(line(found, /^More heads help up to/)).toContain(`on the mean ${summary.enough.mean};`);
    const [trained, shuffled] = ["trained", "shuffled"].map((arm) => summary.divergence[arm as "trained"][1]!.mean.toFixed(3));
    expect(found).toContain(
      `Layer 1: heads differ less from one another than after training on shuffled words: ${trained} nats against ${shuffled} (Holm p = .016).`,
    );
    expect(line(found, /^Layer 0: heads differ more .* before training/)).toBeDefined();
    expect(line(found, /^Heads that start equal/)).toContain("1.1 · 10^−4 (mean over seeds)");
  });

  it("are turned round where fewer heads are better", () => {
    const worse = findingsOf(PLAN, { accuracy: ({ heads, seed }) => 0.9 - 0.05 * heads + 0.001 * seed });
    expect(line(worse.found, /^7 heads compared with 1:/)).toContain("is lower by 30.0 points");
    expect(line(worse.found, /^A single head is better/)).toContain("joint (30.0 points");
    expect(line(worse.notFound, /^A single head is worse than/)).toBe("A single head is worse than 7 heads at: none.");
    expect(line(worse.notFound, /^No number of heads is significantly better than 1 /)).toBeDefined();
  });

  it("find nothing where there is nothing", () => {
    const nothing = findingsOf(PLAN, { accuracy: ({ seed }) => 0.1 * seed });
    expect(nothing.found).toEqual([]);
    expect(line(nothing.notFound, /^7 heads compared with 1:/)).toContain(
      "shows no significant difference: higher by 0.0 points (exact permutation p = 1.000)",
    );
    expect(line(nothing.notFound, /^No significant difference between 7 heads and one at/)).toContain(
      "agreement (0.0 points, q = 1.000)",
    );
    expect(line(nothing.notFound, /^Heads that start equal end bit-identical, with/)).toBeDefined();
  });

  it("of three seeds say that nothing can be certain, however far apart", () => {
    const plan = { ...PLAN, seeds: 3, controls: { heads: 7, seeds: 3 } };
    const few = findingsOf(plan, SPECIALISTS);
    expect(few.notFound[0]).toBe(
      "With 3 seeds per group, no exact test can reach p below .100, so nothing here can be significant at 0.05.",
    );
    for (const text of few.found) expect(text).toMatch(/intervals apart/);
    expect(findingsOf(PLAN, SPECIALISTS).notFound.join()).not.toContain("against as many");
  });
});
