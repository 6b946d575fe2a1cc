/** Labels from scores: a label's score has to reach its threshold and beat its controls. Manners of attending are separate. */

import type { FailedRule, MissedLabel, Score } from "../report/schema.ts";
import { LABELS, type Label, MANNERS, type Manner } from "./label-names.ts";

/**
 * The least value for each label: Voita 2019 (positional 0.9), Clark 2019 (offsets 0.5, delimiters 0.6, broad 3.8 nats at
 * 128 tokens, here over ln 128), Gu 2024 (sink 0.3); the other thresholds have no published source and are ours.
 */
const THRESHOLDS: Readonly<Partial<Record<string, number>>> = {
  "previous-token": 0.5,
  "next-token": 0.5,
  self: 0.5,
  positional: 0.9,
  "first-position": 0.5,
  "last-position": 0.5,
  delimiter: 0.6,
  "rare-token": 0.5,
  semantic: 0.15,
  "sub-word": 0.4,
  "duplicate-token": 0.4,
  induction: 0.4,
  sink: 0.3,
  broad: 3.8 / Math.log(128),
  dormant: 0.9,
} satisfies Partial<Record<Label | Manner, number>>;
/** The margin by which a syntactic head beats the best rule without a tree: ten points of accuracy. */
export const SYNTACTIC_MARGIN = 0.1;
/** The least confidence of a positional head. */
export const POSITIONAL_CONFIDENCE = 0.8;
export const SIGNIFICANCE = 0.05;

/** Returns the least value for a label or manner; a syntactic head's depends on its relation's best offset. */
const thresholdOf = (name: string, score: Score): number =>
  name === "syntactic" ? (score.offsetBaseline ?? 0) + SYNTACTIC_MARGIN : (THRESHOLDS[name] ?? Number.POSITIVE_INFINITY);

/** Returns true if a score is above its control and not by chance. Breadth has no control, since untrained heads are broad. */
export const beatsControl = (name: string, score: Score): boolean =>
  (score.control === null || score.value > score.control) &&
  (score.p === null || score.p <= SIGNIFICANCE) &&
  (name !== "syntactic" || score.value > (score.shuffled ?? 0));

interface Scored<N extends string = string> {
  readonly name: N;
  readonly score: Score;
}

/** Returns the scores of those of the names that a head has. */
const scored = <N extends string>(names: readonly N[], scores: Scores): Scored<N>[] =>
  names.flatMap((name) => {
    const score = scores[name];
    return score ? [{ name, score }] : [];
  });

/** Computes the position of a score between its threshold (0) and 1. */
const reach = ({ name, score }: Scored): number => {
  const threshold = thresholdOf(name, score);
  return (score.value - threshold) / (1 - threshold);
};

/** Returns the least value with which a score passes its label's rules, ignoring the test for chance. */
export const leastValue = (name: string, score: Score): number =>
  Math.max(
    thresholdOf(name, score),
    score.control ?? Number.NEGATIVE_INFINITY,
    name === "syntactic" ? (score.shuffled ?? 0) : Number.NEGATIVE_INFINITY,
  );

type Scores = Readonly<Record<string, Score>>;

/** Returns a score that every head has. */
export function scoreOf(scores: Scores, name: string): Score {
  const score = scores[name];
  if (!score) throw new Error(`internal: a head has no score of ${name}`);
  return score;
}

/**
 * Returns the rules of a label that a head's scores fail, with the value and the requirement of each; empty if the label
 * applies.
 */
export function failedRules(name: Label | Manner, scores: Scores): FailedRule[] {
  const score = scoreOf(scores, name);
  const { value, control, p, shuffled, halves } = score;
  const [needed, sure] = [thresholdOf(name, score), scores.confidence?.value ?? 0];
  const weaker = halves ? Math.min(halves.first, halves.second) : 0;
  const rules: readonly (readonly [applies: boolean, fails: boolean, failed: FailedRule])[] = [
    [true, value < needed, { rule: "threshold", value, needed }],
    [control !== null, value <= (control ?? 0), { rule: "control", value, needed: control ?? 0 }],
    [p !== null, (p ?? 0) > SIGNIFICANCE, { rule: "chance", value: p ?? 0, needed: SIGNIFICANCE }],
    [name === "syntactic", value <= (shuffled ?? 0), { rule: "shuffled", value, needed: shuffled ?? 0 }],
    [name === "positional", sure <= POSITIONAL_CONFIDENCE, { rule: "confidence", value: sure, needed: POSITIONAL_CONFIDENCE }],
    [halves !== undefined, weaker <= 0, { rule: "halves", value: weaker, needed: 0 }],
  ];
  return rules.flatMap(([applies, fails, failed]) => (applies && fails ? [failed] : []));
}

export interface Labelled {
  readonly label: Label;
  readonly labels: readonly Label[];
  readonly manners: readonly Manner[];
}

export interface LabelContext {
  /** True if texts begin or end with special tokens: the first or last position is then labeled only as a delimiter. */
  readonly framedFirst: boolean;
  readonly framedLast: boolean;
}

/** The number of labels whose failed rules are reported for an unclassified head. */
const NEAREST = 3;

/** Returns the labels of a head and the manners in which it attends, strongest first. */
export function labelsOf(scores: Scores, { framedFirst, framedLast }: LabelContext): Labelled {
  const earned = <N extends Label | Manner>(names: readonly N[]) =>
    scored(names, scores)
      .filter(({ name }) => failedRules(name, scores).length === 0)
      .sort((a, b) => reach(b) - reach(a))
      .map(({ name }) => name);
  const labels = earned(LABELS);
  const manners = earned(
    MANNERS.filter((name) => !(framedFirst && name === "first-position") && !(framedLast && name === "last-position")),
  );
  return { label: labels[0] ?? "unclassified", labels: labels.length ? labels : ["unclassified"], manners };
}

/**
 * Returns the nearest labels of a head without one, with the rules that fail: fewest first, then by the position of the score.
 */
export function nearestLabels(scores: Scores): MissedLabel[] {
  return scored(LABELS, scores)
    .map((own) => ({ ...own, failed: failedRules(own.name, scores) }))
    .sort((a, b) => a.failed.length - b.failed.length || reach(b) - reach(a))
    .slice(0, NEAREST)
    .map(({ name, failed }) => ({ label: name, failed }));
}
