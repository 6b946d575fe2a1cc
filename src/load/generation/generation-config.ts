/** Reads a model's search settings for translation: `generation_config.json`, or the same keys in older `config.json`s. */
import { z } from "zod";
import { isRecord } from "../../params/keyed.ts";
import { InputError } from "../../run/errors.ts";
import { firstIssue } from "../format/json.ts";
import { NEUTRAL, REFUSED } from "./generation-keys.ts";

/** A sequence of tokens, and the bias added to the score of its last token after the others. */
export interface SequenceBias {
  readonly ids: readonly number[];
  readonly bias: number;
}

/** The settings of a search; a missing one has the search's default. Lengths include the start token. */
export interface Generation {
  /** The number of texts kept per source; 1: greedy search. */
  readonly beams?: number;
  /** A finished text of n tokens scores log p / n^lengthPenalty. */
  readonly lengthPenalty?: number;
  /** The end of a beam search: with as many finished texts as beams, when none is likely to improve, or when none can. */
  readonly earlyStopping?: boolean | "never";
  /** The maximum number of tokens, including the start. */
  readonly maxLength?: number;
  /** The minimum number of tokens before an end token, including the start. */
  readonly minLength?: number;
  /** Renormalizes probabilities after every rule. */
  readonly renormalize?: boolean;
  /** The start token, before the first. */
  readonly start?: number;
  /** The tokens that end a text. */
  readonly ends?: readonly number[];
  /** The first token of every translation: the target language of M2M-100. */
  readonly forcedFirst?: number;
  /** The tokens allowed at the end of a text of `maxLength`; empty: any. */
  readonly forcedLast?: readonly number[];
  /** The length of n-grams that may not occur twice; 0: no limit. */
  readonly noRepeat?: number;
  /** The length of n-grams that may not be copied from the source; 0: no limit. */
  readonly noRepeatOfSource?: number;
  /** Divides the positive scores of the tokens so far, and multiplies the negative ones (Keskar et al. 2019). */
  readonly repetitionPenalty?: number;
  /** Multiplies the positive scores of the source's tokens, and divides the negative ones. */
  readonly sourceRepetitionPenalty?: number;
  /** Tokens that are never generated. */
  readonly suppress?: readonly number[];
  /** Tokens that are not generated first (after a forced one). */
  readonly suppressFirst?: readonly number[];
  /** Token sequences that are never generated. */
  readonly badWords?: readonly (readonly number[])[];
  readonly sequenceBias?: readonly SequenceBias[];
  /** From `after` tokens on, the score of the end token gains |score|·(factor^n − 1) at the nth. */
  readonly decay?: { readonly after: number; readonly factor: number };
  /** Replaces scores that are not a number by 0. */
  readonly finite?: boolean;
}

const count = z.number().int().positive();
const whole = z.number().int().nonnegative();
const ids = z.array(whole);
const oneOrMore = z.union([whole, ids.min(1)]);

const generation = z.object({
  num_beams: count.nullish(),
  length_penalty: z.number().nullish(),
  early_stopping: z.union([z.boolean(), z.literal("never")]).nullish(),
  max_length: count.nullish(),
  max_new_tokens: count.nullish(),
  min_length: whole.nullish(),
  min_new_tokens: whole.nullish(),
  renormalize_logits: z.boolean().nullish(),
  decoder_start_token_id: whole.nullish(),
  bos_token_id: whole.nullish(),
  eos_token_id: oneOrMore.nullish(),
  forced_bos_token_id: whole.nullish(),
  forced_eos_token_id: oneOrMore.nullish(),
  no_repeat_ngram_size: whole.nullish(),
  encoder_no_repeat_ngram_size: whole.nullish(),
  repetition_penalty: z.number().positive().nullish(),
  encoder_repetition_penalty: z.number().positive().nullish(),
  suppress_tokens: ids.nullish(),
  begin_suppress_tokens: ids.nullish(),
  bad_words_ids: z.array(ids.min(1)).nullish(),
  sequence_bias: z.array(z.tuple([ids.min(1), z.number()])).nullish(),
  exponential_decay_length_penalty: z.tuple([whole, z.number()]).nullish(),
  remove_invalid_values: z.boolean().nullish(),
  cache_implementation: z.enum(["dynamic", "static", "offloaded", "offloaded_static", "hybrid", "sliding_window"]).nullish(),
});

type Keys = z.infer<typeof generation>;

/**
 * Reads the search settings of a parsed `generation_config.json`; `where` names it in errors. Every key is applied, known to be
 * irrelevant, or refused by name.
 */
export function readGeneration(json: unknown, where: string, vocabulary = Number.POSITIVE_INFINITY): Generation {
  const given = objectOf(json, where);
  checkRefused(given, where);
  const unknown = Object.keys(given).find(
    (key) => !(NEUTRAL.has(key) || Object.hasOwn(REFUSED, key) || Object.hasOwn(generation.shape, key)),
  );
  if (unknown !== undefined) {
    throw new InputError(`${where}: unknown key ${JSON.stringify(unknown)}; remove it, or correct its spelling`);
  }
  return settingsOf(checked(given, where, vocabulary));
}

/**
 * Reads the search settings in a parsed `config.json` of older transformers, used if there is no `generation_config.json`. Its
 * other keys belong to the model, and null means not set.
 */
export function readGenerationOfConfig(json: unknown, where: string, vocabulary?: number): Generation {
  const { force_bos_token_to_be_generated: forced, ...keys } = objectOf(json, where);
  const given = Object.fromEntries(Object.entries(keys).filter(([, value]) => value !== null));
  checkRefused(given, where);
  const c = checked(given, where, vocabulary);
  const settings = { ...settingsOf(c), ends: c.eos_token_id === undefined ? undefined : list(c.eos_token_id) };
  return forced === true ? { ...settings, forcedFirst: c.bos_token_id ?? settings.forcedFirst } : settings;
}

function objectOf(json: unknown, where: string): Readonly<Record<string, unknown>> {
  if (isRecord(json)) return json;
  throw new InputError(`${where}: not a JSON object; write {"key": value, …}`);
}

function checkRefused(given: Readonly<Record<string, unknown>>, where: string): void {
  for (const [key, { harmless, asksFor }] of Object.entries(REFUSED)) {
    const value = given[key];
    if (value === undefined || harmless.includes(value)) continue;
    const usable = harmless.at(-1);
    throw new InputError(
      `${where}: "${key}" asks for ${asksFor}, which is not supported; ${usable === null ? "remove the key" : `set it to ${usable}`}`,
    );
  }
}

function checked(given: Readonly<Record<string, unknown>>, where: string, vocabulary = Number.POSITIVE_INFINITY): Keys {
  const result = generation.safeParse(given);
  if (!result.success) {
    const { path, message } = firstIssue(result.error);
    throw new InputError(`${where}: "${path.join(".")}": ${message}; correct the value or remove the key`);
  }
  const c = result.data;
  for (const key of [
    "decoder_start_token_id",
    "eos_token_id",
    "forced_bos_token_id",
    "forced_eos_token_id",
    "bad_words_ids",
  ] as const) {
    const id = [c[key] ?? []].flat(2).find((id) => id >= vocabulary);
    if (id !== undefined)
      throw new InputError(`${where}: "${key}" has the id ${id}, but the model has ${vocabulary} ids; correct it`);
  }
  const id = c.sequence_bias?.flatMap(([ids]) => ids).find((id) => id >= vocabulary);
  if (id !== undefined)
    throw new InputError(`${where}: "sequence_bias" has the id ${id}, but the model has ${vocabulary} ids; correct it`);
  return c;
}

function settingsOf(c: Keys): Generation {
  return {
    beams: c.num_beams ?? undefined,
    lengthPenalty: c.length_penalty ?? undefined,
    earlyStopping: c.early_stopping ?? undefined,
    maxLength: plusStart(c.max_new_tokens) ?? c.max_length ?? undefined,
    minLength: plusStart(c.min_new_tokens) ?? c.min_length ?? undefined,
    renormalize: c.renormalize_logits ?? undefined,
    start: c.decoder_start_token_id ?? c.bos_token_id ?? undefined,
    ends: list(c.eos_token_id),
    forcedFirst: c.forced_bos_token_id ?? undefined,
    forcedLast: list(c.forced_eos_token_id),
    noRepeat: c.no_repeat_ngram_size ?? undefined,
    noRepeatOfSource: c.encoder_no_repeat_ngram_size ?? undefined,
    repetitionPenalty: c.repetition_penalty ?? undefined,
    sourceRepetitionPenalty: c.encoder_repetition_penalty ?? undefined,
    suppress: c.suppress_tokens ?? undefined,
    suppressFirst: c.begin_suppress_tokens ?? undefined,
    badWords: c.bad_words_ids ?? [],
    sequenceBias: c.sequence_bias?.map(([ids, bias]) => ({ ids, bias })),
    decay: c.exponential_decay_length_penalty
      ? { after: c.exponential_decay_length_penalty[0], factor: c.exponential_decay_length_penalty[1] }
      : undefined,
    finite: c.remove_invalid_values ?? undefined,
  };
}

const plusStart = (tokens: number | null | undefined): number | undefined => (tokens == null ? undefined : tokens + 1);

const list = (value: number | readonly number[] | null | undefined): readonly number[] =>
  value === null || value === undefined ? [] : [value].flat();

/** Returns the settings as the content of a `generation_config.json`. */
export function generationJson(generation: Generation): Record<string, unknown> {
  const { decay } = generation;
  return {
    num_beams: generation.beams,
    length_penalty: generation.lengthPenalty,
    early_stopping: generation.earlyStopping,
    max_length: generation.maxLength,
    min_length: generation.minLength,
    renormalize_logits: generation.renormalize,
    decoder_start_token_id: generation.start,
    eos_token_id: oneOrList(generation.ends),
    forced_bos_token_id: generation.forcedFirst,
    forced_eos_token_id: oneOrList(generation.forcedLast),
    no_repeat_ngram_size: generation.noRepeat,
    encoder_no_repeat_ngram_size: generation.noRepeatOfSource,
    repetition_penalty: generation.repetitionPenalty,
    encoder_repetition_penalty: generation.sourceRepetitionPenalty,
    suppress_tokens: generation.suppress,
    begin_suppress_tokens: generation.suppressFirst,
    bad_words_ids: generation.badWords?.length === 0 ? undefined : generation.badWords,
    sequence_bias: generation.sequenceBias?.map(({ ids, bias }) => [ids, bias]),
    exponential_decay_length_penalty: decay && [decay.after, decay.factor],
    remove_invalid_values: generation.finite,
  };
}

const oneOrList = (ids: readonly number[] | undefined): unknown =>
  ids?.length === 0 ? null : ids?.length === 1 ? ids[0] : ids;
