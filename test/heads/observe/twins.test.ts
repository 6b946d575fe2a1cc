/** Untrained twins: they read what the model reads and attend as sharply, and no change of basis inside heads changes them. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Value } from "../../../src/graph/value.ts";
import { compilePatterns } from "../../../src/heads/observe/patterns.ts";
import { countedQueries, type Text } from "../../../src/heads/observe/text.ts";
import { matchedTwins } from "../../../src/heads/observe/twins/twins.ts";
import type { Checkpoint } from "../../../src/load/checkpoint.ts";
import { forward, type Transformer, transformerParameters } from "../../../src/models/transformer.ts";
import { keep } from "../../../src/nn/probe.ts";
import { initialize } from "../../../src/params/initialize.ts";
import { byPath, mapTree } from "../../../src/params/tree.ts";
import { nodeRuntime } from "../../../src/run/ort.node.ts";
import type { Runtime } from "../../../src/run/runtime.ts";
import { int64, type Tensor, tensor } from "../../../src/run/tensor.ts";
import { turnedHeads } from "../gauge.ts";
import { plantedModel, randomTexts, vocabularyOf } from "../meanings.ts";
import { randomText, tinyCheckpoint } from "../models.ts";

let runtime: Runtime;
beforeAll(async () => {
  runtime = await nodeRuntime({ threads: 1 });
});
afterAll(() => runtime.release());

/** The standard deviation of scores around the mean of what their query sees, for each layer. */
async function spreads({ config, weights }: Transformer, texts: readonly Text[]): Promise<number[]> {
  const kept = new Map<string, Value>();
  forward(config, { probe: keep(kept, (site) => site.endsWith(".scores")) });
  const program = await runtime.compile(Object.fromEntries(kept), { weights: byPath(weights) });
  const variances = config.heads.map((): number[] => []);
  for (const text of texts) {
    const n = text.ids.length;
    const made = await program.run({ ids: int64(text.ids, [1, n]), mask: int64(new Array(n).fill(1), [1, n]) });
    for (const [layer, heads] of config.heads.entries()) {
      const scores = made[`layers.${layer}.attention.scores`]!.data as Float32Array;
      for (let h = 0; h < heads; h++) {
        for (const i of countedQueries(text, config.family === "decoder")) {
          const seen = [...scores.subarray((h * n + i) * n, (h * n + i + 1) * n)].slice(
            0,
            config.family === "decoder" ? i + 1 : n,
          );
          const mean = seen.reduce((a, b) => a + b) / seen.length;
          variances[layer]!.push(seen.reduce((s, x) => s + (x - mean) ** 2, 0) / seen.length);
        }
      }
    }
  }
  return variances.map((own) => Math.sqrt(own.reduce((a, b) => a + b) / own.length));
}

/** The mean over a layer's heads of ‖A B‖², for A [m, d] and B [d, m] of each head. */
function productSize(a: Tensor, b: Tensor, by: "rows" | "columns"): number {
  const [m, h, d] = a.shape as [number, number, number];
  const heads = by === "rows" ? (b.shape[0] as number) : (b.shape[1] as number);
  const count = Math.max(h, heads);
  let total = 0;
  for (let head = 0; head < count; head++) {
    const left = Math.floor((head * h) / count);
    const right = Math.floor((head * heads) / count);
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < m; j++) {
        let entry = 0;
        for (let k = 0; k < d; k++) {
          const at = by === "rows" ? (right * d + k) * m + j : (j * heads + right) * d + k;
          entry += Number(a.data[(i * h + left) * d + k]) * Number(b.data[at]);
        }
        total += entry ** 2 / count;
      }
    }
  }
  return total;
}

describe.each([
  ["bert", true],
  ["gpt2", false],
  ["llama", false],
  ["llama3", false],
] as const)("twins of %s", (family, framed) => {
  let model: Checkpoint;
  let texts: Text[];
  let twins: Transformer[];
  beforeAll(async () => {
    model = await tinyCheckpoint(family, framed);
    const ends = framed ? 1 : 0;
    texts = [13, 9, 21, 17, 11, 19].map((n, t) => randomText(`${family}/twin ${t}`, n, model.config.vocabulary, ends, ends));
    twins = await matchedTwins(runtime, model, texts, 1, 3);
  });

  it("keep embeddings, positions and norms, and have other numbers in their layers", () => {
    const own = byPath(model.weights);
    for (const twin of twins) {
      expect(twin.config).toEqual(model.config);
      const found = byPath(twin.weights);
      expect([...found.keys()]).toEqual([...own.keys()]);
      for (const [path, leaf] of own) {
        expect(found.get(path)!.shape, path).toEqual(leaf.shape);
        const redrawn = /^layers\.\d+\.(attention|feedForward)\./.test(path);
        expect(found.get(path)!.data === leaf.data, path).toBe(!redrawn);
        const same = leaf.data.every((x, k) => x === found.get(path)!.data[k]);
        // a tensor of zeros, as some biases, has nothing to draw
        if (redrawn && leaf.data.some((x) => Number(x) !== 0)) expect(same, path).toBe(false);
        for (const x of found.get(path)!.data) expect(Number.isFinite(Number(x)), path).toBe(true);
      }
    }
  });

  it("have scores that vary within a row as much as the model's", async () => {
    const wanted = await spreads(model, texts);
    for (const twin of twins) {
      for (const [layer, found] of (await spreads(twin, texts)).entries()) {
        expect(Math.abs(found / wanted[layer]! - 1), `layer ${layer}`).toBeLessThan(0.02);
      }
    }
  });

  it("have values and outputs whose product is as large as the model's, on average", () => {
    for (const layer of model.config.heads.keys()) {
      const size = ({ weights }: Transformer) => {
        const { wv, wo } = weights.layers[layer]!.attention;
        return productSize(wv, wo, "rows");
      };
      const mean = twins.reduce((s, twin) => s + size(twin), 0) / twins.length;
      expect(Math.abs(mean / size(model) - 1), `layer ${layer}`).toBeLessThan(0.35);
    }
  });

  it("attend alike, whatever the basis inside the model's heads", async () => {
    const turned = turnedHeads(model);
    const others = await matchedTwins(runtime, turned, texts, 1, 3);
    const { wq } = model.weights.layers[0]!.attention;
    expect(turned.weights.layers[0]!.attention.wq.data).not.toEqual(wq.data);
    for (const [k, twin] of twins.entries()) {
      const [one, other] = [await compilePatterns(runtime, twin, "raw"), await compilePatterns(runtime, others[k]!, "raw")];
      for (const text of texts) {
        const [a, b] = [(await one(text)).flat(), (await other(text)).flat()];
        const worst = Math.max(...a.map((own, h) => Math.max(...own.map((p, at) => Math.abs(p - b[h]![at]!)))));
        expect(worst).toBeLessThan(1e-4);
      }
    }
  });

  it("depend on the seed and their own number only, and differ", async () => {
    const numbers = (twin: Transformer) =>
      [...byPath(twin.weights)].flatMap(([path, { data }]) => (path.includes("wq") ? [...data] : []));
    const [first] = await matchedTwins(runtime, model, texts, 1, 1);
    expect(numbers(first!)).toEqual(numbers(twins[0]!));
    const [other] = await matchedTwins(runtime, model, texts, 2, 1);
    for (const twin of [other!, twins[1]!, twins[2]!]) expect(numbers(twin)).not.toEqual(numbers(first!));
  });

  it("if mirrored, come in pairs with opposite queries, which are scaled and share all else", async () => {
    const [drawn, mirror, next] = await matchedTwins(runtime, model, texts, 1, 3, true);
    const [own, opposite] = [byPath(drawn!.weights), byPath(mirror!.weights)];
    for (const [path, { data }] of own) {
      const other = opposite.get(path)!.data;
      if (!/attention\.(wq|bq)$/.test(path)) expect(other, path).toBe(data);
      else for (const [k, x] of data.entries()) expect(Math.sign(Number(other[k])), path).toBe(-Math.sign(Number(x)));
    }
    const wanted = await spreads(model, texts);
    for (const [layer, found] of (await spreads(mirror!, texts)).entries())
      expect(Math.abs(found / wanted[layer]! - 1), `layer ${layer}`).toBeLessThan(0.02);
    // each keeps its own number
    expect(byPath(next!.weights).get("layers.0.attention.wv")!.data).toEqual(
      byPath(twins[2]!.weights).get("layers.0.attention.wv")!.data,
    );
  });
});

it("twins of a deep model are matched in its last layer, too", async () => {
  const { config } = await tinyCheckpoint("gpt2", false);
  const heads = new Array<number>(9).fill(5);
  const deep = { ...config, heads, keyValueHeads: heads };
  const weights = mapTree<Transformer["weights"]>(initialize<object>(transformerParameters(deep), 3), (leaf: Tensor, path) =>
    /^layers\..+\.attention\.w/.test(path)
      ? tensor(
          (leaf.data as Float32Array).map((x) => 12 * x),
          leaf.shape,
        )
      : leaf,
  );
  const texts = [13, 9, 21, 17].map((n, t) => randomText(`deep ${t}`, n, config.vocabulary, 0, 0));
  const wanted = await spreads({ config: deep, weights }, texts);
  for (const twin of await matchedTwins(runtime, { config: deep, weights }, texts, 1, 2)) {
    for (const [layer, found] of (await spreads(twin, texts)).entries()) {
      expect(Math.abs(found / wanted[layer]! - 1), `layer ${layer}`).toBeLessThan(0.02);
    }
  }
});

it("queries are scaled with their biases: what a key gets from a bias stays in proportion", async () => {
  const vocabulary = vocabularyOf(120, "biases");
  const model = plantedModel("bert", vocabulary);
  const texts = randomTexts(vocabulary, 8, 20, "biases");
  /** Mean ‖W_K b_Q‖² over mean ‖W_Q W_Kᵀ‖² of the heads. */
  const share = ({ weights }: Transformer) => {
    const { wq, wk, bq } = weights.layers[0]!.attention;
    const [m, h, d] = wk.shape as [number, number, number];
    let read = 0;
    for (let head = 0; head < h; head++) {
      for (let i = 0; i < m; i++) {
        let entry = 0;
        for (let k = 0; k < d; k++) entry += Number(wk.data[(i * h + head) * d + k]) * Number(bq!.data[head * d + k]);
        read += entry ** 2 / h;
      }
    }
    return read / productSize(wq, wk, "columns");
  };
  const twins = await matchedTwins(runtime, model, texts, 1, 6);
  const mean = twins.reduce((s, twin) => s + share(twin), 0) / twins.length;
  expect(mean / share(model)).toBeGreaterThan(0.6);
  expect(mean / share(model)).toBeLessThan(1.6);
});
