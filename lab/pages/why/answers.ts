/** The exercises, and what is answered to what was typed. */
import { attentionCost, divisors } from "../../../src/models/attention-cost.ts";
import { decimal } from "../../../src/view/page/numbers.ts";

export interface Exercise {
  readonly id: string;
  readonly question: string;
  readonly unit: string;
  /** The sentence that answers a number, and whether it is right. */
  check(given: number): { readonly right: boolean; readonly said: string };
}

const WIDTH = 1024;
const HEADS = 16;
/** Mean accuracy over relations of the study's models, by number of heads (docs/study, “Results”). */
export const STUDY: readonly (readonly [heads: number, accuracy: number])[] = [
  [1, 0.855],
  [2, 0.856],
  [4, 0.887],
  [8, 0.902],
  [16, 0.892],
];

const near = (given: number, wanted: number, by: number): boolean => Math.abs(given - wanted) <= by + 1e-9;

/** An exercise with one right number, give or take. */
const one = (id: string, question: string, unit: string, wanted: number, by: number, why: string): Exercise => ({
  ...{ id, question, unit },
  check(given) {
    const right = near(given, wanted, by);
    return {
      right,
      said: right
        ? `Yes. ${why}`
        : `No: ${decimal(given, given % 1 === 0 ? 0 : 2)} is too ${given > wanted ? "much" : "little"}.`,
    };
  },
});

const shareOf = (heads: number): string => {
  const all = divisors(WIDTH).slice(0, 8);
  return Number.isInteger(heads) && heads > 0
    ? `No: ${WIDTH} / ${heads} = ${decimal(WIDTH / heads)}, and no head has a part of a number. What divides ${WIDTH}: ${all.join(", ")} …`
    : "No: give a whole number of heads, one at least.";
};

/** d_k of 16 heads at width 1,024 comes from the same function as the calculator above. */
export const EXERCISES: readonly Exercise[] = [
  one(
    "width",
    `A model is ${WIDTH} wide and has ${HEADS} heads. How wide is each?`,
    "numbers a head",
    attentionCost({ width: WIDTH, heads: HEADS }, 1).headWidth,
    0,
    `${WIDTH} / ${HEADS} = ${WIDTH / HEADS}: by convention the heads’ outputs, laid side by side, fill the width again.`,
  ),
  {
    ...{
      id: "divide",
      question: `Which other number of heads could share a width of ${WIDTH} evenly, as the convention wants it? Try some.`,
      unit: "heads",
    },
    check(heads) {
      const right = divisors(WIDTH).includes(heads);
      return { right, said: right ? `Yes: ${heads} × ${WIDTH / heads} = ${WIDTH}.` : shareOf(heads) };
    },
  },
  one(
    "mean",
    "For one word, head A looks only at its subject and head B only at the word before it. What is the entropy of the mean of both?",
    "nats",
    Math.LN2,
    0.01,
    "Half on one word and half on the other: ln 2 = 0.69, where each head alone had 0. A single head has nothing sharper if it is to serve both.",
  ),
  one(
    "copies",
    "All 8 heads of a layer are copies of one. What share of the layer’s query, key and value weights says anything that the others do not?",
    "%",
    12.5,
    0.5,
    "One head’s eighth. Copies also get equal gradients, so that training never tells them apart: they stay one narrow head.",
  ),
  one(
    "returns",
    "In the study, mean accuracy is 85.5% with one head, 88.7% with four and 89.2% with sixteen. How many points do the last twelve heads bring?",
    "points",
    0.5,
    0.05,
    "Half a point for twelve heads, after 3.2 for the first three; and each of the sixteen is only 8 numbers wide.",
  ),
];
