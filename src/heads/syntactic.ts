/**
 * Does a head point from a word to its gold relative? Accuracy per relation and direction (Clark et al. 2019, Voita et
 * al. 2019): heads and offsets are chosen on one half of the sentences and tested on the other; p is family-wise over
 * heads, relations and directions, against gold relatives exchanged between sentences of one length.
 */
import { random, shuffled } from "../params/random.ts";
import type { Tally } from "./measure.ts";
import { countsOf, goldInstances, hits, type Instances, predictions, type Relation } from "./relations.ts";
import { headsOf, type Interval, interval, resample } from "./scores.ts";

/** Instances that each half must hold for a relation to be tested. */
const LEAST = 15;

/** The best fixed offset of each relation, chosen on the first half, and its accuracy on both. */
function offsetBaselines(data: Instances): { offset: number; chosen: number; tested: number }[] {
  const tables = data.relations.map(() => [new Map<number, number>(), new Map<number, number>()] as const);
  for (let k = 0; k < data.text.length; k++) {
    const table = tables[data.relation[k]!]![data.half[k]!]!;
    const offset = data.gold[k]! - data.query[k]!;
    table.set(offset, (table.get(offset) ?? 0) + 1);
  }
  const [first, second] = [countsOf(data, 0), countsOf(data, 1)];
  return tables.map(([a, b], r) => {
    const [offset, count] = [...a].reduce((best, entry) => (entry[1] > best[1] ? entry : best), [0, 0]);
    return { offset, chosen: count / Math.max(1, first[r]!), tested: (b.get(offset) ?? 0) / Math.max(1, second[r]!) };
  });
}

/** How one head does on one relation, on the half that tests. */
export interface RelationSkill extends Relation, Interval {
  readonly index: number;
  readonly head: number;
  readonly n: number;
  readonly offset: number;
  readonly baseline: number;
  readonly accuracy: number;
  /** On the half that chooses: accuracy less the offset's. */
  readonly chosenMargin: number;
  /** The 95% interval's lower end of accuracy less baseline, sentences resampled. */
  readonly marginLow: number;
  readonly p: number;
}

export interface SyntacticResult {
  readonly data: Instances;
  /** For each tested relation: the head chosen on the first half. */
  readonly best: readonly RelationSkill[];
  /** For each head: the relation on which it is most surely ahead of the offset on the first half (null: none was tested). */
  readonly byHead: readonly (RelationSkill | null)[];
}

/** Test every head on every relation that has instances enough in both halves. */
export function testSyntax(tally: Tally, causal: boolean, seed: number, permutations = 999): SyntacticResult {
  const data = goldInstances(tally, causal, seed);
  const heads = headsOf(tally);
  const predicted = predictions(tally, "raw", data);
  const [chosen, tested] = [hits(predicted, heads, data, 0), hits(predicted, heads, data, 1)];
  const [nChosen, nTested] = [countsOf(data, 0), countsOf(data, 1)];
  const baselines = offsetBaselines(data);
  const p = familyWise(predicted, heads, data, tested, nTested, seed, permutations);
  const open = [...data.relations.keys()].filter((r) => nChosen[r]! >= LEAST && nTested[r]! >= LEAST);
  const margin = (r: number, h: number) => chosen[r * heads + h]! / nChosen[r]! - baselines[r]!.chosen;
  // relations of different frequency are compared by how far the margin is beyond its own uncertainty
  const weighty = (r: number, h: number) => {
    const { chosen: b } = baselines[r]!;
    return margin(r, h) * Math.sqrt(nChosen[r]! / Math.max(0.01, b * (1 - b)));
  };
  const skill = (r: number, h: number): RelationSkill => {
    const { offset, tested: baseline } = baselines[r]!;
    const accuracy = tested[r * heads + h]! / nTested[r]!;
    const spread = bootstrap(predicted, heads, data, r, h, offset, seed);
    const found = { index: r, head: h, n: nTested[r]!, offset, baseline, accuracy, chosenMargin: margin(r, h) };
    return { ...data.relations[r]!, ...found, ...spread, p: p[r * heads + h]! };
  };
  const greatest = (items: readonly number[], f: (x: number) => number) => items.reduce((a, b) => (f(b) > f(a) ? b : a));
  const all = [...Array(heads).keys()];
  return {
    data,
    best: open.map((r) =>
      skill(
        r,
        greatest(all, (h) => margin(r, h)),
      ),
    ),
    byHead: all.map((h) =>
      open.length
        ? skill(
            greatest(open, (r) => weighty(r, h)),
            h,
          )
        : null,
    ),
  };
}

/** p of every relation and head: how often the largest standardised count of a permutation reaches the one observed. */
function familyWise(
  predicted: Int16Array,
  heads: number,
  data: Instances,
  observed: Int32Array,
  counts: Int32Array,
  seed: number,
  permutations: number,
): Float64Array {
  const uniform = random(`${seed}/gold`);
  const groups = exchangeable(data);
  const size = observed.length;
  const draws: Int32Array[] = [];
  const [mean, square] = [new Float64Array(size), new Float64Array(size)];
  for (let r = 0; r < permutations; r++) {
    const draw = hits(predicted, heads, data, 1, exchanged(groups, data.text.length, uniform));
    for (let i = 0; i < size; i++) {
      mean[i]! += draw[i]! / permutations;
      square[i]! += draw[i]! ** 2 / permutations;
    }
    draws.push(draw);
  }
  const spread = square.map((s, i) => Math.sqrt(Math.max(1e-12, s - mean[i]! ** 2)));
  const testedAt = (i: number) => counts[Math.floor(i / heads)]! >= LEAST && spread[i]! > 1e-5;
  const z = (draw: Int32Array, i: number) => (draw[i]! - mean[i]!) / spread[i]!;
  const greatest = draws
    .map((draw) => draw.reduce((best, _, i) => (testedAt(i) ? Math.max(best, z(draw, i)) : best), 0))
    .sort((a, b) => a - b);
  return Float64Array.from({ length: size }, (_, i) => {
    if (!testedAt(i)) return 1;
    const reached = greatest.length - lowerBound(greatest, z(observed, i));
    return (reached + 1) / (permutations + 1);
  });
}

/** The first index whose number is at least `x`. */
function lowerBound(sorted: readonly number[], x: number): number {
  let [from, to] = [0, sorted.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (sorted[middle]! < x) from = middle + 1;
    else to = middle;
  }
  return from;
}

/** Instances of the testing half whose gold may be exchanged: one relation, one sentence length. */
function exchangeable(data: Instances): number[][] {
  const groups = new Map<string, number[]>();
  for (let k = 0; k < data.text.length; k++) {
    if (data.half[k] !== 1) continue;
    const key = `${data.relation[k]} ${data.length[k]}`;
    const group = groups.get(key);
    if (group) group.push(k);
    else groups.set(key, [k]);
  }
  return [...groups.values()];
}

function exchanged(groups: readonly (readonly number[])[], count: number, uniform: () => number): Int32Array {
  const out = new Int32Array(count);
  for (const group of groups) {
    const order = shuffled(uniform, group.length);
    for (const [i, k] of group.entries()) out[k] = group[order[i]!]!;
  }
  return out;
}

/** Intervals of accuracy and of accuracy less the offset's, sentences drawn with replacement. */
function bootstrap(
  predicted: Int16Array,
  heads: number,
  data: Instances,
  r: number,
  h: number,
  offset: number,
  seed: number,
  resamples = 500,
): Interval & { readonly marginLow: number } {
  const rows = new Map<number, [n: number, right: number, byOffset: number]>();
  for (let k = 0; k < data.text.length; k++) {
    if (data.half[k] !== 1 || data.relation[k] !== r) continue;
    const row = rows.get(data.text[k]!) ?? rows.set(data.text[k]!, [0, 0, 0]).get(data.text[k]!)!;
    row[0]++;
    if (predicted[k * heads + h] === data.gold[k]) row[1]++;
    if (data.gold[k]! - data.query[k]! === offset) row[2]++;
  }
  const list = [...rows.values()];
  const uniform = random(`${seed}/sentences/${r}/${h}`);
  const [right, ahead] = [new Float64Array(resamples), new Float64Array(resamples)];
  for (let b = 0; b < resamples; b++) {
    let [n, a, c] = [0, 0, 0];
    for (const [i, times] of resample(uniform, list.length).entries()) {
      n += times * list[i]![0];
      a += times * list[i]![1];
      c += times * list[i]![2];
    }
    right[b] = a / Math.max(1, n);
    ahead[b] = (a - c) / Math.max(1, n);
  }
  return { ...interval(right), marginLow: interval(ahead).low };
}
