/** A user's own labels as a task: a linear probe on frozen features. */
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
import { int64 } from "../run/tensor.ts";
import { splitInTwo } from "../stats/split.ts";
import { fitProbe, type LinearProbe } from "./linear-probe.ts";
import { pooled, pooledWidth } from "./pooling.ts";
import { batched, type Task, textFeeds, total } from "./task.ts";

/** A text and what it is. */
export interface LabelledText {
  readonly text: ArrayLike<number>;
  readonly label: string;
}

const BUDGET = { examples: 32, tokens: 8192 };
const groupsOf = (items: readonly LabelledText[]) => batched(items, ({ text }) => text.length, BUDGET);

/**
 * Labels read off the texts' vectors (default: mean-pooled last states) by a linear probe, which is fitted to the whole model on
 * one half of the texts and stays as it is; the other half is judged. The halves are a seeded shuffle that gives each its share
 * of every label; a label that comes once is in the first. Quality is accuracy in percent, gradients are of −log p of the label. An example is a text.
 */
export async function labelTask(
  runtime: Runtime,
  model: AnyModel,
  items: readonly LabelledText[],
  seed: number,
  pooling: Pooling = MEAN_POOLING,
): Promise<Task> {
  const names = [...new Set(items.map(({ label }) => label))].sort();
  if (names.length < 2)
    throw new InputError("all texts have the same label, so there is nothing to tell apart; give texts with different labels");
  const [known, judged] = parted(items, seed);
  if (judged.length === 0) throw new InputError("every label comes once; give at least two texts with each");
  const probe = await probeOf(runtime, model, known, { names, pooling });
  const batches = groupsOf(judged).map((some) => ({
    ...textFeeds(some.map(({ text }) => text)),
    label: int64(some.map(({ label }) => names.indexOf(label))),
  }));
  return {
    ...{ name: "labels", measure: "% right", better: "higher", examples: judged.length, batches },
    judge: (made) => judgeLabels(pooled(made, pooling), probe, names.length),
    loss: { total: "nats" },
    quality: ({ right }, some) => (100 * total(right!, some)) / (some ?? right!).length,
  };
}

/** The half that the probe is fitted to, and the half that is judged. */
function parted(items: readonly LabelledText[], seed: number): [LabelledText[], LabelledText[]] {
  const counts = new Map<string, number>();
  for (const { label } of items) counts.set(label, (counts.get(label) ?? 0) + 1);
  const often = items.filter(({ label }) => counts.get(label)! > 1);
  const half = splitInTwo(
    often.map(({ label }) => label),
    `${seed}/labels`,
  );
  const once = items.filter(({ label }) => counts.get(label) === 1);
  return [[...often.filter((_, k) => half[k] === 0), ...once], often.filter((_, k) => half[k] === 1)];
}

function judgeLabels(vectors: Value, { weights, bias }: LinearProbe, classes: number): Record<string, Value> {
  const scores = add(matmul(vectors, constant(weights, [weights.length / classes, classes])), constant(bias, [classes]));
  const label = input("label", [vectors.shape[0]!], "int64");
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
      features.set(vectors!.data as Float32Array, at);
      at += vectors!.data.length;
    }
  });
  const labels = groups.flat().map(({ label }) => names.indexOf(label));
  return fitProbe(features, labels, names.length);
}
