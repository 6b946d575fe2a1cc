/** Weights that learn together with the gates on their heads (Voita et al. 2019): two sets that alternate. */
import { leafAt } from "../../params/tree.ts";
import type { Feeds } from "../../run/runtime.ts";
import { floats, sizeOf, type Tensor, tensor } from "../../run/tensor.ts";
import { type AdamOptions, hyperTensor, momentNames } from "../../train/optimizer.ts";
import { learningRate } from "../../train/schedule.ts";
import { renewed } from "../../train/step.ts";

export const WEIGHTS_ADAM: AdamOptions = { betas: [0.9, 0.999], epsilon: 1e-8, weightDecay: 0, clip: 1 };
/** The input that holds learning rate, step size, epsilon correction and gradient scale of the weights. */
export const WEIGHTS_HYPER = "weights/hyper";

/** The weights of one fit. */
export interface LearningWeights {
  /** The inputs of an update, counted from 1. */
  feeds(update: number): Feeds;
  /** The buffers that the update fills. */
  into(): Feeds;
  /** Makes the filled buffers the current ones. */
  advance(): void;
  /** The current weights, by path; buffers that later updates overwrite. */
  current(): ReadonlyMap<string, Tensor>;
}

/** Copies weights for a fit of some steps; the learning rate rises over a tenth of them to `peak`, and falls as half a cosine. */
export function learningWeights(from: ReadonlyMap<string, Tensor>, peak: number, steps: number): LearningWeights {
  const setOf = (fill: (weight: Tensor) => Float32Array): Map<string, Tensor> =>
    new Map(
      [...from].flatMap(([path, weight]) => {
        const zeros = () => tensor(new Float32Array(sizeOf(weight.shape)), weight.shape);
        const own: [string, Tensor] = [path, tensor(fill(weight), weight.shape)];
        return [own, ...momentNames(path).map((name): [string, Tensor] => [name, zeros()])];
      }),
    );
  let now = setOf((weight) => floats(weight).slice());
  let next = setOf(({ shape }) => new Float32Array(sizeOf(shape)));
  const schedule = { kind: "cosine", warmup: Math.ceil(steps / 10) } as const;
  return {
    feeds: (update) => ({
      ...Object.fromEntries(now),
      [WEIGHTS_HYPER]: hyperTensor(update, learningRate(schedule, peak, update + 1, steps + 1), WEIGHTS_ADAM),
    }),
    into: () => Object.fromEntries([...next].map(([name, buffer]) => [renewed(name), buffer])),
    advance() {
      [now, next] = [next, now];
    },
    current: () => new Map([...from.keys()].map((path) => [path, leafAt(now, path)])),
  };
}
