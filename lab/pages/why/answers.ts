/** The exercises, and the feedback on answers. */
import { attentionCost, divisors } from "../../../src/models/attention-cost.ts";
import { decimal } from "../../../src/view/page/numbers.ts";

export interface Exercise {
  readonly id: string;
  readonly question: string;
  readonly unit: string;
  /** Returns the feedback on a number, and if it is right. */
  check(given: number): { readonly right: boolean; readonly feedback: string };
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

/** An exercise with one right number, within a tolerance. */
const one = (id: string, question: string, unit: string, wanted: number, by: number, why: string): Exercise => ({
  ...{ id, question, unit },
  check(given) {
    const right = near(given, wanted, by);
    return {
      right,
      feedback: right
        ? `Yes. ${why}`
        : `No: ${decimal(given, given % 1 === 0 ? 0 : 2)} is too ${given > wanted ? "large" : "small"}.`,
    };
  },
});

const shareOf = (heads: number): string => {
  const all = divisors(WIDTH).slice(0, 8);
  return Number.isInteger(heads) && heads > 0
    ? `No: ${WIDTH} / ${heads} = ${decimal(WIDTH / heads)}, which is not a whole number. Divisors of ${WIDTH}: ${all.join(", ")} …`
    : "No: enter a whole number of heads, at least 1.";
};

/** The d_k of 16 heads at width 1,024 comes from the same function as the calculator above. */
export const EXERCISES: readonly Exercise[] = [
  one(
    "width",
    `A model has width ${WIDTH} and ${HEADS} heads. What is the head width?`,
    "dimensions per head",
    attentionCost({ width: WIDTH, heads: HEADS }, 1).headWidth,
    0,
    `${WIDTH} / ${HEADS} = ${WIDTH / HEADS}: by convention the concatenated outputs of the heads have the model’s width.`,
  ),
  {
    ...{
      id: "divide",
      question: `Which other numbers of heads divide a width of ${WIDTH}? Try some.`,
      unit: "heads",
    },
    check(heads) {
      const right = divisors(WIDTH).includes(heads);
      return { right, feedback: right ? `Yes: ${heads} × ${WIDTH / heads} = ${WIDTH}.` : shareOf(heads) };
    },
  },
  one(
    "mean",
    "For one word, head A attends only to its subject and head B only to the previous word. What is the entropy of the mean of both patterns?",
    "nats",
    Math.LN2,
    0.01,
    "Half on each of two words: ln 2 = 0.69, while each head alone had 0. A single head that serves both cannot be sharper.",
  ),
  one(
    "copies",
    "All 8 heads of a layer are copies of one. What share of the layer’s query, key and value weights is not redundant?",
    "%",
    12.5,
    0.5,
    "One eighth, the share of one head. Copies also get equal gradients, so training never separates them: they remain one narrow head.",
  ),
  one(
    "returns",
    "In the study, mean accuracy is 85.5% with one head, 88.7% with four and 89.2% with sixteen. How many points do the last twelve heads add?",
    "points",
    0.5,
    0.05,
    "Half a point for twelve heads, after 3.2 for the first three; and each of the sixteen has a width of only 8.",
  ),
];
