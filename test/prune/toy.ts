/** Models of heads that each put out a constant, and tasks that read the sums of these constants off the last state. */

import type { TransformerConfig } from "../../src/models/config.ts";
import { type Transformer, transformerParameters } from "../../src/models/transformer.ts";
import { div } from "../../src/ops/arithmetic.ts";
import { reshape, slice } from "../../src/ops/layout.ts";
import { mapTree, type Spec } from "../../src/params/tree.ts";
import { sizeOf, tensor } from "../../src/run/tensor.ts";
import type { Task } from "../../src/tasks/task.ts";
import { textFeeds } from "../../src/tasks/task.ts";
import { GROUPED } from "../laws/small.ts";

/** What a head adds to the two sums. */
export type Adds = readonly [twin: number, own: number];

/**
 * A decoder whose head adds `adds[layer][head]` to coordinates 0 and 1 of a state that is otherwise 1 at coordinate 2: values
 * are a bias, everything else is zero. Norms divide by the root mean square, which ratios do not see.
 */
export function toyModel(adds: readonly (readonly Adds[])[]): Transformer {
  const heads = adds.map(({ length }) => length);
  const config: TransformerConfig = { ...GROUPED, heads, keyValueHeads: heads };
  const weights = mapTree<Transformer["weights"]>(transformerParameters(config), ({ shape, init }: Spec, path) => {
    const data = new Float32Array(sizeOf(shape)).fill(init === "ones" ? 1 : 0);
    const own = /^layers\.(\d+)\.attention\.(bv|wo)$/.exec(path);
    if (path === "embeddings.tokens")
      for (let token = 0; token < config.vocabulary; token++) data[token * config.width + 2] = 1;
    if (own?.[2] === "bv") for (let h = 0; h < shape[0]!; h++) data[h * config.headWidth] = 1;
    if (own?.[2] === "wo")
      for (const [h, both] of adds[Number(own[1])]!.entries()) data.set(both, h * config.headWidth * config.width);
    return tensor(data, shape);
  });
  return { config, weights };
}

/**
 * The two sums of the heads that are left, the first of them capped at 1: heads that add to it stand in for one another.
 * Higher is better; every example says the same.
 */
export function toyTask(examples = 23): Task {
  const texts = Array.from({ length: examples }, (_, k) => [1 + (k % 19), 2, 3]);
  return {
    ...{ name: "toy", measure: "points", better: "higher", examples, batches: [textFeeds(texts)] },
    judge({ states }) {
      const state = states.at(-1)!;
      const at = (m: number) => reshape(slice(slice(state, 1, 0, 1), 2, m, m + 1), [state.shape[0]!]);
      return { twin: div(at(0), at(2)), own: div(at(1), at(2)) };
    },
    loss: { total: "own" },
    quality: ({ twin, own }, some = Array.from(own!, (_, k) => k)) => {
      let sum = 0;
      for (let k = 0; k < some.length; k++) sum += Math.min(1, twin![some[k]!]!) + own![some[k]!]!;
      return sum / some.length;
    },
  };
}
