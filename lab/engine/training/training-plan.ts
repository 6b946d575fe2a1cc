/** The plan and the results of training in the page: shared by the page and the worker, without engine code. */
import { divisors } from "../../../src/models/attention-cost.ts";
import { InputError } from "../../../src/run/errors.ts";
import type { Estimate } from "../../../src/stats/bootstrap.ts";
import type { WorldTraining } from "../../../src/study/world-training.ts";

/** Two language models of the synthetic world that differ only in their heads: one head per layer, and `heads`. */
export interface TrainingPlan extends WorldTraining {
  readonly seed: number;
  readonly heads: number;
  readonly innerWidth: number;
  /** The base of the rotary frequencies: small, since documents are short. */
  readonly theta: number;
  /** The interval of measurements in steps; they also run before the first step and at the end. */
  readonly every: number;
  /** The number of held-out documents for ablation. */
  readonly probed: number;
}

/** Small enough for a page, and long enough for relations to emerge. */
export const LIVE: Omit<TrainingPlan, "seed" | "heads"> = {
  ...{ width: 64, innerWidth: 128, layers: 2, steps: 800, batch: 16, sequence: 64 },
  ...{ learningRate: 0.01, warmup: 50, weightDecay: 0.01, theta: 10, every: 50, documents: 128, probed: 64 },
};

/** Returns the valid numbers of heads: they divide the width, and give each head an even width for rotary positions. */
export const offered = (width: number): number[] => divisors(width).filter((heads) => heads > 1 && (width / heads) % 2 === 0);

/** Throws `InputError` if a width cannot be divided among the heads, or the seed is not a whole number. */
export function checkPlan({ width, heads, seed }: Pick<TrainingPlan, "width" | "heads" | "seed">): void {
  if (!Number.isSafeInteger(seed)) throw new InputError(`the seed is ${seed}; enter a whole number`);
  if (offered(width).includes(heads)) return;
  const share = width / heads;
  const mend = `choose ${offered(width).join(", ")}`;
  if (heads < 2) throw new InputError(`compare one head with at least 2, got ${heads}; ${mend}`);
  throw new InputError(
    Number.isInteger(share)
      ? `${heads} heads have a width of ${share} each, but rotary positions need an even width; ${mend}`
      : `${heads} heads do not divide the width ${width} (${width} / ${heads} = ${share.toFixed(2)}); ${mend}`,
  );
}

/** The loss of accuracy when one head is ablated. */
export interface HeadCost {
  /** `layer.head` */
  readonly name: string;
  /**
   * By relation, in the order of `RELATIONS`: the accuracy lost when the output is replaced by its mean at each position, with its
   * 95% interval over documents.
   */
  readonly lost: readonly Estimate[];
}

/** One model at one moment. */
export interface MeasuredStep {
  readonly heads: number;
  /** Nats per token on the held-out documents. */
  readonly loss: number;
  /** By relation, in the order of `RELATIONS`: the fraction of targets whose correct candidate is the most probable. */
  readonly skills: readonly number[];
  readonly costs: readonly HeadCost[];
  /** The pattern of every head on `Begun.tokens`, [query · key], in the order of the costs. */
  readonly patterns: readonly Float32Array[];
}

/** Both models after some steps: the one with a single head first. */
export interface Moment {
  readonly step: number;
  readonly models: readonly [MeasuredStep, MeasuredStep];
}

/** A part of the training that takes well under a second: one step of a model, or a part of a measurement. */
export interface Advanced {
  /** The number of finished steps. */
  readonly step: number;
  /** After a step of both models on the same documents: nats per token, before the update. */
  readonly losses?: readonly [number, number];
  /** True if a measurement is under way. */
  readonly measuring?: boolean;
  /** At the end of a measurement. */
  readonly moment?: Moment;
}

/** Facts about the new models. */
export interface Begun {
  /** By relation, the accuracy of guessing among the candidates. */
  readonly chance: readonly number[];
  /** The number of parameters of either model. */
  readonly parameters: number;
  /** The beginning of a held-out document, whose patterns are drawn. */
  readonly tokens: readonly string[];
}
