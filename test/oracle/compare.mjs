/**
 * A real checkpoint against what test/oracle/real.py computed from it with transformers: run by hand after a build.
 *
 *   node test/oracle/compare.mjs MODEL ORACLE.safetensors
 *
 * Prints the largest difference of every hidden state, pattern and of the logits over real (unpadded) queries.
 */
import { readFile } from "node:fs/promises";
import { byPath, bytesSource, forward, int64, keep, openSafetensors } from "../../dist/index.js";
import { loadCheckpoint, nodeRuntime } from "../../dist/index.node.js";

const [model, oracle] = process.argv.slice(2);
if (!model || !oracle) {
  console.error("usage: node test/oracle/compare.mjs MODEL ORACLE.safetensors");
  process.exit(2);
}

/** An int64 tensor, read by hand: the loader only reads weights. */
function readInts(bytes, name) {
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  const { shape, data_offsets } = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)))[name];
  const [start, end] = data_offsets.map((offset) => 8 + length + offset);
  return int64(Array.from(new BigInt64Array(bytes.slice(start, end).buffer), Number), shape);
}

const bytes = new Uint8Array(await readFile(oracle));
const golden = await openSafetensors(bytesSource(oracle, bytes));
const { config, weights } = await loadCheckpoint(model);
const [ids, mask] = ["input_ids", "attention_mask"].map((name) => readInts(bytes, name));
const kept = new Map();
const { states, logits } = forward(config, { probe: keep(kept, (site) => site.endsWith(".pattern")) });
const all = [...states.map((s, l) => [`hidden.${l}`, s]), ...[...kept.values()].map((p, l) => [`pattern.${l}`, p])];
const outputs = Object.fromEntries(
  [...all, ...(logits ? [["logits", logits]] : [])].filter(([name]) => golden.tensors.has(name)),
);
const runtime = await nodeRuntime();
const got = await (await runtime.compile(outputs, { weights: byPath(weights) })).run({ ids, mask });

const n = ids.shape[1];
for (const name of Object.keys(outputs)) {
  const { shape, data } = got[name];
  const expected = (await golden.read(name)).data;
  const perQuery = shape.at(-1);
  const heads = shape.length === 4 ? shape[1] : 1;
  let worst = 0;
  for (let k = 0; k < data.length; k++) {
    const real = mask.data[Math.floor(k / (perQuery * n * heads)) * n + (Math.floor(k / perQuery) % n)] === 1n;
    if (real) worst = Math.max(worst, Math.abs(data[k] - expected[k]));
  }
  console.log(`${name.padEnd(12)} ${worst.toExponential(1)}  [${shape.join(", ")}]`);
}
await runtime.release();
