/** CoNLL-U is read as it was written, and whatever is wrong with it is told with its line. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseConllu } from "../../src/corpus/conllu.ts";
import { InputError } from "../../src/run/errors.ts";

const row = (id: string, form: string, head: string, relation: string, misc = "_") =>
  [id, form, "_", "NOUN", "_", "_", head, relation, "_", misc].join("\t");
const one = (lines: readonly string[]) => parseConllu(lines.join("\n"), "t").sentences[0]!;
const slices = ({ text, words }: ReturnType<typeof one>) => words.map(({ start, end }) => text.slice(start, end));

describe("parseConllu", () => {
  it("reads words, trees, comments and the text that the forms make", () => {
    const corpus = parseConllu(
      [
        "# newdoc",
        "# sent_id = first",
        "# text = ignored",
        row("1", "Dogs", "2", "nsubj"),
        row("2", "bark", "0", "root", "Gloss=x|SpaceAfter=No"),
        row("3", "!", "2", "punct", "SpaceAfter=No|Gloss=y"),
        "",
        "",
        "# only a comment",
        "",
        row("1", "Yes", "0", "root", "SpaceAfter=Nothing"),
        row("2", ".", "1", "punct"),
      ].join("\n"),
      "file",
    );
    expect(corpus).toEqual({
      id: "file",
      trees: true,
      sentences: [
        {
          id: "first",
          text: "Dogs bark!",
          words: [
            { form: "Dogs", start: 0, end: 4, upos: "NOUN", head: 1, relation: "nsubj" },
            { form: "bark", start: 5, end: 9, upos: "NOUN", head: -1, relation: "root" },
            { form: "!", start: 9, end: 10, upos: "NOUN", head: 1, relation: "punct" },
          ],
        },
        {
          id: "2",
          text: "Yes .",
          words: [
            { form: "Yes", start: 0, end: 3, upos: "NOUN", head: -1, relation: "root" },
            { form: ".", start: 4, end: 5, upos: "NOUN", head: 0, relation: "punct" },
          ],
        },
      ],
    });
  });

  it("shares a surface token out to its words where they add up to it, else gives it to each", () => {
    const added = one([
      row("1-2", "cannot", "_", "_", "SpaceAfter=No"),
      row("1", "can", "0", "root"),
      row("2", "not", "1", "advmod"),
      row("3", ".", "1", "punct"),
    ]);
    expect([added.text, slices(added)]).toEqual(["cannot.", ["can", "not", "."]]);
    const fused = one([
      row("1", "Va", "0", "root"),
      row("2-3", "au", "_", "_"),
      row("2", "à", "4", "case", "SpaceAfter=No"),
      row("3", "le", "4", "det", "SpaceAfter=No"),
      row("4", "parc", "1", "obl"),
    ]);
    expect([fused.text, slices(fused)]).toEqual(["Va au parc", ["Va", "au", "au", "parc"]]);
    expect(fused.words.map(({ form }) => form)).toEqual(["Va", "à", "le", "parc"]);
  });

  it("leaves empty nodes out", () => {
    const sentence = one([
      row("0.1", "zero", "_", "_"),
      row("1", "Sue", "2", "nsubj"),
      row("2", "likes", "0", "root"),
      row("2.1", "likes", "_", "_"),
      row("3", "tea", "2", "obj"),
    ]);
    expect([sentence.text, slices(sentence)]).toEqual(["Sue likes tea", ["Sue", "likes", "tea"]]);
  });

  it("keeps forms with spaces, and takes CRLF, white lines and a file without an end", () => {
    const lines = [row("1", "New York", "0", "root"), row("2", ",", "1", "punct"), " \t", row("1", "Ja", "0", "root")];
    for (const end of ["\n", "\r\n"]) {
      const { sentences } = parseConllu(lines.join(end), "t");
      expect(sentences.map(({ text, words }) => [text, words.length])).toEqual([
        ["New York ,", 2],
        ["Ja", 1],
      ]);
    }
  });
});

/** Lines, and what has to be said about them after "t:". */
const BAD: readonly (readonly [what: string, lines: readonly string[], message: string])[] = [
  ["too few columns", ["1\ta\t_"], "1: 3 tab-separated columns, but CoNLL-U has 10; correct the line"],
  [
    "too many columns",
    ["# c", `${row("1", "a", "0", "root")}\tx`],
    "2: 11 tab-separated columns, but CoNLL-U has 10; correct the line",
  ],
  [
    "an ID that is no number",
    [row("a", "a", "0", "root")],
    '1: the ID "a" is not a number, a range or an empty node; correct it',
  ],
  [
    "an ID left out",
    [row("1", "a", "0", "root"), row("3", "b", "1", "x")],
    "2: the ID is 3, but the next word is 2; number the words from 1",
  ],
  [
    "an ID twice",
    [row("1", "a", "0", "root"), row("1", "b", "1", "x")],
    "2: the ID is 1, but the next word is 2; number the words from 1",
  ],
  ["no form", [row("1", "", "0", "root")], "1: the FORM is empty; add the word"],
  ["no head", [row("1", "a", "_", "root")], "1: the HEAD is missing; parse the sentence first, or give its text without trees"],
  ["a negative head", [row("1", "a", "-1", "root")], '1: the HEAD "-1" is not one of 0 to 1; correct it'],
  [
    "a head outside",
    ["", "", row("1", "a", "0", "root"), row("2", "b", "3", "x")],
    '4: the HEAD "3" is not one of 0 to 2; correct it',
  ],
  ["itself as head", [row("1", "a", "0", "root"), row("2", "b", "2", "x")], "2: the word is its own HEAD; correct it"],
  ["no relation", [row("1", "a", "0", "_")], "1: the DEPREL is missing; add the relation"],
  [
    "no root",
    [row("1", "a", "2", "x"), row("2", "b", "1", "x")],
    "1: the sentence has 0 roots (HEAD 0), but a tree has one; correct the HEADs",
  ],
  [
    "two roots",
    [row("1", "a", "0", "root"), row("2", "b", "0", "root")],
    "1: the sentence has 2 roots (HEAD 0), but a tree has one; correct the HEADs",
  ],
  [
    "a cycle that the root is not in",
    [row("1", "a", "0", "root"), row("2", "b", "4", "x"), row("3", "c", "2", "x"), row("4", "d", "3", "x")],
    "2: the HEADs form a cycle; correct them",
  ],
  [
    "a range after its words",
    [row("1", "a", "0", "root"), row("1-1", "a", "_", "_")],
    "2: the range 1-1 is not within words 2 to 1; correct it",
  ],
  [
    "a range turned round",
    [row("2-1", "ab", "_", "_"), row("1", "a", "0", "root")],
    "1: the range 2-1 is not within words 1 to 1; correct it",
  ],
  [
    "a range of words to come",
    [row("2-2", "b", "_", "_"), row("1", "a", "0", "root")],
    "1: the range 2-2 is not within words 1 to 1; correct it",
  ],
  [
    "a range beyond the end",
    [row("1-2", "ab", "_", "_"), row("1", "a", "0", "root")],
    "1: the range 1-2 is not within words 1 to 1; correct it",
  ],
  [
    "ranges that overlap",
    [
      ...[row("1-2", "ab", "_", "_"), row("1", "a", "0", "root")],
      ...[row("2-3", "bc", "_", "_"), row("2", "b", "1", "x"), row("3", "c", "1", "x")],
    ],
    "3: the range 2-3 is not within words 3 to 3; correct it",
  ],
  ["nothing", [""], " there is no sentence; give a CoNLL-U file, with ten tab-separated columns per word"],
];

it.each(BAD)("refuses %s, and says where", (_, lines, message) => {
  for (const end of ["\n", "\r\n"]) expect(() => parseConllu(lines.join(end), "t")).toThrow(new InputError(`t:${message}`));
});

/** Words of a random tree with what stands around them; `glued`: no space after. */
const tree = fc
  .array(
    fc.record({ form: fc.stringMatching(/^[^\s#][^\s]{0,6}$/u), glued: fc.boolean(), up: fc.nat(), empty: fc.boolean() }),
    {
      minLength: 1,
      maxLength: 12,
    },
  )
  .chain((words) => fc.tuple(fc.constant(words), fc.shuffledSubarray([...words.keys()], { minLength: words.length })));

/** The head of each word: the first of the order is the root, and every other hangs below one before it. */
const headsOf = (words: readonly { up: number }[], order: readonly number[]): number[] =>
  words.map((word, w) => (order.indexOf(w) === 0 ? -1 : order[word.up % order.indexOf(w)]!));

it("gives back any tree that is written down, and spans that are the forms", () => {
  fc.assert(
    fc.property(fc.array(tree, { minLength: 1, maxLength: 4 }), fc.constantFrom("\n", "\r\n"), (trees, end) => {
      const lines = trees.flatMap(([words, order]) => [
        "# comment",
        ...words.flatMap(({ form, glued, empty }, w) => [
          row(`${w + 1}`, form, `${headsOf(words, order)[w]! + 1}`, "x", glued ? "SpaceAfter=No" : "_"),
          ...(empty ? [row(`${w + 1}.1`, "empty", "_", "_")] : []),
        ]),
        "",
      ]);
      const { sentences } = parseConllu(lines.join(end), "t");
      expect(sentences).toHaveLength(trees.length);
      for (const [s, [words, order]] of trees.entries()) {
        const { text, words: read } = sentences[s]!;
        expect(text).toBe(
          words
            .map(({ form, glued }) => form + (glued ? "" : " "))
            .join("")
            .trimEnd(),
        );
        expect(read.map(({ start, end }) => text.slice(start, end))).toEqual(words.map(({ form }) => form));
        expect(read.map(({ head }) => head)).toEqual(headsOf(words, order));
      }
    }),
    { numRuns: 200 },
  );
});
