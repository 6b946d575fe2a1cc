/** The tokens and their ids, and the special tokens by role. */

import { asRecord, keysOf } from "../../params/keyed.ts";
import type { AddedToken, ModelConfig } from "./tokenizer-json.ts";

/** The roles of special tokens, by the names of tokenizer_config.json. */
export type SpecialName = "cls" | "sep" | "pad" | "mask" | "unk" | "bos" | "eos";

/** The tokens of a tokenizer. */
export interface Vocabulary {
  /** The largest id plus one. */
  readonly vocabularySize: number;
  /** Returns the id of a token string, or undefined. */
  readonly idOf: (token: string) => number | undefined;
  /** Returns the token string of an id, or undefined. */
  readonly tokenOf: (id: number) => string | undefined;
  /** The ids flagged "special" among the added tokens. */
  readonly specialIds: ReadonlySet<number>;
  /** The special tokens known by name. */
  readonly special: Readonly<Partial<Record<SpecialName, number>>>;
}

/** Builds the vocabulary of the model and the tokens added to it. */
export function createVocabulary(model: ModelConfig, added: readonly AddedToken[], tokenizerConfig: unknown): Vocabulary {
  const ids = new Map(model.vocab);
  const tokens = new Map<number, string>();
  let vocabularySize = 0;
  for (const [token, id] of [...ids, ...added.map(({ content, id }) => [content, id] as const)]) {
    ids.set(token, id);
    tokens.set(id, token);
    vocabularySize = Math.max(vocabularySize, id + 1);
  }
  const idOf = (token: string) => ids.get(token);
  return {
    vocabularySize,
    idOf,
    tokenOf: (id) => tokens.get(id),
    specialIds: new Set(added.filter(({ special }) => special).map(({ id }) => id)),
    special: namedTokens(idOf, model.unk_token, tokenizerConfig),
  };
}

// The usual names, used if tokenizer_config.json has none.
const usual: Readonly<Record<SpecialName, readonly string[]>> = {
  cls: ["[CLS]"],
  sep: ["[SEP]"],
  pad: ["[PAD]", "<pad>"],
  mask: ["[MASK]", "<mask>"],
  unk: ["[UNK]", "<unk>"],
  bos: ["<s>", "<|begin_of_text|>"],
  eos: ["</s>", "<|end_of_text|>", "<|endoftext|>"],
};

function namedTokens(idOf: (token: string) => number | undefined, unknown: unknown, config: unknown): Vocabulary["special"] {
  const settings = asRecord(config);
  const special: Partial<Record<SpecialName, number>> = {};
  for (const name of keysOf(usual)) {
    const given = [settings[`${name}_token`], name === "unk" ? unknown : undefined].map(contentOf);
    const tokens = `${name}_token` in settings ? given : [...given, ...usual[name]];
    const id = tokens.map((token) => (token === undefined ? undefined : idOf(token))).find((found) => found !== undefined);
    if (id !== undefined) special[name] = id;
  }
  return Object.freeze(special);
}

/** Returns the token of a setting, which is a string or an object with flags. */
export function contentOf(token: unknown): string | undefined {
  if (typeof token === "string") return token;
  const { content } = asRecord(token);
  return typeof content === "string" ? content : undefined;
}
