/** Heads that are switched off are as good as cut, for judging, for sweeping and for gradients, in the same sessions. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ablateHeads, createSweep } from "../../../src/heads/importance/ablation.ts";
import { createGradients, gateGradients } from "../../../src/heads/importance/gradients.ts";
import { importance } from "../../../src/heads/importance/importance.ts";
import { createSwitched } from "../../../src/heads/importance/switches.ts";
import { type Kept, singleHeads, sitesOf, type Unit, unitsOf } from "../../../src/models/sites.ts";
import { random, shuffled } from "../../../src/params/random.ts";
import { headNames, keptAfter } from "../../../src/prune/choosing.ts";
import { cutHeads } from "../../../src/prune/cut.ts";
import { nodeRuntime } from "../../../src/run/ort.node.ts";
import type { Runtime } from "../../../src/run/runtime.ts";
import { evaluate } from "../../../src/tasks/task.ts";
import { judgedApart, KINDS, madeTask } from "../small-tasks.ts";

let runtime: Runtime;
beforeAll(async () => {
  runtime = await nodeRuntime({ threads: 1 });
});
afterAll(() => runtime.release());

const NEAR = 2e-5;

/** Some units, drawn by a seed. */
const drawn = (units: readonly Unit[], count: number, seed: number): Unit[] =>
  Array.from(shuffled(random(seed), units.length).slice(0, count), (k) => units[k]!);

/** Units of the whole model as the cut one numbers their heads. */
const renumbered = (units: readonly Unit[], kept: Kept): Unit[] =>
  units.map((unit) => ({ ...unit, heads: unit.heads.map((head) => kept.get(unit.site)!.indexOf(head)) }));

describe.each(KINDS)("%s", (_, load) => {
  it("judged with heads off is the cut model judged, again and again", async () => {
    const model = await load();
    const task = madeTask(model);
    const judge = await createSwitched(runtime, model, task);
    expect(judgedApart(await judge(new Set()), await evaluate(runtime, model, task))).toBeLessThan(NEAR);
    for (const seed of [1, 2]) {
      const gone = drawn(unitsOf(model.config), 1 + seed, seed);
      const cut = cutHeads(model, keptAfter(model.config, gone));
      const off = await judge(headNames(gone));
      expect(judgedApart(off, await evaluate(runtime, cut, task))).toBeLessThan(NEAR);
      expect(judgedApart(off, await judge(new Set()))).toBeGreaterThan(10 * NEAR);
    }
  });

  it("a sweep with heads off is the sweep of the cut model", async () => {
    const model = await load();
    const task = madeTask(model, 5);
    const gone = drawn(unitsOf(model.config), 2, 3);
    const kept = keptAfter(model.config, gone);
    const cut = cutHeads({ config: model.config, weights: model.weights }, kept);
    const sweep = await createSweep(runtime, model, task, { kind: "zero", switched: true });
    const left = unitsOf(model.config).filter(({ name }) => !gone.some((one) => one.name === name));
    const off = await sweep(left, { off: headNames(gone) });
    const own = await ablateHeads(runtime, cut, task, { units: renumbered(left, kept) });
    expect(judgedApart(off.whole, own.whole)).toBeLessThan(NEAR);
    for (const { name } of left) expect(judgedApart(off.without.get(name)!, own.without.get(name)!), name).toBeLessThan(NEAR);
    const again = await sweep(left);
    expect(judgedApart(again.whole, await evaluate(runtime, model, task))).toBeLessThan(NEAR);
  });

  it("gradients with heads off are those of the cut model", async () => {
    const model = await load();
    const task = madeTask(model, 5);
    const gone = drawn(unitsOf(model.config), 2, 4);
    const kept = keptAfter(model.config, gone);
    const cut = cutHeads({ config: model.config, weights: model.weights }, kept);
    const off = await (await createGradients(runtime, model, task))(headNames(gone));
    const own = await gateGradients(runtime, cut, task);
    const left = singleHeads(model.config).filter(({ name }) => !headNames(gone).has(name));
    const ownNames = renumbered(left, kept).map(({ site, heads: [head] }) => `${site}.${head}`);
    expect(own.names).toEqual(ownNames);
    expect(judgedApart(off.judged, own.judged)).toBeLessThan(NEAR);
    for (let example = 0; example < task.examples; example++) {
      for (const [k, { name }] of left.entries()) {
        const at = example * off.names.length + off.names.indexOf(name);
        const mine = example * ownNames.length + k;
        expect(Math.abs(off.gradients[at]! - own.gradients[mine]!), name).toBeLessThan(1e-4);
        expect(Math.abs(off.confidence[at]! - own.confidence[mine]!), name).toBeLessThan(NEAR);
      }
    }
  });

  it("a model with a layer of no heads is judged, swept and scored like any", async () => {
    const model = await load();
    const [first] = sitesOf(model.config);
    const cut = cutHeads({ config: model.config, weights: model.weights }, new Map([[first!.name, []]]));
    const task = madeTask(model, 20);
    const whole = await evaluate(runtime, cut, task);
    expect(judgedApart(await (await createSwitched(runtime, cut, task))(new Set()), whole)).toBeLessThan(NEAR);
    const { heads, quality } = await importance(runtime, cut, task, { seed: 1 });
    expect(heads.map(({ name }) => name)).toEqual(singleHeads(cut.config).map(({ name }) => name));
    expect(quality.value).toBeCloseTo(task.quality(whole), 4);
    for (const { scores } of heads)
      for (const { value, low, high } of Object.values(scores)) expect([value, low, high].every(Number.isFinite)).toBe(true);
  });
});
