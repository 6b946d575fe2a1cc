/** A relation of the synthetic world as a task. */

import type { Relation, WorldDocument } from "../corpus/world/target.ts";
import { dimAt, dims3 } from "../graph/shape.ts";
import { input } from "../graph/value.ts";
import { add, neg } from "../ops/arithmetic.ts";
import { einsum } from "../ops/einsum.ts";
import { gather, take } from "../ops/index-by.ts";
import { reshape, slice } from "../ops/layout.ts";
import { logSoftmax } from "../ops/softmax.ts";
import { InputError } from "../run/errors.ts";
import { int64, tensor } from "../run/tensor.ts";
import { type BatchBudget, batched, type Task, textFeeds, total } from "./task.ts";

/** A document as token ids, with its targets. */
interface Asked {
  readonly ids: ArrayLike<number>;
  /** The position that predicts a target, and the ids of its candidates, the correct one first. */
  readonly targets: readonly { readonly at: number; readonly candidates: readonly number[] }[];
}

const BUDGET: BatchBudget = { examples: 32, tokens: 4096 };

/**
 * Measures the prediction of words that a relation determines: −log of the correct candidate's share of the candidates'
 * probability, in nats per target. An example is a document; those without a target are skipped. `encode` returns a document's
 * ids, with one special token first; `idOf` those of single words.
 */
export function relationTask(
  documents: readonly WorldDocument[],
  relation: Relation,
  { encode, idOf }: { encode(document: WorldDocument): ArrayLike<number>; idOf(word: string): number },
): Task<"nats" | "targets"> {
  const asked = documents.flatMap((document): Asked[] => {
    const targets = document.targets
      .filter((target) => target.relation === relation)
      .map(({ position, candidates, gold }) => ({
        at: position,
        candidates: [...candidates.slice(gold, gold + 1), ...candidates.filter((_, k) => k !== gold)].map(idOf),
      }));
    return targets.length > 0 ? [{ ids: encode(document), targets }] : [];
  });
  if (asked.length === 0)
    throw new InputError(`none of ${documents.length} documents has a target of "${relation}"; give more documents`);
  // a fixed size instead of a named axis, since the derivative of taking the first needs it
  const choices = Math.max(...asked.flatMap(({ targets }) => targets.map(({ candidates }) => candidates.length)));
  return {
    ...{ name: `relation ${relation}`, measure: "nats per target", better: "lower", examples: asked.length },
    batches: batched(asked, ({ ids }) => ids.length, BUDGET).map((some) => feedsOf(some, choices)),
    judge({ logits }) {
      if (!logits) throw new InputError("relations need a language head, which this model lacks; choose another model");
      const [b, i, v] = dims3(logits.shape);
      const rows = gather(reshape(logits, [`${b}*${i}`, v]), input("rows", ["targets"], "int64"));
      const scores = add(
        take(rows, input("candidates", ["targets", choices], "int64"), 1),
        input("absent", ["targets", choices]),
      );
      const share = reshape(slice(logSoftmax(scores), 1, 0, 1), ["targets"]);
      const owner = input("owner", [b, "targets"]);
      return { nats: neg(einsum("b t, t -> b", owner, share)), targets: einsum("b t -> b", owner) };
    },
    loss: { total: "nats", count: "targets" },
    quality: ({ nats, targets }, some) => total(nats, some) / total(targets, some),
  };
}

const NEVER = -1e9;

function feedsOf(some: readonly Asked[], choices: number) {
  const text = textFeeds(some.map(({ ids }) => ids));
  const length = dimAt(text.ids.shape, 1);
  const all = some.flatMap(({ targets }, row) => targets.map((target) => ({ ...target, row })));
  const table = (f: (candidates: readonly number[], k: number) => number) =>
    all.flatMap(({ candidates }) => Array.from({ length: choices }, (_, k) => f(candidates, k)));
  const shape = [all.length, choices];
  const owner = new Float32Array(some.length * all.length);
  for (const [t, { row }] of all.entries()) owner[row * all.length + t] = 1;
  return {
    ...text,
    rows: int64(all.map(({ row, at }) => row * length + at)),
    candidates: int64(
      table((candidates, k) => candidates[k] ?? 0),
      shape,
    ),
    absent: tensor(Float32Array.from(table((candidates, k) => (k < candidates.length ? 0 : NEVER))), shape),
    owner: tensor(owner, [some.length, all.length]),
  };
}
