/** The synthetic world's tokenizer: one token per word, as a tokenizer.json that Hugging Face's libraries read too. */

import type { World } from "./document.ts";
import type { WorldDocument } from "./target.ts";

/** The special tokens, which have the first ids: padding, the start of a document, and unknown words. */
export const WORLD_SPECIAL = Object.freeze(["<pad>", "<s>", "<unk>"] as const);

/** The id of the start token of every document. */
export const WORLD_START = 1;

/** Returns a parsed tokenizer.json whose ids are the special tokens and then `world.words`; encoding starts with `<s>`. */
export function worldTokenizer(world: World): object {
  const start = { SpecialToken: { id: "<s>", type_id: 0 } };
  const text = { Sequence: { id: "A", type_id: 0 } };
  return {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: WORLD_SPECIAL.map(specialToken),
    normalizer: null,
    pre_tokenizer: { type: "Whitespace" },
    post_processor: {
      type: "TemplateProcessing",
      single: [start, text],
      pair: [start, text, { Sequence: { id: "B", type_id: 1 } }],
      special_tokens: { "<s>": { id: "<s>", ids: [WORLD_START], tokens: ["<s>"] } },
    },
    decoder: null,
    model: {
      type: "WordLevel",
      vocab: Object.fromEntries(worldIds(world)),
      unk_token: "<unk>",
    },
  };
}

const specialToken = (content: string, id: number) => ({
  ...{ id, content, single_word: false, lstrip: false, rstrip: false, normalized: false, special: true },
});

/** Returns the id of every token, including the special ones. */
export function worldIds({ words }: World): ReadonlyMap<string, number> {
  return new Map([...WORLD_SPECIAL, ...words].map((word, id) => [word, id]));
}

/** Returns a function that gives the id of a word of the world. */
export function worldIdOf(world: World): (word: string) => number {
  const ids = worldIds(world);
  return (word) => {
    const id = ids.get(word);
    if (id === undefined) throw new Error(`internal: the synthetic world has no word "${word}"`);
    return id;
  };
}

/**
 * Returns an encoder of documents to token ids, `<s>` first, equal to the tokenizer's ids for the words joined by spaces. The
 * word at `position` is id `position + 1`, so the logits that predict a target are at index `target.position`.
 */
export function worldEncoder(world: World): (document: WorldDocument) => Int32Array {
  const idOf = worldIdOf(world);
  return ({ words }) => Int32Array.from([WORLD_START, ...words.map(idOf)]);
}
