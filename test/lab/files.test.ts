/** Models from files, by button and by drop: what opens computes as in Node, and what is no model says so and changes nothing. */
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { modelAmong } from "../../lab/drop.ts";
import { createEdited } from "../../lab/engine/edited.ts";
import { outcomeOf } from "../../lab/engine/outcome.ts";
import { openSafetensors } from "../../src/load/format/safetensors.ts";
import { writeSafetensors } from "../../src/load/format/safetensors-write.ts";
import { bytesSource } from "../../src/load/format/source.ts";
import { readGgufForCutting } from "../../src/prune/write/opened.ts";
import { nodeRuntime } from "../../src/run/ort.node.ts";
import type { Runtime } from "../../src/run/runtime.ts";
import { editJson, makeModel } from "../cli/model-folder.ts";
import { fixtureGguf } from "../load/gguf-llama.ts";
import { builtin, openFolder } from "./open.ts";
import { type LabPlace, openLab } from "./place.ts";

const NONE = { gates: {}, patterns: {} };
const WORLD = "previously some drummer that often shakes nobody";

let lab: LabPlace;
let runtime: Runtime;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "headwise-files-"));
  await Promise.all([makeSentenceEncoder(), makeShards(), makeGguf(), makeOthers()]);
  runtime = await nodeRuntime({ threads: 1 });
  lab = await openLab();
});
afterAll(async () => {
  await runtime?.release();
  rmSync(folder, { recursive: true });
  await lab?.close();
});

const at = (...path: string[]): string => join(folder, ...path);

/** A model that sentence-transformers saves: its pooling is not the mean, and its folder has a config.json, too. */
function makeSentenceEncoder(): void {
  makeModel(at("encoder"));
  editJson(at("encoder", "config.json"), { architectures: ["BertModel"] });
  const module = (type: string, path: string, idx: number) => ({
    idx,
    name: `${idx}`,
    path,
    type: `sentence_transformers.models.${type}`,
  });
  writeFileSync(
    at("encoder", "modules.json"),
    JSON.stringify([module("Transformer", "", 0), module("Pooling", "1_Pooling", 1)]),
  );
  mkdirSync(at("encoder", "1_Pooling"));
  const pooling = { word_embedding_dimension: 35, pooling_mode_mean_tokens: false, pooling_mode_cls_token: true };
  writeFileSync(at("encoder", "1_Pooling", "config.json"), JSON.stringify(pooling));
}

/** The world's model with its tensors in three shards. */
async function makeShards(): Promise<void> {
  mkdirSync(at("shards"));
  for (const name of ["config.json", "tokenizer.json", "tokenizer_config.json"])
    copyFileSync(join(builtin("relations-8"), name), at("shards", name));
  const bytes = new Uint8Array(readFileSync(join(builtin("relations-8"), "model.safetensors")));
  const file = await openSafetensors(bytesSource("model.safetensors", bytes));
  const names = [...file.tensors.keys()];
  const weight_map: Record<string, string> = {};
  for (const shard of [1, 2, 3]) {
    const name = `model-0000${shard}-of-00003.safetensors`;
    const own = names.filter((_, k) => k % 3 === shard - 1);
    for (const one of own) weight_map[one] = name;
    const tensors = new Map(await Promise.all(own.map(async (one) => [one, await file.read(one)] as const)));
    writeFileSync(at("shards", name), writeSafetensors(tensors));
  }
  writeFileSync(at("shards", "model.safetensors.index.json"), JSON.stringify({ metadata: {}, weight_map }));
}

async function makeGguf(): Promise<void> {
  writeFileSync(at("small.gguf"), await fixtureGguf("llama"));
}

function makeOthers(): void {
  writeFileSync(at("notes.txt"), "not a model");
  writeFileSync(at("broken.gguf"), "not a model either");
  mkdirSync(at("empty"));
  mkdirSync(at("texts"));
  for (const name of ["a.txt", "b.txt"]) writeFileSync(at("texts", name), name);
}

/** Files and folders from the desktop, let go over the page. */
async function drop(page: Page, ...files: string[]): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const data = { items: [], files, dragOperationsMask: 1 };
  for (const type of ["dragEnter", "dragOver", "drop"] as const)
    await session.send("Input.dispatchDragEvent", { type, x: 640, y: 500, data });
  await session.detach();
}
const choose = (page: Page, button: "Open a folder" | "Open files", ...files: string[]) =>
  page.getByLabel(button).setInputFiles(files);

/** The first number in a row of the page Switch off. */
const shown = async (page: Page, row: string): Promise<string | undefined> =>
  (
    await page
      .getByRole("row", { name: new RegExp(`^${row}`) })
      .getByRole("cell")
      .allTextContents()
  )[0];

describe("a model opens", () => {
  interface Case {
    readonly facts: RegExp;
    readonly id: string;
    readonly row: "cosine" | "mean";
    readonly text: string;
    readonly other?: string;
    number(): Promise<number>;
  }
  const mean = (nats: readonly { readonly nats: number }[]) => nats.reduce((sum, one) => sum + one.nats, 0) / nats.length;
  const encoder: Case = {
    ...{ facts: /^bert · 10 heads/, id: "encoder", row: "cosine", text: "the old cat sat", other: "a dog had the keys" },
    async number() {
      const { opened, edited } = await openFolder(runtime, at("encoder"), "encoder");
      return (await outcomeOf(opened.checkpoint, edited, encoder, NONE)).cosine!;
    },
  };
  const shards: Case = {
    ...{ facts: /^gpt2 · 16 heads/, id: "shards", row: "mean", text: WORLD },
    async number() {
      const { opened, edited } = await openFolder(runtime, builtin("relations-8"));
      return mean((await outcomeOf(opened.checkpoint, edited, { text: WORLD }, NONE)).nats!);
    },
  };
  const gguf: Case = {
    ...{ facts: /^llama · \d+ heads/, id: "small.gguf", row: "mean", text: "cab face" },
    async number() {
      const source = bytesSource("small.gguf", new Uint8Array(readFileSync(at("small.gguf"))));
      const { checkpoint } = await readGgufForCutting("small.gguf", source);
      const edited = createEdited(runtime, checkpoint);
      return mean((await outcomeOf(checkpoint, edited, { text: gguf.text }, NONE)).nats!);
    },
  };
  const shardFiles = () => [
    ...["config.json", "tokenizer.json", "tokenizer_config.json", "model.safetensors.index.json"].map((name) =>
      at("shards", name),
    ),
    ...[1, 2, 3].map((k) => at("shards", `model-0000${k}-of-00003.safetensors`)),
  ];
  it.each<[what: string, how: string, open: (page: Page) => Promise<unknown>, one: Case, id?: string]>([
    ["a folder of sentence-transformers", "by button", (page) => choose(page, "Open a folder", at("encoder")), encoder],
    ["a folder of sentence-transformers", "by drop", (page) => drop(page, at("encoder")), encoder],
    [
      "what is in a folder of sentence-transformers",
      "by drop",
      (page) =>
        drop(
          page,
          ...["1_Pooling", "config.json", "model.safetensors", "modules.json", "tokenizer.json"].map((name) =>
            at("encoder", name),
          ),
        ),
      encoder,
      "opened files",
    ],
    ["a folder of shards", "by button", (page) => choose(page, "Open a folder", at("shards")), shards],
    ["a folder of shards", "by drop", (page) => drop(page, at("shards")), shards],
    ["the files of shards", "by button", (page) => choose(page, "Open files", ...shardFiles()), shards, "opened files"],
    ["the files of shards", "by drop", (page) => drop(page, ...shardFiles()), shards, "opened files"],
    ["a GGUF file", "by button", (page) => choose(page, "Open files", at("small.gguf")), gguf],
    ["a GGUF file", "by drop", (page) => drop(page, at("small.gguf")), gguf],
  ])("%s %s, and computes as in Node", async (_, __, open, { facts, id, row, text, other = "", number }, name = id) => {
    const query = new URLSearchParams({ page: "off", model: "builtin:relations-1", text, ...(other && { other }) });
    const page = await lab.open(`?${query}`);
    await open(page);
    await page.getByText(facts).waitFor({ timeout: 30_000 });
    expect(new URL(page.url()).searchParams.get("model")).toBe(name);
    const wanted = (await number()).toFixed(3).replace("-", "−");
    await expect.poll(() => shown(page, row), { timeout: 30_000 }).toBe(wanted);
    await page.close();
  });
});

describe("what is no model is refused in a line, and the open model stays", () => {
  const WANTED = "open a model’s folder (config.json, model.safetensors, tokenizer.json) or a .gguf file";
  it.each<[what: string, open: (page: Page) => Promise<unknown>, line: string]>([
    ["a text file", (page) => drop(page, at("notes.txt")), `notes.txt: there is no config.json and no .gguf file; ${WANTED}`],
    [
      "a text file",
      (page) => choose(page, "Open files", at("notes.txt")),
      `notes.txt: there is no config.json and no .gguf file; ${WANTED}`,
    ],
    [
      "a folder of texts",
      (page) => drop(page, at("texts")),
      `the folder texts: there is no config.json and no .gguf file; ${WANTED}`,
    ],
    [
      "a folder of texts",
      (page) => choose(page, "Open a folder", at("texts")),
      `the folder texts: there is no config.json and no .gguf file; ${WANTED}`,
    ],
    ["an empty folder", (page) => drop(page, at("empty")), `the folder empty is empty; ${WANTED}`],
    [
      "weights alone",
      (page) => drop(page, at("encoder", "model.safetensors")),
      "model.safetensors: config.json is missing; open it together with the weights and tokenizer.json",
    ],
    [
      "two models",
      (page) => drop(page, at("encoder"), at("shards")),
      "there are 2 models (encoder/, shards/); open the folder of one of them",
    ],
    ["nothing", (page) => page.dispatchEvent("main", "drop", {}), `what was dropped is not a file; ${WANTED}`],
  ])("%s", async (_, open, line) => {
    const page = await lab.open(`?${new URLSearchParams({ model: "builtin:relations-1", text: WORLD })}`);
    const grid = page.locator("headwise-head-grid");
    await grid.waitFor();
    const address = page.url();
    await open(page);
    await page.locator(".status.failed").waitFor();
    expect((await page.locator(".status").textContent())!.trim()).toBe(line);
    expect(page.url()).toBe(address);
    expect(await page.locator(".facts").textContent()).toMatch(/^gpt2 · 2 heads/);
    expect(await grid.count()).toBe(1);
    // the model still answers, and the line is gone with the next change
    await page.getByRole("textbox", { name: "Text", exact: true }).fill("some drummer");
    await expect.poll(async () => (await page.locator(".status").textContent())!.trim()).toBe("ready");
    await page.close();
  });

  it("a file that only claims to be one, too", async () => {
    const page = await lab.open(`?${new URLSearchParams({ model: "builtin:relations-1", text: WORLD })}`);
    await drop(page, at("broken.gguf"));
    await page.locator(".status.failed").waitFor();
    expect(await page.locator(".status").textContent()).toContain("broken.gguf");
    expect(await page.locator(".facts").textContent()).toMatch(/^gpt2 · 2 heads/);
    await page.close();
  });
});

describe("the model among files", () => {
  const paths = (...names: string[]) => names.map((name) => [name, new File([], name)] as const);
  const found = (...names: string[]) => {
    const { id, files } = modelAmong(paths(...names));
    return [id, files.map(([name]) => name)];
  };

  it("keeps the paths within its folder, whatever the depth and the order", () => {
    const own = ["1_Pooling/config.json", "config.json", "model.safetensors", "2_Dense/model.safetensors"];
    for (const [prefix, id] of [
      ["", "opened files"],
      ["m/", "m"],
      ["hub/snapshots/m/", "m"],
    ] as const) {
      expect(found(...own.map((name) => `${prefix}${name}`))).toEqual([id, own]);
      expect(found(...own.map((name) => `${prefix}${name}`).reverse())).toEqual([id, own.toReversed()]);
    }
    expect(found("m/config.json", "m/onnx/config.json", "m/onnx/model.onnx", "m/model.safetensors")[1]).toEqual([
      "config.json",
      "model.safetensors",
    ]);
    expect(found("1_old/config.json", "1_old/model.safetensors")).toEqual(["1_old", ["config.json", "model.safetensors"]]);
  });

  it("is a GGUF file with all its parts, also beside a config.json without weights", () => {
    expect(found("m/x-00002-of-00002.gguf", "m/x-00001-of-00002.gguf", "m/README.md")).toEqual([
      "x-00002-of-00002.gguf",
      ["x-00002-of-00002.gguf", "x-00001-of-00002.gguf"],
    ]);
    expect(found("m/config.json", "m/x.gguf")).toEqual(["x.gguf", ["x.gguf"]]);
    expect(found("m/config.json", "m/model.safetensors", "m/x.gguf")[0]).toBe("m");
    expect(() => found("m/a.gguf", "m/b.gguf")).toThrow("there are 2 .gguf files (a.gguf, b.gguf); open one of them");
  });

  it.each([
    [["pytorch_model.bin"], "pytorch_model.bin: pickled weights are not read; save the model as safetensors"],
    [["m/model.onnx"], "the folder m: ONNX files are not read; open the folder of the model that was exported"],
    [["m.zip"], "m.zip: archives are not read; unpack it and open the model’s folder"],
  ])("%s is refused with advice", (names, line) => {
    const all = names.length === 1 && names[0]!.includes("/") ? [...names, "m/x.md"] : names;
    expect(() => found(...all)).toThrow(line);
  });
});
