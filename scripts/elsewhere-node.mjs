/**
 * What elsewhere.mjs starts: `node elsewhere-node.mjs WORK` runs a cut model's ONNX files in plain onnxruntime-node, and
 * `node elsewhere-node.mjs WORK FOLDER` in the @huggingface/transformers that is installed in FOLDER, which finds tokenizer,
 * configuration and ONNX files in the model directory by itself. Prints one JSON object a line.
 */
import { copyFileSync, existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { bytesSource, openSafetensors } from "../dist/index.js";

const [work, folder] = process.argv.slice(2);
const json = (...path) => JSON.parse(readFileSync(join(work, ...path), "utf8"));
const { texts, translates } = json("texts.json");
const own = await openSafetensors(bytesSource("reference", new Uint8Array(readFileSync(join(work, "reference.safetensors")))));

const longest = Math.max(...texts.map(({ ids }) => ids.length));
const padding = json("cut", "config.json").pad_token_id ?? 0;
const filled = (rows, value) =>
  BigInt64Array.from(rows.flatMap((ids) => Array.from({ length: longest }, (_, i) => BigInt(ids[i] ?? value))));
/** Name → int64 [text, longest]. */
const rows = {
  input_ids: filled(
    texts.map(({ ids }) => ids),
    padding,
  ),
  attention_mask: filled(
    texts.map(({ ids }) => ids.map(() => 1)),
    0,
  ),
  token_type_ids: filled(
    texts.map(() => []),
    0,
  ),
  ...(translates && {
    decoder_input_ids: filled(
      texts.map(({ decoderIds }) => decoderIds),
      padding,
    ),
  }),
};
const dims = [texts.length, longest];

/** The largest difference from Headwise's own, over tokens that are no padding. */
async function difference(name, data) {
  let worst = 0;
  for (const [k, { ids }] of texts.entries()) {
    const expected = (await own.read(`${k}.${name}`)).data;
    const from = (k * longest * expected.length) / ids.length;
    for (let i = 0; i < expected.length; i++) worst = Math.max(worst, Math.abs(expected[i] - data[from + i]));
  }
  return worst;
}

async function compared({ last_hidden_state: states, logits }) {
  const name = translates ? "source" : "states";
  return {
    ...(states && { states: await difference(name, states.data) }),
    ...(logits && { logits: await difference("logits", logits.data) }),
  };
}

async function inOnnxRuntime() {
  const ort = await import("onnxruntime-node");
  const file = (name) => ort.InferenceSession.create(join(work, "cut/onnx", name), { logSeverityLevel: 3 });
  const tensors = Object.fromEntries(Object.entries(rows).map(([name, data]) => [name, new ort.Tensor("int64", data, dims)]));
  const run = (session, feeds) => session.run(Object.fromEntries(session.inputNames.map((name) => [name, feeds[name]])));
  const made = { ...(await run(await file(translates ? "encoder_model.onnx" : "model.onnx"), tensors)) };
  if (translates) {
    const source = { encoder_hidden_states: made.last_hidden_state, encoder_attention_mask: tensors.attention_mask };
    Object.assign(made, await run(await file("decoder_model.onnx"), { input_ids: tensors.decoder_input_ids, ...source }));
  }
  return { runtime: "onnxruntime-node", version: ort.env.versions.common, reads: "ONNX", ...(await compared(made)) };
}

/** Whether its tokenizer, read from the same directory, gives the same ids. */
async function sameIds({ AutoTokenizer }) {
  try {
    const tokenizer = await AutoTokenizer.from_pretrained("cut");
    return texts.every(({ text, tokenized }) => `${tokenizer.encode(text)}` === `${tokenized}`) ? "equal" : "differ";
  } catch (error) {
    return `not read (${error.message.split("\n")[0]})`;
  }
}

async function inTransformersJs() {
  const library = await import(createRequire(join(folder, "any.js")).resolve("@huggingface/transformers"));
  const { AutoModel, AutoModelForSeq2SeqLM, Tensor, env } = library;
  Object.assign(env, { allowRemoteModels: false, localModelPath: work });
  const renamed = join(work, "cut/onnx/decoder_model_merged.onnx");
  // the only name that it looks for; without a cache in it, it can be run but not searched
  if (translates && !existsSync(renamed)) copyFileSync(join(work, "cut/onnx/decoder_model.onnx"), renamed);
  const model = await (translates ? AutoModelForSeq2SeqLM : AutoModel).from_pretrained("cut", { dtype: "fp32", device: "cpu" });
  const made = await model(
    Object.fromEntries(Object.entries(rows).map(([name, data]) => [name, new Tensor("int64", data, dims)])),
  );
  const reads = translates ? "ONNX, renamed decoder_model_merged.onnx" : "ONNX";
  return { runtime: "transformers.js", version: env.version, reads, ...(await compared(made)), ids: await sameIds(library) };
}

console.log(JSON.stringify(await (folder ? inTransformersJs() : inOnnxRuntime())));
