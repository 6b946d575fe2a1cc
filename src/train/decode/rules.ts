/**
 * Rules that change the scores of the next token: transformers' logits processors, in their order. Rules that are the same at
 * every step run in the step's program; the others run on its results.
 */
import type { Settings } from "./search-settings.ts";

/** A partial text, including the start token, and its source. */
export interface PartialText {
  readonly ids: readonly number[];
  readonly source: readonly number[];
}

/** Changes the scores of the token after `text`, [v], in place. */
export type ScoreRule = (scores: Float32Array, text: PartialText) => void;

const NEVER = Number.NEGATIVE_INFINITY;
const LEAST = -3.4028234663852886e38; // of single precision

/** Returns the tokens that the step's program excludes, or undefined if rules depend on the text. */
export function alwaysBlocked(settings: Settings): readonly number[] | undefined {
  const { sequenceBias, sourceRepetitionPenalty, repetitionPenalty, noRepeat, noRepeatOfSource, minLength } = settings;
  const bad = badWords(settings);
  const blocked = [...new Set([...bad.flat(), ...settings.suppress])];
  const still = sequenceBias.length === 0 && sourceRepetitionPenalty === 1 && repetitionPenalty === 1;
  const free = noRepeat === 0 && noRepeatOfSource === 0 && bad.every((ids) => ids.length === 1) && minLength < 2;
  const plain = !settings.decay && settings.suppressFirst.length === 0 && !settings.finite;
  const forced = [...settings.forcedLast, ...(settings.forcedFirst === undefined ? [] : [settings.forcedFirst])];
  return still && free && plain && !forced.some((id) => blocked.includes(id)) ? blocked : undefined;
}

/** Returns the allowed tokens after a text of `length` tokens; undefined if all are allowed. */
export function forcedAt({ forcedFirst, forcedLast, maxLength }: Settings, length: number): readonly number[] | undefined {
  if (length === maxLength - 1 && forcedLast.length > 0) return forcedLast;
  return length === 1 && forcedFirst !== undefined ? [forcedFirst] : undefined;
}

const badWords = ({ badWords, ends }: Settings): readonly (readonly number[])[] =>
  badWords.filter((ids) => !(ids.length === 1 && ids.every((id) => ends.includes(id))));

/** Returns all active rules, in order. */
export function rulesOf(settings: Settings): readonly ScoreRule[] {
  const { sequenceBias, sourceRepetitionPenalty, repetitionPenalty, noRepeat, noRepeatOfSource, decay, finite } = settings;
  const bad = badWords(settings).map((ids) => ({ ids, bias: NEVER }));
  const rules: readonly (readonly [boolean, () => ScoreRule])[] = [
    [sequenceBias.length > 0, () => biased(sequenceBias)],
    [sourceRepetitionPenalty !== 1, () => rescaled(({ source }) => source, 1 / sourceRepetitionPenalty)],
    [repetitionPenalty !== 1, () => rescaled(({ ids }) => ids, repetitionPenalty)],
    [noRepeat > 0, () => unrepeated(({ ids }) => ids, noRepeat)],
    [noRepeatOfSource > 0, () => unrepeated(({ source }) => source, noRepeatOfSource)],
    [bad.length > 0, () => biased(bad)],
    [
      settings.minLength > 1,
      () =>
        (scores, { ids }) =>
          ids.length < settings.minLength && block(scores, settings.ends),
    ],
    [true, () => forced(settings)],
    [finite, () => (scores) => scores.forEach((x, k) => void (scores[k] = finiteOf(x)))],
    [decay !== undefined, () => decayed(decay, settings.ends)],
    [settings.suppress.length > 0, () => (scores) => block(scores, settings.suppress)],
    [settings.suppressFirst.length > 0, () => suppressedFirst(settings)],
    [settings.renormalize, () => normalize],
  ];
  return rules.flatMap(([inForce, rule]) => (inForce ? [rule()] : []));
}

const block = (scores: Float32Array, ids: readonly number[]): void => {
  for (const id of ids) if (id < scores.length) scores[id] = NEVER;
};

/** Changes the scores of some tokens in place. */
function change(scores: Float32Array, ids: Iterable<number>, to: (score: number) => number): void {
  for (const id of ids) {
    const score = scores[id];
    if (score !== undefined) scores[id] = to(score);
  }
}

/** Adds each bias to the last of its tokens if the text ends with those before it. */
const biased =
  (sequences: Settings["sequenceBias"]): ScoreRule =>
  (scores, { ids }) => {
    for (const { ids: sequence, bias } of distinct(sequences)) {
      const before = sequence.slice(0, -1);
      const at = ids.length - before.length;
      if (at < 0 || !before.every((id, k) => ids[at + k] === id)) continue;
      change(scores, sequence.slice(-1), (score) => score + bias);
    }
  };

/** Removes duplicates; the last bias of a sequence wins. */
const distinct = (sequences: Settings["sequenceBias"]) => [...new Map(sequences.map((one) => [one.ids.join(), one])).values()];

/** Divides positive scores of the tokens of `of` by the penalty, and multiplies negative ones. */
const rescaled =
  (of: (text: PartialText) => readonly number[], penalty: number): ScoreRule =>
  (scores, text) => {
    change(scores, new Set(of(text)), (score) => (score < 0 ? score * penalty : score / penalty));
  };

/** Blocks tokens that would repeat, in `of`, the last `size` − 1 tokens of the text. */
const unrepeated =
  (of: (text: PartialText) => readonly number[], size: number): ScoreRule =>
  (scores, text) => {
    const from = text.ids.length + 1 - size;
    if (from < 0) return;
    const last = text.ids.slice(from);
    const all = of(text);
    for (let at = 0; at + size <= all.length; at++)
      if (last.every((id, k) => all[at + k] === id)) block(scores, all.slice(at + size - 1, at + size));
  };

const forced =
  (settings: Settings): ScoreRule =>
  (scores, { ids }) => {
    const only = forcedAt(settings, ids.length);
    if (!only) return;
    scores.fill(NEVER);
    for (const id of only) scores[id] = 0;
  };

const finiteOf = (x: number): number => (Number.isNaN(x) ? 0 : Math.min(-LEAST, Math.max(LEAST, x)));

const decayed =
  (decay: Settings["decay"], ends: readonly number[]): ScoreRule =>
  (scores, { ids }) => {
    if (!decay) return;
    const { after, factor } = decay;
    const n = ids.length - (after + 1);
    if (n <= 0) return;
    change(scores, ends, (score) => (Number.isFinite(score) ? score + Math.abs(score) * (factor ** n - 1) : score));
  };

/** Suppresses tokens at the first step; the step after a forced first token counts as the first. */
const suppressedFirst = ({ suppressFirst, forcedFirst }: Settings): ScoreRule => {
  const first = forcedFirst === undefined ? 1 : 2;
  return (scores, { ids }) => ids.length === first && block(scores, suppressFirst);
};

/** Applies log softmax in place. */
function normalize(scores: Float32Array): void {
  const shift = logSumExp(scores);
  scores.set(scores.map((score) => score - shift));
}

/** Returns log Σ exp of the scores. */
export function logSumExp(scores: Float32Array): number {
  const most = scores.reduce((a, b) => Math.max(a, b), NEVER);
  if (most === NEVER) return 0;
  return most + Math.log(scores.reduce((sum, x) => sum + Math.exp(x - most), 0));
}
