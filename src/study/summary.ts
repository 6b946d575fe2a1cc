/** The summary of a study over its models: by head count and by arm, with the tests planned in advance. */

import { RELATIONS, type Relation } from "../corpus/world/target.ts";
import { ofLayer } from "../models/layer.ts";
import { keyed, keysOf } from "../params/keyed.ts";
import { benjaminiHochberg, estimateMean, holm, type MeanEstimate, permutationTest } from "../stats/inference.ts";
import { mean, numberAt } from "../stats/sums.ts";
import type { Arm, StudyConfig } from "./arms.ts";
import type { HeadEffects } from "./effects.ts";
import type { ModelResult } from "./model-run.ts";

/** Head counts against a measurement of each model. */
export interface AccuracyCurve {
  readonly heads: number;
  readonly value: MeanEstimate;
  /** One value per seed. */
  readonly seeds: readonly number[];
}

/** A comparison of two groups of seeds. */
export interface TestedDifference {
  readonly difference: number;
  readonly p: number;
  /** Corrected for the other tests of its family. */
  readonly corrected: number;
}

export interface Summary {
  /** Accuracy at each relation by head count, and its mean over relations. */
  readonly accuracy: Readonly<Record<Relation, readonly AccuracyCurve[]>>;
  readonly meanAccuracy: readonly AccuracyCurve[];
  readonly loss: readonly AccuracyCurve[];
  /** Effective numbers of relations per head, and of heads per relation, from mean ablation. */
  readonly relationsOfHead: readonly AccuracyCurve[];
  readonly headsOfRelation: readonly AccuracyCurve[];
  /** The first test: mean accuracy of the control's head count compared with a single head. */
  readonly manyAgainstOne: TestedDifference;
  /** Exploratory: the same for each relation, corrected by Benjamini and Hochberg. */
  readonly relations: Readonly<Record<Relation, TestedDifference>>;
  /** The smallest head count without a significantly better larger one (p ≤ 0.05, uncorrected), by relation and on the mean. */
  readonly enough: Readonly<Record<Relation | "mean", number>>;
  /**
   * The second test: the specificity of the most specific head, compared with untrained models and models trained on shuffled
   * words.
   */
  readonly specificity: Readonly<Record<"trained" | "random" | "shuffled", MeanEstimate>>;
  readonly specificityTests: Readonly<Record<"random" | "shuffled", TestedDifference>>;
  /** The third test: the diversity of patterns by layer, compared with the same two, with Holm's correction over layers. */
  readonly divergence: Readonly<Record<"trained" | "random" | "shuffled", readonly MeanEstimate[]>>;
  readonly divergenceTests: Readonly<Record<"random" | "shuffled", readonly TestedDifference[]>>;
  readonly symmetric: {
    readonly asymmetry: MeanEstimate;
    readonly meanAccuracy: MeanEstimate;
    readonly againstMany: TestedDifference;
  };
}

/** The range of accuracies. */
const SHARE = [0, 1] as const;

const meanAccuracy = ({ skills }: ModelResult): number =>
  RELATIONS.reduce((sum, r) => sum + skills[r].accuracy, 0) / RELATIONS.length;

/** Summarizes `models` of every arm. */
export function summarize(study: StudyConfig, models: readonly ModelResult[]): Summary {
  const of = (arm: Arm, heads = study.controls.heads) => models.filter((m) => m.arm === arm && m.heads === heads);
  const curve = (f: (m: ModelResult) => number, range?: readonly [number, number]): AccuracyCurve[] =>
    study.heads.map((heads) => {
      const seeds = of("trained", heads).map(f);
      return { heads, seeds, value: estimateMean(seeds, range) };
    });
  const accuracy = byRelation((r) => curve((m) => m.skills[r].accuracy, SHARE));
  const average = curve(meanAccuracy, SHARE);
  const [one, many] = [of("trained", numberAt(study.heads, 0)), of("trained")];
  const versus = (f: (m: ModelResult) => number, a: readonly ModelResult[], b: readonly ModelResult[]) =>
    compare(a.map(f), b.map(f));
  const relationTests = byRelation((r) => versus((m) => m.skills[r].accuracy, many, one));
  const specific = (arm: Arm) => of(arm).map(({ perHead }) => specificity(perHead));
  const specificityTests = keyed(["random", "shuffled"], (arm) => compare(specific("trained"), specific(arm)));
  return {
    accuracy,
    meanAccuracy: average,
    loss: curve(({ loss }) => loss),
    relationsOfHead: curve(({ perHead }) => relationsServed(perHead)),
    headsOfRelation: curve(({ perHead }) => headsNeeded(perHead)),
    manyAgainstOne: versus(meanAccuracy, many, one),
    relations: corrected(relationTests, benjaminiHochberg),
    enough: { ...byRelation((r) => enough(accuracy[r])), mean: enough(average) },
    specificity: byControl((arm) => estimateMean(specific(arm))),
    specificityTests: corrected(specificityTests, holm),
    ...divergenceSummary(study, of),
    symmetric: {
      asymmetry: estimateMean(of("symmetric").map((m) => m.asymmetry)),
      meanAccuracy: estimateMean(of("symmetric").map(meanAccuracy), SHARE),
      againstMany: versus(meanAccuracy, of("symmetric"), many),
    },
  };
}

const byRelation = <T>(f: (relation: Relation) => T): Record<Relation, T> => keyed(RELATIONS, f);

type Correction = (ps: readonly number[]) => number[];

/** Corrects the tests of a family for each other. */
function corrected<K extends string>(tests: Readonly<Record<K, TestedDifference>>, correct: Correction) {
  const names = keysOf(tests);
  const ps = correct(names.map((name) => tests[name].p));
  return keyed(names, (name, k) => ({ ...tests[name], corrected: numberAt(ps, k) }));
}

const byControl = <T>(f: (arm: "trained" | "random" | "shuffled") => T) => ({
  trained: f("trained"),
  random: f("random"),
  shuffled: f("shuffled"),
});

function compare(a: readonly number[], b: readonly number[]): TestedDifference {
  const p = permutationTest(a, b);
  return { difference: estimateMean(a).mean - estimateMean(b).mean, p, corrected: p };
}

function enough(curves: readonly AccuracyCurve[]): number {
  const found = curves.find(({ seeds, value }, k) =>
    curves.slice(k + 1).every((more) => more.value.mean <= value.mean || permutationTest(more.seeds, seeds) > 0.05),
  );
  if (!found) throw new Error("internal: a study has no curve");
  return found.heads;
}

const positive = (x: number): number => Math.max(0, x);

/** Returns e^entropy of the shares of non-negative numbers: their effective number. */
function effectiveNumber(xs: readonly number[]): number {
  const total = xs.reduce((a, b) => a + b, 0);
  if (total === 0) return 0;
  return Math.exp(xs.reduce((h, x) => (x > 0 ? h - (x / total) * Math.log(x / total) : h), 0));
}

const natsOf = ({ effects }: HeadEffects): number[] => RELATIONS.map((r) => positive(effects.mean[r].nats));

/** Returns the effective number of relations per head, with heads weighted by total effect. */
export function relationsServed(perHead: readonly HeadEffects[]): number {
  const rows = perHead.map(natsOf).map((row) => ({ row, weight: row.reduce((a, b) => a + b, 0) }));
  const total = rows.reduce((sum, { weight }) => sum + weight, 0);
  return total === 0 ? 0 : rows.reduce((sum, { row, weight }) => sum + effectiveNumber(row) * weight, 0) / total;
}

/** Returns the effective number of heads per relation, averaged over relations. */
export function headsNeeded(perHead: readonly HeadEffects[]): number {
  const columns = RELATIONS.map((r) => effectiveNumber(perHead.map(({ effects }) => positive(effects.mean[r].nats))));
  return columns.reduce((a, b) => a + b, 0) / columns.length;
}

/**
 * Returns the loss of the most specific head's own relation, minus the mean of the others, when it is ablated (mean ablation,
 * nats). Head and relation are selected on one half of the documents and evaluated on the other.
 */
export function specificity(perHead: readonly HeadEffects[]): number {
  const over = ({ effects }: HeadEffects, own: Relation, half: 0 | 1) => {
    const lost = (relation: Relation) => effects.mean[relation].halves[half];
    const others = RELATIONS.filter((relation) => relation !== own).map(lost);
    return lost(own) - mean(others);
  };
  const pairs = perHead.flatMap((head) => RELATIONS.map((relation) => ({ head, relation, value: over(head, relation, 0) })));
  const best = pairs.reduce((a, b) => (b.value > a.value ? b : a));
  return over(best.head, best.relation, 1);
}

function divergenceSummary(study: StudyConfig, of: (arm: Arm) => readonly ModelResult[]) {
  const layers = Array.from({ length: study.layers }, (_, l) => l);
  const at = (arm: Arm, l: number) => of(arm).map((m) => ofLayer(m.divergence, l));
  const tests = (arm: Arm): TestedDifference[] => {
    const raw = layers.map((l) => compare(at("trained", l), at(arm, l)));
    const ps = holm(raw.map(({ p }) => p));
    return raw.map((test, l) => ({ ...test, corrected: ofLayer(ps, l) }));
  };
  return {
    divergence: byControl((arm) => layers.map((l) => estimateMean(at(arm, l)))),
    divergenceTests: { random: tests("random"), shuffled: tests("shuffled") },
  };
}
