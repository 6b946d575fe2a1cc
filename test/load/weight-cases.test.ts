/** Language heads as files store them: what stock transformers computes from each, and the same after writing and cutting. */
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { OpenFile } from "../../src/load/checkpoint.ts";
import { readConfig } from "../../src/load/family/config.ts";
import { readModel, readWeights } from "../../src/load/family/weights.ts";
import { openSafetensors } from "../../src/load/format/safetensors.ts";
import { writeSafetensors } from "../../src/load/format/safetensors-write.ts";
import { bytesSource } from "../../src/load/format/source.ts";
import type { TensorFile } from "../../src/load/format/tensors.ts";
import { hubTensors, withTying } from "../../src/load/save.ts";
import { forward } from "../../src/models/transformer.ts";
import { byPath } from "../../src/params/tree.ts";
import { modelFiles, readForCutting } from "../../src/prune/write/opened.ts";
import { nodeRuntime } from "../../src/run/ort.node.ts";
import type { Runtime } from "../../src/run/runtime.ts";
import { type Tensor, tensor } from "../../src/run/tensor.ts";
import { tinyTokenizer } from "../cli/model-folder.ts";
import { largestDifference, readInts } from "../models/golden.ts";
import { fixtureTensors } from "./fixture-tensors.ts";

type Tensors = ReadonlyMap<string, Tensor>;
type Edit = (tensors: Tensors) => Tensors;
type Json = Record<string, unknown>;

const bytesOf = (path: string) => new Uint8Array(readFileSync(new URL(`../fixtures/${path}`, import.meta.url)));
const jsonOf = (path: string): Json => JSON.parse(new TextDecoder().decode(bytesOf(path)));

/** 2x + 0.1 in float32, as in make_weight_cases.py. */
const other = ({ data, shape }: Tensor) =>
  tensor(
    Float32Array.from(data as Float32Array, (x) => 2 * x + Math.fround(0.1)),
    shape,
  );
const own =
  (from: string, to: string): Edit =>
  (tensors) =>
    new Map([...tensors, [to, other(tensors.get(from)!)]]);
const renamed =
  (old: string, name: string): Edit =>
  (tensors) =>
    new Map([...tensors].map(([key, value]) => [key === old ? name : key, value]));

const BERT = ["bert.embeddings.word_embeddings.weight", "cls.predictions.decoder.weight"] as const;
const BERT_BIAS = ["cls.predictions.bias", "cls.predictions.decoder.bias"] as const;
const ROBERTA = ["roberta.embeddings.word_embeddings.weight", "lm_head.decoder.weight"] as const;
const ROBERTA_BIAS = ["lm_head.bias", "lm_head.decoder.bias"] as const;
const LLAMA = ["model.embed_tokens.weight", "lm_head.weight"] as const;
const same: Edit = (tensors) => tensors;

/** The cases of make_weight_cases.py; `tied`: what the model turns out to be. */
const CASES: readonly { name: string; fixture: string; edit: Edit; config?: Json; tied: boolean }[] = [
  { name: "bert-head", fixture: "bert", edit: own(...BERT), tied: false },
  { name: "roberta-head", fixture: "roberta", edit: own(...ROBERTA), tied: false },
  {
    ...{ name: "distilbert-head", fixture: "distilbert", tied: false },
    edit: own("distilbert.embeddings.word_embeddings.weight", "vocab_projector.weight"),
  },
  { name: "gpt2-head", fixture: "gpt2", edit: own("transformer.wte.weight", "lm_head.weight"), tied: false },
  { name: "llama-head", fixture: "llama-linear", edit: own(...LLAMA), tied: false },
  { name: "bert-two-biases", fixture: "bert", edit: own(...BERT_BIAS), tied: true },
  {
    ...{ name: "bert-untied", fixture: "bert", config: { tie_word_embeddings: false }, tied: false },
    edit: (t) => own(...BERT_BIAS)(own(...BERT)(t)),
  },
  {
    ...{ name: "roberta-untied", fixture: "roberta", config: { tie_word_embeddings: false }, tied: false },
    edit: (t) => own(...ROBERTA_BIAS)(own(...ROBERTA)(t)),
  },
  { name: "bert-decoder-bias-only", fixture: "bert", edit: renamed(...BERT_BIAS), tied: true },
  { name: "bert-head-only", fixture: "bert", edit: renamed(...BERT), tied: true },
  { name: "llama-head-only", fixture: "llama-linear", edit: renamed(...LLAMA), tied: true },
  { name: "roberta-relu", fixture: "roberta", edit: same, config: { hidden_act: "relu" }, tied: true },
  { name: "roberta-gelu-new", fixture: "roberta", edit: same, config: { hidden_act: "gelu_new" }, tied: true },
  {
    ...{ name: "xlm-roberta-relu", fixture: "roberta", edit: same, tied: true },
    config: { hidden_act: "relu", model_type: "xlm-roberta" },
  },
];

let runtime: Runtime;
let golden: TensorFile;
beforeAll(async () => {
  runtime = await nodeRuntime({ threads: 1 });
  golden = await openSafetensors(bytesSource("logits", bytesOf("cases/weights/logits.safetensors")));
});
afterAll(() => runtime.release());

const fileOf = (tensors: Tensors) => openSafetensors(bytesSource("model.safetensors", writeSafetensors(tensors)));
const configOf = (fixture: string, change: Json = {}): Json => ({ ...jsonOf(`${fixture}/config.json`), ...change });

/** The first rows of an int64 tensor. */
const rows = ({ shape, data }: Tensor, count: number) =>
  tensor((data as BigInt64Array).slice(0, count * shape[1]!), [count, shape[1]!]);

describe.each(CASES)("$name", ({ name, fixture, edit, config: change, tied }) => {
  const read = async () => {
    const json = configOf(fixture, change);
    return { json, ...(await readModel(readConfig(json, "config.json"), await fileOf(edit(await fixtureTensors(fixture))))) };
  };

  it("has the logits of stock transformers within 1e-4", async () => {
    const { config, weights } = await read();
    expect(config.tied).toBe(tied);
    const wanted = await golden.read(name);
    const [ids, mask] = ["input_ids", "attention_mask"].map((k) =>
      rows(readInts(fixture, "golden.safetensors", k), wanted.shape[0]!),
    );
    const program = await runtime.compile({ logits: forward(config).logits! }, { weights: byPath(weights) });
    const { logits } = await program.run({ ids: ids!, mask: mask! });
    const real = (k: number) => mask!.data[Math.floor(k / wanted.shape[2]!)] === 1n;
    expect(largestDifference(logits!, wanted, real)).toBeLessThan(1e-4);
  });

  it("is the same model once written and read again", async () => {
    const { json, config, weights } = await read();
    const written = await fileOf(hubTensors(config, weights));
    const again = await readModel(readConfig(withTying(json, config), "config.json"), written);
    expect(again.config).toEqual(config);
    expect(byPath(again.weights)).toEqual(byPath(weights));
    expect(again.notes).toEqual([]);
  });

  it("is the same model once opened for cutting and written, with one set of tensors for its head", async () => {
    const { json, config, weights } = await read();
    const stored = new Map<string, Uint8Array | string>([
      ["config.json", JSON.stringify(json)],
      ["tokenizer.json", JSON.stringify(wordLevel(config.vocabulary))],
      ["model.safetensors", writeSafetensors(edit(await fixtureTensors(fixture)))],
    ]);
    const opened = await readForCutting("m", inMemory(stored));
    const again = await readForCutting("m", inMemory(modelFiles(opened, opened.checkpoint)));
    expect(again.checkpoint.config).toEqual(config);
    expect(byPath(again.checkpoint.weights)).toEqual(byPath(weights));
  });
});

const inMemory =
  (files: ReadonlyMap<string, Uint8Array | string>): OpenFile =>
  async (name) => {
    const content = files.get(name);
    if (content === undefined) return undefined;
    return bytesSource(name, typeof content === "string" ? new TextEncoder().encode(content) : content);
  };

/** A tokenizer of words w0, w1 … with as many ids as the model has rows. */
const wordLevel = (size: number): Json => ({
  ...tinyTokenizer(),
  added_tokens: [],
  post_processor: null,
  model: {
    type: "WordLevel",
    unk_token: "w0",
    vocab: Object.fromEntries(Array.from({ length: size }, (_, i) => [`w${i}`, i])),
  },
});

describe("a stored head", () => {
  it("that equals the table is the table, in memory once", async () => {
    const tensors = await fixtureTensors("bert");
    const config = readConfig(configOf("bert"), "config.json");
    const table = tensors.get(BERT[0])!;
    const { config: found, weights, notes } = await readModel(config, await fileOf(new Map([...tensors, [BERT[1], table]])));
    expect(found).toEqual(config);
    expect(byPath(weights).has("head.output")).toBe(false);
    expect(notes).toEqual([]);
  });

  it("that differs from the table is said, and never left out by those who read the weights alone", async () => {
    const config = readConfig(configOf("bert"), "config.json");
    const file = await fileOf(own(...BERT)(await fixtureTensors("bert")));
    expect((await readModel(config, file)).notes).toEqual([
      "model.safetensors: the stored language head differs from the token table and is used, although config.json ties them",
    ]);
    await expect(readWeights(config, file)).rejects.toThrow(
      "model.safetensors: the language head differs from the token table; read the model with readModel",
    );
  });
});

describe("a decoder without a stored head", () => {
  const without = async (fixture: string, prefix: string) => {
    const named = [...(await fixtureTensors(fixture))].filter(([name]) => name !== "lm_head.weight");
    return new Map(named.map(([name, value]) => [name.startsWith("model.") ? prefix + name.slice(6) : name, value]));
  };

  it.each([
    ["llama", "LlamaModel", ""],
    ["mistral", "MistralForSequenceClassification", "model."],
    ["llama3", "LlamaForTokenClassification", "model."],
    ["llama", "LlamaForCausalLM", ""],
  ])("%s, saved as %s, has states and no logits", async (fixture, architecture, prefix) => {
    const config = readConfig(configOf(fixture, { architectures: [architecture] }), "config.json");
    const tensors = await without(fixture, prefix);
    if (architecture.includes("Classification")) tensors.set("score.weight", other(tensors.get("model.norm.weight")!));
    const { config: found, weights } = await readModel(config, await fileOf(tensors));
    expect(found.languageHead).toBe("none");
    const { states, logits } = forward(found);
    expect(logits).toBeUndefined();
    const program = await runtime.compile({ last: states.at(-1)! }, { weights: byPath(weights) });
    const [ids, mask] = ["input_ids", "attention_mask"].map((k) => readInts(fixture, "golden.safetensors", k));
    const wanted = await openSafetensors(bytesSource("golden", bytesOf(`${fixture}/golden.safetensors`)));
    const { last } = await program.run({ ids: ids!, mask: mask! });
    const real = (k: number) => mask!.data[Math.floor(k / last!.shape[2]!)] === 1n;
    const states_ = await wanted.read(`hidden.${found.heads.length}`);
    expect(largestDifference(last!, states_, real)).toBeLessThan(1e-4);
    expect([...hubTensors(found, weights, prefix === "").keys()].sort()).toEqual(
      [...tensors.keys()].filter((n) => n !== "score.weight").sort(),
    );
  });
});

describe("numbers of one byte", () => {
  it.each(["F8_E4M3", "F8_E5M2"])("of type %s are PyTorch's, pattern by pattern", async (dtype) => {
    const wanted = (jsonOf("cases/weights/float8.json")[dtype] as (number | string | null)[]).map((x) =>
      x === null ? Number.NaN : x === "inf" ? Number.POSITIVE_INFINITY : x === "-inf" ? Number.NEGATIVE_INFINITY : x,
    );
    for (const [bits, value] of wanted.entries()) {
      const header = new TextEncoder().encode(JSON.stringify({ w: { dtype, shape: [1], data_offsets: [0, 1] } }));
      const bytes = new Uint8Array(8 + header.length + 1);
      new DataView(bytes.buffer).setBigUint64(0, BigInt(header.length), true);
      bytes.set(header, 8);
      bytes[bytes.length - 1] = bits;
      const read = (await openSafetensors(bytesSource("m", bytes))).read("w");
      if (Number.isFinite(value)) expect(Object.is((await read).data[0], value), `${bits}`).toBe(true);
      else await expect(read, `${bits}`).rejects.toThrow(`has ${Number.isNaN(value) ? "NaN" : value} at element 0`);
    }
  });
});
