/** Full patterns of a few texts, for pictures and for the distances between heads. */

import { scoped, type Value } from "../../graph/value.ts";
import { ofLayer } from "../../models/layer.ts";
import type { Transformer } from "../../models/transformer.ts";
import { forward } from "../../models/transformer.ts";
import { keep, keptAt } from "../../nn/probe.ts";
import { byPath } from "../../params/tree.ts";
import { type Runtime, tensorAt } from "../../run/runtime.ts";
import { floats, int64, tensor } from "../../run/tensor.ts";
import type { PatternText } from "../report/schema.ts";
import { normWeights, rawWeights, type Weighting } from "./statistics.ts";
import type { Text } from "./text.ts";

/** Returns the patterns of one text by layer and head, each [query · key]. */
export type Patterns = (text: Text) => Promise<Float32Array[][]>;

/** Compiles the patterns of a model, raw or weighted by ‖f(xⱼ)‖ (see `normWeights`). */
export async function createPatterns(runtime: Runtime, model: Transformer, weighting: Weighting): Promise<Patterns> {
  const kept = new Map<string, Value>();
  const pass = forward(model.config, { probe: keep(kept, (site) => /\.(pattern|masked|v)$/.test(site)) });
  const outputs: Record<string, Value> = {};
  for (const [l, heads] of model.config.heads.entries()) {
    if (heads === 0) continue;
    const at = (site: string) => keptAt(kept, `layers.${l}.attention.${site}`);
    const wo = ofLayer(pass.parameters.layers, l).attention.wo;
    outputs[l] = scoped(`layers.${l}.statistics`, () =>
      weighting === "raw" ? at("pattern") : normWeights(rawWeights(at("pattern"), at("masked")), at("v"), wo).pattern,
    );
  }
  const program = await runtime.compile(outputs, { weights: byPath(model.weights) });
  return async ({ ids }) => {
    const n = ids.length;
    const results = await program.run({ ids: int64(ids, [1, n]), mask: tensor(new BigInt64Array(n).fill(1n), [1, n]) });
    return model.config.heads.map((heads, l) =>
      Array.from({ length: heads }, (_, h) => floats(tensorAt(results, l)).slice(h * n * n, (h + 1) * n * n)),
    );
  };
}

/** Returns a text with its patterns, in the form that the pictures use. */
export const patternText = async (patterns: Patterns, text: Text): Promise<PatternText> => ({
  tokens: text.tokens,
  patterns: await patterns(text),
});
