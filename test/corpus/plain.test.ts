/** Plain text: nothing is lost where it is split, and no piece is longer than asked for. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parsePlain, plainSentence, segmentsOf, splitSentences, splitWords } from "../../src/corpus/plain.ts";
import { InputError } from "../../src/run/errors.ts";

const inWords = (text: string): number => text.split(" ").length;

describe("splitWords", () => {
  it("tells words from marks", () => {
    const words = splitWords("Don't stop, naïve 2nd-hand cafés!");
    expect(words.map(({ form, upos }) => `${form}/${upos}`)).toEqual(
      "Don't/X stop/X ,/PUNCT naïve/X 2nd/X -/PUNCT hand/X cafés/X !/PUNCT".split(" "),
    );
  });

  it("leaves nothing out but white space, and says where each word stands", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        const words = splitWords(text);
        for (const { form, start, end } of words) expect(text.slice(start, end)).toBe(form);
        for (const [k, { start }] of words.entries()) expect(text.slice(words[k - 1]?.end ?? 0, start).trim()).toBe("");
        expect(text.slice(words.at(-1)?.end ?? 0).trim()).toBe("");
      }),
    );
  });
});

it("splitSentences splits between sentences and loses only white space", () => {
  expect(splitSentences(" It is 3.5 m. Is it?  Yes! ")).toEqual(["It is 3.5 m.", "Is it?", "Yes!"]);
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (text) => {
      expect(splitSentences(text).join("").replace(/\s/g, "")).toBe(text.replace(/\s/g, ""));
    }),
  );
});

it("plainSentence has no tree", () => {
  const { id, text, words } = plainSentence("7", "a b");
  expect({ id, text }).toEqual({ id: "7", text: "a b" });
  for (const word of words) expect(Object.keys(word)).toEqual(["form", "start", "end", "upos"]);
});

describe("parsePlain", () => {
  it("takes paragraphs as texts, and white space in them as one space", () => {
    const { id, trees, sentences } = parsePlain("One\ntwo.\r\n \t\r\n\n\n  Three\t four. \n", "f", 9, inWords);
    expect({ id, trees }).toEqual({ id: "f", trees: false });
    expect(sentences.map(({ id, text }) => `${id} ${text}`)).toEqual(["1 One two.", "2 Three four."]);
    for (const { text, words } of sentences) expect(words).toEqual(splitWords(text));
  });

  it("cuts a paragraph between sentences, as late as it can", () => {
    const { sentences } = parsePlain("A b. C d e. F. G h i j.\n\nK l.", "f", 5, inWords);
    expect(sentences.map(({ text }) => text)).toEqual(["A b. C d e.", "F. G h i j.", "K l."]);
  });

  it("leaves out and counts a sentence that does not fit, and refuses a file without text", () => {
    const { sentences, tooLong } = parsePlain("A b. One two three four five six. C.\n\nD.", "f", 5, inWords);
    expect(sentences.map(({ text }) => text)).toEqual(["A b. C.", "D."]);
    expect(tooLong).toBe(1);
    expect(() => parsePlain("One two three four five six.", "f", 5, inWords)).toThrow(
      new InputError("f: every sentence is longer than the 5 tokens that the model reads; break them up"),
    );
    for (const text of ["", " \n\r\n\t"]) expect(() => parsePlain(text, "f", 5, inWords)).toThrow(/^f: there is no text/);
  });

  const sentence = fc.array(fc.stringMatching(/^[a-z]{1,5}$/), { minLength: 1, maxLength: 6 });
  const paragraph = fc.array(
    sentence.map((words) => `X${words.join(" ")}.`),
    { minLength: 1, maxLength: 7 },
  );

  it("loses nothing, keeps the order, and fills no piece beyond the limit", () => {
    fc.assert(
      fc.property(fc.array(paragraph, { minLength: 1, maxLength: 4 }), fc.integer({ min: 6, max: 14 }), (paragraphs, limit) => {
        const { sentences } = parsePlain(paragraphs.map((p) => p.join(" ")).join("\n\n"), "f", limit, inWords);
        expect(sentences.map(({ text }) => text).join(" ")).toBe(paragraphs.flat().join(" "));
        for (const { text } of sentences) expect(inWords(text)).toBeLessThanOrEqual(limit);
        // two neighbours of one paragraph would not have fitted together
        const starts = new Set(paragraphs.map((p) => p[0]));
        for (const [k, { text }] of sentences.entries()) {
          const next = sentences[k + 1]?.text;
          const first = next && splitSentences(next)[0]!;
          if (first && !starts.has(first)) expect(inWords(`${text} ${first}`)).toBeGreaterThan(limit);
        }
      }),
    );
  });
});

describe("a long text is divided by windows", () => {
  const some = fc.array(
    fc.constantFrom(
      "The cat sat.",
      " ",
      "Mr. Brown",
      "e.g.",
      "3.5",
      "?!",
      " Is it so? ",
      "naïve",
      "日本語。",
      "don't",
      "…",
      "\n",
      "A.B.",
      "x",
    ),
    { maxLength: 60 },
  );

  it.each(["word", "sentence"] as const)("into the same %ss as at once", (granularity) => {
    const segmenter = new Intl.Segmenter("en", { granularity });
    fc.assert(
      fc.property(some, (parts) => {
        const text = parts.join("");
        const whole = [...segmenter.segment(text)].map(({ segment, index, isWordLike }) => ({ segment, index, isWordLike }));
        expect(segmentsOf(segmenter, text, 64, 32)).toEqual(whole);
      }),
    );
  });

  it("in time and memory that grow with it: a paragraph of 2 million characters", () => {
    const begun = performance.now();
    expect(splitSentences("One sentence here. ".repeat(105_000)).length).toBe(105_000);
    expect(performance.now() - begun).toBeLessThan(20_000);
  });

  it("a word longer than a window is one word", () => {
    expect(splitWords("x".repeat(10_000)).map(({ form }) => form.length)).toEqual([10_000]);
  });
});
