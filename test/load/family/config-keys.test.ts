/** Which keys of `config.json` are read, which cannot matter, and which are refused: per family, as hub checkpoints have them. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readConfig } from "../../../src/load/family/config.ts";
import { readTranslationConfig } from "../../../src/load/family/translation-config.ts";
import { InputError } from "../../../src/run/errors.ts";
import { fixtureConfig, FAMILIES as GOLDENS } from "../../models/golden.ts";
import { HUB_CONFIGS } from "../hub-configs.ts";

type Json = Record<string, unknown>;
const json = (family: string): Json =>
  JSON.parse(readFileSync(new URL(`../../fixtures/${family}/config.json`, import.meta.url), "utf8"));
const isTranslator = (family: string) => family === "marian" || family === "m2m";
const read = (family: string, value: Json) => (isTranslator(family) ? readTranslationConfig : readConfig)(value, "c.json");
const changed = (family: string, change: Json) => read(family, { ...json(family), ...change });
const without = (family: string, ...keys: string[]) =>
  read(family, Object.fromEntries(Object.entries(json(family)).filter(([key]) => !keys.includes(key))));
const FAMILIES = [...GOLDENS, "marian", "m2m"];
const DECODERS = GOLDENS.filter((family) => fixtureConfig(family).family === "decoder");

describe("the config.json of a checkpoint on the hub loads", () => {
  it.each(Object.entries(HUB_CONFIGS))("%s", (_, { json, wanted }) => {
    const translator = json.model_type === "marian" || json.model_type === "m2m_100";
    expect((translator ? readTranslationConfig : readConfig)(json, "c.json")).toMatchObject(wanted);
  });
});

describe("keys that cannot change the function change nothing", () => {
  it.each(FAMILIES)("%s", (family) => {
    const junk = {
      ...{ gradient_checkpointing: true, auto_map: { AutoModel: "x.X" }, task_specific_params: { a: Number.NaN } },
      ...{ hidden_dropout_prob: 0.7, use_cache: "x", torch_dtype: "bfloat16", _name_or_path: "x", unsloth_version: "1" },
      ...{ initializer_range: Number.NaN, max_length: 7, num_beams: 3, id2label: { 0: "a" }, odd_but_null: null },
    };
    expect(changed(family, junk)).toEqual(read(family, json(family)));
  });
});

describe("keys that could change the function are refused by name", () => {
  const cases = FAMILIES.flatMap((family) =>
    [
      ...[["attn_logit_softcapping", 50] as const, ["logit_scale", 0.5] as const, ["alibi", true] as const],
      ...[["partial_rotary_factor", 0.5] as const, ["quantization_config", { bits: 4 }] as const, ["odd", 0] as const],
      ...[["per_layer_config", { 0: {} }] as const, ["add_cross_attention", true] as const, ["__proto__x", 1] as const],
    ].map(([key, value]) => [family, key, value] as const),
  );
  it.each(cases)("%s: %s", (family, key, value) => {
    expect(() => changed(family, { [key]: value })).toThrow(InputError);
    expect(() => changed(family, { [key]: value })).toThrow(new RegExp(`^c\\.json: "${key}" is [^\n]*; [^\n]+$`));
  });

  it("and say what to do", () => {
    expect(() => changed("bert", { odd: 3 })).toThrow(
      new InputError(
        'c.json: "odd" is 3, which is not supported for "bert" models and could change their function; ' +
          "delete the key if the model was trained without it, else use another model",
      ),
    );
  });

  it.each([...DECODERS, "marian", "m2m"])("%s that is not causal", (family) => {
    expect(changed(family, { is_causal: true })).toEqual(read(family, json(family)));
    for (const is_causal of [false, null, 0, "false"]) {
      expect(() => changed(family, { is_causal })).toThrow(/^c\.json: "is_causal" is .*which changes the attention mask/);
    }
  });
});

describe("a missing key has the default of the family's class", () => {
  it.each<[string, string[], object]>([
    ["llama", ["num_key_value_heads"], { keyValueHeads: [6, 6] }],
    ["mistral", ["sliding_window"], { windows: [4096, 4096] }],
    ["mistral", ["max_position_embeddings"], { maxPositions: 131072 }],
    ["qwen2", ["max_position_embeddings"], { maxPositions: 32768 }],
    [
      "starcoder2",
      ["sliding_window", "hidden_act", "norm_epsilon"],
      { windows: undefined, activation: "gelu_tanh", epsilon: 1e-5 },
    ],
    ["starcoder2", ["num_key_value_heads", "use_bias"], { keyValueHeads: [2, 2, 2], inputBias: true, feedForwardBias: true }],
    [
      "opt",
      ["max_position_embeddings", "activation_function", "word_embed_proj_dim", "enable_bias", "do_layer_norm_before"],
      { maxPositions: 2048, activation: "relu", inputBias: true },
    ],
    ["gpt2", ["n_positions", "activation_function"], { maxPositions: 1024, activation: "gelu_tanh" }],
    ["distilbert", ["max_position_embeddings"], { maxPositions: 512 }],
    ["roberta", ["pad_token_id", "layer_norm_eps"], { epsilon: 1e-12, positions: { paddingId: 1 } }],
    ["marian", ["encoder_ffn_dim"], { encoderInnerWidth: 4096 }],
  ])("%s without %j", (family, keys, wanted) => {
    expect(without(family, ...keys)).toMatchObject(wanted);
  });

  it("so a nearly empty file is the family's first checkpoint", () => {
    const bert = { width: 768, heads: Array(12).fill(12), innerWidth: 3072, vocabulary: 30522, maxPositions: 512 };
    expect(readConfig({ model_type: "bert" }, "c.json")).toMatchObject(bert);
    expect(readConfig({ model_type: "gpt2" }, "c.json")).toMatchObject({ width: 768, vocabulary: 50257 });
    const qwen = { model_type: "qwen2", num_attention_heads: 64 };
    expect(readConfig(qwen, "c.json").keyValueHeads[0]).toBe(32);
    expect(readConfig({ ...qwen, model_type: "mistral" }, "c.json").keyValueHeads[0]).toBe(8);
  });

  it("and null is not missing", () => {
    expect(readConfig({ model_type: "mistral", num_key_value_heads: null }, "c.json").keyValueHeads[0]).toBe(32);
    expect(changed("mistral", { sliding_window: null })).toMatchObject({ windows: undefined });
    expect(changed("bert", { pad_token_id: null, position_embedding_type: null })).toEqual(read("bert", json("bert")));
    for (const key of ["hidden_size", "layer_norm_eps", "hidden_act", "vocab_size"]) {
      expect(() => changed("bert", { [key]: null })).toThrow(`c.json: "${key}": `);
    }
    expect(() => changed("roberta", { pad_token_id: null })).toThrow('c.json: "pad_token_id": ');
  });
});

describe("second names", () => {
  const renamed = (family: string, names: Record<string, string>) =>
    Object.fromEntries(Object.entries(json(family)).map(([key, value]) => [names[key] ?? key, value]));

  it.each<[string, Record<string, string>]>([
    [
      "gpt2",
      {
        n_embd: "hidden_size",
        n_layer: "num_hidden_layers",
        n_head: "num_attention_heads",
        n_positions: "max_position_embeddings",
      },
    ],
    ["distilbert", { dim: "hidden_size", n_layers: "num_hidden_layers", n_heads: "num_attention_heads" }],
    ["marian", { d_model: "hidden_size", encoder_layers: "num_hidden_layers", encoder_attention_heads: "num_attention_heads" }],
  ])("of %s are read", (family, names) => {
    expect(read(family, renamed(family, names))).toEqual(read(family, json(family)));
    expect(read(family, { ...renamed(family, names), ...json(family) })).toEqual(read(family, json(family)));
  });

  it("that say something else are refused", () => {
    expect(() => changed("gpt2", { hidden_size: 70 })).toThrow(
      new InputError('c.json: "hidden_size" is 70 and "n_embd" is 35, which are the same setting; delete one'),
    );
  });
});

describe("sizes are bounded before anything is made of them", () => {
  it.each<[string, Json]>([
    ["bert", { num_hidden_layers: 1_000_000 }],
    ["gpt2", { n_layer: 1e12 }],
    ["llama", { num_hidden_layers: 1e9 }],
    ["marian", { decoder_layers: 1e7 }],
    ["bert", { vocab_size: 2 ** 31 }],
    ["bert", { num_hidden_layers: 10_000, num_attention_heads: 700, hidden_size: 7000 }],
  ])("%s with %j", (family, change) => {
    expect(() => changed(family, change)).toThrow(InputError);
  });
});
