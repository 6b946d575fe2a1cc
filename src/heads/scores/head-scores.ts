/** All scores of every head, with those of the controls. */
import type { TransformerConfig } from "../../models/config.ts";
import { keyed } from "../../params/keyed.ts";
import { interval, resamples } from "../../stats/intervals.ts";
import { columnOf, dot, numberAt, total } from "../../stats/sums.ts";
import { sumsOf, type Tally } from "../observe/measure.ts";
import { SUMS } from "../observe/statistics.ts";
import type { Weighting } from "../observe/weights.ts";
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
import { accuracies, type DirectedRelation, type RelationMap } from "./syntactic/relations.ts";
import { type RelationSkill, type SyntacticResult, testSyntax } from "./syntactic/syntactic.ts";

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
  const repetitions = repetitionScores(evidence, seed);
  const measuredOf = (h: number): Record<string, MeasuredScores> => {
    const measured: Record<string, MeasuredScores> = {};
    for (const name of TALLY_SCORES) {
      if (name !== "sub-word" || casesOf(context.cases, "sub-word", 0) > 0) measured[name] = tallyScore(context, name, h);
    }
    measured.semantic = semanticScore(evidence, h);
    Object.assign(measured, repetitions(h), outputs[h]);
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

/**
 * Prepares the scores on texts that repeat random tokens: attention to earlier equal tokens, and to the tokens after them. Returns
 * a function of the head.
 */
function repetitionScores({ repeated }: Evidence, seed: number): (h: number) => Record<string, MeasuredScores> {
  const drawn = resamples(repeated.tally.texts.length, `${seed}/repetitions drawn`);
  /** Returns a head's sum of each text. */
  const sumsIn = (tally: Tally, weighting: Weighting, name: string, head: number): Float32Array => {
    const sums = sumsOf(tally, weighting);
    const [stride, at] = [tally.sizes.length * SUMS.length, head * SUMS.length + SUMS.indexOf(name)];
    return Float32Array.from(tally.texts, (_, t) => numberAt(sums, t * stride + at));
  };
  const scorer = (name: string, counts: readonly number[]) => {
    const n = Math.max(1, total(counts));
    const drawnCounts = drawn.map((times) => Math.max(1, dot(counts, times)));
    const pool = repeated.twins.flatMap((twin) => {
      // twins may read only the first of the texts
      const read = Math.max(1, total(counts.slice(0, twin.texts.length)));
      return Array.from(twin.sizes, (_, k) => total(sumsIn(twin, "raw", name, k)) / read);
    });
    const control = nullHeads(pool);
    return (h: number): MeasuredScores => {
      const sums = sumsIn(repeated.tally, "raw", name, h);
      const value = total(sums) / n;
      const norm = total(sumsIn(repeated.tally, "norm", name, h)) / n;
      const draws = Float64Array.from(drawn, (times, k) => dot(sums, times) / numberAt(drawnCounts, k));
      return { score: { value, control: control.best, p: control.p(value), n, norm, ...interval(draws) }, draws };
    };
  };
  const duplicate = scorer("duplicate-token", Array.from(repeated.tally.repeated));
  const induction = scorer("continuation", repeated.texts.continuedOf);
  return (h) => ({ "duplicate-token": duplicate(h), induction: induction(h) });
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
