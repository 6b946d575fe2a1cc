/** The family-wise p of semantic heads keeps its level where heads attend by what tokens are, and similarity knows nothing of that. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { SIGNIFICANCE } from "../../../../src/heads/scores/labels.ts";
import { semanticScores } from "../../../../src/heads/scores/semantic/semantic.ts";
import type { TransformerConfig } from "../../../../src/models/config.ts";
import { type Transformer, transformerParameters } from "../../../../src/models/transformer.ts";
import { initialize } from "../../../../src/params/initialize.ts";
import { mapTree } from "../../../../src/params/tree.ts";
import { nodeRuntime } from "../../../../src/run/ort.node.ts";
import type { Runtime } from "../../../../src/run/runtime.ts";
import { type Tensor, tensor } from "../../../../src/run/tensor.ts";
import { fixtureConfig } from "../../../models/golden.ts";
import { randomTexts, vocabularyOf } from "../../meanings.ts";

let runtime: Runtime;
beforeAll(async () => {
  runtime = await nodeRuntime({ threads: 1 });
});
afterAll(() => runtime.release());

const [WIDTH, SEEN, VOCABULARY] = [24, 6, 60];
const DRAWS = 200;

/** A model of one layer whose heads read only the first numbers of a token, which are too small to show in its similarity. */
function unrelatedModel(family: string, seed: number): Transformer {
  const heads = [4];
  const config: TransformerConfig = {
    ...fixtureConfig(family),
    ...{ vocabulary: VOCABULARY, width: WIDTH, headWidth: 6, heads, keyValueHeads: heads },
  };
  const scaled = ({ data, shape }: Tensor, by: (row: number, column: number) => number): Tensor => {
    const rest = data.length / shape[0]!;
    return tensor(
      Float32Array.from(data as Float32Array, (x, at) => x * by(Math.floor(at / rest), at % rest)),
      shape,
    );
  };
  const weights = mapTree<Transformer["weights"]>(
    initialize<object>(transformerParameters(config), seed),
    (leaf: Tensor, path) => {
      if (path === "embeddings.tokens") return leveled(leaf);
      if (path === "embeddings.positions") return scaled(leaf, (_, m) => (m < SEEN ? 0.05 : 0));
      if (/attention\.w[qk]$/.test(path)) return scaled(leaf, (m) => (m < SEEN ? 30 : 0));
      return leaf;
    },
  );
  return { config, weights };
}

/** Rows of mean 0 and length 1 beyond their first numbers: a norm neither moves nor scales the first numbers by the others. */
function leveled({ data, shape }: Tensor): Tensor {
  const out = Float32Array.from(data as Float32Array);
  for (let row = 0; row < out.length; row += WIDTH) {
    const [seen, rest] = [out.subarray(row, row + SEEN), out.subarray(row + SEEN, row + WIDTH)];
    for (const part of [seen, rest]) {
      const mean = part.reduce((a, b) => a + b) / part.length;
      for (const m of part.keys()) part[m]! -= mean;
      const length = Math.hypot(...part) / (part === seen ? 0.05 : 1);
      for (const m of part.keys()) part[m]! /= length;
    }
  }
  return tensor(out, shape);
}

it.each([
  ["causal", "gpt2"],
  ["bidirectional", "bert"],
])("%s", async (_, family) => {
  let small = 0;
  for (let draw = 0; draw < DRAWS; draw++) {
    const texts = randomTexts(vocabularyOf(VOCABULARY, `level ${draw}`), 12, 14, `${family} ${draw}`);
    const scores = await semanticScores(runtime, unrelatedModel(family, draw), texts, draw);
    if (Math.min(...scores.map(({ p }) => p)) <= SIGNIFICANCE) small++;
  }
  expect(small / DRAWS).toBeLessThanOrEqual(0.08);
  expect(small / DRAWS).toBeGreaterThanOrEqual(0.02);
});
