/** The BPE model of tokenizer.json: splits a word into characters, bytes and unknown tokens of the vocabulary, then merges. */

import { InputError } from "../../../run/errors.ts";
import { widthAt } from "../aligned.ts";
import { type ModelConfig, quote } from "../tokenizer-json.ts";
import { type Merges, mergeParts, type Part } from "./merge.ts";

/** One subword: its id and the code units of the word it covers; all byte tokens of a character cover that character. */
export interface Subword {
  readonly id: number;
  readonly from: number;
  readonly to: number;
}

/** Splits one word into subwords. */
export type Divider = (word: string) => readonly Subword[];

/** Builds the divider of a BPE model. Throws `InputError` for unsupported settings and invalid merges. */
export function bytePair(config: ModelConfig): Divider {
  if (config.dropout)
    throw new InputError(`tokenizer.json: model.dropout ${quote(config.dropout)} is not supported; set it to null`);
  const ids = [...config.vocab.values()];
  const indexOf = new Map(Array.from(config.vocab.keys(), (token, index) => [token, index]));
  const merges = readMerges(config, indexOf);
  const spell = createSpeller(config, indexOf);
  return (word): Subword[] => {
    const whole = config.ignore_merges === true ? config.vocab.get(word) : undefined;
    if (whole !== undefined) return [{ id: whole, from: 0, to: word.length }];
    return mergeParts(spell(word), merges).map(({ token, from, to }) => ({ id: ids[token]!, from, to }));
  };
}

type Index = ReadonlyMap<string, number>;

// If a pair is listed twice, the last one counts.
function readMerges({ merges, continuing_subword_prefix }: ModelConfig, indexOf: Index): Merges {
  if (!Array.isArray(merges))
    throw new InputError("tokenizer.json: model.merges is missing, which BPE needs; save the tokenizer again");
  const prefix = typeof continuing_subword_prefix === "string" ? continuing_subword_prefix.length : 0;
  const ranks = new Map<number, number>();
  const results: number[] = [];
  const listed: readonly unknown[] = merges;
  for (const merge of listed) {
    const [left, right] = pairOf(merge);
    const index = (token: string): number => {
      const found = indexOf.get(token);
      if (found !== undefined) return found;
      throw new InputError(
        `tokenizer.json: model.merges: ${quote(merge)} needs ${token}, which is not in model.vocab; save the tokenizer again`,
      );
    };
    ranks.set(index(left) * indexOf.size + index(right), results.push(index(left + right.slice(prefix))) - 1);
  }
  return { results, rankOf: (left, right) => ranks.get(left * indexOf.size + right) };
}

function pairOf(merge: unknown): readonly [string, string] {
  const [left, right, ...more]: unknown[] = typeof merge === "string" ? merge.split(" ") : Array.isArray(merge) ? merge : [];
  if (typeof left === "string" && typeof right === "string" && more.length === 0) return [left, right];
  throw new InputError(
    `tokenizer.json: model.merges: ${quote(merge)} is not a pair of tokens; write "left right" or ["left", "right"]`,
  );
}

const encoder = new TextEncoder();

// A character that is not in the vocabulary becomes its bytes, else the unknown token, else nothing. As in the native library,
// an unknown token is added at the next known character, so that bytes may come before it.
function createSpeller(config: ModelConfig, indexOf: Index): (word: string) => Part[] {
  const [prefix, suffix] = [config.continuing_subword_prefix, config.end_of_word_suffix].map((text) => text ?? "");
  const unknown = unknownOf(config, indexOf);
  const bytesOf = byteTokens(config, indexOf);
  return (word) => {
    const parts: Part[] = [];
    let waiting: Part | undefined;
    for (let from = 0, to = 0; from < word.length; from = to) {
      to += widthAt(word, from);
      const spelled = `${from > 0 ? prefix : ""}${word.slice(from, to)}${to === word.length ? suffix : ""}`;
      const token = indexOf.get(spelled);
      const bytes = token === undefined ? bytesOf(spelled) : undefined;
      if (bytes) for (const byte of bytes) parts.push({ token: byte, from, to });
      else if (token !== undefined) {
        if (waiting) parts.push(waiting);
        waiting = undefined;
        parts.push({ token, from, to });
      } else if (unknown !== undefined) {
        if (waiting && config.fuse_unk !== true) parts.push(waiting);
        waiting = { token: unknown, from: waiting && config.fuse_unk === true ? waiting.from : from, to };
      }
    }
    return waiting ? [...parts, waiting] : parts;
  };
}

function unknownOf({ unk_token }: ModelConfig, indexOf: Index): number | undefined {
  if (typeof unk_token !== "string") return undefined;
  const index = indexOf.get(unk_token);
  if (index !== undefined) return index;
  throw new InputError(`tokenizer.json: model.unk_token ${quote(unk_token)} is not in model.vocab; save the tokenizer again`);
}

function byteTokens(config: ModelConfig, indexOf: Index): (text: string) => readonly number[] | undefined {
  if (config.byte_fallback !== true) return () => undefined;
  const name = (byte: number) => `<0x${byte.toString(16).toUpperCase().padStart(2, "0")}>`;
  const table = Array.from({ length: 256 }, (_, byte) => indexOf.get(name(byte)));
  return (text) => {
    const bytes = Array.from(encoder.encode(text), (byte) => table[byte]);
    return bytes.every((byte) => byte !== undefined) ? bytes : undefined;
  };
}
