/** Texts as inputs of a model of any family, and its predictions as words. */
import { plainSentence } from "../../src/corpus/plain.ts";
import { prepare } from "../../src/heads/observe/text.ts";
import type { Checkpoint } from "../../src/load/checkpoint.ts";
import type { Translator } from "../../src/load/translator.ts";
import { sourceIds } from "../../src/load/translator.ts";
import { type AnyCheckpoint, isTranslator } from "../../src/prune/write/opened.ts";
import { InputError } from "../../src/run/errors.ts";
import { type Feeds, tensorAt } from "../../src/run/runtime.ts";
import { floats, int64 } from "../../src/run/tensor.ts";
import type { Edited } from "./edited.ts";
import type { Edits, Guess, Reads } from "./protocol.ts";

const NONE: Edits = { gates: {}, patterns: {} };

/** A text ready to run, with the names of its tokens. */
export interface ReadText {
  readonly feeds: Feeds;
  readonly tokens: readonly string[];
  /** The tokens of the translation, beginning with the start token. */
  readonly target?: readonly string[];
  readonly words?: readonly number[];
  readonly translation?: string;
}

/** Returns the kind of prediction of a model. */
export function readsOf({ config }: AnyCheckpoint): Reads {
  if (config.family === "encoder-decoder") return "translation";
  return config.languageHead === "causal" ? "next-token" : config.languageHead === "masked" ? "masked-token" : "similarity";
}

/**
 * Converts a text to feeds. The translation of an encoder–decoder comes from `edited` itself, token by token, with these
 * `edits`. Throws `InputError` if the text has no tokens or is longer than the model's limit.
 */
export async function readText(model: AnyCheckpoint, text: string, edited: Edited, edits: Edits = NONE): Promise<ReadText> {
  if (text.trim() === "") throw new InputError("the text is empty; type one");
  return isTranslator(model) ? readSource(model, text, edited, edits) : readPlain(model, text);
}

function readPlain(model: Checkpoint, text: string): ReadText {
  const { ids, tokens, wordOf } = prepare(plainSentence("the text", text), model.tokenizer, model.config);
  const causal = model.config.family === "decoder";
  const list = Array.from(ids);
  const hidden = list.indexOf(model.tokenizer.special.mask ?? -1);
  const place = hidden >= 0 ? hidden : list.length - 1;
  const targets = causal ? [...list.slice(1), 0] : list;
  return {
    feeds: { ...row(list), at: int64([place]), targets: int64(targets, [1, list.length]) },
    tokens,
    words: Array.from(wordOf),
  };
}

async function readSource(model: Translator, text: string, edited: Edited, edits: Edits): Promise<ReadText> {
  const ids = [...sourceIds(model, text, "the text")];
  const output = await decode(model, ids, edited, edits);
  const { start, end } = model.config.ids;
  const target = [start, ...output];
  const name = tokenNames(model);
  return {
    feeds: targetFeeds(ids, target, [...output, end]),
    tokens: ids.map(name),
    target: target.map(name),
    translation: model.tokenizer.decode(output, { skipSpecialTokens: true }),
  };
}

/** Decodes greedily until the end token. */
async function decode({ config }: Translator, ids: readonly number[], edited: Edited, edits: Edits): Promise<number[]> {
  const output: number[] = [];
  const longest = Math.min(config.maxPositions - 1, 2 * ids.length + 10);
  while (output.length < longest) {
    const target = [config.ids.start, ...output];
    const guesses = floats(tensorAt(await edited(targetFeeds(ids, target, target), edits), "guesses"));
    const best = bestIds(guesses, 2).find((id) => id !== config.ids.padding);
    if (best === undefined || best === config.ids.end) break;
    output.push(best);
  }
  return output;
}

const targetFeeds = (ids: readonly number[], target: readonly number[], targets: readonly number[]): Feeds => ({
  ...row(ids),
  decoderIds: int64(target, [1, target.length]),
  at: int64([target.length - 1]),
  targets: int64(targets, [1, target.length]),
});

const row = (ids: readonly number[]) => ({
  ids: int64(ids, [1, ids.length]),
  mask: int64(new Array(ids.length).fill(1), [1, ids.length]),
});

const bestIds = (probabilities: Float32Array, count: number): number[] =>
  Array.from(probabilities, (probability, id) => ({ probability, id }))
    .sort((a, b) => b.probability - a.probability)
    .slice(0, count)
    .map(({ id }) => id);

/** Returns the most probable tokens, best first. */
export const bestGuesses = (probabilities: Float32Array, nameOf: (id: number) => string, count = 8): Guess[] =>
  bestIds(probabilities, count).map((id) => ({ id, token: nameOf(id) }));

/** Returns the text of a token. */
export const tokenNames = (model: AnyCheckpoint): ((id: number) => string) =>
  isTranslator(model) ? (id) => model.tokenizer.decode([id]) || `#${id}` : (id) => model.tokenizer.tokenOf(id) ?? `#${id}`;
