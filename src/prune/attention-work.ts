/** The cost of attention in a model with uneven layers: multiply-adds, and a program of attention only. */
import { input, type Value } from "../graph/value.ts";
import type { AnyModel } from "../models/any.ts";
import { type AnyConfig, sitesOf } from "../models/sites.ts";
import { type AttentionParameters, attention } from "../nn/attention.ts";
import { declare } from "../params/tree.ts";

/** Counts multiply-adds of all attentions for one text of `length` tokens: projections, scores and mixing. */
export function attentionWork(config: AnyConfig, length: number): number {
  const { width, headWidth } = config;
  return sitesOf(config).reduce((sum, { heads, keyValueHeads, features }) => {
    const fixed = features.fixed?.length ?? 0; // without queries, keys and scores
    const projections = 2 * (heads + keyValueHeads - fixed);
    const projecting = projections * length * width * headWidth + (features.gate ? length * width * heads : 0);
    return sum + projecting + length * length * (2 * heads - fixed) * headWidth;
  }, 0);
}

/** Builds all attentions of a model in sequence, without other layers: x [batch, sequence, m] → the same. */
export function attentionOnly({ config, weights }: AnyModel): Value {
  const parameters = declare<Record<string, unknown>>(weights);
  const at = (path: string) =>
    path.split(".").reduce<unknown>((tree, key) => (tree as Record<string, unknown>)[key], parameters) as AttentionParameters;
  const x = input("x", ["batch", "sequence", config.width]);
  return sitesOf(config)
    .filter(({ heads }) => heads > 0)
    .reduce((y, { path, features }) => attention(at(path), y, { features }), x);
}
