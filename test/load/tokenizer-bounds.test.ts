/** Hostile patterns and texts: the work grows with the text, counted in steps. */
import { describe, expect, test } from "vitest";
import { aligned } from "../../src/load/tokenizer/aligned.ts";
import { mergeParts } from "../../src/load/tokenizer/model/merge.ts";
import { isWellKnown } from "../../src/load/tokenizer/pattern/known-patterns.ts";
import { compileRegex } from "../../src/load/tokenizer/pattern/regex.ts";
import { matches } from "../../src/load/tokenizer/pattern/regex-run.ts";
import { createTokenizer } from "../../src/load/tokenizer/tokenizer.ts";
import { normalForm } from "../../src/load/tokenizer/unicode.ts";
import { kinds } from "./tokenizer-kinds.ts";

const find = (source: string, text: string) =>
  Array.from(matches(compileRegex(source), text), ([from, to]) => text.slice(from, to));

describe("a compiled expression finds what JavaScript's own does", () => {
  const text = "I'm a  cat, don't! 123 4567\n\n  x_1 ÉCOLE aab aaab bbb \t.";
  test.each([
    ...[
      "(a+)+b",
      "a+?b?",
      "(?:ab|a)+",
      "[^a-c\\s]{2,3}",
      "\\s+(?!\\S)|\\s+",
      "\\d(?=\\d)",
      "(?<=a)b",
      "(?<!a)b",
      "x|(?!c)\\p{L}",
      "a{0,2}b",
    ],
    ...[
      "'(?:[sdmt]|ll|ve|re)| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
      "\\p{N}{1,3}(?=(?:\\p{N}{3})*)",
      "b*",
    ],
  ])("%s", (source) => {
    const expected = Array.from(text.matchAll(new RegExp(source, "gu")), ([match]) => match);
    expect(find(source, text)).toEqual(expected);
  });

  test("without regard to case", () => {
    expect(find("(?i:'S|école)", text)).toEqual(["ÉCOLE"]);
  });
});

test.each([
  "(a+)+$",
  "(a|a)*b",
  "(a|aa)+$",
  "a*a*a*a*b",
  "(?:a+b|a)",
  "(.*)(.*)(.*)x",
])("%s takes steps in proportion to the text", (source) => {
  const count = (n: number) => {
    let steps = 0;
    for (const _ of matches(compileRegex(source), `${"a".repeat(n)}!`, () => steps++));
    return steps;
  };
  expect(count(4_000)).toBeLessThan(4.5 * count(1_000));
});

test("a lookahead that reads the whole text again and again is refused", () => {
  expect(() => find("a(?=a*!)", `${"a".repeat(20_000)}!`)).toThrow("takes too many steps");
});

test("an expression that backtracks for ever natively divides a text", () => {
  const split = { type: "Split", pattern: { Regex: "(a+)+$" }, behavior: "Isolated", invert: false };
  expect(isWellKnown("(a+)+$")).toBe(false);
  const tokenizer = createTokenizer({ ...kinds["BERT uncased"], normalizer: null, pre_tokenizer: split });
  expect(tokenizer.encode(`${"a".repeat(40)}!`).wordIds).toEqual([null, 0, null]);
});

test("merging a word takes steps in proportion to its length", () => {
  const merges = {
    results: [1, 2, 3, 4],
    rankOf: (left: number, right: number) => (left === right && left < 4 ? left : undefined),
  };
  const count = (n: number) => {
    let steps = 0;
    mergeParts(
      Array.from({ length: n }, (_, i) => ({ token: 0, from: i, to: i + 1 })),
      merges,
      () => steps++,
    );
    return steps;
  };
  expect(count(40_000)).toBeLessThan(4.5 * count(10_000));
});

test("long runs of marks are put in the order of JavaScript's own normal forms", () => {
  const marks = ["\u0301", "\u0323", "\u0334", "\u0315", "\u05b0", "\u0344", "\u3099", "\u0345", "\u0903"];
  const text = Array.from({ length: 300 }, (_, i) => (i % 140 === 0 ? "aｶ" : marks[(i * i + 3 * i) % 9]!)).join("");
  for (const form of ["NFC", "NFD", "NFKC", "NFKD"] as const)
    expect(normalForm(aligned(text), form).text).toBe(text.normalize(form));
});

test("an added token with a special character in its name is found as it is", () => {
  const bert = kinds["BERT uncased"] as { added_tokens: readonly { id: number; content: string }[] };
  const added_tokens = bert.added_tokens.map((token) =>
    token.id === 2 ? { ...token, content: "[CLS]\u001b]0;x\u0007" } : token,
  );
  const { ids, tokens } = createTokenizer({ ...bert, added_tokens }).encode("[CLS]\u001b]0;x\u0007 the");
  expect(ids.slice(1, 2)).not.toEqual([2]); // the native library gives it an id of its own
  expect(tokens[1]).toBe("[CLS]\u001b]0;x\u0007");
});
