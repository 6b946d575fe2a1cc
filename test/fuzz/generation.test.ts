/** Broken search settings: they are read or refused in one line, and a search with what was read ends. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { readGeneration, readGenerationOfConfig } from "../../src/load/generation/generation-config.ts";
import { InputError } from "../../src/run/errors.ts";
import { nodeRuntime } from "../../src/run/ort.node.ts";
import type { Runtime } from "../../src/run/runtime.ts";
import { search } from "../../src/train/decode/beam.ts";
import { createDecoding } from "../../src/train/decode/decode.ts";
import { smallConfig, smallWeights } from "../models/small-translator.ts";
import { dice, FUZZ_CASES, mutateJson } from "./mutate.ts";

let runtime: Runtime;
beforeAll(async () => {
  runtime = await nodeRuntime({ threads: 1 });
});
afterAll(() => runtime.release());

const WHOLE = {
  ...{ num_beams: 3, length_penalty: 0.7, early_stopping: "never", max_length: 9, max_new_tokens: 7, min_length: 2 },
  ...{ min_new_tokens: 2, renormalize_logits: true, decoder_start_token_id: 1, bos_token_id: 0, eos_token_id: [2, 5] },
  ...{ forced_bos_token_id: 7, forced_eos_token_id: 2, no_repeat_ngram_size: 2, encoder_no_repeat_ngram_size: 3 },
  ...{ repetition_penalty: 1.2, encoder_repetition_penalty: 1.1, suppress_tokens: [4, 6], begin_suppress_tokens: [9] },
  ...{ bad_words_ids: [[1], [8, 9]], sequence_bias: [[[10, 11], 1.5]], exponential_decay_length_penalty: [3, 1.1] },
  ...{ remove_invalid_values: true, do_sample: false, temperature: 0.5, pad_token_id: 1, transformers_version: "5.23.0" },
};

it(`of ${FUZZ_CASES} broken files each is read or refused in one line`, { timeout: 600_000 }, async () => {
  const decoding = createDecoding(runtime, { config: smallConfig(), weights: smallWeights(smallConfig()) });
  const d = dice("generation");
  let readable = 0;
  for (let k = 0; k < FUZZ_CASES; k++) {
    const json = mutateJson(WHOLE, d);
    try {
      const reader = k % 2 ? readGeneration : readGenerationOfConfig;
      const generation = reader(json, "g.json", 53);
      readable++;
      if (readable % 50 === 0) await search(decoding, [[8, 2]], { ...generation, beams: Math.min(generation.beams ?? 1, 9) });
    } catch (error) {
      if (!(error instanceof InputError)) throw new Error(`${JSON.stringify(json)}: ${(error as Error).stack}`);
      expect(error.message).not.toContain("\n");
    }
  }
  expect(readable).toBeGreaterThan(0);
});
