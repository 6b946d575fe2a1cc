/** The cost of sparse normalizers and bounded spans: `node bench/sparse.mjs [THREADS] [WIDTH]` on Linux, after `npm run build`. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import {
  attention,
  attentionParameters,
  bandedAttention,
  bias,
  byPath,
  causal,
  declare,
  entmax,
  initialize,
  input,
  nodeRuntime,
  normals,
  random,
  reachOf,
  softmax,
  tensor,
} from "./headwise.mjs";
import { here, median, race } from "./race.mjs";
import { trainingStep } from "./train.mjs";

const [threads, width] = [Number(process.argv[2] ?? 1), Number(process.argv[3] ?? 128)];
const MEMORY = "memory-of";

/** Normalizers of the scores of 4 texts, 8 heads, 128 × 128 tokens. */
const SCORES = [4, 8, 128, 128];
const NORMALIZERS = {
  softmax,
  sparsemax: (x) => entmax(x, 2),
  "entmax 1.5": (x) => entmax(x, 1.5),
  "entmax 1.3": (x) => entmax(x, 1.3),
  "entmax, α by head": (x) => entmax(x, input("alpha", [SCORES[1], 1, 1])),
};
const GOAL = 15;

async function normalizerRuns(runtime) {
  const x = tensor(
    normals(
      random("scores"),
      SCORES.reduce((n, d) => n * d, 1),
    ),
    SCORES,
  );
  const alpha = tensor(
    Float32Array.from({ length: SCORES[1] }, (_, h) => 1.1 + 0.1 * h),
    [SCORES[1], 1, 1],
  );
  const runs = {};
  for (const [name, f] of Object.entries(NORMALIZERS)) {
    const program = await runtime.compile({ y: f(input("x", SCORES)) });
    const y = tensor(new Float32Array(x.data.length), SCORES);
    const feeds = program.inputs.has("alpha") ? { x, alpha } : { x };
    runs[name] = () => program.run(feeds, { into: { y } });
  }
  return runs;
}

/** Training steps of the model of bench/train.mjs. */
const STEPS = {
  "step, softmax": undefined,
  "step, entmax 1.5": { normalizer: "entmax" },
  "step, α by head": { normalizer: "entmax", alpha: "learned" },
};

/** One attention over 2,048 tokens: 8 heads × 32 whose spans are 256 tokens on average and 480 at most, with a ramp of 32. */
const LENGTH = 2048;
const SIZES = { width: 256, heads: 8, headWidth: 32, features: { span: { longest: LENGTH, ramp: 32, penalty: 0 } } };
const SPANS = [32, 96, 160, 256, 256, 320, 448, 480];

async function spanRun(runtime, banded) {
  const { features } = SIZES;
  const specs = attentionParameters(SIZES);
  const shares = SPANS.map((z) => z / LENGTH);
  const weights = new Map([...byPath(initialize(specs, 1)), ["span", tensor(Float32Array.from(shares), [SPANS.length])]]);
  const p = declare(specs);
  const x = input("x", [1, LENGTH, SIZES.width]);
  const block = reachOf(features.span, shares);
  const y = banded
    ? bandedAttention(p, x, { features, block })
    : attention(p, x, { features, mask: bias(causal(LENGTH, undefined, x)) });
  const program = await runtime.compile({ y }, { weights });
  const feeds = { x: tensor(normals(random("x"), LENGTH * SIZES.width), [1, LENGTH, SIZES.width]) };
  return () => program.run(feeds);
}

/** The peak memory of a process that runs one attention five times, in MiB. */
const peakOf = (banded) =>
  Number(execFileSync(process.execPath, [process.argv[1], MEMORY, banded ? "banded" : "whole"], { encoding: "utf8" }));

async function measurePeak(which) {
  const runtime = await nodeRuntime({ threads: 1 });
  const run = await spanRun(runtime, which === "banded");
  for (let k = 0; k < 5; k++) await run();
  // maxRSS would include what this process was forked from
  process.stdout.write(`${Number(readFileSync("/proc/self/status", "utf8").match(/VmHWM:\s+(\d+)/)[1]) / 1024}`);
  await runtime.release();
}

const ms = (times) => `${median(times).toFixed(2)} ms [${Math.min(...times).toFixed(2)}]`;
const least = (times) => Math.min(...times);

function printTimes(times, names, against) {
  for (const name of names) {
    const own = times.get(name);
    const base = times.get(against);
    const [byMedian, byLeast] = [median(own) / median(base), least(own) / least(base)];
    console.log(`  ${name.padEnd(20)} ${ms(own).padEnd(26)} ${byMedian.toFixed(2)} [${byLeast.toFixed(2)}] × ${against}`);
  }
}

const timed = (runs, repeats) =>
  race(
    Object.entries(runs).map(([name, run]) => here(name, run)),
    { rounds: 4, repeats },
  );

async function measureNormalizers(runtime) {
  const times = await timed(await normalizerRuns(runtime), 8);
  console.log(`Normalizers of scores ${SCORES.join("·")}; goal for entmax 1.5 ≤ ${GOAL} × softmax`);
  printTimes(times, Object.keys(NORMALIZERS), "softmax");
}

async function measureSteps(runtime) {
  const runs = Object.entries(STEPS).map(([name, features]) => [name, trainingStep(runtime, width, features)]);
  const times = await timed(Object.fromEntries(runs), 2);
  console.log(`Training step, width ${width}`);
  printTimes(times, Object.keys(STEPS), "step, softmax");
  for (const name of Object.keys(STEPS).slice(1)) {
    const share = 1 - least(times.get("step, softmax")) / least(times.get(name));
    console.log(`  ${name}: ${(100 * share).toFixed(0)}% of the step is more than with softmax`);
  }
}

async function measureSpans(runtime) {
  const runs = { "spans, whole": await spanRun(runtime, false), "spans, by blocks": await spanRun(runtime, true) };
  const times = await timed(runs, 3);
  const mean = SPANS.reduce((a, b) => a + b) / SPANS.length;
  console.log(`Attention over ${LENGTH} tokens, mean span ${mean}, longest ${Math.max(...SPANS)}`);
  printTimes(times, Object.keys(runs), "spans, whole");
  const [whole, blocks] = [peakOf(false), peakOf(true)].map((size) => size.toFixed(0));
  console.log(`  peak memory of the process: ${whole} MiB whole, ${blocks} MiB by blocks`);
}

async function main() {
  const runtime = await nodeRuntime({ threads });
  console.log(`Median [fastest], ${threads} thread(s)`);
  await measureNormalizers(runtime);
  await measureSpans(runtime);
  await measureSteps(runtime);
  await runtime.release();
}

if (process.argv[2] === MEMORY) await measurePeak(process.argv[3]);
else await main();
