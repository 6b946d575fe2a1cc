/** A reader of the bag of words before a target: logistic regression over the words present, trained with AdaGrad. */

import { getOrAdd } from "../../params/keyed.ts";
import { best, type Example, labelled, type Reader } from "./counts.ts";

const RATE = 0.2;
const EPOCHS = 6;

/** One weight with its AdaGrad sum. */
interface Weight {
  value: number;
  squares: number;
}

/** The weights of each label: one per word of the bag, and a bias. */
type Weights = Map<string, Map<string, Weight>>;

const ALONE = "";
/** The weight, shared by all labels, of a candidate that is itself in the bag. */
const SAME = "candidate in the bag";

/** Learns from examples of one relation a weight for each label and word, and one for a candidate that is in the bag. */
export function bagReader(examples: readonly Example[]): Reader {
  const weights: Weights = new Map();
  for (let epoch = 0; epoch < EPOCHS; epoch++) for (const example of examples) learn(weights, example);
  return (example) => best(weightsOf(weights, example).map(total));
}

// The active weights of each candidate.
function weightsOf(weights: Weights, { document, target }: Example): Weight[][] {
  const bag = [...new Set(document.words.slice(0, target.position))];
  const rowOf = (label: string) => getOrAdd(weights, label, () => new Map());
  return labelled(target).map(({ label, candidate }) => {
    const same = weightOf(rowOf(SAME), `${bag.includes(candidate)}`);
    const row = rowOf(label);
    return [same, ...[ALONE, ...bag].map((word) => weightOf(row, word))];
  });
}

const weightOf = (row: Map<string, Weight>, word: string): Weight => getOrAdd(row, word, () => ({ value: 0, squares: 0 }));

const total = (weights: readonly Weight[]): number => weights.reduce((sum, { value }) => sum + value, 0);

// d(−log softmax(s)[gold])/d(s_i) = p_i − [i is gold]
function learn(weights: Weights, example: Example): void {
  const voices = weightsOf(weights, example).map((list) => ({ list, score: total(list) }));
  const top = Math.max(...voices.map(({ score }) => score));
  const power = (score: number) => Math.exp(score - top);
  const all = voices.reduce((sum, { score }) => sum + power(score), 0);
  for (const [i, { list, score }] of voices.entries()) {
    const slope = power(score) / all - (i === example.target.gold ? 1 : 0);
    if (slope !== 0) for (const weight of list) descend(weight, slope);
  }
}

function descend(weight: Weight, slope: number): void {
  weight.squares += slope * slope;
  weight.value -= (RATE * slope) / Math.sqrt(weight.squares);
}
