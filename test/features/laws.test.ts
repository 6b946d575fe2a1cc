/** What features of attention have in common with plain attention, and closed forms. */
import { describe, expect, it } from "vitest";
import { grads } from "../../src/autodiff/grads.ts";
import { input, type Value } from "../../src/graph/value.ts";
import { type AttentionParameters, attention, attentionParameters } from "../../src/nn/attention.ts";
import { bandedAttention, reachOf } from "../../src/nn/banded-attention.ts";
import type { AttentionFeatures } from "../../src/nn/features/features.ts";
import { learnedAlphas } from "../../src/nn/features/normalizer.ts";
import { spanPenalty, spansOf, withinSpans } from "../../src/nn/features/span.ts";
import { bias, causal } from "../../src/nn/mask.ts";
import type { Probe } from "../../src/nn/probe.ts";
import { concat, slice } from "../../src/ops/layout.ts";
import { initialize } from "../../src/params/initialize.ts";
import { normals, random } from "../../src/params/random.ts";
import { byPath, declare } from "../../src/params/tree.ts";
import { type Tensor, tensor } from "../../src/run/tensor.ts";
import { largestDifference } from "../models/golden.ts";
import { evaluate, numbersOf } from "../run/evaluate.ts";

const [B, N, M, H, D] = [2, 11, 7, 3, 5];

/** An attention with its weights, fed by name; z′ is given. */
function attentionWith(features: AttentionFeatures, shares: readonly number[] = [0, 0, 0], length = N) {
  const specs = attentionParameters({ width: M, heads: H, headWidth: D, features });
  const made = mapped(initialize<AttentionParameters<Tensor>>(specs, 1), shares);
  const x = input("x", [B, length, M]);
  return {
    ...{ p: declare<AttentionParameters>(specs), x, features },
    feeds: { x: tensor(normals(random("x"), B * length * M), [B, length, M]), ...Object.fromEntries(made) },
  };
}

/** Weights large enough that patterns are sharp. */
const mapped = (weights: AttentionParameters<Tensor>, shares: readonly number[]): Map<string, Tensor> =>
  new Map(
    [...byPath(weights)].map(([path, { data, shape }]) => {
      if (path === "span") return [path, tensor(Float32Array.from(shares), shape)];
      const large = /^w/.test(path) ? 15 : 1;
      return [
        path,
        tensor(
          (data as Float32Array).map((w) => large * w),
          shape,
        ),
      ];
    }),
  );

const causalMask = (x: Value): Value => bias(causal(x.shape[1]!, undefined, x));
const directions = [["both ways", false] as const, ["causal", true] as const];

describe.each(directions)("%s", (_, masked) => {
  const run = async (features: AttentionFeatures, shares?: readonly number[]) => {
    const { p, x, feeds } = attentionWith(features, shares);
    const y = attention(p, x, { features, ...(masked && { mask: causalMask(x) }) });
    return (await evaluate({ y }, feeds)).y!;
  };

  it("spans as long as the text are plain attention", async () => {
    const span = { longest: N, ramp: 2, penalty: 0 };
    expect(largestDifference(await run({ span }, [1, 1, 1]), await run({}))).toBeLessThan(1e-6);
    expect(largestDifference(await run({ span }, [0, 0.5, 1]), await run({}))).toBeGreaterThan(1e-2);
  });

  it("heads that start to talk are plain attention", async () => {
    expect(largestDifference(await run({ talking: true }), await run({}))).toBeLessThan(1e-6);
  });
});

describe("spans", () => {
  const settings = { longest: 40, ramp: 32, penalty: 2e-6 };

  it("have the paper's ramp: z 10 and R 32 leave 0.75 at distance 18 and nothing at 42", async () => {
    const weights = input("weights", [1, 1, 1, 43]);
    const uniform = { weights: tensor(new Float32Array(43).fill(1 / 43), [1, 1, 1, 43]) };
    const made = await numbersOf(withinSpans(weights, input("spans", [1]), settings), {
      ...uniform,
      spans: tensor(Float32Array.of(10), [1]),
    });
    expect(made.at(-19)! / made.at(-1)!).toBeCloseTo(0.75, 6);
    expect(made[0]).toBe(0);
  });

  it("of uniform weights at distances 3, 2, 1, 0, with z 1 and R 2, give 0, 0.2, 0.4, 0.4", async () => {
    const feeds = { weights: tensor(new Float32Array(4).fill(0.25), [1, 1, 1, 4]), spans: tensor(Float32Array.of(1), [1]) };
    const own = { ...settings, ramp: 2 };
    const made = await numbersOf(withinSpans(input("weights", [1, 1, 1, 4]), input("spans", [1]), own), feeds);
    for (const [k, weight] of [0, 0.2, 0.4, 0.4].entries()) expect(made[k]).toBeCloseTo(weight, 6);
  });

  it("cost λ S times the mean share, with the gradient λ S / h", async () => {
    const shares = input("shares", [4]);
    const penalty = spanPenalty(spansOf(shares, settings), settings);
    const feeds = { shares: tensor(Float32Array.of(0, 0.5, 0.25, 0.25), [4]) };
    const got = await evaluate({ penalty, gradient: grads(penalty, [shares])[0]! }, feeds);
    expect(got.penalty!.data[0]).toBeCloseTo(2e-6 * 40 * 0.25, 10);
    for (const slope of got.gradient!.data) expect(slope).toBeCloseTo((2e-6 * 40) / 4, 10);
  });

  it("of the last query alone, with earlier keys given, are those of the whole text", async () => {
    const features = { span: { longest: N, ramp: 2.5, penalty: 0 } };
    const { p, x, feeds } = attentionWith(features, [0, 0.3, 0.6]);
    const earlier = new Map<string, Value>();
    const record: Probe = (site, value) => {
      if (site === "k" || site === "v") earlier.set(site, slice(value, 1, 0, N - 1));
      return value;
    };
    const all = attention(p, x, { features, mask: causalMask(x), probe: record });
    const probe: Probe = (site, value) => (earlier.has(site) ? concat([earlier.get(site)!, value], 1) : value);
    const last = attention(p, slice(x, 1, N - 1, N), { features, probe });
    const got = await evaluate({ last, all: slice(all, 1, N - 1, N) }, feeds);
    expect(largestDifference(got.last!, got.all!)).toBeLessThan(1e-6);
  });

  it("are refused for the keys of a context", () => {
    const { p, x, features } = attentionWith({ span: settings });
    expect(() => attention(p, x, { features, context: x })).toThrow(
      "attention: the keys of a context have no distance to queries; use `span` only for self-attention",
    );
  });
});

describe("attention by blocks is the whole attention with the same spans", () => {
  const span = { longest: 6, ramp: 2, penalty: 0 };
  const shares = [0, 0.5, 1];

  it.each([
    [17, 8, {}],
    [16, 8, { gate: true }],
    [5, 8, { talking: true }],
    [40, 9, { gate: true, talking: true }],
  ] as const)("%i tokens in blocks of %i, with %j", async (length, block, others) => {
    const features = { span, ...others };
    const { p, x, feeds } = attentionWith(features, shares, length);
    expect(reachOf(span, shares)).toBe(8);
    const whole = attention(p, x, { features, mask: causalMask(x) });
    const got = await evaluate({ whole, banded: bandedAttention(p, x, { features, block }) }, feeds);
    expect(largestDifference(got.whole!, got.banded!)).toBeLessThan(1e-5);
  });

  it("a block shorter than the reach is another function", async () => {
    const features = { span };
    const { p, x, feeds } = attentionWith(features, shares, 17);
    const whole = attention(p, x, { features, mask: causalMask(x) });
    const got = await evaluate({ whole, banded: bandedAttention(p, x, { features, block: 2 }) }, feeds);
    expect(largestDifference(got.whole!, got.banded!)).toBeGreaterThan(1e-3);
  });

  it("needs spans over softmax, and a block", () => {
    const { p, x } = attentionWith({ span });
    const unbounded = "bandedAttention: only spans over softmax bound the distance of keys";
    expect(() => bandedAttention(p, x, { block: 8 })).toThrow(unbounded);
    expect(() => bandedAttention(p, x, { block: 8, features: { span, normalizer: "sparsemax" } })).toThrow(unbounded);
    expect(() => bandedAttention(p, x, { block: 0, features: { span } })).toThrow(
      "bandedAttention: the block is 0; use a whole number of positions from 1",
    );
  });
});

describe("learned α", () => {
  it("is 1.5 at a = 0, at least 1.01 and at most 2", async () => {
    const made = await numbersOf(learnedAlphas(input("a", [4])), { a: tensor(Float32Array.of(0, -50, 50, -2), [4]) });
    for (const [k, alpha] of [1.5, 1.01, 2, 1 + 1 / (1 + Math.exp(2))].entries()) expect(made[k]).toBeCloseTo(alpha, 6);
  });

  it("needs its parameter", () => {
    const { p, x } = attentionWith({});
    expect(() => attention(p, x, { features: { normalizer: "entmax", alpha: "learned" } })).toThrow(
      "attention: alpha is learned, but the parameters have none; pass `alpha` [heads]",
    );
    expect(() => attention(p, x, { features: { span: { longest: 3, ramp: 1, penalty: 0 } } })).toThrow(
      "attention: heads have spans, but the parameters have none; pass `span` [heads]",
    );
  });
});

it("heads that share keys cannot talk", () => {
  const sizes = { width: M, heads: 4, keyValueHeads: 2, headWidth: D };
  expect(() => attentionParameters({ ...sizes, features: { talking: true } })).toThrow(
    "attention: 4 heads share 2 key/value heads, but they talk; use 4 key/value heads",
  );
});
