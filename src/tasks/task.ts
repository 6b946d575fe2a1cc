/** The interface of a task: values computed inside the graph for each example, and a quality of all examples together. */
import type { Value } from "../graph/value.ts";
import type { AnyForward, AnyModel } from "../models/any.ts";
import { anyForward } from "../models/any.ts";
import { byPath } from "../params/tree.ts";
import { releasing } from "../run/releasing.ts";
import { type Feeds, feedsFor, type Runtime, tensorAt } from "../run/runtime.ts";
import { floats, int64, type Tensor } from "../run/tensor.ts";

/** The values of every example, by name. */
export type Judged<N extends string = string> = Readonly<Record<N, Float64Array>>;

/** A task; `N` are the names of the values it computes for each example. */
export interface Task<N extends string = string> {
  readonly name: string;
  /** The unit of `quality`: "nats per token", "Spearman’s ρ × 100". */
  readonly measure: string;
  readonly better: "lower" | "higher";
  readonly examples: number;
  /** The number of neighboring batch rows per example; default 1. */
  readonly rows?: number;
  /** `ids`, `mask` and the other inputs of `judge`; examples in order over all batches. */
  readonly batches: readonly Feeds[];
  /** Maps a forward pass with free batch and sequence sizes to values of shape [examples of the batch]. */
  judge(made: AnyForward): Readonly<Record<N, Value>>;
  /**
   * The value that gradients are taken of, and the value that counts its terms: the loss over all examples is Σ total / Σ count
   * (default: the number of examples).
   */
  readonly loss: { readonly total: N; readonly count?: N };
  /** Computes the quality of all examples, or of some, by index and with repeats. */
  quality(judged: Judged<N>, some?: ArrayLike<number>): number;
}

/** Returns the loss of quality compared with before; negative if it improved. */
export const worse = ({ better }: Task, was: number, is: number): number => (better === "lower" ? is - was : was - is);

/** Computes a task's values for every example. */
export async function evaluate(
  runtime: Runtime,
  { config, weights }: AnyModel,
  task: Task,
  progress: (share: number) => void = () => {},
): Promise<Judged> {
  const outputs = task.judge(anyForward(config));
  const { judged, take } = collector(Object.keys(outputs), task.examples);
  await releasing(runtime, async (own) => {
    const program = await own.compile(outputs, { weights: byPath(weights) });
    for (const [k, feeds] of task.batches.entries()) {
      take(await program.run(feedsFor(program, feeds)));
      progress((k + 1) / task.batches.length);
    }
  });
  return judged;
}

/** Joins the values of successive batches. */
export function collector(names: readonly string[], examples: number) {
  const judged = Object.fromEntries(names.map((name) => [name, new Float64Array(examples)]));
  let at = 0;
  return {
    judged,
    take(made: Readonly<Record<string, Tensor>>): void {
      let count = 0;
      for (const [name, values] of Object.entries(judged)) {
        const own = floats(tensorAt(made, name));
        values.set(own, at);
        count = own.length;
      }
      at += count;
    },
  };
}

/** Sums over all examples, or over some with repeats. */
export function total(xs: Float64Array, some?: ArrayLike<number>): number {
  let sum = 0;
  if (!some) for (const x of xs) sum += x;
  else for (let k = 0; k < some.length; k++) sum += xs[some[k]!]!;
  return sum;
}

/** Pads rows to the longest, or to a given length, as int64 [rows, length]. */
export function paddedRows(rows: readonly ArrayLike<number>[], filler = 0): Tensor {
  const length = Math.max(...rows.map((row) => row.length));
  const data = rows.flatMap((row) => Array.from({ length }, (_, i) => row[i] ?? filler));
  return int64(data, [rows.length, length]);
}

/** Returns `ids`, and `mask` with 0 for padding. */
export const textFeeds = (rows: readonly ArrayLike<number>[]): Record<"ids" | "mask", Tensor> => ({
  ids: paddedRows(rows),
  mask: paddedRows(rows.map(({ length }) => new Uint8Array(length).fill(1))),
});

/** The maximum size of a batch: examples, and tokens including padding. */
export interface BatchBudget {
  readonly examples: number;
  readonly tokens: number;
}

/** Sorts examples by length and splits them into batches within a budget; avoids single-example batches if possible. */
export function batched<T>(items: readonly T[], lengthOf: (item: T) => number, budget: BatchBudget): T[][] {
  const sorted = [...items].sort((a, b) => lengthOf(a) - lengthOf(b));
  const made: T[][] = [];
  for (const item of sorted) {
    const last = made.at(-1);
    const fits = last && last.length < budget.examples && (last.length + 1) * lengthOf(item) <= budget.tokens;
    if (last && (fits || last.length < 2)) last.push(item);
    else made.push([item]);
  }
  const [before, last] = made.slice(-2);
  if (before && last?.length === 1) {
    made.pop();
    before.push(...last);
  }
  return made;
}

/** Computes a task's quality for each draw, to be subtracted draw by draw. */
export const qualities = (task: Task, judged: Judged, draws: readonly Int32Array[]): Float64Array =>
  Float64Array.from(draws, (some) => task.quality(judged, some));
