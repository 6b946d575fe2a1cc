/** The small random checkpoints and what transformers computed from them; made by test/fixtures/make_goldens.py. */
import { readFileSync } from "node:fs";
import { readConfig } from "../../src/load/family/config.ts";
import { readWeights } from "../../src/load/family/weights.ts";
import { openSafetensors } from "../../src/load/format/safetensors.ts";
import { bytesSource } from "../../src/load/format/source.ts";
import type { TensorFile } from "../../src/load/format/tensors.ts";
import type { Transformer } from "../../src/models/transformer.ts";
import { type Tensor, tensor } from "../../src/run/tensor.ts";

export const FAMILIES = [
  "bert",
  "distilbert",
  "roberta",
  "gpt2",
  "llama",
  "llama3",
  "llama-linear",
  "qwen2",
  "mistral",
  "starcoder2",
  "opt",
] as const;

const path = (family: string, file: string) => new URL(`../fixtures/${family}/${file}`, import.meta.url);

const openFixture = (family: string, file: string): Promise<TensorFile> =>
  openSafetensors(bytesSource(file, new Uint8Array(readFileSync(path(family, file)))));

export const fixtureConfig = (family: string, file = "config.json") =>
  readConfig(JSON.parse(readFileSync(path(family, file), "utf8")), `${family}/${file}`);

export async function loadFixture(family: string): Promise<Transformer & { golden: TensorFile }> {
  const config = fixtureConfig(family);
  const weights = await readWeights(config, await openFixture(family, "model.safetensors"));
  return { config, weights, golden: await openFixture(family, "golden.safetensors") };
}

/** An int64 tensor of a fixture (token ids, masks, labels): the loader itself only reads weights. */
export function readInts(family: string, file: string, name: string): Tensor {
  const bytes = new Uint8Array(readFileSync(path(family, file)));
  const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
  const { shape, data_offsets } = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)))[name];
  const [start, end] = data_offsets.map((offset: number) => 8 + length + offset);
  return tensor(new BigInt64Array(bytes.slice(start, end).buffer), shape);
}

/** The tensors whose names begin with `prefix`, under the rest of their names. */
export const below = (file: TensorFile, prefix: string): TensorFile => ({
  name: file.name,
  tensors: new Map([...file.tensors].flatMap(([n, t]) => (n.startsWith(prefix) ? [[n.slice(prefix.length), t]] : []))),
  read: (name) => file.read(prefix + name),
});

/** The largest difference, over the elements that `counted` accepts by their index. */
export function largestDifference(a: Tensor, b: Tensor, counted: (index: number) => boolean = () => true): number {
  if (`${a.shape}` !== `${b.shape}`) throw new Error(`shapes differ: [${a.shape}] and [${b.shape}]`);
  let worst = 0;
  for (let i = 0; i < a.data.length; i++) {
    if (!counted(i)) continue;
    const difference = Math.abs(Number(a.data[i]) - Number(b.data[i]));
    worst = Math.max(worst, difference); // which keeps a NaN
  }
  return worst;
}
