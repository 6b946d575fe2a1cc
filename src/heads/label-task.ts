/** A user's own labels as a task: a linear probe on frozen features. */
import { input, type Value } from "../graph/value.ts";
import { type AnyForward, type AnyModel, anyForward } from "../models/any.ts";
import { add, neg } from "../ops/arithmetic.ts";
import { constant } from "../ops/constant.ts";
import { take } from "../ops/index-by.ts";
import { reshape, unsqueeze } from "../ops/layout.ts";
import { equal, indicator } from "../ops/logic.ts";
import { matmul } from "../ops/matmul.ts";
import { argmax } from "../ops/reduce.ts";
import { logSoftmax } from "../ops/softmax.ts";
import { random, shuffled } from "../params/random.ts";
import { byPath } from "../params/tree.ts";
import { InputError } from "../run/errors.ts";
import { releasing } from "../run/releasing.ts";
import { feedsFor, type Runtime } from "../run/runtime.ts";
import { int64 } from "../run/tensor.ts";
import { fitProbe, type LinearProbe } from "./linear-probe.ts";
import { meanPooled } from "./similarity-task.ts";
import { batched, type Task, textFeeds, total } from "./task.ts";

/** A text and what it is. */
export interface LabelledText {
  readonly text: ArrayLike<number>;
  readonly label: string;
}

const BUDGET = { examples: 32, tokens: 8192 };
const groupsOf = (items: readonly LabelledText[]) => batched(items, ({ text }) => text.length, BUDGET);

/**
 * Labels read off mean-pooled last states by a linear probe, which is fitted to the whole model on one half of the texts and
 * stays as it is; the other half is judged. Quality is accuracy in percent, gradients are of −log p of the label. An example is a text.
 */
export async function labelTask(
  runtime: Runtime,
  model: AnyModel,
  items: readonly LabelledText[],
  seed: number,
): Promise<Task> {
  const names = [...new Set(items.map(({ label }) => label))].sort();
  if (names.length < 2) throw new InputError("all texts have the same label: there is nothing to tell apart");
  const order = Array.from(shuffled(random(`${seed}/labels`), items.length), (k) => items[k]!);
  const [known, judged] = [order.slice(0, items.length / 2), order.slice(items.length / 2)];
  const unseen = names.find((name) => !known.some(({ label }) => label === name));
  if (unseen !== undefined) throw new InputError(`the label "${unseen}" is too rare for a probe: give more texts with it`);
  const probe = await probeOf(runtime, model, known, names);
  const batches = groupsOf(judged).map((some) => ({
    ...textFeeds(some.map(({ text }) => text)),
    label: int64(some.map(({ label }) => names.indexOf(label))),
  }));
  return {
    ...{ name: "labels", measure: "% right", better: "higher", examples: judged.length, batches },
    judge: (made) => judgeLabels(made, probe, names.length),
    loss: { total: "nats" },
    quality: ({ right }, some) => (100 * total(right!, some)) / (some ?? right!).length,
  };
}

function judgeLabels(made: AnyForward, { weights, bias }: LinearProbe, classes: number): Record<string, Value> {
  const pooled = meanPooled(made);
  const scores = add(matmul(pooled, constant(weights, [weights.length / classes, classes])), constant(bias, [classes]));
  const label = input("label", [pooled.shape[0]!], "int64");
  const chosen = take(logSoftmax(scores), unsqueeze(label, 1), 1);
  return { nats: neg(reshape(chosen, label.shape)), right: indicator(equal(argmax(scores, 1), label)) };
}

async function probeOf(
  runtime: Runtime,
  { config, weights }: AnyModel,
  known: readonly LabelledText[],
  names: readonly string[],
): Promise<LinearProbe> {
  const groups = groupsOf(known);
  const features = new Float32Array(known.length * config.width);
  await releasing(runtime, async (own) => {
    const program = await own.compile({ pooled: meanPooled(anyForward(config)) }, { weights: byPath(weights) });
    let at = 0;
    for (const some of groups) {
      const { pooled } = await program.run(feedsFor(program, textFeeds(some.map(({ text }) => text))));
      features.set(pooled!.data as Float32Array, at);
      at += pooled!.data.length;
    }
  });
  const labels = groups.flat().map(({ label }) => names.indexOf(label));
  return fitProbe(features, labels, names.length);
}
