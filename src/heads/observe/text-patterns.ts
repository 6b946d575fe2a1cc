/** The patterns of every attention of a model for one text at a time; in an encoder–decoder, for a text and its translation. */

import { type AnyCheckpoint, isTranslator } from "../../load/any-checkpoint.ts";
import type { Translator } from "../../load/translator.ts";
import { sitesOf } from "../../models/sites.ts";
import type { Runtime } from "../../run/runtime.ts";
import { greedy } from "../../train/decode/beam.ts";
import { createDecoding } from "../../train/decode/decode.ts";
import { withDefaults } from "../../train/decode/translate.ts";
import { type Target, targetOf, tokenize } from "./any-text.ts";
import { compileGates } from "./gates.ts";
import { compilePatterns } from "./patterns.ts";
import type { Weighting } from "./weights.ts";

/** The patterns of one attention. */
export interface SitePatterns {
  /** Its name: `3` for layer 3, in an encoder–decoder `encoder.3`, `decoder.3` or `cross.3` (see `sitesOf`). */
  readonly site: string;
  /** The tokens of the queries, one for each row. */
  readonly rows: readonly string[];
  /** The tokens of the keys, one for each column. */
  readonly columns: readonly string[];
  /** The pattern of each head, [query · key], row by row. */
  readonly patterns: readonly Float32Array[];
  /** The gate of each head, [query], in an attention with gates. */
  readonly gates?: readonly Float32Array[];
}

/** A text with the pattern of every head. */
export interface TextPatterns {
  readonly tokens: readonly string[];
  /** The word of each token, −1 for special tokens; not known in encoder–decoders. */
  readonly words?: readonly number[];
  /** The translation, in an encoder–decoder. */
  readonly target?: {
    readonly text: string;
    /** The tokens that the decoder reads: the start token and the translation, without its end token. */
    readonly tokens: readonly string[];
  };
  /** Every attention, in order of execution. */
  readonly sites: readonly SitePatterns[];
}

export interface PatternOptions {
  /** `raw` (default): attention weights; `norm`: weights × ‖f(xⱼ)‖, rows normalized to sum to 1 (Kobayashi et al. 2020). */
  readonly weighting?: Weighting;
}

/**
 * Returns the patterns of a text. An encoder–decoder reads `target` as its translation; by default it translates the text
 * itself, by greedy search. Throws `InputError` if a text is empty or too long, or if the model reads no target.
 */
export type Patterns = (text: string, target?: string) => Promise<TextPatterns>;

/** Compiles the patterns of every attention of a model of any family; the programs live as long as the runtime. */
export async function createPatterns(
  runtime: Runtime,
  model: AnyCheckpoint,
  { weighting = "raw" }: PatternOptions = {},
): Promise<Patterns> {
  const read = await compilePatterns(runtime, model, weighting);
  const readGates = await compileGates(runtime, model);
  const sites = sitesOf(model.config);
  const translated = isTranslator(model) ? createGreedy(runtime, model) : () => undefined;
  return async (text, given) => {
    const { ids, tokens, words, ...rest } = tokenize(model, text, given);
    const target = rest.target ?? (await translated(ids));
    const patterns = await read({ ids, target: target?.ids });
    const gates = await readGates?.({ ids, target: target?.ids });
    return {
      ...{ tokens, ...(words && { words }) },
      ...(target && { target: { text: target.text, tokens: target.tokens } }),
      sites: sites.map(({ name }, k) => ({
        ...{ site: name, ...axesOf(name, tokens, target?.tokens), patterns: patterns[k]! },
        ...(gates?.[k] && { gates: gates[k] }),
      })),
    };
  };
}

/** Translates sources by greedy search, with the model's other settings. */
function createGreedy(runtime: Runtime, model: Translator): (source: ArrayLike<number>) => Promise<Target> {
  const decoding = createDecoding(runtime, model);
  const settings = withDefaults(model, { beams: 1 });
  return async (source) => {
    const [found] = await greedy(decoding, [Array.from(source)], settings);
    return targetOf(model, found!.ids);
  };
}

/** Returns the tokens of the queries and of the keys of an attention. */
function axesOf(site: string, tokens: readonly string[], target = tokens): Pick<SitePatterns, "rows" | "columns"> {
  if (site.startsWith("decoder.")) return { rows: target, columns: target };
  return { rows: site.startsWith("cross.") ? target : tokens, columns: tokens };
}
