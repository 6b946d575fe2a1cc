/**
 * Recovery after pruning: the pruned model learns to match the outputs of the original (Hinton et al. 2015; Romero et al.
 * 2015).
 */
import { grads } from "../autodiff/grads.ts";
import { input, scoped, type Value } from "../graph/value.ts";
import { type AnyModel, anyForward, anyParameters } from "../models/any.ts";
import { type DecoderParameters, decoder } from "../models/decoder.ts";
import { type EncoderParameters, encoder } from "../models/encoder.ts";
import { encoderDecoder } from "../models/encoder-decoder.ts";
import type { EncoderDecoderParameters } from "../models/encoder-decoder-parameters.ts";
import { mul, sub } from "../ops/arithmetic.ts";
import { unsqueeze } from "../ops/layout.ts";
import { cast } from "../ops/logic.ts";
import { sum } from "../ops/reduce.ts";
import { random } from "../params/random.ts";
import { byPath, declare, leaves, mapTree } from "../params/tree.ts";
import { releasing } from "../run/releasing.ts";
import { type Feeds, feedsFor, type Runtime } from "../run/runtime.ts";
import { type Tensor, tensor } from "../run/tensor.ts";
import type { Task } from "../tasks/task.ts";
import type { Batch } from "../train/batch.ts";
import { type BatchShape, isTrained, type Objective, type TrainableConfig } from "../train/objective.ts";
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
    { teacher: anyForward(whole.config).states.at(-1)! },
    { weights: byPath(whole.weights) },
  );
  const options = { adam: ADAM, dropout: { residual: 0, attention: 0 }, labelSmoothing: 0, seed, objective: distilling };
  const copies = new Map([...byPath(cut.weights)].map(([path, leaf]) => [path, copied(leaf)]));
  const trainer = createTrainer(runtime, cut.config, options, initialState(cut.config, seed, copies));
  const batches = task.batches.map((feeds) => filledUp(feeds, cut.config.maxPositions));
  const uniform = random(`${seed}/recover`);
  for (let step = 1; step <= steps; step++) {
    const feeds = batches[Math.floor(uniform() * batches.length)]!;
    const made = await teacher.run(feedsFor(teacher, feeds));
    const rate = learningRate({ kind: "cosine", warmup: Math.ceil(steps / 10) }, peak, step + 1, steps + 1);
    const { loss } = await trainer.step([batchOf(cut.config, feeds, made.teacher!)], rate);
    progress(step / steps, loss);
  }
  const trained = weightsOf(trainer.state);
  return { ...cut, weights: mapTree(cut.weights, (leaf: Tensor, path) => trained.get(path) ?? leaf) };
}

const copied = ({ data, shape }: Tensor): Tensor => tensor((data as Float32Array).slice(), shape);

/** Computes the squared difference of the last states, averaged over the width and summed over real tokens. */
function distilling(config: TrainableConfig, shape: BatchShape): Objective {
  const tree = declare<object>(anyParameters(config));
  const { state, counted } = lastState(config, tree, shape);
  const off = sub(state, input("teacher", state.shape));
  const total = scoped("loss", () => mul(sum(mul(mul(off, off), unsqueeze(counted, 2))), 1 / config.width));
  const parameters = new Map(leaves<Value>(tree).filter(([path]) => isTrained(path)));
  return { parameters, total, logits: state, gradients: () => grads(total, [...parameters.values()]) };
}

function lastState(config: TrainableConfig, tree: object, { batch, sequence, target }: BatchShape) {
  const [ids, mask] = ["ids", "mask"].map((name) => input(name, [batch, sequence], "int64")) as [Value, Value];
  const present = cast(mask, "float32");
  if (config.family === "encoder-decoder") {
    const decoderIds = input("decoderIds", [batch, target!], "int64");
    const made = encoderDecoder(config, tree as EncoderDecoderParameters, { ids, mask, decoderIds });
    return { state: made.states.at(-1)!, counted: input("counted", [batch, target!]) };
  }
  const { states } =
    config.family === "encoder"
      ? encoder(config, tree as EncoderParameters, { ids, mask })
      : decoder(config, tree as DecoderParameters, { ids, mask });
  return { state: states.at(-1)!, counted: present };
}

/**
 * Pads rows and lengths of a task's batch to multiples of `GRAIN`, but not beyond the model's limit; padding is not counted.
 */
function filledUp({ ids, mask, decoderIds, targets }: Feeds, longest: number): Feeds {
  const enlarged = (tensor: Tensor, filler: bigint) => enlargedTo(tensor, filler, longest);
  const texts = { ids: enlarged(ids!, 0n), mask: enlarged(mask!, 0n) };
  return decoderIds ? { ...texts, decoderIds: enlarged(decoderIds, 0n), targets: enlarged(targets!, -1n) } : texts;
}

function enlargedTo({ data, shape }: Tensor, filler: bigint, longest: number): Tensor {
  const [rows, length] = shape as [number, number];
  const [high, even] = [rows, length].map((n) => Math.ceil(n / GRAIN) * GRAIN) as [number, number];
  const wide = Math.min(even, longest);
  const out = new BigInt64Array(high * wide).fill(filler);
  for (let row = 0; row < rows; row++) out.set((data as BigInt64Array).subarray(row * length, (row + 1) * length), row * wide);
  return tensor(out, [high, wide]);
}

function batchOf(config: TrainableConfig, feeds: Feeds, teacher: Tensor): Batch {
  const [batch, sequence] = feeds.ids!.shape as [number, number];
  const counted = (config.family === "encoder-decoder" ? feeds.targets! : feeds.mask!).data as BigInt64Array;
  const least = config.family === "encoder-decoder" ? 0n : 1n;
  const present = Float32Array.from(counted, (x) => Number(x >= least));
  const tokens = present.reduce((a, b) => a + b, 0);
  const { ids, mask, decoderIds } = feeds;
  const texts = { ids: ids!, mask: mask!, teacher };
  if (!decoderIds) return { shape: { batch, sequence }, feeds: texts, targets: tokens, tokens };
  const target = decoderIds.shape[1]!;
  const pairs = { ...texts, decoderIds, counted: tensor(present, [batch, target]) };
  return { shape: { batch, sequence, target }, feeds: pairs, targets: tokens, tokens };
}
