/** Texts ready for a model: tokens know their words, and what cannot be read is refused. */
import { beforeAll, expect, it } from "vitest";
import { plainSentence } from "../../../src/corpus/plain.ts";
import { prepare } from "../../../src/heads/observe/text.ts";
import type { Checkpoint } from "../../../src/load/checkpoint.ts";
import { InputError } from "../../../src/run/errors.ts";
import { tinyCheckpoint } from "../models.ts";

let model: Checkpoint;
beforeAll(async () => {
  model = await tinyCheckpoint("bert");
});
const prepared = (text: string) => prepare(plainSentence("7", text), model.tokenizer, model.config);

it("tokens know their word, and whether they are special or punctuation", () => {
  const text = prepared("The cats sat, unheard.");
  expect(text.tokens).toEqual("[CLS] the cat ##s sat , [UNK] . [SEP]".split(" "));
  expect([...text.wordOf]).toEqual([-1, 0, 1, 1, 2, 3, 4, 5, -1]);
  expect(text.special).toEqual(text.tokens.map((t) => /^\[(CLS|SEP)\]$/.test(t)));
  expect(text.punctuation).toEqual(text.tokens.map((t) => /^[.,]$/.test(t)));
  expect([...text.ids]).toEqual(text.tokens.map((t) => model.tokenizer.idOf(t)));
});

it("as many tokens as positions are read, and no more", () => {
  expect(prepared("cat ".repeat(27)).ids).toHaveLength(29);
  expect(() => prepared("cat ".repeat(28))).toThrow(
    new InputError(`the text 7 ("${"cat ".repeat(10)}…") has 30 tokens, but the model reads 29 at most; shorten or split it`),
  );
});

it("a text without tokens is refused", () => {
  for (const text of ["", " ", "\u200b"]) expect(() => prepared(text)).toThrow(/has no tokens; use a text with words$/);
});
