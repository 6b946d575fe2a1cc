/** modules.json and what it names: every key of it is followed or refused by name, and nothing is read past. */
import { describe, expect, it } from "vitest";
import type { OpenFile } from "../../src/load/checkpoint.ts";
import { writeSafetensors } from "../../src/load/format/safetensors-write.ts";
import { bytesSource } from "../../src/load/format/source.ts";
import { MEAN_POOLING, type Pooling, poolingOf } from "../../src/load/pooling.ts";
import { readPooling } from "../../src/load/pooling-files.ts";
import { tensor } from "../../src/run/tensor.ts";

type Files = Readonly<Record<string, unknown>>;

const opening =
  (files: Files): OpenFile =>
  async (name) => {
    const content = files[name];
    if (content === undefined) return undefined;
    return bytesSource(name, content instanceof Uint8Array ? content : new TextEncoder().encode(JSON.stringify(content)));
  };

const module = (type: string, path: string) => ({ path, type: `sentence_transformers.models.${type}` });
const LIST = [module("Transformer", ""), module("Pooling", "1_Pooling")];
const MEAN = { word_embedding_dimension: 35, pooling_mode_mean_tokens: true, pooling_mode_cls_token: false };
const GOOD: Files = { "modules.json": LIST, "1_Pooling/config.json": MEAN };

const read = async (files: Files): Promise<Pooling> => poolingOf({ pooling: await readPooling("model", opening(files)) });
const modesOf = async (config: object) => {
  const [first] = (await read({ ...GOOD, "1_Pooling/config.json": config })).modules;
  return first?.kind === "pooling" && first.modes;
};

describe("1_Pooling/config.json", () => {
  it.each([
    ["the mean", MEAN, ["mean"]],
    ["nothing said", { word_embedding_dimension: 35 }, ["mean"]],
    ["all modes off", { pooling_mode_mean_tokens: false, pooling_mode_cls_token: false }, ["mean"]],
    ["the first token", { pooling_mode_cls_token: true, pooling_mode_mean_tokens: false }, ["cls"]],
    ["the maximum", { pooling_mode_max_tokens: true }, ["max"]],
    ["the root of the length", { pooling_mode_mean_sqrt_len_tokens: true }, ["mean_sqrt_len_tokens"]],
    ["weights by position", { pooling_mode_weightedmean_tokens: true }, ["weightedmean"]],
    ["the last token", { pooling_mode_lasttoken: true, include_prompt: true }, ["lasttoken"]],
    [
      "several, in the order of sentence-transformers",
      { pooling_mode_mean_tokens: true, pooling_mode_max_tokens: true, pooling_mode_cls_token: true },
      ["cls", "max", "mean"],
    ],
    ["the newer key", { embedding_dimension: 35, pooling_mode: "cls" }, ["cls"]],
    [
      "the newer key over the older ones",
      { pooling_mode: ["lasttoken", "mean"], pooling_mode_cls_token: true },
      ["lasttoken", "mean"],
    ],
  ])("%s", async (_, config, modes) => {
    expect(await modesOf(config)).toEqual(modes);
  });

  it.each([
    [
      "an unknown key",
      { ...MEAN, pooling_mode_median: true },
      '1_Pooling/config.json: the key "pooling_mode_median" is not supported',
    ],
    ["an unknown mode", { pooling_mode: "median" }, 'the pooling mode "median" is not supported'],
    ["no mode", { pooling_mode: [] }, "the pooling mode [] is not supported"],
    ["a prompt left out of the mean", { ...MEAN, include_prompt: false }, "include_prompt false is not supported"],
    ["a list", [], "1_Pooling/config.json: not a JSON object"],
  ])("%s", async (_, config, message) => {
    await expect(modesOf(config)).rejects.toThrow(message);
  });

  it("has to be there", async () => {
    await expect(read({ "modules.json": LIST })).rejects.toThrow("1_Pooling/config.json: there is no such file");
  });
});

describe("modules.json", () => {
  it("is the mean, and not said to be more, where there is none", async () => {
    expect(await readPooling("model", opening({}))).toBeUndefined();
    expect(await read({})).toEqual(MEAN_POOLING);
  });

  it.each([
    [
      "newer type names",
      [
        { type: "sentence_transformers.base.modules.Transformer", path: "" },
        { type: "sentence_transformers.sentence_transformer.modules.pooling.Pooling", path: "1_Pooling" },
      ],
    ],
    ["a norm and dropout", [...LIST, module("Dropout", "2_Dropout"), module("Normalize", "3_Normalize")]],
  ])("%s", async (_, list) => {
    const { modules, stated } = await read({ ...GOOD, "modules.json": list });
    expect([modules[0], stated]).toEqual([{ kind: "pooling", modes: ["mean"] }, true]);
  });

  it.each([
    [
      "a module of another library",
      [...LIST, { type: "custom_st.Transformer", path: "" }],
      'the module "custom_st.Transformer" is not supported',
    ],
    [
      "a transformer of another library",
      [{ type: "custom_st.Transformer", path: "" }],
      'the first module is "custom_st.Transformer"',
    ],
    [
      "an unknown module",
      [...LIST, module("LSTM", "2_LSTM")],
      'the module "sentence_transformers.models.LSTM" is not supported',
    ],
    [
      "the transformer in a folder",
      [module("Transformer", "0_Transformer"), LIST[1]],
      'the transformer is in the folder "0_Transformer"',
    ],
    ["no pooling", [LIST[0]], "exactly one Pooling module has to follow the transformer"],
    ["pooling twice", [...LIST, LIST[1]], "exactly one Pooling module"],
    ["no list", {}, "not a list of modules"],
    ["a module that is none", [LIST[0], 3], "module 1 has no type or path"],
  ])("%s is refused, but only by what needs it", async (_, list, message) => {
    const found = await readPooling("model", opening({ ...GOOD, "modules.json": list }));
    expect(found).toMatchObject({ refused: expect.stringContaining(message) });
    expect(() => poolingOf({ pooling: found })).toThrow(
      /^model: its sentence embeddings cannot be computed \(.*\); use a task other than similarity and labels$/,
    );
  });
});

describe("a dense layer", () => {
  const config = { in_features: 2, out_features: 3, bias: true, activation_function: "torch.nn.modules.activation.Tanh" };
  const weights = (names: Readonly<Record<string, readonly number[]>>) =>
    writeSafetensors(
      new Map(
        Object.entries(names).map(([name, shape]) => [
          name,
          tensor(new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(0.5), shape),
        ]),
      ),
    );
  const files = (
    change: object = {},
    stored: Uint8Array | undefined = weights({ "linear.weight": [3, 2], "linear.bias": [3] }),
  ) => ({
    ...GOOD,
    "modules.json": [...LIST, module("Dense", "2_Dense")],
    "2_Dense/config.json": { ...config, ...change },
    "2_Dense/model.safetensors": stored,
  });

  it.each([
    ["torch.nn.modules.activation.Tanh", "Tanh"],
    ["torch.nn.modules.linear.Identity", "Identity"],
    ["torch.nn.modules.activation.ReLU", "ReLU"],
    [undefined, "Tanh"],
  ])("with %s", async (activation_function, activation) => {
    const { modules } = await read(files({ activation_function }));
    expect(modules[1]).toMatchObject({
      kind: "dense",
      activation,
      residual: false,
      weight: { shape: [3, 2] },
      bias: { shape: [3] },
    });
  });

  it("without a bias", async () => {
    const { modules } = await read(files({ bias: false }, weights({ "linear.weight": [3, 2] })));
    expect(modules[1]).not.toHaveProperty("bias");
  });

  it.each([
    [
      "another activation",
      { activation_function: "torch.nn.modules.activation.Mish" },
      'activation "torch.nn.modules.activation.Mish" is not',
    ],
    ["an activation of another library", { activation_function: "mine.Tanh" }, 'the activation "mine.Tanh" is not supported'],
    ["another input", { module_input_name: "token_embeddings" }, 'module_input_name "token_embeddings" is not supported'],
    ["an unknown key", { gate: 1 }, '2_Dense/config.json: the key "gate" is not supported'],
    ["other sizes", { in_features: 4 }, "linear.weight is [3,2], not [3,4]"],
  ])("%s is refused", async (_, change, message) => {
    await expect(read(files(change))).rejects.toThrow(message);
  });

  it("as a pickle is refused", async () => {
    await expect(read({ ...files(), "2_Dense/model.safetensors": undefined })).rejects.toThrow("other formats are not read");
  });
});

describe("how texts are read", () => {
  it.each([
    ["the longest text", { "sentence_bert_config.json": { max_seq_length: 256, do_lower_case: false } }, { maxTokens: 256 }],
    ["an older name", { "sentence_roberta_config.json": { max_seq_length: 128 } }, { maxTokens: 128 }],
    [
      "the tokenizer's longest",
      { "sentence_bert_config.json": { max_seq_length: null }, "tokenizer_config.json": { model_max_length: 99 } },
      { maxTokens: 99 },
    ],
    ["lower case", { "sentence_bert_config.json": { do_lower_case: true } }, { lowercase: true }],
    [
      "a prompt",
      { "config_sentence_transformers.json": { prompts: { query: "query: " }, default_prompt_name: "query" } },
      { prompt: "query: " },
    ],
    [
      "prompts of which none is usual",
      { "config_sentence_transformers.json": { prompts: { query: "query: " }, default_prompt_name: null } },
      {},
    ],
    ["another measure", { "config_sentence_transformers.json": { similarity_fn_name: "dot" } }, { similarity: "dot" }],
  ])("%s", async (_, files, expected) => {
    const { modules: _modules, stated: _stated, ...found } = await read({ ...GOOD, ...(files as Files) });
    expect(found).toEqual(expected);
  });

  it("a prompt that is not there is refused", async () => {
    await expect(read({ ...GOOD, "config_sentence_transformers.json": { default_prompt_name: "q" } })).rejects.toThrow(
      'default_prompt_name is "q", but no prompt has this name',
    );
  });
});
