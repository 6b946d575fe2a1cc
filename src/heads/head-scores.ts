/** All scores of every head beside what the controls reach. */
import type { TransformerConfig } from "../models/config.ts";
import type { Evidence } from "./evidence.ts";
import type { Tally } from "./measure.ts";
import { rareScores, rarestWords } from "./rare.ts";
import { accuracies, type Relation, type RelationMap } from "./relations.ts";
import type { Score } from "./schema.ts";
import {
  bestOffsets,
  type PerHead,
  semanticTest,
  TALLY_SCORES,
  type TallyScore,
  tallyIntervals,
  tallyScores,
} from "./scores.ts";
import { SUMS, type Weighting } from "./statistics.ts";
import { type RelationSkill, type SyntacticResult, testSyntax } from "./syntactic.ts";

export interface HeadScores {
  /** For each head, over all layers: its scores by name. */
  readonly byHead: readonly Record<string, Score>[];
  readonly syntax: SyntacticResult | null;
  /** The accuracy of a head on shuffled words, and of the best untrained head; null where it was not measured. */
  readonly shuffledAccuracy: (of: Relation, head: number) => number | null;
  readonly randomAccuracy: (of: Relation) => number | null;
}

/** What the heads of the untrained twins reach: the best of them, and how many reach a value. */
interface NullHeads {
  readonly best: number;
  p(value: number): number;
}

function nullHeads(values: readonly number[]): NullHeads {
  return {
    best: Math.max(...values),
    p: (value) => (values.filter((v) => v >= value).length + 1) / (values.length + 1),
  };
}

/** Scores that describe and are not tested against untrained heads. */
const DESCRIPTIVE: ReadonlySet<string> = new Set(["broad", "confidence", "distance"]);

export function headScores(evidence: Evidence, config: TransformerConfig, trees: boolean, seed: number): HeadScores {
  const causal = config.family === "decoder";
  const syntax = trees && evidence.words ? testSyntax(evidence.tally, causal, seed) : null;
  const context = createContext(evidence, causal, seed, syntax !== null);
  const heads = evidence.tally.sizes.length;
  const byHead = Array.from({ length: heads }, (_, h): Record<string, Score> => {
    const scores: Record<string, Score> = {};
    for (const name of TALLY_SCORES) scores[name] = tallyScore(context, evidence, name, h);
    Object.assign(scores, repetitionScores(evidence, h));
    if (context.rare) scores["rare-token"] = rareScore(context.rare, h);
    const skill = syntax?.byHead[h];
    if (skill) scores.syntactic = syntacticScore(context, skill, h);
    return scores;
  });
  return {
    byHead,
    syntax,
    shuffledAccuracy: (of, h) => context.shuffledAccuracy?.get(of)?.[h] ?? null,
    randomAccuracy: (of) => bestAccuracy(context, of),
  };
}

interface Context {
  readonly raw: Record<TallyScore, PerHead>;
  readonly norm: Record<TallyScore, PerHead>;
  readonly intervals: ReturnType<typeof tallyIntervals>;
  readonly twins: Record<TallyScore, NullHeads>;
  readonly shuffled: Record<TallyScore, PerHead> | null;
  readonly semantic: ReturnType<typeof semanticTest>;
  readonly offsets: readonly number[];
  readonly rare: RareContext | null;
  readonly normAccuracy: RelationMap<Float64Array> | null;
  readonly shuffledAccuracy: RelationMap<Float64Array> | null;
  readonly randomAccuracy: readonly RelationMap<Float64Array>[];
}

interface RareContext {
  readonly raw: { value: PerHead; n: number };
  readonly norm: { value: PerHead };
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
    intervals: tallyIntervals(tally, seed),
    twins: Object.fromEntries(TALLY_SCORES.map((name) => [name, pool(name)])) as Record<TallyScore, NullHeads>,
    shuffled: shuffled && tallyScores(shuffled, "raw"),
    semantic: semanticTest(tally, seed),
    offsets: bestOffsets(tally),
    rare: evidence.words ? rareContext(evidence, causal) : null,
    normAccuracy: syntax ? accuracy(tally, "norm") : null,
    shuffledAccuracy: syntax && shuffled ? accuracy(shuffled, "raw") : null,
    randomAccuracy: syntax ? twins.map((t) => accuracy(t, "raw")) : [],
  };
}

function rareContext({ tally, twins }: Evidence, causal: boolean): RareContext {
  const rarest = rarestWords(tally.texts);
  const placeOf = new Map(tally.texts.map((text, t) => [text, rarest[t]!]));
  const values = twins.flatMap((t) => [
    ...rareScores(
      t,
      "raw",
      Int32Array.from(t.texts, (x) => placeOf.get(x)!),
      causal,
    ).value,
  ]);
  return {
    raw: rareScores(tally, "raw", rarest, causal),
    norm: rareScores(tally, "norm", rarest, causal),
    twins: nullHeads(values),
  };
}

function tallyScore(context: Context, { tally }: Evidence, name: TallyScore, h: number): Score {
  const value = context.raw[name][h]!;
  const described = DESCRIPTIVE.has(name);
  const queries = tally.counted.reduce((n, c) => n + c, 0);
  const { low, high } = context.intervals[name][h]!;
  const common = { n: queries, norm: context.norm[name][h]!, low, high };
  const shuffled = context.shuffled ? context.shuffled[name][h]! : null;
  if (name === "semantic") {
    const z = context.semantic.z[h]!;
    return {
      value,
      control: context.twins.semantic.best,
      p: context.semantic.p[h]!,
      shuffled,
      ...common,
      detail: `z = ${z.toFixed(1)}`,
    };
  }
  const offset = name === "positional" ? { detail: `offset ${signed(context.offsets[h]!)}` } : {};
  const p = described ? null : context.twins[name].p(value);
  return { value, control: name === "broad" ? null : context.twins[name].best, p, shuffled, ...common, ...offset };
}

const signed = (o: number): string => (o > 0 ? `+${o}` : `${o}`.replace("-", "−"));

/** Scores on texts that repeat random tokens: attention to earlier equal tokens, and to what followed them. */
function repetitionScores({ repeated }: Evidence, h: number): Record<string, Score> {
  const queries = repeated.tally.repeated.reduce((n, r) => n + r, 0);
  const sumOf = (tally: Tally, weighting: Weighting, name: string, head: number): number => {
    const heads = tally.sizes.length;
    let total = 0;
    for (let t = 0; t < tally.texts.length; t++)
      total += tally.sums[weighting]![(t * heads + head) * SUMS.length + SUMS.indexOf(name)]!;
    return total;
  };
  const score = (name: string, n: number): Score => {
    const pool = repeated.twins.flatMap((t) => Array.from(t.sizes, (_, k) => sumOf(t, "raw", name, k) / n));
    const value = sumOf(repeated.tally, "raw", name, h) / n;
    const control = nullHeads(pool);
    return { value, control: control.best, p: control.p(value), n, norm: sumOf(repeated.tally, "norm", name, h) / n };
  };
  return { "duplicate-token": score("duplicate-token", queries), induction: score("semantic", repeated.texts.continued) };
}

const rareScore = ({ raw, norm, twins }: RareContext, h: number): Score => ({
  value: raw.value[h]!,
  control: twins.best,
  p: twins.p(raw.value[h]!),
  n: raw.n,
  norm: norm.value[h]!,
});

const bestAccuracy = ({ randomAccuracy }: Context, of: Relation): number | null => {
  const all = randomAccuracy.flatMap((m) => [...(m.get(of) ?? [])]);
  return all.length ? Math.max(...all) : null;
};

function syntacticScore(context: Context, skill: RelationSkill, h: number): Score {
  const offset = signed(skill.offset);
  return {
    value: skill.accuracy,
    control: Math.max(skill.baseline, bestAccuracy(context, skill) ?? 0),
    p: skill.p,
    n: skill.n,
    shuffled: context.shuffledAccuracy?.get(skill)?.[h] ?? null,
    norm: context.normAccuracy?.get(skill)?.[h] ?? null,
    low: skill.low,
    high: skill.high,
    detail: `${skill.relation} ${skill.direction}, offset ${offset} gives ${(100 * skill.baseline).toFixed(0)}%`,
    halves: { chosen: skill.chosenMargin, low: skill.marginLow },
  };
}
