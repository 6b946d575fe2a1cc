/**
 * The tokenizer classes of transformers (5.23): the pipeline that each builds around the vocabulary (see `tokenization_*.py`).
 */

import { InputError } from "../../../run/errors.ts";
import { wordsWith } from "../pattern/known-patterns.ts";
import { contentOf } from "../token-vocabulary.ts";
import { type Component, quote, type TokenizerFile } from "../tokenizer-json.ts";
import type { Settings } from "./class-added.ts";

type Parts = Pick<TokenizerFile, "normalizer" | "pre_tokenizer" | "decoder" | "model">;

/** A class: the model it builds, its default tokens, its pipeline and, if it has its own, its template. */
interface TokenizerClass {
  readonly kind: "WordPiece" | "BPE";
  readonly named: Settings;
  readonly build: (file: TokenizerFile, settings: Settings) => Parts;
  readonly template?: (settings: Settings, idOf: (token: string) => number | undefined) => Component;
  /** Adds its special tokens again at the end, without their flags. */
  readonly again?: boolean;
  /** Takes the padding token from tokenizer.json if tokenizer_config.json names none. */
  readonly pads?: boolean;
}

const flag = (settings: Settings, key: string, fallback: boolean): boolean => {
  const value = settings[key] === undefined ? fallback : settings[key];
  if (typeof value === "boolean") return value;
  throw new InputError(`tokenizer_config.json: ${key} is ${quote(value)}; give true or false`);
};

const flagOrNull = (settings: Settings, key: string, fallback: boolean): boolean =>
  settings[key] === null ? fallback : flag(settings, key, fallback);

function named(settings: Settings, key: string): string {
  const token = contentOf(settings[key]);
  if (token) return token;
  throw new InputError(
    `tokenizer_config.json: ${key} is ${quote(settings[key])}, but the tokenizer_class needs it; name a token`,
  );
}

function edge(settings: Settings, idOf: (token: string) => number | undefined, key: string): readonly [string, number] {
  const token = named(settings, key);
  const id = idOf(token);
  if (id !== undefined) return [token, id];
  throw new InputError(
    `tokenizer_config.json: ${key} ${quote(token)} is not in the vocabulary; name another token, or set tokenizer_class to "PreTrainedTokenizerFast"`,
  );
}

const byteLevel = (settings: object = {}): Component => ({
  type: "ByteLevel",
  ...{ add_prefix_space: false, trim_offsets: true, use_regex: true },
  ...settings,
});

const bpe = ({ model }: TokenizerFile, settings: object = {}): Parts["model"] => ({
  type: "BPE",
  ...{ vocab: model.vocab, merges: "merges" in model ? model.merges : [], fuse_unk: false },
  ...settings,
});

const bert: TokenizerClass = {
  kind: "WordPiece",
  named: { unk_token: "[UNK]", sep_token: "[SEP]", pad_token: "[PAD]", cls_token: "[CLS]", mask_token: "[MASK]" },
  build: ({ model }, settings) => ({
    normalizer: {
      type: "BertNormalizer",
      clean_text: true,
      handle_chinese_chars: flag(settings, "tokenize_chinese_chars", true),
      strip_accents: settings.strip_accents === null ? null : accents(settings),
      lowercase: flag(settings, "do_lower_case", true),
    },
    pre_tokenizer: { type: "BertPreTokenizer" },
    decoder: { type: "WordPiece", prefix: "##", cleanup: true },
    model: { type: "WordPiece", vocab: model.vocab, unk_token: named(settings, "unk_token") },
  }),
  template: (settings, idOf) => ({
    type: "BertProcessing",
    cls: edge(settings, idOf, "cls_token"),
    sep: edge(settings, idOf, "sep_token"),
  }),
};

const accents = (settings: Settings): boolean | null =>
  settings.strip_accents === undefined ? null : flag(settings, "strip_accents", false);

const gpt2: TokenizerClass = {
  kind: "BPE",
  named: { unk_token: "<|endoftext|>", bos_token: "<|endoftext|>", eos_token: "<|endoftext|>" },
  build: (file, settings) => ({
    normalizer: null,
    pre_tokenizer: byteLevel({ add_prefix_space: flag(settings, "add_prefix_space", false) }),
    decoder: byteLevel(),
    model: bpe(file),
  }),
};

const roberta: TokenizerClass = {
  ...gpt2,
  named: {
    ...{ bos_token: "<s>", eos_token: "</s>", sep_token: "</s>", cls_token: "<s>" },
    ...{ unk_token: "<unk>", pad_token: "<pad>", mask_token: "<mask>" },
  },
  template(settings, idOf) {
    return {
      ...{ type: "RobertaProcessing", sep: edge(settings, idOf, "sep_token"), cls: edge(settings, idOf, "cls_token") },
      trim_offsets: flag(settings, "trim_offsets", true),
      add_prefix_space: flag(settings, "add_prefix_space", false),
    };
  },
};

const qwen2: TokenizerClass = {
  kind: "BPE",
  named: { unk_token: "<|endoftext|>", eos_token: "<|endoftext|>", pad_token: "<|endoftext|>" },
  again: true,
  build: (file, settings) => ({
    normalizer: { type: "NFC" },
    pre_tokenizer: {
      type: "Sequence",
      pretokenizers: [
        { type: "Split", pattern: { Regex: wordsWith("\\p{N}") }, behavior: "Isolated", invert: false },
        byteLevel({ add_prefix_space: flagOrNull(settings, "add_prefix_space", false), use_regex: false }),
      ],
    },
    decoder: byteLevel(),
    model: bpe(file),
  }),
};

const llama: TokenizerClass = {
  kind: "BPE",
  pads: true,
  named: { unk_token: "<unk>", bos_token: "<s>", eos_token: "</s>" },
  build(file, settings) {
    const prefix = flagOrNull(settings, "add_prefix_space", true);
    const scheme = !prefix ? "never" : flagOrNull(settings, "legacy", false) ? "always" : "first";
    const space = { type: "Replace", pattern: { String: "▁" }, content: " " };
    const strip = prefix ? [{ type: "Strip", content: " ", start: 1, stop: 0 }] : [];
    return {
      normalizer: null,
      pre_tokenizer: { type: "Metaspace", replacement: "▁", prepend_scheme: scheme, split: false },
      decoder: { type: "Sequence", decoders: [space, { type: "ByteFallback" }, { type: "Fuse" }, ...strip] },
      model: bpe(file, { fuse_unk: true, byte_fallback: true }),
    };
  },
};

/** The supported classes, by name without "Fast". */
export const CLASSES: Readonly<Record<string, TokenizerClass>> = {
  BertTokenizer: bert,
  DistilBertTokenizer: bert,
  RobertaTokenizer: roberta,
  GPT2Tokenizer: gpt2,
  Qwen2Tokenizer: qwen2,
  LlamaTokenizer: llama,
};
