/** The effect of each head on each relation, by zero ablation and by mean ablation. */
import { RELATIONS, type Relation } from "../corpus/world/target.ts";
import type { TransformerConfig } from "../models/config.ts";
import { headName } from "../models/head-names.ts";
import type { Tensor } from "../run/tensor.ts";
import { clusterInterval } from "../stats/inference.ts";
import type { Sheet } from "./sheet.ts";
import type { Answers, Respondent } from "./skills.ts";

/** The loss without a head: of accuracy, with the 95% interval over documents, and of the mean log share (nats). */
export interface Effect {
  readonly accuracy: number;
  readonly low: number;
  readonly high: number;
  readonly nats: number;
  /** Nats on the two halves of the documents: one for selection, the other for evaluation. */
  readonly halves: readonly [number, number];
}

export type Effects = Readonly<Record<Relation, Effect>>;

export const ABLATIONS = ["zero", "mean"] as const;
export type Ablation = (typeof ABLATIONS)[number];

/** One head with its effects under both ablations. */
export interface HeadEffects {
  readonly layer: number;
  readonly head: number;
  readonly effects: Readonly<Record<Ablation, Effects>>;
}

/** Measures the effects of every head. */
export async function headEffects(
  config: TransformerConfig,
  model: Respondent,
  sheet: Sheet,
  base: Answers,
): Promise<HeadEffects[]> {
  const means: Readonly<Record<Ablation, readonly Tensor[] | undefined>> = { zero: undefined, mean: await model.meanOutputs() };
  const found: HeadEffects[] = [];
  for (const [layer, heads] of config.heads.entries()) {
    for (let head = 0; head < heads; head++) {
      const off = new Set([headName(layer, head)]);
      const effects = {
        zero: effectsOf(sheet, base, await model.answer(off, means.zero)),
        mean: effectsOf(sheet, base, await model.answer(off, means.mean)),
      };
      found.push({ layer, head, effects });
    }
  }
  return found;
}

/** Computes the difference that a change makes for each relation. */
export function effectsOf(sheet: Sheet, before: Answers, after: Answers): Effects {
  const sums = RELATIONS.map(() => ({
    lost: new Float64Array(sheet.documents),
    count: new Float64Array(sheet.documents),
    nats: [0, 0],
    n: [0, 0],
  }));
  let t = 0;
  for (const { targets } of sheet.batches) {
    for (const { relation, document } of targets) {
      const sum = sums[relation]!;
      const half = document % 2;
      sum.lost[document]! += before.right[t]! - after.right[t]!;
      sum.count[document]! += 1;
      sum.nats[half]! += before.logShare[t]! - after.logShare[t]!;
      sum.n[half]! += 1;
      t++;
    }
  }
  return Object.fromEntries(
    sums.map(({ lost, count, nats, n }, r) => {
      const all = n[0]! + n[1]!;
      const accuracy = lost.reduce((a, b) => a + b, 0) / all;
      const halves = [nats[0]! / n[0]!, nats[1]! / n[1]!] as const;
      return [
        RELATIONS[r],
        { accuracy, ...clusterInterval(lost, count, `effect ${r}`), nats: (nats[0]! + nats[1]!) / all, halves },
      ];
    }),
  ) as Record<Relation, Effect>;
}
