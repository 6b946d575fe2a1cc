import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { Tokenizer as Native } from "tokenizers";
import { describe, expect, test } from "vitest";
import { type BpeOptions, trainBpe } from "../../src/corpus/bpe.ts";
import { Tokenizer as Library } from "../../src/load/tokenizer/library.ts";
import { createTokenizer } from "../../src/load/tokenizer/tokenizer.ts";
import { InputError } from "../../src/run/errors.ts";
import { edgeLines } from "../load/tokenizer-lines.ts";

interface Golden {
  readonly lines: readonly string[];
  readonly options: BpeOptions;
  readonly tokens: readonly string[];
  readonly merges: readonly (readonly [string, string])[];
  readonly ids: readonly (readonly number[])[];
}

const file = new URL("../fixtures/bpe.json.gz", import.meta.url);
const goldens = JSON.parse(gunzipSync(readFileSync(file)).toString("utf8")) as Record<string, Golden>;
const prose = goldens.prose!.lines;

describe.each(Object.entries(goldens))("the trainer of Hugging Face, on %s", (_, golden) => {
  test("has the same vocabulary, merges and ids", async () => {
    const trained = await trainBpe(golden.lines, golden.options);
    const { vocab, merges } = trained.tokenizer.model;
    expect(Object.keys(vocab).sort((a, b) => vocab[a]! - vocab[b]!)).toEqual(golden.tokens);
    expect(merges).toEqual(golden.merges);
    expect(trained.vocabulary).toBe(golden.tokens.length);
    expect(trained.complete).toBe(golden.tokens.length === golden.options.vocabulary);
    const ours = createTokenizer(trained.tokenizer);
    expect(golden.lines.map((line) => ours.encode(line).ids)).toEqual(golden.ids);
  });
});

test.each([
  [undefined, [], []],
  [{ end: "</s>" }, [], ["</s>"]],
  [{ start: "[CLS]", end: "[SEP]" }, ["[CLS]"], ["[SEP]"]],
] as const)("the native library loads the file and encodes equally, with %j around", async (around, start, end) => {
  const specialTokens = ["[PAD]", "</s>", "[CLS]", "[SEP]"];
  const { tokenizer } = await trainBpe(prose, { vocabulary: 701, specialTokens, ...(around && { around }) });
  const native = Native.fromString(JSON.stringify(tokenizer));
  const ours = createTokenizer(JSON.parse(JSON.stringify(tokenizer)));
  const lines = edgeLines(401, 23);
  const theirs = await native.encodeBatch([...lines]);
  expect(lines.map((line) => ours.encode(line).ids)).toEqual(theirs.map((encoding) => encoding.getIds()));
  const tokens = ours.encode("the keys").tokens;
  expect([tokens.slice(0, start.length), tokens.slice(tokens.length - end.length)]).toEqual([start, end]);
  const pair = await native.encode("keys", "keys");
  const keys = ours.encode("keys", { addSpecialTokens: false }).tokens;
  expect(pair.getTokens()).toEqual([...start, ...keys, ...end, ...keys, ...end]);
});

test("with a space before every text, the native library encodes equally, and a first word is the token that it is elsewhere", async () => {
  const { tokenizer } = await trainBpe(prose, { vocabulary: 701, prefixSpace: true });
  const spaced = prose.map((line) => (line === "" || line.startsWith(" ") ? line : ` ${line}`));
  const { vocab, merges } = (await trainBpe(spaced, { vocabulary: 701 })).tokenizer.model;
  expect(tokenizer.model).toMatchObject({ vocab, merges });
  const native = Native.fromString(JSON.stringify(tokenizer));
  const ours = createTokenizer(JSON.parse(JSON.stringify(tokenizer)));
  const lines = edgeLines(401, 23);
  const theirs = await native.encodeBatch([...lines]);
  expect(lines.map((line) => ours.encode(line).ids)).toEqual(theirs.map((encoding) => encoding.getIds()));
  expect(ours.encode("the keys").ids).toEqual(ours.encode(" the keys").ids);
});

test("Hugging Face's JavaScript library loads the file and encodes equally", async () => {
  const { tokenizer } = await trainBpe(prose, { vocabulary: 701, specialTokens: ["</s>"], around: { end: "</s>" } });
  const theirs = new Library(tokenizer, {}) as unknown as { encode(text: string): { ids: number[] } };
  const ours = createTokenizer(tokenizer);
  const lines = prose.map((line) => line.replace("\ufeff", "")); // to that library alone, a byte order mark is white space
  expect(lines.map((line) => theirs.encode(line).ids)).toEqual(lines.map((line) => ours.encode(line).ids));
});

test("what is encoded is decoded again, whatever it is", async () => {
  const tokenizer = createTokenizer((await trainBpe(prose, { vocabulary: 499 })).tokenizer);
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      expect(tokenizer.decode(tokenizer.encode(text).ids)).toBe(text);
    }),
  );
});

test("the order of lines, and how they come, does not matter", async () => {
  const options = { vocabulary: 557, specialTokens: ["<s>"] };
  async function* streamed() {
    yield* [...prose].reverse();
  }
  expect(await trainBpe(streamed(), options)).toEqual(await trainBpe(prose, options));
});

test("half of a surrogate pair counts as the character that its bytes are", async () => {
  const [broken, replaced] = ["\ud83d x\udc00 \ud83d", "\ufffd x\ufffd \ufffd"].map((line) =>
    trainBpe([line], { vocabulary: 263 }),
  );
  expect(await broken).toEqual(await replaced);
});

test.each<[string, readonly string[], BpeOptions, string]>([
  ["no line", [], { vocabulary: 300 }, "the corpus: there is no text to train a vocabulary on; give a text"],
  ["empty lines", ["", ""], { vocabulary: 300, name: "notes.txt" }, "notes.txt: there is no text"],
  [
    "too small a vocabulary",
    prose,
    { vocabulary: 257, specialTokens: ["<s>", "</s>"] },
    "256 bytes; give a whole number from 258",
  ],
  ["a byte among the special tokens", prose, { vocabulary: 256, specialTokens: ["a", "<s>"] }, "give a whole number from 257"],
  ["half a token", prose, { vocabulary: 300.5 }, "vocabulary 300.5"],
  ["no vocabulary", prose, { vocabulary: Number.NaN }, "vocabulary NaN"],
  ["negative frequency", prose, { vocabulary: 300, minFrequency: -1 }, "minFrequency -1"],
  ["a repeated token", prose, { vocabulary: 300, specialTokens: ["<s>", "<s>"] }, `"<s>" is repeated`],
  ["an empty token", prose, { vocabulary: 300, specialTokens: [""] }, "one of them is empty"],
  ["an unknown token around", prose, { vocabulary: 300, around: { end: "</s>" } }, `around: "</s>" is not among specialTokens`],
])("%s is refused in one line", async (_, lines, options, message) => {
  const refused = trainBpe(lines, options);
  await expect(refused).rejects.toThrow(InputError);
  await expect(refused).rejects.toThrow(message);
});

test("the least vocabulary is the special tokens and the bytes", async () => {
  const trained = await trainBpe(prose, { vocabulary: 257, specialTokens: ["<s>"] });
  expect([trained.vocabulary, trained.complete, trained.tokenizer.model.merges]).toEqual([257, true, []]);
});
