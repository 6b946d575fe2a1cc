/** What the made world's documents are: words, and the tokens at which a model's skill is measured. */

/** What a target depends on; the two kinds of `neighbour` look one and two words back. */
export type Relation = "agreement" | "selection" | "neighbour" | "neighbour-2" | "reference" | "copy" | "joint";

/** All relations, in the order in which they are reported. */
export const RELATIONS: readonly Relation[] = [
  "agreement",
  "selection",
  "neighbour",
  "neighbour-2",
  "reference",
  "copy",
  "joint",
];

/** A word that is fixed by earlier words. */
export interface Target {
  readonly relation: Relation;
  /** Its index among the document's words; a causal model predicts it from the words before. */
  readonly position: number;
  /** Where the words stand that fix it; `joint` has two, the head noun and the adverb, the others one. */
  readonly sources: readonly number[];
  /** What it could be, in an order that tells nothing: the same for every target of the relation, or random (`copy`). */
  readonly candidates: readonly string[];
  /** The index of the right candidate. */
  readonly gold: number;
  /** Words from the first source to the target. */
  readonly distance: number;
  /** For `agreement` and `joint`: the nouns of the other number between the head noun and the verb. */
  readonly attractors?: number;
}

/** A document, punctuation marks being words. */
export interface WorldDocument {
  readonly words: readonly string[];
  /** In the order of their positions. */
  readonly targets: readonly Target[];
}
