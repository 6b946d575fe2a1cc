/** The mean output of every head at every position, over a task's texts. */

import { dims2, dims4 } from "../../graph/shape.ts";
import type { Value } from "../../graph/value.ts";
import { type AnyModel, anyForward } from "../../models/any.ts";
import { sitesOf } from "../../models/sites.ts";
import { keep } from "../../nn/probe.ts";
import { byPath } from "../../params/tree.ts";
import { releasing } from "../../run/releasing.ts";
import { type Feeds, feedsFor, type Runtime } from "../../run/runtime.ts";
import { type Tensor, tensor, wholes } from "../../run/tensor.ts";
import type { Task } from "../../tasks/task.ts";

/** Sums over texts at each position [i, h·d], and the number of texts with a token there. */
interface Means {
  readonly sums: number[][];
  readonly counts: number[];
}

/** Computes the mean outputs by attention path. */
export async function meanOutputs(
  runtime: Runtime,
  { config, weights }: AnyModel,
  task: Task,
): Promise<ReadonlyMap<string, Means>> {
  const means = new Map(sitesOf(config).map(({ path }): [string, Means] => [path, { sums: [], counts: [] }]));
  const sites = new Map<string, Value>();
  anyForward(
    config,
    keep(sites, (at) => at.endsWith(".z") && means.has(at.slice(0, -2))),
  );
  await releasing(runtime, async (own) => {
    const program = await own.compile(Object.fromEntries(sites), { weights: byPath(weights) });
    for (const feeds of task.batches) {
      const made = await program.run(feedsFor(program, feeds));
      for (const at of sites.keys()) add(means.get(at.slice(0, -2))!, made[at]!, present(at, feeds));
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

function add({ sums, counts }: Means, { data, shape }: Tensor, has: (row: number, i: number) => boolean): void {
  const [rows, length, heads, width] = dims4(shape);
  const each = heads * width;
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i < length; i++) {
      if (!has(row, i)) continue;
      sums[i] ??= new Array<number>(each).fill(0);
      counts[i] = (counts[i] ?? 0) + 1;
      const from = (row * length + i) * each;
      for (let k = 0; k < each; k++) sums[i]![k]! += Number(data[from + k]);
    }
  }
}

/** Returns the means for a batch whose head outputs are `z`: [1, i, h, d]. */
export function slicedMean({ sums, counts }: Means, { shape }: Tensor): Tensor {
  const [, length, heads, width] = dims4(shape);
  const data = new Float32Array(length * heads * width);
  for (let i = 0; i < length; i++)
    if (counts[i])
      data.set(
        sums[i]!.map((sum) => sum / counts[i]!),
        i * heads * width,
      );
  return tensor(data, [1, length, heads, width]);
}
