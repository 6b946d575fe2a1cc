/** Retrieval against its definition, on a planted model that copies, and on models that predict nothing right. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Value } from "../../../src/graph/value.ts";
import { type Repetitions, repetitions } from "../../../src/heads/observe/controls.ts";
import { nullHeads } from "../../../src/heads/scores/null-heads.ts";
import { type Retrieval, retrieved } from "../../../src/heads/scores/retrieval.ts";
import type { Checkpoint } from "../../../src/load/checkpoint.ts";
import { headCount } from "../../../src/models/sites.ts";
import { forward, type Transformer, transformerParameters } from "../../../src/models/transformer.ts";
import { keep } from "../../../src/nn/probe.ts";
import { byPath } from "../../../src/params/tree.ts";
import { nodeRuntime } from "../../../src/run/ort.node.ts";
import type { Runtime } from "../../../src/run/runtime.ts";
import { int64 } from "../../../src/run/tensor.ts";
import { plantedModel } from "../../../src/study/truth/planted.ts";
import { BLOCKS, TRAITS, vocabularyOf } from "../../../src/study/truth/traits.ts";
import { syntheticTreebank } from "../../../src/study/truth/treebank.ts";
import { DECODER, ENCODER, largeWeights, smallModel } from "../../laws/small.ts";
import { changed, turnedHeads } from "../gauge.ts";
import { tinyCheckpoint } from "../models.ts";

let runtime: Runtime;
beforeAll(async () => {
  runtime = await nodeRuntime({ threads: 1 });
});
afterAll(() => runtime.release());

/** The planted model whose induction head writes the identity of what it attends to, `strength` times. */
function copying(shape: "gpt2" | "llama", strength: number) {
  const { checkpoint, recipes } = plantedModel(shape, vocabularyOf(syntheticTreebank(1, 60), 1), 1);
  const { layer, head } = recipes.find(({ recipe }) => recipe?.name === "induction")!;
  const { config } = checkpoint;
  const [d, m, groups] = [config.headWidth, config.width, config.keyValueHeads[layer]!];
  const group = Math.floor((head * groups) / config.heads[layer]!);
  const [start, size] = BLOCKS.identity;
  const read = changed(checkpoint, `layers.${layer}.attention.wv`, (x, at) => {
    const [row, h, dim] = [Math.floor(at / (groups * d)), Math.floor(at / d) % groups, at % d];
    return h !== group ? x : Number(dim < size && row === start + dim);
  });
  const model = changed(read, `layers.${layer}.attention.wo`, (x, at) => {
    const [h, dim, column] = [Math.floor(at / (d * m)), Math.floor(at / m) % d, at % m];
    if (h !== head) return x;
    if (dim >= size || column % TRAITS !== start + dim) return 0;
    return column < TRAITS ? strength : -strength;
  });
  const place = config.heads.slice(0, layer).reduce((a, b) => a + b, 0) + head;
  return { model, place };
}

const on = async (model: Checkpoint, seed = 1): Promise<Retrieval> =>
  (await retrieved(runtime, model, repetitions(model.config, model.tokenizer, seed), seed))!;
const shares = ({ hits, steps }: Retrieval): number[] =>
  Array.from(hits[0]!, (_, h) => hits.reduce((sum, own) => sum + own[h]!, 0) / steps.reduce((a, b) => a + b, 0));

describe.each(["gpt2", "llama"] as const)("a planted head of %s that copies what follows an earlier like token", (shape) => {
  it("retrieves, and no other head that does not attend as it does", async () => {
    const { model, place } = copying(shape, 30);
    const found = await on(model);
    const own = shares(found)[place]!;
    expect(own).toBeGreaterThan(0.5);
    const { best, p } = nullHeads(found.best);
    expect(best).toBeLessThan(0.2);
    expect(p(own)).toBe(1 / 21);
    const others = shares(found).filter((_, k) => k !== place);
    expect(Math.max(...others)).toBeLessThan(own / 2);
  });

  it("does not where it writes nothing, since then the model predicts nothing right", async () => {
    const { model } = copying(shape, 0);
    const found = await on(model);
    expect(Math.max(...shares(found), ...found.best)).toBe(0);
  });
});

it.each(["gpt2", "llama", "qwen2"])("%s: hits are those of the definition, in another basis too", async (family) => {
  const model = await tinyCheckpoint(family, false);
  const made = repetitions(model.config, model.tokenizer, 2, 8);
  // a model of random numbers predicts nothing right: what is asked for is what it predicts
  const asked = await rewritten(model, made);
  const { hits, steps } = (await retrieved(runtime, model, asked, 1))!;
  expect(steps).toEqual(made.continuedOf);
  const wanted = await Promise.all(asked.texts.map((text) => naiveHits(model, text.ids, asked.continuations(text))));
  expect(hits.map((own) => [...own])).toEqual(wanted);
  expect(wanted.flat().some((count) => count > 0)).toBe(true);
  expect((await retrieved(runtime, turnedHeads(model), asked, 1))!.hits).toEqual(hits);
});

/** The texts with each step's key moved to a place that holds the predicted token, where there is one in sight. */
async function rewritten(model: Transformer, { texts, continuations }: Repetitions): Promise<Repetitions> {
  const pairs = new Map<unknown, (readonly [number, number])[]>();
  for (const text of texts) {
    const { predicted } = await passOf(model, text.ids);
    const own = continuations(text).map(([i, j]): readonly [number, number] => {
      const same = text.ids.slice(0, i + 1).indexOf(predicted[i]!);
      return [i, same > 0 ? same : j];
    });
    pairs.set(text, own);
  }
  return { texts, continuations: (text) => pairs.get(text)!, continuedOf: texts.map((text) => pairs.get(text)!.length) };
}

/** The predicted token of each place, and the patterns of all heads, of one text. */
async function passOf({ config, weights }: Transformer, ids: Int32Array) {
  const kept = new Map<string, Value>();
  const { logits } = forward(config, { probe: keep(kept, (site) => site.endsWith(".pattern")) });
  const outputs: Record<string, Value> = { logits: logits!, ...Object.fromEntries(kept) };
  const program = await runtime.compile(outputs, { weights: byPath(weights) });
  const n = ids.length;
  const made = await program.run({ ids: int64(ids, [1, n]), mask: int64(new Array(n).fill(1), [1, n]) });
  const largest = (data: ArrayLike<number | bigint>, from: number, count: number): number => {
    const row = Array.from({ length: count }, (_, k) => Number(data[from + k]));
    return row.indexOf(Math.max(...row));
  };
  const predicted = Array.from(ids, (_, i) => largest(made.logits!.data, i * config.vocabulary, config.vocabulary));
  const tops = config.heads.flatMap((heads, l) =>
    Array.from({ length: heads }, (_, h) =>
      Array.from(ids, (_, i) => largest(made[`layers.${l}.attention.pattern`]!.data, (h * n + i) * n, n)),
    ),
  );
  return { predicted, tops };
}

async function naiveHits(model: Transformer, ids: Int32Array, pairs: readonly (readonly [number, number])[]) {
  const { predicted, tops } = await passOf(model, ids);
  const [first, last] = [pairs[0]![1] - 1, pairs.at(-1)![1]];
  return tops.map(
    (top) =>
      pairs.filter(([i, j]) => {
        const key = top[i]!;
        return predicted[i] === ids[j] && ids[key] === predicted[i] && key >= first && key <= last;
      }).length,
  );
}

it.each([1, 2, 3])("no head of random model %i retrieves beyond chance", async (seed) => {
  const model = await tinyCheckpoint("gpt2", false);
  const weights = largeWeights<Checkpoint["weights"]>(transformerParameters(model.config), seed);
  const found = await on({ ...model, weights }, seed);
  expect(found.hits[0]).toHaveLength(headCount(model.config));
  expect(nullHeads(found.best).p(Math.max(...shares(found)))).toBeGreaterThan(0.05);
});

it("is not there where nothing predicts tokens by a linear head", async () => {
  const none = { texts: [], continuations: () => [] };
  expect(await retrieved(runtime, smallModel(ENCODER, 1), none, 1)).toBeNull();
  expect(await retrieved(runtime, smallModel({ ...DECODER, languageHead: "none" }, 1), none, 1)).toBeNull();
});
