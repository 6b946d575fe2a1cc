/** Rules that know no tree, by hand and against their definition. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Sentence } from "../../../../src/corpus/sentence.ts";
import type { Text } from "../../../../src/heads/observe/text.ts";
import { createRules, RULES } from "../../../../src/heads/scores/syntactic/baselines.ts";
import { goldRelations } from "../../../../src/heads/scores/syntactic/relations.ts";
import { fakeTally, textOf } from "../../fake-tally.ts";
import { sentenceOf } from "../../models.ts";

/** A text of words, those in brackets being punctuation. */
const textFrom = (forms: readonly string[]): Text => {
  const sentence = sentenceOf(forms.map((form) => form.replace(/[[\]]/g, "")));
  return textOf({
    ...sentence,
    words: sentence.words.map((word, w) => ({ ...word, upos: forms[w]!.startsWith("[") ? "PUNCT" : "X" })),
  });
};

/** What the rules find from each word: [rarest, most frequent, longest]. */
const findsFrom = (texts: readonly Text[], causal: boolean): number[][] => {
  const find = createRules(texts, causal);
  return texts.flatMap(({ sentence }) =>
    sentence.words.map((_, query) => {
      const found = find({ sentence, query });
      return RULES.map((rule) => found[rule]);
    }),
  );
};

describe("the rules of a sentence", () => {
  // the: 3 times, cat: 2, saw: 1, a: 1, Elephants: 1
  const texts = [textFrom(["The", "cat", "saw", "[.....................]", "the", "a"]), textFrom(["cat", "the", "Elephants"])];

  it("are the rarest, the most frequent and the longest word, in a hand-made table", () => {
    expect(RULES).toEqual(["rarest word", "most frequent word", "longest word"]);
    expect(findsFrom(texts, false)).toEqual([
      // The: saw and a come once, and saw is nearer; the other "the"; of cat, saw and the the nearest
      [2, 4, 1],
      // cat: saw; the first word is nearer than the fifth; The and saw are equally near, and the first counts
      [2, 0, 0],
      // saw: a; both "the" are two words off, and the first counts; cat is nearest
      [5, 0, 1],
      // the mark asks too, but nobody finds it
      [2, 4, 2],
      // the: a; the first word; saw is nearer than cat
      [5, 0, 2],
      // a: saw; the nearer "the"; the nearest of three letters
      [2, 4, 4],
      // the second text
      [2, 1, 2],
      [2, 0, 2],
      [0, 1, 1],
    ]);
  });

  it("look only back where a model is causal, and find nothing from the first word", () => {
    expect(findsFrom(texts, true)).toEqual([
      [-1, -1, -1],
      [0, 0, 0],
      [1, 0, 1],
      [2, 0, 2],
      [2, 0, 2],
      [2, 4, 4],
      [-1, -1, -1],
      [0, 0, 0],
      [0, 1, 1],
    ]);
  });

  it("find nothing where there is nothing but marks", () => {
    expect(findsFrom([textFrom(["[.]", "word", "[!]"])], false)).toEqual([
      [1, 1, 1],
      [-1, -1, -1],
      [1, 1, 1],
    ]);
  });
});

it("they find what their definitions ask for: no other word is rarer, and of equal ones none is nearer", () => {
  const form = fc.constantFrom("a", "b", "cc", "dd", "eee", "A", "Cc", "[.]", "[eeeee]");
  const sentences = fc.array(fc.array(form, { minLength: 1, maxLength: 7 }), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(sentences, fc.boolean(), (all, causal) => {
      const texts = all.map(textFrom);
      const lower = texts.flatMap(({ sentence }) => sentence.words.map((word) => word.form.toLowerCase()));
      const count = (word: string) => lower.filter((other) => other === word.toLowerCase()).length;
      const found = findsFrom(texts, causal);
      let row = 0;
      for (const { sentence } of texts) {
        for (const query of sentence.words.keys()) {
          const seen = [...sentence.words.keys()].filter(
            (w) => w !== query && sentence.words[w]!.upos !== "PUNCT" && !(causal && w > query),
          );
          const worth = [(w: string) => -count(w), count, (w: string) => w.length];
          const wanted = worth.map((of) => {
            const order = [...seen].sort(
              (a, b) =>
                of(sentence.words[b]!.form) - of(sentence.words[a]!.form) || Math.abs(a - query) - Math.abs(b - query) || a - b,
            );
            return order[0] ?? -1;
          });
          expect(found[row++]).toEqual(wanted);
        }
      }
    }),
  );
});

it("are asked from the query of each gold pair", () => {
  const words = sentenceOf(["verb", "subject", "verb", "verb"]).words;
  const sentence: Sentence = {
    ...{ id: "s", text: "verb subject verb verb" },
    words: words.map((word, w) => ({
      ...word,
      head: w === 3 ? -1 : 3,
      relation: w === 1 ? "nsubj" : w === 3 ? "root" : "punct",
    })),
  };
  const texts = [textOf(sentence)];
  const pairs = goldRelations(fakeTally(texts, { heads: 1 }), false, 1).flatMap((relation) => relation.pairs);
  expect(pairs.map(({ query }) => query)).toEqual([1, 3]);
  // from the subject any verb is as rare, and the nearest counts; from the verb the subject is the rarest
  expect(pairs.map(createRules(texts, false)).map((finds) => RULES.map((rule) => finds[rule]))).toEqual([
    [0, 0, 0],
    [1, 2, 1],
  ]);
});
