/** A Llama written as llama.cpp writes it is the Llama that it was before. */
import { beforeAll, describe, expect, it } from "vitest";
import { readGguf } from "../../../src/load/checkpoint.ts";
import { readConfig } from "../../../src/load/family/config.ts";
import { configJsonFromGguf, ggufNames } from "../../../src/load/family/reading/gguf-model.ts";
import { readWeights } from "../../../src/load/family/weights.ts";
import { bytesSource } from "../../../src/load/format/source.ts";
import type { TensorFile } from "../../../src/load/format/tensors.ts";
import type { TransformerConfig } from "../../../src/models/config.ts";
import { byPath } from "../../../src/params/tree.ts";
import { InputError } from "../../../src/run/errors.ts";
import { type Tensor, tensor } from "../../../src/run/tensor.ts";
import { fixtureConfig, loadFixture } from "../../models/golden.ts";
import { writeGguf } from "../gguf-file.ts";
import { converted, metadataOf, tokenizerOf } from "../gguf-llama.ts";

const file = (tensors: ReadonlyMap<string, Tensor>): TensorFile => ({
  name: "m.gguf",
  tensors: new Map([...tensors].map(([name, { shape }]) => [name, { storedAs: "F32", shape }])),
  read: async (name) => tensors.get(name)!,
});

describe.each([
  ["llama", {}],
  ["llama3", {}],
  ["llama-linear", { "rope.scaling.type": "linear", "rope.scaling.factor": 2.5 }],
  ["qwen2", {}],
])("%s", (family, more) => {
  let config: TransformerConfig;
  let tensors: Map<string, Tensor>;
  beforeAll(async () => {
    config = fixtureConfig(family);
    tensors = await converted(family, config);
  });

  it("read from a GGUF file has the weights of its safetensors file, and knows its tokens", async () => {
    const bytes = writeGguf({ ...metadataOf(config, more), ...tokenizerOf(config) }, tensors);
    const read = await readGguf("model", bytesSource("m.gguf", bytes));
    const wanted = byPath((await loadFixture(family)).weights);
    expect([...byPath(read.weights).keys()].sort()).toEqual([...wanted.keys()].sort());
    for (const [path, value] of byPath(read.weights)) expect(value, path).toEqual(wanted.get(path));
    expect(read.id).toBe("model");
    expect(read.tokenizer.encode("cab").tokens.join("")).toBe("cab");
    const { epsilon, ...same } = read.config;
    expect(epsilon).toBeCloseTo(config.epsilon, 9);
    // Llama 3's scaling comes as divisors, in a tensor of its own
    const { epsilon: _, ...expected } = config;
    if (family === "llama3") expect({ ...same, positions: null }).toEqual({ ...expected, positions: null });
    else expect(same).toEqual(expected);
  });
});

it("a bias that a file does not hold, where it holds others, is zero", async () => {
  const llama = fixtureConfig("llama");
  const tensors = await converted("llama", llama);
  const ones = (n: number) => tensor(new Float32Array(n).fill(1), [n]);
  const biased = new Map([...tensors, ["blk.0.attn_q.bias", ones(60)], ["blk.1.attn_v.bias", ones(30)]]);
  const bytes = writeGguf({ ...metadataOf(llama), ...tokenizerOf(llama) }, biased);
  const { config, weights } = await readGguf("model", bytesSource("m.gguf", bytes));
  expect(config).toMatchObject({ inputBias: true, outputBias: true });
  const sums = [...byPath(weights)]
    .filter(([path]) => /\.(b.|bias|b)$/.test(path))
    .map(([path, { data }]) => {
      return [path, (data as Float32Array).reduce((a, b) => a + b, 0)] as const;
    });
  expect(sums.filter(([, sum]) => sum !== 0).map(([, sum]) => sum)).toEqual([60, 30]);
});

describe("the metadata", () => {
  const tensors = new Map([
    ["token_embd.weight", tensor(new Float32Array(53 * 18), [53, 18])],
    ["output.weight", tensor(new Float32Array(53 * 18), [53, 18])],
    ["blk.0.attn_q.weight", tensor(new Float32Array(60 * 18), [60, 18])],
    ["blk.1.attn_q.weight", tensor(new Float32Array(60 * 18), [60, 18])],
  ]);
  const llama = fixtureConfig("llama");
  const given = metadataOf(llama) as Record<string, unknown>;
  const read = async (change: Record<string, unknown> = {}, more = tensors) =>
    readConfig(await configJsonFromGguf({ ...given, ...change }, file(more), "m.gguf"), "m.gguf");

  it("gives the head width, the vocabulary and whether the head is tied", async () => {
    expect(await read()).toMatchObject({ headWidth: 10, vocabulary: 53, tied: false, heads: [6, 6], keyValueHeads: [3, 3] });
    const shape = { "llama.attention.key_length": undefined, "llama.rope.dimension_count": 10, "llama.vocab_size": 53 };
    expect(await read(shape)).toMatchObject({ headWidth: 10 });
    expect(await read({ "llama.attention.head_count_kv": undefined })).toMatchObject({ keyValueHeads: [6, 6] });
    const untied = new Map([...tensors].filter(([name]) => name !== "output.weight"));
    expect(await read({}, untied)).toMatchObject({ tied: true });
  });

  it("gives biases where any layer has one", async () => {
    expect(await read()).toMatchObject({ inputBias: false });
    const biased = new Map([...tensors, ["blk.1.attn_k.bias", tensor(new Float32Array(30), [30])]]);
    expect(await read({}, biased)).toMatchObject({ inputBias: true });
  });

  it("gives Llama 3's scaling as divisors, and names no tensor for them", async () => {
    const divided = new Map([...tensors, ["rope_freqs.weight", tensor(Float32Array.of(1, 2, 3, 4, 5), [5])]]);
    const config = await read({}, divided);
    expect(config.positions).toMatchObject({ rotary: { base: 500, scaling: { kind: "divisors", divisors: [1, 2, 3, 4, 5] } } });
    expect([...ggufNames(config, file(divided)).tensors.keys()]).not.toContain("rope_freqs.weight");
  });

  it("takes llama.cpp's defaults for keys that are missing", async () => {
    const none = { "llama.attention.head_count_kv": undefined, "llama.rope.freq_base": undefined };
    const config = await read(none);
    expect(config).toMatchObject({ keyValueHeads: [6, 6], positions: { rotary: { base: 10000, scaling: { kind: "none" } } } });
  });

  it.each<[Record<string, unknown>, unknown]>([
    [{ "llama.rope.scale_linear": 4 }, { kind: "linear", factor: 4 }],
    [{ "llama.rope.scaling.factor": 4 }, { kind: "linear", factor: 4 }],
    [
      { "llama.rope.scaling.factor": 4, "llama.rope.scale_linear": 2 },
      { kind: "linear", factor: 4 },
    ],
    [
      { "llama.rope.scaling.type": "linear", "llama.rope.scale_linear": 4 },
      { kind: "linear", factor: 4 },
    ],
    [{ "llama.rope.scaling.type": "none", "llama.rope.scaling.factor": 4 }, { kind: "none" }],
    [{ "llama.rope.scaling.type": "linear" }, { kind: "none" }],
    [{ "llama.rope.scaling.factor": 0 }, { kind: "none" }],
    [{ "llama.rope.scaling.original_context_length": 16 }, { kind: "none" }],
  ])("stretches positions as llama.cpp does with %j", async (change, scaling) => {
    expect(await read(change)).toMatchObject({ positions: { rotary: { scaling } } });
  });

  it("divides the frequencies of rope_freqs.weight by a linear factor besides", async () => {
    const divided = new Map([...tensors, ["rope_freqs.weight", tensor(Float32Array.of(1, 2, 3, 4, 5), [5])]]);
    const config = await read({ "llama.rope.scaling.factor": 4 }, divided);
    expect(config.positions).toMatchObject({ rotary: { scaling: { kind: "divisors", divisors: [4, 8, 12, 16, 20] } } });
  });

  it("gives every layer its own heads", async () => {
    const alike = { "llama.attention.head_count": Int32Array.of(6, 6), "llama.feed_forward_length": Int32Array.of(27, 27) };
    expect(await read(alike)).toMatchObject({ heads: [6, 6], keyValueHeads: [3, 3], innerWidth: 27 });
    const fewer = { "llama.attention.head_count": Int32Array.of(6, 4), "llama.attention.head_count_kv": Int32Array.of(3, 2) };
    expect(await read(fewer)).toMatchObject({ heads: [6, 4], keyValueHeads: [3, 2], headWidth: 10 });
  });

  it.each<[Record<string, unknown>, string]>([
    [{ "general.architecture": "bert" }, 'unknown GGUF architecture "bert"; use a model of llama, qwen2'],
    [{ "general.architecture": undefined }, "unknown GGUF architecture undefined;"],
    [{ "general.type": "adapter" }, 'general.type is "adapter", not "model"; open the .gguf file of the model itself'],
    [{ "llama.block_count": undefined }, "the metadata key llama.block_count is missing; convert the model again"],
    [{ "llama.block_count": 2_000_000_000 }, "block_count is 2000000000, but the file has tensors of 2 layers; download it"],
    [{ "llama.block_count": "2" }, 'llama.block_count is "2", not a whole number from 1; convert the model again'],
    [{ "llama.attention.head_count": undefined }, "the metadata key llama.attention.head_count is missing;"],
    [{ "llama.attention.head_count": Int32Array.of(6) }, "is [6], not a whole number from 1, or one for each of 2 layers;"],
    [{ "llama.attention.head_count_kv": Int32Array.of(3, 6) }, "([6, 6] and [3, 6]), which is not supported; use another"],
    [
      { "llama.feed_forward_length": Int32Array.of(27, 28) },
      "llama.feed_forward_length differs from layer to layer ([27, 28])",
    ],
    [{ "llama.attention.layer_norm_rms_epsilon": undefined }, "llama.attention.layer_norm_rms_epsilon is missing;"],
    [{ "llama.attention.value_length": 4 }, "llama.attention.value_length is 4, but heads have 10 dimensions, which is not"],
    [{ "llama.rope.dimension_count": 8 }, "llama.rope.dimension_count is 8, but heads have 10 dimensions, which is not"],
    [{ "llama.rope.scaling.type": "yarn" }, 'rope scaling "yarn" is not supported, only linear and none; use another model'],
    [
      { "llama.rope.scaling.attn_factor": 1.5 },
      '"llama.rope.scaling.attn_factor" is 1.5, but only 1 is supported; convert a model',
    ],
    [{ "llama.attention.sliding_window": 4 }, '"llama.attention.sliding_window" is 4, but only 0 is supported;'],
    [{ "llama.attention.causal": false }, '"llama.attention.causal" is false, but only true is supported;'],
    [{ "llama.attention.scale": 0.05 }, '"llama.attention.scale" is 0.05, but only 0 is supported;'],
    [{ "llama.attention.clamp_kqv": 8 }, '"llama.attention.clamp_kqv" is 8, but only 0 is supported;'],
    [{ "llama.logit_scale": 0.1 }, '"llama.logit_scale" is 0.1, but only 0 or 1 is supported;'],
    [{ "llama.embedding_scale": 3 }, '"llama.embedding_scale" is 3, but only 0 or 1 is supported;'],
    [{ "llama.residual_scale": 0.3 }, '"llama.residual_scale" is 0.3, but only 0 or 1 is supported;'],
    [{ "llama.attn_logit_softcapping": 50 }, '"llama.attn_logit_softcapping" is 50, but only 0 is supported;'],
    [{ "llama.final_logit_softcapping": 30 }, '"llama.final_logit_softcapping" is 30, but only 0 is supported;'],
    [{ "llama.expert_count": 8 }, '"llama.expert_count" is 8, but only 0 is supported;'],
    [{ "llama.something.new": 1 }, '"llama.something.new" is 1, which is not supported; convert a model without this key'],
  ])("refuses %j", async (change, message) => {
    const error = await read(change).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(InputError);
    expect(error.message).toContain(message);
    expect(error.message).toMatch(/^m\.gguf: [^\n]*; [^\n]*$/);
  });
});

it("names that are not llama.cpp's stay what they are, and are then surplus", async () => {
  const config = fixtureConfig("llama");
  const tensors = await converted("llama", config);
  const odd = new Map([...tensors, ["blk.0.odd.weight", tensor(new Float32Array(1), [1])]]);
  await expect(readWeights(config, ggufNames(config, file(odd)))).rejects.toThrow(
    /^m\.gguf: the tensor "blk\.0\.odd\.weight" is not part of/,
  );
  tensors.delete("blk.1.attn_v.weight");
  await expect(readWeights(config, ggufNames(config, file(tensors)))).rejects.toThrow(
    /the tensor "model\.layers\.1\.self_attn\.v_proj\.weight", part of a llama model .*, is missing/,
  );
});
