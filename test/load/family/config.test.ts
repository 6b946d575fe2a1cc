/** Every key of a `config.json` that changes the function is read, or refused. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { ARCHITECTURES, readConfig } from "../../../src/load/family/config.ts";
import { InputError } from "../../../src/run/errors.ts";
import { FAMILIES, fixtureConfig } from "../../models/golden.ts";

type Json = Record<string, unknown>;
const json = (family: string, change: Json = {}): Json => ({
  ...JSON.parse(readFileSync(new URL(`../../fixtures/${family}/config.json`, import.meta.url), "utf8")),
  ...change,
});
const config = (family: string, change: Json = {}) => readConfig(json(family, change), "c.json");
const rotary = (change: Json) => {
  const { positions } = config("llama", { rope_parameters: undefined, ...change });
  return positions.kind === "rotary" ? positions.rotary : undefined;
};

describe("sizes", () => {
  it.each([
    ["bert", { vocabulary: 67, width: 35, headWidth: 7, heads: [5, 5], innerWidth: 43, maxPositions: 29, tokenTypes: 2 }],
    [
      "distilbert",
      { vocabulary: 59, width: 33, headWidth: 11, heads: [3, 3], innerWidth: 41, maxPositions: 23, tokenTypes: 0 },
    ],
    ["roberta", { vocabulary: 61, width: 35, headWidth: 7, heads: [5, 5, 5], innerWidth: 37, maxPositions: 17, tokenTypes: 1 }],
    ["gpt2", { vocabulary: 71, width: 35, headWidth: 7, heads: [5, 5], innerWidth: 47, maxPositions: 31, tokenTypes: 0 }],
    [
      "llama",
      { vocabulary: 53, width: 18, headWidth: 10, heads: [6, 6], keyValueHeads: [3, 3], innerWidth: 29, maxPositions: 31 },
    ],
    ["mistral", { vocabulary: 47, width: 18, headWidth: 10, heads: [6, 6], keyValueHeads: [3, 3], innerWidth: 23 }],
    ["qwen2", { vocabulary: 59, width: 24, headWidth: 4, heads: [6, 6, 6], keyValueHeads: [2, 2, 2], innerWidth: 41 }],
    ["starcoder2", { vocabulary: 61, width: 24, headWidth: 4, heads: [6, 6, 6], keyValueHeads: [2, 2, 2], innerWidth: 43 }],
    ["opt", { vocabulary: 73, width: 35, headWidth: 7, heads: [5, 5], innerWidth: 53, maxPositions: 37, tokenTypes: 0 }],
  ])("of %s", (family, wanted) => {
    expect(fixtureConfig(family)).toMatchObject(wanted);
  });

  it("of heads that are not grouped are the same for keys", () => {
    for (const family of ["bert", "distilbert", "roberta", "gpt2", "opt"]) {
      const { heads, keyValueHeads } = fixtureConfig(family);
      expect(keyValueHeads).toEqual(heads);
    }
    expect(config("llama", { num_key_value_heads: null }).keyValueHeads).toEqual([6, 6]);
  });

  it("of a head follow from the width, unless they are given", () => {
    expect(config("llama", { head_dim: null, hidden_size: 24 }).headWidth).toBe(4);
    expect(config("gpt2", { n_inner: null }).innerWidth).toBe(140);
  });
});

describe("what a family is made of", () => {
  it.each([
    [
      "bert",
      { family: "encoder", norm: "layer", epsilon: 1e-12, gated: false, inputBias: true, outputBias: true, activation: "gelu" },
    ],
    [
      "gpt2",
      {
        family: "decoder",
        norm: "layer",
        epsilon: 1e-5,
        gated: false,
        inputBias: true,
        outputBias: true,
        activation: "gelu_tanh",
      },
    ],
    [
      "llama",
      { family: "decoder", norm: "rms", epsilon: 1e-6, gated: true, inputBias: false, outputBias: false, activation: "silu" },
    ],
    ["llama3", { inputBias: true, outputBias: true, feedForwardBias: false }],
    ["qwen2", { inputBias: true, outputBias: false, feedForwardBias: false }],
    ["starcoder2", { norm: "layer", gated: false, inputBias: true, outputBias: true, feedForwardBias: true, tied: true }],
    ["opt", { family: "decoder", norm: "layer", epsilon: 1e-5, gated: false, activation: "relu", tied: true }],
  ])("%s", (family, wanted) => {
    expect(fixtureConfig(family)).toMatchObject({ ...wanted, architecture: json(family).model_type });
  });

  it("RoBERTa's positions begin after the padding's", () => {
    expect(fixtureConfig("roberta").positions).toEqual({ kind: "learned", offset: 2, paddingId: 1 });
    const moved = config("roberta", { pad_token_id: 3, model_type: "xlm-roberta" });
    expect(moved).toMatchObject({ positions: { offset: 4, paddingId: 3 }, maxPositions: 15, architecture: "xlm-roberta" });
    expect(fixtureConfig("bert").positions).toEqual({ kind: "learned", offset: 0 });
  });

  it("OPT's positions begin at row 2, whatever the padding's id is, and skip padding", () => {
    for (const pad_token_id of [0, 1, null])
      expect(config("opt", { pad_token_id }).positions).toEqual({ kind: "learned", offset: 2, skipsPadding: true });
  });

  it("OPT's biases are all there or none", () => {
    for (const bias of [true, false])
      expect(config("opt", { enable_bias: bias })).toMatchObject({ inputBias: bias, outputBias: bias, feedForwardBias: bias });
  });

  it.each([
    ["bert", ["BertModel"], "none"],
    ["bert", ["BertForMaskedLM"], "masked"],
    ["bert", ["BertForPreTraining"], "masked"],
    ["bert", ["BertForSequenceClassification"], "none"],
    ["bert", null, "none"],
    ["distilbert", ["DistilBertForMaskedLM"], "masked"],
    ["distilbert", undefined, "none"],
    ["gpt2", ["GPT2Model"], "causal"],
    ["llama", null, "causal"],
  ])("%s saved as %s has the language head %s", (family, architectures, head) => {
    expect(config(family, { architectures }).languageHead).toBe(head);
  });

  it("language heads are tied as they say, and by default where the family's are", () => {
    for (const family of ["bert", "gpt2", "llama"]) {
      for (const tied of [true, false]) expect(config(family, { tie_word_embeddings: tied }).tied).toBe(tied);
    }
    expect(config("gpt2", { tie_word_embeddings: undefined }).tied).toBe(true);
    expect(config("llama", { tie_word_embeddings: undefined }).tied).toBe(false);
  });
});

const longrope = (change: Json): Json => {
  const same = [1, 2, 3, 4, 5];
  return { rope_scaling: { rope_type: "longrope", short_factor: same, long_factor: same, attention_factor: 1, ...change } };
};

describe("rotary positions", () => {
  it.each<[string, Json, unknown]>([
    ["nothing said", {}, { base: 10000, scaling: { kind: "none" } }],
    ["the older key", { rope_theta: 77 }, { base: 77, scaling: { kind: "none" } }],
    ["the newer key", { rope_parameters: { rope_theta: 78, rope_type: "default" }, rope_theta: 77 }, { base: 78 }],
    ["dynamic scaling", { rope_scaling: { type: "dynamic", factor: 2 } }, { base: 10000, scaling: { kind: "none" } }],
    ["linear scaling", { rope_scaling: { type: "linear", factor: 3 } }, { scaling: { kind: "linear", factor: 3 } }],
    [
      "Llama 3's scaling",
      { rope_scaling: { rope_type: "llama3", factor: 8, low_freq_factor: 1, high_freq_factor: 4 } },
      { scaling: { kind: "llama3", factor: 8, lowFrequencyFactor: 1, highFrequencyFactor: 4, originalPositions: 31 } },
    ],
    ["a divisor for each frequency", longrope({}), { scaling: { kind: "divisors", divisors: [1, 2, 3, 4, 5] } }],
  ])("with %s", (_, change, wanted) => {
    expect(rotary(change)).toMatchObject(wanted as object);
  });

  it.each<[Json, string]>([
    [{ type: "linear" }, 'c.json: rope type "linear" needs "factor"; add it to "rope_scaling"'],
    [
      { rope_type: "llama3", factor: 8, low_freq_factor: 1 },
      'c.json: rope type "llama3" needs "high_freq_factor"; add it to "rope_scaling"',
    ],
    [
      { rope_type: "yarn", factor: 4 },
      'c.json: "rope_scaling" has an unknown rope type, "yarn"; use one of default, linear, dynamic, llama3, longrope',
    ],
  ])("refuses %j", (rope_scaling, message) => {
    expect(() => rotary({ rope_scaling })).toThrow(new InputError(message));
  });

  it.each<[Json, string]>([
    [
      { long_factor: [1, 2, 3, 4, 6] },
      '"longrope" is supported only if "short_factor" equals "long_factor" and "attention_factor" is 1',
    ],
    [{ short_factor: null, long_factor: null }, 'c.json: "rope_scaling.short_factor" is null ('],
    [{ attention_factor: undefined }, '"longrope" is supported only if'],
    [{ short_factor: [1, 2], long_factor: [1, 2] }, "c.json: 2 divisors of frequencies, but heads of 10 dimensions have 5"],
  ])("refuses divisors with %j", (change, message) => {
    expect(() => rotary(longrope(change))).toThrow(message);
  });

  it("need an even head", () => {
    expect(() => config("llama", { head_dim: 5 })).toThrow(/c\.json: rotary positions need an even head width, got 5/);
  });
});

describe("windows", () => {
  it.each<[string, Json, unknown]>([
    ["mistral", {}, [5, 5]],
    ["mistral", { sliding_window: null }, undefined],
    ["starcoder2", {}, [6, 6, 6]],
    ["starcoder2", { sliding_window: null }, undefined],
    ["llama", { sliding_window: null }, undefined],
    ["qwen2", { sliding_window: 7, use_sliding_window: false }, undefined],
    ["qwen2", { sliding_window: 7, use_sliding_window: true, layer_types: null, max_window_layers: 1 }, [undefined, 7, 7]],
    ["qwen2", { sliding_window: 7, use_sliding_window: true, layer_types: null, max_window_layers: undefined }, undefined],
    [
      "qwen2",
      {
        sliding_window: 7,
        use_sliding_window: true,
        layer_types: ["sliding_attention", "full_attention", "sliding_attention"],
      },
      [7, undefined, 7],
    ],
  ])("of %s with %j", (family, change, wanted) => {
    expect(config(family, change).windows).toEqual(wanted);
  });
});

describe("refusals", () => {
  const mend = "; use the config.json that came with the weights";
  it.each<[string, Json, string | RegExp]>([
    [
      "opt",
      { do_layer_norm_before: false },
      'c.json: "do_layer_norm_before" is false, but only true is supported for "opt" models; use another model',
    ],
    [
      "opt",
      { word_embed_proj_dim: 20 },
      'c.json: "word_embed_proj_dim" is 20 and "hidden_size" is 35, but projected embeddings are not supported; use another model',
    ],
    ["opt", { _remove_final_layer_norm: true }, /^c\.json: "_remove_final_layer_norm" is true, but only false is supported/],
    ["opt", { layer_norm_elementwise_affine: false }, /^c\.json: "layer_norm_elementwise_affine" is false, but only true is/],
    [
      "bert",
      { hidden_size: null },
      /^c\.json: "hidden_size": Invalid input: expected number, received null \(it is null\); use/,
    ],
    ["bert", { hidden_size: "35" }, /^c\.json: "hidden_size": .* received string \(it is "35"\); use the/],
    ["bert", { hidden_size: 3.5 }, /^c\.json: "hidden_size": .*int/],
    ["bert", { num_hidden_layers: -1 }, /^c\.json: "num_hidden_layers": /],
    ["bert", { num_attention_heads: 4 }, "c.json: 4 heads do not divide the width 35; use a number of heads that divides it"],
    [
      "bert",
      { position_embedding_type: "relative_key" },
      /^c\.json: "position_embedding_type" is "relative_key", but only "absolute" is supported for "bert"/,
    ],
    ["bert", { is_decoder: true }, /^c\.json: "is_decoder"/],
    ["gpt2", { scale_attn_by_inverse_layer_idx: true }, /^c\.json: "scale_attn_by_inverse_layer_idx"/],
    ["gpt2", { scale_attn_weights: false }, /^c\.json: "scale_attn_weights"/],
    ["gpt2", { n_head: 6 }, /^c\.json: 6 heads do not divide the width 35/],
    ["gpt2", { activation_function: "mish" }, /^c\.json: "activation_function": .*"gelu_new"/],
    [
      "llama",
      { num_key_value_heads: 4 },
      "c.json: 6 query heads cannot share 4 key/value heads evenly; use the config.json that came with the weights",
    ],
    ["llama", { partial_rotary_factor: 0.5 }, /^c\.json: "partial_rotary_factor"/],
    ["llama", { rope_parameters: { rope_theta: -1 } }, /^c\.json: "rope_parameters.rope_theta" is -1 \(/],
    ["qwen2", { layer_types: ["odd"] }, /^c\.json: "layer_types.0": /],
    ["bert", { model_type: "t5" }, `c.json: unknown architecture "t5"; use one of ${ARCHITECTURES.join(", ")}`],
    ["bert", { model_type: "constructor" }, /^c\.json: unknown architecture "constructor"/],
    ["bert", { model_type: undefined }, `c.json: "model_type": it is missing${mend}`],
  ])("%s with %j", (family, change, message) => {
    const error = (() => {
      try {
        return config(family, change);
      } catch (thrown) {
        return thrown;
      }
    })();
    expect(error).toBeInstanceOf(InputError);
    if (typeof message === "string") expect((error as Error).message).toBe(message);
    else expect((error as Error).message).toMatch(message);
  });

  it.each([[], null, 5, "bert"])("%j is no configuration", (value) => {
    expect(() => readConfig(value, "c.json")).toThrow(/^c\.json: Invalid input: expected object/);
  });
});

it("every fixture's configuration is one of the known architectures", () => {
  for (const family of FAMILIES) expect(ARCHITECTURES).toContain(fixtureConfig(family).architecture);
});
