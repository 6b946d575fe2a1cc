/** The content of the synthetic world's documents: words, and the targets at which a model's skill is measured. */

/** The relation of a target to its sources; the two kinds of `neighbour` look one and two words back. */
export type Relation = "agreement" | "selection" | "neighbour" | "neighbour-2" | "reference" | "copy" | "joint";

/** All relations, in the order of reports. */
export const RELATIONS: readonly Relation[] = [
  "agreement",
  "selection",
  "neighbour",
  "neighbour-2",
  "reference",
  "copy",
  "joint",
];

/** A word that is determined by earlier words. */
export interface Target {
  readonly relation: Relation;
  /** Its index in the document's words; a causal model predicts it from the words before. */
  readonly position: number;
  /** The positions of the words that determine it; `joint` has two, the head noun and the adverb, the others one. */
  readonly sources: readonly [first: number, ...others: number[]];
  /** The candidates in an uninformative order: the same for every target of the relation, or random (`copy`). */
  readonly candidates: readonly string[];
  /** The index of the correct candidate. */
  readonly gold: number;
  /** The distance in words from the first source to the target. */
  readonly distance: number;
  /** For `agreement` and `joint`: the nouns of the other number between the head noun and the verb. */
  readonly attractors?: number;
}

/** A document; punctuation marks are words. */
export interface WorldDocument {
  readonly words: readonly string[];
  /** The targets in the order of their positions. */
  readonly targets: readonly Target[];
}
