/** Files of a model directory that go with a smaller model, and those that do not, with the reason. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { fromDirectory } from "../../../src/load/checkpoint.node.ts";
import type { OpenFile } from "../../../src/load/checkpoint.ts";
import { bytesSource } from "../../../src/load/format/source.ts";
import { cardWithNote } from "../../../src/prune/write/card.ts";
import { carriedFiles } from "../../../src/prune/write/carried.ts";

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function folderOf(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "headwise-carried-"));
  folders.push(folder);
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return folder;
}

const carriedIn = (folder: string) => fromDirectory(folder, (_, open) => carriedFiles(open), {});

const MODULES = JSON.stringify([{ path: "" }, { path: "1_Pooling" }, { path: "2_Dense" }, { path: "4_Normalize" }]);
const STAYING = {
  "1_Pooling/config.json": '{"pooling_mode_cls_token": true}',
  "2_Dense/config.json": "{}",
  "2_Dense/model.safetensors": "dense",
  LICENSE: "MIT",
  "README.md": "# Card",
  "additional_chat_templates/tool.jinja": "{{ tool }}",
  "chat_template.jinja": "{{ messages }}",
  "config_sentence_transformers.json": "{}",
  "generation_config.json": "{}",
  "modules.json": MODULES,
  "preprocessor_config.json": "{}",
  "sentence_bert_config.json": "{}",
  "spiece.model": "spm",
  "tokenizer.json": "{}",
  "tokenizer.model": "spm",
  "vocab.txt": "a",
};
const LEAVING = {
  "checkpoint-500/trainer_state.json": "training state",
  "optimizer.pt": "training state",
  "training_args.bin": "training state",
  "pytorch_model.bin": "pickled weights of the original model",
  "pytorch_model.bin.index.json": "pickled weights of the original model",
  "flax_model.msgpack": "weights of the original model in another file",
  "onnx/model.onnx": "weights of the original model in another file",
  "openvino/openvino_model.xml": "weights of the original model in another file",
  "tf_model.h5": "weights of the original model in another file",
  "adapter_model.safetensors": "weights of the original model in another file",
  "modeling_x.py": "code of the original model",
  ".gitattributes": "not part of the model",
  "eval_results.json": "not known to be valid for a pruned model",
  "3_Other/config.json": "not known to be valid for a pruned model",
};
const REPLACED = { "config.json": "{}", "model.safetensors": "weights", "prune.json": "{}" };

describe("a directory", () => {
  it("keeps what stays true byte for byte, and gives a reason for every other file that is not written anew", async () => {
    const { files, leftOut } = await carriedIn(folderOf({ ...STAYING, ...LEAVING, ...REPLACED }));
    expect(Object.fromEntries([...files].map(([name, bytes]) => [name, new TextDecoder().decode(bytes)]))).toEqual(STAYING);
    expect(Object.fromEntries(leftOut.map(({ name, why }) => [name, why]))).toEqual(LEAVING);
  });

  it("gives nothing from outside, whatever its links and its modules say", async () => {
    const outside = folderOf({ "secret.json": "secret", LICENSE: "secret" });
    const modules = JSON.stringify([{ path: "../outside" }, { path: "/etc" }, { path: "1_Pooling" }, 7, null]);
    const folder = folderOf({ "modules.json": modules, "LICENSE.txt": "own" });
    symlinkSync(join(outside, "secret.json"), join(folder, "generation_config.json"));
    symlinkSync(outside, join(folder, "1_Pooling"));
    symlinkSync(join(folder, "LICENSE.txt"), join(folder, "LICENSE"));
    const { files, leftOut } = await carriedIn(folder);
    expect([...files.keys()]).toEqual(["LICENSE", "LICENSE.txt", "modules.json"]);
    expect(leftOut.map(({ name }) => name)).toEqual(["1_Pooling", "generation_config.json"]);
  });

  it("that is the hub's snapshot keeps what its links lead to in the cache", async () => {
    const cache = folderOf({ "models--a--b/blobs/1": "{}", "models--a--b/snapshots/main/config.json": "{}" });
    symlinkSync("../../blobs/1", join(cache, "models--a--b/snapshots/main/tokenizer.json"));
    const { files } = await carriedIn(join(cache, "models--a--b/snapshots/main"));
    expect([...files.keys()]).toEqual(["tokenizer.json"]);
  });

  it("that cannot be listed is asked for the known names, and for the modules that it names", async () => {
    const all: Readonly<Record<string, string>> = { ...STAYING, ...LEAVING };
    const open: OpenFile = async (name) => (name in all ? bytesSource(name, new TextEncoder().encode(all[name])) : undefined);
    const { files, leftOut } = await carriedFiles(open);
    expect([...files.keys()]).toEqual(expect.arrayContaining(["1_Pooling/config.json", "chat_template.jinja", "modules.json"]));
    expect(leftOut).toEqual([]);
  });

  it("has no file over the bound copied", async () => {
    const source = { name: "tokenizer.json", size: 2 ** 30, read: () => Promise.reject(new Error("read")) };
    const open = Object.assign(async () => source as never, { list: async () => ["tokenizer.json"] });
    const modules = Object.assign(async (name: string) => (name === "modules.json" ? undefined : open()), { list: open.list });
    const { files, leftOut } = await carriedFiles(modules);
    expect(files.size).toBe(0);
    expect(leftOut).toEqual([{ name: "tokenizer.json", why: "over the limit of 256 MiB" }]);
  });
});

describe("a model card", () => {
  const record = { heads: { before: 12, after: 9 }, headwise: "1.2.3", padded: false };
  const note =
    "> **A pruned copy.** Headwise 1.2.3 removed 3 of 12 attention heads; `prune.json` lists them. The rest of this card describes the original model.";

  it("keeps its front matter first, then has the note", () => {
    expect(cardWithNote("---\nlicense: mit\n---\n\n# Card\n", record)).toBe(`---\nlicense: mit\n---\n\n${note}\n\n# Card\n`);
  });

  it("without front matter begins with the note", () => {
    expect(cardWithNote("# Card\n\n---\n\nMore\n", record)).toBe(`${note}\n\n# Card\n\n---\n\nMore\n`);
  });
});
