/**
 * Syntactic heads: the accuracy with which a head points from a word to its gold relative, per relation and direction (Clark et
 * al. 2019, Voita et al. 2019). It is measured on all sentences and compared with the best rule without a tree: a fixed offset,
 * the rarest, the most frequent or the longest visible word. The rule is selected on the same sentences, which favors it: a
 * head that only follows a rule cannot beat it. Every relation with enough words is tested for every head; p is family-wise
 * over all of them, by flipping the sign of each sentence's difference between head and rule.
 */
import { countsOf, getOrAdd } from "../../../params/keyed.ts";
import { random } from "../../../params/random.ts";
import { type Interval, interval, resample } from "../../../stats/intervals.ts";
import { columnSums, dot, product, total } from "../../../stats/sums.ts";
import type { Tally } from "../../observe/measure.ts";
import { ofHead } from "../../redundancy/by-head.ts";
import { SIGNIFICANCE, SYNTACTIC_MARGIN } from "../labels.ts";
import { headsOf } from "../scores.ts";
import { type BaselineRule, createRules, type Finds, RULES } from "./baselines.ts";
import {
  type Attended,
  attendedIn,
  type DirectedRelation,
  type GoldPair,
  type GoldRelation,
  goldRelations,
  hits,
} from "./relations.ts";

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
  readonly relations: readonly GoldRelation[];
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
  const relations = goldRelations(tally, causal, seed);
  const heads = Array.from({ length: headsOf(tally) }, (_, h) => h);
  const [attended, find] = [attendedIn(tally, "raw"), createRules(tally.texts, causal)];
  const trials = relations
    .filter(({ pairs }) => [0, 1].every((half) => pairs.filter((pair) => pair.half === half).length >= LEAST))
    .map((relation) => trialOf(relation, attended, find, heads.length));
  const tested = familyWise(trials, seed);
  return {
    relations,
    best: tested.map((test) =>
      skillOf(
        test,
        greatest(heads, (h) => test.trial.margin(h)),
        seed,
      ),
    ),
    byHead: heads.map((h) => {
      const order = [...tested].sort((a, b) => b.trial.surely(h) - a.trial.surely(h));
      const held = order.filter(({ trial, p }) => trial.margin(h) >= SYNTACTIC_MARGIN && ofHead(p, h) <= SIGNIFICANCE);
      return [...new Set([...held, ...order.slice(0, 2)])].slice(0, DESCRIBED).map((test) => skillOf(test, h, seed));
    }),
  };
}

const greatest = (items: readonly number[], f: (x: number) => number): number => items.reduce((a, b) => (f(b) > f(a) ? b : a));

/** The hits in one sentence that has pairs of a relation. */
interface SentenceHits {
  /** The number of pairs, and of those that the best rule finds. */
  readonly instances: number;
  readonly ruleHits: number;
  readonly half: number;
  /** [head] */
  readonly hits: Int32Array;
}

/** One relation: the hits of heads and of the best rule, by sentence. */
interface Trial extends Rule {
  readonly relation: GoldRelation;
  readonly sentences: readonly SentenceHits[];
  /** [sentence, head]: hits minus the rule's. */
  readonly differences: Int32Array;
  readonly heads: number;
  margin(head: number): number;
  /** Returns the lower end of the margin's normal 95% interval. */
  surely(head: number): number;
  /** [head]: 1 / √Σ d², 0 if a head never differs from the rule. */
  readonly scale: Float64Array;
}

function trialOf(relation: GoldRelation, attended: Attended, find: (pair: GoldPair) => Finds, heads: number): Trial {
  const pairs = relation.pairs.map((pair) => ({ ...pair, finds: find(pair) }));
  const best = bestRule(pairs);
  const byText = new Map<number, { readonly half: number; readonly own: FoundPair[] }>();
  for (const pair of pairs) getOrAdd(byText, pair.text, () => ({ half: pair.half, own: [] })).own.push(pair);
  const sentences = [...byText.values()].map(({ half, own }): SentenceHits => {
    const ruleHits = own.filter((pair) => holds(pair, best.rule ?? best.offset)).length;
    return { instances: own.length, ruleHits, half, hits: hits(own, attended, heads) };
  });
  const differences = new Int32Array(sentences.length * heads);
  for (const [s, { hits, ruleHits }] of sentences.entries()) {
    differences.set(
      hits.map((own) => own - ruleHits),
      s * heads,
    );
  }
  return { relation, ...best, sentences, differences, heads, ...margins(differences, heads, pairs.length) };
}

interface FoundPair extends GoldPair {
  readonly finds: Finds;
}

const holds = ({ gold, query, finds }: FoundPair, rule: BaselineRule | number): boolean =>
  (typeof rule === "number" ? query + rule : finds[rule]) === gold;

function margins(differences: Int32Array, heads: number, n: number): Pick<Trial, "margin" | "surely" | "scale"> {
  const [sum, square] = [columnSums(differences, heads), columnSums(product(differences, differences), heads)];
  const margin = (head: number) => ofHead(sum, head) / n;
  return {
    margin,
    surely: (head) => margin(head) - (1.96 * Math.sqrt(ofHead(square, head))) / n,
    scale: square.map((s) => (s > 0 ? 1 / Math.sqrt(s) : 0)),
  };
}

interface Rule {
  /** The best fixed offset. */
  readonly offset: number;
  /** The best rule, undefined if that is the offset. */
  readonly rule?: BaselineRule;
}

/** Finds the best offset of some pairs, and the best rule if one finds more of them. */
function bestRule(pairs: readonly FoundPair[]): Rule {
  const offsets = countsOf(pairs.map(({ gold, query }) => gold - query));
  const [offset, most] = [...offsets].reduce((best, entry) => (entry[1] > best[1] ? entry : best), [0, 0]);
  const found = RULES.map((rule) => ({ rule, count: pairs.filter((pair) => holds(pair, rule)).length }));
  const { rule, count } = found.reduce((a, b) => (b.count > a.count ? b : a));
  return count > most ? { offset, rule } : { offset };
}

/** A trial with p of each head, and the least margin for which p is at most 0.05. */
interface Tested {
  readonly trial: Trial;
  readonly p: Float64Array;
  readonly least: Float64Array;
}

/** Computes p: the share of draws of signs whose largest Σ d / √Σ d² of all relations and heads reaches the observed one. */
function familyWise(trials: readonly Trial[], seed: number): Tested[] {
  const uniform = random(`${seed}/signs`);
  const greatest = Array.from({ length: FLIPS }, () =>
    trials.reduce((most, trial) => {
      const signs = Int8Array.from(trial.sentences, () => (uniform() < 0.5 ? -1 : 1));
      return standardized(trial, signs).reduce((m, x) => Math.max(m, x), most);
    }, 0),
  ).sort((a, b) => a - b);
  const critical = greatest[Math.ceil((1 - SIGNIFICANCE) * (FLIPS + 1)) - 1] ?? Number.POSITIVE_INFINITY;
  return trials.map((trial) => ({
    trial,
    p: standardized(trial).map((t) => (greatest.length - lowerBound(greatest, t - 1e-9) + 1) / (FLIPS + 1)),
    least: trial.scale.map((s) => (s > 0 ? critical / s / trial.relation.pairs.length : Number.POSITIVE_INFINITY)),
  }));
}

/** Computes Σ d / √Σ d² of each head over sentences, each with its sign. */
const standardized = ({ differences, heads, scale }: Trial, signs?: Int8Array): Float64Array =>
  product(columnSums(differences, heads, signs), scale);

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

function skillOf({ trial, p, least }: Tested, head: number, seed: number): RelationSkill {
  const { relation, sentences, offset, rule } = trial;
  const counts = (some: readonly SentenceHits[]): Counts => ({
    instances: some.map(({ instances }) => instances),
    right: some.map(({ hits }) => ofHead(hits, head)),
    ruleHits: some.map(({ ruleHits }) => ruleHits),
  });
  const marginOf = (side: number) => {
    const { instances, right, ruleHits } = counts(sentences.filter(({ half }) => half === side));
    return (total(right) - total(ruleHits)) / Math.max(1, total(instances));
  };
  const all = counts(sentences);
  const { pairs, index, ...name } = relation;
  const n = pairs.length;
  const accuracy = total(all.right) / n;
  const baseline = total(all.ruleHits) / n;
  return {
    ...name,
    ...{ index, head, n, offset, rule, baseline, accuracy, margin: accuracy - baseline, p: ofHead(p, head) },
    halfMargins: [marginOf(0), marginOf(1)],
    least: baseline + ofHead(least, head),
    ...bootstrap(baseline, all, random(`${seed}/sentences/${index}/${head}`)),
  };
}

/** Counts of each sentence: its pairs, and those that a head and the rule find. */
interface Counts {
  readonly instances: readonly number[];
  readonly right: readonly number[];
  readonly ruleHits: readonly number[];
}

/** Computes intervals of accuracy and of accuracy minus the rule's by drawing sentences with replacement. */
function bootstrap(
  baseline: number,
  { instances, right, ruleHits }: Counts,
  uniform: () => number,
  resamples = 300,
): Interval & Pick<RelationSkill, "marginLow" | "draws"> {
  const [accuracy, margin] = [new Float64Array(resamples), new Float64Array(resamples)];
  for (let b = 0; b < resamples; b++) {
    const times = resample(uniform, instances.length);
    const [n, a, c] = [dot(times, instances), dot(times, right), dot(times, ruleHits)];
    accuracy[b] = a / Math.max(1, n);
    margin[b] = (a - c) / Math.max(1, n);
  }
  return { ...interval(accuracy), marginLow: interval(margin).low, draws: margin.map((m) => baseline + m) };
}
