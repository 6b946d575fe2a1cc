/** Writing a checkpoint is the inverse of reading one: the same names, shapes and bits as in the file that was read. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readConfig } from "../../src/load/family/config.ts";
import { readTranslationConfig } from "../../src/load/family/translation-config.ts";
import { readTranslationWeights, translationTensors } from "../../src/load/family/translation-weights.ts";
import { readWeights } from "../../src/load/family/weights.ts";
import { isAside } from "../../src/load/files/aside.node.ts";
import { nearest } from "../../src/load/files/nearest.ts";
import { writeWhole } from "../../src/load/files/write.node.ts";
import { writeFolder } from "../../src/load/files/write-folder.node.ts";
import { openSafetensors } from "../../src/load/format/safetensors.ts";
import { writeSafetensors } from "../../src/load/format/safetensors-write.ts";
import { bytesSource } from "../../src/load/format/source.ts";
import type { TensorFile } from "../../src/load/format/tensors.ts";
import { hubTensors } from "../../src/load/save.ts";
import { byPath } from "../../src/params/tree.ts";
import { InputError } from "../../src/run/errors.ts";
import type { Tensor } from "../../src/run/tensor.ts";
import { FAMILIES } from "../models/golden.ts";
import { fixtureTensors } from "./fixture-tensors.ts";

const TRANSLATORS = ["marian", "m2m"];
const TRAINED = ["training/causal", "training/masked", "training/llama"];

const hubOf = (family: string): unknown =>
  JSON.parse(readFileSync(new URL(`../fixtures/${family}/config.json`, import.meta.url), "utf8"));
const fileOf = (family: string): Promise<TensorFile> =>
  openSafetensors(
    bytesSource(family, new Uint8Array(readFileSync(new URL(`../fixtures/${family}/model.safetensors`, import.meta.url)))),
  );
const bytesOf = ({ data }: Tensor): Uint8Array => new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

/** Every tensor of `written` is in the file, bit for bit; gives the names that the file has besides. */
async function compareWithFile(family: string, written: ReadonlyMap<string, Tensor>): Promise<string[]> {
  const stored = await fixtureTensors(family);
  expect(written.size).toBeGreaterThan(5);
  for (const [name, made] of written) {
    expect(made.shape, name).toEqual(stored.get(name)?.shape);
    expect(Buffer.compare(bytesOf(made), bytesOf(stored.get(name)!)), name).toBe(0);
  }
  return [...stored.keys()].filter((name) => !written.has(name));
}

describe.each([...FAMILIES, ...TRAINED])("%s", (family) => {
  it("is written as it was read", async () => {
    const config = readConfig(hubOf(family), family);
    const written = hubTensors(config, await readWeights(config, await fileOf(family)));
    const left = await compareWithFile(family, written);
    // task heads that nothing reads, buffers, and second names of the tied token table
    for (const name of left)
      expect(name).toMatch(/pooler|position_ids|token_type_ids|attn\.(masked_)?bias$|decoder\.|lm_head\.|vocab_projector/);
  });

  it("is read again from what was written, bit for bit", async () => {
    const config = readConfig(hubOf(family), family);
    const weights = await readWeights(config, await fileOf(family));
    const bytes = writeSafetensors(hubTensors(config, weights));
    const again = await readWeights(config, await openSafetensors(bytesSource("again", bytes)));
    expect([...byPath(again)]).toEqual([...byPath(weights)]);
  });
});

describe.each([...TRANSLATORS, "training/translation"])("%s", (family) => {
  it("is written as it was read, and read again", async () => {
    const config = readTranslationConfig(hubOf(family), family);
    const weights = await readTranslationWeights(config, await fileOf(family));
    const written = translationTensors(config, weights);
    const left = await compareWithFile(family, written);
    for (const name of left) expect(name).toMatch(/embed_tokens|embed_positions|lm_head/);
    const bytes = bytesSource("again", writeSafetensors(written));
    expect([...byPath(await readTranslationWeights(config, await openSafetensors(bytes)))]).toEqual([...byPath(weights)]);
  });
});

describe("writing", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "headwise-write-"));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const read = (...path: string[]) => readFileSync(join(folder, ...path), "utf8");
  const full = () => Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });

  it("replaces a file and a folder as a whole", async () => {
    const [file, sub] = [join(folder, "file"), join(folder, "sub")];
    for (const content of ["one", "two"]) {
      await writeWhole(file, content);
      await writeFolder(sub, [[`${content}.txt`, content]]);
      expect(read("file")).toBe(content);
      expect(readdirSync(sub)).toEqual([`${content}.txt`]);
      expect(read("sub", `${content}.txt`)).toBe(content);
    }
    expect(readdirSync(folder).sort()).toEqual(["file", "sub"]);
  });

  it.each([0, 1, 2])("leaves what was there where the disk is full after %d files", async (before) => {
    const path = join(folder, "kept");
    await writeFolder(path, [["a", "old"]]);
    function* failing(): Generator<[string, string]> {
      for (let k = 0; k < before; k++) yield [`new-${k}`, "new"];
      throw full();
    }
    const thrown = await writeFolder(path, failing()).catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(InputError);
    expect((thrown as Error).message).toBe(`${path}: cannot be written (the disk is full); make room or choose another place`);
    expect(readdirSync(path)).toEqual(["a"]);
    expect(read("kept", "a")).toBe("old");
    expect(readdirSync(folder).filter(isAside)).toEqual([]);
  });

  it("names the path where it cannot be written", async () => {
    writeFileSync(join(folder, "plain"), "");
    const below = join(folder, "plain", "below");
    const says = `${below}: cannot be written (a part of the path is a file, not a folder)`;
    await expect(writeWhole(below, "x")).rejects.toThrow(says);
    await expect(writeFolder(below, [["a", "x"]])).rejects.toThrow(says);
  });
});

it("the nearest word is the one with the fewest changed letters", () => {
  const known = ["learningRate", "weightDecay", "clip", "betas", "epsilon"];
  for (const word of known) expect(nearest(word, known)).toBe(word);
  expect(nearest("learning_rate", known)).toBe("learningRate");
  expect(nearest("CLIPS", known)).toBe("clip");
  expect(nearest("beta", known)).toBe("betas");
  expect(nearest("x", [])).toBe("");
});
