/** Learned gates on models whose heads have a known importance, and on small models of every family. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dimAt } from "../../../src/graph/shape.ts";
import type { AnyModel } from "../../../src/models/any.ts";
import { unitsOf } from "../../../src/models/sites.ts";
import { div } from "../../../src/ops/arithmetic.ts";
import { constant } from "../../../src/ops/constant.ts";
import { einsum } from "../../../src/ops/einsum.ts";
import { sum } from "../../../src/ops/reduce.ts";
import { byPath, replaced } from "../../../src/params/tree.ts";
import { keptAfter } from "../../../src/prune/choosing.ts";
import { cutHeads } from "../../../src/prune/cut.ts";
import { chooseByGates, gatePath } from "../../../src/prune/gates/choose-by-gates.ts";
import { ADAM, compileStep, FIRST, SECOND } from "../../../src/prune/gates/gate-program.ts";
import { byProbability, createGateLearner } from "../../../src/prune/gates/learn-gates.ts";
import { nodeRuntime } from "../../../src/run/ort.node.ts";
import { feedsFor, type Runtime } from "../../../src/run/runtime.ts";
import { floats, int64, tensor } from "../../../src/run/tensor.ts";
import { evaluate, type Task, total } from "../../../src/tasks/task.ts";
import { hyperTensor } from "../../../src/train/optimizer.ts";
import { KINDS, madeTask } from "../../heads/small-tasks.ts";
import { type Adds, toyModel, toyTask } from "../toy.ts";

let runtime: Runtime;
beforeAll(async () => {
  runtime = await nodeRuntime({ threads: 1 });
});
afterAll(() => runtime.release());

/** Two layers of heads whose importance is known. */
const WORTHS = [
  [1, 0.02, 0.1],
  [0.5, 0],
] as const;
const model = toyModel(WORTHS.map((layer) => layer.map((own): Adds => [0, own])));

/** The toy task with a loss that falls by the importance of every open head; texts are three tokens long, and all tokens are equal. */
function lossTask(): Task {
  const toy = toyTask();
  const judge: Task["judge"] = (made) => {
    const state = made.states.at(-1)!;
    const one = (m: number) => Float32Array.from({ length: Number(state.shape[2]) }, (_, k) => Number(k === m));
    const at = (m: number) => einsum("b i m, m -> b i", state, constant(one(m)));
    return { ...toy.judge(made), lost: div(sum(div(at(1), at(2)), 1), -3) };
  };
  return { ...toy, judge, loss: { total: "lost" } };
}

const namesOf = (units: readonly { readonly name: string }[] = []) => units.map(({ name }) => name);
const closedBy = (lambda: number, seed = 1) => chooseByGates(runtime, model, lossTask(), { lambda }, { steps: 300, seed });

describe("a given λ", () => {
  it("closes the heads whose importance is less than λ over the number of layers", async () => {
    const { removed, kept, gates } = await closedBy(2 * 0.05);
    expect([...removed].sort()).toEqual(["0.1", "1.1"]);
    expect([...kept]).toEqual([
      ["0", [0, 2]],
      ["1", [0]],
    ]);
    expect(gates).toEqual({ lambda: 0.1, steps: 300, closed: 2, between: 0 });
    expect([...(await closedBy(2 * 0.3)).removed].sort()).toEqual(["0.1", "0.2", "1.1"]);
  });

  it("that closes all gates or none is refused, and so is one that is no positive number", async () => {
    await expect(closedBy(100)).rejects.toThrow("λ = 100 closes the gates of all heads; use a smaller λ");
    const sure = toyModel([[[0, 0.3]], [[0, 0.2]]]);
    await expect(chooseByGates(runtime, sure, lossTask(), { lambda: 1e-3 }, { steps: 20, seed: 1 })).rejects.toThrow(
      "λ = 0.001 closes no gate in 20 steps; use a larger λ or more steps",
    );
    for (const lambda of [0, -1, Number.NaN, Number.POSITIVE_INFINITY])
      await expect(closedBy(lambda)).rejects.toThrow(`λ is ${lambda}; use a number above 0`);
  });
});

describe("a number of heads", () => {
  const byCount = (count: number, seed = 1) => chooseByGates(runtime, model, lossTask(), { count }, { steps: 500, seed });

  it.each([
    [2, ["0.1", "1.1"]],
    [3, ["0.1", "0.2", "1.1"]],
    [4, ["0.1", "0.2", "1.0", "1.1"]],
  ])("of %d selects the least important heads", async (count, wanted) => {
    const { removed, gates, order } = await byCount(count);
    expect([...removed].sort()).toEqual(wanted);
    expect(gates!.lambda).toBeGreaterThan(0);
    // the record says how many the fit closed itself
    expect(Math.abs(gates!.closed - count)).toBeLessThanOrEqual(1);
    for (const { score } of order!) expect(score).toBeLessThan(0.35);
  });

  it("is the same again with the same seed, to the last bit, and not with another", async () => {
    const [one, again, other] = [await byCount(2), await byCount(2), await byCount(2, 7)];
    expect(again).toEqual(one);
    expect(other.gates!.lambda).not.toBe(one.gates!.lambda);
  });

  it("of a path rises from point to point, each with its own λ", async () => {
    const points = [];
    for await (const point of gatePath(runtime, model, lossTask(), [2, 4], { steps: 800, seed: 1 })) points.push(point);
    expect(points.map(({ order }) => namesOf(order).sort())).toEqual([
      ["0.1", "1.1"],
      ["0.1", "0.2", "1.0", "1.1"],
    ]);
    expect(points.map(({ fit }) => fit.steps)).toEqual([800, 1200]);
    const lambdas = points.map(({ fit }) => fit.lambda);
    expect(lambdas).toEqual([...lambdas].sort((a, b) => a - b));
  });

  it("is as many as cost less than a loss on other examples", async () => {
    const within = (maxLoss: number) =>
      chooseByGates(runtime, model, lossTask(), { maxLoss, counting: toyTask(7) }, { steps: 1600, seed: 1 });
    expect([...(await within(0.15)).removed].sort()).toEqual(["0.1", "0.2", "1.1"]);
  });
});

describe.each(KINDS)("%s", (_, load) => {
  const stepLoss = async (of: AnyModel, task: Task, logAlpha: readonly number[], price = 0) => {
    const n = logAlpha.length;
    const row = (xs: ArrayLike<number>) => tensor(Float32Array.from(xs), [xs.length]);
    const state = { logAlpha: row(logAlpha), [FIRST]: row(new Float32Array(n)), [SECOND]: row(new Float32Array(n)) };
    const [batch] = task.batches;
    const rows = dimAt(batch!.ids!.shape, 0);
    const examples = rows / (task.rows ?? 1);
    const settings = {
      "gate/u": tensor(new Float32Array(examples * n).fill(0.3), [examples, n]),
      "gate/rows": int64(Array.from({ length: rows }, (_, k) => Math.floor(k / (task.rows ?? 1)))),
      "gate/price": row([price]),
      hyper: hyperTensor(1, 0.1, ADAM),
    };
    const program = await compileStep(runtime, of, task);
    return program.run(feedsFor(program, { ...batch, ...state, ...settings }));
  };
  const lossOf = async (of: AnyModel, task: Task) => {
    const [batch] = task.batches;
    const examples = dimAt(batch!.ids!.shape, 0) / (task.rows ?? 1);
    const judged = await evaluate(runtime, of, { ...task, batches: [batch!], examples });
    const { total: sumOf, count } = task.loss;
    return total(judged[sumOf]!) / (count === undefined ? examples : total(judged[count]!));
  };

  it("gates of one change nothing, and closed gates equal the model without these heads", async () => {
    const whole = await load();
    const task = madeTask(whole, 6);
    const units = unitsOf(whole.config);
    const open = await stepLoss(whole, task, Array(units.length).fill(60));
    expect(floats(open.loss)[0]).toBeCloseTo(await lossOf(whole, task), 5);
    const gone = units.filter((_unit, k) => k % 3 === 1);
    const closed = await stepLoss(
      whole,
      task,
      units.map((unit) => (gone.includes(unit) ? -60 : 60)),
    );
    const cut = cutHeads({ config: whole.config, weights: whole.weights }, keptAfter(whole.config, gone));
    expect(floats(closed.loss)[0]).toBeCloseTo(await lossOf(cut, task), 5);
    expect([...floats(closed.gates)]).toEqual(units.map((unit) => Number(!gone.includes(unit))));
  });

  it("the first step moves every gate by the learning rate, and a high price moves all of them down", async () => {
    const whole = await load();
    const units = unitsOf(whole.config);
    const { logAlpha } = await stepLoss(whole, madeTask(whole, 6), Array(units.length).fill(0), 1e4);
    for (const x of floats(logAlpha)) expect(x).toBeCloseTo(-0.1, 5);
  });

  it("selects as many units as asked, groups whole, in an order of their gates", async () => {
    const whole = await load();
    const units = unitsOf(whole.config);
    const { order } = await chooseByGates(runtime, whole, madeTask(whole, 6), { count: 3 }, { steps: 5, seed: 2 });
    expect(order).toHaveLength(3);
    for (const { name, heads } of order!) expect(heads).toEqual(units.find((unit) => unit.name === name)!.heads);
    const learner = await createGateLearner(runtime, whole, madeTask(whole, 6), { seed: 2 });
    const state = await learner.learn(learner.start, { count: 3 }, 5);
    expect(namesOf(byProbability(units, state).slice(0, 3))).toEqual(namesOf(order));
  });

  it("trains the weights with the gates, on request: frozen at a rate of almost 0, and better at the task with all gates open", async () => {
    const whole = await load();
    const task = madeTask(whole, 6);
    const frozen = await chooseByGates(runtime, whole, task, { count: 3 }, { steps: 4, seed: 2 });
    const still = await chooseByGates(runtime, whole, task, { count: 3 }, { steps: 4, seed: 2, rate: 1e-30 });
    expect(namesOf(still.order)).toEqual(namesOf(frozen.order));
    expect(still.gates).toEqual({ ...frozen.gates, lambda: expect.closeTo(frozen.gates!.lambda, 6), rate: 1e-30 });
    const before = byPath(whole.weights);
    for (const [path, weight] of still.weights!) expect(weight, path).toEqual(before.get(path));

    const learner = await createGateLearner(runtime, whole, task, { seed: 2, rate: 3e-3 });
    const { weights } = await learner.learn(learner.start, { lambda: 1e-9 }, 20);
    const after = await lossOf({ ...whole, weights: replaced(whole.weights, weights!) }, task);
    expect(after).toBeLessThan(await lossOf(whole, task));
    // the model that was given is unchanged
    for (const [path, weight] of before) expect(byPath(whole.weights).get(path)).toBe(weight);
  });
});
