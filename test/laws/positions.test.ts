/** Learned positions of decoders begin at the row `offset`, in texts read at once, with a cache, and with padding. */
import { afterAll, beforeAll, expect, it } from "vitest";
import type { TransformerConfig } from "../../src/models/config.ts";
import type { Transformer } from "../../src/models/transformer.ts";
import { nodeRuntime } from "../../src/run/ort.node.ts";
import type { Runtime } from "../../src/run/runtime.ts";
import { int64, type Tensor } from "../../src/run/tensor.ts";
import { generate } from "../../src/train/decode/generate.ts";
import { DECODER, largestDifference, pick, runModel, smallModel, textsOf } from "./small.ts";

const OFFSET = 2;
const withPositions = (offset: number, skipsPadding: boolean): TransformerConfig => ({
  ...DECODER,
  positions: { kind: "learned", offset, skipsPadding },
});

/** The model with its first position at row 0: the rows before the first position are cut away. */
function movedToRow0({ config, weights }: Transformer): Transformer {
  const rows = Array.from({ length: config.maxPositions }, (_, row) => row + OFFSET);
  const embeddings = { ...weights.embeddings, positions: pick(weights.embeddings.positions!, 0, rows) };
  return { config: withPositions(0, false), weights: { ...weights, embeddings } as Transformer["weights"] };
}

let runtime: Runtime;
beforeAll(async () => {
  runtime = await nodeRuntime({ threads: 1 });
});
afterAll(() => runtime.release());

const LONG = [2, 7, 5, 19, 3, 11, 13];
const SHORT = [17, 4, 4, 21, 6];

it.each([false, true])("the first rows of the table are not used (padding skipped: %s)", async (skipsPadding) => {
  const model = smallModel(withPositions(OFFSET, skipsPadding), 3);
  expect(model.weights.embeddings.positions!.shape).toEqual([DECODER.maxPositions + OFFSET, DECODER.width]);
  const [got, wanted] = [await runModel(model, textsOf(LONG, SHORT)), await runModel(movedToRow0(model), textsOf(LONG, SHORT))];
  for (const [site, reference] of Object.entries(wanted).filter(([site]) => /^states|^logits/.test(site))) {
    const [, length, width] = reference.shape as [number, number, number];
    const real = (k: number) => k < length * width + SHORT.length * width;
    expect(largestDifference(got[site]!, reference, real), site).toBeLessThan(1e-5);
  }
});

it.each([1, 5])("nor by a cache that continues %i tokens", async (length) => {
  const model = smallModel(withPositions(OFFSET, true), 5);
  const options = { count: DECODER.maxPositions - length, temperature: 1.5, seed: 7 };
  const ids = LONG.slice(0, length);
  expect(await generate(runtime, model, ids, options)).toEqual(await generate(runtime, movedToRow0(model), ids, options));
});

it("where padding is skipped, padding before a text changes nothing in it", async () => {
  const last = ({ logits }: Record<string, Tensor>) => pick(logits!, 1, [logits!.shape[1]! - 1]);
  const padded = {
    ids: int64([0, 0, 0, ...LONG], [1, 10]),
    mask: int64([0, 0, 0, ...LONG.map(() => 1)], [1, 10]),
  };
  const change = async (skipsPadding: boolean) => {
    const model = smallModel(withPositions(OFFSET, skipsPadding), 3);
    return largestDifference(last(await runModel(model, padded)), last(await runModel(model, textsOf(LONG))));
  };
  expect(await change(true)).toBeLessThan(1e-5);
  expect(await change(false)).toBeGreaterThan(0.05);
});
