/** Texts as inputs of a model of any family, and its predictions as words. */
import { targetOf, tokenize } from "../../src/heads/observe/any-text.ts";
import { type AnyCheckpoint, isTranslator } from "../../src/load/any-checkpoint.ts";
import type { Checkpoint } from "../../src/load/checkpoint.ts";
import type { Translator } from "../../src/load/translator.ts";
import type { Feeds } from "../../src/run/runtime.ts";
import { floats, int64, tensor } from "../../src/run/tensor.ts";
import { greedy } from "../../src/train/decode/beam.ts";
import type { Decoding } from "../../src/train/decode/decode.ts";
import { withDefaults } from "../../src/train/decode/translate.ts";
import type { Edited } from "./edited.ts";
import type { Edits, Guess, Reads } from "./protocol.ts";

const NONE: Edits = { gates: {}, patterns: {} };

/** A text ready to run, with the names of its tokens. */
export interface ReadText {
  readonly feeds: Feeds;
  readonly tokens: readonly string[];
  /** The tokens of the translation, beginning with the start token. */
  readonly target?: readonly string[];
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
  return isTranslator(model) ? readSource(model, text, edited, edits) : readPlain(model, text);
}

function readPlain(model: Checkpoint, text: string): ReadText {
  const { ids, tokens } = tokenize(model, text);
  const causal = model.config.family === "decoder";
  const list = Array.from(ids);
  const hidden = list.indexOf(model.tokenizer.special.mask ?? -1);
  const place = hidden >= 0 ? hidden : list.length - 1;
  const targets = causal ? [...list.slice(1), 0] : list;
  return { feeds: { ...row(list), at: int64([place]), targets: int64(targets, [1, list.length]) }, tokens };
}

async function readSource(model: Translator, text: string, edited: Edited, edits: Edits): Promise<ReadText> {
  const { ids, tokens } = tokenize(model, text);
  const source = Array.from(ids);
  const target = targetOf(model, await decode(model, source, edited, edits));
  return {
    feeds: targetFeeds(source, target.ids, [...target.ids.slice(1), model.config.ids.end]),
    ...{ tokens, target: target.tokens, translation: target.text },
  };
}

/** Decodes greedily with the model's settings, at most to twice the length of the source and a few tokens. */
async function decode(model: Translator, source: readonly number[], edited: Edited, edits: Edits): Promise<readonly number[]> {
  const settings = withDefaults(model, { beams: 1 });
  const maxLength = Math.min(settings.maxLength ?? model.config.maxPositions, 2 * source.length + 12);
  const [found] = await greedy(createSteps(model, edited, edits), [source], { ...settings, maxLength });
  return found!.ids;
}

/** The steps of an edited model on one source: each runs all of it on the translation so far. */
const createSteps = ({ config }: Translator, edited: Edited, edits: Edits): Decoding => ({
  ...{ config, renormalize: false },
  async start([source], _wanted, { blocked = [] } = {}) {
    const target: number[] = [];
    return {
      async step([id]) {
        target.push(id!);
        const { guesses, logits } = await edited(targetFeeds(source!, target, target), edits);
        const probabilities = floats(guesses!);
        const next = bestIds(probabilities, blocked.length + 1).find((best) => !blocked.includes(best))!;
        return {
          ...{ logits: logits!, next: int64([next]) },
          logProbability: tensor(Float32Array.of(Math.log(probabilities[next]!)), [1]),
        };
      },
    };
  },
});

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
