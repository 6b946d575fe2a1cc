/** Heads of models with random weights are not told from those of their twins: p ≤ 0.05 comes about as often as it says. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { createMeasurer } from "../../../src/heads/observe/measure.ts";
import { matchedTwins } from "../../../src/heads/observe/twins/twins.ts";
import { tallyScores } from "../../../src/heads/scores/scores.ts";
import { type Transformer, transformerParameters } from "../../../src/models/transformer.ts";
import { initialize } from "../../../src/params/initialize.ts";
import { mapTree } from "../../../src/params/tree.ts";
import { nodeRuntime } from "../../../src/run/ort.node.ts";
import type { Runtime } from "../../../src/run/runtime.ts";
import { type Tensor, tensor } from "../../../src/run/tensor.ts";
import { fixtureConfig } from "../../models/golden.ts";
import { randomText } from "../models.ts";

let runtime: Runtime;
beforeAll(async () => {
  runtime = await nodeRuntime({ threads: 1 });
});
afterAll(() => runtime.release());

const NAMES = ["previous-token", "self", "first-position", "last-position", "delimiter:punctuation", "positional"] as const;

it.each(["bert", "gpt2", "llama"])("%s", async (family) => {
  const config = fixtureConfig(family);
  const measurer = createMeasurer(runtime, config, { weightings: ["raw"], words: false });
  const special = family === "bert" ? 1 : 0;
  let [small, all] = [0, 0];
  for (let draw = 0; draw < 12; draw++) {
    // ten times as large as training starts from, so that patterns are uneven
    const grown = ({ data, shape }: Tensor, path: string): Tensor =>
      tensor(
        (data as Float32Array).map((x) => (/norm/i.test(path) ? x : 10 * x)),
        shape,
      );
    const weights = mapTree<Transformer["weights"]>(initialize<object>(transformerParameters(config), draw), grown);
    const texts = Array.from({ length: 20 }, (_, t) =>
      randomText(`${family} ${draw} ${t}`, 10 + (t % 8), config.vocabulary, special, special),
    );
    const model = { config, weights };
    const own = tallyScores(await measurer.measure(model, texts), "raw");
    const pool: ReturnType<typeof tallyScores>[] = [];
    for (const twin of await matchedTwins(runtime, model, texts, draw, 4)) {
      pool.push(tallyScores(await measurer.measure(twin, texts), "raw"));
    }
    for (const name of NAMES) {
      const controls = pool.flatMap((scores) => [...scores[name]]);
      for (const value of own[name]) {
        all++;
        if ((controls.filter((x) => x >= value).length + 1) / (controls.length + 1) <= 0.05) small++;
      }
    }
  }
  expect(small / all).toBeGreaterThan(0.02);
  expect(small / all).toBeLessThan(0.08);
});
