/** Whole tokenizers of the families people use, each built around one of the small models in fixtures/tokenizers. */

import { readFileSync } from "node:fs";

const model = (name: string) =>
  JSON.parse(readFileSync(new URL(`../fixtures/tokenizers/${name}.json`, import.meta.url), "utf8"));

const wordPiece = model("wordpiece");
const byteLevel = model("byte-level");
const sentencePiece = model("sentencepiece");
const noBytes = withoutBytes(sentencePiece);

const wordsIn = Object.keys(wordPiece.vocab).filter((token) => !token.startsWith("##"));
const wholeWords: Record<string, number> = Object.fromEntries(wordsIn.map((token, id) => [token, id]));

function withoutBytes(whole: typeof sentencePiece) {
  const tokens = Object.keys(whole.vocab).filter((token) => !/^<0x..>$/.test(token));
  return { ...whole, byte_fallback: false, vocab: Object.fromEntries(tokens.map((token, id) => [token, id])) };
}

const added = (vocab: Record<string, number>, content: string, flags: object = {}) => ({
  id: vocab[content] ?? 5000 + content.length,
  content,
  single_word: false,
  lstrip: false,
  rstrip: false,
  normalized: false,
  special: true,
  ...flags,
});

const addedAfter = (vocab: Record<string, number>, tokens: readonly (readonly [string, object])[]) =>
  tokens.map(([content, flags], index) => ({
    ...added(vocab, content, { special: false, normalized: true, ...flags }),
    id: Object.keys(vocab).length + index,
  }));

const bert = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"].map((token) => added(wordPiece.vocab, token));
const bytes = ["<s>", "</s>", "<pad>"].map((token) => added(byteLevel.vocab, token));
const pieces = ["<unk>", "<s>", "</s>"].map((token) => added(sentencePiece.vocab, token));
const plain = ["<unk>", "<s>", "</s>"].map((token) => added(noBytes.vocab, token));

function template(vocab: Record<string, number>, first: string, last?: string) {
  const special = (id: string) => ({ SpecialToken: { id, type_id: 0 } });
  const edges = last === undefined ? [first] : [first, last];
  const sequence = { Sequence: { id: "A", type_id: 0 } };
  return {
    type: "TemplateProcessing",
    single: [special(first), sequence, ...edges.slice(1).map(special)],
    pair: [sequence, { Sequence: { id: "B", type_id: 1 } }],
    special_tokens: Object.fromEntries(edges.map((id) => [id, { id, ids: [vocab[id]], tokens: [id] }])),
  };
}

const byteLevelStep = (settings: object = {}) => ({
  type: "ByteLevel",
  add_prefix_space: false,
  trim_offsets: true,
  use_regex: true,
  ...settings,
});
const splitThenBytes = (Regex: string) => ({
  type: "Sequence",
  pretokenizers: [
    { type: "Split", pattern: { Regex }, behavior: "Isolated", invert: false },
    byteLevelStep({ use_regex: false }),
  ],
});
const numbersOf = (digits: string) =>
  `(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|${digits}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+`;

const bertNormalizer = (settings: object = {}) => ({
  type: "BertNormalizer",
  clean_text: true,
  handle_chinese_chars: true,
  strip_accents: null,
  lowercase: true,
  ...settings,
});
const metaspace = (settings: object) => ({ type: "Metaspace", replacement: "▁", ...settings });
const sequence = (...normalizers: readonly object[]) => ({ type: "Sequence", normalizers });
const underscore = { type: "Replace", pattern: { String: " " }, content: "▁" };
const spaced = { type: "Replace", pattern: { String: "▁" }, content: " " };
const wordPieceDecoder = { type: "WordPiece", prefix: "##", cleanup: true };
const metaspaceDecoder = metaspace({ prepend_scheme: "always", split: true });
const llamaDecoder = {
  type: "Sequence",
  decoders: [spaced, { type: "ByteFallback" }, { type: "Fuse" }, { type: "Strip", content: " ", start: 1, stop: 0 }],
};

const parts: Readonly<Record<string, object>> = {
  "BERT uncased": {
    added_tokens: bert,
    normalizer: bertNormalizer(),
    pre_tokenizer: { type: "BertPreTokenizer" },
    post_processor: template(wordPiece.vocab, "[CLS]", "[SEP]"),
    decoder: wordPieceDecoder,
    model: wordPiece,
  },
  "BERT cased": {
    added_tokens: bert,
    normalizer: bertNormalizer({ lowercase: false }),
    pre_tokenizer: { type: "BertPreTokenizer" },
    post_processor: { type: "BertProcessing", sep: ["[SEP]", 3], cls: ["[CLS]", 2] },
    decoder: wordPieceDecoder,
    model: wordPiece,
  },
  "GPT-2": {
    added_tokens: bytes,
    pre_tokenizer: byteLevelStep(),
    post_processor: byteLevelStep({ trim_offsets: false }),
    decoder: byteLevelStep(),
    model: byteLevel,
  },
  "GPT-2, trimmed": {
    added_tokens: bytes,
    pre_tokenizer: byteLevelStep(),
    post_processor: byteLevelStep(),
    decoder: byteLevelStep(),
    model: byteLevel,
  },
  RoBERTa: {
    added_tokens: [...bytes, added(byteLevel.vocab, "<mask>", { lstrip: true })],
    pre_tokenizer: byteLevelStep({ add_prefix_space: true }),
    post_processor: {
      type: "RobertaProcessing",
      sep: ["</s>", 1],
      cls: ["<s>", 0],
      trim_offsets: true,
      add_prefix_space: true,
    },
    decoder: byteLevelStep(),
    model: byteLevel,
  },
  "Llama 3": {
    added_tokens: bytes,
    pre_tokenizer: splitThenBytes(numbersOf("\\p{N}{1,3}")),
    post_processor: { type: "Sequence", processors: [byteLevelStep(), template(byteLevel.vocab, "<s>")] },
    decoder: byteLevelStep(),
    model: { ...byteLevel, ignore_merges: true },
  },
  "Qwen 2": {
    added_tokens: bytes,
    normalizer: { type: "NFC" },
    pre_tokenizer: splitThenBytes(numbersOf("\\p{N}")),
    post_processor: byteLevelStep({ trim_offsets: false }),
    decoder: byteLevelStep(),
    model: byteLevel,
  },
  "SmolLM 2": {
    added_tokens: bytes,
    pre_tokenizer: { type: "Sequence", pretokenizers: [{ type: "Digits", individual_digits: true }, byteLevelStep()] },
    decoder: byteLevelStep(),
    model: byteLevel,
  },
  "Llama 2": {
    added_tokens: pieces,
    normalizer: sequence({ type: "Prepend", prepend: "▁" }, underscore),
    post_processor: template(sentencePiece.vocab, "<s>"),
    decoder: llamaDecoder,
    model: sentencePiece,
  },
  "Mistral, Metaspace first": {
    added_tokens: pieces,
    pre_tokenizer: metaspace({ prepend_scheme: "first", split: false }),
    post_processor: template(sentencePiece.vocab, "<s>"),
    decoder: llamaDecoder,
    model: sentencePiece,
  },
  "Metaspace always, unknown tokens fused": {
    added_tokens: plain,
    normalizer: { type: "NFKC" },
    pre_tokenizer: metaspace({ prepend_scheme: "always", split: true }),
    decoder: metaspaceDecoder,
    model: noBytes,
  },
  "Metaspace never, unknown tokens apart": {
    added_tokens: plain,
    normalizer: sequence({ type: "NFKD" }, { type: "StripAccents" }),
    pre_tokenizer: metaspace({ prepend_scheme: "never", split: true }),
    decoder: metaspaceDecoder,
    model: { ...noBytes, fuse_unk: false },
  },
  "words between white space": {
    added_tokens: plain,
    normalizer: sequence({ type: "Strip", strip_left: true, strip_right: true }, { type: "NFD" }, { type: "Lowercase" }),
    pre_tokenizer: { type: "WhitespaceSplit" },
    decoder: metaspaceDecoder,
    model: { ...noBytes, fuse_unk: false },
  },
  "whole words": {
    added_tokens: ["[PAD]", "[UNK]"].map((token) => added(wholeWords, token)),
    pre_tokenizer: { type: "Sequence", pretokenizers: [{ type: "Whitespace" }, { type: "Punctuation", behavior: "Isolated" }] },
    post_processor: template(wholeWords, "[PAD]"),
    model: { type: "WordLevel", vocab: wholeWords, unk_token: "[UNK]" },
  },
  "added tokens of every kind": {
    added_tokens: [
      ...bert,
      ...addedAfter(wordPiece.vocab, [
        ["<word>", { single_word: true }],
        ["Café", {}],
        ["<both>", { lstrip: true, rstrip: true, normalized: false }],
        ["<new>", { special: true }],
      ]),
    ],
    normalizer: bertNormalizer({ clean_text: false, handle_chinese_chars: false, strip_accents: true }),
    pre_tokenizer: {
      type: "Sequence",
      pretokenizers: [
        { type: "Whitespace" },
        { type: "Punctuation", behavior: "Contiguous" },
        { type: "Digits", individual_digits: false },
      ],
    },
    post_processor: template(wordPiece.vocab, "[CLS]", "[SEP]"),
    decoder: wordPieceDecoder,
    model: wordPiece,
  },
  "Split in every way": {
    added_tokens: bert,
    normalizer: { type: "Replace", pattern: { Regex: "\\s+" }, content: " ~ " },
    pre_tokenizer: {
      type: "Sequence",
      pretokenizers: [
        { type: "Split", pattern: { String: "~" }, behavior: "MergedWithPrevious", invert: false },
        { type: "Split", pattern: { Regex: "\\p{Lu}" }, behavior: "MergedWithNext", invert: false },
        { type: "Split", pattern: { Regex: "[\\w'~]+" }, behavior: "Removed", invert: true },
        { type: "Punctuation", behavior: "Isolated" },
      ],
    },
    decoder: wordPieceDecoder,
    model: wordPiece,
  },
};

const empty = { version: "1.0", truncation: null, padding: null, normalizer: null, pre_tokenizer: null, post_processor: null };

/** The tokenizer.json of each family, by name. */
export const kinds: Readonly<Record<string, object>> = Object.fromEntries(
  Object.entries(parts).map(([name, part]) => [name, { ...empty, ...part }]),
);
