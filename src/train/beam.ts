/** The search for a likely translation: greedy, or with beams as transformers' `generate` does it, to the last rule. */
import { BLOCKED } from "../nn/mask.ts";
import { InputError } from "../run/errors.ts";
import type { Decoding } from "./decode.ts";

/** A finished translation. */
export interface Found {
  /** Its tokens: without the start, with the end. */
  readonly ids: readonly number[];
  /** The logarithm of its probability over the length penalty. */
  readonly score: number;
}

export interface SearchOptions {
  /** How many texts are kept per source; default 4. 1: the likeliest token each time. */
  readonly beams?: number;
  /** Where scores of n tokens, the end included, are compared: log p / n^α, or as in the Transformer paper log p / ((5 + n) / 6)^α. */
  readonly penalty?: "length" | "paper";
  /** α; default 1. */
  readonly lengthPenalty?: number;
  /** The most tokens of a translation, the start and the end included; default: the model's positions. The last is the end. */
  readonly maxLength?: number;
}

type Settings = Required<SearchOptions>;

function settings({ config }: Decoding, options: SearchOptions): Settings {
  const { beams = 4, penalty = "length", lengthPenalty = 1, maxLength = config.maxPositions } = options;
  if (!(Number.isInteger(beams) && beams >= 1)) throw new InputError(`beams must be a whole number from 1, got ${beams}`);
  if (!Number.isFinite(lengthPenalty)) throw new InputError(`the length penalty must be a number, got ${lengthPenalty}`);
  if (!(Number.isInteger(maxLength) && maxLength >= 2 && maxLength <= config.maxPositions)) {
    throw new InputError(
      `the longest translation must have 2 to ${config.maxPositions} tokens (the model's positions), got ${maxLength}`,
    );
  }
  return { beams, penalty, lengthPenalty, maxLength };
}

/** What log p is divided by: n^α, or ((5 + n) / 6)^α (Wu et al. 2016). */
const divisor = ({ penalty, lengthPenalty }: Settings, n: number): number =>
  (penalty === "length" ? n : (5 + n) / 6) ** lengthPenalty;

const single = Math.fround; // sums are kept in single precision, as PyTorch keeps them

/** A translation for each source: `greedy` for one beam, else `beamSearch`. Throws `InputError` on settings without sense. */
export async function search(
  decoding: Decoding,
  sources: readonly (readonly number[])[],
  options: SearchOptions = {},
): Promise<Found[]> {
  return (settings(decoding, options).beams === 1 ? greedy : beamSearch)(decoding, sources, options);
}

/** The likeliest token at each step, until the end or the limit. `sources` are ids, each with its end. */
export async function greedy(
  decoding: Decoding,
  sources: readonly (readonly number[])[],
  options: SearchOptions = {},
): Promise<Found[]> {
  const asked = settings(decoding, options);
  const { start, end } = decoding.config.ids;
  const steps = await decoding.start(sources, "best");
  const texts = sources.map(() => ({ ids: [] as number[], sum: 0 }));
  let open = texts.map((_, k) => k);
  let from = open;
  for (let n = 1; open.length > 0 && n < asked.maxLength; n++) {
    const got = await steps.step(
      open.map((k) => texts[k]!.ids.at(-1) ?? start),
      from,
    );
    for (const [row, k] of open.entries()) {
      const forced = n === asked.maxLength - 1;
      texts[k]!.ids.push(forced ? end : Number(got.next!.data[row]));
      if (!forced) texts[k]!.sum = single(texts[k]!.sum + Number(got.logProbability!.data[row]));
    }
    from = [...open.keys()].filter((row) => texts[open[row]!]!.ids.at(-1) !== end);
    open = from.map((row) => open[row]!);
  }
  return texts.map(({ ids, sum }) => ({ ids, score: single(sum / divisor(asked, ids.length)) }));
}

/** A text on its way. */
interface Beam {
  readonly ids: readonly number[];
  readonly sum: number;
  /** Its row in the step before. */
  readonly row: number;
}

interface Sentence {
  readonly running: readonly Beam[];
  /** The best so far, best first; as many as beams at most. */
  readonly finished: readonly Found[];
}

/**
 * Beam search over a batch, which does not depend on who shares it. A text that ends is only taken where it is among the
 * best `beams`; a sentence is done when its best running text, scored by its present length, is no better than its worst of
 * `beams` finished ones (transformers' `early_stopping=False`).
 */
export async function beamSearch(
  decoding: Decoding,
  sources: readonly (readonly number[])[],
  options: SearchOptions = {},
): Promise<Found[]> {
  const asked = settings(decoding, options);
  const { start, end } = decoding.config.ids;
  const steps = await decoding.start(sources, "all");
  const sentences = sources.map((_, k): Sentence => ({ running: [{ ids: [], sum: 0, row: k }], finished: [] }));
  let open = sentences.map((_, k) => k);
  for (let n = 1; open.length > 0 && n < asked.maxLength; n++) {
    const beams = open.flatMap((k) => sentences[k]!.running);
    const ids = beams.map((beam) => beam.ids.at(-1) ?? start);
    const from = beams.map((beam) => beam.row);
    const { logProbabilities } = await steps.step(ids, from);
    const table = { data: logProbabilities!.data as Float32Array, vocabulary: decoding.config.vocabulary };
    const only = n === asked.maxLength - 1 ? end : undefined;
    let first = 0;
    for (const k of open) {
      const { running, finished } = sentences[k]!;
      sentences[k] = advance(asked, { running, finished }, continued(running, first, table, 2 * asked.beams, only), end);
      first += running.length;
    }
    open = open.filter((k) => !done(asked, sentences[k]!, n));
  }
  return sentences.map(({ finished }) => finished[0]!);
}

interface Table {
  /** [rows, vocabulary], row by row */
  readonly data: Float32Array;
  readonly vocabulary: number;
}

/** The best `count` continuations of a sentence's texts, best first; `only`: the one token that may follow. */
function continued(running: readonly Beam[], first: number, table: Table, count: number, only?: number): Beam[] {
  const best: { beam: number; token: number; sum: number }[] = [];
  const offer = (beam: number, token: number, sum: number) => {
    if (best.length === count && sum <= best[count - 1]!.sum) return;
    let at = best.length;
    while (at > 0 && best[at - 1]!.sum < sum) at--;
    best.splice(at, 0, { beam, token, sum });
    if (best.length > count) best.pop();
  };
  for (const [b, { sum }] of running.entries()) {
    if (only !== undefined) offer(b, only, sum);
    else eachToken(table, first + b, (token, logProbability) => offer(b, token, single(sum + logProbability)));
  }
  return best.map(({ beam, token, sum }) => ({ ids: [...running[beam]!.ids, token], sum, row: first + beam }));
}

function eachToken({ data, vocabulary }: Table, row: number, visit: (token: number, logProbability: number) => void): void {
  const offset = row * vocabulary;
  for (let token = 0; token < vocabulary; token++) {
    const logProbability = data[offset + token]!;
    if (logProbability > BLOCKED / 2) visit(token, logProbability);
  }
}

/** The sentence one token later: the best texts that go on, and the best of those that have ended. */
function advance(asked: Settings, { finished }: Sentence, candidates: readonly Beam[], end: number): Sentence {
  const ended = (beam: Beam): boolean => beam.ids.at(-1) === end;
  const added = candidates
    .slice(0, asked.beams)
    .filter(ended)
    .map(({ ids, sum }): Found => ({ ids, score: single(sum / divisor(asked, ids.length)) }));
  return {
    running: candidates.filter((beam) => !ended(beam)).slice(0, asked.beams),
    finished: [...finished, ...added].sort((a, b) => b.score - a.score).slice(0, asked.beams),
  };
}

function done(asked: Settings, { running, finished }: Sentence, n: number): boolean {
  if (running.length === 0) return true;
  return finished.length === asked.beams && !(single(running[0]!.sum / divisor(asked, n)) > finished.at(-1)!.score);
}
