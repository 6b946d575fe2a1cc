/** Controls that scores are compared with: untrained twins, shuffled words, and texts that repeat random tokens. */
import type { Sentence } from "../../corpus/sentence.ts";
import type { Tokenizer } from "../../load/tokenizer/tokenizer.ts";
import type { TransformerConfig } from "../../models/config.ts";
import { type Transformer, transformerParameters } from "../../models/transformer.ts";
import { initialize } from "../../params/initialize.ts";
import { itemsAt } from "../../params/keyed.ts";
import { random, shuffled } from "../../params/random.ts";
import type { Continuations } from "./features.ts";
import type { Text } from "./text.ts";

/** Returns a model of the same architecture with random weights. */
export const randomTwin = (config: TransformerConfig, seed: number): Transformer => ({
  config,
  weights: initialize(transformerParameters(config), seed),
});

/** Returns a sentence with the same words in random order; each word keeps its syntactic head. */
export function shuffleWords(sentence: Sentence, seed: number): Sentence {
  const order = shuffled(random(`${seed}/${sentence.id}`), sentence.words.length);
  const placeOf = new Int32Array(order.length);
  for (const [place, word] of order.entries()) placeOf[word] = place;
  let text = "";
  const words = itemsAt(sentence.words, order).map(({ form, upos, head, relation }) => {
    const start = text.length + (text ? 1 : 0);
    text += (text ? " " : "") + form;
    return { form, upos, start, end: text.length, head: head === undefined || head < 0 ? head : placeOf[head], relation };
  });
  return { id: `${sentence.id}/shuffled`, text, words };
}

export interface Repetitions {
  readonly texts: readonly Text[];
  readonly continuations: Continuations;
  /** For each text: the number of queries that have a continuation to copy. */
  readonly continuedOf: readonly number[];
}

const LENGTH = 61;

/**
 * Generates texts in which a run of random tokens occurs twice. The lengths before and between the two runs are random, so no
 * fixed offset points from the second run to the first (after Olsson et al. 2022).
 */
export function repetitions(config: TransformerConfig, tokenizer: Tokenizer, seed: number, count = 32): Repetitions {
  const uniform = random(`${seed}/repetitions`);
  const frame = tokenizer.encode("");
  const length = Math.min(LENGTH, config.maxPositions) - frame.ids.length;
  const made = Array.from({ length: count }, () => repetition(uniform, length, tokenizer, frame.ids));
  const continuing = new Map(made.map(({ text, target }) => [text, target]));
  return {
    texts: made.map(({ text }) => text),
    continuations: (text) => continuing.get(text) ?? [],
    continuedOf: made.map(({ target }) => target.length),
  };
}

/** Generates one text. `frame`: the special tokens that a tokenizer adds to a text; all but the last come before it. */
function repetition(uniform: () => number, length: number, tokenizer: Tokenizer, frame: readonly number[]) {
  const between = (low: number, high: number) => low + Math.floor(uniform() * (high - low + 1));
  const run = between(Math.floor(length / 6), Math.floor(length / 3));
  const before = between(1, Math.floor(length / 8));
  const gap = between(0, length - before - 2 * run);
  const fresh = drawTokens(uniform, length - run, tokenizer);
  const first = fresh.slice(before, before + run);
  const body = [...fresh.slice(0, before + run + gap), ...first, ...fresh.slice(before + run + gap)];
  const lead = frame.length > 1 ? frame.slice(0, -1) : frame;
  const ids = [...lead, ...body, ...frame.slice(lead.length)];
  const start = lead.length + before;
  const second = start + run + gap;
  // the token at second + k equals the one at start + k, so its continuation is at start + k + 1
  const target = Array.from({ length: run - 1 }, (_, k): [number, number] => [second + k, start + k + 1]);
  const special = ids.map((_, i) => i < lead.length || i >= lead.length + body.length);
  const text: Text = {
    sentence: { id: "repetition", text: "", words: [] },
    ids: Int32Array.from(ids),
    tokens: ids.map((id) => tokenizer.tokenOf(id) ?? `${id}`),
    wordOf: new Int32Array(ids.length).fill(-1),
    special,
    punctuation: ids.map(() => false),
  };
  return { text, target };
}

/** Draws ordinary tokens, all different if the vocabulary has enough of them. */
function drawTokens(uniform: () => number, count: number, tokenizer: Tokenizer): number[] {
  const drawn = new Set<number>();
  for (let tries = 0; drawn.size < count && tries < 100 * count; tries++) {
    const id = Math.floor(uniform() * tokenizer.vocabularySize);
    if (!tokenizer.specialIds.has(id) && tokenizer.tokenOf(id) !== undefined) drawn.add(id);
  }
  const list = [...drawn];
  while (list.length < count) list.push(list[Math.floor(uniform() * list.length)]!);
  return list;
}
