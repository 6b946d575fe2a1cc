/** Scores stand beside what their controls reach: untrained heads, shuffled words, the best offset. */
import { describe, expect, it } from "vitest";
import { parseConllu } from "../../src/corpus/conllu.ts";
import { SAMPLE_CONLLU } from "../../src/corpus/sample.ts";
import type { Evidence } from "../../src/heads/evidence.ts";
import { headScores } from "../../src/heads/head-scores.ts";
import { failedRules } from "../../src/heads/labels.ts";
import type { Score } from "../../src/heads/schema.ts";
import { fixtureConfig } from "../models/golden.ts";
import { type Fake, fakeTally, textOf } from "./fake-tally.ts";

const texts = parseConllu(SAMPLE_CONLLU, "sample").sentences.map((s) => textOf(s));
const encoder = fixtureConfig("bert");
const words = texts.reduce((n, { ids }) => n + ids.length, 0);
const wordsOf = (t: number) => texts[t]!.sentence.words;

/** A sum that makes the score of head h that share. */
const share = (name: string, values: readonly number[]): Fake["sum"] => {
  return (t, h, sum) => (sum === name ? texts[t]!.ids.length * values[h]! : 0);
};
const heads = (count: number, sum?: Fake["sum"], attended?: Fake["attended"]) =>
  fakeTally(texts, { heads: count, sum, attended });

/** Evidence of three heads whose controls are four untrained ones, all of them doing nothing unless said otherwise. */
const evidence = (change: Partial<Evidence> = {}): Evidence => ({
  texts,
  leftOut: { tooLong: 0, empty: 0, limit: 0 },
  tally: heads(3),
  words: true,
  twins: [heads(2), heads(2)],
  shuffled: heads(3),
  repeated: {
    texts: { texts, similar: async () => () => [new Float32Array(), new Float32Array()], continued: 1 },
    tally: heads(3),
    twins: [heads(4)],
  },
  distances: [],
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

  it("is held against the best untrained head, and counted among all of them", () => {
    const given = byHead.map((scores) => scores["previous-token"]!);
    expect(given.map(({ value }) => value)).toEqual([0.9, 0.5, 0.2].map((x) => expect.closeTo(x, 5)));
    for (const { control, n } of given) expect({ control, n }).toEqual({ control: expect.closeTo(0.6, 5), n: words });
    // none, one, and three of the four reach it
    expect(given.map(({ p }) => p)).toEqual([1 / 5, 2 / 5, 4 / 5]);
  });

  it("stands beside the same on shuffled words", () => {
    const given = byHead.map((scores) => scores["previous-token"]!.shuffled);
    expect(given).toEqual([0.8, 0.4, 0.1].map((x) => expect.closeTo(x, 5)));
    expect(scored({ shuffled: null }).byHead[0]!["previous-token"]!.shuffled).toBeNull();
  });

  it("that only describes has no p, and breadth no control", () => {
    for (const name of ["broad", "confidence", "distance"]) expect(byHead[0]![name]!.p).toBeNull();
    expect(byHead[0]!.broad!.control).toBeNull();
  });

  it("says which offset it is", () => {
    const { byHead } = scored({ tally: heads(3, share("top:-2", [1, 1, 1])) });
    expect(byHead[0]!.positional).toMatchObject({ value: expect.closeTo(1, 5), detail: "offset −2" });
  });
});

it("copying is counted on the repeated texts: by queries that can copy, and by those that have an equal token", () => {
  const repeating = {
    ...heads(3, (_t, h, name) => (name === "semantic" ? h : name === "duplicate-token" ? 2 * h : 0)),
    repeated: Int32Array.from(texts, () => 4),
  };
  const twins = [heads(4, (_t, h, name) => (name === "semantic" && h === 3 ? 1.5 : 0))];
  const { texts: repetitions } = evidence().repeated;
  const { byHead } = scored({ repeated: { texts: { ...repetitions, continued: 5 * texts.length }, tally: repeating, twins } });
  expect(byHead.map(({ induction }) => induction!.value)).toEqual([0, 0.2, 0.4].map((x) => expect.closeTo(x, 5)));
  expect(byHead[2]!.induction).toMatchObject({ control: expect.closeTo(0.3, 5), p: 1 / 5, n: 5 * texts.length });
  expect(byHead[1]!.induction!.p).toBe(2 / 5);
  const duplicates = byHead.map((scores) => scores["duplicate-token"]!);
  expect(duplicates.map(({ value }) => value)).toEqual([0, 0.5, 1].map((x) => expect.closeTo(x, 5)));
  expect(duplicates[2]).toMatchObject({ control: 0, p: 1 / 5, n: 4 * texts.length });
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
    expect(byHead[1]!.syntactic!.halves).toEqual({
      chosen: syntax!.byHead[1]!.chosenMargin,
      low: syntax!.byHead[1]!.marginLow,
    });
    const { baseline, offset } = syntax!.byHead[1]!;
    const score = byHead[1]!.syntactic!;
    expect(score).toMatchObject({ value: 1, norm: 1, p: 1 / 1000, low: 1, high: 1 });
    expect(score.detail).toMatch(
      new RegExp(`^nsubj dependent-to-head, offset \\${offset > 0 ? "+" : "−"}\\d+ gives ${(100 * baseline).toFixed(0)}%$`),
    );
    // the untrained head finds about half of them, shuffled words leave about a quarter
    expect(score.control).toBeGreaterThan(Math.max(0.3, baseline - 1e-9));
    expect(score.control).toBeLessThan(0.8);
    expect(score.shuffled).toBeGreaterThan(0.1);
    expect(score.shuffled).toBeLessThan(0.5);
  });

  it("needs to have held where it was chosen: a head that is only right on the testing half is not enough", () => {
    const { data } = scored({ tally }, true).syntax!;
    const half = new Map([...data.text.keys()].map((k) => [data.text[k]!, data.half[k]!]));
    const lucky = heads(
      3,
      undefined,
      finder((t, h) => h === 1 && half.get(t) === 1),
    );
    const { byHead } = scored({ tally: lucky }, true);
    expect(byHead.map(syntactic)).toEqual([false, false, false]);
    expect(failedRules("syntactic", byHead[1]!).map(({ rule }) => rule)).toContain("choosing-half");
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
