/**
 * A training step as a graph: forward, loss, gradients, clipping and AdamW in one program, from one set of weights and
 * moments into another. Where gradients are accumulated over micro-batches it falls into two: gather, then update.
 */

import { input, type Value } from "../graph/value.ts";
import { anyParameters } from "../models/any.ts";
import { add } from "../ops/arithmetic.ts";
import { specsByPath } from "../params/tree.ts";
import type { DropoutRates } from "./dropout.ts";
import { dropout, dropoutInput } from "./dropout.ts";
import { type BatchShape, type Objective, type ObjectiveOptions, objective, type TrainableConfig } from "./objective.ts";
import { type AdamOptions, adamW, hyperInput, momentNames } from "./optimizer.ts";

type Outputs = Readonly<Record<string, Value>>;

export interface StepOptions {
  readonly adam: AdamOptions;
  readonly dropout: DropoutRates;
  readonly labelSmoothing: number;
  /** What is minimised; default: cross-entropy of the targets (`objective`). */
  readonly objective?: (config: TrainableConfig, shape: BatchShape, options: ObjectiveOptions) => Objective;
}

/** What a weight or moment is called among a step's outputs. */
export const renewed = (name: string): string => `new/${name}`;
/** What a sum of gradients is called among inputs. */
export const gathered = (path: string): string => `gradient/${path}`;

const trained = (config: TrainableConfig, shape: BatchShape, options: StepOptions): Objective => {
  const { dropout: rates, labelSmoothing, objective: minimised = objective } = options;
  const drops = rates.residual > 0 || rates.attention > 0;
  return minimised(config, shape, { labelSmoothing, ...(drops && { probe: dropout(rates, dropoutInput()) }) });
};

/** Paths of matrices; biases are none, although the head is an axis of theirs. */
const matricesOf = (config: TrainableConfig): Set<string> =>
  new Set([...specsByPath(anyParameters(config))].flatMap(([path, { inputs }]) => (inputs > 0 ? [path] : [])));

function updateOutputs(
  config: TrainableConfig,
  parameters: ReadonlyMap<string, Value>,
  gradients: readonly Value[],
  adam: AdamOptions,
): Outputs {
  const { updates, norm } = adamW(parameters, gradients, hyperInput(), adam, matricesOf(config));
  const renew = [...updates].flatMap(([path, { parameter, first, second }]) => {
    const [firstName, secondName] = momentNames(path);
    return [[path, parameter] as const, [firstName, first] as const, [secondName, second] as const];
  });
  return { norm, ...Object.fromEntries(renew.map(([name, value]) => [renewed(name), value])) };
}

/** A whole step on one batch: outputs `total`, `norm` (of the gradients before clipping), and every weight and moment renewed. */
export function stepOutputs(config: TrainableConfig, shape: BatchShape, options: StepOptions): Outputs {
  const { total, parameters, gradients } = trained(config, shape, options);
  return { total, ...updateOutputs(config, parameters, gradients(), options.adam) };
}

/** The gradients of one micro-batch added to those gathered before: outputs `total` and every sum of gradients. */
export function gatherOutputs(config: TrainableConfig, shape: BatchShape, options: StepOptions): Outputs {
  const { total, parameters, gradients } = trained(config, shape, options);
  const made = gradients();
  const sums = [...parameters].map(([path, { shape: s }], k) => [
    renewed(gathered(path)),
    add(input(gathered(path), s), made[k]!),
  ]);
  return { total, ...Object.fromEntries(sums) };
}

/** An update from gathered gradients. */
export function gatheredUpdate(config: TrainableConfig, parameters: ReadonlyMap<string, Value>, adam: AdamOptions): Outputs {
  const gradients = [...parameters].map(([path, { shape }]) => input(gathered(path), shape));
  return updateOutputs(config, parameters, gradients, adam);
}

/** The loss alone, without dropout, smoothing or gradients: what a held-out text costs. */
export const evaluationOutputs = (config: TrainableConfig, shape: BatchShape): Outputs => ({
  total: objective(config, shape).total,
});
