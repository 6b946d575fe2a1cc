/** Scores of heads' outputs, in addition to those of their patterns; they do not show what a head attends to. */
import type { TransformerConfig } from "../../models/config.ts";
import { interval, resamples } from "../../stats/intervals.ts";
import { columnOf, columnSums, mean, numberAt, total, weightedTotal } from "../../stats/sums.ts";
import type { Tally } from "../observe/measure.ts";
import { ofHead } from "../redundancy/by-head.ts";
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
  const shareOf = (h: number, times?: Int32Array): number =>
    weightedTotal(columnOf(hits, h), times) / Math.max(1, weightedTotal(steps, times));
  const { best: control, p } = nullHeads(best);
  const n = total(steps);
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
function suppressed({ effects = new Float32Array(), sizes }: Tally, times?: Int32Array): PerHead {
  const sums = columnSums(effects, 2 * sizes.length, times);
  return sizes.map((_, h) => {
    const [signed, absolute] = [numberAt(sums, 2 * h), numberAt(sums, 2 * h + 1)];
    return absolute > 0 ? -signed / absolute : 0;
  });
}

/**
 * Computes 1 − the mean ‖z W_O‖ of a head divided by the mean over its layer's heads: 1 if it writes nothing, 0 if it writes as
 * much as the average head, negative if it writes more. After the norms of head outputs in Sandoval-Segura et al. 2025.
 */
function dormancy({ written }: Tally, layers: readonly number[], times?: Int32Array): PerHead {
  const sizes = columnSums(written, total(layers), times);
  let first = 0;
  for (const count of layers) {
    const own = sizes.subarray(first, (first += count));
    const usual = mean(own);
    own.set(own.map((size) => (usual > 0 ? 1 - size / usual : 0)));
  }
  return sizes;
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
  const n = total(tally.counted);
  return Array.from(of(tally), (value, h) => {
    const draws = columnOf(all, h);
    const beside = { control: control.best, p: control.p(value), shuffled: mixed && ofHead(mixed, h) };
    return { score: { value, ...beside, n, ...interval(draws) }, draws };
  });
}
