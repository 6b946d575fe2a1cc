/**
 * A training step as a graph: forward, loss, gradients, clipping and AdamW in one program, from one set of weights and moments
 * to another. With gradient accumulation over micro-batches it is split in two: accumulate, then update.
 */

import { input, type Value } from "../graph/value.ts";
import { anyParameters } from "../models/any.ts";
import { chain } from "../nn/probe.ts";
import { add } from "../ops/arithmetic.ts";
import { clamp } from "../ops/logic.ts";
import { leafAt, type Spec, specsByPath } from "../params/tree.ts";
import type { DropoutRates } from "./dropout.ts";
import { dropout, dropoutInput, headDropout, headDropoutInput } from "./dropout.ts";
import { type BatchShape, type Objective, type ObjectiveOptions, objective, type TrainableConfig } from "./objective.ts";
import { type AdamOptions, adamW, hyperInput, momentNames } from "./optimizer.ts";

type Outputs = Readonly<Record<string, Value>>;

export interface StepOptions {
  readonly adam: AdamOptions;
  readonly dropout: DropoutRates;
  readonly labelSmoothing: number;
  /** The training objective; default: cross-entropy of the targets (`objective`). */
  readonly objective?: (config: TrainableConfig, shape: BatchShape, options: ObjectiveOptions) => Objective;
}

/** Returns the name of a weight or moment among a step's outputs. */
export const renewed = (name: string): string => `new/${name}`;
/** Returns the name of a gradient sum among the inputs. */
export const gathered = (path: string): string => `gradient/${path}`;

const trained = (config: TrainableConfig, shape: BatchShape, options: StepOptions): Objective => {
  const { dropout: rates, labelSmoothing, objective: minimized = objective } = options;
  const key = dropoutInput();
  const probes = [
    ...(rates.residual > 0 || rates.attention > 0 ? [dropout(rates, key)] : []),
    ...((rates.heads ?? 0) > 0 ? [headDropout(config, headDropoutInput(), key)] : []),
  ];
  return minimized(config, shape, { labelSmoothing, ...(probes.length > 0 && { probe: chain(...probes) }) });
};

/** Paths of matrices; biases do not count, although they have a head axis. */
const matricesOf = (specs: ReadonlyMap<string, Spec>): Set<string> =>
  new Set([...specs].flatMap(([path, { inputs }]) => (inputs > 0 ? [path] : [])));

/** Limits the numbers of a parameter to the range of its specification. */
const limited = (parameter: Value, { range }: Spec): Value => (range ? clamp(parameter, ...range) : parameter);

/** Builds the updated weights and moments, with their names as outputs; `hyper` as in `hyperTensor`. */
export function updateOutputs(
  config: TrainableConfig,
  parameters: ReadonlyMap<string, Value>,
  gradients: readonly Value[],
  adam: AdamOptions,
  hyper = hyperInput(),
): Outputs {
  const specs = specsByPath(anyParameters(config));
  const { updates, norm } = adamW(parameters, gradients, hyper, adam, matricesOf(specs));
  const renew = [...updates].flatMap(([path, { parameter, first, second }]) => {
    const [firstName, secondName] = momentNames(path);
    return [
      [path, limited(parameter, leafAt(specs, path))] as const,
      [firstName, first] as const,
      [secondName, second] as const,
    ];
  });
  return { norm, ...Object.fromEntries(renew.map(([name, value]) => [renewed(name), value])) };
}

/**
 * Builds a step on one batch: outputs `total`, `norm` (of the gradients before clipping), and every updated weight and moment.
 */
export function stepOutputs(config: TrainableConfig, shape: BatchShape, options: StepOptions): Outputs {
  const { total, parameters, gradients } = trained(config, shape, options);
  return { total, ...updateOutputs(config, parameters, gradients(), options.adam) };
}

/** Adds the gradients of one micro-batch to earlier ones: outputs `total` and every gradient sum. */
export function gatherOutputs(config: TrainableConfig, shape: BatchShape, options: StepOptions): Outputs {
  const { total, parameters, gradients } = trained(config, shape, options);
  const made = gradients();
  const sums = [...parameters].map(([path, { shape: s }], k) => [
    renewed(gathered(path)),
    add(input(gathered(path), s), made[k]!),
  ]);
  return { total, ...Object.fromEntries(sums) };
}

/** Builds the update from accumulated gradients. */
export function gatheredUpdate(config: TrainableConfig, parameters: ReadonlyMap<string, Value>, adam: AdamOptions): Outputs {
  const gradients = [...parameters].map(([path, { shape }]) => input(gathered(path), shape));
  return updateOutputs(config, parameters, gradients, adam);
}

/** Builds the loss alone, without dropout, smoothing or gradients, for held-out text. */
export const evaluationOutputs = (config: TrainableConfig, shape: BatchShape): Outputs => ({
  total: objective(config, shape).total,
});
