/** Removes heads from a model, checks the result against the masked model on text, and writes the smaller checkpoint. */
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { prune, splitSentences, writtenFiles } from "headwise";
import { nodeRuntime, openForCutting } from "headwise/node";

const [out, ...heads] = process.argv.slice(2);
if (!out) {
  console.error("the output folder is missing; run `node prune.mjs OUT [HEAD…]`");
  process.exit(2);
}

const opened = await openForCutting("builtin:english");
const { tokenizer } = opened.checkpoint;
const text = "The Congress of the United States meets again. The state of the Union is good.";
const texts = splitSentences(text).map((sentence) => ({ ids: Int32Array.from(tokenizer.encode(sentence).ids) }));

const runtime = await nodeRuntime();
const { cut, record } = await prune(runtime, opened, {
  select: { heads: heads.length > 0 ? heads.join(",") : "0.0,3.7" },
  check: { id: "two sentences", texts },
  measure: { batches: [] }, // time is not measured
  seed: 1,
});
await runtime.release();
console.log(`removed ${record.removed.join(", ")}: ${record.heads.before} heads → ${record.heads.after}`);
console.log(
  `largest difference from the masked model on ${record.check.tokens} tokens: ${record.check.states.toExponential(1)}`,
);

for (const [name, content] of writtenFiles(opened, { stored: cut, record })) {
  const path = join(out, name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
}
console.log(`wrote ${out}`);
