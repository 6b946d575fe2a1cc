/**
 * Syntactic heads: the accuracy with which a head points from a word to its gold relative, per relation and direction (Clark et
 * al. 2019, Voita et al. 2019). It is measured on all sentences and compared with the best rule without a tree: a fixed offset,
 * the rarest, the most frequent or the longest visible word. The rule is selected on the same sentences, which favors it: a
 * head that only follows a rule cannot beat it. Every relation with enough words is tested for every head; p is family-wise
 * over all of them, by flipping the sign of each sentence's difference between head and rule.
 */
import { random } from "../../params/random.ts";
import { type Interval, interval, resample } from "../../stats/intervals.ts";
import type { Tally } from "../observe/measure.ts";
import { type BaselineRule, RULES, ruleFinds } from "./baselines.ts";
import { SIGNIFICANCE, SYNTACTIC_MARGIN } from "./labels.ts";
import { type DirectedRelation, goldInstances, type Instances, instanceCounts, predictions } from "./relations.ts";
import { headsOf } from "./scores.ts";

/** The least number of instances in each half for a relation to be tested. */
const LEAST = 15;
const FLIPS = 199;

/** The accuracy of one head on one relation, compared with the best rule. */
export interface RelationSkill extends DirectedRelation, Interval {
  readonly index: number;
  readonly head: number;
  readonly n: number;
  /** The best fixed offset on all sentences. */
  readonly offset: number;
  /** The best rule, undefined if that is the offset, and its accuracy. */
  readonly rule?: BaselineRule;
  readonly baseline: number;
  readonly accuracy: number;
  /** Accuracy minus the rule's, with the lower end of its 95% interval, and the same on each half alone. */
  readonly margin: number;
  readonly marginLow: number;
  readonly halfMargins: readonly [number, number];
  readonly p: number;
  /**
   * Accuracy on draws of the sentences, compared with the same rule's mean; and the least accuracy that chance does not
   * explain.
   */
  readonly draws: Float64Array;
  readonly least: number;
}

export interface SyntacticResult {
  readonly data: Instances;
  /** For each tested relation: the head with the greatest margin. */
  readonly best: readonly RelationSkill[];
  /**
   * For each head: the relations that pass, by the lower end of their margin, largest first; then the two relations with the
   * largest lower ends of all, unless already listed; empty if no relation was tested.
   */
  readonly byHead: readonly (readonly RelationSkill[])[];
}

/** The number of a head's relations that are reported in full. */
const DESCRIBED = 6;

/** Tests every head on every relation that has enough instances in both halves. */
export function testSyntax(tally: Tally, causal: boolean, seed: number): SyntacticResult {
  const data = goldInstances(tally, causal, seed);
  const heads = headsOf(tally);
  const predicted = predictions(tally, "raw", data);
  const [first, second] = [instanceCounts(data, 0), instanceCounts(data, 1)];
  const open = data.relations.map((_, r) => r).filter((r) => first[r]! >= LEAST && second[r]! >= LEAST);
  const finds = ruleFinds(tally.texts, data, causal);
  const trials = open.map((r) => trialOf(data, predicted, finds, heads, r));
  const { p, least } = familyWise(trials, heads, seed);
  const all = Array.from({ length: heads }, (_, h) => h);
  const skill = (k: number, h: number) => skillOf(data, trials[k]!, h, { p: p[k]![h]!, least: least[k]![h]! }, seed);
  return {
    data,
    best: trials.map((trial, k) =>
      skill(
        k,
        greatest(all, (h) => trial.margin(h)),
      ),
    ),
    byHead: all.map((h) => {
      const order = [...trials.keys()].sort((a, b) => trials[b]!.surely(h) - trials[a]!.surely(h));
      const held = order.filter((k) => trials[k]!.margin(h) >= SYNTACTIC_MARGIN && p[k]![h]! <= SIGNIFICANCE);
      return [...new Set([...held, ...order.slice(0, 2)])].slice(0, DESCRIBED).map((k) => skill(k, h));
    }),
  };
}

const greatest = (items: readonly number[], f: (x: number) => number): number => items.reduce((a, b) => (f(b) > f(a) ? b : a));

/** One relation: the hits of heads and of the best rule, by sentence. */
interface Trial {
  readonly relation: number;
  /** Per sentence with an instance: the number of instances, the rule's hits, and its half. */
  readonly instances: Int32Array;
  readonly ruleHits: Int32Array;
  readonly half: Uint8Array;
  /** [sentence, head] */
  readonly hits: Int32Array;
  readonly heads: number;
  readonly n: number;
  readonly offset: number;
  readonly rule?: BaselineRule;
  margin(head: number): number;
  /** Returns the lower end of the margin's normal 95% interval. */
  surely(head: number): number;
}

function trialOf(data: Instances, predicted: Int16Array, finds: Int16Array, heads: number, relation: number): Trial {
  const rows = new Map<number, number>();
  const own: number[] = [];
  for (let k = 0; k < data.text.length; k++) {
    if (data.relation[k] !== relation) continue;
    own.push(k);
    if (!rows.has(data.text[k]!)) rows.set(data.text[k]!, rows.size);
  }
  const { offset, rule } = bestRule(data, finds, own);
  const [instances, ruleHits, half] = [new Int32Array(rows.size), new Int32Array(rows.size), new Uint8Array(rows.size)];
  const hits = new Int32Array(rows.size * heads);
  for (const k of own) {
    const row = rows.get(data.text[k]!)!;
    instances[row]!++;
    half[row] = data.half[k]!;
    if (holds(data, finds, k, rule ?? offset)) ruleHits[row]!++;
    for (let h = 0; h < heads; h++) if (predicted[k * heads + h] === data.gold[k]) hits[row * heads + h]!++;
  }
  const counts = { relation, instances, ruleHits, half, hits, heads, n: own.length, offset, rule };
  return { ...counts, ...margins(hits, ruleHits, heads, own.length) };
}

const holds = ({ gold, query }: Instances, finds: Int16Array, k: number, rule: BaselineRule | number): boolean =>
  typeof rule === "number" ? gold[k]! - query[k]! === rule : finds[k * RULES.length + RULES.indexOf(rule)] === gold[k];

function margins(hits: Int32Array, ruleHits: Int32Array, heads: number, n: number): Pick<Trial, "margin" | "surely"> {
  const [sum, square] = [new Float64Array(heads), new Float64Array(heads)];
  for (const [row, found] of ruleHits.entries()) {
    for (let h = 0; h < heads; h++) {
      const d = hits[row * heads + h]! - found;
      sum[h]! += d;
      square[h]! += d * d;
    }
  }
  const margin = (h: number) => sum[h]! / n;
  return { margin, surely: (h) => margin(h) - (1.96 * Math.sqrt(square[h]!)) / n };
}

/** Finds the best offset of some instances, and the best rule if one finds more of them. */
function bestRule(
  data: Instances,
  finds: Int16Array,
  own: readonly number[],
): { readonly offset: number; readonly rule?: BaselineRule } {
  const table = new Map<number, number>();
  for (const k of own) {
    const offset = data.gold[k]! - data.query[k]!;
    table.set(offset, (table.get(offset) ?? 0) + 1);
  }
  const [offset, most] = [...table].reduce((best, entry) => (entry[1] > best[1] ? entry : best), [0, 0]);
  const found = RULES.map((rule) => ({ rule, count: own.filter((k) => holds(data, finds, k, rule)).length }));
  const { rule, count } = found.reduce((a, b) => (b.count > a.count ? b : a));
  return count > most ? { offset, rule } : { offset };
}

/**
 * Computes by relation and head: p, the share of draws of signs whose largest Σ d / √Σ d² reaches the observed one, and the
 * least margin for which p is at most 0.05.
 */
function familyWise(
  trials: readonly Trial[],
  heads: number,
  seed: number,
): Readonly<Record<"p" | "least", readonly Float64Array[]>> {
  const uniform = random(`${seed}/signs`);
  const scale = trials.map(({ hits, ruleHits }) => spreads(hits, ruleHits, heads));
  const observed = trials.map((trial, k) => sums(trial, undefined).map((x, h) => x * scale[k]![h]!));
  const greatest = Array.from({ length: FLIPS }, () =>
    trials.reduce((most, trial, k) => {
      const signs = Int8Array.from(trial.instances, () => (uniform() < 0.5 ? -1 : 1));
      return sums(trial, signs).reduce((m, x, h) => Math.max(m, x * scale[k]![h]!), most);
    }, 0),
  ).sort((a, b) => a - b);
  const critical = greatest[Math.ceil((1 - SIGNIFICANCE) * (FLIPS + 1)) - 1] ?? Number.POSITIVE_INFINITY;
  return {
    p: observed.map((own) => own.map((t) => (greatest.length - lowerBound(greatest, t - 1e-9) + 1) / (FLIPS + 1))),
    least: trials.map(({ n }, k) => scale[k]!.map((s) => (s > 0 ? critical / s / n : Number.POSITIVE_INFINITY))),
  };
}

/** Computes 1 / √Σ d² of each head; 0 if a head never differs from the rule. */
function spreads(hits: Int32Array, ruleHits: Int32Array, heads: number): Float64Array {
  const square = new Float64Array(heads);
  for (const [row, found] of ruleHits.entries()) {
    for (let h = 0; h < heads; h++) square[h]! += (hits[row * heads + h]! - found) ** 2;
  }
  return square.map((s) => (s > 0 ? 1 / Math.sqrt(s) : 0));
}

/** Computes Σ over sentences of (hits − the rule's hits), each with its sign. */
function sums({ hits, ruleHits, heads }: Trial, signs: Int8Array | undefined): Float64Array {
  const out = new Float64Array(heads);
  for (const [row, found] of ruleHits.entries()) {
    const sign = signs ? signs[row]! : 1;
    for (let h = 0; h < heads; h++) out[h]! += sign * (hits[row * heads + h]! - found);
  }
  return out;
}

/** Finds the first index whose number is at least `x`. */
function lowerBound(sorted: readonly number[], x: number): number {
  let [from, to] = [0, sorted.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (sorted[middle]! < x) from = middle + 1;
    else to = middle;
  }
  return from;
}

function skillOf(
  data: Instances,
  trial: Trial,
  head: number,
  { p, least }: { readonly p: number; readonly least: number },
  seed: number,
): RelationSkill {
  const { relation, instances, ruleHits, half, hits, heads, n, offset, rule } = trial;
  const right = Int32Array.from(instances, (_, row) => hits[row * heads + head]!);
  const total = (xs: Int32Array, side?: number) =>
    xs.reduce((s, x, row) => (side === undefined || half[row] === side ? s + x : s), 0);
  const marginOf = (side: number) => (total(right, side) - total(ruleHits, side)) / Math.max(1, total(instances, side));
  const accuracy = total(right) / n;
  const baseline = total(ruleHits) / n;
  return {
    ...data.relations[relation]!,
    ...{ index: relation, head, n, offset, rule, baseline, accuracy, margin: accuracy - baseline, p },
    halfMargins: [marginOf(0), marginOf(1)],
    least: baseline + least,
    ...bootstrap(baseline, instances, right, ruleHits, random(`${seed}/sentences/${relation}/${head}`)),
  };
}

/** Computes intervals of accuracy and of accuracy minus the rule's by drawing sentences with replacement. */
function bootstrap(
  baseline: number,
  instances: Int32Array,
  right: Int32Array,
  ruleHits: Int32Array,
  uniform: () => number,
  resamples = 300,
): Interval & Pick<RelationSkill, "marginLow" | "draws"> {
  const [accuracy, margin] = [new Float64Array(resamples), new Float64Array(resamples)];
  for (let b = 0; b < resamples; b++) {
    let [n, a, c] = [0, 0, 0];
    for (const [row, times] of resample(uniform, instances.length).entries()) {
      n += times * instances[row]!;
      a += times * right[row]!;
      c += times * ruleHits[row]!;
    }
    accuracy[b] = a / Math.max(1, n);
    margin[b] = (a - c) / Math.max(1, n);
  }
  return { ...interval(accuracy), marginLow: interval(margin).low, draws: margin.map((m) => baseline + m) };
}
