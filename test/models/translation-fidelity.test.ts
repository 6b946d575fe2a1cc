import { afterAll, beforeAll, expect, it } from "vitest";
import type { Value } from "../../src/graph/value.ts";
import { encoderDecoderForward } from "../../src/models/encoder-decoder.ts";
import { byPath } from "../../src/params/tree.ts";
import { nodeRuntime } from "../../src/run/ort.node.ts";
import type { Runtime } from "../../src/run/runtime.ts";
import { largestDifference, readInts } from "./golden.ts";
import { TRANSLATORS, translatorFixture } from "./translation-golden.ts";

let runtime: Runtime;
beforeAll(async () => {
  runtime = await nodeRuntime({ threads: 1 });
});
afterAll(() => runtime.release());

it.each(TRANSLATORS)("%s has every state of transformers within 1e-4", async (name) => {
  const { config, weights, golden } = await translatorFixture(name);
  const { encoderStates, states, logits } = encoderDecoderForward(config);
  const outputs: Record<string, Value> = Object.fromEntries([
    ...encoderStates.map((s, l) => [`encoder.${l}`, s]),
    ...states.map((s, l) => [`decoder.${l}`, s]),
    ["logits", logits],
  ]);
  expect(Object.keys(outputs).sort()).toEqual(
    [...golden.tensors.keys()].filter((n) => !/^(decoder_)?input_ids$|mask/.test(n)).sort(),
  );
  const [ids, mask, decoderIds] = ["input_ids", "attention_mask", "decoder_input_ids"].map((n) =>
    readInts(name, "golden.safetensors", n),
  );
  const program = await runtime.compile(outputs, { weights: byPath(weights) });
  const got = await program.run({ ids: ids!, mask: mask!, decoderIds: decoderIds! });
  expect(mask!.data).toContain(0n);
  for (const key of Object.keys(outputs)) {
    const width = got[key]!.shape[2]!;
    const real = (k: number) => !key.startsWith("encoder") || mask!.data[Math.floor(k / width)] === 1n;
    expect(largestDifference(got[key]!, await golden.read(key), real), key).toBeLessThan(1e-4);
  }
});
