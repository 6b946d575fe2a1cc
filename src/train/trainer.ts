/** The state of a training run in memory, and its updates: two sets of weights and moments that alternate. */

import type { Value } from "../graph/value.ts";
import { anyParameters } from "../models/any.ts";
import { initialize } from "../params/initialize.ts";
import { getOrAdd } from "../params/keyed.ts";
import { byPath, declare, leaves, mapTree, type Spec } from "../params/tree.ts";
import { type Feeds, type Runtime, tensorAt } from "../run/runtime.ts";
import { floats, scalarOf, sizeOf, type Tensor, tensor } from "../run/tensor.ts";
import type { Batch } from "./batch.ts";
import { dropoutKey } from "./dropout.ts";
import { type BatchShape, isTrained, type TrainableConfig } from "./objective.ts";
import { hyperTensor, momentNames } from "./optimizer.ts";
import { evaluationOutputs, gathered, gatheredUpdate, gatherOutputs, renewed, type StepOptions, stepOutputs } from "./step.ts";

/** Weights by path and moments by name (`momentNames`), after `step` steps. */
export interface TrainingState {
  readonly step: number;
  readonly tensors: ReadonlyMap<string, Tensor>;
}

/** The results of one step. */
export interface StepReport {
  readonly step: number;
  /** Mean −log p per target in nats (with label smoothing, the smoothed loss). */
  readonly loss: number;
  /** Global norm of the gradient of that mean, before clipping. */
  readonly gradientNorm: number;
  readonly learningRate: number;
  readonly targets: number;
  readonly tokens: number;
}

/** A loss that is not finite; the state is still that of the previous step. */
export class Divergence extends Error {
  override readonly name = "Divergence";
  constructor(readonly report: StepReport) {
    super(`at step ${report.step} the loss is ${report.loss} and the norm of its gradient ${report.gradientNorm}`);
  }
}

/** A training run in memory. */
export interface Trainer {
  /** The newest complete state. Its tensors are overwritten two steps later: copy what should be kept. */
  readonly state: TrainingState;
  /** Runs one step on the given micro-batches, with accumulated gradients. Throws `Divergence`. */
  step(batches: readonly Batch[], learningRate: number): Promise<StepReport>;
  /** Returns Σ −log p and the number of targets over held-out batches. */
  evaluate(batches: Iterable<Batch>): Promise<{ readonly nats: number; readonly targets: number }>;
}

/** GPT-2's deviation and width, which other widths scale. */
const [DEVIATION, DEVIATION_WIDTH] = [0.02, 768];

/**
 * Returns initial weights. Matrices with GPT-2's deviation of 0.02, which is meant for a width of 768, are scaled so that the
 * size of a layer's output stays the same in narrower models: 0.02 · √(768 / width).
 */
export function initialWeights(config: TrainableConfig, seed: number): Map<string, Tensor> {
  const wider = DEVIATION * Math.sqrt(DEVIATION_WIDTH / config.width);
  const specs = mapTree<object>(
    anyParameters(config),
    (own: Spec): Spec => (own.init === DEVIATION ? { ...own, init: wider } : own),
  );
  return byPath(initialize<object>(specs, seed));
}

/** Returns a state before the first step: new weights (or the given ones), zero moments. */
export function initialState(config: TrainableConfig, seed: number, weights?: ReadonlyMap<string, Tensor>): TrainingState {
  const own = weights ?? initialWeights(config, seed);
  const trained = leaves<Spec>(anyParameters(config)).filter(([path]) => isTrained(path));
  const moments = trained.flatMap(([path, { shape }]) =>
    momentNames(path).map((name): [string, Tensor] => [name, tensor(new Float32Array(sizeOf(shape)), shape)]),
  );
  return { step: 0, tensors: new Map([...own, ...moments]) };
}

/** Returns the weights of a state, without the moments. */
export const weightsOf = ({ tensors }: TrainingState): Map<string, Tensor> => {
  const moments = new Set([...tensors.keys()].flatMap(momentNames));
  return new Map([...tensors].filter(([name]) => !moments.has(name)));
};

const zerosLike = (tensors: ReadonlyMap<string, Tensor>): Map<string, Tensor> =>
  new Map([...tensors].map(([name, { shape }]) => [name, tensor(new Float32Array(sizeOf(shape)), shape)]));

const named = (name: (from: string) => string, tensors: ReadonlyMap<string, Tensor>): Feeds =>
  Object.fromEntries([...tensors].map(([key, value]) => [name(key), value]));

/** One set of weights and moments, as input and as output. */
interface TensorSet {
  readonly tensors: ReadonlyMap<string, Tensor>;
  readonly held: Feeds;
  readonly into: Feeds;
}

/** The settings of training, without data and learning rate. */
export interface TrainerOptions extends StepOptions {
  /** The seed of dropout. */
  readonly seed: number;
  /** The probability to drop a head at a step, if `dropout.heads` is above 0; default: constant. */
  readonly headRate?: (step: number) => number;
}

/** Creates a trainer that continues from `start`, and takes ownership of its tensors. */
export function createTrainer(
  runtime: Runtime,
  config: TrainableConfig,
  options: TrainerOptions,
  start: TrainingState,
): Trainer {
  const changing = new Map([...start.tensors].filter(([name]) => isTrained(name)));
  const setOf = (tensors: ReadonlyMap<string, Tensor>): TensorSet => ({
    tensors,
    held: Object.fromEntries(tensors),
    into: named(renewed, new Map([...tensors].filter(([name]) => changing.has(name)))),
  });
  let [step, now, next] = [start.step, setOf(start.tensors), setOf(new Map([...start.tensors, ...zerosLike(changing)]))];
  const graphs = graphCache(config, options);
  const { residual, attention, heads = 0 } = options.dropout;
  const { headRate = () => heads } = options;
  const key = (step: number, part: number): Feeds => ({
    ...((residual > 0 || attention > 0 || heads > 0) && { dropout: dropoutKey(options.seed, step, part) }),
    ...(heads > 0 && { headDropout: tensor(Float32Array.of(headRate(step)), [1]) }),
  });
  let sums: Map<string, Tensor> | undefined;

  async function gather(batches: readonly Batch[], at: number): Promise<{ total: number; sums: Map<string, Tensor> }> {
    sums ??= zerosLike(new Map([...start.tensors].filter(([name]) => graphs.paths.has(name))));
    for (const sum of sums.values()) floats(sum).fill(0);
    let total = 0;
    for (const [part, batch] of batches.entries()) {
      const program = await runtime.compile(graphs.gather(batch.shape));
      const feeds = { ...now.held, ...named(gathered, sums), ...batch.feeds, ...key(at, part) };
      const made = await program.run(feeds);
      total += scalarOf(tensorAt(made, "total"));
      for (const [path, sum] of sums) floats(sum).set(floats(tensorAt(made, renewed(gathered(path)))));
    }
    return { total, sums };
  }

  async function advance(batches: readonly Batch[], at: number, hyper: Tensor): Promise<{ total: number; norm: number }> {
    const [{ held }, { into }] = [now, next];
    const [only, ...others] = batches;
    if (only && others.length === 0) {
      const program = await runtime.compile(graphs.step(only.shape));
      const made = await program.run({ ...held, ...only.feeds, ...key(at, 0), hyper }, { into });
      return { total: scalarOf(tensorAt(made, "total")), norm: scalarOf(tensorAt(made, "norm")) };
    }
    const { total, sums } = await gather(batches, at);
    const program = await runtime.compile(graphs.update());
    const made = await program.run({ ...held, ...named(gathered, sums), hyper }, { into });
    return { total, norm: scalarOf(tensorAt(made, "norm")) };
  }

  return {
    get state() {
      return { step, tensors: now.tensors };
    },
    async step(batches, learningRate) {
      const at = step + 1;
      const targets = batches.reduce((n, b) => n + b.targets, 0);
      const tokens = batches.reduce((n, b) => n + b.tokens, 0);
      const { total, norm } = await advance(batches, at, hyperTensor(at, learningRate, options.adam, 1 / targets));
      const report = { step: at, loss: total / targets, gradientNorm: norm, learningRate, targets, tokens };
      if (!Number.isFinite(total) || !Number.isFinite(norm)) throw new Divergence(report);
      [step, now, next] = [at, next, now];
      return report;
    },
    async evaluate(batches) {
      let [nats, targets] = [0, 0];
      for (const batch of batches) {
        const program = await runtime.compile(graphs.evaluation(batch.shape));
        const made = await program.run({ ...now.held, ...batch.feeds });
        nats += scalarOf(tensorAt(made, "total"));
        targets += batch.targets;
      }
      return { nats, targets };
    },
  };
}

type Outputs = Readonly<Record<string, Value>>;

/** Builds each graph once per shape, so that the runtime can reuse its session. */
function graphCache(config: TrainableConfig, options: StepOptions) {
  const made = new Map<string, Outputs>();
  const keep = (key: string, build: () => Outputs): Outputs => getOrAdd(made, key, build);
  const keyOf = (kind: string, { batch, sequence, target = 0 }: BatchShape) => `${kind}/${batch}/${sequence}/${target}`;
  const parameters = new Map(leaves<Value>(declare<object>(anyParameters(config))).filter(([path]) => isTrained(path)));
  return {
    paths: new Set(parameters.keys()),
    step: (shape: BatchShape) => keep(keyOf("step", shape), () => stepOutputs(config, shape, options)),
    gather: (shape: BatchShape) => keep(keyOf("gather", shape), () => gatherOutputs(config, shape, options)),
    update: () => keep("update", () => gatheredUpdate(config, parameters, options.adam)),
    evaluation: (shape: BatchShape) => keep(keyOf("evaluation", shape), () => evaluationOutputs(config, shape)),
  };
}
