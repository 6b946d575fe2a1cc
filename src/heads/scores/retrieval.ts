/**
 * Retrieval (after Wu et al. 2024): the steps of a repeated run of random tokens at which the model predicts the next token
 * correctly and the head's largest weight is on that token in the first run. Each step reads the correct tokens before it
 * (teacher forcing).
 * Axes: b text, h head, i query, j key, s step, m model width, v vocabulary.
 */
import { input, scoped, type Value } from "../../graph/value.ts";
import type { DecoderParameters } from "../../models/decoder.ts";
import { headCount } from "../../models/sites.ts";
import { forward, type Transformer } from "../../models/transformer.ts";
import { keep } from "../../nn/probe.ts";
import { einsum } from "../../ops/einsum.ts";
import { gather } from "../../ops/index-by.ts";
import { reshape } from "../../ops/layout.ts";
import { argmax } from "../../ops/reduce.ts";
import { random, shuffled } from "../../params/random.ts";
import { byPath } from "../../params/tree.ts";
import { releasing } from "../../run/releasing.ts";
import type { Program, Runtime } from "../../run/runtime.ts";
import { int64, type Tensor, tensor } from "../../run/tensor.ts";
import type { Repetitions } from "../observe/controls.ts";
import { predictsTokens } from "../observe/direct-effects.ts";
import { batches, type Text } from "../observe/text.ts";

/** The number of repeated texts that are read. */
const PASSAGES = 8;
/** The number of tokens in a batch, whose logits are all in memory at once. */
const TOKENS = 512;
const PERMUTATIONS = 20;

export interface Retrieval {
  /** For each text: the number of steps of the second run that each head retrieves, heads counted over all layers. */
  readonly hits: readonly Int32Array[];
  /** For each text: the number of steps. */
  readonly steps: readonly number[];
  /** For each permutation of the predictions within texts: the best head's share of retrieved steps. */
  readonly best: readonly number[];
}

/** Measures the retrieval of a model's heads on the first repeated texts; null if no linear head predicts tokens. */
export async function retrieved(
  runtime: Runtime,
  model: Transformer,
  { texts, continuations }: Pick<Repetitions, "texts" | "continuations">,
  seed: number,
): Promise<Retrieval | null> {
  if (!predictsTokens(model.config)) return null;
  const read = texts.slice(0, PASSAGES);
  const runs = await releasing(runtime, async (own) => readRuns(await compileRuns(own, model), model, read, continuations));
  const heads = headCount(model.config);
  const steps = runs.map(({ predicted }) => predicted.length);
  const total = Math.max(
    1,
    steps.reduce((a, b) => a + b, 0),
  );
  const best = Array.from({ length: PERMUTATIONS }, (_, k) => {
    const uniform = random(`${seed}/retrieval ${k}`);
    const counts = runs.map((run) => hitsOf(run, heads, shuffled(uniform, run.predicted.length)));
    return Math.max(0, ...Array.from({ length: heads }, (_, h) => counts.reduce((sum, c) => sum + c[h]!, 0) / total));
  });
  return { hits: runs.map((run) => hitsOf(run, heads)), steps, best };
}

/** The steps of one text's second run. */
interface Run {
  /** The token that the model predicts at each step; −1 if it is wrong. */
  readonly predicted: readonly number[];
  /** For each step: the token that each head attends to most; −2 if it is not in the first run. */
  readonly attended: readonly Int32Array[];
}

/** Counts for each head the steps at which it attends to the predicted token; `order` permutes the predictions. */
function hitsOf({ predicted, attended }: Run, heads: number, order?: ArrayLike<number>): Int32Array {
  const hits = new Int32Array(heads);
  for (const [s, tokens] of attended.entries()) {
    const token = predicted[order?.[s] ?? s]!;
    for (let h = 0; h < heads; h++) if (tokens[h] === token) hits[h]!++;
  }
  return hits;
}

/**
 * Outputs: `top.LAYER` int64 [b, h, i], the key of each row's largest weight; `predicted` int64 [s], the token of the largest
 * logit.
 */
function compileRuns(runtime: Runtime, { config, weights }: Transformer): Promise<Program> {
  const kept = new Map<string, Value>();
  const { inputs, parameters, states } = forward(config, { probe: keep(kept, (site) => site.endsWith(".attention.pattern")) });
  const { output, embeddings } = parameters as DecoderParameters;
  const [b, n] = inputs.ids.shape as [string, string];
  const outputs: Record<string, Value> = {};
  for (const [l, heads] of config.heads.entries())
    if (heads > 0) outputs[`top.${l}`] = argmax(kept.get(`layers.${l}.attention.pattern`)!, -1);
  outputs.predicted = scoped("head", () => {
    const last = gather(reshape(states.at(-1)!, [`${b}*${n}`, config.width]), input("steps", ["steps"], "int64"));
    return argmax(einsum("s m, v m -> s v", last, output ?? embeddings.tokens), -1);
  });
  return runtime.compile(outputs, { weights: byPath(weights) });
}

async function readRuns(
  program: Program,
  { config }: Transformer,
  texts: readonly Text[],
  continuations: Repetitions["continuations"],
): Promise<Run[]> {
  const runs: Run[] = texts.map(() => ({ predicted: [], attended: [] }));
  for (const members of batches(texts, { pairs: TOKENS ** 2, tokens: TOKENS })) {
    const batch = members.map((t) => texts[t]!);
    const n = batch[0]!.ids.length;
    const pairs = batch.map((text) => continuations(text));
    const steps = pairs.flatMap((own, b) => own.map(([i]) => b * n + i));
    if (steps.length === 0) continue;
    const made = await program.run({
      ids: int64(
        batch.flatMap(({ ids }) => [...ids]),
        [batch.length, n],
      ),
      mask: tensor(new BigInt64Array(batch.length * n).fill(1n), [batch.length, n]),
      steps: int64(steps, [steps.length]),
    });
    let at = 0;
    for (const [b, t] of members.entries()) {
      const predicted = Array.from(made.predicted!.data.subarray(at, at + pairs[b]!.length), Number);
      at += pairs[b]!.length;
      const tops = config.heads.map((heads, l) => ({ heads, top: made[`top.${l}`] }));
      runs[t] = runOf(batch[b]!, pairs[b]!, predicted, (i) => tops.flatMap(({ heads, top }) => keysAt(top, heads, b, i, n)));
    }
  }
  return runs;
}

/** Returns the keys that the heads of a layer attend to most at query i of text b. */
const keysAt = (top: Tensor | undefined, heads: number, b: number, i: number, n: number): number[] =>
  Array.from({ length: heads }, (_, h) => Number(top!.data[(b * heads + h) * n + i]));

function runOf(
  { ids }: Text,
  pairs: ReturnType<Repetitions["continuations"]>,
  predicted: readonly number[],
  keysOf: (query: number) => number[],
): Run {
  // the first run begins a token before its first continuation
  const [first, last] = [(pairs[0]?.[1] ?? 0) - 1, pairs.at(-1)?.[1] ?? 0];
  return {
    predicted: pairs.map(([, j], s) => (predicted[s] === ids[j] ? ids[j]! : -1)),
    attended: pairs.map(([i]) => Int32Array.from(keysOf(i), (key) => (key >= first && key <= last ? ids[key]! : -2))),
  };
}
