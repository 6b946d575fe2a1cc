/** Scores of heads' outputs, in addition to those of their patterns; they do not show what a head attends to. */
import type { TransformerConfig } from "../../models/config.ts";
import { interval, resamples } from "../../stats/intervals.ts";
import type { Tally } from "../observe/measure.ts";
import type { MeasuredScores } from "./again.ts";
import type { Evidence } from "./evidence.ts";
import { nullHeads } from "./null-heads.ts";
import type { PerHead } from "./scores.ts";

/** The names of these scores. A head that only they distinguish from untrained heads may still attend like noise. */
export const OUTPUT_SCORES: readonly string[] = ["dormant", "ov-copying", "copy-suppression", "retrieval"];

/** Computes the output scores of each head, by name. */
export function outputScores(evidence: Evidence, config: TransformerConfig, seed: number): Record<string, MeasuredScores>[] {
  const draws = resamples(evidence.tally.texts.length, `${seed}/outputs drawn`);
  const dormant = textScores((tally, times) => dormancy(tally, config.heads, times), evidence, draws);
  const suppression = evidence.tally.effects ? textScores(suppressed, evidence, draws) : [];
  const copying = copyingScores(evidence);
  const retrieval = retrievalScores(evidence, seed);
  return dormant.map((score, h) => ({
    dormant: score,
    ...(copying[h] && { "ov-copying": copying[h] }),
    ...(suppression[h] && { "copy-suppression": suppression[h] }),
    ...(retrieval[h] && { retrieval: retrieval[h] }),
  }));
}

/** Returns the copying scores. They depend on weights alone: there are no draws of texts, and `n` counts eigenvalues. */
function copyingScores({ copying }: Evidence): MeasuredScores[] {
  if (!copying) return [];
  const { best, p } = nullHeads(copying.twins.flat());
  return copying.own.map((value) => ({ score: { value, control: best, p: p(value), n: copying.eigenvalues } }));
}

/** Computes the share of steps that each head retrieves; the control is the best head on predictions permuted within texts. */
function retrievalScores({ retrieval }: Evidence, seed: number): MeasuredScores[] {
  if (!retrieval) return [];
  const { hits, steps, best } = retrieval;
  const heads = hits[0]?.length ?? 0;
  const shareOf = (h: number, times?: Int32Array): number => {
    let [own, all] = [0, 0];
    for (const [t, count] of steps.entries()) {
      own += (times?.[t] ?? 1) * hits[t]![h]!;
      all += (times?.[t] ?? 1) * count;
    }
    return own / Math.max(1, all);
  };
  const { best: control, p } = nullHeads(best);
  const n = steps.reduce((a, b) => a + b, 0);
  const drawn = resamples(steps.length, `${seed}/retrieval drawn`);
  return Array.from({ length: heads }, (_, h) => {
    const [value, draws] = [shareOf(h), Float64Array.from(drawn, (times) => shareOf(h, times))];
    return { score: { value, control, p: p(value), n, ...interval(draws) }, draws };
  });
}

/**
 * Computes −Σ Aᵢⱼ eⱼ / Σ Aᵢⱼ |eⱼ|: 1 if a head's whole output from attended tokens lowers the logits of these tokens, −1 if it
 * raises them (after McDougall et al. 2023). The size of the output does not matter.
 */
function suppressed({ texts, effects = new Float32Array(), sizes: { length: heads } }: Tally, times?: Int32Array): PerHead {
  const [signed, absolute] = [new Float64Array(heads), new Float64Array(heads)];
  for (let t = 0; t < texts.length; t++) {
    for (let h = 0; h < heads; h++) {
      const [at, weight] = [2 * (t * heads + h), times?.[t] ?? 1];
      signed[h]! += weight * effects[at]!;
      absolute[h]! += weight * effects[at + 1]!;
    }
  }
  return signed.map((x, h) => (absolute[h]! > 0 ? -x / absolute[h]! : 0));
}

/**
 * Computes 1 − the mean ‖z W_O‖ of a head divided by the mean over its layer's heads: 1 if it writes nothing, 0 if it writes as
 * much as the average head, negative if it writes more. After the norms of head outputs in Sandoval-Segura et al. 2025.
 */
function dormancy({ texts, written }: Tally, layers: readonly number[], times?: Int32Array): PerHead {
  const heads = layers.reduce((a, b) => a + b, 0);
  const totals = new Float64Array(heads);
  for (let t = 0; t < texts.length; t++) {
    for (let h = 0; h < heads; h++) totals[h]! += (times?.[t] ?? 1) * written[t * heads + h]!;
  }
  let first = 0;
  for (const count of layers) {
    const own = totals.subarray(first, first + count);
    const mean = own.reduce((a, b) => a + b, 0) / count;
    for (let k = 0; k < count; k++) own[k] = mean > 0 ? 1 - own[k]! / mean : 0;
    first += count;
  }
  return totals;
}

/** Measures a score of texts for every head, with untrained heads, shuffled words and draws of the texts. */
function textScores(
  of: (tally: Tally, times?: Int32Array) => PerHead,
  { tally, twins, shuffled }: Evidence,
  drawn: readonly Int32Array[],
): MeasuredScores[] {
  const control = nullHeads(twins.flatMap((twin) => [...of(twin)]));
  const mixed = shuffled && of(shuffled);
  const all = drawn.map((times) => of(tally, times));
  const n = tally.counted.reduce((a, b) => a + b, 0);
  return Array.from(of(tally), (value, h) => {
    const draws = Float64Array.from(all, (values) => values[h]!);
    const beside = { control: control.best, p: control.p(value), shuffled: mixed ? mixed[h]! : null };
    return { score: { value, ...beside, n, ...interval(draws) }, draws };
  });
}
