import { describe, expect, it } from "vitest";
import { grads } from "../../src/autodiff/grads.ts";
import { input, type Value } from "../../src/graph/value.ts";
import { type FeedForwardParameters, feedForward, feedForwardParameters } from "../../src/nn/feed-forward.ts";
import { crossEntropy } from "../../src/nn/loss.ts";
import { norm, normParameters } from "../../src/nn/norm.ts";
import { frequencies, type RotaryScaling, rotary } from "../../src/nn/position.ts";
import { chain, keep, type Probe, unseen, within } from "../../src/nn/probe.ts";
import { add, mul } from "../../src/ops/arithmetic.ts";
import { constant } from "../../src/ops/constant.ts";
import { einsum } from "../../src/ops/einsum.ts";
import { normals, random } from "../../src/params/random.ts";
import { byPath, declare } from "../../src/params/tree.ts";
import { int64, sizeOf, type Tensor, tensor } from "../../src/run/tensor.ts";
import { largestDifference, largeWeights } from "../laws/small.ts";
import { evaluate, numbersOf } from "../run/evaluate.ts";

const made = (shape: readonly number[], name: string) => tensor(normals(random(name), sizeOf(shape)), shape);

describe("cross-entropy", () => {
  const logits = made([2, 3, 5], "logits");
  const targets = [4, -100, 0, 2, 1, -1];
  const rows = targets.map((_, k) => Array.from(logits.data, Number).slice(k * 5, k * 5 + 5));
  const soft = rows.map((row) => row.map((x) => Math.exp(x) / row.reduce((s, y) => s + Math.exp(y), 0)));
  const counted = targets.filter((t) => t >= 0).length;
  const loss = crossEntropy(input("logits", ["batch", "sequence", 5]), input("targets", ["batch", "sequence"], "int64"));
  const feeds = { logits, targets: int64(targets, [2, 3]) };

  it("is the mean of −log p over the tokens that have a target", async () => {
    const wanted = targets.reduce((s, t, k) => s - (t < 0 ? 0 : Math.log(soft[k]![t]!)), 0) / counted;
    expect((await numbersOf(loss, feeds))[0]).toBeCloseTo(wanted, 5);
  });

  it("has the gradient (p − target) / count, and none where there is no target", async () => {
    const x = input("logits", [2, 3, 5]);
    const [d] = grads(crossEntropy(x, input("targets", [2, 3], "int64")), [x]);
    const wanted = soft.flatMap((row, k) =>
      row.map((p, v) => (targets[k]! < 0 ? 0 : (p - Number(v === targets[k])) / counted)),
    );
    for (const [k, got] of (await numbersOf(d!, feeds)).entries()) expect(got).toBeCloseTo(wanted[k]!, 5);
  });
});

describe("feed-forward", () => {
  const x = made([2, 3, 7], "x");
  const run = async (p: FeedForwardParameters<Tensor>, activation: "relu" | "silu") => {
    const y = feedForward(declare<FeedForwardParameters>(p), input("x", ["batch", "sequence", 7]), activation);
    return (await evaluate({ y }, { ...Object.fromEntries(byPath(p)), x })).y!;
  };

  it("is f(x W₁ + b₁) W₂ + b₂, and gated f(x W_g) ∘ x W₁ in between", async () => {
    const p = largeWeights<FeedForwardParameters<Tensor>>(feedForwardParameters(7, 11, { gated: true }), 1);
    const at = (t: Tensor, i: number, j: number) => Number(t.data[i * t.shape[1]! + j]);
    const sum = (n: number, f: (k: number) => number) => Array.from({ length: n }, (_, k) => f(k)).reduce((a, b) => a + b, 0);
    const wanted = (gated: boolean) =>
      Array.from({ length: 6 }, (_, row) => {
        const inner = Array.from({ length: 11 }, (_, f) => {
          const up = sum(7, (m) => Number(x.data[row * 7 + m]) * at(p.up, m, f)) + Number(p.upBias!.data[f]);
          if (!gated) return Math.max(0, up);
          const g = sum(7, (m) => Number(x.data[row * 7 + m]) * at(p.gate!, m, f));
          return (g / (1 + Math.exp(-g))) * up;
        });
        return Array.from({ length: 7 }, (_, m) => sum(11, (f) => inner[f]! * at(p.down, f, m)) + Number(p.downBias!.data[m]));
      }).flat();
    for (const [gated, got] of [
      [true, await run(p, "silu")],
      [false, await run({ ...p, gate: undefined }, "relu")],
    ] as const) {
      expect(largestDifference(got, tensor(Float32Array.from(wanted(gated)), [2, 3, 7]))).toBeLessThan(1e-5);
    }
  });

  it("has a gate and biases only where asked", () => {
    const names = (p: object) => [...byPath(p).keys()];
    expect(names(feedForwardParameters(7, 11))).toEqual(["up", "upBias", "down", "downBias"]);
    expect(names(feedForwardParameters(7, 11, { gated: true, biases: false }))).toEqual(["up", "gate", "down"]);
  });
});

describe("norms", () => {
  const x = input("x", [2, 7]);
  const feeds = { x: made([2, 7], "norm"), scale: made([7], "scale") };

  it("a layer norm does not see a shift of its input, a root-mean-square norm does; neither sees its size", async () => {
    const scale = input("scale", [7]);
    const layer = (v: Value) => norm({ scale, bias: constant(new Float32Array(7)) }, v, 0);
    const rms = (v: Value) => norm({ scale }, v, 0);
    const got = await evaluate(
      {
        layer: layer(x),
        shifted: layer(add(x, 3)),
        scaled: layer(mul(x, 5)),
        rms: rms(x),
        rmsShifted: rms(add(x, 3)),
        rmsScaled: rms(mul(x, 5)),
      },
      feeds,
    );
    expect(largestDifference(got.layer!, got.shifted!)).toBeLessThan(1e-5);
    expect(largestDifference(got.layer!, got.scaled!)).toBeLessThan(1e-5);
    expect(largestDifference(got.rms!, got.rmsScaled!)).toBeLessThan(1e-5);
    expect(largestDifference(got.rms!, got.rmsShifted!)).toBeGreaterThan(0.1);
    expect(largestDifference(got.rms!, got.layer!)).toBeGreaterThan(0.01);
  });

  it("start as scale 1 and bias 0", () => {
    const scale = { shape: [7], init: "ones", inputs: 0 };
    expect(normParameters(7, "layer")).toEqual({ scale, bias: { ...scale, init: "zeros" } });
    expect(normParameters(7, "rms").bias).toBeUndefined();
  });
});

describe("rotary positions", () => {
  const SCALINGS: readonly RotaryScaling[] = [
    { kind: "none" },
    { kind: "linear", factor: 4 },
    { kind: "divisors", divisors: [1, 2, 4] },
    { kind: "llama3", factor: 8, lowFrequencyFactor: 1, highFrequencyFactor: 4, originalPositions: 32 },
  ];

  it.each(SCALINGS)("scores depend on the distance alone: $kind", async (scaling) => {
    const [n, d] = [13, 6];
    const one = input("x", [1, 1, 2, d]);
    const repeat = (v: Value) => add(v, constant(new Float32Array(n), [1, n, 1, 1]));
    const turn = rotary(d, n, { base: 100, scaling });
    const [q, k] = [turn(repeat(one)), turn(repeat(mul(one, constant(Float32Array.of(1, -2, 3, 1, 0.5, -1)))))];
    const scores = await numbersOf(einsum("b i h d, b j h d -> h i j", q, k), {
      x: tensor(Float32Array.of(1, 2, -1, 3, -2, 1, 2, -1, 3, 1, 2, -2), [1, 1, 2, d]),
    });
    const at = (h: number, i: number, j: number) => scores[(h * n + i) * n + j]!;
    for (let i = 1; i < n; i++) for (let j = 1; j < n; j++) expect(at(1, i, j)).toBeCloseTo(at(1, i - 1, j - 1), 4);
    const most = (f: (offset: number) => number) => Math.max(...Array.from({ length: n }, (_, offset) => Math.abs(f(offset))));
    expect(most((o) => at(1, 0, o) - at(1, 0, 0))).toBeGreaterThan(0.05);
    expect(most((o) => at(1, 0, o) - at(1, o, 0))).toBeGreaterThan(0.05);
  });

  it("turn, and change no length; the first position stays as it is", async () => {
    const x = made([2, 5, 3, 6], "length");
    const named = input("x", [2, "n", 3, 6]);
    const turn = rotary(6, "n", { base: 100, scaling: { kind: "none" } }, named);
    const turned = (await evaluate({ y: turn(named) }, { x })).y!;
    const norms = ({ data }: Tensor) =>
      Array.from({ length: 30 }, (_, r) => Math.hypot(...Array.from(data.subarray(r * 6, r * 6 + 6), Number)));
    for (const [r, length] of norms(turned).entries()) expect(length).toBeCloseTo(norms(x)[r]!, 4);
    expect([...turned.data.subarray(0, 18)]).toEqual([...x.data.subarray(0, 18)]);
    expect(largestDifference(turned, x)).toBeGreaterThan(0.1);
  });

  it("scale their frequencies as they say", () => {
    const of = (scaling: RotaryScaling) => Array.from(frequencies(6, { base: 1000, scaling }));
    const plain = of({ kind: "none" });
    for (const [k, f] of plain.entries()) expect(f).toBeCloseTo(10 ** -k, 6);
    expect(of({ kind: "linear", factor: 4 })[1]).toBeCloseTo(0.1 / 4, 6);
    expect(of({ kind: "divisors", divisors: [1, 2, 5] })[2]).toBeCloseTo(0.01 / 5, 6);
    const llama = of({ kind: "llama3", factor: 8, lowFrequencyFactor: 1, highFrequencyFactor: 4, originalPositions: 128 });
    const turns = (128 * 0.1) / (2 * Math.PI);
    const share = (turns - 1) / 3;
    expect(llama[0]).toBeCloseTo(1, 6);
    expect(llama[1]).toBeCloseTo(((1 - share) * 0.1) / 8 + share * 0.1, 6);
    expect(llama[2]).toBeCloseTo(0.01 / 8, 6);
  });
});

describe("probes", () => {
  const v = input("v", [2]);

  it("change nothing by themselves; chained, each sees what the one before made", () => {
    expect(unseen("z", v)).toBe(v);
    const seen: Value[] = [];
    const watch: Probe = (_, value) => {
      seen.push(value);
      return mul(value, 2);
    };
    const out = chain(watch, watch)("z", v);
    expect(seen[0]).toBe(v);
    expect(out.inputs[0]).toBe(seen[1]);
    expect(chain()("z", v)).toBe(v);
  });

  it("one level down have a prefix", () => {
    const sites: string[] = [];
    const note: Probe = (site, value) => {
      sites.push(site);
      return value;
    };
    within("attention", within("layers.3", note))("z", v);
    expect(sites).toEqual(["layers.3.attention.z"]);
  });

  it("that keep, keep what is wanted", () => {
    const kept = new Map<string, Value>();
    const probe = keep(kept, (site) => site === "z");
    expect([probe("z", v), probe("q", v)]).toEqual([v, v]);
    expect([...kept]).toEqual([["z", v]]);
  });
});
