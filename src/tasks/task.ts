/** What a model is judged by: something computed inside the graph for each example, and a quality that examples make together. */
import type { Value } from "../graph/value.ts";
import type { AnyForward, AnyModel } from "../models/any.ts";
import { anyForward } from "../models/any.ts";
import { byPath } from "../params/tree.ts";
import { releasing } from "../run/releasing.ts";
import { type Feeds, feedsFor, type Runtime } from "../run/runtime.ts";
import { int64, type Tensor } from "../run/tensor.ts";

/** What was computed of every example, by name. */
export type Judged = Readonly<Record<string, Float64Array>>;

export interface Task {
  readonly name: string;
  /** What `quality` is: "nats per token", "Spearman’s ρ × 100". */
  readonly measure: string;
  readonly better: "lower" | "higher";
  readonly examples: number;
  /** How many neighbouring rows of a batch are one example; default 1. */
  readonly rows?: number;
  /** `ids`, `mask` and what else `judge` names as inputs; examples in order over all batches. */
  readonly batches: readonly Feeds[];
  /** A forward pass with free batch and sequence → values of shape [examples of the batch]. */
  judge(made: AnyForward): Readonly<Record<string, Value>>;
  /**
   * Which of these values is the loss that gradients are taken of, and by which each example's is divided for its mean: the
   * loss of all examples is Σ total / Σ count (default: as many as examples).
   */
  readonly loss: { readonly total: string; readonly count?: string };
  /** Of all examples, or of some, by number and with repeats. */
  quality(judged: Judged, some?: ArrayLike<number>): number;
}

/** How much worse `quality` is than what it was; negative where it is better. */
export const worse = ({ better }: Task, was: number, is: number): number => (better === "lower" ? is - was : was - is);

/** The values of a task for every example, as the model is. */
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

/** Joins the values of batch after batch. */
export function collector(names: readonly string[], examples: number) {
  const judged = Object.fromEntries(names.map((name) => [name, new Float64Array(examples)]));
  let at = 0;
  return {
    judged,
    take(made: Readonly<Record<string, Tensor>>): void {
      for (const name of names) judged[name]!.set(made[name]!.data as Float32Array, at);
      at += made[names[0]!]!.data.length;
    },
  };
}

/** The sum over all examples, or over some with repeats. */
export function total(xs: Float64Array, some?: ArrayLike<number>): number {
  let sum = 0;
  if (!some) for (const x of xs) sum += x;
  else for (let k = 0; k < some.length; k++) sum += xs[some[k]!]!;
  return sum;
}

/** Rows filled up to the longest, or to a given length, as int64 [rows, length]. */
export function rowsOf(rows: readonly ArrayLike<number>[], filler = 0): Tensor {
  const length = Math.max(...rows.map((row) => row.length));
  const data = rows.flatMap((row) => Array.from({ length }, (_, i) => row[i] ?? filler));
  return int64(data, [rows.length, length]);
}

/** `ids`, and `mask` with 0 where a row is filled up. */
export const textFeeds = (rows: readonly ArrayLike<number>[]): Record<"ids" | "mask", Tensor> => ({
  ids: rowsOf(rows),
  mask: rowsOf(rows.map(({ length }) => new Uint8Array(length).fill(1))),
});

/** How much one batch holds at most: examples, and tokens with what fills rows up. */
export interface BatchBudget {
  readonly examples: number;
  readonly tokens: number;
}

/** Examples sorted by length and cut into batches within a budget, but never one alone where there are more. */
export function batched<T>(items: readonly T[], lengthOf: (item: T) => number, budget: BatchBudget): T[][] {
  const sorted = [...items].sort((a, b) => lengthOf(a) - lengthOf(b));
  const made: T[][] = [];
  for (const item of sorted) {
    const last = made.at(-1);
    const fits = last && last.length < budget.examples && (last.length + 1) * lengthOf(item) <= budget.tokens;
    if (last && (fits || last.length < 2)) last.push(item);
    else made.push([item]);
  }
  const alone = made.length > 1 && made.at(-1)!.length === 1 ? made.pop()! : [];
  made.at(-1)?.push(...alone);
  return made;
}

/** The qualities of a task over draws, to be subtracted draw by draw. */
export const qualities = (task: Task, judged: Judged, draws: readonly Int32Array[]): Float64Array =>
  Float64Array.from(draws, (some) => task.quality(judged, some));
