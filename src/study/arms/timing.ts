/** Elapsed time of a trained model's forward pass, in turns with a baseline, so that other work on the machine slows both. */
import type { Value } from "../../graph/value.ts";
import type { TransformerConfig } from "../../models/config.ts";
import { withSparseRouting } from "../../models/features-of.ts";
import { forward, type Transformer, type TransformerParameters } from "../../models/transformer.ts";
import { byPath, mapTree } from "../../params/tree.ts";
import { inTurns } from "../../prune/measure.ts";
import { releasing } from "../../run/releasing.ts";
import type { Program, Runtime } from "../../run/runtime.ts";
import { floats, int64, type Tensor, tensor } from "../../run/tensor.ts";
import { numberAt } from "../../stats/sums.ts";

/** Texts of one length, and how often each model reads them. */
export interface TimedTexts {
  readonly batch: number;
  readonly length: number;
  readonly rounds: number;
}

/** The median of a pass in elapsed milliseconds, and its share of the baseline's median. */
export interface PassTime {
  readonly milliseconds: number;
  readonly share: number;
}

/**
 * Returns the time of a pass over `batch` texts, cut from `ids`. Mixtures compute only the heads that a token uses. A model with
 * fewer positions than `length` repeats those that it has, so that routers see positions that they know.
 */
export const passTime = (
  runtime: Runtime,
  model: Transformer,
  baseline: Transformer,
  ids: ArrayLike<number>,
  { batch, length, rounds }: TimedTexts,
): Promise<PassTime> =>
  releasing(runtime, async (own) => {
    const rows = int64(
      Array.from({ length: batch * length }, (_, k) => numberAt(ids, k % ids.length)),
      [batch, length],
    );
    const mask = int64(new Array<number>(batch * length).fill(1), [batch, length]);
    const [was, is] = [await compiled(own, baseline, length), await compiled(own, model, length)];
    const { before, after } = await inTurns(rounds, was, is, () => ({ ids: rows, mask }));
    return { milliseconds: after, share: after / before };
  });

async function compiled(runtime: Runtime, model: Transformer, length: number): Promise<Program> {
  const { config, weights } = withPositions(model, length);
  return runtime.compile(logitsOf(withSparseRouting(config)), { weights: byPath(weights) });
}

function logitsOf(config: TransformerConfig): { readonly logits: Value } {
  const { logits } = forward(config);
  if (!logits) throw new Error("internal: a timed model has no language head");
  return { logits };
}

/** Returns the model with at least `length` positions: it repeats its table of positions. */
function withPositions({ config, weights }: Transformer, length: number): Transformer {
  const { maxPositions } = config;
  if (length <= maxPositions) return { config, weights };
  const repeated = (table: Tensor): Tensor => {
    const data = floats(table);
    const width = data.length / maxPositions;
    return tensor(
      Float32Array.from({ length: length * width }, (_, k) => numberAt(data, k % data.length)),
      [length, width],
    );
  };
  return {
    config: { ...config, maxPositions: length },
    weights: mapTree<TransformerParameters<Tensor>>(weights, (own: Tensor, path) =>
      path === "embeddings.positions" ? repeated(own) : own,
    ),
  };
}
