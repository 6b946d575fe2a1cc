/** Tasks on made-up texts for the small models of every family. */

import type { AnyModel } from "../../src/models/any.ts";
import { random } from "../../src/params/random.ts";
import { similarityTask } from "../../src/tasks/similarity.ts";
import type { Judged, Task } from "../../src/tasks/task.ts";
import { nextTokenTask, translationTask } from "../../src/tasks/token-tasks.ts";
import { loadFixture } from "../models/golden.ts";
import { translatorFixture } from "../models/translation-golden.ts";

export const upTo = (n: number): number[] => Array.from({ length: n }, (_, k) => k);

/** `count` texts of 3 to 10 ids below `vocabulary`. */
export function madeTexts(vocabulary: number, count: number, seed: string): number[][] {
  const uniform = random(seed);
  const whole = (n: number) => Math.floor(uniform() * n);
  return upTo(count).map(() => upTo(3 + whole(8)).map(() => 2 + whole(vocabulary - 2)));
}

/** The next token for decoders, a translation for translators, similarity for encoders: in batches of three or so. */
export function madeTask({ config }: AnyModel, count = 7, seed = "made"): Task {
  const texts = (side: string) => madeTexts(config.vocabulary, count, `${seed} ${side}`);
  const [left, right] = [texts("left"), texts("right")];
  if (config.family === "encoder-decoder") {
    const pairs = left.map((source, k) => ({ source, target: right[k]! }));
    return translationTask(pairs, config.ids.start);
  }
  if (config.languageHead === "causal") return nextTokenTask(left, { examples: 3 });
  return similarityTask(
    left.map((text, k) => ({ left: text, right: right[k]!, gold: (k * 3) % 5 })),
    { examples: 3 },
  );
}

/** An encoder, GPT-2, a decoder with grouped keys and a translator. */
export const KINDS: readonly [string, () => Promise<AnyModel>][] = [
  ...["bert", "gpt2", "llama"].map((name): [string, () => Promise<AnyModel>] => [name, () => loadFixture(name)]),
  ["marian", () => translatorFixture("marian")],
];

/** The largest difference between two judgements, which have to have the same names. */
export function judgedApart(a: Judged, b: Judged): number {
  const names = Object.keys(a).sort();
  if (`${names}` !== `${Object.keys(b).sort()}`) throw new Error(`${names} and ${Object.keys(b)}`);
  return Math.max(...names.flatMap((name) => Array.from(a[name]!, (x, k) => Math.abs(x - b[name]![k]!))));
}
