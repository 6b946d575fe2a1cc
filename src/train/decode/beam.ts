/** Search for a probable translation: greedy, or beam search identical to transformers' `generate`. */

import { BLOCKED } from "../../nn/mask.ts";
import { InputError } from "../../run/errors.ts";
import { tensorAt } from "../../run/runtime.ts";
import { floats } from "../../run/tensor.ts";
import { numberAt } from "../../stats/sums.ts";
import type { Decoding, StepOutput, Steps } from "./decode.ts";
import { alwaysBlocked, forcedAt, logSumExp, type PartialText, rulesOf } from "./rules.ts";
import { divisor, type SearchOptions, type Settings, settingsOf } from "./search-settings.ts";

/** A finished translation. */
export interface Found {
  /** Its tokens: without the start token, with the end token. */
  readonly ids: readonly number[];
  /** Its log probability divided by the length penalty. */
  readonly score: number;
}

const single = Math.fround; // sums are rounded to single precision, as in PyTorch

/** Returns a translation for each source: `greedy` for one beam, else `beamSearch`. Throws `InputError` on invalid settings. */
export async function search(
  decoding: Decoding,
  sources: readonly (readonly number[])[],
  options: SearchOptions = {},
): Promise<Found[]> {
  return (settingsOf(decoding, options).beams === 1 ? greedy : beamSearch)(decoding, sources, options);
}

/** The steps of a batch; with `ruled`, the scores are still subject to rules that depend on the texts. */
interface Started {
  readonly steps: Steps;
  readonly ruled: boolean;
}

async function started(
  decoding: Decoding,
  sources: readonly (readonly number[])[],
  asked: Settings,
  wanted: { readonly plain: StepOutput; readonly ruled: StepOutput },
): Promise<Started> {
  const blocked = alwaysBlocked(asked);
  const ruled = blocked === undefined;
  const said = ruled ? { blocked: [], renormalize: false } : { blocked, renormalize: asked.renormalize };
  return { steps: await decoding.start(sources, ruled ? wanted.ruled : wanted.plain, said), ruled };
}

/** Selects the most probable token at each step, until an end token or the limit. `sources` are ids with end tokens. */
export async function greedy(
  decoding: Decoding,
  sources: readonly (readonly number[])[],
  options: SearchOptions = {},
): Promise<Found[]> {
  const asked = settingsOf(decoding, options);
  const { steps, ruled } = await started(decoding, sources, asked, { plain: "best", ruled: "logits" });
  const best = ruled ? bestByRules(asked, decoding.config.vocabulary) : bestOfStep(asked);
  const texts = sources.map((source) => ({ ids: [asked.start], last: asked.start, sum: 0, source }));
  let open = texts;
  let from = [...texts.keys()];
  for (let n = 1; open.length > 0 && n < asked.maxLength; n++) {
    const got = await steps.step(
      open.map(({ last }) => last),
      from,
    );
    for (const [row, text] of open.entries()) {
      const { token, logProbability } = best(got, row, text);
      text.ids.push(token);
      text.last = token;
      text.sum = single(text.sum + logProbability);
    }
    const ended = open.map(({ last }) => asked.ends.includes(last));
    from = [...open.keys()].filter((row) => !ended[row]);
    open = open.filter((_, row) => !ended[row]);
  }
  return texts.map(({ ids, sum }) => ({ ids: ids.slice(1), score: single(sum / divisor(asked, ids.length - 1)) }));
}

type Step = Awaited<ReturnType<Steps["step"]>>;
type Best = (got: Step, row: number, text: PartialText) => { readonly token: number; readonly logProbability: number };

/** Selects the step's best token, unless one is forced. */
const bestOfStep =
  (asked: Settings): Best =>
  (got, row, { ids }) => {
    const only = forcedAt(asked, ids.length);
    if (only) return { token: Math.min(...only), logProbability: 0 };
    return {
      token: Number(tensorAt(got, "next").data[row]),
      logProbability: Number(tensorAt(got, "logProbability").data[row]),
    };
  };

/** Selects the best logit after applying the rules. */
function bestByRules(asked: Settings, vocabulary: number): Best {
  const rules = rulesOf(asked);
  return (got, row, text) => {
    const logits = Float32Array.from(floats(tensorAt(got, "logits")).subarray(row * vocabulary, (row + 1) * vocabulary));
    const whole = logSumExp(logits);
    const scores = logits.slice();
    for (const rule of rules) rule(scores, text);
    const token = scores.reduce((best, x, k) => (x > scores[best]! ? k : best), 0);
    if (scores[token] === Number.NEGATIVE_INFINITY) throw new InputError(NOTHING_LEFT);
    if (forcedAt(asked, text.ids.length)) return { token, logProbability: 0 };
    return { token, logProbability: asked.renormalize ? numberAt(scores, token) : numberAt(logits, token) - whole };
  };
}

const NOTHING_LEFT =
  "the generation settings leave no token that may come next; allow more of them (suppress_tokens, bad_words_ids, no_repeat_ngram_size …)";

/** A partial translation, including the start token. */
interface Beam {
  readonly ids: readonly number[];
  /** The last of its tokens. */
  readonly last: number;
  readonly sum: number;
  /** Its row in the previous step. */
  readonly row: number;
}

interface Sentence {
  readonly at: number;
  readonly source: readonly number[];
  readonly running: readonly Beam[];
  /** The best finished translations, best first; at most as many as beams. */
  readonly finished: readonly Found[];
}

/**
 * Runs beam search over a batch; results do not depend on the other sentences. A finished text is only accepted among the best
 * `beams`; `earlyStopping` decides when a sentence is done.
 */
export async function beamSearch(
  decoding: Decoding,
  sources: readonly (readonly number[])[],
  options: SearchOptions = {},
): Promise<Found[]> {
  const asked = settingsOf(decoding, options);
  const { steps, ruled } = await started(decoding, sources, asked, { plain: "all", ruled: "all" });
  const scoresOf = ruled ? scoresByRules(asked, decoding.config.vocabulary) : scoresOfStep(asked, decoding.config.vocabulary);
  const found: (readonly Found[])[] = [];
  let open = sources.map(
    (source, at): Sentence => ({
      ...{ at, source, finished: [] },
      running: [{ ids: [asked.start], last: asked.start, sum: 0, row: at }],
    }),
  );
  for (let n = 1; open.length > 0 && n < asked.maxLength; n++) {
    const beams = open.flatMap(({ running }) => running);
    const got = await steps.step(
      beams.map(({ last }) => last),
      beams.map(({ row }) => row),
    );
    const data = floats(tensorAt(got, "logProbabilities"));
    let first = 0;
    open = open.map((sentence) => {
      const { source, running } = sentence;
      const from = first;
      first += running.length;
      return advance(
        asked,
        sentence,
        continued(asked, running, from, ({ ids }, b) => scoresOf(data, from + b, { ids, source })),
      );
    });
    for (const { at, finished } of open) found[at] = finished;
    open = open.filter((sentence) => !done(asked, sentence, n));
  }
  return sources.map((_, at) => found[at]?.[0] ?? fail());
}

const fail = (): never => {
  throw new InputError(NOTHING_LEFT);
};

/** Returns the scores of a row's next token: of all tokens, or of forced ones. */
type Scores = (data: Float32Array, row: number, text: PartialText) => Float32Array | readonly number[];

const scoresOfStep =
  (asked: Settings, vocabulary: number): Scores =>
  (data, row, { ids }) =>
    forcedAt(asked, ids.length) ?? data.subarray(row * vocabulary, (row + 1) * vocabulary);

function scoresByRules(asked: Settings, vocabulary: number): Scores {
  const rules = rulesOf(asked);
  return (data, row, text) => {
    const scores = data.slice(row * vocabulary, (row + 1) * vocabulary);
    for (const rule of rules) rule(scores, text);
    return scores;
  };
}

/** Returns the best continuations of a sentence's texts, best first: enough that `beams` of them continue. */
function continued(
  { beams, ends, renormalize }: Settings,
  running: readonly Beam[],
  first: number,
  scoresOf: (beam: Beam, place: number) => ReturnType<Scores>,
): Beam[] {
  const count = beams * Math.max(2, 1 + ends.length);
  const best: { ids: readonly number[]; last: number; sum: number; row: number }[] = [];
  let least = Number.NEGATIVE_INFINITY;
  const offer = (ids: readonly number[], last: number, sum: number, row: number) => {
    if (best.length === count && sum <= least) return;
    const at = best.findIndex((other) => other.sum < sum);
    best.splice(at < 0 ? best.length : at, 0, { ids, last, sum, row });
    if (best.length > count) best.pop();
    least = best.at(-1)?.sum ?? least;
  };
  for (const [b, beam] of running.entries()) {
    const [scores, { ids, sum }] = [scoresOf(beam, b), beam];
    if (scores instanceof Float32Array) eachToken(scores, (token, score) => offer(ids, token, single(sum + score), first + b));
    else for (const token of scores) offer(ids, token, single(sum - (renormalize ? Math.log(scores.length) : 0)), first + b);
  }
  return best.map(({ ids, last, sum, row }) => ({ ids: [...ids, last], last, sum, row }));
}

function eachToken(scores: Float32Array, visit: (token: number, score: number) => void): void {
  for (let token = 0; token < scores.length; token++) {
    const score = scores[token]!;
    if (score > BLOCKED / 2) visit(token, score);
  }
}

/** Advances a sentence by one token: keeps the best running texts, and the best finished ones. */
function advance(asked: Settings, { at, source, finished }: Sentence, candidates: readonly Beam[]): Sentence {
  const ended = ({ ids, last }: Beam): boolean => ids.length === asked.maxLength || asked.ends.includes(last);
  const added = candidates
    .slice(0, asked.beams)
    .filter(ended)
    .map(({ ids, sum }): Found => ({ ids: ids.slice(1), score: single(sum / divisor(asked, ids.length - 1)) }));
  return {
    ...{ at, source },
    running: candidates.filter((beam) => !ended(beam)).slice(0, asked.beams),
    finished: [...finished, ...added].sort((a, b) => b.score - a.score).slice(0, asked.beams),
  };
}

/** Returns true if no running text, scored by its present length or the longest, beats the worst of `beams` finished ones. */
function done(asked: Settings, { running, finished }: Sentence, n: number): boolean {
  const [best, worst] = [running[0], finished.at(-1)];
  if (!best) return true;
  if (!worst || finished.length < asked.beams) return false;
  if (asked.earlyStopping === true) return true;
  const length = asked.earlyStopping === "never" && asked.lengthPenalty > 0 ? asked.maxLength - 1 : n;
  return !(single(best.sum / divisor(asked, length)) > worst.score);
}
