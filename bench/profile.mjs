/**
 * Where a training step's time goes, by kind of op, from ONNX Runtime's profiler:
 *   npm run build && node bench/profile.mjs [WIDTH] [THREADS] [STEPS]
 * The profiler itself costs a little for each op: believe the shares.
 */
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { InferenceSession } from "onnxruntime-node";
import { nodeRuntime } from "./headwise.mjs";
import { flopsOf, trainingStep } from "./train.mjs";

const [width = 256, threads = 2, steps = 5] = process.argv.slice(2).map(Number);
const folder = await mkdtemp(join(tmpdir(), "headwise-profile-"));

/** The runtime's own sessions with the profiler switched on, so that nothing else differs from a real run. */
const create = InferenceSession.create;
let session;
InferenceSession.create = async (bytes, options) => {
  session = await create(bytes, { ...options, enableProfiling: true, profileFilePrefix: join(folder, "step") });
  return session;
};

const PRODUCTS = /MatMul|Gemm/;
const kindOf = ({ name, args }) => {
  if (PRODUCTS.test(args.op_name)) return "matrix products";
  return name.startsWith("optimizer") ? "optimizer" : args.op_name;
};

/** Microseconds by kind over all runs but the first, which finds nothing in memory. */
function sums(events) {
  const runs = events.filter(({ name }) => name === "model_run").sort((a, b) => a.ts - b.ts);
  const counted = events.filter(({ cat, name, ts }) => cat === "Node" && name.endsWith("_kernel_time") && ts >= runs[1].ts);
  const kinds = new Map([["whole step", runs.slice(1).reduce((total, { dur }) => total + dur, 0)]]);
  for (const event of counted) kinds.set(kindOf(event), (kinds.get(kindOf(event)) ?? 0) + event.dur);
  return kinds;
}

try {
  const runtime = await nodeRuntime({ threads });
  const step = trainingStep(runtime, width);
  for (let k = 0; k <= steps; k++) await step();
  session.endProfiling();
  const [path] = await readdir(folder);
  const kinds = sums(JSON.parse(await readFile(join(folder, path), "utf8")));
  const whole = kinds.get("whole step");
  for (const [kind, us] of [...kinds].sort((a, b) => b[1] - a[1]))
    console.log(
      `${kind.padEnd(24)}${(us / steps / 1000).toFixed(1).padStart(8)} ms${((100 * us) / whole).toFixed(1).padStart(7)}%`,
    );
  const rate = flopsOf(`step${width}`) / ((kinds.get("matrix products") / steps) * 1e3);
  console.log(`the products alone run at ${rate.toFixed(0)} GFLOP/s`);
  await runtime.release();
} finally {
  await rm(folder, { recursive: true });
}
