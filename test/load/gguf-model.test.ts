/** A Llama written as llama.cpp writes it is the Llama that it was before. */
import { beforeAll, describe, expect, it } from "vitest";
import { readGguf } from "../../src/load/checkpoint.ts";
import { readConfig } from "../../src/load/config.ts";
import { configJsonFromGguf, ggufNames } from "../../src/load/gguf-model.ts";
import { bytesSource } from "../../src/load/source.ts";
import type { TensorFile } from "../../src/load/tensors.ts";
import { readWeights } from "../../src/load/weights.ts";
import type { TransformerConfig } from "../../src/models/config.ts";
import { byPath } from "../../src/params/tree.ts";
import { InputError } from "../../src/run/errors.ts";
import { type Tensor, tensor } from "../../src/run/tensor.ts";
import { fixtureConfig, loadFixture } from "../models/golden.ts";
import { writeGguf } from "./gguf-file.ts";
import { converted, metadataOf, tokenizerOf } from "./gguf-llama.ts";

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

describe("the metadata", () => {
  const tensors = new Map([
    ["token_embd.weight", tensor(new Float32Array(53 * 18), [53, 18])],
    ["output.weight", tensor(new Float32Array(53 * 18), [53, 18])],
  ]);
  const llama = fixtureConfig("llama");
  const given = metadataOf(llama) as Record<string, unknown>;
  const read = async (change: Record<string, unknown> = {}, more = tensors) =>
    readConfig(await configJsonFromGguf({ ...given, ...change }, file(more), "m.gguf"), "m.gguf");

  it("gives the head width, the vocabulary and whether the head is tied", async () => {
    expect(await read()).toMatchObject({ headWidth: 10, vocabulary: 53, tied: false, heads: [6, 6], keyValueHeads: [3, 3] });
    expect(await read({ "llama.attention.key_length": undefined, "llama.rope.dimension_count": 12 })).toMatchObject({
      headWidth: 12,
    });
    expect(await read({ "llama.attention.head_count_kv": undefined })).toMatchObject({ keyValueHeads: [6, 6] });
    const untied = new Map([...tensors].filter(([name]) => name !== "output.weight"));
    expect(await read({}, untied)).toMatchObject({ tied: true });
  });

  it("gives biases where the first layer has one", async () => {
    expect(await read()).toMatchObject({ inputBias: false });
    const biased = new Map([...tensors, ["blk.0.attn_q.bias", tensor(new Float32Array(60), [60])]]);
    expect(await read({}, biased)).toMatchObject({ inputBias: true });
  });

  it("gives Llama 3's scaling as divisors, and names no tensor for them", async () => {
    const divided = new Map([...tensors, ["rope_freqs.weight", tensor(Float32Array.of(1, 2, 3, 4, 5), [5])]]);
    const config = await read({}, divided);
    expect(config.positions).toMatchObject({ rotary: { base: 500, scaling: { kind: "divisors", divisors: [1, 2, 3, 4, 5] } } });
    expect([...ggufNames(config, file(divided)).tensors.keys()]).toEqual(["model.embed_tokens.weight", "lm_head.weight"]);
  });

  it.each<[Record<string, unknown>, RegExp]>([
    [{ "general.architecture": "bert" }, /^m\.gguf: unknown GGUF architecture "bert": known are llama, qwen2$/],
    [{ "general.architecture": undefined }, /^m\.gguf: unknown GGUF architecture "undefined"/],
    [{ "llama.block_count": undefined }, /^m\.gguf: "num_hidden_layers": it is missing/],
    [{ "llama.attention.head_count": undefined }, /^m\.gguf: "num_attention_heads": /],
    [{ "llama.rope.scaling.type": "yarn" }, /^m\.gguf: "rope_scaling" has an unknown rope type, "yarn"/],
    [{ "llama.rope.scaling.type": "linear" }, /^m\.gguf: rope type "linear" needs "factor"/],
  ])("refuses %j", async (change, message) => {
    const error = await read(change).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(InputError);
    expect(error.message).toMatch(message);
  });
});

it("names that are not llama.cpp's stay what they are, and are then surplus", async () => {
  const config = fixtureConfig("llama");
  const tensors = await converted("llama", config);
  const odd = new Map([...tensors, ["blk.0.odd.weight", tensor(new Float32Array(1), [1])]]);
  await expect(readWeights(config, ggufNames(config, file(odd)))).rejects.toThrow(
    /^m\.gguf: the tensor "blk\.0\.odd\.weight" has no place/,
  );
  tensors.delete("blk.1.attn_v.weight");
  await expect(readWeights(config, ggufNames(config, file(tensors)))).rejects.toThrow(
    /the tensor "model\.layers\.1\.self_attn\.v_proj\.weight" is missing/,
  );
});
