/** Sums over texts → the scores of every head, with intervals from a bootstrap over texts. */
import { random } from "../params/random.ts";
import type { Tally } from "./measure.ts";
import { OFFSETS, SUMS, type Weighting } from "./statistics.ts";

/** One number for each head. */
export type PerHead = Float64Array;

/** Scores that a tally gives by itself, without trees, word frequencies or controls. */
export const TALLY_SCORES = [
  "previous-token",
  "next-token",
  "self",
  "positional",
  "first-position",
  "last-position",
  "delimiter",
  "delimiter:cls",
  "delimiter:sep",
  "delimiter:punctuation",
  "broad",
  "confidence",
  "distance",
  "semantic",
  "sink",
] as const;
export type TallyScore = (typeof TALLY_SCORES)[number];

/** Sums over some texts, each counted as often as `times` says. */
interface Totals {
  readonly sums: Float64Array;
  readonly queries: number;
}

const column = (name: string): number => {
  const at = SUMS.indexOf(name);
  if (at < 0) throw new Error(`internal: no sum is called ${name}`);
  return at;
};

export const headsOf = (tally: Tally): number => tally.sizes.length;

function total(tally: Tally, weighting: Weighting, times?: Int32Array): Totals {
  const stride = headsOf(tally) * SUMS.length;
  const values = tally.sums[weighting]!;
  const sums = new Float64Array(stride);
  let queries = 0;
  for (let t = 0; t < tally.texts.length; t++) {
    const k = times ? times[t]! : 1;
    if (k === 0) continue;
    const from = t * stride;
    for (let i = 0; i < stride; i++) sums[i]! += k * values[from + i]!;
    queries += k * tally.counted[t]!;
  }
  return { sums, queries };
}

/** The scores of head `h`; each a mean over queries unless its definition says otherwise. */
function scoresOf({ sums, queries }: Totals, h: number): Record<TallyScore, number> {
  const at = (name: string) => sums[h * SUMS.length + column(name)]!;
  const share = (name: string) => at(name) / queries;
  const delimiters = ["delimiter:cls", "delimiter:sep", "delimiter:punctuation"].map(share) as [number, number, number];
  return {
    "previous-token": share("weight:-1"),
    "next-token": share("weight:1"),
    self: share("weight:0"),
    positional: Math.max(...OFFSETS.filter((o) => o !== 0).map((o) => share(`top:${o}`))),
    "first-position": share("first-position"),
    "last-position": share("last-position"),
    delimiter: Math.max(...delimiters),
    "delimiter:cls": delimiters[0],
    "delimiter:sep": delimiters[1],
    "delimiter:punctuation": delimiters[2],
    broad: share("broad"),
    confidence: share("confidence"),
    distance: share("distance"),
    semantic: at("semantic-mass") > 0 ? at("semantic") / at("semantic-mass") : 0,
    // α₁ of Gu et al. 2024: how much all later queries give the first position
    sink: share("first-position"),
  };
}

/** Every tally score of every head. */
export function tallyScores(tally: Tally, weighting: Weighting, times?: Int32Array): Record<TallyScore, PerHead> {
  const totals = total(tally, weighting, times);
  const heads = headsOf(tally);
  const out = Object.fromEntries(TALLY_SCORES.map((name) => [name, new Float64Array(heads)])) as Record<TallyScore, PerHead>;
  for (let h = 0; h < heads; h++) {
    for (const [name, value] of Object.entries(scoresOf(totals, h))) out[name as TallyScore][h] = value;
  }
  return out;
}

/** For each head: the offset (other than 0) at which its largest weights are most often. */
export function bestOffsets(tally: Tally): number[] {
  const { sums } = total(tally, "raw");
  const others = OFFSETS.filter((o) => o !== 0);
  return Array.from({ length: headsOf(tally) }, (_, h) => {
    const share = (o: number) => sums[h * SUMS.length + column(`top:${o}`)]!;
    return others.reduce((best, o) => (share(o) > share(best) ? o : best));
  });
}

/** How often each of `count` texts is drawn in one resample with replacement. */
export function resample(uniform: () => number, count: number): Int32Array {
  const times = new Int32Array(count);
  for (let k = 0; k < count; k++) times[Math.floor(uniform() * count)]!++;
  return times;
}

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** The middle 95% of some numbers, of those that are numbers. */
export function interval(values: Float64Array): Interval {
  const sorted = values.filter((value) => !Number.isNaN(value)).toSorted();
  const at = (q: number) => sorted[Math.min(sorted.length - 1, Math.max(0, Math.round(q * (sorted.length - 1))))] ?? Number.NaN;
  return { low: at(0.025), high: at(0.975) };
}

/** 95% intervals of every tally score of every head, by resampling texts. */
export function tallyIntervals(tally: Tally, seed: number, resamples = 200): Record<TallyScore, Interval[]> {
  const uniform = random(`${seed}/bootstrap`);
  const heads = headsOf(tally);
  const drawn = TALLY_SCORES.map(() => Array.from({ length: heads }, () => new Float64Array(resamples)));
  for (let r = 0; r < resamples; r++) {
    const scores = tallyScores(tally, "raw", resample(uniform, tally.texts.length));
    for (const [k, name] of TALLY_SCORES.entries()) {
      for (let h = 0; h < heads; h++) drawn[k]![h]![r] = scores[name][h]!;
    }
  }
  return Object.fromEntries(TALLY_SCORES.map((name, k) => [name, drawn[k]!.map(interval)])) as Record<TallyScore, Interval[]>;
}

/**
 * Whether attention goes to similar tokens beyond what distance explains: for each head z = Σ dₜ / √Σ dₜ², where dₜ is
 * a text's sum (zero in the mean if attention does not look at meaning), and p by flipping signs, over all heads at once.
 */
export function semanticTest(tally: Tally, seed: number, flips = 999): { readonly z: PerHead; readonly p: PerHead } {
  const heads = headsOf(tally);
  const values = tally.sums.raw!;
  const d = (t: number, h: number) => values[(t * heads + h) * SUMS.length + column("semantic")]!;
  const spread = new Float64Array(heads);
  const rows = Float64Array.from({ length: tally.texts.length * heads }, (_, k) => d(Math.floor(k / heads), k % heads));
  for (const [k, x] of rows.entries()) spread[k % heads]! += x * x;
  const zOf = (sign: (t: number) => number): PerHead => {
    const z = new Float64Array(heads);
    for (let t = 0; t < tally.texts.length; t++) {
      const s = sign(t);
      for (let h = 0; h < heads; h++) z[h]! += s * rows[t * heads + h]!;
    }
    return z.map((x, h) => (spread[h]! > 0 ? x / Math.sqrt(spread[h]!) : 0));
  };
  const z = zOf(() => 1);
  const uniform = random(`${seed}/signs`);
  const beaten = new Float64Array(heads);
  for (let r = 0; r < flips; r++) {
    const greatest = Math.max(...zOf(() => (uniform() < 0.5 ? -1 : 1)));
    for (let h = 0; h < heads; h++) if (greatest >= z[h]!) beaten[h]!++;
  }
  return { z, p: beaten.map((c) => (c + 1) / (flips + 1)) };
}
