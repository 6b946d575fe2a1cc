/** A text's vector is what sentence-transformers defines for each pooling mode and module, computed by hand from the states. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { POOLING_MODES, type Pooling, type PoolingMode, type SentenceModule } from "../../src/load/pooling.ts";
import { anyForward } from "../../src/models/any.ts";
import { byPath } from "../../src/params/tree.ts";
import { nodeRuntime } from "../../src/run/ort.node.ts";
import { feedsFor, type Runtime } from "../../src/run/runtime.ts";
import { tensor } from "../../src/run/tensor.ts";
import { pooled, pooledWidth, poolingNote } from "../../src/tasks/pooling.ts";
import { textFeeds } from "../../src/tasks/task.ts";
import { madeTexts } from "../heads/small-tasks.ts";
import { loadFixture } from "../models/golden.ts";

let runtime: Runtime;
beforeAll(async () => {
  runtime = await nodeRuntime({ threads: 1 });
});
afterAll(() => runtime.release());

const pooling = (...modules: SentenceModule[]): Pooling => ({ modules, stated: true });
const modes = (...names: PoolingMode[]): SentenceModule => ({ kind: "pooling", modes: names });

/** Texts of three lengths in one batch: their last states without what fills them up, and their vectors. */
async function vectorsOf(given: Pooling): Promise<{ states: number[][][]; vectors: number[][] }> {
  const model = await loadFixture("bert");
  const texts = madeTexts(model.config.vocabulary, 3, "pooling").map((text, k) => text.slice(0, 3 + k));
  const made = anyForward(model.config);
  const program = await runtime.compile(
    { vectors: pooled(made, given), states: made.states.at(-1)! },
    { weights: byPath(model.weights) },
  );
  const { vectors, states } = await program.run(feedsFor(program, textFeeds(texts)));
  const [length, width, n] = [states!.shape[1]!, model.config.width, vectors!.shape[1]!];
  expect(n).toBe(pooledWidth(width, given));
  const row = (data: ArrayLike<number>, from: number, size: number) => Array.from({ length: size }, (_, k) => data[from + k]!);
  return {
    states: texts.map((text, b) => text.map((_, i) => row(states!.data as Float32Array, (b * length + i) * width, width))),
    vectors: texts.map((_, b) => row(vectors!.data as Float32Array, b * n, n)),
  };
}

const columns = (rows: number[][]): number[][] => rows[0]!.map((_, k) => rows.map((row) => row[k]!));
const sum = (xs: readonly number[]) => xs.reduce((a, b) => a + b, 0);

const BY_HAND: Readonly<Record<PoolingMode, (rows: number[][]) => number[]>> = {
  cls: (rows) => rows[0]!,
  lasttoken: (rows) => rows.at(-1)!,
  max: (rows) => columns(rows).map((xs) => Math.max(...xs)),
  mean: (rows) => columns(rows).map((xs) => sum(xs) / rows.length),
  mean_sqrt_len_tokens: (rows) => columns(rows).map((xs) => sum(xs) / Math.sqrt(rows.length)),
  weightedmean: (rows) => columns(rows).map((xs) => sum(xs.map((x, i) => (i + 1) * x)) / sum(rows.map((_, i) => i + 1))),
};

function expectClose(found: number[][], by: number[][]): void {
  expect(found.map(({ length }) => length)).toEqual(by.map(({ length }) => length));
  for (const [k, row] of found.entries()) for (const [j, x] of row.entries()) expect(x).toBeCloseTo(by[k]![j]!, 4);
}

describe("the vector of a text", () => {
  it.each(POOLING_MODES)("is %s pooled over its own tokens, whatever else is in the batch", async (mode) => {
    const { states, vectors } = await vectorsOf(pooling(modes(mode)));
    expectClose(vectors, states.map(BY_HAND[mode]));
  });

  it("joins several modes in the order that they are named in", async () => {
    const { states, vectors } = await vectorsOf(pooling(modes("lasttoken", "cls", "mean")));
    expectClose(
      vectors,
      states.map((rows) => [...BY_HAND.lasttoken(rows), ...BY_HAND.cls(rows), ...BY_HAND.mean(rows)]),
    );
  });

  it("goes through dense layers and norms in order", async () => {
    const width = (await loadFixture("bert")).config.width;
    const weight = tensor(
      Float32Array.from({ length: 3 * width }, (_, k) => Math.sin(k)),
      [3, width],
    );
    const bias = tensor(Float32Array.of(0.5, -0.25, 1), [3]);
    const dense = { kind: "dense", weight, bias, activation: "Tanh", residual: false } as const;
    const { states, vectors } = await vectorsOf(pooling(modes("mean"), dense, { kind: "normalize" }));
    expectClose(
      vectors,
      states.map((rows) => {
        const mean = BY_HAND.mean(rows);
        const out = [0, 1, 2].map((o) =>
          Math.tanh((bias.data[o] as number) + sum(mean.map((x, k) => x * Math.sin(o * width + k)))),
        );
        return out.map((x) => x / Math.hypot(...out));
      }),
    );
  });
});

it("a dense layer of another width is refused before anything runs", async () => {
  const weight = tensor(new Float32Array(3 * 7), [3, 7]);
  const dense = { kind: "dense", weight, activation: "Identity", residual: false } as const;
  const { config } = await loadFixture("bert");
  const build = () => pooled(anyForward(config), pooling(modes("mean"), dense));
  expect(build).toThrow(`a dense layer reads 7 numbers, but a text's vector has ${config.width} there`);
});

it("how texts become vectors is said", () => {
  expect(poolingNote(pooling(modes("cls"), { kind: "normalize" }))).toBe(
    "a text’s vector is the first token’s state, then normalized, as modules.json specifies",
  );
  expect(poolingNote({ modules: [modes("mean")], stated: false, prompt: "query: " })).toBe(
    'a text’s vector is the mean of the states, since the model has no modules.json; each text is prefixed with "query: "',
  );
});
