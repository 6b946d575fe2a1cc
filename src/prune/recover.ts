/**
 * Recovery after pruning: the pruned model learns to match the outputs of the original (Hinton et al. 2015; Romero et al.
 * 2015).
 */
import { grads } from "../autodiff/grads.ts";
import { dimAt, dims2 } from "../graph/shape.ts";
import { input, scoped, type Value } from "../graph/value.ts";
import { type AnyModel, anyForward, anyParameters } from "../models/any.ts";
import { encoderDecoder } from "../models/encoder-decoder.ts";
import type { EncoderDecoderParameters } from "../models/encoder-decoder-parameters.ts";
import { lastState } from "../models/layer.ts";
import { type TransformerParameters, transformer } from "../models/transformer.ts";
import { mul, sub } from "../ops/arithmetic.ts";
import { unsqueeze } from "../ops/layout.ts";
import { cast } from "../ops/logic.ts";
import { sum } from "../ops/reduce.ts";
import { random } from "../params/random.ts";
import { byPath, declare, leaves, replaced } from "../params/tree.ts";
import { releasing } from "../run/releasing.ts";
import { type Feeds, feedsFor, type Runtime, tensorAt } from "../run/runtime.ts";
import { floats, type Tensor, tensor, wholes } from "../run/tensor.ts";
import { rowOf, total } from "../stats/sums.ts";
import type { Task } from "../tasks/task.ts";
import type { Batch } from "../train/batch.ts";
import { type BatchShape, isTrained, type Objective, type TrainableConfig, targetOf } from "../train/objective.ts";
import { learningRate } from "../train/schedule.ts";
import { createTrainer, initialState, weightsOf } from "../train/trainer.ts";

export interface RecoverOptions {
  readonly steps: number;
  /** Peak learning rate, reached after a tenth of the steps; default 5e-5. */
  readonly learningRate?: number;
  readonly seed: number;
  readonly progress?: (share: number, loss: number) => void;
}

const ADAM = { betas: [0.9, 0.999], epsilon: 1e-8, weightDecay: 0, clip: 1 } as const;
/** Lengths are padded to multiples of this, so that few shapes are compiled. */
const GRAIN = 16;

/**
 * Trains the pruned model for `steps` steps of AdamW on the mean squared difference between its last states and the original's,
 * over the batches of a task in random order; labels and ratings are not used.
 */
export const recover = <M extends AnyModel>(
  runtime: Runtime,
  whole: AnyModel,
  cut: M,
  task: Task,
  options: RecoverOptions,
): Promise<M> => releasing(runtime, (own) => train(own, whole, cut, task, options));

async function train<M extends AnyModel>(
  runtime: Runtime,
  whole: AnyModel,
  cut: M,
  task: Task,
  { steps, learningRate: peak = 5e-5, seed, progress = () => {} }: RecoverOptions,
): Promise<M> {
  const teacher = await runtime.compile(
    { teacher: lastState(anyForward(whole.config).states) },
    { weights: byPath(whole.weights) },
  );
  const options = { adam: ADAM, dropout: { residual: 0, attention: 0 }, labelSmoothing: 0, seed, objective: distilling };
  const copies = new Map([...byPath(cut.weights)].map(([path, leaf]) => [path, copied(leaf)]));
  const trainer = createTrainer(runtime, cut.config, options, initialState(cut.config, seed, copies));
  const batches = task.batches.map((feeds) => filledUp(feeds, cut.config.maxPositions));
  const uniform = random(`${seed}/recover`);
  for (let step = 1; step <= steps; step++) {
    const feeds = batches[Math.floor(uniform() * batches.length)];
    if (!feeds) throw new Error(`internal: the ${task.name} task has no batches`);
    const made = await teacher.run(feedsFor(teacher, feeds));
    const rate = learningRate({ kind: "cosine", warmup: Math.ceil(steps / 10) }, peak, step + 1, steps + 1);
    const { loss } = await trainer.step([batchOf(cut.config, feeds, made.teacher)], rate);
    progress(step / steps, loss);
  }
  const trained = weightsOf(trainer.state);
  return { ...cut, weights: replaced(cut.weights, trained) };
}

const copied = (leaf: Tensor): Tensor => tensor(floats(leaf).slice(), leaf.shape);

/** Computes the squared difference of the last states, averaged over the width and summed over real tokens. */
function distilling(config: TrainableConfig, shape: BatchShape): Objective {
  const { tree, state, counted } = student(config, shape);
  const off = sub(state, input("teacher", state.shape));
  const loss = scoped("loss", () => mul(sum(mul(mul(off, off), unsqueeze(counted, 2))), 1 / config.width));
  const parameters = new Map(leaves<Value>(tree).filter(([path]) => isTrained(path)));
  return { parameters, total: loss, logits: state, gradients: () => grads(loss, [...parameters.values()]) };
}

/** Builds the last state of the model that learns, over its parameters, with 1 for every token that counts. */
function student(config: TrainableConfig, shape: BatchShape): Record<"state" | "counted", Value> & { readonly tree: object } {
  const { batch, sequence } = shape;
  const [ids, mask] = [input("ids", [batch, sequence], "int64"), input("mask", [batch, sequence], "int64")];
  if (config.family === "encoder-decoder") {
    const tree = declare<EncoderDecoderParameters>(anyParameters(config));
    const decoderIds = input("decoderIds", [batch, targetOf(shape)], "int64");
    const { states } = encoderDecoder(config, tree, { ids, mask, decoderIds });
    return { tree, state: lastState(states), counted: input("counted", [batch, targetOf(shape)]) };
  }
  const tree = declare<TransformerParameters<Value>>(anyParameters(config));
  const { states } = transformer(config, tree, { ids, mask });
  return { tree, state: lastState(states), counted: cast(mask, "float32") };
}

/**
 * Pads rows and lengths of a task's batch to multiples of `GRAIN`, but not beyond the model's limit; padding is not counted.
 */
function filledUp(feeds: Feeds, longest: number): Feeds {
  const enlarged = (name: string, filler: bigint) => enlargedTo(tensorAt(feeds, name), filler, longest);
  const texts = { ids: enlarged("ids", 0n), mask: enlarged("mask", 0n) };
  return feeds.decoderIds ? { ...texts, decoderIds: enlarged("decoderIds", 0n), targets: enlarged("targets", -1n) } : texts;
}

function enlargedTo(batch: Tensor, filler: bigint, longest: number): Tensor {
  const [rows, length] = dims2(batch.shape);
  const even = (n: number) => Math.ceil(n / GRAIN) * GRAIN;
  const [high, wide] = [even(rows), Math.min(even(length), longest)];
  const data = wholes(batch);
  const out = new BigInt64Array(high * wide).fill(filler);
  for (let row = 0; row < rows; row++) out.set(rowOf(data, row, length), row * wide);
  return tensor(out, [high, wide]);
}

function batchOf(config: TrainableConfig, feeds: Feeds, teacher: Tensor): Batch {
  const ids = tensorAt(feeds, "ids");
  const [batch, sequence] = dims2(ids.shape);
  const counted = wholes(tensorAt(feeds, config.family === "encoder-decoder" ? "targets" : "mask"));
  const least = config.family === "encoder-decoder" ? 0n : 1n;
  const present = Float32Array.from(counted, (x) => Number(x >= least));
  const tokens = total(present);
  const { decoderIds } = feeds;
  const texts = { ids, mask: tensorAt(feeds, "mask"), teacher };
  if (!decoderIds) return { shape: { batch, sequence }, feeds: texts, targets: tokens, tokens };
  const target = dimAt(decoderIds.shape, 1);
  const pairs = { ...texts, decoderIds, counted: tensor(present, [batch, target]) };
  return { shape: { batch, sequence, target }, feeds: pairs, targets: tokens, tokens };
}
