/** Scores stand beside what their controls reach: untrained heads, shuffled words, the best offset. */
import { describe, expect, it } from "vitest";
import { parseConllu } from "../../../src/corpus/conllu.ts";
import { SAMPLE_CONLLU } from "../../../src/corpus/sample.ts";
import type { Score } from "../../../src/heads/report/schema.ts";
import type { Evidence } from "../../../src/heads/scores/evidence.ts";
import { headScores } from "../../../src/heads/scores/head-scores.ts";
import { failedRules } from "../../../src/heads/scores/labels.ts";
import type { SemanticScore } from "../../../src/heads/scores/semantic/semantic.ts";
import { random } from "../../../src/params/random.ts";
import { fixtureConfig } from "../../models/golden.ts";
import { type Fake, fakeTally, textOf } from "../fake-tally.ts";

const texts = parseConllu(SAMPLE_CONLLU, "sample").sentences.map((s) => textOf(s));
const encoder = fixtureConfig("bert");
const words = texts.reduce((n, { ids }) => n + ids.length, 0);
/** Words that have one before them. */
const neighbors = words - texts.length;
const wordsOf = (t: number) => texts[t]!.sentence.words;

/** A sum that makes the score of head h that share, of the queries that have a neighbor so far away. */
const share = (name: string, values: readonly number[], offset = Number(name.split(":")[1])): Fake["sum"] => {
  return (t, h, sum) => (sum === name ? Math.max(0, texts[t]!.ids.length - Math.abs(offset)) * values[h]! : 0);
};
const heads = (count: number, sum?: Fake["sum"], attended?: Fake["attended"]) =>
  fakeTally(texts, { heads: count, sum, attended });

/** A semantic score of this size. */
const meaning = (value: number): SemanticScore => ({
  ...{ value, control: 0.05, p: 1 / 61, z: 12.34, low: value - 0.1, high: value + 0.1 },
  draws: Float64Array.from({ length: 50 }, (_, k) => value - 0.1 + 0.004 * k),
});

/** Evidence of three heads whose controls are four untrained ones, all of them doing nothing unless said otherwise. */
const evidence = (change: Partial<Evidence> = {}): Evidence => ({
  texts,
  leftOut: { tooLong: 0, empty: 0, limit: 0 },
  tally: heads(3),
  words: true,
  twins: [heads(2), heads(2)],
  shuffled: heads(3),
  repeated: {
    texts: { texts, continuations: () => [], continuedOf: texts.map(() => 1) },
    tally: heads(3),
    twins: [heads(4)],
  },
  copying: null,
  retrieval: null,
  semantic: [0.3, 0.1, 0].map(meaning),
  semanticTexts: 40,
  distances: [],
  halves: [],
  rows: 0,
  examples: [],
  ...change,
});
const scored = (change: Partial<Evidence>, trees = false) => headScores(evidence(change), encoder, trees, 1);

describe("the score of a head", () => {
  const { byHead } = scored({
    tally: heads(3, share("weight:-1", [0.9, 0.5, 0.2])),
    twins: [heads(2, share("weight:-1", [0.1, 0.3])), heads(2, share("weight:-1", [0.6, 0.2]))],
    shuffled: heads(3, share("weight:-1", [0.8, 0.4, 0.1])),
  });

  it("is compared with the best untrained head, and counted among all of them", () => {
    const given = byHead.map((scores) => scores["previous-token"]!);
    expect(given.map(({ value }) => value)).toEqual([0.9, 0.5, 0.2].map((x) => expect.closeTo(x, 5)));
    for (const { control, n } of given) expect({ control, n }).toEqual({ control: expect.closeTo(0.6, 5), n: neighbors });
    // none, one, and three of the four reach it
    expect(given.map(({ p }) => p)).toEqual([1 / 5, 2 / 5, 4 / 5]);
  });

  it("stands beside the same on shuffled words", () => {
    const given = byHead.map((scores) => scores["previous-token"]!.shuffled);
    expect(given).toEqual([0.8, 0.4, 0.1].map((x) => expect.closeTo(x, 5)));
    expect(scored({ shuffled: null }).byHead[0]!["previous-token"]!.shuffled).toBeNull();
  });

  it("of its output is compared with its layer’s mean, and an only head scores 0", () => {
    const config = { ...encoder, heads: [2, 1], keyValueHeads: [2, 1] };
    const tally = fakeTally(texts, { heads: 3, written: (_t, h) => [0.1, 1.9, 5][h]! });
    const twin = fakeTally(texts, { heads: 3, written: (_t, h) => [0.8, 1.2, 1][h]! });
    const { byHead } = headScores(evidence({ tally, twins: [twin] }), config, false, 1);
    expect(byHead.map(({ dormant }) => dormant!.value)).toEqual([0.9, -0.9, 0].map((x) => expect.closeTo(x, 5)));
    expect(byHead[0]!.dormant).toMatchObject({ control: expect.closeTo(0.2, 5), p: 1 / 4, n: words });
    expect(byHead[2]!.dormant).toMatchObject({ p: 3 / 4, again: 0 });
  });

  it("that only describes has no p, and breadth no control", () => {
    for (const name of ["broad", "confidence", "distance"]) expect(byHead[0]![name]!.p).toBeNull();
    expect(byHead[0]!.broad!.control).toBeNull();
  });

  it("says which offset it is", () => {
    const { byHead } = scored({ tally: heads(3, share("top:-2", [1, 1, 1])) });
    expect(byHead[0]!.positional).toMatchObject({ value: expect.closeTo(1, 5), offset: -2 });
  });

  it("of meaning is the one that was measured, with its z", () => {
    expect(byHead.map(({ semantic }) => semantic!.value)).toEqual([0.3, 0.1, 0]);
    expect(byHead[0]!.semantic).toMatchObject({
      control: 0.05,
      p: 1 / 61,
      n: 40,
      z: expect.closeTo(12.3, 1),
      low: 0.3 - 0.1,
      high: 0.4,
    });
  });

  it("says how surely a label would be given again, and says it of labels and manners only", () => {
    // every text gives the same share, so that every draw does
    expect(byHead.map((scores) => scores["previous-token"]!.again)).toEqual([1, 0, 0]);
    expect(byHead.map((scores) => scores.sink!.again)).toEqual([0, 0, 0]);
    // draws from 0.1 below to 0.1 above the value, moved √2 as far, against 0.15
    expect(byHead.map(({ semantic }) => semantic!.again)).toEqual([1, 0.32, 0].map((x) => expect.closeTo(x, 6)));
    for (const name of ["confidence", "distance", "delimiter:cls"]) expect(byHead[0]![name]!.again).toBeUndefined();
  });

  it("of pieces of words is only there where words have pieces", () => {
    expect(byHead[0]!["sub-word"]).toBeUndefined();
    const pieces = texts.map((text) => ({ ...text, wordOf: text.wordOf.map((w) => Math.floor(w / 2)) }));
    const split = fakeTally(pieces, {
      heads: 3,
      sum: (t, h, name) => (name === "sub-word" ? 0.3 * h * queries(pieces[t]!.ids.length) : 0),
    });
    const { byHead: again } = scored({ tally: split });
    expect(again.map((scores) => scores["sub-word"]!.value)).toEqual([0, 0.3, 0.6].map((x) => expect.closeTo(x, 5)));
  });
});

/** Tokens that are the second piece of a word of two. */
const queries = (length: number): number => Math.floor(length / 2);

/**
 * Untrained heads that are compared with other untrained heads: all of them are drawn alike. 39 of twins make p = (c + 1) / 40, which is
 * at most 0.05 for the two largest of 40.
 */
it("gives p ≤ 0.05 to about 5% of heads that are like those of the twins", () => {
  const names = ["self", "first-position", "last-position"] as const;
  const few = texts.slice(0, 2);
  let [small, smaller, all] = [0, 0, 0];
  for (let draw = 0; draw < 200; draw++) {
    const uniform = random(`exchangeable ${draw}`);
    const like = (count: number) => fakeTally(few, { heads: count, sum: () => uniform() ** 3 });
    const change = { texts: few, tally: like(3), twins: [like(13), like(13), like(13)], shuffled: null, words: false };
    for (const scores of scored(change).byHead) {
      for (const name of names) {
        all++;
        if (scores[name]!.p! <= 0.05) small++;
        if (scores[name]!.p! <= 0.025) smaller++;
      }
    }
  }
  expect(small / all).toBeGreaterThan(0.02);
  expect(small / all).toBeLessThan(0.08);
  expect(smaller / all).toBeGreaterThan(0.01);
  expect(smaller / all).toBeLessThan(0.04);
});

it("copying is counted on the repeated texts: by queries that can copy, and by those that have an equal token", () => {
  const repeating = {
    ...heads(3, (_t, h, name) => (name === "continuation" ? h : name === "duplicate-token" ? 2 * h : 0)),
    repeated: Int32Array.from(texts, () => 4),
  };
  const twins = [heads(4, (_t, h, name) => (name === "continuation" && h === 3 ? 1.5 : 0))];
  const { texts: repetitions } = evidence().repeated;
  const continuedOf = texts.map(() => 5);
  const { byHead } = scored({ repeated: { texts: { ...repetitions, continuedOf }, tally: repeating, twins } });
  expect(byHead.map(({ induction }) => induction!.value)).toEqual([0, 0.2, 0.4].map((x) => expect.closeTo(x, 5)));
  expect(byHead[2]!.induction).toMatchObject({ control: expect.closeTo(0.3, 5), p: 1 / 5, n: 5 * texts.length });
  expect(byHead[1]!.induction!.p).toBe(2 / 5);
  const duplicates = byHead.map((scores) => scores["duplicate-token"]!);
  expect(duplicates.map(({ value }) => value)).toEqual([0, 0.5, 1].map((x) => expect.closeTo(x, 5)));
  expect(duplicates[2]).toMatchObject({ control: 0, p: 1 / 5, n: 4 * texts.length, again: 1 });
});

describe("a syntactic score", () => {
  /** A head that finds the subject's verb in the share `good` of the texts, and else the word before. */
  const finder =
    (good: (t: number, h: number) => boolean): Fake["attended"] =>
    (t, h, w) => {
      const { head, relation } = wordsOf(t)[w]!;
      return relation === "nsubj" && good(t, h) ? head! : Math.max(0, w - 1);
    };
  const tally = heads(
    3,
    undefined,
    finder((_, h) => h === 1),
  );
  const twins = [
    heads(
      2,
      undefined,
      finder((t, h) => h === 0 && t % 2 === 0),
    ),
  ];

  const syntactic = (scores: Readonly<Record<string, Score>>) => failedRules("syntactic", scores).length === 0;

  it("is of the relation that the head is best at, beside its controls", () => {
    const { byHead, syntax } = scored(
      {
        tally,
        twins,
        shuffled: heads(
          3,
          undefined,
          finder((t) => t % 4 === 0),
        ),
      },
      true,
    );
    expect(byHead.map(syntactic)).toEqual([false, true, false]);
    const skill = syntax!.byHead[1]![0]!;
    expect(byHead[1]!.syntactic!.halves).toEqual({ first: skill.halfMargins[0], second: skill.halfMargins[1] });
    const { baseline, offset, rule } = skill;
    const score = byHead[1]!.syntactic!;
    expect(score).toMatchObject({ value: 1, norm: 1, p: 1 / 200, low: 1, high: 1, offsetBaseline: baseline, n: skill.n });
    expect(score.relation).toEqual({
      ...{ name: "nsubj", direction: "dependent-to-head" },
      rule: rule ? { word: rule } : { offset },
    });
    // the untrained head finds about half of them, shuffled words leave about a quarter
    expect(score.control).toBeGreaterThan(Math.max(0.3, baseline - 1e-9));
    expect(score.control).toBeLessThan(0.8);
    expect(score.shuffled).toBeGreaterThan(0.1);
    expect(score.shuffled).toBeLessThan(0.5);
  });

  it("tells the relations of a head, the first being the one that it is named by", () => {
    const { byHead, syntax } = scored({ tally }, true);
    for (const [h, scores] of byHead.entries()) {
      const { relations, ...score } = scores.syntactic!;
      expect(relations!.map(({ relation, direction }) => `${relation} ${direction}`)).toEqual(
        syntax!.byHead[h]!.map(({ relation, direction }) => `${relation} ${direction}`),
      );
      expect(relations![0]).toMatchObject({ value: score.value, p: score.p, n: score.n, tied: false });
      for (const one of relations!) {
        expect(one.margin).toBeCloseTo(one.value - one.baseline, 12);
        expect(one.marginLow).toBeLessThanOrEqual(one.margin + 1e-12);
        const best = relations![0]!;
        if (one !== best) expect(one.tied).toBe(best.margin > 0 && one.margin >= best.marginLow);
        if (one.holds) expect(one.margin >= 0.1 && one.p <= 0.05).toBe(true);
      }
    }
    expect(byHead.map(({ syntactic }) => syntactic!.relations!.some(({ holds }) => holds))).toEqual([false, true, false]);
  });

  it("would be given again surely, or surely not", () => {
    const { byHead } = scored({ tally }, true);
    expect(byHead.map(({ syntactic }) => syntactic!.again)).toEqual([0, 1, 0]);
  });

  it("needs to have held on both halves: a head that is only right on one is not enough", () => {
    const { relations } = scored({ tally }, true).syntax!;
    const half = new Map(relations.flatMap(({ pairs }) => pairs.map((pair) => [pair.text, pair.half])));
    const lucky = heads(
      3,
      undefined,
      finder((t, h) => h === 1 && half.get(t) === 1),
    );
    const { byHead } = scored({ tally: lucky }, true);
    expect(byHead.map(syntactic)).toEqual([false, false, false]);
    expect(failedRules("syntactic", byHead[1]!).map(({ rule }) => rule)).toContain("halves");
  });

  it("is not there without trees, or where words are not followed", () => {
    for (const result of [scored({ tally }), scored({ tally, words: false }, true)]) {
      expect(result.syntax).toBeNull();
      expect(result.byHead[1]!.syntactic).toBeUndefined();
    }
    expect(scored({ words: false }).byHead[0]!["rare-token"]).toBeUndefined();
    expect(scored({}).byHead[0]!["rare-token"]).toBeDefined();
  });
});
