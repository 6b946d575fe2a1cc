/** The rarest word of a text, and how often heads look at it. */
import { expect, it } from "vitest";
import type { Text } from "../../../src/heads/observe/text.ts";
import { rareScores, rarestWords, rareTally } from "../../../src/heads/scores/rare.ts";
import { fakeTally, textOf } from "../fake-tally.ts";
import { sentenceOf } from "../models.ts";

/** A vocabulary of 500 words that all come three times, so that what comes less often is rare. */
const COMMON = Array.from({ length: 500 }, (_, k) => `common${k}`);
const crowd: Text[] = [COMMON, COMMON, COMMON].map((forms) => textOf(sentenceOf(forms)));
const textFrom = (forms: readonly string[], ids?: number[]): Text => textOf(sentenceOf(forms), ids);
const rarest = (...texts: Text[]): number[] => [...rarestWords([...crowd, ...texts])].slice(crowd.length);

it("is the least frequent, in upper or lower case", () => {
  expect(rarest(textFrom(["common1", "rare", "common2"]))).toEqual([1]);
  const [often, seldom] = ["Often", "seldom"];
  expect(rarest(textFrom([often, seldom]), textFrom([often.toLowerCase()]))).toEqual([1, 0]);
});

it("of two as frequent ones is that of later token ids", () => {
  expect(rarest(textFrom(["one", "two", "six"], [600, 900, 700]))).toEqual([1]);
  expect(rarest(textFrom(["one", "two", "six"], [600, 100, 700]))).toEqual([2]);
});

it("is never one of the 500 most frequent, nor a mark, nor a number", () => {
  expect(rarest(textFrom(["common1", "common2"]))).toEqual([-1]);
  expect([...rarestWords(crowd)]).toEqual([-1, -1, -1]);
  expect([...rarestWords([textFrom(["few", "words"])])]).toEqual([-1]);
  expect(rarest(textFrom(["common1", "1984", "%"]))).toEqual([-1]);
  const marks = sentenceOf(["common1", "a…b"], "PUNCT");
  expect(rarest(textOf(marks))).toEqual([-1]);
});

it("is looked at by the share of other words, of later ones where a model is causal", () => {
  const texts = [textFrom(["a", "b", "c", "d"]), textFrom(["e", "f", "g"]), textFrom(["h"])];
  // head 0 always looks at the rare word, head 1 never, head 2 only from the last word
  const place = [1, -1, 0];
  const attended = (t: number, h: number, w: number) => {
    const last = w === texts[t]!.sentence.words.length - 1;
    return h === 0 || (h === 2 && last) ? place[t]! : (place[t]! + 1) % 4;
  };
  const tally = fakeTally(texts, { heads: 3, attended });
  const score = (causal: boolean, times?: Int32Array) => {
    const { value, n } = rareScores(rareTally(tally, "raw", Int32Array.from(place), causal), times);
    return [n, ...value];
  };
  expect(score(false)).toEqual([3, 1, 0, 1 / 3]);
  expect(score(true)).toEqual([2, 1, 0, 1 / 2]);
  const nothing = rareScores(rareTally(tally, "raw", Int32Array.of(-1, -1, -1), false));
  expect([nothing.n, ...nothing.value]).toEqual([0, 0, 0, 0]);
});

it("counting a text twice is having it twice", () => {
  const texts = [
    ["a", "b", "c", "d"],
    ["e", "f", "g"],
    ["h", "i"],
  ].map((forms) => textFrom(forms));
  const place = [1, 2, 0];
  // the first text's words all look at the rare one, the second's none, the third's only with head 1
  const attended = (t: number, h: number, w: number) => (t === 0 || (t === 2 && h === 1) ? place[t]! : (w + 1) % 2);
  const times = Int32Array.of(3, 1, 0);
  for (const causal of [false, true]) {
    const own = rareTally(fakeTally(texts, { heads: 2, attended }), "raw", Int32Array.from(place), causal);
    const copies = [0, 0, 0, 1];
    const written = fakeTally(
      copies.map((t) => texts[t]!),
      { heads: 2, attended: (k, h, w) => attended(copies[k]!, h, w) },
    );
    const copied = rareTally(
      written,
      "raw",
      Int32Array.from(copies, (t) => place[t]!),
      causal,
    );
    expect(rareScores(own, times)).toEqual(rareScores(copied));
    expect(rareScores(own, Int32Array.of(1, 1, 1))).toEqual(rareScores(own));
  }
  // of 3 · 3 + 2 words, the first text's 9 look at it
  const both = rareScores(rareTally(fakeTally(texts, { heads: 2, attended }), "raw", Int32Array.from(place), false), times);
  expect(both).toEqual({ n: 11, value: Float64Array.of(9 / 11, 9 / 11) });
  expect(rareScores(rareTally(fakeTally(texts, { heads: 2 }), "raw", Int32Array.from(place), false), new Int32Array(3)).n).toBe(
    0,
  );
});
