/** Small models with large random weights: every size is a different prime, no bias is zero, every pattern is uneven. */
import type { Value } from "../../src/graph/value.ts";
import type { TransformerConfig } from "../../src/models/config.ts";
import { forward, type Transformer, transformerParameters } from "../../src/models/transformer.ts";
import type { AttentionParameters } from "../../src/nn/attention.ts";
import { chain, keep, type Probe, unseen } from "../../src/nn/probe.ts";
import { normals, random } from "../../src/params/random.ts";
import { byPath, mapTree, type Spec } from "../../src/params/tree.ts";
import type { Feeds } from "../../src/run/runtime.ts";
import { int64, sizeOf, type Tensor, tensor } from "../../src/run/tensor.ts";
import { evaluate } from "../run/evaluate.ts";

const COMMON = {
  vocabulary: 23,
  width: 11,
  headWidth: 6,
  heads: [3, 2],
  keyValueHeads: [3, 2],
  innerWidth: 13,
  maxPositions: 17,
  epsilon: 1e-5,
  inputBias: true,
  outputBias: true,
  feedForwardBias: true,
} as const;

/** As BERT. */
export const ENCODER: TransformerConfig = {
  ...COMMON,
  family: "encoder",
  architecture: "bert",
  positions: { kind: "learned", offset: 0 },
  tokenTypes: 2,
  norm: "layer",
  activation: "gelu",
  gated: false,
  languageHead: "masked",
  tied: true,
};

/** As GPT-2. */
export const DECODER: TransformerConfig = {
  ...ENCODER,
  family: "decoder",
  architecture: "gpt2",
  tokenTypes: 0,
  activation: "gelu_tanh",
  languageHead: "causal",
};

/** As Qwen 2: rotary positions, grouped keys with biases, a gated feed-forward layer. */
export const GROUPED: TransformerConfig = {
  ...DECODER,
  architecture: "qwen2",
  heads: [6, 4],
  keyValueHeads: [3, 2],
  positions: { kind: "rotary", rotary: { base: 10_000, scaling: { kind: "none" } } },
  norm: "rms",
  activation: "silu",
  gated: true,
  outputBias: false,
  feedForwardBias: false,
};

/** Normal numbers for every weight and bias; scales of norms around 1. */
export const largeWeights = <Out>(specs: object, seed: number, deviation = 0.4): Out =>
  mapTree<Out>(specs, ({ shape, init }: Spec, path): Tensor => {
    const numbers = normals(random(`${seed}/${path}`), sizeOf(shape));
    return tensor(
      numbers.map((x) => (init === "ones" ? 1 + 0.1 * x : deviation * x)),
      shape,
    );
  });

export const smallModel = (config: TransformerConfig, seed: number): Transformer => ({
  config,
  weights: largeWeights(transformerParameters(config), seed),
});

type Attention = AttentionParameters<Tensor>;

/** The model with the attention of one layer changed. */
export const withAttention = (model: Transformer, layer: number, change: (attention: Attention) => Attention): Transformer => {
  const layers = model.weights.layers.map((l, k) => (k === layer ? { ...l, attention: change(l.attention) } : l));
  return { ...model, weights: { ...model.weights, layers } as Transformer["weights"] };
};

/** Rows `indices` of one axis. */
export function pick({ shape, data }: Tensor, axis: number, indices: readonly number[]): Tensor {
  const inner = sizeOf(shape.slice(axis + 1));
  const outer = sizeOf(shape.slice(0, axis));
  const rows = Array.from({ length: outer }, (_, o) =>
    indices.flatMap((i) =>
      Array.from((data as Float32Array).subarray((o * shape[axis]! + i) * inner, (o * shape[axis]! + i + 1) * inner)),
    ),
  );
  return tensor(Float32Array.from(rows.flat()), shape.with(axis, indices.length));
}

/** The heads `heads` of an attention, with the key/value heads `groups`, in this order. */
export const pickHeads = (p: Attention, heads: readonly number[], groups: readonly number[] = heads): Attention => ({
  wq: pick(p.wq, 1, heads),
  wk: pick(p.wk, 1, groups),
  wv: pick(p.wv, 1, groups),
  wo: pick(p.wo, 0, heads),
  bq: p.bq && pick(p.bq, 0, heads),
  bk: p.bk && pick(p.bk, 0, groups),
  bv: p.bv && pick(p.bv, 0, groups),
  bo: p.bo,
});

/** What a model gives for some texts: hidden states, logits and every site that `wanted` accepts. */
export async function runModel(
  { config, weights }: Transformer,
  texts: Feeds,
  {
    probe = unseen,
    wanted = (site: string) => site.endsWith("pattern"),
  }: { probe?: Probe; wanted?: (site: string) => boolean } = {},
): Promise<Record<string, Tensor>> {
  const kept = new Map<string, Value>();
  const { states, logits } = forward(config, { probe: chain(probe, keep(kept, wanted)) });
  const outputs = { ...Object.fromEntries(states.map((s, l) => [`states.${l}`, s])), ...Object.fromEntries(kept) };
  return evaluate(logits ? { ...outputs, logits } : outputs, { ...Object.fromEntries(byPath(weights)), ...texts });
}

/** Texts of token ids; shorter ones are padded with token 0. */
export function textsOf(...texts: readonly (readonly number[])[]): { ids: Tensor; mask: Tensor } {
  const length = Math.max(...texts.map((t) => t.length));
  const filled = (f: (t: readonly number[], i: number) => number) =>
    texts.flatMap((t) => Array.from({ length }, (_, i) => f(t, i)));
  const shape = [texts.length, length];
  return {
    ids: int64(
      filled((t, i) => t[i] ?? 0),
      shape,
    ),
    mask: int64(
      filled((t, i) => Number(i < t.length)),
      shape,
    ),
  };
}

/** The largest difference between two tensors, over the elements that `counted` accepts. */
export { largestDifference } from "../models/golden.ts";
