/** Short descriptions of the relations of the synthetic world, in the order of `RELATIONS`. */
import type { Relation } from "../../../src/corpus/world/target.ts";

/** The knowledge that each relation requires. */
export const RELATION_WORDS: Readonly<Record<Relation, string>> = {
  agreement: "a verb agrees with its subject",
  selection: "the object suits the subject",
  neighbour: "fixed by the previous word",
  "neighbour-2": "fixed two words before",
  reference: "a pronoun refers to a noun",
  copy: "a rare name is repeated",
  joint: "needs two words at once",
};
