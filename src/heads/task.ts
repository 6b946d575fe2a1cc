/** What a model is judged by: something computed inside the graph for each example, and a quality that examples make together. */
import { input, type Value } from "../graph/value.ts";
import type { Forward } from "../models/transformer.ts";
import { div, mul, neg, sqrt } from "../ops/arithmetic.ts";
import { einsum } from "../ops/einsum.ts";
import { gather, take } from "../ops/index-by.ts";
import { reshape, unsqueeze } from "../ops/layout.ts";
import { cast, greaterOrEqual, indicator, where } from "../ops/logic.ts";
import { sum } from "../ops/reduce.ts";
import { logSoftmax } from "../ops/softmax.ts";
import { InputError } from "../run/errors.ts";
import type { Feeds } from "../run/runtime.ts";
import { int64 } from "../run/tensor.ts";
import { spearman } from "./rank.ts";

/** What was computed of every example, by name. */
export type Judged = Readonly<Record<string, Float64Array>>;

/** What a forward pass has that a task may judge. */
export type Made = Pick<Forward, "inputs" | "states" | "logits">;

export interface Task {
  readonly name: string;
  /** What `quality` is: "nats a token", "Spearman's ρ". */
  readonly measure: string;
  readonly better: "lower" | "higher";
  readonly examples: number;
  /** `ids`, `mask` and what else `judge` names as inputs; examples in order over all batches. */
  readonly batches: readonly Feeds[];
  /** A forward pass with free batch and sequence → values of shape [examples of the batch]. */
  judge(made: Made): Readonly<Record<string, Value>>;
  /** Of all examples, or of some, by number and with repeats. */
  quality(judged: Judged, some?: ArrayLike<number>): number;
}

/** Texts of one batch, padded to the longest. */
function padded(texts: readonly ArrayLike<number>[]): { ids: Feeds[string]; mask: Feeds[string]; length: number } {
  const length = Math.max(...texts.map((t) => t.length));
  const shape = [texts.length, length];
  const row = (f: (text: ArrayLike<number>, i: number) => number) =>
    int64(
      texts.flatMap((text) => Array.from({ length }, (_, i) => f(text, i))),
      shape,
    );
  return { ids: row((t, i) => t[i] ?? 0), mask: row((t, i) => (i < t.length ? 1 : 0)), length };
}

const chunks = <T>(items: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, k) => items.slice(k * size, (k + 1) * size));

/** Of each text Σ −log p(target) in nats, and how many targets it has. `targets` int64 [b, i], negative where there is none. */
export function nextTokenNats(logits: Value, targets: Value): { readonly nats: Value; readonly tokens: Value } {
  const counted = greaterOrEqual(targets, 0);
  const known = unsqueeze(where(counted, targets, 0), 2);
  const chosen = reshape(take(logSoftmax(logits), known, 2), targets.shape);
  const weight = indicator(counted);
  return { nats: neg(sum(mul(chosen, weight), 1)), tokens: sum(weight, 1) };
}

/** Every token but the first, predicted from those before it: nats a token. An example is a text of two tokens or more. */
export function nextTokenTask(texts: readonly ArrayLike<number>[], batch = 16): Task {
  const long = texts.filter((text) => text.length > 1);
  if (long.length === 0) throw new InputError("the next-token task needs texts of two tokens or more: give longer ones");
  const batches = chunks(long, batch).map((some) => {
    const { ids, mask, length } = padded(some);
    const targets = some.flatMap((text) => Array.from({ length }, (_, i) => text[i + 1] ?? -1));
    return { ids, mask, targets: int64(targets, ids.shape) };
  });
  return {
    ...{ name: "next-token", measure: "nats a token", better: "lower", examples: long.length, batches },
    judge({ logits }) {
      if (!logits) throw new InputError("the next-token task needs a model with a language head");
      return nextTokenNats(logits, input("targets", ["batch", "sequence"], "int64"));
    },
    quality: ({ nats, tokens }, some) => total(nats!, some) / total(tokens!, some),
  };
}

function total(xs: Float64Array, some?: ArrayLike<number>): number {
  let sum = 0;
  if (!some) for (const x of xs) sum += x;
  else for (let k = 0; k < some.length; k++) sum += xs[some[k]!]!;
  return sum;
}

/** Two texts and how alike people find them. */
export interface RatedPair {
  readonly left: ArrayLike<number>;
  readonly right: ArrayLike<number>;
  readonly gold: number;
}

/**
 * Sentence similarity: the cosine of mean-pooled states against people's judgements, by Spearman's rank correlation, as
 * sentence encoders are measured on STS-B (Cer et al. 2017; Reimers & Gurevych 2019). An example is a pair.
 */
export function similarityTask(pairs: readonly RatedPair[], batch = 32): Task {
  if (pairs.length < 3) throw new InputError(`${pairs.length} pairs are too few for a rank correlation: give three or more`);
  const gold = pairs.map((pair) => pair.gold);
  const batches = chunks(pairs, batch).map((some) => {
    const { ids, mask } = padded(some.flatMap(({ left, right }) => [left, right]));
    return { ids, mask, left: int64(some.map((_, k) => 2 * k)), right: int64(some.map((_, k) => 2 * k + 1)) };
  });
  return {
    ...{ name: "similarity", measure: "Spearman's ρ", better: "higher", examples: pairs.length, batches },
    judge({ inputs, states }) {
      const mask = cast(inputs.mask!, "float32");
      const pooled = div(einsum("b i m, b i -> b m", states.at(-1)!, mask), sum(mask, 1, true));
      const unit = div(pooled, sqrt(sum(mul(pooled, pooled), 1, true)));
      const [left, right] = ["left", "right"].map((side) => gather(unit, input(side, ["pairs"], "int64")));
      return { cosine: sum(mul(left!, right!), 1) };
    },
    quality: ({ cosine }, some = gold.map((_, k) => k)) =>
      spearman(
        Array.from(some, (k) => cosine![k]!),
        Array.from(some, (k) => gold[k]!),
      ),
  };
}
