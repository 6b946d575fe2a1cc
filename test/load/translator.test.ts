/** Translation models from files and back: the tensors that we write are, to the bit, those that transformers wrote. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadCheckpoint } from "../../src/load/checkpoint.node.ts";
import { readTranslationConfig } from "../../src/load/family/translation-config.ts";
import { readTranslationWeights } from "../../src/load/family/translation-weights.ts";
import { openSafetensors } from "../../src/load/format/safetensors.ts";
import { writeSafetensors } from "../../src/load/format/safetensors-write.ts";
import { bytesSource } from "../../src/load/format/source.ts";
import type { TensorFile } from "../../src/load/format/tensors.ts";
import { loadTranslator } from "../../src/load/translator.node.ts";
import { translatorFiles } from "../../src/load/translator.ts";
import { sinusoids } from "../../src/nn/sinusoid.ts";
import { byPath } from "../../src/params/tree.ts";
import { type Tensor, tensor } from "../../src/run/tensor.ts";
import { makeTranslator } from "../cli/translator-folder.ts";
import { smallConfig, smallWeights } from "../models/small-translator.ts";
import { fixtureFile, readFixtureJson, TRANSLATORS, translatorFixture } from "../models/translation-golden.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "headwise-translator-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const tensorsOf = async (file: TensorFile): Promise<Map<string, Tensor>> =>
  new Map(await Promise.all([...file.tensors.keys()].map(async (name) => [name, await file.read(name)] as const)));
const inMemory = (tensors: ReadonlyMap<string, Tensor>) =>
  openSafetensors(bytesSource("m.safetensors", writeSafetensors(tensors)));

describe.each(TRANSLATORS)("%s", (name) => {
  it("is written with the names, shapes and numbers that transformers gives it", async () => {
    const files = translatorFiles(await translatorFixture(name));
    const stored = await tensorsOf(await fixtureFile(name, "model.safetensors"));
    expect([...files.tensors.keys()].sort()).toEqual([...stored.keys()].sort());
    for (const [key, value] of files.tensors) expect(value, key).toEqual(stored.get(key));
  });

  it("is written with keys that transformers gives the same values, and read back the same", async () => {
    const model = await translatorFixture(name);
    const { "config.json": json, "generation_config.json": search } = translatorFiles(model, { maxLength: 19, beams: 5 });
    const agreed = (ours: Record<string, unknown>, file: string) => {
      const theirs = readFixtureJson(name, file);
      const both = Object.keys(ours).filter((key) => key in theirs && !(key in OTHERWISE));
      for (const key of both) expect(ours[key], key).toEqual(theirs[key]);
      return both.length;
    };
    expect(agreed(json, "config.json")).toBeGreaterThanOrEqual(17);
    expect(agreed(search, "generation_config.json")).toBe(6);
    expect(search.num_beams).toBe(5);
    expect(readTranslationConfig(json, "config.json")).toEqual(model.config);
  });

  it("is found under any of the tied table's names, with stored positions besides", async () => {
    const model = await translatorFixture(name);
    const tensors = await tensorsOf(await fixtureFile(name, "model.safetensors"));
    const table = tensors.get("model.shared.weight")!;
    const { maxPositions, width, positions: kind } = model.config;
    const positions = tensor(sinusoids(maxPositions, width, kind), [maxPositions, width]);
    for (const also of ["lm_head.weight", "model.encoder.embed_tokens.weight", "model.decoder.embed_tokens.weight"]) {
      const others = [...tensors].filter(([key]) => key !== "model.shared.weight");
      const renamed = new Map([...others, [also, table], ["model.encoder.embed_positions.weight", positions]] as const);
      expect(byPath(await readTranslationWeights(model.config, await inMemory(renamed)))).toEqual(byPath(model.weights));
    }
  });

  it("is refused where its tables differ, and without a final bias has one of zeros", async () => {
    const model = await translatorFixture(name);
    const tensors = await tensorsOf(await fixtureFile(name, "model.safetensors"));
    const table = tensors.get("model.shared.weight")!;
    const read = async (changed: Map<string, Tensor>) => readTranslationWeights(model.config, await inMemory(changed));
    expect(byPath(await read(new Map([...tensors, ["lm_head.weight", table]])))).toEqual(byPath(model.weights));
    const other = tensor(
      (table.data as Float32Array).map((x) => 2 * x),
      table.shape,
    );
    await expect(read(new Map([...tensors, ["lm_head.weight", other]]))).rejects.toThrow(
      'm.safetensors: "lm_head.weight" differs from "model.shared.weight", but source, target and output have to share one table',
    );
    const { finalLogitsBias } = await read(new Map([...tensors].filter(([key]) => key !== "final_logits_bias")));
    expect(finalLogitsBias && [...finalLogitsBias.data].every((x) => x === 0)).toBe(name === "marian" ? true : undefined);
  });

  it("takes stored positions only where they are the computed ones, if stock loaders take them", async () => {
    const { config } = await translatorFixture(name);
    const tensors = await tensorsOf(await fixtureFile(name, "model.safetensors"));
    const trained = tensor(new Float32Array(29 * 24).fill(0.5), [29, 24]);
    const read = async () =>
      readTranslationWeights(config, await inMemory(tensors.set("model.decoder.embed_positions.weight", trained)));
    if (name === "marian")
      await expect(read()).rejects.toThrow(/positions .* are not the sinusoids that Marian models compute/);
    else await read();
  });

  it("is refused where a tensor is missing, surplus or misshapen", async () => {
    const { config } = await translatorFixture(name);
    const tensors = await tensorsOf(await fixtureFile(name, "model.safetensors"));
    const read = async (change: (t: Map<string, Tensor>) => void) => {
      const changed = new Map(tensors);
      change(changed);
      return readTranslationWeights(config, await inMemory(changed));
    };
    const key = "model.decoder.layers.2.encoder_attn.out_proj.weight";
    await expect(read((t) => void t.delete(key))).rejects.toThrow(
      `the tensor "${key}", part of a ${config.architecture} model`,
    );
    await expect(read((t) => void t.set("odd", t.get(key)!))).rejects.toThrow('the tensor "odd" is not part of');
    const wide = tensor(new Float32Array(24 * 23), [24, 23]);
    await expect(read((t) => void t.set(key, wide))).rejects.toThrow("is [24, 23], but config.json asks for [24, 24]");
  });
});

/** Keys of which transformers has two names for one value, or a value that does not matter. */
const OTHERWISE = { activation_function: "silu is swish", bos_token_id: "never used" };

describe("a model that neither architecture describes", () => {
  const uniform = (normFirst: boolean, change = {}) =>
    smallConfig({
      normFirst,
      headWidth: 11,
      encoderHeads: [2, 2],
      decoderHeads: [2, 2],
      crossHeads: [2, 2],
      ...change,
    });
  const write = (config: ReturnType<typeof uniform>) => translatorFiles({ config, weights: smallWeights(config) });

  it.each([
    [false, { crossHeads: [2, 1] }, "has heads that fill the width 22 in every layer"],
    [false, { epsilon: 1e-6 }, "has norms with an epsilon of 0.00001"],
    [false, { finalLogitsBias: false }, "has a final logits bias"],
    [true, { finalLogitsBias: true }, "has no final logits bias"],
    [false, { positions: { spacing: "tensor2tensor", offset: 0 } }, "has positions with different frequencies"],
    [true, { positions: { spacing: "tensor2tensor", offset: 0 } }, "has positions that start at the padding id + 1"],
    [true, { ids: { start: 1, end: 2, padding: 1 } }, "has no position for padding, so that it cannot be the start id"],
    [true, { architecture: "marian" }, "has its norms after the sums"],
  ])("is not written: norms first %s, %o", (normFirst, change, says) => {
    expect(() => write(uniform(normFirst))).not.toThrow();
    expect(() => write(uniform(normFirst, change))).toThrow(`the model cannot be saved as`);
    expect(() => write(uniform(normFirst, change))).toThrow(says);
  });
});

describe("a directory", () => {
  it("gives configuration, weights, tokenizer and search settings", async () => {
    const translator = await loadTranslator(makeTranslator(join(folder, "tiny")));
    expect(translator.id).toBe("tiny");
    expect(translator.config).toEqual((await translatorFixture("marian")).config);
    expect(translator.generation).toEqual({ maxLength: 19, start: 60, ends: [0], forcedLast: [0], badWords: [[60]] });
    const { ids } = translator.tokenizer.encode("w3 w41 w7");
    expect(ids).toEqual([3, 41, 7]);
    expect(translator.tokenizer.decode([...ids, 0, 60], { skipSpecialTokens: true })).toBe("w3 w41 w7");
  });

  it("of older transformers has its search settings in config.json", async () => {
    const model = makeTranslator(join(folder, "older"));
    rmSync(join(model, "generation_config.json"));
    const config = { ...readFixtureJson("marian", "config.json"), num_beams: 6, max_length: 23, renormalize_logits: true };
    writeFileSync(join(model, "config.json"), JSON.stringify(config));
    const own = { start: 60, ends: [0], forcedLast: [0], badWords: [] };
    expect((await loadTranslator(model)).generation).toEqual({ beams: 6, maxLength: 23, renormalize: true, ...own });
  });

  it("of M2M-100 needs an end that is not padding, which has no position there", () => {
    const json = { ...readFixtureJson("m2m", "config.json"), pad_token_id: 2 };
    expect(() => readTranslationConfig(json, "config.json")).toThrow('config.json: "pad_token_id" is "eos_token_id" (2), but');
  });

  it("is not read as an encoder or decoder alone", async () => {
    await expect(loadCheckpoint(makeTranslator(join(folder, "alone")))).rejects.toThrow(
      '"marian" is a translation model (encoder and decoder), which is not supported here; use `headwise translate` or `headwise look`',
    );
  });
});
