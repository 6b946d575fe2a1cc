/** From scores to labels: a label needs its published threshold, and has to beat its controls. */
import type { Label, Score } from "./schema.ts";

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

const holds = (label: Label, score: Score): boolean => score.value >= thresholdOf(label, score) && beatsControl(label, score);

/** Where a head rests when it has nothing to do, or that it has no focus: after every label that says what it looks for. */
const MANNERS: ReadonlySet<Label> = new Set(["first-position", "last-position", "sink", "broad"]);

/** How far a score is on the way from its threshold to 1; manners of attending come last. */
const strength = (label: Label, score: Score): number => {
  const threshold = thresholdOf(label, score);
  return (score.value - threshold) / (1 - threshold) - (MANNERS.has(label) ? 1 : 0);
};

export interface Labelled {
  readonly label: Label;
  readonly labels: readonly Label[];
}

export interface LabelContext {
  /** Texts begin or end with special tokens: the first or last position is a delimiter, and is only called so. */
  readonly framedFirst: boolean;
  readonly framedLast: boolean;
  /** The syntactic score also held on the half of the sentences that chose it, and its interval is above the baseline. */
  readonly syntaxHolds: boolean;
}

/** The labels of a head, strongest first. */
export function labelsOf(scores: Readonly<Record<string, Score>>, context: LabelContext): Labelled {
  const excluded = new Set<Label>([
    ...(context.framedFirst ? (["first-position"] as const) : []),
    ...(context.framedLast ? (["last-position"] as const) : []),
    ...(context.syntaxHolds ? [] : (["syntactic"] as const)),
    ...((scores.confidence?.value ?? 0) > POSITIONAL_CONFIDENCE ? [] : (["positional"] as const)),
  ]);
  const candidates = Object.keys({ ...THRESHOLDS, syntactic: 0 }) as Label[];
  const labels = candidates
    .filter((label) => !excluded.has(label) && scores[label] && holds(label, scores[label]))
    .sort((a, b) => strength(b, scores[b]!) - strength(a, scores[a]!));
  return { label: labels[0] ?? "unclassified", labels: labels.length ? labels : ["unclassified"] };
}
