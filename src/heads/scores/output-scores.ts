/** Scores of what heads write, beside those of their patterns; they say nothing of what a head looks for. */
import type { TransformerConfig } from "../../models/config.ts";
import { interval, resamples } from "../../stats/intervals.ts";
import type { Tally } from "../observe/measure.ts";
import type { MeasuredScores } from "./again.ts";
import type { Evidence } from "./evidence.ts";
import { nullHeads } from "./null-heads.ts";
import type { PerHead } from "./scores.ts";

/** Their names: a head that only these tell from untrained ones may still attend like noise. */
export const OUTPUT_SCORES: readonly string[] = ["dormant", "ov-copying"];

/** For each head: its scores by name. */
export function outputScores(evidence: Evidence, config: TransformerConfig, seed: number): Record<string, MeasuredScores>[] {
  const draws = resamples(evidence.tally.texts.length, `${seed}/outputs drawn`);
  const dormant = textScores((tally, times) => dormancy(tally, config.heads, times), evidence, draws);
  const copying = copyingScores(evidence);
  return dormant.map((score, h) => ({ dormant: score, ...(copying[h] && { "ov-copying": copying[h] }) }));
}

/** Of weights alone: there are no draws of texts, and the cases are eigenvalues. */
function copyingScores({ copying }: Evidence): MeasuredScores[] {
  if (!copying) return [];
  const { best, p } = nullHeads(copying.twins.flat());
  return copying.own.map((value) => ({ score: { value, control: best, p: p(value), n: copying.eigenvalues } }));
}

/**
 * 1 − the mean ‖z W_O‖ of a head over that of its layer's heads: 1 where it writes nothing, 0 where it writes as much as they do on
 * average, negative where it writes more. After the norms of head outputs in Sandoval-Segura et al. 2025.
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

/** A score of texts for every head: beside untrained heads, on shuffled words, and on draws of the texts. */
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
