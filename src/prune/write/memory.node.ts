/** The memory of a model alone: a separate process that only runs it, with plain ONNX Runtime. */
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Memory } from "../measure.ts";
import { onnxFiles } from "./onnx.ts";

/** Runs ONNX files one after the other, each once, and prints the peak of the process in bytes. */
const SCRIPT = `
import { existsSync, readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
const [path, rows, columns, ...files] = process.argv.slice(1);
const [batch, length] = [Number(rows), Number(columns)];
const { default: ort } = await import(pathToFileURL(path).href);
const ones = () => new ort.Tensor("int64", new BigInt64Array(batch * length).fill(1n), [batch, length]);
let states;
for (const file of files) {
  const session = await ort.InferenceSession.create(file);
  const feeds = Object.fromEntries(session.inputNames.map((name) => [name, name === "encoder_hidden_states" ? states : ones()]));
  states = (await session.run(feeds)).last_hidden_state;
}
// on Linux, maxRSS also counts the parent process
const status = existsSync("/proc/self/status") ? readFileSync("/proc/self/status", "utf8") : "";
console.log(1024 * Number(/^VmHWM:\\s+(\\d+)/m.exec(status)?.[1] ?? process.resourceUsage().maxRSS));
`;

/** The minimum of several peaks is used, since the rest of a process varies by some MiB between runs. */
const RUNS = 3;

/** Measures the peak of a process that loads a model's ONNX files and runs `batch` texts of `length` tokens. */
export const processMemory: Memory = async (model, batch, length) => {
  const folder = await mkdtemp(join(tmpdir(), "headwise-"));
  try {
    const files: string[] = [];
    for (const [name, bytes] of onnxFiles(model)) {
      const file = join(folder, name);
      await writeFile(file, bytes);
      files.push(file);
    }
    const ort = createRequire(import.meta.url).resolve("onnxruntime-node");
    const words = ["--input-type=module", "-e", SCRIPT, "--", ort, `${batch}`, `${length}`, ...files];
    const peaks: number[] = [];
    for (let run = 0; run < RUNS; run++) peaks.push(Number((await promisify(execFile)(process.execPath, words)).stdout));
    return Math.min(...peaks) || null;
  } catch {
    return null; // unavailable if the system cannot start processes
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};
