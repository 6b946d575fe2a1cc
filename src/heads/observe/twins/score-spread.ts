/** The spread of scores within rows, layer by layer. */
import { dimAt } from "../../../graph/shape.ts";
import type { Value } from "../../../graph/value.ts";
import type { TransformerConfig } from "../../../models/config.ts";
import { featuresOf } from "../../../models/features-of.ts";
import { ofLayer } from "../../../models/layer.ts";
import { forward, type Transformer } from "../../../models/transformer.ts";
import { keep } from "../../../nn/probe.ts";
import { byPath } from "../../../params/tree.ts";
import type { Program, Runtime } from "../../../run/runtime.ts";
import { floats, int64 } from "../../../run/tensor.ts";
import { moments } from "../../../stats/moments.ts";
import { countedQueries, type Text } from "../text.ts";

/** The number of texts on which the spread of scores is measured, and the number of tokens read of each. */
const TEXTS = 8;
const TOKENS = 64;

export type SpreadOf = (model: Transformer) => Promise<(number | null)[]>;

/** Compiles the measurement of each layer's standard deviation of scores around their row's mean; null without scores. */
export async function scoreSpreads(runtime: Runtime, config: TransformerConfig, texts: readonly Text[]): Promise<SpreadOf> {
  const kept = new Map<string, Value>();
  forward(config, { probe: keep(kept, (site) => site.endsWith(".scores")) });
  if (kept.size === 0) return async () => config.heads.map(() => null);
  const outputs = Object.fromEntries(kept);
  const some = texts.slice(0, TEXTS);
  return async ({ weights }) => {
    const program = await runtime.compile(outputs, { weights: byPath(weights) });
    const totals = config.heads.map(() => ({ square: 0, count: 0 }));
    for (const text of some) await addSpreads(program, config, text, totals);
    return totals.map(({ square, count }, l) =>
      scored(config, l) > 0 || config.heads[l] === 0 ? Math.sqrt(square / Math.max(1, count)) : null,
    );
  };
}

/** Returns the number of a layer's heads that have scores. */
const scored = (config: TransformerConfig, layer: number): number =>
  ofLayer(config.heads, layer) - (featuresOf(config, `${layer}`).fixed?.length ?? 0);

async function addSpreads(
  program: Program,
  config: TransformerConfig,
  text: Text,
  totals: readonly { square: number; count: number }[],
): Promise<void> {
  const ids = text.ids.slice(0, TOKENS);
  const n = ids.length;
  const made = await program.run({ ids: int64(ids, [1, n]), mask: int64(new Array(n).fill(1), [1, n]) });
  const causal = config.family === "decoder";
  const rows = countedQueries(text, causal).filter((i) => i < n);
  for (const layer of config.heads.keys()) {
    const scores = made[`layers.${layer}.attention.scores`];
    if (!scores) continue;
    const data = floats(scores);
    for (let h = 0; h < dimAt(scores.shape, 1); h++) {
      for (const i of rows) {
        const { deviation } = moments(data.subarray((h * n + i) * n, (h * n + i) * n + (causal ? i + 1 : n)));
        totals[layer]!.square += deviation ** 2;
        totals[layer]!.count++;
      }
    }
  }
}
