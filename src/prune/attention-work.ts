/** The cost of attention in a model with uneven layers: multiply-adds, and a program of attention only. */
import { input, type Value } from "../graph/value.ts";
import type { AnyModel } from "../models/any.ts";
import { withSparseRouting } from "../models/features-of.ts";
import { type AnyConfig, sitesOf } from "../models/sites.ts";
import { type AttentionParameters, attention } from "../nn/attention.ts";
import { activeHeads, routerColumns } from "../nn/features/routing/routing.ts";
import { declare } from "../params/tree.ts";

/**
 * Counts multiply-adds of all attentions for one text of `length` tokens: projections, scores and mixing. A routed head has its
 * share of the tokens, as with a balanced router, for queries, scores and mixing; keys, values and outputs are computed in full.
 */
export function attentionWork(config: AnyConfig, length: number): number {
  const { width, headWidth } = config;
  return sitesOf(config).reduce((sum, { heads, keyValueHeads, features }) => {
    const active = activeHeads(features.routing, heads);
    const gates = (features.gate ? heads : 0) + routerColumns(features.routing, heads);
    const projecting = length * width * (headWidth * (active + heads + 2 * keyValueHeads) + gates);
    return sum + projecting + 2 * length * length * active * headWidth;
  }, 0);
}

/** Builds all attentions of a model in sequence, without other layers: x [batch, sequence, m] → the same. */
export function attentionOnly({ config, weights }: AnyModel): Value {
  const parameters = declare<Record<string, unknown>>(weights);
  const at = (path: string) =>
    path.split(".").reduce<unknown>((tree, key) => (tree as Record<string, unknown>)[key], parameters) as AttentionParameters;
  const x = input("x", ["batch", "sequence", config.width]);
  return sitesOf(withSparseRouting(config))
    .filter(({ heads }) => heads > 0)
    .reduce((y, { path, features }) => attention(at(path), y, { features }), x);
}
