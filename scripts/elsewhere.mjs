/**
 * A cut model in other people's runtimes, against Headwise's own numbers. After `npm run build`:
 *
 *   node scripts/elsewhere.mjs MODEL [--heads 0.3,1.0] [--text FILE] [--python PYTHON]... [--transformers-js FOLDER]
 *
 * MODEL is cut twice, with --padded and with --onnx; Headwise reads the cut one back and runs each text alone; the others run
 * all texts at once, filled up to one length. Each PYTHON is an interpreter that has some of transformers, onnxruntime and
 * onnx; FOLDER is where @huggingface/transformers is installed. HEADWISE_PYTHONS (between colons) and HEADWISE_TRANSFORMERS_JS
 * say the same. The heads that go by default: the first, or first group, of every third attention, and all of the second.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { byPath, encoderDecoderForward, forward, int64, sitesOf, writeSafetensors } from "../dist/index.js";
import { loadCheckpoint, loadTranslator, nodeRuntime } from "../dist/index.node.js";

const TEXTS = [
  "The cat sat on the mat.",
  "In 1969, Neil Armstrong walked on the Moon; 12 people have done so.",
  "It's naïve to think that café owners don't speak English.",
  "Why?",
];
const here = import.meta.dirname;
const environment = (name) => process.env[name]?.split(":").filter(Boolean) ?? [];

function readArguments() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      ...{ heads: { type: "string" }, text: { type: "string" } },
      python: { type: "string", multiple: true, default: environment("HEADWISE_PYTHONS") },
      "transformers-js": { type: "string", default: process.env.HEADWISE_TRANSFORMERS_JS },
    },
  });
  if (positionals.length !== 1) {
    console.error(
      "usage: node scripts/elsewhere.mjs MODEL [--heads LIST] [--text FILE] [--python PYTHON] [--transformers-js FOLDER]",
    );
    process.exit(2);
  }
  return { model: positionals[0], ...values };
}

/** Any model that Headwise reads, and whether it translates. */
async function load(model) {
  const config = join(model, "config.json");
  const { model_type } = existsSync(config) ? JSON.parse(readFileSync(config, "utf8")) : {};
  const translates = ["marian", "m2m_100"].includes(model_type);
  return { translates, ...(await (translates ? loadTranslator : loadCheckpoint)(model)) };
}

function defaultHeads({ config }) {
  const go = sitesOf(config).flatMap(({ name, heads, keyValueHeads }, k) => {
    const first = keyValueHeads === 1 ? 1 : heads / keyValueHeads;
    const count = k === 1 ? heads : k % 3 === 0 ? first : 0;
    return Array.from({ length: count }, (_, head) => `${name}.${head}`);
  });
  return go.join();
}

/** What the others are fed: ids as Headwise's tokenizer gives them. */
function textsOf({ tokenizer, config, translates }, lines) {
  return lines.map((text) => {
    const { ids } = tokenizer.encode(text);
    if (!translates) return { text, tokenized: ids, ids };
    const source = ids.at(-1) === config.ids.end ? ids : [...ids, config.ids.end];
    return { text, tokenized: ids, ids: source, decoderIds: [config.ids.start, ...source.slice(0, -1)] };
  });
}

/** Headwise's last states and logits of each text, as tensors `0.states` and so on. */
async function reference({ config, weights, translates }, texts) {
  const runtime = await nodeRuntime();
  const values = (translates ? encoderDecoderForward : forward)(config);
  const outputs = { states: values.states.at(-1), ...(values.logits && { logits: values.logits }) };
  if (translates) outputs.source = values.encoderStates.at(-1);
  const program = await runtime.compile(outputs, { weights: byPath(weights) });
  const row = (ids) => int64(ids, [1, ids.length]);
  const made = new Map();
  for (const [k, { ids, decoderIds }] of texts.entries()) {
    const feeds = { ids: row(ids), mask: row(ids.map(() => 1)), ...(decoderIds && { decoderIds: row(decoderIds) }) };
    for (const [name, value] of Object.entries(await program.run(feeds))) made.set(`${k}.${name}`, value);
  }
  await runtime.release();
  return made;
}

/** The rows that a command prints, one JSON object a line; one row that says why where there are none. */
function rowsOf(what, command, ...args) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: "utf8", maxBuffer: 1 << 26 });
  const rows = (stdout ?? "").split("\n").flatMap((line) => (line.startsWith("{") ? [JSON.parse(line)] : []));
  if (status === 0) return rows;
  return [...rows, { runtime: what, problem: error?.message ?? stderr.trim().split("\n").at(-1) }];
}

const size = (x) => (x === undefined ? "" : x === null ? "NaN" : x.toExponential(1));

function table(rows) {
  const seen = new Set();
  console.log("| runtime | version | reads | states | logits | token ids |\n|---|---|---|---|---|---|");
  for (const { runtime, version = "", reads = "", states, logits, ids = "", problem } of rows) {
    const line = problem
      ? `| ${runtime} | ${version} | not tried: ${problem} | | | |`
      : `| ${runtime} | ${version} | ${reads} | ${size(states)} | ${size(logits)} | ${ids} |`;
    if (!seen.has(line)) console.log(line);
    seen.add(line);
  }
}

async function main() {
  const { model, heads, text, python, "transformers-js": folder } = readArguments();
  const lines = text
    ? readFileSync(text, "utf8")
        .split("\n")
        .filter((line) => line.trim() !== "")
    : TEXTS;
  const work = mkdtempSync(join(tmpdir(), "headwise-elsewhere-"));
  try {
    const list = heads ?? defaultHeads(await load(model));
    const prune = (out, kind) => {
      const checked = text ? ["--text", text] : [];
      const args = ["prune", model, "--heads", list, "--out", join(work, out), kind, ...checked];
      return execFileSync(process.execPath, [join(here, "../dist/cli/main.js"), ...args], {
        stdio: ["ignore", "pipe", "inherit"],
      });
    };
    prune("padded", "--padded");
    console.log(`${model} without ${list}\n${prune("cut", "--onnx")}`);
    const cut = await load(join(work, "cut"));
    const texts = textsOf(cut, lines);
    writeFileSync(join(work, "texts.json"), JSON.stringify({ texts, translates: cut.translates }));
    const own = await reference(cut, texts);
    writeFileSync(join(work, "reference.safetensors"), writeSafetensors(own));
    const scale = [...own].flatMap(([name, { data }]) =>
      name.endsWith("states") ? [data.reduce((a, x) => Math.max(a, Math.abs(x)), 0)] : [],
    );
    console.log(`largest number among the states: ${Math.max(...scale).toPrecision(3)}\n`);
    const inNode = (what, ...more) => rowsOf(what, process.execPath, join(here, "elsewhere-node.mjs"), work, ...more);
    table([
      ...(python.length > 0 ? python : ["python3"]).flatMap((one) => rowsOf(one, one, join(here, "elsewhere.py"), work)),
      ...inNode("onnxruntime-node"),
      ...(folder ? inNode("transformers.js", folder) : [{ runtime: "transformers.js", problem: "no --transformers-js" }]),
    ]);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

await main();
