/** Builds a tokenizer from the metadata of a GGUF file, whose keys and defaults are llama.cpp's. */

import { z } from "zod";
import { ownValue } from "../../../params/keyed.ts";
import { InputError } from "../../../run/errors.ts";
import { numbersIn } from "../../format/gguf.ts";
import { firstIssue } from "../../format/json.ts";
import { wordsWith } from "../pattern/known-patterns.ts";
import { createTokenizer, type Tokenizer } from "../tokenizer.ts";

const tokenId = z.coerce.number().int().optional();
/** Lists of numbers, which the reader of GGUF files returns as typed arrays. */
const numbers = z.preprocess((list) => numbersIn(list) ?? list, z.array(z.number()));
const settings = z.object({
  model: z.string(),
  pre: z.string().default("default"),
  tokens: z.array(z.string()),
  scores: numbers.optional(),
  token_type: numbers.default([]),
  merges: z.array(z.string()).optional(),
  bos_token_id: tokenId,
  eos_token_id: tokenId,
  unknown_token_id: tokenId,
  padding_token_id: tokenId,
  add_bos_token: z.boolean().optional(),
  add_eos_token: z.boolean().default(false),
  add_space_prefix: z.boolean().default(true),
});

type Settings = z.infer<typeof settings>;

// The values of token_type.
const normalToken = 1;
const controlToken = 3;
const userToken = 4;

/** Builds the tokenizer of a GGUF file; `metadata` has the keys "tokenizer.ggml.tokens" and so on. Throws `InputError`. */
export function tokenizerFromGguf(metadata: Record<string, unknown>): Tokenizer {
  const { "tokenizer.json": tokenizer, "tokenizer_config.json": config } = tokenizerFilesFromGguf(metadata);
  return createTokenizer(tokenizer, config);
}

/** Returns the tokenizer as the files of a model directory, which Hugging Face's libraries read too. */
export function tokenizerFilesFromGguf(
  metadata: Record<string, unknown>,
): Record<"tokenizer.json" | "tokenizer_config.json", object> {
  const gguf = readSettings(metadata);
  // transformers matches the named tokens in texts too, whatever their type.
  const named = new Set([gguf.bos_token_id, gguf.eos_token_id, gguf.unknown_token_id, gguf.padding_token_id]);
  const added_tokens = gguf.tokens.flatMap((content, id) => {
    const special = gguf.token_type[id] === controlToken || named.has(id);
    if (!special && gguf.token_type[id] !== userToken) return [];
    return [{ ...{ id, content, special, normalized: false }, ...plain }];
  });
  const chat_template = metadata["tokenizer.chat_template"];
  return {
    "tokenizer.json": {
      ...{ version: "1.0", truncation: null, padding: null },
      ...{ added_tokens, normalizer: null, post_processor: template(gguf), ...pipeline(gguf) },
    },
    "tokenizer_config.json": { tokenizer_class: "PreTrainedTokenizerFast", ...namedTokens(gguf), chat_template },
  };
}

const plain = { single_word: false, lstrip: false, rstrip: false };

function readSettings(metadata: Record<string, unknown>): Settings {
  const prefix = "tokenizer.ggml.";
  const entries = Object.entries(metadata).filter(([key]) => key.startsWith(prefix));
  const result = settings.safeParse(Object.fromEntries(entries.map(([key, value]) => [key.slice(prefix.length), value])));
  if (result.success) return result.data;
  const issue = firstIssue(result.error);
  throw new InputError(`GGUF: ${prefix}${issue.path.join(".")}: ${issue.message}; convert the model again`);
}

function pipeline(gguf: Settings): object {
  if (gguf.model === "gpt2") return byteLevel(gguf);
  if (gguf.model === "llama") return sentencePiece(gguf);
  throw new InputError(`GGUF: tokenizer.ggml.model "${gguf.model}" is not supported; use a model with gpt2 or llama`);
}

const bytes = { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: true };

const splitAt = (Regex: string) => [
  { type: "Split", pattern: { Regex }, behavior: "Isolated", invert: false },
  { ...bytes, use_regex: false },
];

const splits: Readonly<Record<string, readonly object[]>> = {
  "gpt-2": [bytes],
  smollm: [{ type: "Digits", individual_digits: true }, bytes],
  "llama-bpe": splitAt(wordsWith("\\p{N}{1,3}")),
  qwen2: splitAt(wordsWith("\\p{N}")),
};

const alsoCalled: Readonly<Record<string, string>> = {
  default: "gpt-2",
  olmo: "gpt-2",
  mpt: "gpt-2",
  starcoder: "smollm",
  refact: "smollm",
  "command-r": "smollm",
  llama3: "llama-bpe",
  "llama-v3": "llama-bpe",
  "deepseek-r1-qwen": "qwen2",
};

function splitName({ pre }: Settings): string {
  const name = ownValue(alsoCalled, pre) ?? pre;
  if (Object.hasOwn(splits, name)) return name;
  const known = [...Object.keys(splits), ...Object.keys(alsoCalled)].join(", ");
  throw new InputError(`GGUF: tokenizer.ggml.pre "${pre}" is not supported; use a model with one of ${known}`);
}

function byteLevel(gguf: Settings): object {
  if (!gguf.merges)
    throw new InputError("GGUF: tokenizer.ggml.merges is missing, which a gpt2 vocabulary needs; convert the model again");
  const name = splitName(gguf);
  return {
    normalizer: name === "qwen2" ? { type: "NFC" } : null,
    pre_tokenizer: { type: "Sequence", pretokenizers: splits[name] },
    model: { type: "BPE", vocab: vocabulary(gguf), merges: gguf.merges, ignore_merges: name === "llama-bpe" },
    decoder: bytes,
  };
}

function sentencePiece(gguf: Settings): object {
  const prefix = gguf.add_space_prefix ? [{ type: "Prepend", prepend: "▁" }] : [];
  const unstrip = gguf.add_space_prefix ? [{ type: "Strip", content: " ", start: 1, stop: 0 }] : [];
  const space = { type: "Replace", pattern: { String: "▁" }, content: " " };
  return {
    pre_tokenizer: null,
    normalizer: { type: "Sequence", normalizers: [...prefix, { type: "Replace", pattern: { String: " " }, content: "▁" }] },
    model: {
      type: "BPE",
      vocab: vocabulary(gguf),
      merges: gguf.merges ?? mergesFromScores(gguf),
      unk_token: gguf.tokens[gguf.unknown_token_id ?? 0],
      fuse_unk: true,
      byte_fallback: true,
    },
    decoder: { type: "Sequence", decoders: [space, { type: "ByteFallback" }, { type: "Fuse" }, ...unstrip] },
  };
}

// SentencePiece joins the neighbors whose union scores best. Like transformers: every split of a token in two is a merge, the
// best-scored tokens first, and for one token the longer left half first.
function mergesFromScores({ tokens, token_type, scores }: Settings): [string, string][] {
  if (!scores)
    throw new InputError(
      "GGUF: tokenizer.ggml.scores is missing, which a llama vocabulary without merges needs; convert the model again",
    );
  const scoreOf = new Map<string, number>();
  tokens.forEach((token, id) => {
    if ((token_type[id] ?? normalToken) === normalToken) scoreOf.set(token, scores[id]!);
  });
  const merges = [...scoreOf].flatMap(([token, score]) => {
    const characters = [...token];
    const cuts = characters.slice(1).map((_, index) => characters.length - 1 - index);
    return cuts.map((cut) => ({ left: characters.slice(0, cut).join(""), right: characters.slice(cut).join(""), cut, score }));
  });
  const possible = merges.filter(({ left, right }) => scoreOf.has(left) && scoreOf.has(right));
  possible.sort((one, other) => other.score - one.score || other.cut - one.cut);
  return possible.map(({ left, right }) => [left, right]);
}

function vocabulary({ tokens }: Settings): Record<string, number> {
  return Object.fromEntries(tokens.map((token, id) => [token, id]));
}

function template(gguf: Settings): object | null {
  const addBos = gguf.add_bos_token ?? (gguf.model === "llama" || splitName(gguf) === "llama-bpe");
  const bos = addBos ? gguf.bos_token_id : undefined;
  const eos = gguf.add_eos_token ? gguf.eos_token_id : undefined;
  if (bos === undefined && eos === undefined) return null;
  const special = (id: number | undefined) => (id === undefined ? [] : [{ SpecialToken: { id: `${id}`, type_id: 0 } }]);
  const used = [bos, eos].filter((id) => id !== undefined);
  const around = (id: string) => [...special(bos), { Sequence: { id, type_id: 0 } }, ...special(eos)];
  return {
    type: "TemplateProcessing",
    single: around("A"),
    pair: [...around("A"), ...around("B")],
    special_tokens: Object.fromEntries(
      used.map((id) => [id, { id: `${id}`, ids: [id], tokens: gguf.tokens.slice(id, id + 1) }]),
    ),
  };
}

function namedTokens({ tokens, ...gguf }: Settings): object {
  const token = (id: number | undefined) => (id === undefined ? null : tokens[id]); // null: do not guess from the usual names
  return {
    bos_token: token(gguf.bos_token_id),
    eos_token: token(gguf.eos_token_id),
    unk_token: token(gguf.unknown_token_id),
    pad_token: token(gguf.padding_token_id),
  };
}
