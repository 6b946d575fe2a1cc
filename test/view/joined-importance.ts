/** Importance written by hand, for a model of given heads. */

import type { WrittenImportance } from "../../src/heads/importance/importance-report.ts";
import type { Judgement } from "../../src/heads/importance/verdicts.ts";
import type { Report } from "../../src/heads/report/schema.ts";
import type { Estimate } from "../../src/stats/bootstrap.ts";

/** A head's layer, its number there, and its place among all heads. */
interface Place {
  readonly layer: number;
  readonly head: number;
  readonly place: number;
}

/** As if the intervals had been corrected over heads and held on both halves. */
export const judgementOf = ({ value, low, high }: Estimate): Judgement => ({
  verdict: low > 0 ? "critical" : high < 0 ? "better without" : "none shown",
  ...{ p: low > 0 || high < 0 ? 0.005 : 1, share: value / 20 },
});

/** What `headwise importance` would have written, with these values of exact ablation; `michel` is half of each. */
export function madeImportance(model: Report["model"], worth: (place: Place) => Estimate): WrittenImportance {
  const places = model.heads.flatMap((count, layer) => Array.from({ length: count }, (_, head) => ({ layer, head })));
  const heads = places.map(({ layer, head }, place) => {
    const ablation = { ...worth({ layer, head, place }) };
    const michel = { value: Math.abs(ablation.value) / 2, low: 0, high: Math.abs(ablation.value) };
    return { name: `${layer}.${head}`, scores: { michel, ablation }, judgement: judgementOf(ablation) };
  });
  return {
    ...{ schema: "headwise.importance/1", headwise: "0.1.0", seed: 1, model },
    corpus: { id: "pairs.tsv", sha256: "3c".repeat(32) },
    task: { name: "similarity", measure: "Spearman’s ρ × 100", better: "higher", examples: 1500 },
    quality: { value: 86.7, low: 85.1, high: 88.3 },
    ...{ ablation: "zero", range: 20, heads, stability: {}, agreement: {}, seconds: 1 },
  };
}
