/** The mean output of every head at every position, over a task's texts. */

import { dims2, dims4 } from "../../graph/shape.ts";
import type { Value } from "../../graph/value.ts";
import { type AnyModel, anyForward } from "../../models/any.ts";
import { sitesOf } from "../../models/sites.ts";
import { keep } from "../../nn/probe.ts";
import { getOrAdd } from "../../params/keyed.ts";
import { byPath } from "../../params/tree.ts";
import { releasing } from "../../run/releasing.ts";
import { type Feeds, feedsFor, type Runtime, tensorAt } from "../../run/runtime.ts";
import { floats, type Tensor, tensor, wholes } from "../../run/tensor.ts";
import { addTo, rowOf } from "../../stats/sums.ts";
import type { Task } from "../../tasks/task.ts";

/** For each position i, the sums over texts of the outputs [h·d], and the number of texts with a token there. */
type Means = Map<number, { readonly sums: Float64Array; count: number }>;

/** Computes the mean outputs by attention path. */
export async function meanOutputs(
  runtime: Runtime,
  { config, weights }: AnyModel,
  task: Task,
): Promise<ReadonlyMap<string, Means>> {
  const means = new Map(sitesOf(config).map(({ path }): [string, Means] => [path, new Map()]));
  const sites = new Map<string, Value>();
  anyForward(
    config,
    keep(sites, (at) => at.endsWith(".z") && means.has(at.slice(0, -2))),
  );
  await releasing(runtime, async (own) => {
    const program = await own.compile(Object.fromEntries(sites), { weights: byPath(weights) });
    for (const feeds of task.batches) {
      const made = await program.run(feedsFor(program, feeds));
      for (const [path, own] of means) if (sites.has(`${path}.z`)) add(own, tensorAt(made, `${path}.z`), present(path, feeds));
    }
  });
  return means;
}

/** Returns a predicate for real tokens of a batch, for queries of the source or of the target. */
function present(at: string, { mask, targets, decoderIds }: Feeds): (row: number, i: number) => boolean {
  const ofTarget = at.startsWith("decoder.") && decoderIds !== undefined;
  const shown = ofTarget ? targets : mask;
  if (!shown) throw new Error(`internal: a batch has no ${ofTarget ? "targets" : "mask"}`);
  const [data, least] = [wholes(shown), ofTarget ? 0n : 1n];
  const [, length] = dims2(shown.shape);
  return (row, i) => data[row * length + i]! >= least;
}

function add(means: Means, outputs: Tensor, has: (row: number, i: number) => boolean): void {
  const [rows, length, heads, width] = dims4(outputs.shape);
  const each = heads * width;
  const data = floats(outputs);
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i < length; i++) {
      if (!has(row, i)) continue;
      const own = getOrAdd(means, i, () => ({ sums: new Float64Array(each), count: 0 }));
      addTo(own.sums, rowOf(data, row * length + i, each));
      own.count++;
    }
  }
}

/** Returns the means for a batch whose head outputs are `z`: [1, i, h, d]. */
export function slicedMean(means: Means, { shape }: Pick<Tensor, "shape">): Tensor {
  const [, length, heads, width] = dims4(shape);
  const data = new Float32Array(length * heads * width);
  for (const [i, { sums, count }] of means) {
    if (i >= length) continue;
    data.set(
      sums.map((sum) => sum / count),
      i * heads * width,
    );
  }
  return tensor(data, [1, length, heads, width]);
}
