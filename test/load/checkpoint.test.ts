/** A checkpoint from its files, however they were saved; and nothing from files that do not belong together. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadCheckpoint } from "../../src/load/checkpoint.node.ts";
import { readDirectory } from "../../src/load/checkpoint.ts";
import { openSafetensors } from "../../src/load/safetensors.ts";
import { writeSafetensors } from "../../src/load/safetensors-write.ts";
import { bytesSource } from "../../src/load/source.ts";
import { readWeights } from "../../src/load/weights.ts";
import { byPath } from "../../src/params/tree.ts";
import { type Tensor, tensor } from "../../src/run/tensor.ts";
import { makeModel, tinyTokenizer } from "../cli/model-folder.ts";
import { fixtureConfig } from "../models/golden.ts";
import { fixtureTensors } from "./fixture-tensors.ts";

type Change = (tensors: Map<string, Tensor>) => Iterable<readonly [string, Tensor]>;

/** The weights by path of a fixture whose file was changed. */
async function weightsOf(
  family: string,
  change: Change = (t) => t,
  config = fixtureConfig(family),
): Promise<Map<string, Tensor>> {
  const bytes = writeSafetensors(new Map(change(await fixtureTensors(family))));
  return byPath(await readWeights(config, await openSafetensors(bytesSource("m.safetensors", bytes))));
}
const renamed =
  (rename: (name: string) => string): Change =>
  (tensors) =>
    [...tensors].map(([name, value]) => [rename(name), value] as const);
const and =
  (...more: (readonly [string, Tensor])[]): Change =>
  (tensors) => [...tensors, ...more];
const some = (...shape: number[]): Tensor => tensor(new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(0.5), shape);

describe("weights", () => {
  it.each(["bert", "roberta", "distilbert"])("of %s are found under old names of norms", async (family) => {
    const old = renamed((name) =>
      name.replace(/(LayerNorm|layer_norm)\.weight$/, "$1.gamma").replace(/(LayerNorm|layer_norm)\.bias$/, "$1.beta"),
    );
    expect(await weightsOf(family, old)).toEqual(await weightsOf(family));
  });

  it.each([
    ["bert", "bert."],
    ["roberta", "roberta."],
    ["distilbert", "distilbert."],
    ["gpt2", "transformer."],
    ["llama", "model."],
  ])("of the bare %s are found without the prefix %s", async (family, prefix) => {
    const bare = renamed((name) => (name.startsWith(prefix) ? name.slice(prefix.length) : name));
    expect(await weightsOf(family, bare)).toEqual(await weightsOf(family));
  });

  it.each([
    ["bert", "cls.predictions.decoder.weight", "cls.predictions.decoder.bias", "bert.pooler.dense.weight"],
    ["bert", "cls.seq_relationship.weight", "bert.embeddings.position_ids", "classifier.weight"],
    ["gpt2", "lm_head.weight", "transformer.h.0.attn.bias", "transformer.h.1.attn.masked_bias"],
    ["roberta", "lm_head.decoder.weight", "lm_head.decoder.bias", "roberta.embeddings.token_type_ids"],
    ["distilbert", "vocab_projector.weight", "pre_classifier.bias", "qa_outputs.weight"],
    ["llama", "model.layers.0.self_attn.rotary_emb.inv_freq", "score.weight"],
  ])("of %s ignore tied heads, buffers and tasks: %s, %s", async (family, ...names) => {
    expect(await weightsOf(family, and(...names.map((n) => [n, some(2)] as const)))).toEqual(await weightsOf(family));
  });

  it("of an encoder without a language head leave the file's alone", async () => {
    const config = { ...fixtureConfig("bert"), languageHead: "none" as const };
    const wanted = [...(await weightsOf("bert"))].filter(([path]) => !path.startsWith("head."));
    expect([...(await weightsOf("bert", undefined, config))]).toEqual(wanted);
  });

  it("of an untied head are its own", async () => {
    const config = { ...fixtureConfig("bert"), tied: false };
    const own = some(67, 35);
    const read = await weightsOf("bert", and(["cls.predictions.decoder.weight", own]), config);
    expect(read.get("head.output")).toEqual(own);
    await expect(weightsOf("bert", undefined, config)).rejects.toThrow(/"cls\.predictions\.decoder\.weight" is missing/);
  });

  it("of GPT-2's fused projection are its three parts, head by head", async () => {
    const [read, stored] = [await weightsOf("gpt2"), await fixtureTensors("gpt2")];
    for (const l of [0, 1]) {
      const { data: fused } = stored.get(`transformer.h.${l}.attn.c_attn.weight`)!;
      const { data: bias } = stored.get(`transformer.h.${l}.attn.c_attn.bias`)!;
      for (const [k, part] of ["q", "k", "v"].entries()) {
        const w = read.get(`layers.${l}.attention.w${part}`)!;
        expect(w.shape).toEqual([35, 5, 7]);
        for (let m = 0; m < 35; m++) {
          for (let c = 0; c < 35; c++) expect(w.data[m * 35 + c]).toBe(fused[m * 105 + k * 35 + c]);
        }
        const b = read.get(`layers.${l}.attention.b${part}`)!;
        expect([...b.data]).toEqual([...bias.subarray(k * 35, (k + 1) * 35)]);
        expect(b.shape).toEqual([5, 7]);
      }
    }
  });

  it("of a linear layer are turned from [out, in], with the head as an axis", async () => {
    const [read, stored] = [await weightsOf("llama"), await fixtureTensors("llama")];
    const q = stored.get("model.layers.1.self_attn.q_proj.weight")!;
    const o = stored.get("model.layers.1.self_attn.o_proj.weight")!;
    const [wq, wo] = ["wq", "wo"].map((w) => read.get(`layers.1.attention.${w}`)!);
    expect([wq!.shape, wo!.shape]).toEqual([
      [18, 6, 10],
      [6, 10, 18],
    ]);
    for (let m = 0; m < 18; m++) {
      for (let hd = 0; hd < 60; hd++) {
        expect(wq!.data[m * 60 + hd]).toBe(q.data[hd * 18 + m]);
        expect(wo!.data[hd * 18 + m]).toBe(o.data[m * 60 + hd]);
      }
    }
  });

  it.each<[string, Change, string]>([
    [
      "a missing tensor",
      (t) => [...t].filter(([name]) => name !== "bert.encoder.layer.1.output.dense.bias"),
      'm.safetensors: the tensor "bert.encoder.layer.1.output.dense.bias" is missing: a bert model with 2 layers has one; is this checkpoint complete, and does config.json belong to it?',
    ],
    [
      "surplus tensors",
      and(["bert.odd", some(1)], ["bert.odder", some(1)]),
      'm.safetensors: the tensor "bert.odd" (and 1 more) has no place in a bert model with 2 layers: does config.json belong to this checkpoint?',
    ],
    [
      "a shape turned round",
      (t) => t.set("bert.encoder.layer.0.intermediate.dense.weight", some(35, 43)),
      'm.safetensors: the tensor "bert.encoder.layer.0.intermediate.dense.weight" is [35, 43], but config.json asks for [43, 35]: does it belong to this checkpoint?',
    ],
    [
      "an axis too few",
      (t) => t.set("bert.encoder.layer.0.attention.self.query.weight", some(35)),
      'm.safetensors: the tensor "bert.encoder.layer.0.attention.self.query.weight" is [35], but config.json asks for [35, 35]: does it belong to this checkpoint?',
    ],
    [
      "an axis too many",
      (t) => t.set("bert.encoder.layer.0.output.dense.bias", some(35, 1)),
      'm.safetensors: the tensor "bert.encoder.layer.0.output.dense.bias" is [35, 1], but config.json asks for [35]: does it belong to this checkpoint?',
    ],
  ])("refuse %s", async (_, change, message) => {
    await expect(weightsOf("bert", change)).rejects.toThrow(expect.objectContaining({ name: "InputError", message }));
  });
});

describe("a directory", () => {
  const folder = mkdtempSync(join(tmpdir(), "headwise-checkpoint-"));
  let files: Map<string, Uint8Array>;
  beforeAll(() => {
    makeModel(join(folder, "tiny"));
    files = new Map(
      ["config.json", "model.safetensors", "tokenizer.json"].map((name) => [name, readFileSync(join(folder, "tiny", name))]),
    );
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const opened: string[] = [];
  const read = (change: Record<string, Uint8Array | object | undefined>) =>
    readDirectory("org/tiny", async (name) => {
      opened.push(name);
      const content = name in change ? change[name] : files.get(name);
      if (content === undefined) return undefined;
      const bytes = content instanceof Uint8Array ? content : new TextEncoder().encode(JSON.stringify(content));
      return bytesSource(`tiny/${name}`, bytes);
    });

  it("is a model with its tokenizer, under the name it was asked for", async () => {
    const { id, config, weights, tokenizer } = await read({});
    expect(id).toBe("org/tiny");
    expect(config).toEqual(fixtureConfig("bert"));
    expect(byPath(weights)).toEqual(await weightsOf("bert"));
    expect(tokenizer.encode("the cat").tokens).toEqual(["[CLS]", "the", "cat", "[SEP]"]);
  });

  it("on disk is called by its own name", async () => {
    for (const path of ["tiny", "tiny/", "tiny/../tiny"]) expect((await loadCheckpoint(join(folder, path))).id).toBe("tiny");
  });

  it("may be in shards", async () => {
    const all = [...(await fixtureTensors("bert"))];
    const shards = [all.slice(0, 20), all.slice(20)].map((part) => writeSafetensors(new Map(part)));
    const names = ["a", "b"].map((part) => `model-${part}.safetensors`);
    const weight_map = Object.fromEntries(all.map(([name], k) => [name, names[k < 20 ? 0 : 1]]));
    const change = { "model.safetensors": undefined, "model.safetensors.index.json": { weight_map } };
    const { weights } = await read({ ...change, [names[0]!]: shards[0], [names[1]!]: shards[1] });
    expect(byPath(weights)).toEqual(await weightsOf("bert"));
    await expect(read({ ...change, [names[0]!]: shards[0] })).rejects.toThrow(/the shard model-b\.safetensors .* is missing/);
  });

  it("takes the names of special tokens from tokenizer_config.json, where there is one", async () => {
    const { tokenizer } = await read({ "tokenizer_config.json": { mask_token: "cat" } });
    expect(tokenizer.special.mask).toBe(tokenizer.idOf("cat"));
    expect((await read({})).tokenizer.special.mask).toBe(4);
  });

  it("whose tokenizer knows more tokens than the model embeds is refused", async () => {
    const json = tinyTokenizer();
    const { vocab } = json.model as { vocab: Record<string, number> };
    const larger = { ...json, model: { ...(json.model as object), vocab: { ...vocab, extra: 67 } } };
    await expect(read({ "tokenizer.json": larger })).rejects.toThrow(
      "tiny/tokenizer.json: the tokenizer has ids up to 67, but the model embeds only 67: they do not belong together",
    );
    const just = { ...json, model: { ...(json.model as object), vocab: { ...vocab, extra: 66 } } };
    expect((await read({ "tokenizer.json": just })).tokenizer.vocabularySize).toBe(67);
  });

  it("never has a pickle opened", async () => {
    opened.length = 0;
    await expect(read({ "model.safetensors": undefined, "pytorch_model.bin": new Uint8Array(8) })).rejects.toThrow(
      "org/tiny: there is no model.safetensors: pickled checkpoints are never opened; save the model as safetensors",
    );
    expect(opened.filter((name) => !/\.(json|safetensors)$/.test(name))).toEqual([]);
  });

  it.each([
    ["./none", /^\.\/none: no such directory or \.gguf file, and not a hub id/],
    ["../a/b", /not a hub id \(org\/name\[@revision\]\): check the path$/],
    ["none", /^none: no such directory/],
  ])("that is not there is not looked for on the hub: %s", async (model, message) => {
    await expect(loadCheckpoint(model)).rejects.toThrow(message);
  });

  it("is no single file, unless that is a GGUF file", async () => {
    await expect(loadCheckpoint(join(folder, "tiny/model.safetensors"))).rejects.toThrow(
      /a model is a directory, a \.gguf file or a hub id/,
    );
    writeFileSync(join(folder, "bad.gguf"), "nothing of the kind");
    await expect(loadCheckpoint(join(folder, "bad.gguf"))).rejects.toThrow(
      /bad\.gguf: it does not begin with the letters GGUF/,
    );
  });
});
