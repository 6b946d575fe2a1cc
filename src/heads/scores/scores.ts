/** The scores of every head from sums over texts, with intervals from a bootstrap over texts. */
import { resamples } from "../../stats/intervals.ts";
import type { Tally } from "../observe/measure.ts";
import { POSSIBLE } from "../observe/possible.ts";
import { OFFSETS, SUMS, type Weighting } from "../observe/statistics.ts";

/** One number for each head. */
export type PerHead = Float64Array;

/** Scores computed from a tally alone, without trees, word frequencies or controls. */
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
  "sub-word",
  "sink",
] as const;
export type TallyScore = (typeof TALLY_SCORES)[number];

/** Sums over some texts, each counted as many times as `times` gives. */
interface Totals extends Cases {
  readonly sums: Float64Array;
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
  const possible = new Float64Array(POSSIBLE.length);
  let queries = 0;
  for (let t = 0; t < tally.texts.length; t++) {
    const k = times ? times[t]! : 1;
    if (k === 0) continue;
    const from = t * stride;
    for (let i = 0; i < stride; i++) sums[i]! += k * values[from + i]!;
    queries += k * tally.counted[t]!;
    for (let i = 0; i < POSSIBLE.length; i++) possible[i]! += k * tally.possible[t * POSSIBLE.length + i]!;
  }
  return { sums, queries, possible };
}

/**
 * Computes the share of queries whose largest weight is at an offset, among the queries that have such a neighbor. The
 * denominator is at least a quarter of all queries: the best offset is selected, and a few queries of short texts must not
 * decide it.
 */
const topShare = ({ sums, possible, queries }: Totals, h: number, offset: number): number =>
  sums[h * SUMS.length + column(`top:${offset}`)]! /
  Math.max(1, FEWEST * queries, possible[POSSIBLE.indexOf(`offset:${offset}`)]!);
const FEWEST = 0.25;

/** Computes the scores of head `h`; each is a mean over the queries that can attend to what the score measures. */
function scoresOf(totals: Totals, h: number): Record<TallyScore, number> {
  const { sums, queries, possible } = totals;
  const at = (name: string) => sums[h * SUMS.length + column(name)]!;
  const share = (name: string) => at(name) / queries;
  const among = (name: string, what: string) => at(name) / Math.max(1, possible[POSSIBLE.indexOf(what)]!);
  const kinds = ["delimiter:cls", "delimiter:sep", "delimiter:punctuation"];
  const delimiters = kinds.map((name) => among(name, name)) as [number, number, number];
  return {
    "previous-token": among("weight:-1", "offset:-1"),
    "next-token": among("weight:1", "offset:1"),
    self: share("weight:0"),
    positional: Math.max(...OFFSETS.filter((o) => o !== 0).map((o) => topShare(totals, h, o))),
    "first-position": share("first-position"),
    "last-position": share("last-position"),
    delimiter: Math.max(...delimiters),
    "delimiter:cls": delimiters[0],
    "delimiter:sep": delimiters[1],
    "delimiter:punctuation": delimiters[2],
    broad: share("broad"),
    confidence: share("confidence"),
    distance: share("distance"),
    "sub-word": among("sub-word", "sub-word") - among("sub-word-control", "sub-word"),
    // α₁ of Gu et al. 2024: the attention of all later queries to the first position
    sink: share("first-position"),
  };
}

/** Computes every tally score of every head. */
export function tallyScores(tally: Tally, weighting: Weighting, times?: Int32Array): Record<TallyScore, PerHead> {
  const totals = total(tally, weighting, times);
  const heads = headsOf(tally);
  const out = Object.fromEntries(TALLY_SCORES.map((name) => [name, new Float64Array(heads)])) as Record<TallyScore, PerHead>;
  for (let h = 0; h < heads; h++) {
    for (const [name, value] of Object.entries(scoresOf(totals, h))) out[name as TallyScore][h] = value;
  }
  return out;
}

/** Numbers of a tally's queries: all, and those that can attend to what a score measures, in the order of `POSSIBLE`. */
export interface Cases {
  readonly queries: number;
  readonly possible: Float64Array;
}

export function casesIn({ texts, counted, possible: byText }: Tally): Cases {
  const possible = new Float64Array(POSSIBLE.length);
  for (let t = 0; t < texts.length; t++)
    for (let i = 0; i < POSSIBLE.length; i++) possible[i]! += byText[t * POSSIBLE.length + i]!;
  return { queries: counted.reduce((a, b) => a + b, 0), possible };
}

/** Returns the number of queries that a score is a mean over; `offset` is a positional head's. */
export function casesOf({ queries, possible }: Cases, name: TallyScore, offset: number): number {
  const of = (what: string) => Math.round(possible[POSSIBLE.indexOf(what)]!);
  if (name === "previous-token") return of("offset:-1");
  if (name === "next-token") return of("offset:1");
  if (name === "positional") return of(`offset:${offset}`);
  if (name === "sub-word") return of(name);
  return name.startsWith("delimiter:") ? of(name) : queries;
}

/** Finds for each head the offset (other than 0) at which its largest weights are most often. */
export function bestOffsets(tally: Tally): number[] {
  const totals = total(tally, "raw");
  const others = OFFSETS.filter((o) => o !== 0);
  return Array.from({ length: headsOf(tally) }, (_, h) =>
    others.reduce((best, o) => (topShare(totals, h, o) > topShare(totals, h, best) ? o : best)),
  );
}

/** Computes every tally score on texts drawn with replacement: for each head, its values. */
export function tallyDraws(tally: Tally, seed: number, count = 200): Record<TallyScore, Float64Array[]> {
  const heads = headsOf(tally);
  const drawn = TALLY_SCORES.map(() => Array.from({ length: heads }, () => new Float64Array(count)));
  for (const [r, times] of resamples(tally.texts.length, `${seed}/bootstrap`, count).entries()) {
    const scores = tallyScores(tally, "raw", times);
    for (const [k, name] of TALLY_SCORES.entries()) {
      for (let h = 0; h < heads; h++) drawn[k]![h]![r] = scores[name][h]!;
    }
  }
  return Object.fromEntries(TALLY_SCORES.map((name, k) => [name, drawn[k]!])) as Record<TallyScore, Float64Array[]>;
}
