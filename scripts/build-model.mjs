/**
 * `npm run model -- NAME`: makes a built-in model again, from its committed configuration to `models/NAME/`. `english` is
 * trained by models/english/train.json; `relations` takes the models of one head and of eight from the finished study
 * one-or-many. An interrupted run goes on where it was.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createGenerator } from "../dist/index.js";
import { fileSource, loadCheckpoint, nodeRuntime } from "../dist/index.node.js";
import { roundedFile } from "./round-weights.mjs";

const root = join(import.meta.dirname, "..");
const json = (path) => JSON.parse(readFileSync(path, "utf8"));

function headwise(...args) {
  const { status } = spawnSync(process.execPath, [join(root, "dist/cli/main.js"), ...args], { cwd: root, stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}

const STORED =
  "- **Storage**: half precision; each matrix is rounded to multiples of a power of two (`scripts/round-weights.mjs`) so that it compresses. Figures are from before the rounding.";

/** A model directory in half precision, rounded, with its card. */
async function publish(from, name, card) {
  const to = join(root, "models", name);
  mkdirSync(to, { recursive: true });
  const source = await fileSource(join(from, "model.safetensors"));
  writeFileSync(join(to, "model.safetensors"), await roundedFile(source));
  await source.close();
  for (const same of ["config.json", "tokenizer.json", "tokenizer_config.json"])
    writeFileSync(join(to, same), readFileSync(join(from, same)));
  writeFileSync(join(to, "README.md"), card);
  console.log(`wrote models/${name}`);
}

const sizes = ({ n_layer, n_head, n_embd, vocab_size }) =>
  `${n_layer} layers × ${n_head} head${n_head > 1 ? "s" : ""}, width ${n_embd}, ${vocab_size.toLocaleString("en")} tokens`;

async function samples(directory, prompts) {
  const runtime = await nodeRuntime();
  const model = await loadCheckpoint(directory);
  const generator = createGenerator(runtime, model);
  const made = [];
  for (const prompt of prompts) {
    const { ids } = model.tokenizer.encode(prompt);
    const more = await generator.generate(ids, { count: 60, temperature: 0.8, topK: 40, seed: 1 });
    made.push(`> **${prompt}**${model.tokenizer.decode(more)}`.replace(/\s+/g, " "));
  }
  await runtime.release();
  return made;
}

async function english() {
  const run = join(root, "runs/english");
  if (!existsSync(join(run, "result.json"))) {
    const again = existsSync(join(run, "config.json"))
      ? ["--resume", "english"]
      : ["models/english/train.json", "--name", "english"];
    headwise("train", ...again);
  }
  const result = json(join(run, "result.json"));
  const model = join(run, "model");
  const last = result.evaluations.at(-1);
  const texts = await samples(model, ["Fellow citizens", "The state of the Union is", "Our relations with foreign nations"]);
  const rows = result.evaluations.map(
    (e) => `| ${e.step} | ${e.loss.toFixed(3)} | ${e.perplexity.toFixed(1)} | ${e.bitsPerByte.toFixed(3)} |`,
  );
  const card = `# builtin:english

A small causal language model of presidential prose: ${sizes(json(join(model, "config.json")))}, GPT-2's architecture, half precision.

- **Data**: the State of the Union addresses from 1790 on (public domain; \`LICENSE-text.md\`): 210 for training; every tenth, 23 in total, is held out.
- **Configuration**: \`train.json\` in this folder; seed ${result.config.seed}, ${result.steps.toLocaleString("en")} steps of ${result.config.batch.tokens.toLocaleString("en")} tokens, ${result.threads} threads.
- **Held out**: ${last.bitsPerByte.toFixed(3)} bits per byte (${last.loss.toFixed(3)} nats per token, perplexity ${last.perplexity.toFixed(1)}).
${STORED}
- **Reproduction**: \`npm run build && npm run model -- english\`.

| step | nats per token | perplexity | bits per byte |
|---|---|---|---|
${rows.join("\n")}

Samples (temperature 0.8, top-k 40, seed 1; prompts in bold):

${texts.join("\n\n")}

The model is meant for experiments on heads, not as a source of facts; it repeats the language and the views of its training text.
`;
  await publish(model, "english", card);
}

async function relations() {
  const out = join(root, "runs/one-or-many");
  headwise("study", "one-or-many", "--out", out);
  const { study, models, threads } = json(join(out, "result.json"));
  const age = (id) => statSync(join(out, "parts", id)).mtimeMs;
  const [id] = readdirSync(join(out, "parts")).sort((a, b) => age(b) - age(a));
  for (const heads of [1, 8]) {
    const { skills, loss } = models.find((m) => m.arm === "trained" && m.heads === heads && m.seed === 1);
    const from = join(out, "parts", id, `trained-${heads}-1`);
    const rows = Object.entries(skills).map(([relation, { accuracy }]) => `| ${relation} | ${accuracy.toFixed(3)} |`);
    const card = `# builtin:relations-${heads}

A causal language model of the synthetic world of relations (docs/world): ${sizes(json(join(from, "config.json")))}, half precision.

- **Data**: documents of the synthetic world, seed 1, new ones at every step; evaluated on ${study.documents.toLocaleString("en")} others.
- **Configuration**: the study \`one-or-many\` (docs/study), arm \`trained\`, ${heads} head${heads > 1 ? "s" : ""}, seed 1: ${study.steps.toLocaleString("en")} steps of ${study.batch} documents, learning rate ${study.learningRate}, ${threads} threads.
- **Held out**: ${loss.toFixed(3)} nats per token.
${STORED}
- **Reproduction**: \`npm run build && npm run model -- relations\`.

| relation | accuracy |
|---|---|
${rows.join("\n")}
`;
    await publish(from, `relations-${heads}`, card);
  }
}

const known = { english, relations };
const name = process.argv[2];
if (!(name in known)) {
  console.error(`npm run model -- NAME: NAME is one of ${Object.keys(known).join(", ")}`);
  process.exit(2);
}
await known[name]();
