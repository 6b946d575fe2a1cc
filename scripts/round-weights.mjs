/**
 * Rounds a built-in model's matrices so that the package compresses them well: each to multiples of the power of two nearest to
 * its standard deviation over 48, which half precision holds exactly. Vectors (biases, norms) stay as they are. Rounding twice
 * changes nothing more.
 *
 *   node scripts/round-weights.mjs FOLDER    rounds FOLDER/model.safetensors in place
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { bytesSource, openSafetensors, writeSafetensors } from "../dist/index.js";

const LEVELS = 48;

/** The tensor on its grid; one with fewer than two axes unchanged. */
export function rounded(tensor) {
  if (tensor.shape.length < 2) return tensor;
  const deviation = Math.sqrt(tensor.data.reduce((sum, x) => sum + x * x, 0) / tensor.data.length);
  const step = 2 ** Math.round(Math.log2(deviation / LEVELS));
  return { ...tensor, data: tensor.data.map((x) => Math.round(x / step) * step) };
}

/** The bytes of a safetensors file in half precision, with its matrices rounded. */
export async function roundedFile(source) {
  const file = await openSafetensors(source);
  const tensors = new Map();
  for (const key of file.tensors.keys()) tensors.set(key, rounded(await file.read(key)));
  return writeSafetensors(tensors, { type: "F16" });
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const path = join(process.argv[2], "model.safetensors");
  writeFileSync(path, await roundedFile(bytesSource(path, new Uint8Array(readFileSync(path)))));
}
