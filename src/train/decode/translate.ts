/** Translation of texts: sources of similar length are decoded together, and results keep the input order. */

import type { Unread } from "../../load/checkpoint.ts";
import type { Translator } from "../../load/translator.ts";
import { sourceIds } from "../../load/translator.ts";
import type { Runtime } from "../../run/runtime.ts";
import { type Found, search } from "./beam.ts";
import { createDecoding, type Decoding } from "./decode.ts";
import type { SearchOptions } from "./search-settings.ts";
import { settingsOf } from "./search-settings.ts";

export interface TranslateOptions extends SearchOptions {
  /** The number of sources decoded at once; default 16. */
  readonly batch?: number;
  /** Returns the name of a source in errors; default: `text 1` and so on. */
  readonly nameOf?: (index: number) => string;
  /** Called with the number of finished sources. */
  readonly progress?: (done: number, total: number) => void;
}

export interface Translation extends Found {
  readonly source: string;
  readonly text: string;
}

const BATCHES_AT_ONCE = 16; // sources are sorted by length within this many batches, so that results arrive early

/**
 * Yields the translations of `texts` in order, each as soon as it is known. Unset `options` are taken from the model's
 * `generation_config.json`; white space has an empty translation. Throws `InputError` if a text is longer than the model's
 * positions, before any is translated.
 */
export async function* translate(
  runtime: Runtime,
  translator: Translator,
  texts: readonly string[],
  options: TranslateOptions = {},
): AsyncGenerator<Translation> {
  const { batch = 16, nameOf = (k: number) => `text ${k + 1}`, progress = () => {} } = options;
  const sources = texts.map((text, k) => sourceIds(translator, text, nameOf(k)));
  const decoding = createDecoding(runtime, translator);
  const asked = withDefaults(translator, options);
  const stride = batch * BATCHES_AT_ONCE;
  for (let first = 0; first < texts.length; first += stride) {
    const last = Math.min(first + stride, texts.length);
    const found = await inBatches(decoding, sources.slice(first, last), batch, asked, (done) =>
      progress(first + done, texts.length),
    );
    for (const [k, one] of found.entries()) {
      const text = one.ids.length > 0 ? translator.tokenizer.decode(one.ids, { skipSpecialTokens: true }).trim() : "";
      yield { ...one, source: texts[first + k]!, text };
    }
  }
}

/** Throws `InputError` if the texts cannot be translated with these settings; the weights are not needed. */
export function checkTranslation(
  translator: Unread<Translator>,
  texts: readonly string[],
  options: Omit<TranslateOptions, "progress">,
): void {
  settingsOf(translator, withDefaults(translator, options));
  for (const [k, text] of texts.entries()) sourceIds(translator, text, options.nameOf?.(k) ?? `text ${k + 1}`);
}

/** Returns the settings of a search: those of `options`, else the model's own. */
export function withDefaults({ generation, config }: Unread<Translator>, options: TranslateOptions): SearchOptions {
  const { batch: _, nameOf: __, progress: ___, ...asked } = options;
  const told = Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined));
  const maxLength = Math.min(generation.maxLength ?? config.maxPositions, config.maxPositions);
  return { ...generation, maxLength, ...told };
}

const NOTHING: Found = { ids: [], score: 0 };

/** Decodes sources in batches of similar length, the longest first. */
async function inBatches(
  decoding: Decoding,
  sources: readonly (readonly number[])[],
  batch: number,
  asked: SearchOptions,
  progress: (done: number) => void,
): Promise<Found[]> {
  const found = sources.map(() => NOTHING);
  const order = [...sources.entries()].filter(([, source]) => source.length > 0);
  order.sort(([, a], [, b]) => b.length - a.length);
  const empty = sources.length - order.length;
  for (let at = 0; at < order.length; at += batch) {
    const chosen = order.slice(at, at + batch);
    const results = await search(
      decoding,
      chosen.map(([, source]) => source),
      asked,
    );
    for (const [n, [k]] of chosen.entries()) found[k] = results[n]!;
    progress(empty + at + chosen.length);
  }
  return found;
}
