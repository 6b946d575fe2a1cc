/** A checkpoint from its files, however they were saved; and nothing from files that do not belong together. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fromDirectory, loadCheckpoint } from "../../src/load/checkpoint.node.ts";
import { readDirectory } from "../../src/load/checkpoint.ts";
import { readModel, readWeights } from "../../src/load/family/weights.ts";
import { openSafetensors } from "../../src/load/format/safetensors.ts";
import { writeSafetensors } from "../../src/load/format/safetensors-write.ts";
import { bytesSource } from "../../src/load/format/source.ts";
import { byPath } from "../../src/params/tree.ts";
import { InputError } from "../../src/run/errors.ts";
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
const POINTER = new TextEncoder().encode("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 5\n");
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
    ["bert", "cls.seq_relationship.bias", "bert.pooler.dense.weight", "qa_outputs.bias"],
    ["bert", "cls.seq_relationship.weight", "bert.embeddings.position_ids", "classifier.weight"],
    ["gpt2", "score.weight", "transformer.h.0.attn.bias", "transformer.h.1.attn.masked_bias"],
    ["roberta", "classifier.dense.weight", "roberta.embeddings.position_ids", "roberta.embeddings.token_type_ids"],
    ["distilbert", "classifier.weight", "pre_classifier.bias", "qa_outputs.weight"],
    ["llama", "model.layers.0.self_attn.rotary_emb.inv_freq", "score.weight"],
  ])("of %s ignore buffers and heads of tasks: %s, %s", async (family, ...names) => {
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
    await expect(weightsOf("bert", undefined, config)).rejects.toThrow(
      /"cls\.predictions\.decoder\.weight", part of a bert model .*, is missing/,
    );
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
      'm.safetensors: the tensor "bert.encoder.layer.1.output.dense.bias", part of a bert model with 2 layers, is missing; use a complete checkpoint with its own config.json',
    ],
    [
      "surplus tensors",
      and(["bert.odd", some(1)], ["bert.odder", some(1)]),
      'm.safetensors: the tensor "bert.odd" (and 1 more) is not part of a bert model with 2 layers; use the config.json that came with the weights',
    ],
    [
      "a shape turned round",
      (t) => t.set("bert.encoder.layer.0.intermediate.dense.weight", some(35, 43)),
      'm.safetensors: the tensor "bert.encoder.layer.0.intermediate.dense.weight" is [35, 43], but config.json asks for [43, 35]; use the config.json that came with the weights',
    ],
    [
      "an axis too few",
      (t) => t.set("bert.encoder.layer.0.attention.self.query.weight", some(35)),
      'm.safetensors: the tensor "bert.encoder.layer.0.attention.self.query.weight" is [35], but config.json asks for [35, 35]; use the config.json that came with the weights',
    ],
    [
      "an axis too many",
      (t) => t.set("bert.encoder.layer.0.output.dense.bias", some(35, 1)),
      'm.safetensors: the tensor "bert.encoder.layer.0.output.dense.bias" is [35, 1], but config.json asks for [35]; use the config.json that came with the weights',
    ],
    [
      "an adapter's tensors",
      and(["bert.encoder.layer.0.attention.self.query.lora_A.default.weight", some(2, 35)]),
      'm.safetensors: the tensor "bert.encoder.layer.0.attention.self.query.lora_A.default.weight" belongs to an adapter, which would change the model; merge the adapter (PEFT: merge_and_unload) and save again',
    ],
    [
      "quantized weights",
      and(["bert.encoder.layer.0.output.dense.weight_scale", some(1)]),
      'm.safetensors: the tensor "bert.encoder.layer.0.output.dense.weight_scale" is not part of a bert model with 2 layers; save the model unquantized, since it is stored quantized',
    ],
    [
      "a parameter stored twice",
      and(["embeddings.word_embeddings.weight", some(67, 35)]),
      'm.safetensors: the tensors "bert.embeddings.word_embeddings.weight" and "embeddings.word_embeddings.weight" are the same parameter; keep one of them',
    ],
    [
      "a layer too many",
      and(["bert.encoder.layer.2.output.dense.bias", some(35)]),
      'm.safetensors: the tensor "bert.encoder.layer.2.output.dense.bias" is not part of a bert model with 2 layers; use the config.json that came with the weights',
    ],
    [
      "a name with control characters, quoted",
      and(["bert.\u001b[2J", some(1)]),
      'm.safetensors: the tensor "bert.\\u001b[2J" is not part of a bert model with 2 layers; use the config.json that came with the weights',
    ],
  ])("refuse %s", async (_, change, message) => {
    await expect(weightsOf("bert", change)).rejects.toThrow(expect.objectContaining({ name: "InputError", message }));
  });
});

describe("a file's surplus tensors", () => {
  const notesOf = async (family: string, change: Change, config = fixtureConfig(family)) => {
    const bytes = writeSafetensors(new Map(change(await fixtureTensors(family))));
    return (await readModel(config, await openSafetensors(bytesSource("m.safetensors", bytes)))).notes;
  };

  it("are said where they are outside of the model, as a CRF or a projection is", async () => {
    expect(await notesOf("bert", and(["crf.transitions", some(3, 3)]))).toEqual([
      'm.safetensors: the tensor "crf.transitions" is not part of a bert model and is not used',
    ]);
    expect(await notesOf("gpt2", and(["multiple_choice_head.summary.weight", some(1)], ["odd", some(1)]))).toEqual([
      'm.safetensors: the tensor "multiple_choice_head.summary.weight" (and 1 more) is not part of a gpt2 model and is not used',
    ]);
  });

  it("are no reason to take bare names for others: one stray buffer with the prefix changes nothing", async () => {
    const bare = renamed((name) => name.replace(/^bert\./, ""));
    const stray: Change = (t) => [...bare(t), ["bert.embeddings.position_ids", some(1, 2)] as const];
    expect(await weightsOf("bert", stray)).toEqual(await weightsOf("bert"));
  });

  it("with a bias for a decoder's head are refused: stock models of the family have none", async () => {
    await expect(weightsOf("llama", and(["lm_head.bias", some(53)]))).rejects.toThrow(
      /"lm_head\.bias" is not part of a llama model/,
    );
  });
});

it("an encoder named after a masked model, with no tensor of a head, has none", async () => {
  const headless: Change = (t) => [...t].filter(([name]) => !name.startsWith("cls."));
  const bytes = writeSafetensors(new Map(headless(await fixtureTensors("bert"))));
  const file = await openSafetensors(bytesSource("m.safetensors", bytes));
  expect((await readModel(fixtureConfig("bert"), file)).config.languageHead).toBe("none");
  const half: Change = (t) => [...t].filter(([name]) => name !== "cls.predictions.transform.dense.bias");
  await expect(weightsOf("bert", half)).rejects.toThrow(
    /"cls\.predictions\.transform\.dense\.bias", part of a bert model .*, is missing/,
  );
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
    await expect(read({ ...change, [names[0]!]: shards[0] })).rejects.toThrow(
      /the shard "model-b\.safetensors" .* is missing; download it too/,
    );
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
      "tiny/tokenizer.json: the tokenizer has ids up to 67, but the model embeds only 67 tokens; use the tokenizer that came with the model",
    );
    const just = { ...json, model: { ...(json.model as object), vocab: { ...vocab, extra: 66 } } };
    expect((await read({ "tokenizer.json": just })).tokenizer.vocabularySize).toBe(67);
  });

  it("whose tokenizer was given tokens that the model's table has no rows for refuses texts with them, and no others", async () => {
    const tiny = tinyTokenizer();
    const { vocab } = tiny.model as { vocab: Record<string, number> };
    const more = Array.from({ length: 67 - Object.keys(vocab).length }, (_, i) => [`more${i}`, Object.keys(vocab).length + i]);
    const json = { ...tiny, model: { ...(tiny.model as object), vocab: { ...vocab, ...Object.fromEntries(more) } } };
    const extra = { content: "<pad>", special: true, single_word: false, lstrip: false, rstrip: false, normalized: false };
    const added = [...(tiny.added_tokens as object[]), { ...extra, id: 67 }];
    const { tokenizer } = await read({ "tokenizer.json": { ...json, added_tokens: added } });
    expect(tokenizer.encode("the cat").tokens).toEqual(["[CLS]", "the", "cat", "[SEP]"]);
    expect(tokenizer.vocabularySize).toBe(67);
    expect(tokenizer.specialIds.has(67)).toBe(false);
    expect(() => tokenizer.encode("the cat <pad>")).toThrow(
      new InputError(
        'tiny/tokenizer.json: the text contains the token "<pad>" with id 67, but the model embeds only 67 tokens; remove it from the text',
      ),
    );
    const named = await read({
      "tokenizer.json": { ...json, added_tokens: added },
      "tokenizer_config.json": { pad_token: "<pad>" },
    });
    expect(named.tokenizer.special.pad).toBeUndefined();
  });

  it("is refused for its configuration or tokenizer before a weight is read", async () => {
    const reads: string[] = [];
    const noting = async (name: string) => {
      const content = name === "tokenizer.json" ? JSON.stringify(grown) : files.get(name);
      const source = content && bytesSource(name, typeof content === "string" ? new TextEncoder().encode(content) : content);
      if (!source) return undefined;
      const read = (offset: number, length: number) => {
        reads.push(name);
        return source.read(offset, length);
      };
      return { ...source, read };
    };
    const json = tinyTokenizer();
    const { vocab } = json.model as { vocab: object };
    const grown = { ...json, model: { ...(json.model as object), vocab: { ...vocab, extra: 99 } } };
    await expect(readDirectory("m", noting)).rejects.toThrow("use the tokenizer that came with the model");
    expect(reads).not.toContain("model.safetensors");
  });

  it.each<[string, Record<string, Uint8Array | object | undefined>, RegExp]>([
    ["config.json", { "config.json": POINTER }, /^tiny\/config\.json: this is a Git LFS pointer.*; run `git lfs pull`$/],
    ["tokenizer.json", { "tokenizer.json": POINTER }, /^tiny\/tokenizer\.json: this is a Git LFS pointer/],
    ["model.safetensors", { "model.safetensors": POINTER }, /^tiny\/model\.safetensors: this is a Git LFS pointer/],
    [
      "an adapter beside the weights",
      { "adapter_config.json": {} },
      /^org\/tiny: adapter_config\.json belongs to a PEFT adapter.*; merge the adapter/,
    ],
  ])("that is not whole or not alone is said to be so: %s", async (_, change, message) => {
    await expect(read(change)).rejects.toThrow(
      expect.objectContaining({ name: "InputError", message: expect.stringMatching(message) }),
    );
  });

  it.each([
    [["model.fp16.safetensors"], 'only "model.fp16.safetensors"; rename this variant of the weights'],
    [
      ["consolidated.safetensors"],
      'only "consolidated.safetensors"; convert it for transformers first, since it has Mistral\'s own',
    ],
    [["pytorch_model.bin"], 'only "pytorch_model.bin"; save the model as safetensors (save_pretrained), since pickled'],
    [["model-00001-of-00002.safetensors"], "download model.safetensors.index.json too, which lists the shards"],
    [["a.gguf"], 'only "a.gguf"; name that file as the model'],
    [["tf_model.h5"], "load it with transformers and save it as safetensors"],
    [["odd.safetensors"], "if these are the model's weights, rename it to model.safetensors"],
    [[], "there is no model.safetensors; save the model as safetensors"],
  ])("on disk with other weights says what is there: %s", async (names, message) => {
    const path = join(folder, `other-${names.join()}`);
    makeModel(path);
    rmSync(join(path, "model.safetensors"));
    for (const name of names) writeFileSync(join(path, name), "x");
    await expect(loadCheckpoint(path)).rejects.toThrow(expect.objectContaining({ message: expect.stringContaining(message) }));
  });

  it.each([
    [["adapter_config.json"], "this is a PEFT adapter (adapter_config.json): merge it into its base model"],
    [
      ["0_Transformer/config.json", "0_Transformer/model.safetensors"],
      'name the folder "0_Transformer" in it, which holds the model',
    ],
    [["b.gguf"], 'name the GGUF file "b.gguf" in it'],
    [["params.json"], "convert these weights, which are in the original Llama or Mistral format"],
    [["notes.txt"], "name a model directory with config.json, model.safetensors and tokenizer.json"],
  ])("on disk without config.json says what it is: %s", async (names, message) => {
    const path = join(folder, `none-${names[0]!.replace("/", "-")}`);
    for (const name of names) {
      mkdirSync(join(path, name, ".."), { recursive: true });
      writeFileSync(join(path, name), "{}");
    }
    await expect(loadCheckpoint(path)).rejects.toThrow(`there is no config.json; `);
    await expect(loadCheckpoint(path)).rejects.toThrow(message);
  });

  it("in many shards takes one file handle at a time", async () => {
    const path = join(folder, "shards");
    makeModel(path);
    rmSync(join(path, "model.safetensors"));
    const all = [...(await fixtureTensors("bert"))];
    mkdirSync(join(path, "in a folder"));
    const weight_map = Object.fromEntries(all.map(([name], k) => [name, `in a folder/${k} (1).safetensors`]));
    for (const [k, one] of all.entries())
      writeFileSync(join(path, `in a folder/${k} (1).safetensors`), writeSafetensors(new Map([one])));
    writeFileSync(join(path, "model.safetensors.index.json"), JSON.stringify({ weight_map }));
    expect(byPath((await loadCheckpoint(path)).weights)).toEqual(await weightsOf("bert"));
    if (process.platform !== "linux") return;
    const held = () => readdirSync("/proc/self/fd").length;
    const before = held();
    let most = 0;
    await fromDirectory(
      path,
      async (_, open) => {
        for (const [k] of all.entries()) await open(`in a folder/${k} (1).safetensors`);
        most = held();
      },
      {},
    );
    expect(most - before).toBeLessThan(5);
  });

  it("whose file is replaced while it is read is refused", async () => {
    const path = join(folder, "changing");
    makeModel(path);
    await fromDirectory(
      path,
      async (_, open) => {
        const source = (await open("model.safetensors"))!;
        writeFileSync(join(path, "model.safetensors"), "another");
        await expect(source.read(0, 8)).rejects.toThrow(/model\.safetensors: the file changed during reading; start again$/);
      },
      {},
    );
  });

  it("that is not there is said to be missing before the hub is asked, where its folder is a local one", async () => {
    const cwd = process.cwd();
    process.chdir(folder);
    try {
      await expect(loadCheckpoint("tiny/none")).rejects.toThrow(
        "tiny/none: no such directory, but a local tiny exists; check the path, or run from another directory to load tiny/none from the hub",
      );
      await expect(loadCheckpoint("none/model.gguf")).rejects.toThrow("none/model.gguf: no such directory or .gguf file");
    } finally {
      process.chdir(cwd);
    }
  });

  it("never has a pickle opened", async () => {
    opened.length = 0;
    await expect(read({ "model.safetensors": undefined, "pytorch_model.bin": new Uint8Array(8) })).rejects.toThrow(
      "org/tiny: there is no model.safetensors; save the model as safetensors",
    );
    expect(opened.filter((name) => !/\.(json|safetensors)$/.test(name))).toEqual([]);
  });

  it.each([
    ["./none", /^\.\/none: no such directory or \.gguf file, and not a hub id/],
    ["../a/b", /not a hub id \(org\/name\[@revision\]\); check the path$/],
    ["none", /^none: no such directory/],
  ])("that is not there is not looked for on the hub: %s", async (model, message) => {
    await expect(loadCheckpoint(model)).rejects.toThrow(message);
  });

  it("is no single file, unless that is a GGUF file", async () => {
    await expect(loadCheckpoint(join(folder, "tiny/model.safetensors"))).rejects.toThrow(
      /not a model; name a directory, a \.gguf file or a hub id/,
    );
    writeFileSync(join(folder, "bad.gguf"), "nothing of the kind");
    await expect(loadCheckpoint(join(folder, "bad.gguf"))).rejects.toThrow(/bad\.gguf: the file does not start with GGUF/);
  });
});
