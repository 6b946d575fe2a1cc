/** From scores to labels: a label needs its published threshold, and has to beat its controls. */
import type { FailedRule, Label, MissedLabel, Score } from "./schema.ts";

/**
 * The least value for a label: Voita 2019 (positional 0.9), Clark 2019 (offsets 0.5, delimiters 0.6, broad 3.8 nats at
 * 128 tokens, here over ln 128), Gu 2024 (sink 0.3); for the others there is no published one, and these are ours.
 */
const THRESHOLDS: Readonly<Partial<Record<Label, number>>> = {
  "previous-token": 0.5,
  "next-token": 0.5,
  self: 0.5,
  positional: 0.9,
  "first-position": 0.5,
  "last-position": 0.5,
  delimiter: 0.6,
  "rare-token": 0.5,
  semantic: 0.05,
  "duplicate-token": 0.4,
  induction: 0.4,
  sink: 0.3,
  broad: 3.8 / Math.log(128),
};
/** A syntactic head beats the best fixed offset by ten points. */
export const SYNTACTIC_MARGIN = 0.1;
/** A positional head is also sure of itself. */
const POSITIONAL_CONFIDENCE = 0.8;
export const SIGNIFICANCE = 0.05;

/** The threshold of a label for a head; a syntactic head's depends on its relation's baseline. */
const thresholdOf = (label: Label, score: Score): number =>
  label === "syntactic" ? (score.control ?? 0) + SYNTACTIC_MARGIN : (THRESHOLDS[label] ?? Number.POSITIVE_INFINITY);

/** Above its control and not by chance. Breadth has no control: untrained heads are broad. */
export const beatsControl = (name: string, score: Score): boolean =>
  (score.control === null || score.value > score.control) &&
  (score.p === null || score.p <= SIGNIFICANCE) &&
  (name !== "syntactic" || score.value > (score.shuffled ?? 0));

/** How far a score is on the way from its threshold to 1. */
const reach = (label: Label, score: Score): number => {
  const threshold = thresholdOf(label, score);
  return (score.value - threshold) / (1 - threshold);
};

/** Where a head rests when it has nothing to do, or that it has no focus: after every label that says what it looks for. */
export const MANNERS: ReadonlySet<Label> = new Set(["first-position", "last-position", "sink", "broad"]);

/** `reach`; manners of attending come last. */
const strength = (label: Label, score: Score): number => reach(label, score) - (MANNERS.has(label) ? 1 : 0);

type Scores = Readonly<Record<string, Score>>;

/** The rules of a label that a head's scores fail, with what each rule looks at and what it needs; none: the label is given. */
export function failedRules(label: Label, scores: Scores): FailedRule[] {
  const score = scores[label]!;
  const { value, control, p, shuffled, halves } = score;
  const [needed, sure] = [thresholdOf(label, score), scores.confidence?.value ?? 0];
  const rules: readonly (readonly [applies: boolean, fails: boolean, failed: FailedRule])[] = [
    [true, value < needed, { rule: "threshold", value, needed }],
    [control !== null, value <= (control ?? 0), { rule: "control", value, needed: control ?? 0 }],
    [p !== null, (p ?? 0) > SIGNIFICANCE, { rule: "chance", value: p ?? 0, needed: SIGNIFICANCE }],
    [label === "syntactic", value <= (shuffled ?? 0), { rule: "shuffled", value, needed: shuffled ?? 0 }],
    [label === "positional", sure <= POSITIONAL_CONFIDENCE, { rule: "confidence", value: sure, needed: POSITIONAL_CONFIDENCE }],
    ...heldOutRules(halves),
  ];
  return rules.flatMap(([applies, fails, failed]) => (applies && fails ? [failed] : []));
}

const heldOutRules = (halves: Score["halves"]) =>
  halves
    ? ([
        [true, halves.chosen < SYNTACTIC_MARGIN, { rule: "choosing-half", value: halves.chosen, needed: SYNTACTIC_MARGIN }],
        [true, halves.low <= 0, { rule: "held-out-half", value: halves.low, needed: 0 }],
      ] as const)
    : [];

export interface Labelled {
  readonly label: Label;
  readonly labels: readonly Label[];
}

export interface LabelContext {
  /** Texts begin or end with special tokens: the first or last position is a delimiter, and is only called so. */
  readonly framedFirst: boolean;
  readonly framedLast: boolean;
}

/** Labels of an unclassified head whose rules are told. */
const NEAREST = 3;

/** The labels that a head's scores are tested for. */
function candidatesOf(scores: Scores, { framedFirst, framedLast }: LabelContext): Label[] {
  const excluded = new Set<string>([...(framedFirst ? ["first-position"] : []), ...(framedLast ? ["last-position"] : [])]);
  return (Object.keys({ ...THRESHOLDS, syntactic: 0 }) as Label[]).filter((label) => scores[label] && !excluded.has(label));
}

/** The labels of a head, strongest first. */
export function labelsOf(scores: Scores, context: LabelContext): Labelled {
  const labels = candidatesOf(scores, context)
    .filter((label) => failedRules(label, scores).length === 0)
    .sort((a, b) => strength(b, scores[b]!) - strength(a, scores[a]!));
  return { label: labels[0] ?? "unclassified", labels: labels.length ? labels : ["unclassified"] };
}

/** The labels nearest to a head that has none, with the rules that they fail: the fewest first, then by how far the score is. */
export function nearestLabels(scores: Scores, context: LabelContext): MissedLabel[] {
  return candidatesOf(scores, context)
    .map((label) => ({ label, failed: failedRules(label, scores) }))
    .sort((a, b) => a.failed.length - b.failed.length || reach(b.label, scores[b.label]!) - reach(a.label, scores[a.label]!))
    .slice(0, NEAREST);
}
