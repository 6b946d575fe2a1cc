/** A share of attention is a share among the queries that can attend: heads that keep an offset exactly score 1 at any offset. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { POSSIBLE, possibleQueries } from "../../../src/heads/observe/possible.ts";
import type { Text } from "../../../src/heads/observe/text.ts";
import { bestOffsets, tallyScores } from "../../../src/heads/scores/scores.ts";
import { fakeTally } from "../fake-tally.ts";
import { randomText } from "../models.ts";
import { naiveSums } from "../naive.ts";

const countsOf = (texts: readonly Text[], causal: boolean): Record<string, number>[] => {
  const all = possibleQueries(texts, causal);
  return texts.map((_, t) => Object.fromEntries(POSSIBLE.map((name, k) => [name, all[t * POSSIBLE.length + k]!])));
};

/** Row i looks at i + offset where that is an ordinary token in sight, else at itself; the rest of its weight is on itself, too. */
const keeping = ({ ids, special }: Text, offset: number, causal: boolean, share = 1): number[][] =>
  Array.from(ids, (_, i) => {
    const row = new Array<number>(ids.length).fill(0);
    const inside = i + offset >= 0 && i + offset < ids.length && !special[i + offset] && !(causal && offset > 0);
    row[i] = inside ? 1 - share : 1;
    if (inside) row[i + offset] = share;
    return row;
  });

/** The tally of one head with these patterns. */
function tallyOf(texts: readonly Text[], causal: boolean, patternOf: (text: Text) => number[][]) {
  const sums = texts.map((text) => naiveSums(patternOf(text), text, causal, []));
  const tally = fakeTally(texts, { heads: 1, sum: (t, _, name) => sums[t]![name]!, causal });
  const queries = (text: Text) => [...text.ids.keys()].filter((i) => !text.special[i] && !(causal && i === 0)).length;
  return { ...tally, counted: Int32Array.from(texts, queries) };
}

const textsOf = (seed: number, lengths: readonly number[], framed: boolean): Text[] =>
  lengths.map((n, t) => randomText(`${seed}/${t}`, n, 11, framed ? 1 : 0, framed ? 1 : 0));

describe.each([
  ["causal", true, [-1, -3]],
  ["bidirectional", false, [-1, -3, 1, 3]],
] as const)("a %s head", (_, causal, offsets) => {
  const lengths = fc.array(fc.integer({ min: 7, max: 15 }), { minLength: 1, maxLength: 4 });

  it.each(offsets)("that keeps the offset %i exactly scores 1, whatever the texts", (offset) => {
    fc.assert(
      fc.property(fc.nat(), lengths, fc.boolean(), (seed, all, framed) => {
        const tally = tallyOf(textsOf(seed, all, framed), causal, (text) => keeping(text, offset, causal));
        const scores = tallyScores(tally, "raw");
        expect(scores.positional[0]).toBeCloseTo(1, 6);
        expect(scores.confidence[0]).toBeCloseTo(1, 6);
        expect(bestOffsets(tally)).toEqual([offset]);
        if (offset === -1) expect(scores["previous-token"][0]).toBeCloseTo(1, 6);
        if (offset === 1) expect(scores["next-token"][0]).toBeCloseTo(1, 6);
      }),
      { numRuns: 40 },
    );
  });

  it("that gives a neighbor some of its attention scores that share", () => {
    fc.assert(
      fc.property(fc.nat(), lengths, fc.double({ min: 0, max: 1, noNaN: true }), (seed, all, share) => {
        const tally = tallyOf(textsOf(seed, all, true), causal, (text) => keeping(text, -1, causal, share));
        expect(tallyScores(tally, "raw")["previous-token"][0]).toBeCloseTo(share, 5);
      }),
      { numRuns: 40 },
    );
  });

  it("that looks at a kind of delimiter wherever it sees one scores 1", () => {
    const kinds = {
      "delimiter:cls": (text: Text, j: number) => text.special[j]! && j === 0,
      "delimiter:sep": (text: Text, j: number) => text.special[j]! && j > 0,
      "delimiter:punctuation": (text: Text, j: number) => text.punctuation[j]!,
    } as const;
    const texts = textsOf(5, [9, 13, 7, 11], true);
    for (const [name, holds] of Object.entries(kinds)) {
      const tally = tallyOf(texts, causal, (text) =>
        Array.from(text.ids, (_, i) => {
          const found = [...text.ids.keys()].findIndex((j) => holds(text, j) && !(causal && j > i));
          return Array.from(text.ids, (_, j) => (j === (found < 0 ? i : found) ? 1 : 0));
        }),
      );
      const unseen = causal && name === "delimiter:sep";
      expect(tallyScores(tally, "raw")[name as keyof typeof kinds][0], name).toBeCloseTo(unseen ? 0 : 1, 6);
    }
  });
});

/**
 * A fault of `scores.ts`: where all texts have six tokens, one query of each has a neighbor five tokens back, which is the first token.
 * A head that rests there is at that offset in every possible case, and is called positional.
 */
it("a head that rests on the first token keeps no offset, however short the texts are", () => {
  const texts = textsOf(1, new Array<number>(20).fill(6), false);
  const tally = tallyOf(texts, true, ({ ids }) => Array.from(ids, () => Array.from(ids, (_, j) => (j === 0 ? 1 : 0))));
  expect(tallyScores(tally, "raw")["first-position"][0]).toBeCloseTo(1, 6);
  expect(tallyScores(tally, "raw").positional[0]).toBeLessThan(0.9);
});

describe("the queries that can attend", () => {
  /** [CLS] un know n . it [SEP] */
  const text: Text = {
    ...randomText("by hand", 7, 11, 1, 1),
    wordOf: Int32Array.of(-1, 0, 0, 0, 1, 2, -1),
    punctuation: [false, false, false, false, true, false, false],
  };

  it("are counted by hand", () => {
    expect(countsOf([text], false)).toEqual([
      {
        // of the five ordinary tokens; special ones are no neighbors
        ...{ "offset:-5": 0, "offset:-4": 1, "offset:-3": 2, "offset:-2": 3, "offset:-1": 4, "offset:0": 5 },
        ...{ "offset:1": 4, "offset:2": 3, "offset:3": 2, "offset:4": 1, "offset:5": 0 },
        ...{ "delimiter:cls": 5, "delimiter:sep": 5, "delimiter:punctuation": 5, "sub-word": 2 },
      },
    ]);
  });

  it("look back where a model is causal", () => {
    expect(countsOf([text], true)).toEqual([
      {
        ...{ "offset:-5": 0, "offset:-4": 1, "offset:-3": 2, "offset:-2": 3, "offset:-1": 4, "offset:0": 5 },
        ...{ "offset:1": 0, "offset:2": 0, "offset:3": 0, "offset:4": 0, "offset:5": 0 },
        // the full stop sees itself
        ...{ "delimiter:cls": 5, "delimiter:sep": 0, "delimiter:punctuation": 2, "sub-word": 2 },
      },
    ]);
  });

  it("are those of each text by itself", () => {
    const others = textsOf(3, [5, 9], true);
    for (const causal of [true, false]) {
      expect(countsOf([...others, text], causal)).toEqual([...others, text].flatMap((one) => countsOf([one], causal)));
    }
  });
});
