/** The scores of every head from sums over texts, with intervals from a bootstrap over texts. */
import { keyed } from "../../params/keyed.ts";
import { resamples } from "../../stats/intervals.ts";
import { columnOf, columnSums, rowOf, weightedTotal } from "../../stats/sums.ts";
import { sumsOf, type Tally } from "../observe/measure.ts";
import { POSSIBLE } from "../observe/possible.ts";
import { OFFSETS, SUMS } from "../observe/statistics.ts";
import type { Weighting } from "../observe/weights.ts";

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

/** Sums over texts, each multiplied by its number in `times`: [head, sum]. */
interface Totals extends Cases {
  readonly sums: Float64Array;
}

export const headsOf = (tally: Tally): number => tally.sizes.length;

/** Returns a function that reads numbers by their names. */
const named =
  (names: readonly string[], numbers: Float64Array) =>
  (name: string): number => {
    const found = numbers[names.indexOf(name)];
    if (found === undefined) throw new Error(`internal: no number is called ${name}`);
    return found;
  };

const totalsOf = (tally: Tally, weighting: Weighting, times?: Int32Array): Totals => ({
  sums: columnSums(sumsOf(tally, weighting), headsOf(tally) * SUMS.length, times),
  ...casesIn(tally, times),
});

/** Returns the sums of one head by name. */
const sumsOfHead = ({ sums }: Totals, h: number) => named(SUMS, rowOf(sums, h, SUMS.length));

const NEIGHBORS = OFFSETS.filter((offset) => offset !== 0);

/**
 * Computes the share of queries whose largest weight is at an offset, among the queries that have such a neighbor. The
 * denominator is at least a quarter of all queries: the best offset is selected, and a few queries of short texts must not
 * decide it.
 */
const topShare = (totals: Totals, h: number, offset: number): number =>
  sumsOfHead(totals, h)(`top:${offset}`) / Math.max(1, FEWEST * totals.queries, totals.possible(`offset:${offset}`));
const FEWEST = 0.25;

/** Computes the scores of head `h`; each is a mean over the queries that can attend to what the score measures. */
function scoresOf(totals: Totals, h: number): Record<TallyScore, number> {
  const { queries, possible } = totals;
  const at = sumsOfHead(totals, h);
  const share = (name: string) => at(name) / queries;
  const among = (name: string, what = name) => at(name) / Math.max(1, possible(what));
  const delimiters = {
    "delimiter:cls": among("delimiter:cls"),
    "delimiter:sep": among("delimiter:sep"),
    "delimiter:punctuation": among("delimiter:punctuation"),
  };
  return {
    "previous-token": among("weight:-1", "offset:-1"),
    "next-token": among("weight:1", "offset:1"),
    self: share("weight:0"),
    positional: Math.max(...NEIGHBORS.map((offset) => topShare(totals, h, offset))),
    "first-position": share("first-position"),
    "last-position": share("last-position"),
    delimiter: Math.max(...Object.values(delimiters)),
    ...delimiters,
    broad: share("broad"),
    confidence: share("confidence"),
    distance: share("distance"),
    "sub-word": among("sub-word") - among("sub-word-control", "sub-word"),
    // α₁ of Gu et al. 2024: the attention of all later queries to the first position
    sink: share("first-position"),
  };
}

/** Computes every tally score of every head. */
export function tallyScores(tally: Tally, weighting: Weighting, times?: Int32Array): Record<TallyScore, PerHead> {
  const totals = totalsOf(tally, weighting, times);
  const byHead = Array.from({ length: headsOf(tally) }, (_, h) => scoresOf(totals, h));
  return keyed(TALLY_SCORES, (name) => Float64Array.from(byHead, (scores) => scores[name]));
}

/** Numbers of a tally's queries: all, and those that can attend to what a score measures, by its name in `POSSIBLE`. */
export interface Cases {
  readonly queries: number;
  possible(name: string): number;
}

export const casesIn = ({ counted, possible }: Tally, times?: Int32Array): Cases => ({
  queries: weightedTotal(counted, times),
  possible: named(POSSIBLE, columnSums(possible, POSSIBLE.length, times)),
});

/** Returns the number of queries that a score is a mean over; `offset` is a positional head's. */
export function casesOf({ queries, possible }: Cases, name: TallyScore, offset: number): number {
  const of = (what: string) => Math.round(possible(what));
  if (name === "previous-token") return of("offset:-1");
  if (name === "next-token") return of("offset:1");
  if (name === "positional") return of(`offset:${offset}`);
  if (name === "sub-word") return of(name);
  return name.startsWith("delimiter:") ? of(name) : queries;
}

/** Finds for each head the offset (other than 0) at which its largest weights are most often. */
export function bestOffsets(tally: Tally): number[] {
  const totals = totalsOf(tally, "raw");
  return Array.from({ length: headsOf(tally) }, (_, h) =>
    NEIGHBORS.reduce((best, o) => (topShare(totals, h, o) > topShare(totals, h, best) ? o : best)),
  );
}

/** Computes every tally score on texts drawn with replacement: for each head, its values. */
export function tallyDraws(tally: Tally, seed: number, count = 200): Record<TallyScore, Float64Array[]> {
  const drawn = resamples(tally.texts.length, `${seed}/bootstrap`, count).map((times) => tallyScores(tally, "raw", times));
  const draws = (name: TallyScore, h: number) =>
    columnOf(
      drawn.map((scores) => scores[name]),
      h,
    );
  return keyed(TALLY_SCORES, (name) => Array.from({ length: headsOf(tally) }, (_, h) => draws(name, h)));
}
