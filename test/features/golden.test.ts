/** Attention with features against PyTorch: outputs, patterns, penalties, and the gradients of inputs and weights. */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { grads } from "../../src/autodiff/grads.ts";
import { input, type Value } from "../../src/graph/value.ts";
import { type AttentionParameters, attention } from "../../src/nn/attention.ts";
import type { AttentionFeatures } from "../../src/nn/features/features.ts";
import { bias, causal, unpadded } from "../../src/nn/mask.ts";
import { keep, keptAt } from "../../src/nn/probe.ts";
import { add, mul } from "../../src/ops/arithmetic.ts";
import { constant } from "../../src/ops/constant.ts";
import { and } from "../../src/ops/logic.ts";
import { sum } from "../../src/ops/reduce.ts";
import { int64, tensor } from "../../src/run/tensor.ts";
import { largestDifference } from "../models/golden.ts";
import { evaluate } from "../run/evaluate.ts";

interface Stored {
  readonly shape: number[];
  readonly data: number[];
}
interface Case {
  readonly features: AttentionFeatures;
  readonly causal: boolean;
  /** The tokens of each text that are no padding. */
  readonly lengths: readonly number[];
  readonly x: Stored;
  readonly direction: Stored;
  readonly weights: Record<string, Stored>;
  readonly y: Stored;
  readonly pattern: Stored;
  readonly penalty: number;
  readonly gradients: Record<string, Stored>;
}

const cases = JSON.parse(
  gunzipSync(readFileSync(new URL("../fixtures/features.json.gz", import.meta.url))).toString(),
) as Record<string, Case>;
const maskOf = (first?: Value, padding?: Value): Value => {
  const parts = [first, padding && unpadded(padding)].filter((part) => part !== undefined);
  return bias(parts.reduce((a, b) => and(a, b)));
};
const read = ({ shape, data }: Stored) => tensor(Float32Array.from(data), shape);

describe.each(Object.entries(cases))("%s", (_, golden) => {
  it("has PyTorch's outputs, patterns, penalties and gradients", async () => {
    const { features, causal: masked, lengths, x, direction, weights } = golden;
    const [batch, length] = x.shape as [number, number, number];
    const padded = lengths.some((n) => n < length) ? input("mask", [batch, length], "int64") : undefined;
    const parts = Object.entries(weights).map(([name, { shape }]): [string, Value] => [name, input(name, shape)]);
    const from = input("x", x.shape);
    const kept = new Map<string, Value>();
    const y = attention(Object.fromEntries(parts) as unknown as AttentionParameters, from, {
      features,
      ...((masked || padded) && { mask: maskOf(masked ? causal(length, undefined, from) : undefined, padded) }),
      places: { causal: masked, queries: padded, keys: padded },
      probe: keep(kept, (site) => site === "pattern" || site === "penalty"),
    });
    const of = [from, ...parts.map(([, value]) => value)];
    const penalty = kept.get("penalty") ?? constant(0);
    const made = grads(add(sum(mul(y, input("direction", direction.shape))), penalty), of);
    const gradients = Object.fromEntries(["x", ...Object.keys(weights)].map((name, k) => [`d${name}`, made[k]!]));
    const feeds = Object.fromEntries(Object.entries({ x, direction, ...weights }).map(([name, own]) => [name, read(own)]));
    const mask = int64(
      lengths.flatMap((n) => Array.from({ length }, (_, i) => Number(i < n))),
      [batch, length],
    );
    const got = await evaluate(
      { y, pattern: keptAt(kept, "pattern"), penalty, ...gradients },
      { ...feeds, ...(padded && { mask }) },
    );
    expect(Number(got.penalty!.data[0])).toBeCloseTo(golden.penalty, 5);
    expect(largestDifference(got.y!, read(golden.y))).toBeLessThan(1e-5);
    expect(largestDifference(got.pattern!, read(golden.pattern))).toBeLessThan(1e-5);
    for (const [name, wanted] of Object.entries(golden.gradients)) {
      const size = Math.max(1, ...wanted.data.map(Math.abs));
      expect(largestDifference(got[`d${name}`]!, read(wanted)) / size, name).toBeLessThan(2e-5);
    }
  });
});
