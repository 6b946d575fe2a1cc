/** Tokens of byte-level vocabularies are read as text again, whatever the script. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { trainBpe } from "../../../src/corpus/bpe.ts";
import { byteCharacters } from "../../../src/load/tokenizer/byte-characters.ts";
import { createTokenizer } from "../../../src/load/tokenizer/tokenizer.ts";
import { readableTokens, sentence, wholeCharacters } from "../../../src/view/page/readable-tokens.ts";

/** The bytes of texts as tokens: a token for every inner list. */
const bytes = (...tokens: readonly string[]): string[] => tokens.map(byteCharacters);
/** A token for every byte of a text. */
const single = (text: string): string[] => [...byteCharacters(text)];

describe("tokens of bytes", () => {
  it.each([
    ["French", bytes("Le", " café", " déjà"), ["Le", " café", " déjà"]],
    ["Hebrew", bytes("שלום", " עולם"), ["שלום", " עולם"]],
    ["Arabic", bytes("مرحبا", " بالعالم"), ["مرحبا", " بالعالم"]],
    ["Chinese, a character in three tokens", single("日"), ["日₁", "日₂", "日₃"]],
    [
      "a character that begins inside a token",
      [...bytes(" 日"), ...single("本").slice(0, 1), single("本").slice(1).join("")],
      [" 日", "本₁", "本₂"],
    ],
    ["an emoji with a joiner, in three tokens", bytes("👩", "\u200d", "🔬"), ["👩‍🔬₁", "👩‍🔬₂", "👩‍🔬₃"]],
    ["a letter and its accent", bytes("e", "\u0301"), ["e\u0301₁", "e\u0301₂"]],
    [
      "around a special token",
      ["<|endoftext|>", ...bytes("é"), "<|endoftext|>", ...bytes("ü")],
      ["<|endoftext|>", "é", "<|endoftext|>", "ü"],
    ],
    ["a line break", bytes("a", "\n"), ["a", "\n"]],
    ["byte fallback", ["▁a", "<0xE6>", "<0x97>", "<0xA5>"], ["▁a", "日₁", "日₂", "日₃"]],
  ])("%s", (_, tokens, wanted) => {
    expect(readableTokens(tokens)).toEqual(wanted);
  });

  it.each([
    ["words and pieces", ["[CLS]", "café", "##s", "日", "本", "[SEP]"]],
    ["pieces with a space", ["▁the", "▁café"]],
    ["a letter that is also a byte", ["é"]],
    ["bytes that are no text", single("日").slice(1)],
    ["the start of a character", single("日").slice(0, 2)],
    ["the start of a character in byte fallback", ["▁a", "<0xE6>", "<0x97>"]],
    ["nothing", []],
  ])("%s stay as they are", (_, tokens) => {
    expect(readableTokens(tokens)).toEqual(tokens);
  });

  it("are read once: what is readable does not change again", () => {
    for (const tokens of [bytes("Le", " café"), single("日 é"), ["[CLS]", "walk", "##ed"]])
      expect(readableTokens(readableTokens(tokens))).toEqual(readableTokens(tokens));
  });

  it("are the text, whatever it is and wherever it is cut", async () => {
    const tokenizer = createTokenizer((await trainBpe(["the café is old, 日本 日本 日本"], { vocabulary: 270 })).tokenizer);
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        const { tokens } = tokenizer.encode(text);
        expect(wholeCharacters(tokens).join("")).toBe(text);
        expect(readableTokens(tokens).every((token) => token !== "")).toBe(true);
      }),
    );
  });
});

it("tokens become a sentence again", () => {
  expect(sentence(["[CLS]", "walk", "##ed", "home", "[SEP]"])).toBe("[CLS] walked home [SEP]");
  expect(sentence(["The", "Ġcab", "inet", "."])).toBe("The cabinet.");
  expect(sentence(["one", "two"], 5)).toBe("one …");
  expect(sentence([...bytes("Le", " café", " "), ...single("日本"), ...bytes(".")])).toBe("Le café ␣日本.");
  expect(sentence(single("日本語"))).toBe("日本語");
  expect(sentence(["<|endoftext|>", ...bytes("Hi", " you")])).toBe("<|endoftext|>Hi you");
});
