/** Splits words into vocabulary tokens: whole words, WordPiece (Schuster & Nakajima 2012) or BPE, with a cache. */

import { z } from "zod";
import { InputError } from "../../../run/errors.ts";
import { type ModelConfig, quote, read } from "../tokenizer-json.ts";
import { bytePair, type Divider, type Subword } from "./bpe.ts";
import { createTrie, ROOT } from "./trie.ts";

/** Builds the subword model, with a cache of recent words. */
export function createDivider(given: ModelConfig): Divider {
  const config = { ...given, ...read(settings, given, "model") };
  const type = config.type ?? legacyType(config);
  if (type === "WordPiece") return cached(wordPiece(config));
  return type === "BPE" ? cached(bytePair(config)) : wordLevel(config);
}

const text = z.string().nullish();
const flag = z.boolean().nullish();
const settings = z.object({
  ...{ unk_token: text, continuing_subword_prefix: text, end_of_word_suffix: text },
  ...{ fuse_unk: flag, byte_fallback: flag, ignore_merges: flag, dropout: z.number().nullish() },
  max_input_chars_per_word: z.int().nonnegative().nullish(),
});

// Older files do not state their model type.
const legacyType = (config: ModelConfig): string =>
  "merges" in config ? "BPE" : "continuing_subword_prefix" in config ? "WordPiece" : "WordLevel";

const cacheSize = 50_000;
const longestCached = 256;

function cached(divide: Divider): Divider {
  const seen = new Map<string, readonly Subword[]>();
  return (word) => {
    const known = seen.get(word);
    if (known) return known;
    const subwords = divide(word);
    if (seen.size >= cacheSize) seen.clear();
    if (word.length <= longestCached) seen.set(word, subwords);
    return subwords;
  };
}

// As in the native library, a missing unknown token is an error only when it is needed.
function wordLevel(config: ModelConfig): Divider {
  const unknown = typeof config.unk_token === "string" ? config.unk_token : "<unk>";
  return (word) => [{ id: config.vocab.get(word) ?? idIn(config, unknown), from: 0, to: word.length }];
}

// The longest matching token is taken repeatedly; a word that cannot be covered is unknown as a whole.
function wordPiece(config: ModelConfig & z.infer<typeof settings>): Divider {
  const prefix = config.continuing_subword_prefix ?? "##";
  const longest = config.max_input_chars_per_word ?? 100;
  const unknown = idIn(config, config.unk_token ?? "[UNK]");
  const trie = createTrie(config.vocab);
  let within: number | undefined = ROOT;
  for (let at = 0; at < prefix.length && within !== undefined; at++) within = trie.step(within, prefix.charCodeAt(at));
  const fit = (word: string, from: number): Subword | undefined => {
    let found: Subword | undefined;
    let node = from === 0 ? ROOT : within;
    for (let at = from; node !== undefined && at < word.length; ) {
      node = trie.step(node, word.charCodeAt(at++));
      const id = node === undefined ? undefined : trie.valueAt(node);
      if (id !== undefined) found = { id, from, to: at };
    }
    return found;
  };
  return (word) => {
    const whole = [{ id: unknown, from: 0, to: word.length }];
    if (word.length > longest && [...word].length > longest) return whole;
    const subwords: Subword[] = [];
    for (let at = 0; at < word.length; ) {
      const next = fit(word, at);
      if (!next) return whole;
      subwords.push(next);
      at = next.to;
    }
    return subwords;
  };
}

function idIn(config: ModelConfig, token: string): number {
  const id = config.vocab.get(token);
  if (id !== undefined) return id;
  throw new InputError(`tokenizer.json: model.unk_token ${quote(token)} is not in model.vocab; save the tokenizer again`);
}
