/** SentencePiece files as sentencepiece itself divides with them, and Marian's tokenizer as transformers has it. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { asksForMarian, readMarianSettings } from "../../../../src/load/tokenizer/class/marian-settings.ts";
import { createMarianTokenizer } from "../../../../src/load/tokenizer/class/translation-tokenizer.ts";
import { readSentencePiece } from "../../../../src/load/tokenizer/model/sentencepiece.ts";
import { readCharacterMap } from "../../../../src/load/tokenizer/model/sentencepiece-map.ts";
import { loadTranslator } from "../../../../src/load/translator.node.ts";
import { makeTranslator } from "../../../cli/translator-folder.ts";

const folder = new URL("../../../fixtures/sentencepiece/", import.meta.url);
const bytes = new Uint8Array(readFileSync(new URL("source.spm", folder)));
const vocabulary = JSON.parse(readFileSync(new URL("vocab.json", folder), "utf8")) as Record<string, number>;
type Row = readonly [line: string, pieces: string[], ids: number[], text: string, plain: string];
const rows = JSON.parse(gunzipSync(readFileSync(new URL("lines.json.gz", folder))).toString()) as Row[];

const divide = readSentencePiece(bytes, "source.spm");
const tokenizer = createMarianTokenizer(divide, vocabulary, "vocab.json");
const different = (same: (row: Row) => boolean) => rows.filter((row) => !same(row)).slice(0, 3);

describe("against the native libraries, on 600 lines of many scripts", () => {
  it("divides text into the same pieces", () => {
    expect(rows.length).toBe(600);
    expect(different(([line, pieces]) => JSON.stringify(divide(line)) === JSON.stringify(pieces))).toEqual([]);
  });

  it("gives Marian's ids, with language codes and pieces that the vocabulary lacks", () => {
    expect(different(([line, , ids]) => `${tokenizer.encode(line).ids}` === `${ids}`)).toEqual([]);
    expect(rows.some(([line, , ids]) => line.startsWith(">>deu<<") && ids[0] === vocabulary[">>deu<<"])).toBe(true);
    expect(rows.filter(([, , ids]) => ids.includes(vocabulary["<unk>"]!)).length).toBeGreaterThan(100);
  });

  it("decodes ids to the same text, with special tokens and without", () => {
    expect(different(([, , ids, text]) => tokenizer.decode(ids) === text)).toEqual([]);
    expect(different(([, , ids, , plain]) => tokenizer.decode(ids, { skipSpecialTokens: true }) === plain)).toEqual([]);
  });
});

it("a directory with source.spm and vocab.json is a translation model", async () => {
  const folder = mkdtempSync(join(tmpdir(), "headwise-spm-"));
  makeTranslator(folder);
  rmSync(join(folder, "tokenizer.json"));
  // the small model embeds 61 ids
  const few = Object.fromEntries(
    Object.keys(vocabulary)
      .map((piece, id) => [piece, id] as const)
      .slice(0, 60),
  );
  writeFileSync(join(folder, "vocab.json"), JSON.stringify({ ...few, "<pad>": 60 }));
  writeFileSync(join(folder, "source.spm"), bytes);
  const { tokenizer: found } = await loadTranslator(folder);
  const [line, pieces] = rows[40]!;
  expect(found.encode(line).ids).toEqual([...pieces.map((piece) => few[piece] ?? few["<unk>"]), few["</s>"]]);
  writeFileSync(join(folder, "vocab.json"), JSON.stringify(vocabulary));
  await expect(loadTranslator(folder)).rejects.toThrow("use the tokenizer that came with the model");
  rmSync(folder, { recursive: true });
});

describe("what stands beside source.spm", () => {
  it("tokenizer_config.json and config.json say whether transformers reads it, or tokenizer.json", () => {
    expect(asksForMarian({ config: { model_type: "marian" } })).toBe(true);
    expect(asksForMarian({ config: { model_type: "m2m_100" } })).toBe(false);
    const fast = { tokenizer_class: "PreTrainedTokenizerFast" };
    expect(asksForMarian({ config: { model_type: "marian" }, "tokenizer_config.json": fast })).toBe(false);
    expect(asksForMarian({ config: fast, "tokenizer_config.json": { tokenizer_class: "MarianTokenizer" } })).toBe(true);
  });

  const usual = {
    ...{ source_lang: "en", target_lang: "de", model_max_length: 512, sp_model_kwargs: {}, separate_vocabs: false },
    ...{
      unk_token: "<unk>",
      eos_token: { content: "</s>", lstrip: false },
      pad_token: "<pad>",
      tokenizer_class: "MarianTokenizer",
    },
    added_tokens_decoder: { 0: { content: "</s>", special: true }, [vocabulary["<pad>"]!]: { content: "<pad>" } },
  };

  it("what checkpoints have is read, and spaces are cleaned up where it says so", () => {
    expect(readMarianSettings({ "tokenizer_config.json": usual }, vocabulary)).toEqual({ cleanUp: false });
    const cleaning = { ...usual, clean_up_tokenization_spaces: true };
    const settings = readMarianSettings({ "tokenizer_config.json": cleaning }, vocabulary);
    const ids = ["▁a", "▁.", "▁b"].map((_, k) => k + 2);
    const pieces = { "</s>": 0, "<unk>": 1, "▁a": 2, "▁.": 3, "▁b": 4, "<pad>": 5 };
    expect(createMarianTokenizer(divide, pieces, "v", settings).decode(ids)).toBe("a. b");
    expect(createMarianTokenizer(divide, pieces, "v").decode(ids)).toBe("a . b");
  });

  it.each([
    ["another end", { eos_token: "<eos>" }, "eos_token"],
    ["a token that takes spaces with it", { pad_token: { content: "<pad>", lstrip: true } }, "pad_token"],
    ["a mask", { mask_token: "<mask>" }, "mask_token"],
    ["more special tokens", { additional_special_tokens: ["<eop>"] }, "additional_special_tokens"],
    ["vocabularies apart", { separate_vocabs: true }, "separate_vocabs"],
    ["sampling", { sp_model_kwargs: { enable_sampling: true } }, "sp_model_kwargs"],
    ["special tokens as text", { split_special_tokens: true }, "split_special_tokens"],
    ["a new token", { added_tokens_decoder: { 400: { content: "<new>" } } }, 'the added token "<new>"'],
    ["a token at another id", { added_tokens_decoder: { 7: { content: "</s>" } } }, 'the added token "</s>"'],
  ])("%s: is refused by name", (_, change, key) => {
    expect(() => readMarianSettings({ "tokenizer_config.json": { ...usual, ...change } }, vocabulary)).toThrow(
      `tokenizer_config.json: ${key} is `,
    );
  });

  it("the other two files are held to the same", () => {
    expect(() => readMarianSettings({ "added_tokens.json": { "<new>": 400 } }, vocabulary)).toThrow("added_tokens.json: ");
    expect(() => readMarianSettings({ "special_tokens_map.json": { unk_token: "[UNK]" } }, vocabulary)).toThrow(
      'special_tokens_map.json: unk_token is "[UNK]"',
    );
  });
});

describe("a file that is none", () => {
  it.each([
    ["empty", new Uint8Array()],
    ["text", new TextEncoder().encode("version https://git-lfs.github.com/spec/v1")],
    ["cut off", bytes.subarray(0, bytes.length - 7)],
  ])("%s: is refused by name", (_, wrong) => {
    expect(() => readSentencePiece(wrong, "x/source.spm")).toThrow(/^x\/source\.spm: not a SentencePiece model/);
  });

  it("of another kind is refused", () => {
    const kind = Uint8Array.of(0x12, 2, 0x18, 2); // trainer_spec { model_type: BPE }, which comes last and so counts
    expect(() => readSentencePiece(Uint8Array.from([...bytes, ...kind]), "a.spm")).toThrow(
      "a.spm: only SentencePiece models of the unigram kind are supported",
    );
  });

  it("has its character map checked", () => {
    expect(() => readCharacterMap(Uint8Array.of(9, 0, 0, 0, 1), "a.spm")).toThrow("a.spm: the character map is truncated");
  });

  it("a vocabulary without a special token is refused", () => {
    expect(() => createMarianTokenizer(divide, { "<unk>": 1, "</s>": 0 }, "v.json")).toThrow(
      "v.json: the token <pad> is missing",
    );
    expect(() => createMarianTokenizer(divide, { "<unk>": "a" }, "v.json")).toThrow("v.json: not an object of piece to id");
  });
});
