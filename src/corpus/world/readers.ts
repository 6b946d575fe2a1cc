/** What the made world's relations are worth: how often a reader of the gold sources is right, and how often lesser ones are. */

import { bagReader } from "./bag.ts";
import { accuracy, countingReader, type Example, type Look, unigramReader } from "./counts.ts";
import { RELATIONS, type Relation, type WorldDocument } from "./target.ts";

/** Accuracies among the candidates, from 0 to 1, of readers that learn from counts. */
export interface Reading {
  readonly relation: Relation;
  /** Targets per document. */
  readonly frequency: number;
  /** One over the number of candidates. */
  readonly chance: number;
  /** Sees the gold sources only. */
  readonly ceiling: number;
  /** Takes the candidate that is most frequent in the documents. */
  readonly unigram: number;
  /** Sees the word before. */
  readonly previous: number;
  /** Sees which words stand before, in no order. */
  readonly bag: number;
  /** Sees the word at the distance that is best in hindsight, which is `offsetAt`. */
  readonly offset: number;
  readonly offsetAt: number;
  /** Sees the last word before that could be a source, going by the kinds of words that ever were. */
  readonly nearest: number;
}

const FARTHEST = 24;

/** Trains the readers on some documents and measures them on others. */
export function readWorld(train: readonly WorldDocument[], test: readonly WorldDocument[]): Reading[] {
  const unigram = unigramReader(train);
  return RELATIONS.map((relation) => {
    const [known, unknown] = [examplesOf(train, relation), examplesOf(test, relation)];
    const measure = (look: Look) => accuracy(countingReader(known, look), unknown);
    const offsets = Array.from({ length: FARTHEST }, (_, i) => measure(wordAt(i + 1)));
    return {
      relation,
      frequency: unknown.length / test.length,
      chance: 1 / unknown[0]!.target.candidates.length,
      ceiling: measure(({ document, target }) => target.sources.map((source) => document.words[source]!)),
      unigram: accuracy(unigram, unknown),
      previous: offsets[0]!,
      bag: accuracy(bagReader(known), unknown),
      offset: Math.max(...offsets),
      offsetAt: 1 + offsets.indexOf(Math.max(...offsets)),
      nearest: measure(nearestSources(known)),
    };
  });
}

/** The targets of a relation, each in its text. */
export function examplesOf(documents: readonly WorldDocument[], relation: Relation): Example[] {
  return documents.flatMap((document) =>
    document.targets.filter((target) => target.relation === relation).map((target) => ({ document, target })),
  );
}

const wordAt =
  (distance: number): Look =>
  ({ document, target }) => [document.words[target.position - distance] ?? "<s>"];

function nearestSources(examples: readonly Example[]): Look {
  const kinds = examples[0]!.target.sources.map(
    (_, slot) => new Set(examples.map(({ document, target }) => document.words[target.sources[slot]!]!)),
  );
  return ({ document, target }) => {
    const before = document.words.slice(0, target.position);
    return kinds.map((kind) => before.findLast((word) => kind.has(word)) ?? "<s>");
  };
}
