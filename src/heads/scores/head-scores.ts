/** All scores of every head, with those of the controls. */
import type { TransformerConfig } from "../../models/config.ts";
import { keyed } from "../../params/keyed.ts";
import { interval, resamples } from "../../stats/intervals.ts";
import { columnOf, numberAt, weightedTotal } from "../../stats/sums.ts";
import { sumsOf, type Tally } from "../observe/measure.ts";
import { SUMS, type Weighting } from "../observe/statistics.ts";
import { ofHead } from "../redundancy/by-head.ts";
import type { Score } from "../report/schema.ts";
import { againShare, type MeasuredScores } from "./again.ts";
import type { Evidence } from "./evidence.ts";
import { LABELS, MANNERS } from "./label-names.ts";
import { SIGNIFICANCE, SYNTACTIC_MARGIN } from "./labels.ts";
import { isNoise, noiseAgain } from "./noise.ts";
import { type NullHeads, nullHeads } from "./null-heads.ts";
import { outputScores } from "./output-scores.ts";
import { rareScores, rarestWords, rareTally } from "./rare.ts";
import { accuracies, type DirectedRelation, type RelationMap } from "./relations.ts";
import {
  bestOffsets,
  type Cases,
  casesIn,
  casesOf,
  type PerHead,
  TALLY_SCORES,
  type TallyScore,
  tallyDraws,
  tallyScores,
} from "./scores.ts";
import { type RelationSkill, type SyntacticResult, testSyntax } from "./syntactic.ts";

export interface HeadScores {
  /** For each head, over all layers: its scores by name. */
  readonly byHead: readonly Record<string, Score>[];
  /** For each noise head: the probability that another sample of the text finds it to be noise again; null for other heads. */
  readonly noiseAgain: readonly (number | null)[];
  readonly syntax: SyntacticResult | null;
  /** Returns the accuracy of a head on shuffled words, and of the best untrained head; null if it was not measured. */
  readonly shuffledAccuracy: (of: DirectedRelation, head: number) => number | null;
  readonly randomAccuracy: (of: DirectedRelation) => number | null;
}

/** Descriptive scores, which are not compared with untrained heads. */
const DESCRIPTIVE: ReadonlySet<string> = new Set(["broad", "confidence", "distance"]);

export function headScores(evidence: Evidence, config: TransformerConfig, trees: boolean, seed: number): HeadScores {
  const causal = config.family === "decoder";
  const syntax = trees && evidence.words ? testSyntax(evidence.tally, causal, seed) : null;
  const context = createContext(evidence, causal, seed, syntax !== null);
  const heads = evidence.tally.sizes.length;
  const outputs = outputScores(evidence, config, seed);
  const measuredOf = (h: number): Record<string, MeasuredScores> => {
    const measured: Record<string, MeasuredScores> = {};
    for (const name of TALLY_SCORES) {
      if (name !== "sub-word" || casesOf(context.cases, "sub-word", 0) > 0) measured[name] = tallyScore(context, name, h);
    }
    measured.semantic = semanticScore(evidence, h);
    Object.assign(measured, repetitionScores(context, evidence, h), outputs[h]);
    if (context.rare) measured["rare-token"] = rareScore(context.rare, h);
    const skills = syntax?.byHead[h] ?? [];
    const [skill] = skills;
    if (skill) measured.syntactic = syntacticScore(context, skill, skills, h);
    return measured;
  };
  const noise: (number | null)[] = [];
  const byHead = Array.from({ length: heads }, (_, h) => {
    const measured = measuredOf(h);
    const scores = withAgain(measured);
    noise.push(isNoise(scores) ? noiseAgain(measured) : null);
    return scores;
  });
  return {
    byHead,
    noiseAgain: noise,
    syntax,
    shuffledAccuracy: (of, h) => context.shuffledAccuracy?.get(of)?.[h] ?? null,
    randomAccuracy: (of) => bestAccuracy(context, of),
  };
}

/** Returns the scores, with the replication probability (`again`) of those that a label depends on. */
const withAgain = (measured: Readonly<Record<string, MeasuredScores>>): Record<string, Score> =>
  Object.fromEntries(
    Object.entries(measured).map(([name, { score }]) => {
      const again = isLabel(name) ? againShare(name, measured) : undefined;
      return [name, again === undefined ? score : { ...score, again }];
    }),
  );

const isLabel = (name: string): boolean => [...LABELS, ...MANNERS].some((label) => label === name);

interface Context {
  readonly raw: Record<TallyScore, PerHead>;
  readonly norm: Record<TallyScore, PerHead>;
  readonly draws: ReturnType<typeof tallyDraws>;
  readonly twins: Record<TallyScore, NullHeads>;
  readonly shuffled: Record<TallyScore, PerHead> | null;
  readonly offsets: readonly number[];
  readonly cases: Cases;
  readonly rare: RareContext | null;
  /** For each draw: the number of times that each repeating text is drawn. */
  readonly repetitionTimes: readonly Int32Array[];
  readonly normAccuracy: RelationMap<Float64Array> | null;
  readonly shuffledAccuracy: RelationMap<Float64Array> | null;
  readonly randomAccuracy: readonly RelationMap<Float64Array>[];
}

interface RareContext {
  readonly raw: { value: PerHead; n: number };
  readonly norm: { value: PerHead };
  readonly draws: readonly PerHead[];
  readonly twins: NullHeads;
}

function createContext(evidence: Evidence, causal: boolean, seed: number, syntax: boolean): Context {
  const { tally, twins, shuffled } = evidence;
  const twinScores = twins.map((t) => tallyScores(t, "raw"));
  const pool = (name: TallyScore) => nullHeads(twinScores.flatMap((s) => [...s[name]]));
  const accuracy = (t: Tally, weighting: Weighting) => accuracies(t, weighting, causal, seed);
  return {
    raw: tallyScores(tally, "raw"),
    norm: tallyScores(tally, "norm"),
    draws: tallyDraws(tally, seed),
    twins: keyed(TALLY_SCORES, pool),
    shuffled: shuffled && tallyScores(shuffled, "raw"),
    offsets: bestOffsets(tally),
    cases: casesIn(tally),
    rare: evidence.words ? rareContext(evidence, causal, seed) : null,
    repetitionTimes: resamples(evidence.repeated.tally.texts.length, `${seed}/repetitions drawn`),
    normAccuracy: syntax ? accuracy(tally, "norm") : null,
    shuffledAccuracy: syntax && shuffled ? accuracy(shuffled, "raw") : null,
    randomAccuracy: syntax ? twins.map((t) => accuracy(t, "raw")) : [],
  };
}

function rareContext({ tally, twins }: Evidence, causal: boolean, seed: number): RareContext {
  const rarest = rarestWords(tally.texts);
  const placeOf = new Map(tally.texts.map((text, t) => [text, numberAt(rarest, t)]));
  const ofTwin = (t: Tally) =>
    rareTally(
      t,
      "raw",
      Int32Array.from(t.texts, (x) => placeOf.get(x)!),
      causal,
    );
  const own = rareTally(tally, "raw", rarest, causal);
  return {
    raw: rareScores(own),
    norm: rareScores(rareTally(tally, "norm", rarest, causal)),
    draws: resamples(tally.texts.length, `${seed}/rare drawn`).map((times) => rareScores(own, times).value),
    twins: nullHeads(twins.flatMap((t) => [...rareScores(ofTwin(t)).value])),
  };
}

function tallyScore(context: Context, name: TallyScore, h: number): MeasuredScores {
  const value = ofHead(context.raw[name], h);
  const described = DESCRIPTIVE.has(name);
  const draws = ofHead(context.draws[name], h);
  const offset = ofHead(context.offsets, h);
  const n = casesOf(context.cases, name, offset);
  const common = { n, norm: ofHead(context.norm[name], h), ...interval(draws) };
  const shuffled = context.shuffled && ofHead(context.shuffled[name], h);
  const p = described ? null : context.twins[name].p(value);
  const control = name === "broad" ? null : context.twins[name].best;
  return { score: { value, control, p, shuffled, ...common, ...(name === "positional" && { offset }) }, draws };
}

function semanticScore({ semantic, semanticTexts }: Evidence, h: number): MeasuredScores {
  const { value, control, p, low, high, z, draws } = ofHead(semantic, h);
  return { score: { value, control, p, low, high, n: semanticTexts, z }, draws };
}

/** Computes the scores on texts that repeat random tokens: attention to earlier equal tokens, and to the tokens after them. */
function repetitionScores({ repetitionTimes }: Context, { repeated }: Evidence, h: number): Record<string, MeasuredScores> {
  const sumOf = (tally: Tally, weighting: Weighting, name: string, head: number, times?: Int32Array): number => {
    const sums = sumsOf(tally, weighting);
    const [stride, at] = [tally.sizes.length * SUMS.length, head * SUMS.length + SUMS.indexOf(name)];
    return weightedTotal(
      Float32Array.from(tally.texts, (_, t) => numberAt(sums, t * stride + at)),
      times,
    );
  };
  const counted = (counts: ArrayLike<number>, times?: Int32Array): number => Math.max(1, weightedTotal(counts, times));
  const score = (name: string, counts: ArrayLike<number>): MeasuredScores => {
    const n = counted(counts);
    const pool = repeated.twins.flatMap((t) => {
      // twins may read only the first of the texts
      const read = counted(Array.from(counts).slice(0, t.texts.length));
      return Array.from(t.sizes, (_, k) => sumOf(t, "raw", name, k) / read);
    });
    const value = sumOf(repeated.tally, "raw", name, h) / n;
    const control = nullHeads(pool);
    const draws = Float64Array.from(
      repetitionTimes,
      (times) => sumOf(repeated.tally, "raw", name, h, times) / counted(counts, times),
    );
    const norm = sumOf(repeated.tally, "norm", name, h) / n;
    return { score: { value, control: control.best, p: control.p(value), n, norm, ...interval(draws) }, draws };
  };
  return {
    "duplicate-token": score("duplicate-token", repeated.tally.repeated),
    induction: score("continuation", repeated.texts.continuedOf),
  };
}

const rareScore = ({ raw, norm, twins, draws: all }: RareContext, h: number): MeasuredScores => {
  const value = ofHead(raw.value, h);
  const draws = columnOf(all, h);
  const score = { value, control: twins.best, p: twins.p(value), n: raw.n, norm: ofHead(norm.value, h), ...interval(draws) };
  return { score, draws };
};

const bestAccuracy = ({ randomAccuracy }: Context, of: DirectedRelation): number | null => {
  const all = randomAccuracy.flatMap((m) => [...(m.get(of) ?? [])]);
  return all.length ? Math.max(...all) : null;
};

/** Returns the score of a head's first relation, `skill`, with all of its relations. */
function syntacticScore(context: Context, skill: RelationSkill, skills: readonly RelationSkill[], h: number): MeasuredScores {
  const score: Score = {
    value: skill.accuracy,
    control: Math.max(skill.baseline, bestAccuracy(context, skill) ?? 0),
    offsetBaseline: skill.baseline,
    p: skill.p,
    n: skill.n,
    shuffled: context.shuffledAccuracy?.get(skill)?.[h] ?? null,
    norm: context.normAccuracy?.get(skill)?.[h] ?? null,
    low: skill.low,
    high: skill.high,
    relation: {
      ...{ name: skill.relation, direction: skill.direction },
      rule: skill.rule === undefined ? { offset: skill.offset } : { word: skill.rule },
    },
    halves: { first: skill.halfMargins[0], second: skill.halfMargins[1] },
    relations: skills.map((own) => relationScore(own, skill)),
  };
  return { score, draws: skill.draws, least: skill.least };
}

/** Returns one of a head's relations, marked if its margin over the rules is indistinguishable from the best one's. */
const relationScore = (own: RelationSkill, best: RelationSkill): NonNullable<Score["relations"]>[number] => ({
  relation: own.relation,
  direction: own.direction,
  ...{ n: own.n, value: own.accuracy, baseline: own.baseline, margin: own.margin, marginLow: own.marginLow, p: own.p },
  holds: own.p <= SIGNIFICANCE && own.margin >= SYNTACTIC_MARGIN && Math.min(...own.halfMargins) > 0,
  tied: own !== best && best.margin > 0 && own.margin >= best.marginLow,
});
