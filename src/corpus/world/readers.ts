/**
 * Upper bounds and baselines for the synthetic world's relations: the accuracy of a reader of the gold sources, and of weaker
 * ones.
 */

import { itemsAt } from "../../params/keyed.ts";
import { bagReader } from "./bag.ts";
import { accuracy, countingReader, type Example, type Look, unigramReader } from "./counts.ts";
import { RELATIONS, type Relation, type Target, type WorldDocument } from "./target.ts";

/** Accuracies (0 to 1) among the candidates, of readers that learn from counts. */
export interface Reading {
  readonly relation: Relation;
  /** Targets per document. */
  readonly frequency: number;
  /** Chance: 1 / number of candidates. */
  readonly chance: number;
  /** Sees only the gold sources. */
  readonly ceiling: number;
  /** Chooses the candidate that is most frequent in the documents. */
  readonly unigram: number;
  /** Sees the previous word. */
  readonly previous: number;
  /** Sees the set of previous words, without order. */
  readonly bag: number;
  /** Sees the word at the best fixed distance (chosen on the test data), which is `offsetAt`. */
  readonly offset: number;
  readonly offsetAt: number;
  /** Sees the last previous word of a kind that occurs as a source. */
  readonly nearest: number;
}

const FARTHEST = 24;

/** Trains the readers on some documents and evaluates them on others. */
export function readWorld(train: readonly WorldDocument[], test: readonly WorldDocument[]): Reading[] {
  const unigram = unigramReader(train);
  return RELATIONS.map((relation) => {
    const [known, unknown] = [examplesOf(train, relation), examplesOf(test, relation)];
    const measure = (look: Look) => accuracy(countingReader(known, look), unknown);
    const previous = measure(wordAt(1));
    const offsets = [previous, ...Array.from({ length: FARTHEST - 1 }, (_, i) => measure(wordAt(i + 2)))];
    return {
      relation,
      frequency: unknown.length / test.length,
      chance: 1 / firstTarget(unknown).candidates.length,
      ceiling: measure(({ document, target }) => itemsAt(document.words, target.sources)),
      unigram: accuracy(unigram, unknown),
      previous,
      bag: accuracy(bagReader(known), unknown),
      offset: Math.max(...offsets),
      offsetAt: 1 + offsets.indexOf(Math.max(...offsets)),
      nearest: measure(nearestSources(known)),
    };
  });
}

/** Lists the targets of a relation, each with its text. */
export function examplesOf(documents: readonly WorldDocument[], relation: Relation): Example[] {
  return documents.flatMap((document) =>
    document.targets.filter((target) => target.relation === relation).map((target) => ({ document, target })),
  );
}

function firstTarget([first]: readonly Example[]): Target {
  if (!first) throw new Error("internal: a relation has no targets");
  return first.target;
}

const wordAt =
  (distance: number): Look =>
  ({ document, target }) => [document.words[target.position - distance] ?? "<s>"];

function nearestSources(examples: readonly Example[]): Look {
  const kinds = firstTarget(examples).sources.map(
    (_, slot) =>
      new Set(examples.flatMap(({ document, target }) => itemsAt(document.words, target.sources.slice(slot, slot + 1)))),
  );
  return ({ document, target }) => {
    const before = document.words.slice(0, target.position);
    return kinds.map((kind) => before.findLast((word) => kind.has(word)) ?? "<s>");
  };
}
