/** Made-up comparisons of two models. */
import type { ComparedHead, Comparison } from "../../src/heads/compare/compare-schema.ts";
import { random } from "../../src/params/random.ts";

export interface FakeChange {
  /** Heads of each layer before any cut. */
  readonly heads: readonly number[];
  /** How large changes are. */
  readonly size: number;
  readonly onlyInA?: Comparison["onlyInA"];
  readonly onlyInB?: Comparison["onlyInB"];
}

/** A comparison of fake models. */
export function fakeComparison({ heads, size, onlyInA = [], onlyInB = [] }: FakeChange): Comparison {
  const uniform = random("fake comparison");
  const change = (): number => Number((size * uniform() ** 3).toPrecision(6));
  const estimate = () => {
    const value = change();
    return { value, low: 0.9 * value, high: 1.1 * value };
  };
  const gone = (layer: number, head: number) => [...onlyInA, ...onlyInB].some((at) => at.layer === layer && at.head === head);
  const shared = heads.flatMap((count, layer) =>
    Array.from({ length: count }, (_, head) => head)
      .filter((head) => !gone(layer, head))
      .map(
        (head, inB): ComparedHead => ({
          ...{ layer, head, inA: head, inB },
          ...{ queryKey: change(), valueOutput: change(), pattern: estimate(), output: estimate() },
        }),
      ),
  );
  const model = {
    ...{ family: "decoder" as const, architecture: "gpt2", layers: heads.length, width: 64, parameters: 123_456 },
    ...{ sha256: "9f2c4be1".repeat(8), heads: [...heads], keyValueHeads: [...heads] },
  };
  return {
    ...{ schema: "headwise.compare/2", headwise: "0.1.0", seed: 1 },
    ...{ a: { id: "base <1>", ...model }, b: { id: "tuned & cut", ...model } },
    corpus: { id: "text", sentences: 23, tokens: 457, sha256: "0b".repeat(32) },
    ...{ heads: shared, onlyInA, onlyInB, embeddings: estimate() },
    layers: heads.map((_, layer) => ({ layer, state: estimate() })),
    states: { difference: change(), largest: 5.3 },
    loss: { a: 3.217, b: 3.101, change: { value: -0.116, low: -0.13, high: -0.1 } },
    patterns: { rows: 411, texts: 23 },
    cost: { seconds: 1.3, peakBytes: 7e8, tokens: 457 },
    notes: [{ code: "text", text: "only 23 <texts>" }],
  };
}

/** Comparisons of every kind, by name. */
export const CHANGED: readonly [string, FakeChange][] = [
  ["tuned", { heads: [5, 7, 3], size: 1.7 }],
  ["cut", { heads: [5, 3, 2], size: 0.4, onlyInA: [{ layer: 0, head: 1 }], onlyInB: [{ layer: 2, head: 1 }] }],
  ["emptied", { heads: [2, 0, 3], size: 1e-5, onlyInA: [0, 1].map((head) => ({ layer: 0, head })) }],
  ["the same", { heads: [3, 5], size: 0 }],
  ["no head in common", { heads: [1], size: 0.1, onlyInA: [{ layer: 0, head: 0 }] }],
];
