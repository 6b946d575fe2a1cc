// Peer: the plain forward pass of Transformers.js, which returns no patterns, on the folder export_onnx.py wrote.
//
//   node bench/peers/transformers_js.mjs --model OUT --batch 8 --length 128 --repeats 20 --threads 2 --json
//
// With --serve, lines "plain REPEATS" on stdin are answered with the milliseconds of each repeat.

import { createRequire } from "node:module";
import path from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";

const PACKAGE = "@huggingface/transformers"; // not of the main package: installed in this folder by hand
const { AutoModel, env, Tensor } = await import(PACKAGE);

const { values } = parseArgs({
  options: {
    model: { type: "string" },
    batch: { type: "string", default: "8" },
    length: { type: "string", default: "128" },
    repeats: { type: "string", default: "20" },
    threads: { type: "string", default: "2" },
    json: { type: "boolean", default: false },
    serve: { type: "boolean", default: false },
  },
});
if (!values.model) {
  console.error("transformers_js.mjs: --model is missing; give the folder that export_onnx.py wrote");
  process.exit(2);
}
const [batch, length, repeats, threads] = ["batch", "length", "repeats", "threads"].map((name) => Number(values[name]));

const folder = path.resolve(values.model);
env.allowRemoteModels = false;
env.localModelPath = path.dirname(folder);
const model = await AutoModel.from_pretrained(path.basename(folder), {
  dtype: "fp32",
  device: "cpu",
  session_options: { intraOpNumThreads: threads, interOpNumThreads: 1 },
});

const filled = (value) => new Tensor("int64", BigInt64Array.from({ length: batch * length }, value), [batch, length]);
const inputs = {
  input_ids: filled(() => BigInt(999 + Math.floor(Math.random() * (model.config.vocab_size - 999)))),
  attention_mask: filled(() => 1n),
  token_type_ids: filled(() => 0n),
};

/** Milliseconds of each repeat, after some that are not counted. */
async function timed(repeats, before) {
  const times = [];
  for (let turn = -before; turn < repeats; turn++) {
    const start = performance.now();
    const { last_hidden_state } = await model(inputs);
    if (turn >= 0) times.push(performance.now() - start);
    last_hidden_state.dispose();
  }
  return times;
}

const require = createRequire(import.meta.url);
const versions = { node: process.versions.node, [PACKAGE]: env.version };
versions["onnxruntime-node"] = require("onnxruntime-node/package.json").version;
const about = { peer: "transformers.js", versions, batch, length, threads };
const peakBytes = () => 1024 * process.resourceUsage().maxRSS;

if (values.serve) {
  console.log(JSON.stringify({ ...about, runs: ["plain"] }));
  for await (const line of createInterface({ input: process.stdin })) {
    console.log(JSON.stringify({ ms: await timed(Number(line.split(" ")[1]), 1), peakBytes: peakBytes() }));
  }
} else {
  const times = (await timed(repeats, 3)).sort((a, b) => a - b);
  const median = (times[Math.floor((repeats - 1) / 2)] + times[Math.ceil((repeats - 1) / 2)]) / 2;
  const result = { ...about, repeats, plainMs: Math.round(100 * median) / 100, peakBytes: peakBytes() };
  console.log(values.json ? JSON.stringify(result) : result);
}
