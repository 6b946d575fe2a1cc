/** The studies of arms: their designs are fixed and balanced, and small ones run from end to end. */
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { ARM_STUDIES } from "../../src/cli/study/arms.ts";
import { nodeRuntime } from "../../src/run/ort.node.ts";
import { adaptiveStudyOf } from "../../src/study/arms/adaptive.ts";
import { type ArmModel, type ArmStudy, armKeys, isPaired, runArmStudy } from "../../src/study/arms/arm-study.ts";
import { byHandStudyOf } from "../../src/study/arms/by-hand.ts";
import { mixtureStudyOf } from "../../src/study/arms/mixture.ts";
import { armFindings, armPage } from "../../src/view/study/arm-page.ts";
import { tagErrors } from "../view/well-formed.ts";

const TINY = {
  ...{ layers: 2, width: 16, heads: 8, steps: 3, batch: 4, sequence: 48 },
  ...{ learningRate: 1e-3, warmup: 1, weightDecay: 0.01, documents: 16 },
};
const TIMED = { own: { batch: 2, rounds: 3 }, long: { batch: 1, length: 100, rounds: 3 } };

const STUDIES: Readonly<Record<string, (seeds: number) => ArmStudy>> = {
  mixture: (seeds) => mixtureStudyOf({ ...TINY, timed: TIMED }, seeds),
  "by-hand": (seeds) => byHandStudyOf({ ...TINY, pool: 40 }, seeds),
  adaptive: (seeds) => adaptiveStudyOf({ ...TINY, gateSteps: 6 }, seeds),
};

/** Measures that only some arms have. */
const PARTIAL: Readonly<Record<string, RegExp>> = {
  mixture: /^imbalance$/,
  "by-hand": /^$/,
  adaptive: /^(gates|greedy|michel|random)-|^(span|alpha)-\d|^zeros$/,
};

describe.each(Object.entries(ARM_STUDIES))("the study %s", (name, make) => {
  it.each([true, false])("has arms and measures of different names, and compares those that it has (quick: %s)", (quick) => {
    const { design } = make(quick);
    expect(design.name).toBe(name);
    const [arms, measures] = [design.arms.map((arm) => arm.name), design.measures.map((measure) => measure.name)];
    expect(new Set(arms).size).toBe(arms.length);
    expect(new Set(measures).size).toBe(measures.length);
    for (const test of design.tests) {
      expect(arms).toContain(test.arm);
      expect(measures).toContain(test.measure);
      if (isPaired(test)) expect(measures).toContain(test.againstMeasure);
      else expect(arms).toContain(test.against);
    }
    for (const arm of arms) expect(armKeys(design).filter((key) => key.arm === arm)).toHaveLength(design.seeds);
    expect(make(quick).design).toEqual(design);
    expect(JSON.parse(JSON.stringify(design))).toEqual(design);
  });

  it("can reach significance in full, and is resumed by its settings", () => {
    const { design } = make(false);
    const least = (paired: boolean) => (paired ? 2 ** (1 - design.seeds) : 2 / 252);
    for (const test of design.tests) expect(least(isPaired(test)) * design.tests.length).toBeLessThanOrEqual(0.05);
    expect(make(true).design.settings).not.toEqual(design.settings);
  });
});

describe.each(Object.entries(STUDIES))("a small study %s", (name, make) => {
  it("measures every model, keeps finished ones, and draws its page", async () => {
    const study = make(1);
    const finished = new Map<string, ArmModel>();
    let opened = 0;
    const open = () => {
      opened++;
      return nodeRuntime({ threads: 1 });
    };
    const run = () =>
      runArmStudy(study, open, {
        threads: 1,
        known: async ({ arm }) => finished.get(arm),
        done: async (model) => void finished.set(model.arm, model),
      });
    const result = await run();
    expect(opened).toBe(study.design.arms.length);
    const names = study.design.measures.map((measure) => measure.name);
    for (const { arm, values } of result.models) {
      expect(Object.keys(values).filter((own) => !names.includes(own))).toEqual([]);
      const missing = names.filter((own) => values[own] === undefined);
      expect(missing.filter((own) => !PARTIAL[name]!.test(own))).toEqual([]);
      for (const [own, value] of Object.entries(values)) expect([arm, own, Number.isFinite(value)]).toEqual([arm, own, true]);
    }
    for (const own of names) expect(result.models.some(({ values }) => values[own] !== undefined)).toBe(true);
    const page = armPage(result);
    expect(tagErrors(page.slice(page.indexOf("<main>"), page.indexOf("</main>") + 7))).toEqual([]);
    for (const { title } of study.design.measures) expect(page).toContain(title);
    const { found, notFound } = armFindings(result);
    expect(found.length + notFound.length).toBe(study.design.tests.length + 1); // and that there are too few seeds
    for (const text of [...found, ...notFound]) expect(page).toContain(text);

    const [first] = finished.keys();
    finished.delete(first!);
    const again = await run();
    expect(opened).toBe(study.design.arms.length + 1);
    const { loss } = again.models.find(({ arm }) => arm === first)!.values;
    expect(loss).toBe(result.models.find(({ arm }) => arm === first)!.values.loss);
  }, 120_000);
});

const heads = z.number();
const SIZES = z.object({ width: z.number(), heads, forms: z.object({ moa: z.object({ heads }) }) });

describe("the study of mixtures", () => {
  it("compares MoA with dense heads of about as many parameters", () => {
    for (const quick of [true, false]) {
      const { settings } = ARM_STUDIES.mixture!(quick).design;
      const { width, heads, forms } = SIZES.parse(settings);
      const [d, experts] = [width / heads, forms.moa.heads];
      const [dense, moa] = [4 * heads * d, 2 * experts * d + 2 * d + experts];
      expect(Math.abs(moa / dense - 1)).toBeLessThan(0.04);
    }
  });
});
