/** Documents of the synthetic world: two to four sentences about a topic and up to three people, and a stream of them. */

import { inRandomOrder, random } from "../../params/random.ts";
import { createDraft, type Draft, weighted } from "./draft.ts";
import { closing, pronounSentence, sentence } from "./grammar.ts";
import { createLexicon, type Lexicon, wordTypes } from "./lexicon.ts";
import type { WorldDocument } from "./target.ts";

/** The synthetic world of relations. */
export interface World {
  readonly lexicon: Lexicon;
  /** All word types, punctuation included; a word's token id is its index plus the number of special tokens. */
  readonly words: readonly string[];
  /** Writes one document from a stream of uniform numbers. */
  document(uniform: () => number): WorldDocument;
}

/** Builds the world, which is always the same. */
export function createWorld(): World {
  const lexicon = createLexicon();
  return Object.freeze({
    lexicon,
    words: Object.freeze(wordTypes(lexicon)),
    document: (uniform: () => number) => writeDocument(lexicon, uniform),
  });
}

/** The maximum number of words of a document; with the start token it fits 80 positions. */
export const LONGEST_DOCUMENT = 79;

// Repeated if the document is too long, or if too few other nouns could be the pronoun's antecedent.
function writeDocument(lexicon: Lexicon, uniform: () => number): WorldDocument {
  for (;;) {
    const draft = writeDraft(createDraft(lexicon, uniform));
    const { words, targets } = draft;
    if (words.length > LONGEST_DOCUMENT || !isHard(draft)) continue;
    return Object.freeze({ words: Object.freeze(words), targets: Object.freeze(targets) });
  }
}

// Before a pronoun there are nouns of at least two other pronouns.
function isHard({ targets, mentions }: Draft): boolean {
  const reference = targets.find(({ relation }) => relation === "reference");
  if (!reference) throw new Error("internal: a document has no pronoun");
  const before = mentions.filter((mention) => mention.pronoun && mention.position < reference.position);
  return new Set(before.map(({ pronoun }) => pronoun)).size > 2;
}

// The topic comes in any sentence but the last, and one later sentence refers back to it.
function writeDraft(draft: Draft): Draft {
  const { uniform } = draft;
  const count = 2 + weighted(uniform, [0.6, 0.4]);
  const topic = Math.floor(uniform() * (count - 1));
  const taken = topic + 1 + Math.floor(uniform() * (count - 1 - topic));
  for (draft.sentence = 0; draft.sentence < count; draft.sentence++) {
    const takesUp = draft.sentence === taken;
    if (takesUp && uniform() < 0.5) pronounSentence(draft);
    else sentence(draft, draft.sentence === topic, takesUp);
  }
  if (uniform() < 0.8) closing(draft);
  return draft;
}

const world = createWorld();

/** Returns documents `start` … `start + count − 1` of a seed; each depends only on the seed and its own number. */
export function worldDocuments(seed: number | string, count: number, start = 0): WorldDocument[] {
  return Array.from({ length: count }, (_, i) => world.document(random(`world ${seed} ${start + i}`)));
}

/** Returns the same documents with the words of each in random order and no targets, as a control without relations. */
export function shuffledDocuments(seed: number | string, count: number, start = 0): WorldDocument[] {
  return worldDocuments(seed, count, start).map(({ words }, i) => {
    const mixed = inRandomOrder(random(`shuffled world ${seed} ${start + i}`), words);
    return Object.freeze({ words: Object.freeze(mixed), targets: Object.freeze([]) });
  });
}
