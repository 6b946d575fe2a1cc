/** The user's labels as a task: a linear probe on frozen features. */
import { dimAt } from "../graph/shape.ts";
import { input, type Value } from "../graph/value.ts";
import { MEAN_POOLING, type Pooling } from "../load/pooling.ts";
import { type AnyModel, anyForward } from "../models/any.ts";
import { add, neg } from "../ops/arithmetic.ts";
import { constant } from "../ops/constant.ts";
import { take } from "../ops/index-by.ts";
import { reshape, unsqueeze } from "../ops/layout.ts";
import { equal, indicator } from "../ops/logic.ts";
import { matmul } from "../ops/matmul.ts";
import { argmax } from "../ops/reduce.ts";
import { logSoftmax } from "../ops/softmax.ts";
import { byPath } from "../params/tree.ts";
import { InputError } from "../run/errors.ts";
import { releasing } from "../run/releasing.ts";
import { feedsFor, type Runtime } from "../run/runtime.ts";
import { floats, int64 } from "../run/tensor.ts";
import { splitInTwo } from "../stats/split.ts";
import { fitProbe, type LinearProbe } from "./linear-probe.ts";
import { pooled, pooledWidth } from "./pooling.ts";
import { batched, type Task, textFeeds, total } from "./task.ts";

/** A text with its label. */
export interface LabelledText {
  readonly text: ArrayLike<number>;
  readonly label: string;
}

const BUDGET = { examples: 32, tokens: 8192 };
const groupsOf = (items: readonly LabelledText[]) => batched(items, ({ text }) => text.length, BUDGET);

/**
 * Predicts labels from the texts' vectors (default: mean-pooled last states) by a linear probe, which is fitted to the original
 * model on one half of the texts and then fixed; the other half evaluates. The halves are a seeded shuffle, stratified by
 * label; a label that occurs once is in the first half. Quality is accuracy in percent; gradients are of −log p of the label.
 * An example is a text.
 */
export async function labelTask(
  runtime: Runtime,
  model: AnyModel,
  items: readonly LabelledText[],
  seed: number,
  pooling: Pooling = MEAN_POOLING,
): Promise<Task<"nats" | "right">> {
  const names = [...new Set(items.map(({ label }) => label))].sort();
  if (names.length < 2)
    throw new InputError("all texts have the same label, so there is nothing to classify; give texts with different labels");
  const [known, judged] = parted(items, seed);
  if (judged.length === 0) throw new InputError("every label occurs only once; give at least two texts per label");
  const probe = await probeOf(runtime, model, known, { names, pooling });
  const batches = groupsOf(judged).map((some) => ({
    ...textFeeds(some.map(({ text }) => text)),
    label: int64(some.map(({ label }) => names.indexOf(label))),
  }));
  return {
    ...{ name: "labels", measure: "% accuracy", better: "higher", examples: judged.length, batches },
    judge: (made) => judgeLabels(pooled(made, pooling), probe, names.length),
    loss: { total: "nats" },
    quality: ({ right }, some) => (100 * total(right, some)) / (some ?? right).length,
  };
}

/** Splits the texts into the half that fits the probe and the half that evaluates. */
function parted(items: readonly LabelledText[], seed: number): [LabelledText[], LabelledText[]] {
  const counts = new Map<string, number>();
  for (const { label } of items) counts.set(label, (counts.get(label) ?? 0) + 1);
  const often = items.filter(({ label }) => (counts.get(label) ?? 0) > 1);
  const half = splitInTwo(
    often.map(({ label }) => label),
    `${seed}/labels`,
  );
  const once = items.filter(({ label }) => counts.get(label) === 1);
  return [[...often.filter((_, k) => half[k] === 0), ...once], often.filter((_, k) => half[k] === 1)];
}

function judgeLabels(vectors: Value, { weights, bias }: LinearProbe, classes: number): Record<"nats" | "right", Value> {
  const scores = add(matmul(vectors, constant(weights, [weights.length / classes, classes])), constant(bias, [classes]));
  const label = input("label", [dimAt(vectors.shape, 0)], "int64");
  const chosen = take(logSoftmax(scores), unsqueeze(label, 1), 1);
  return { nats: neg(reshape(chosen, label.shape)), right: indicator(equal(argmax(scores, 1), label)) };
}

async function probeOf(
  runtime: Runtime,
  { config, weights }: AnyModel,
  known: readonly LabelledText[],
  { names, pooling }: { readonly names: readonly string[]; readonly pooling: Pooling },
): Promise<LinearProbe> {
  const groups = groupsOf(known);
  const features = new Float32Array(known.length * pooledWidth(config.width, pooling));
  await releasing(runtime, async (own) => {
    const program = await own.compile({ vectors: pooled(anyForward(config), pooling) }, { weights: byPath(weights) });
    let at = 0;
    for (const some of groups) {
      const { vectors } = await program.run(feedsFor(program, textFeeds(some.map(({ text }) => text))));
      features.set(floats(vectors), at);
      at += vectors.data.length;
    }
  });
  const labels = groups.flat().map(({ label }) => names.indexOf(label));
  return fitProbe(features, labels, names.length);
}
