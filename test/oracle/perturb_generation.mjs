/**
 * Our side of test/oracle/perturb_generation.py, which starts it after a build.
 *
 *   node test/oracle/perturb_generation.mjs CASES.json OURS.json
 */
import { readFileSync, writeFileSync } from "node:fs";
import { bytesSource, InputError, readTranslator, translate } from "../../dist/index.js";
import { nodeRuntime } from "../../dist/index.node.js";

const [from, to] = process.argv.slice(2);
const cases = JSON.parse(readFileSync(from, "utf8"));
const runtime = await nodeRuntime({ threads: 1 });
const weights = (name) => new Uint8Array(readFileSync(new URL(`../fixtures/${name}/model.safetensors`, import.meta.url)));
const asBytes = (json) => new TextEncoder().encode(JSON.stringify(json));

/** The id of a word is its number; special tokens are never in a source but for its end, which is put there. */
const tokenizer = {
  version: "1.0",
  added_tokens: [],
  normalizer: null,
  pre_tokenizer: { type: "WhitespaceSplit" },
  post_processor: null,
  decoder: null,
  model: { type: "WordLevel", unk_token: "w3", vocab: Object.fromEntries(Array.from({ length: 61 }, (_, k) => [`w${k}`, k])) },
};
const weightsOf = { marian: weights("marian"), m2m: weights("m2m") };

async function ours({ model, config, generation, sources }) {
  const files = {
    "config.json": asBytes(config),
    "generation_config.json": generation && asBytes(generation),
    "tokenizer.json": asBytes(tokenizer),
    "model.safetensors": weightsOf[model],
  };
  const open = async (name) => (files[name] ? bytesSource(name, files[name]) : undefined);
  const translator = await readTranslator(model, open);
  const outputs = [];
  const texts = sources.map((row) =>
    row
      .slice(0, -1)
      .map((id) => `w${id}`)
      .join(" "),
  );
  for await (const { ids } of translate(runtime, translator, texts)) outputs.push([...ids]);
  return { outputs };
}

const made = [];
for (const one of cases) {
  try {
    made.push(await ours(one));
  } catch (error) {
    made.push({ error: error.message, input: error instanceof InputError });
  }
}
writeFileSync(to, JSON.stringify(made));
process.exit(0);
