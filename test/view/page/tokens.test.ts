import { expect, it } from "vitest";
import { displayToken, isSpecial, shortToken } from "../../../src/view/page/tokens.ts";

it("tokens lose the marks of their vocabulary, not their text", () => {
  const shown = ["Ġthe", "▁the", "the", "##ing", "Ċ", "Ġ", "▁", "low</w>", "a b"].map(displayToken);
  expect(shown).toEqual(["the", "the", "the", "##ing", "↵", "␣", "␣", "low", "a␣b"]);
});

it("long tokens are cut by characters, not by code units", () => {
  expect(shortToken("ĠInternationalization", 8)).toBe("Interna…");
  expect(shortToken("😀😀😀", 2)).toBe("😀…");
});

it("special tokens are known by their look", () => {
  expect(["[CLS]", "<s>", "</s>", "<pad>", "<|endoftext|>", "[unused1]", "a", "<", "[", "[x"].filter(isSpecial)).toEqual([
    "[CLS]",
    "<s>",
    "</s>",
    "<pad>",
    "<|endoftext|>",
  ]);
});
