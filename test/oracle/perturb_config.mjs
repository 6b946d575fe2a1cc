/**
 * What Headwise makes of the configurations that perturb_config.py wrote: run after a build, by hand.
 *
 *   node test/oracle/perturb_config.mjs DIR [FAMILY…]
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { byPath, encoderDecoderForward, forward, InputError, int64, keep } from "../../dist/index.js";
import { loadCheckpoint, loadTranslator, nodeRuntime } from "../../dist/index.node.js";

const [root, ...chosen] = process.argv.slice(2);
if (!root) {
  console.error("usage: node test/oracle/perturb_config.mjs DIR [FAMILY…]");
  process.exit(2);
}
const runtime = await nodeRuntime({ threads: 1 });
const IDS = [7, 9, 11, 5, 30, 22, 7, 14, 13, 39, 6, 18]; // none of them is a value that a padding id takes
const TARGET = [2, 18, 31, 9, 10];
const row = (ids) => int64(ids, [1, ids.length]);
const feeds = { ids: row(IDS), mask: row(IDS.map(() => 1)), decoderIds: row(TARGET), decoderMask: row(TARGET.map(() => 1)) };

/** Values to compute, by the part of transformers' output that they belong to. */
function partsOf(config) {
  const seen = new Map();
  const probe = keep(seen, (site) => site.endsWith(".pattern"));
  const patterns = (pattern) => [...seen].filter(([site]) => pattern.test(site)).map(([, value]) => value);
  if (config.family !== "encoder-decoder") {
    const { states, logits } = forward(config, { probe });
    return { hidden_states: states, attentions: patterns(/./), logits: logits ? [logits] : [] };
  }
  const { encoderStates, states, logits } = encoderDecoderForward(config, { probe });
  return {
    encoder_hidden_states: encoderStates,
    decoder_hidden_states: states,
    encoder_attentions: patterns(/^encoder.*attention/),
    decoder_attentions: patterns(/^decoder.*\.attention/),
    cross_attentions: patterns(/\.cross\./),
    logits: [logits],
  };
}

async function valuesOf({ config, weights }) {
  if (config.maxPositions < IDS.length) throw new InputError("the text is longer than the model's positions");
  const parts = Object.entries(partsOf(config));
  const outputs = Object.fromEntries(parts.flatMap(([part, list]) => list.map((value, k) => [`${part}:${k}`, value])));
  const program = await runtime.compile(outputs, { weights: byPath(weights) });
  const used = Object.fromEntries(
    Object.entries(feeds).filter(([name]) => config.family === "encoder-decoder" || !/^decoder/.test(name)),
  );
  const results = await program.run(used);
  return Object.fromEntries(
    parts.map(([part, list]) => [
      part,
      list.map((_, k) => Array.from(results[`${part}:${k}`].data, (x) => Number(x.toPrecision(7)))),
    ]),
  );
}

for (const family of chosen.length > 0 ? chosen : readdirSync(root)) {
  const folder = join(root, family);
  const known = new Map(); // a configuration that was read before has the same values
  const base = readFileSync(join(folder, "config.json"), "utf8");
  const lines = [];
  for (const line of readFileSync(join(folder, "reference.jsonl"), "utf8").split("\n")) {
    const { name, config } = JSON.parse(line);
    writeFileSync(join(folder, "config.json"), config);
    try {
      const model = await (/marian|m2m/.test(family) ? loadTranslator : loadCheckpoint)(folder);
      const key = JSON.stringify(model.config);
      if (!known.has(key)) known.set(key, await valuesOf(model));
      lines.push(JSON.stringify({ name, values: known.get(key) }));
    } catch (error) {
      lines.push(JSON.stringify({ name, error: error.message, kind: error.constructor.name }));
    }
  }
  writeFileSync(join(folder, "config.json"), base);
  writeFileSync(join(folder, "headwise.jsonl"), lines.join("\n"));
  console.log(family, lines.length, "cases,", known.size, "different models");
}
process.exit(0);
