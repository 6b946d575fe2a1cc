/** The relations of the made world in a few words, in the order of `RELATIONS`. */
import type { Relation } from "../../../src/corpus/world/target.ts";

/** What a model has to know for each relation. */
export const RELATION_WORDS: Readonly<Record<Relation, string>> = {
  agreement: "a verb agrees with its subject",
  selection: "the object suits the subject",
  neighbour: "fixed by the word before",
  "neighbour-2": "fixed two words before",
  reference: "a pronoun takes up a noun",
  copy: "a rare name comes back",
  joint: "needs two words at once",
};
