/** First and second derivatives against central finite differences along random directions, computed by ONNX Runtime. */
import { expect } from "vitest";
import { grads } from "../../src/autodiff/grads.ts";
import { input, type Shape, type Value } from "../../src/graph/value.ts";
import { add, mul } from "../../src/ops/arithmetic.ts";
import { sum } from "../../src/ops/reduce.ts";
import { random, shuffled } from "../../src/params/random.ts";
import type { Feeds } from "../../src/run/runtime.ts";
import { sizeOf, type Tensor, tensor } from "../../src/run/tensor.ts";
import { withProgram } from "../run/evaluate.ts";

/** Where an op is tried: anywhere, above zero, away from zero, or away from whole numbers and from each other. */
export type Domain = "any" | "positive" | "nonzero" | "apart";

/** One op on inputs of some shapes. */
export interface Trial {
  readonly shapes: readonly (readonly number[])[];
  /** One for each input; default: all `any`. */
  readonly domains?: readonly Domain[];
  readonly build: (xs: readonly Value[]) => Value;
}

const EPSILON = 1e-2;
const RELATIVE = 5e-3;
const ABSOLUTE = 2e-3;

/** The gradients of a random linear function of the op, and of a random linear function of these gradients. */
export async function checkDerivatives(trial: Trial, seed: number): Promise<void> {
  const uniform = random(seed);
  const xs = trial.shapes.map((shape, k) => input(`x${k}`, shape));
  const y = trial.build(xs);
  const ds = trial.shapes.map((shape, k) => input(`d${k}`, shape));
  const first = grads(y, xs, input("c", y.shape));
  const total = first.map((g, k) => sum(mul(g, ds[k]!))).reduce(add);
  const second = grads(total, xs);
  for (const [k, x] of xs.entries()) expect([first[k]!.shape, second[k]!.shape]).toEqual([x.shape, x.shape]);

  const signs = (shape: Shape): Tensor => draw(shape as number[], "any", uniform);
  const point: Feeds = Object.fromEntries([
    ["c", signs(y.shape)],
    ...trial.shapes.map((shape, k) => [`d${k}`, signs(shape)]),
    ...trial.shapes.map((shape, k) => [`x${k}`, draw(shape, trial.domains?.[k] ?? "any", uniform)]),
  ]);
  const outputs = { y, ...named("first", first), ...named("second", second) };
  await withProgram(outputs, async ({ inputs, run }) => {
    const at = (feeds: Feeds) => run(Object.fromEntries([...inputs.keys()].map((name) => [name, feeds[name]!])));
    const here = await at(point);
    for (const [k, shape] of trial.shapes.entries()) {
      const v = draw(shape, "any", uniform);
      const [plus, minus] = [await at(moved(point, `x${k}`, v, EPSILON)), await at(moved(point, `x${k}`, v, -EPSILON))];
      const value = (r: Results) => [dot(r.y!, point.c!)];
      const slope = (r: Results) => trial.shapes.map((_, i) => dot(r[`first${i}`]!, point[`d${i}`]!));
      compare(`first derivative by input ${k}`, dot(here[`first${k}`]!, v), value(plus), value(minus));
      compare(`second derivative by input ${k}`, dot(here[`second${k}`]!, v), slope(plus), slope(minus));
    }
  });
}

type Results = Readonly<Record<string, Tensor>>;

const named = (name: string, values: readonly Value[]) => Object.fromEntries(values.map((v, k) => [`${name}${k}`, v]));

function draw(shape: readonly number[], domain: Domain, uniform: () => number): Tensor {
  const count = sizeOf(shape);
  const order = shuffled(uniform, count);
  const sign = () => (uniform() < 0.5 ? -1 : 1);
  const one = {
    any: () => 2 * uniform() - 1,
    positive: () => 0.5 + uniform(),
    nonzero: () => (0.5 + uniform()) * sign(),
    apart: (k: number) => (order[k]! - Math.floor(count / 2)) * 0.1 + 0.05,
  }[domain];
  return tensor(
    Float32Array.from({ length: count }, (_, k) => one(k)),
    shape,
  );
}

const moved = (feeds: Feeds, name: string, by: Tensor, step: number): Feeds => {
  const { data, shape } = feeds[name]!;
  return {
    ...feeds,
    [name]: tensor(
      Float32Array.from(data as Float32Array, (x, i) => x + step * Number(by.data[i])),
      shape,
    ),
  };
};

const dot = (a: Tensor, b: Tensor): number => {
  expect(a.shape).toEqual(b.shape);
  return Array.from(a.data, Number).reduce((s, x, i) => s + x * Number(b.data[i]), 0);
};

/** The tolerance grows with the numbers that were subtracted: they are single precision. */
function compare(what: string, got: number, plus: readonly number[], minus: readonly number[]): void {
  const wanted = plus.reduce((s, x, i) => s + (x - minus[i]!), 0) / (2 * EPSILON);
  const noise = plus.reduce((s, x) => s + Math.abs(x), 0) * (1e-6 / EPSILON);
  const allowed = ABSOLUTE + noise + RELATIVE * Math.abs(wanted);
  expect(Math.abs(got - wanted), `${what}: ${got}, finite differences say ${wanted}`).toBeLessThanOrEqual(allowed);
}
