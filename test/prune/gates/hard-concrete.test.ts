/** Hard Concrete gates against PyTorch (test/fixtures/make_hard_concrete.py) and against their closed forms. */
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { grads } from "../../../src/autodiff/grads.ts";
import { input, type Value } from "../../../src/graph/value.ts";
import { mul } from "../../../src/ops/arithmetic.ts";
import { constant } from "../../../src/ops/constant.ts";
import { sum } from "../../../src/ops/reduce.ts";
import { probabilityOpen, sampledGates, testGates } from "../../../src/prune/gates/hard-concrete.ts";
import { nodeRuntime } from "../../../src/run/ort.node.ts";
import type { Runtime } from "../../../src/run/runtime.ts";
import { floats, tensor } from "../../../src/run/tensor.ts";

interface Golden {
  readonly values: readonly number[];
  readonly gradient: readonly number[];
}
const golden = JSON.parse(readFileSync(new URL("../../fixtures/hard-concrete.json", import.meta.url), "utf8")) as {
  readonly logAlpha: readonly number[];
  readonly u: readonly number[];
  readonly weights: readonly number[];
  readonly temperatures: readonly { readonly beta: number; readonly sampled: Golden; readonly open: Golden }[];
  readonly test: Golden;
};

let runtime: Runtime;
beforeAll(async () => {
  runtime = await nodeRuntime({ threads: 1 });
});
afterAll(() => runtime.release());

const row = (xs: readonly number[]) => tensor(Float32Array.from(xs), [xs.length]);

/** The values of `f` at log α, and the gradient of their sum weighted by 1/7, 2/7, … as in the golden. */
async function both(f: (logAlpha: Value) => Value, logAlpha = golden.logAlpha): Promise<Golden> {
  const a = input("a", [logAlpha.length]);
  const values = f(a);
  const weights = constant(Float32Array.from(logAlpha, (_, k) => (k + 1) / 7));
  const [gradient] = grads(sum(mul(values, weights)), [a]);
  const made = await (await runtime.compile({ values, gradient: gradient! })).run({ a: row(logAlpha) });
  return { values: [...floats(made.values)], gradient: [...floats(made.gradient)] };
}

function expectClose(found: Golden, wanted: Golden): void {
  for (const kind of ["values", "gradient"] as const)
    for (const [k, x] of wanted[kind].entries())
      expect(Math.abs(found[kind][k]! - x), `${kind} ${k}: ${found[kind][k]}, not ${x}`).toBeLessThan(2e-6);
}

describe.each(golden.temperatures.map((one) => [one.beta, one] as const))("with temperature %f", (beta, { sampled, open }) => {
  it("samples and their gradients are those of PyTorch", async () => {
    expectClose(await both((a) => sampledGates(a, constant(Float32Array.from(golden.u)), beta)), sampled);
  });

  it("the probability to be open and its gradient are those of PyTorch", async () => {
    expectClose(await both((a) => probabilityOpen(a, beta)), open);
  });
});

it("test-time gates and their gradients are those of PyTorch", async () => {
  expectClose(await both(testGates), golden.test);
});

describe("closed forms", () => {
  const valueAt = async (f: (logAlpha: Value) => Value, logAlpha: number) => (await both(f, [logAlpha])).values[0]!;

  it("at log α = 2 and 0, with Voita's temperature", async () => {
    expect(await valueAt((a) => probabilityOpen(a, 0.33), 2)).toBeCloseTo(0.9422, 4);
    expect(await valueAt(testGates, 2)).toBeCloseTo(0.957, 4);
    expect(1 - (await valueAt((a) => probabilityOpen(a, 0.33), 0))).toBeCloseTo(0.3119, 4);
    expect(await valueAt((a) => sampledGates(a, constant(Float32Array.of(0.6)), 0.33), -0.2)).toBeCloseTo(0.681, 4);
  });

  it("a sample is closed as often as its probability says, and as often open where it is symmetric", async () => {
    const count = 20_000;
    const u = constant(Float32Array.from({ length: count }, (_, k) => (k + 0.5) / count));
    const made = await (await runtime.compile({ gates: sampledGates(input("a", [1]), u, 0.33) })).run({ a: row([0]) });
    const values = [...floats(made.gates)];
    const share = (gate: number) => values.filter((x) => x === gate).length / count;
    expect(share(0)).toBeCloseTo(0.3119, 3);
    expect(share(1)).toBeCloseTo(0.3119, 3);
  });

  it("a test-time gate is exactly 0 up to −2.398 and exactly 1 from 2.398", async () => {
    const { values } = await both(testGates, [-9, -2.398, -2.397, 2.397, 2.398, 9]);
    expect(values.map((x) => x === 0)).toEqual([true, true, false, false, false, false]);
    expect(values.map((x) => x === 1)).toEqual([false, false, false, false, true, true]);
  });
});
