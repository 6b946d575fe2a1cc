/** Removes heads from a model, checks the result against the masked model on text, and writes the smaller checkpoint. */
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { checkCut, cutHeads, headCount, modelFiles, splitSentences } from "headwise";
import { nodeRuntime, openForCutting } from "headwise/node";

const [out, ...heads] = process.argv.slice(2);
if (!out) {
  console.error("the output folder is missing; run `node prune.mjs OUT [HEAD…]`");
  process.exit(2);
}
const removed = heads.length > 0 ? heads : ["0.0", "3.7"];

const opened = await openForCutting("builtin:english");
const { config, weights, tokenizer } = opened.checkpoint;

// for each layer that loses a head: the heads that it keeps
const kept = new Map();
for (const name of removed) {
  const [layer, head] = name.split(".");
  const before = kept.get(layer) ?? [...Array(config.heads[layer]).keys()];
  kept.set(
    layer,
    before.filter((h) => h !== Number(head)),
  );
}
const whole = { config, weights };
const smaller = cutHeads(whole, kept);

const runtime = await nodeRuntime();
const text = "The Congress of the United States meets again. The state of the Union is good.";
const texts = splitSentences(text).map((sentence) => ({ ids: Int32Array.from(tokenizer.encode(sentence).ids) }));
const check = await checkCut(runtime, whole, kept, smaller, texts);
await runtime.release();
console.log(`removed ${removed.join(", ")}: ${headCount(config)} heads → ${headCount(smaller.config)}`);
console.log(`largest difference from the masked model on ${check.tokens} tokens: ${check.states.toExponential(1)}`);

for (const [name, content] of modelFiles(opened, smaller)) {
  const path = join(out, name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
}
console.log(`wrote ${out}`);
