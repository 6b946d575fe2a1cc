/** The cost of attention in a model with uneven layers: multiply-adds, and a program of attention only. */
import { input, type Value } from "../graph/value.ts";
import type { AnyModel } from "../models/any.ts";
import { withSparseRouting } from "../models/features-of.ts";
import { type AnyConfig, type Site, sitesOf } from "../models/sites.ts";
import { type AttentionParameters, attention } from "../nn/attention.ts";
import { activeHeads, routerColumns } from "../nn/features/routing/routing.ts";
import { scoreHeadsOf } from "../nn/features/talking.ts";
import { declare } from "../params/tree.ts";

/**
 * Counts multiply-adds of all attentions for one text of `length` tokens: projections, scores and mixing. A routed head has its
 * share of the tokens, as with a balanced router, for queries, scores and mixing; keys, values and outputs are computed in full.
 */
export const attentionWork = (config: AnyConfig, length: number): number =>
  sitesOf(config).reduce((sum, site) => sum + siteWork(site, config, length), 0);

function siteWork({ heads, keyValueHeads, features }: Site, { width, headWidth }: AnyConfig, length: number): number {
  const { gate, talking, fixed = [], routing } = features;
  const active = activeHeads(routing, heads);
  const scored = scoreHeadsOf(talking, active) - fixed.length; // fixed heads have no queries, keys and scores
  const keys = talking || fixed.length > 0 ? scored : keyValueHeads;
  const gates = (gate ? heads : 0) + routerColumns(routing, heads);
  // W_Q, W_K, W_V, W_O
  const projecting = length * width * (headWidth * (scored + keys + keyValueHeads + heads) + gates);
  const talks = talking ? length * length * scored * (scored + heads) : 0;
  return projecting + length * length * headWidth * (scored + active) + talks;
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
