/**
 * Divides words into vocabulary tokens: whole words, or the library's WordPiece and BPE with each token's stretch of the word
 * found again.
 */

import { InputError } from "../run/errors.ts";
import type { ModelConfig } from "./tokenizer-json.ts";
import { BPE, WordPiece } from "./tokenizer-library.ts";

/** One subword: its id and the code units of the word it covers; byte tokens of one character all cover that character. */
export interface Subword {
  readonly id: number;
  readonly from: number;
  readonly to: number;
}

/** Divides one word. */
export type Divider = (word: string) => readonly Subword[];

/** Builds the subword model, with a cache of the words it has seen. */
export function createDivider(config: ModelConfig): Divider {
  const type = config.type ?? ("merges" in config ? "BPE" : "WordPiece");
  if (type === "WordPiece") return cached(wordPiece(config));
  if (type === "BPE") return cached(bytePair(config));
  if (type === "WordLevel") return wordLevel(config);
  throw new InputError(`tokenizer.json: model "${type}" is not supported; this package knows WordPiece, BPE, WordLevel`);
}

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

// As in the native library, an unknown token that is not there is an error only where it is needed.
function wordLevel(config: ModelConfig): Divider {
  const unknown = typeof config.unk_token === "string" ? config.unk_token : "<unk>";
  return (word) => [{ id: idIn(config, Object.hasOwn(config.vocab, word) ? word : unknown), from: 0, to: word.length }];
}

function wordPiece(config: ModelConfig): Divider {
  const settings = { unk_token: "[UNK]", continuing_subword_prefix: "##", ...config };
  const model = new WordPiece(settings);
  const unknown = idIn(config, settings.unk_token);
  return (word) => {
    const tokens = model.encode([word]);
    if (tokens.length === 1 && tokens[0] === settings.unk_token) return [{ id: unknown, from: 0, to: word.length }];
    let at = 0;
    const subwords = tokens.map((token): Subword => {
      const part = at > 0 ? token.slice(settings.continuing_subword_prefix.length) : token;
      if (!word.startsWith(part, at)) throw misplaced(word, tokens);
      return { id: config.vocab[token]!, from: at, to: (at += part.length) };
    });
    if (at !== word.length) throw misplaced(word, tokens);
    return subwords;
  };
}

function bytePair(config: ModelConfig): Divider {
  for (const name of ["dropout", "continuing_subword_prefix", "end_of_word_suffix"]) {
    if (config[name]) throw new InputError(`tokenizer.json: model.${name} ${JSON.stringify(config[name])} is not supported`);
  }
  checkMerges(config);
  const model = new BPE(config);
  const strange = strangeCharacters(config);
  return (word) => {
    const whole = Object.hasOwn(config.vocab, word) && config.ignore_merges === true;
    if (whole) return [{ id: config.vocab[word]!, from: 0, to: word.length }];
    const tokens = model([word]);
    const stretches = walk(word, tokens, strange);
    if (stretches.some(({ token }, index) => token !== tokens[index])) throw misplaced(word, tokens);
    return stretches.map(({ token, from, to }): Subword => ({ id: config.vocab[token]!, from, to }));
  };
}

function checkMerges({ merges, vocab }: ModelConfig): void {
  if (!Array.isArray(merges)) throw new InputError("tokenizer.json: model.merges is missing, which BPE needs");
  for (const merge of merges as (string | readonly [string, string])[]) {
    const [left, right] = typeof merge === "string" ? merge.split(" ", 2) : merge;
    const missing = [left, right, `${left}${right}`].find((token) => !Object.hasOwn(vocab, token ?? ""));
    if (missing === undefined) continue;
    throw new InputError(
      `tokenizer.json: model.merges: ${JSON.stringify(merge)} needs ${missing}, which is not in model.vocab`,
    );
  }
}

/** The tokens that stand for the strange characters at some place, and where those end. */
type Strange = (word: string, at: number) => { readonly tokens: readonly string[]; readonly to: number } | undefined;

// Walks the word and its tokens side by side; they must meet at the end.
function walk(word: string, tokens: readonly string[], strange: Strange): { token: string; from: number; to: number }[] {
  const stretches: { token: string; from: number; to: number }[] = [];
  for (let from = 0; from < word.length; ) {
    const next = strange(word, from) ?? known(word, from, tokens[stretches.length]);
    if (!next) throw misplaced(word, tokens);
    for (const part of next.tokens) stretches.push({ token: part, from, to: next.to });
    from = next.to;
  }
  if (stretches.length !== tokens.length) throw misplaced(word, tokens);
  return stretches;
}

function known(word: string, at: number, token: string | undefined): ReturnType<Strange> {
  return token && word.startsWith(token, at) ? { tokens: [token], to: at + token.length } : undefined;
}

const encoder = new TextEncoder();

// A character outside the vocabulary becomes its bytes, else the unknown token, else nothing. A run of unknown characters may
// share one token.
function strangeCharacters(config: ModelConfig): Strange {
  const unknown = typeof config.unk_token === "string" ? [config.unk_token] : [];
  for (const token of unknown) idIn(config, token);
  const standIns = (character: string) => {
    if (Object.hasOwn(config.vocab, character)) return undefined;
    const bytes = config.byte_fallback === true ? Array.from(encoder.encode(character), byteToken) : undefined;
    return bytes?.every((token) => Object.hasOwn(config.vocab, token)) ? bytes : unknown;
  };
  return (word, at) => {
    const first = characterAt(word, at);
    const tokens = standIns(first);
    if (tokens === undefined) return undefined;
    let to = at + first.length;
    const joins = () => config.fuse_unk === true && tokens === unknown && standIns(characterAt(word, to)) === unknown;
    while (to < word.length && joins()) to += characterAt(word, to).length;
    return { tokens, to };
  };
}

function byteToken(byte: number): string {
  return `<0x${byte.toString(16).toUpperCase().padStart(2, "0")}>`;
}

function characterAt(word: string, at: number): string {
  return String.fromCodePoint(word.codePointAt(at)!);
}

function idIn(config: ModelConfig, token: string): number {
  if (Object.hasOwn(config.vocab, token)) return config.vocab[token]!;
  throw new InputError(`tokenizer.json: model.unk_token ${JSON.stringify(token)} is not in model.vocab`);
}

function misplaced(word: string, tokens: readonly string[]): Error {
  return new Error(`internal: the tokens ${JSON.stringify(tokens)} do not spell ${JSON.stringify(word)}`);
}
