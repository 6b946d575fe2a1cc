/** Token-level tasks: next-token and masked-token prediction, and translation. */
import { hide, type Masking, NO_TARGET } from "../corpus/masking.ts";
import { input, type Value } from "../graph/value.ts";
import { mul, neg } from "../ops/arithmetic.ts";
import { take } from "../ops/index-by.ts";
import { reshape, unsqueeze } from "../ops/layout.ts";
import { greaterOrEqual, indicator, where } from "../ops/logic.ts";
import { sum } from "../ops/reduce.ts";
import { logSoftmax } from "../ops/softmax.ts";
import { random } from "../params/random.ts";
import { InputError } from "../run/errors.ts";
import type { Feeds } from "../run/runtime.ts";
import { type BatchBudget, batched, paddedRows, type Task, textFeeds, total } from "./task.ts";

const BUDGET: BatchBudget = { examples: 16, tokens: 1024 };

/** Computes Σ −log p(target) in nats and the number of targets per text. `targets` int64 [b, i], negative for none. */
export function nextTokenNats(logits: Value, targets: Value): { readonly nats: Value; readonly tokens: Value } {
  const counted = greaterOrEqual(targets, 0);
  const known = unsqueeze(where(counted, targets, 0), 2);
  const chosen = reshape(take(logSoftmax(logits), known, 2), targets.shape);
  const weight = indicator(counted);
  return { nats: neg(sum(mul(chosen, weight), 1)), tokens: sum(weight, 1) };
}

/** A task with −log p of every target, in nats per token; `targets` are fed, negative for none. */
const tokenTask = (name: string, examples: number, batches: readonly Feeds[]): Task<"nats" | "tokens"> => ({
  ...{ name, measure: "nats per token", better: "lower", examples, batches },
  judge({ logits }) {
    if (!logits) throw new InputError(`the ${name} task needs a language head, which this model lacks; choose another model`);
    return nextTokenNats(logits, input("targets", logits.shape.slice(0, 2), "int64"));
  },
  loss: { total: "nats", count: "tokens" },
  quality: ({ nats, tokens }, some) => total(nats, some) / total(tokens, some),
});

/** Predicts every token but the first from those before it. An example is a text of at least two tokens. */
export function nextTokenTask(texts: readonly ArrayLike<number>[], budget: Partial<BatchBudget> = {}): Task {
  const long = texts.filter((text) => text.length > 1);
  if (long.length === 0) throw new InputError("the next-token task needs texts of two tokens or more; give longer ones");
  const batches = batched(long, ({ length }) => length, { ...BUDGET, ...budget }).map((some) => ({
    ...textFeeds(some),
    targets: paddedRows(
      some.map((text) => [...Array.from(text).slice(1), NO_TARGET]),
      NO_TARGET,
    ),
  }));
  return tokenTask("next-token", long.length, batches);
}

/** Predicts masked tokens from all others (Devlin et al. 2019); the seed selects them. An example is a text. */
export function maskedTokenTask(texts: readonly ArrayLike<number>[], masking: Masking, seed: number): Task {
  const uniform = random(`${seed}/masked`);
  return targetTask(
    "masked-token",
    texts.map((text) => hide(text, masking, uniform)),
  );
}

/** A text with the token to predict at each of its positions; `NO_TARGET` where there is none. */
export interface TargetText {
  readonly ids: ArrayLike<number>;
  readonly targets: ArrayLike<number>;
}

/** Predicts given tokens. An example is a text with at least one of them; others are left out. */
export function targetTask(name: "next-token" | "masked-token", texts: readonly TargetText[]): Task {
  const hidden = texts.filter(({ targets }) => Array.from(targets).some((t) => t >= 0));
  if (hidden.length === 0)
    throw new InputError(
      `the ${name} task needs texts with a token ${name === "masked-token" ? "that can be masked" : "to predict"}; give other texts`,
    );
  const batches = batched(hidden, ({ ids }) => ids.length, BUDGET).map((some) => ({
    ...textFeeds(some.map(({ ids }) => ids)),
    targets: paddedRows(
      some.map(({ targets }) => targets),
      NO_TARGET,
    ),
  }));
  return tokenTask(name, hidden.length, batches);
}

/** A source and its translation as token ids, both with their end token. */
export interface TranslatedPair {
  readonly source: ArrayLike<number>;
  readonly target: ArrayLike<number>;
}

/** Predicts every token of a translation from the source and the tokens before it; `start` is the decoder's first input. */
export function translationTask(pairs: readonly TranslatedPair[], start: number): Task {
  if (pairs.length === 0) throw new InputError("the translation task needs pairs of sentences; give at least one");
  const longest = ({ source, target }: TranslatedPair) => Math.max(source.length, target.length);
  const batches = batched(pairs, longest, BUDGET).map((some) => ({
    ...textFeeds(some.map(({ source }) => source)),
    decoderIds: paddedRows(some.map(({ target }) => [start, ...Array.from(target).slice(0, -1)])),
    targets: paddedRows(
      some.map(({ target }) => target),
      NO_TARGET,
    ),
  }));
  return tokenTask("translation", pairs.length, batches);
}
