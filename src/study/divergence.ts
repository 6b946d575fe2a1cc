/** The diversity of a layer's patterns: their generalized Jensen–Shannon divergence. */
import { input, type Value } from "../graph/value.ts";
import type { TransformerConfig } from "../models/config.ts";
import { type DecoderParameters, decoder, decoderParameters } from "../models/decoder.ts";
import { add, log, mul, neg, sub } from "../ops/arithmetic.ts";
import { mean, sum } from "../ops/reduce.ts";
import { declare } from "../params/tree.ts";
import { type Runtime, tensorAt } from "../run/runtime.ts";
import { scalarOf, type Tensor, tensor } from "../run/tensor.ts";
import { addTo } from "../stats/sums.ts";
import type { Sheet } from "./sheet.ts";

const entropy = (p: Value): Value => neg(sum(mul(p, log(add(p, 1e-9))), -1));

/** Builds Σ over present queries of H(mean_h A_h) − mean_h H(A_h), for each layer. */
export function divergenceGraph(
  config: TransformerConfig,
  { batch, sequence }: Pick<Sheet, "batch" | "sequence">,
): Readonly<Record<string, Value>> {
  const p = declare<DecoderParameters>(decoderParameters(config));
  const present = input("present", [batch, sequence]);
  const sums: Record<string, Value> = {};
  decoder(config, p, { ids: input("ids", [batch, sequence], "int64") }, (site, pattern) => {
    const layer = /^layers\.(\d+)\.attention\.pattern$/.exec(site)?.[1];
    if (layer !== undefined) {
      const each = sub(entropy(mean(pattern, 1)), mean(entropy(pattern), 1));
      sums[layer] = sum(mul(each, present));
    }
    return pattern;
  });
  return sums;
}

/** Computes the mean divergence of each layer's heads over all tokens but the first, in nats, from 0 to ln h. */
export async function divergences(
  runtime: Runtime,
  graph: Readonly<Record<string, Value>>,
  weights: ReadonlyMap<string, Tensor>,
  sheet: Sheet,
): Promise<number[]> {
  const program = await runtime.compile(graph, { weights });
  const layers = Object.keys(graph).length;
  const sums = new Float64Array(layers);
  let count = 0;
  for (const { ids, present } of sheet.batches) {
    // the first token sees only itself
    const asked = present.map((x, k) => (k % sheet.sequence === 0 ? 0 : x));
    const made = await program.run({ ids, present: tensor(asked, [sheet.batch, sheet.sequence]) });
    addTo(
      sums,
      Array.from(sums, (_, l) => scalarOf(tensorAt(made, l))),
    );
    count += asked.reduce((a, b) => a + b, 0);
  }
  return Array.from(sums, (s) => s / count);
}
