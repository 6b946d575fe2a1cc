/**
 * Whether the interval of a sample is one for the file: `node bench/samples.mjs MODEL PAIRS.csv [EXAMPLES] [SEEDS]`, after `npm run
 * build`. Judges all rated pairs once; then draws EXAMPLES of them by each seed, as `--examples` does, and counts how often the 95% interval of
 * the sample's Spearman's ρ contains that of the file.
 */
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import {
  createTextReader,
  drawExamples,
  drawSome,
  estimate,
  evaluate,
  loadCheckpoint,
  nodeRuntime,
  parseRated,
  poolingOf,
  similarityTask,
} from "./headwise.mjs";

const [model, file, examples = 300, seeds = 100] = process.argv.slice(2);
if (!model || !file) {
  console.error("node bench/samples.mjs MODEL PAIRS.csv [EXAMPLES] [SEEDS]: name a model and rated pairs");
  process.exit(2);
}
const runtime = await nodeRuntime();
const checkpoint = await loadCheckpoint(model);
const pooling = poolingOf(checkpoint);
const reader = createTextReader(checkpoint, pooling);
const rated = parseRated(await readFile(file, "utf8"), basename(file));
const pairs = rated.map(({ left, right, gold }) => ({
  left: reader.read(left, "left"),
  right: reader.read(right, "right"),
  gold,
}));
const task = similarityTask(pairs, { pooling });
const judged = await evaluate(runtime, checkpoint, task);
await runtime.release();
const full = task.quality(judged);
// the task has its pairs by length
const lengthOf = ({ left, right }) => Math.max(left.length, right.length);
const gold = [...pairs].sort((a, b) => lengthOf(a) - lengthOf(b)).map((pair) => pair.gold);

function intervalOf(chosen) {
  const places = Int32Array.from(chosen);
  return estimate(drawExamples(places.length, 1), (some) => task.quality(judged, some ? some.map((k) => places[k]) : places));
}

let inside = 0;
for (let seed = 1; seed <= Number(seeds); seed++) {
  const { low, high } = intervalOf(drawSome(gold, Number(examples), `${seed}`));
  if (low <= full && full <= high) inside++;
}
console.log(`${basename(file)}: ${task.measure} of all ${task.examples} pairs ${full.toFixed(2)}`);
console.log(`drawn ${examples}: the interval contains it for ${inside} of ${seeds} seeds`);
