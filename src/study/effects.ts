/** The effect of each head on each relation, by zero ablation and by mean ablation. */
import { RELATIONS, type Relation } from "../corpus/world/target.ts";
import type { TransformerConfig } from "../models/config.ts";
import { headName } from "../models/head-names.ts";
import { keyed } from "../params/keyed.ts";
import type { Tensor } from "../run/tensor.ts";
import { clusterInterval } from "../stats/inference.ts";
import { mean, numberAt, total } from "../stats/sums.ts";
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
  const losses = sheet.batches
    .flatMap(({ targets }) => targets)
    .map(({ relation, document }, t) => ({
      ...{ relation, document },
      right: numberAt(before.right, t) - numberAt(after.right, t),
      nats: numberAt(before.logShare, t) - numberAt(after.logShare, t),
    }));
  return keyed(RELATIONS, (_, r): Effect => {
    const own = losses.filter(({ relation }) => relation === r);
    const [lost, count] = [new Float64Array(sheet.documents), new Float64Array(sheet.documents)];
    for (const { document, right } of own) {
      lost[document]! += right;
      count[document]! += 1;
    }
    const natsIn = (half: number) => own.filter(({ document }) => document % 2 === half).map(({ nats }) => nats);
    const [first, second] = [natsIn(0), natsIn(1)];
    return {
      accuracy: total(lost) / own.length,
      ...clusterInterval(lost, count, `effect ${r}`),
      nats: (total(first) + total(second)) / own.length,
      halves: [mean(first), mean(second)],
    };
  });
}
