/** BLEU equals the sacrebleu package on random and on awkward corpora (test/fixtures/make_bleu.py). */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { InputError } from "../../../src/run/errors.ts";
import { bleu, tokenize13a } from "../../../src/tasks/bleu/bleu.ts";

interface Golden {
  readonly hypotheses: readonly string[];
  readonly references: readonly (readonly string[])[];
  /** Score, brevity penalty, hypothesis and reference length, four precisions. */
  readonly numbers: readonly number[];
  readonly signature: string;
}

const file = new URL("../../fixtures/bleu.json.gz", import.meta.url);
const goldens = JSON.parse(gunzipSync(readFileSync(file)).toString("utf8")) as {
  readonly random: readonly Golden[];
  readonly awkward: readonly Golden[];
  readonly tokens: readonly (readonly [line: string, tokens: string])[];
};

const differs = ({ hypotheses, references, numbers, signature }: Golden): boolean => {
  const ours = bleu(hypotheses, references);
  const found = [ours.score, ours.brevityPenalty, ours.hypothesisLength, ours.referenceLength, ...ours.precisions];
  return signature !== ours.signature || !numbers.every((number, i) => Math.abs(number - found[i]!) <= 1e-6);
};

test.each([
  ["random", 500],
  ["awkward", 100],
] as const)("%s corpora, %i at least, score as sacrebleu scores them", (kind, least) => {
  expect(goldens[kind].length).toBeGreaterThanOrEqual(least);
  expect(goldens[kind].filter(differs)).toEqual([]);
  const scores = goldens[kind].map(({ numbers }) => numbers[0]!);
  expect(scores.some((score) => score > 0 && score < 50) && scores.some((score) => score > 99)).toBe(true);
});

test("lines fall into the tokens of sacrebleu's 13a", () => {
  expect(goldens.tokens.length).toBeGreaterThan(400);
  expect(goldens.tokens.filter(([line, tokens]) => tokenize13a(line).join(" ") !== tokens)).toEqual([]);
});

describe("laws", () => {
  const line = fc.array(fc.constantFrom("a", "b", "c", "1.5", "x-y", "."), { maxLength: 11 }).map((words) => words.join(" "));
  const pairs = fc.array(fc.tuple(line, line, line), { minLength: 1, maxLength: 7 });

  test("the order of lines and of references does not matter, and a further reference never lowers a precision", () => {
    fc.assert(
      fc.property(pairs, (rows) => {
        const [h, r, s] = [0, 1, 2].map((i) => rows.map((row) => row[i]!)) as [string[], string[], string[]];
        const both = bleu(h, [r, s]);
        expect(bleu(h, [s, r])).toEqual(both);
        expect(bleu(h.toReversed(), [r.toReversed(), s.toReversed()])).toEqual(both);
        const alone = bleu(h, [r]).precisions;
        for (const [n, precision] of both.precisions.entries()) expect(precision).toBeGreaterThanOrEqual(alone[n]!);
      }),
    );
  });

  test("a text against itself scores 100, if it has a run of four tokens", () => {
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 5 }), (lines) => {
        const long = lines.some((text) => tokenize13a(text).length >= 4);
        expect(bleu(lines, [lines]).score).toBeCloseTo(long ? 100 : 0, 9);
      }),
    );
  });
});

test.each([
  ["no hypothesis", [], [[]], "there is no hypothesis"],
  ["no reference", ["a"], [], "there is no reference"],
  ["too few lines", ["a", "b"], [["a", "b"], ["a"]], "reference 2 has 1 lines, but there are 2 hypotheses"],
])("%s is refused", (_, hypotheses, references, message) => {
  expect(() => bleu(hypotheses, references)).toThrow(InputError);
  expect(() => bleu(hypotheses, references)).toThrow(message);
});
