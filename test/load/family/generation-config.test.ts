/** `generation_config.json`: every key is followed, known not to matter, or refused by name. */
import { describe, expect, it } from "vitest";
import { generationJson, readGeneration, readGenerationOfConfig } from "../../../src/load/generation/generation-config.ts";
import { InputError } from "../../../src/run/errors.ts";

const read = (json: unknown) => readGeneration(json, "g.json", 61);
const told = (json: unknown) => Object.fromEntries(Object.entries(read(json)).filter(([, value]) => value !== undefined));
const NOTHING = { ends: [], forcedLast: [], badWords: [] };

it.each<[Record<string, unknown>, Record<string, unknown>]>([
  [{}, {}],
  [
    { num_beams: 5, length_penalty: 0.6, early_stopping: "never" },
    { beams: 5, lengthPenalty: 0.6, earlyStopping: "never" },
  ],
  [
    { max_length: 9, min_length: 3 },
    { maxLength: 9, minLength: 3 },
  ],
  [
    { max_length: 9, max_new_tokens: 4, min_length: 3, min_new_tokens: 0 },
    { maxLength: 5, minLength: 1 },
  ],
  [{ decoder_start_token_id: 3, bos_token_id: 4 }, { start: 3 }],
  [{ bos_token_id: 4 }, { start: 4 }],
  [
    { eos_token_id: 2, forced_eos_token_id: [5, 6] },
    { ends: [2], forcedLast: [5, 6] },
  ],
  [
    { eos_token_id: [2, 7], forced_bos_token_id: 8 },
    { ends: [2, 7], forcedFirst: 8 },
  ],
  [
    { no_repeat_ngram_size: 2, encoder_no_repeat_ngram_size: 3 },
    { noRepeat: 2, noRepeatOfSource: 3 },
  ],
  [
    { repetition_penalty: 1.2, encoder_repetition_penalty: 1.5 },
    { repetitionPenalty: 1.2, sourceRepetitionPenalty: 1.5 },
  ],
  [
    { suppress_tokens: [4], begin_suppress_tokens: [5] },
    { suppress: [4], suppressFirst: [5] },
  ],
  [{ bad_words_ids: [[4], [5, 6]] }, { badWords: [[4], [5, 6]] }],
  [{ sequence_bias: [[[4, 5], 1.5]] }, { sequenceBias: [{ ids: [4, 5], bias: 1.5 }] }],
  [{ exponential_decay_length_penalty: [4, 1.5] }, { decay: { after: 4, factor: 1.5 } }],
  [
    { remove_invalid_values: true, renormalize_logits: true },
    { finite: true, renormalize: true },
  ],
  [{ temperature: 0.5, top_k: 3, use_cache: false, pad_token_id: 1, num_return_sequences: 2 }, {}],
  [{ do_sample: false, num_beam_groups: 1, diversity_penalty: 0, guidance_scale: 1, stop_strings: null }, {}],
])("%j asks for what it says, and is written so", (json, wanted) => {
  expect(told(json)).toEqual({ ...NOTHING, ...wanted });
  const again = JSON.parse(JSON.stringify(generationJson(read(json))));
  expect(told(again)).toEqual(told(json));
});

describe("is refused:", () => {
  it.each<[Record<string, unknown>, string]>([
    [{ do_sample: true }, '"do_sample" asks for sampling, which is not supported; set it to false'],
    [{ num_beam_groups: 2 }, '"num_beam_groups" asks for diverse beam search, which is not supported; set it to 1'],
    [{ guidance_scale: 1.5 }, '"guidance_scale" asks for classifier-free guidance, which is not supported; set it to 1'],
    [{ stop_strings: ["a"] }, '"stop_strings" asks for stopping at strings, which is not supported; remove the key'],
    [{ no_repeat_ngram_sise: 3 }, 'unknown key "no_repeat_ngram_sise"; remove it, or correct its spelling'],
    [{ num_beams: 0 }, '"num_beams": '],
    [{ early_stopping: "sometimes" }, '"early_stopping": '],
    [{ suppress_tokens: [-1] }, '"suppress_tokens.0": '],
    [{ forced_bos_token_id: 61 }, '"forced_bos_token_id" has the id 61, but the model has 61 ids; correct it'],
    [{ bad_words_ids: [[4, 99]] }, '"bad_words_ids" has the id 99, but the model has 61 ids; correct it'],
    [{ sequence_bias: [[[99], 1]] }, '"sequence_bias" has the id 99, but the model has 61 ids; correct it'],
    [{ cache_implementation: "quantized" }, '"cache_implementation": '],
  ])("%j", (json, message) => {
    expect(() => read(json)).toThrow(InputError);
    expect(() => read(json)).toThrow(`g.json: ${message}`);
  });

  it.each([null, [], 3, "x"])("%j", (json) => {
    expect(() => read(json)).toThrow('g.json: not a JSON object; write {"key": value, …}');
  });
});

it("an older config.json gives the same keys beside the model's own, and its nulls say nothing", () => {
  const json = { d_model: 24, num_beams: 3, forced_bos_token_id: null, eos_token_id: 2, do_sample: null };
  expect(readGenerationOfConfig(json, "config.json")).toMatchObject({ beams: 3, ends: [2], forcedLast: [] });
  expect(readGenerationOfConfig({ num_beams: 3 }, "config.json").ends).toBeUndefined();
  const old = { force_bos_token_to_be_generated: true, bos_token_id: 4, decoder_start_token_id: 2 };
  expect(readGenerationOfConfig(old, "config.json")).toMatchObject({ forcedFirst: 4, start: 2 });
  expect(() => readGenerationOfConfig({ do_sample: true }, "config.json")).toThrow(
    'config.json: "do_sample" asks for sampling',
  );
});
