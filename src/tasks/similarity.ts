/** Sentence similarity as a task. */

import { input } from "../graph/value.ts";
import { MEAN_POOLING, type Pooling } from "../load/pooling.ts";
import { mul, sub } from "../ops/arithmetic.ts";
import { gather } from "../ops/index-by.ts";
import { sum } from "../ops/reduce.ts";
import { itemsAt } from "../params/keyed.ts";
import { InputError } from "../run/errors.ts";
import { int64, tensor } from "../run/tensor.ts";
import { spearman } from "../stats/rank.ts";
import { pooled, unit } from "./pooling.ts";
import { batched, type Task, textFeeds } from "./task.ts";

/** Two texts with a human rating of their similarity. */
export interface RatedPair {
  readonly left: ArrayLike<number>;
  readonly right: ArrayLike<number>;
  readonly gold: number;
}

const BUDGET = { examples: 32, tokens: 8192 };

export interface SimilarityOptions extends Partial<typeof BUDGET> {
  /** The pooling of states into a vector; default: the mean. */
  readonly pooling?: Pooling;
}

/**
 * Compares the cosine of two texts' vectors with human ratings, by Spearman's rank correlation in points, as sentence encoders
 * are evaluated on STS-B (Cer et al. 2017; Reimers & Gurevych 2019). An example is a pair. Gradients are of the training loss
 * of such encoders: the squared difference between the cosine and the rating, scaled to [0, 1].
 */
export function similarityTask(
  pairs: readonly RatedPair[],
  { pooling = MEAN_POOLING, ...budget }: SimilarityOptions = {},
): Task<"cosine" | "error"> {
  if (pairs.length < 3) throw new InputError(`${pairs.length} pairs are too few for a rank correlation; give three or more`);
  const given = pairs.map(({ gold }) => gold);
  const [least, most] = [given.reduce((a, b) => Math.min(a, b)), given.reduce((a, b) => Math.max(a, b))];
  if (least === most)
    throw new InputError(
      "all pairs have the same score, so there is no order to compare with; give pairs with different scores",
    );
  const longest = ({ left, right }: RatedPair) => Math.max(left.length, right.length);
  const groups = batched(pairs, longest, { ...BUDGET, ...budget });
  const gold = groups.flatMap((some) => some.map((pair) => pair.gold));
  const batches = groups.map((some) => ({
    ...textFeeds(some.flatMap(({ left, right }) => [left, right])),
    ...{ left: int64(some.map((_, k) => 2 * k)), right: int64(some.map((_, k) => 2 * k + 1)) },
    gold: tensor(
      Float32Array.from(some, (pair) => (pair.gold - least) / (most - least)),
      [some.length],
    ),
  }));
  return {
    ...{ name: "similarity", measure: "Spearman’s ρ × 100", better: "higher", examples: pairs.length, rows: 2, batches },
    judge(made) {
      const vectors = unit(pooled(made, pooling));
      const side = (name: "left" | "right") => gather(vectors, input(name, ["pairs"], "int64"));
      const cosine = sum(mul(side("left"), side("right")), 1);
      const off = sub(cosine, input("gold", ["pairs"]));
      return { cosine, error: mul(off, off) };
    },
    loss: { total: "error" },
    quality: ({ cosine }, some = gold.map((_, k) => k)) =>
      100 * spearman(itemsAt(cosine, Array.from(some)), itemsAt(gold, Array.from(some))),
  };
}
