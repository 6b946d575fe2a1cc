/** Noise: heads whose attention cannot be distinguished from that of untrained heads. */

import type { Score } from "../report/schema.ts";
import { type MeasuredScores, moved } from "./again.ts";
import { beatsControl } from "./labels.ts";
import { OUTPUT_SCORES } from "./output-scores.ts";

type Scores = Readonly<Record<string, Score>>;

/**
 * A lead over the controls up to this is meaningless, however certain: 2% of attention or of cases, or a twentieth of a
 * standard deviation of similarity. Heads with uniform attention differ from each other by less.
 */
const NEGLIGIBLE = { share: 0.02, similarity: 0.05 } as const;

/**
 * Returns true if no tested attention score of a head beats its control. The position of the largest weight means nothing for
 * uniform attention, so `positional` counts only for confident heads.
 */
export const isNoise = (scores: Scores): boolean =>
  !Object.entries(scores).some(([name, score]) => tells(name, score, scores.confidence));

const tells = (name: string, score: Score, confidence: Score | undefined): boolean =>
  !OUTPUT_SCORES.includes(name) &&
  score.p !== null &&
  beatsControl(name, score) &&
  (name === "semantic" ? score.value >= NEGLIGIBLE.similarity : score.value - (score.control ?? 0) >= NEGLIGIBLE.share) &&
  (name !== "positional" || (confidence !== undefined && (confidence.value > 0.5 || beatsControl("confidence", confidence))));

/**
 * Estimates the share of other samples of the same number of texts in which a head is noise, from the draws of its scores. A
 * tested score passes in a draw if it exceeds its control and what chance explains.
 */
export function noiseAgain(measured: Readonly<Record<string, MeasuredScores>>): number {
  const all = Object.entries(measured).map(([name, own]) => ({ name, own, draws: own.draws && moved(own.score, own.draws) }));
  const count = Math.min(...all.flatMap(({ draws }) => (draws ? [draws.length] : [])));
  if (!Number.isFinite(count)) return 1;
  let noise = 0;
  for (let k = 0; k < count; k++) {
    const drawn = all.map(({ name, own, draws }) => [name, draws ? withValue(own, draws[k]!) : own.score] as const);
    if (isNoise(Object.fromEntries(drawn))) noise++;
  }
  return noise / count;
}

const withValue = ({ score, least }: MeasuredScores, value: number): Score => ({
  ...score,
  value,
  p:
    score.p === null
      ? null
      : Number(value < Math.max(score.control ?? Number.NEGATIVE_INFINITY, least ?? Number.NEGATIVE_INFINITY)),
});
