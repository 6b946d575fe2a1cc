/** Peers as child processes that wait for their turn: a line "NAME REPEATS" is answered with milliseconds. */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const script = (name) => fileURLToPath(new URL(`peers/${name}`, import.meta.url));

/** The command that starts each peer; `program` is undefined where it is not set up. */
const PEERS = (o) => ({
  torch: { program: o.python, args: [script("torch_stats.py"), "--model", o.model] },
  tlens: { program: o.tlensPython, args: [script("tlens_stats.py"), "--model", o.model] },
  transformersJs: { program: o.onnx && process.execPath, args: [script("transformers_js.mjs"), "--model", o.onnx] },
});

/** Start every peer. A peer that cannot start has `missing`, the reason, instead of `contestants`. */
export async function startPeers(options, out) {
  const started = {};
  for (const [name, { program, args }] of Object.entries(PEERS(options))) {
    if (!program) {
      started[name] = { missing: "not set up" };
      continue;
    }
    const sizes = ["batch", "length", "threads"].flatMap((size) => [`--${size}`, String(options[size])]);
    const written = out[name] ? ["--out", out[name]] : [];
    started[name] = await attempt(name, program, [...args, ...sizes, ...written]);
  }
  return started;
}

/**
 * PyTorch's training steps, eager and under torch.compile. Where only the second cannot start (it needs g++),
 * `withoutCompile` has the reason. The peer takes some steps of each before it answers: compiling is over by then.
 */
export async function startTrainingPeer({ python, threads, widths }, { batch, length }) {
  if (!python) return { missing: "not set up" };
  const sizes = Object.entries({ batch, length, threads }).flatMap(([name, size]) => [`--${name}`, `${size}`]);
  const args = [script("torch_train.py"), ...sizes, ...widths.flatMap((width) => ["--width", `${width}`])];
  const both = await attempt("torch", python, [...args, "--compile"]);
  if (!both.missing) return both;
  return { ...(await attempt("torch", python, args)), withoutCompile: both.missing };
}

/** PyTorch's masked passes, one for each head that exact ablation takes out. */
export async function startMaskingPeer({ python, model, threads }) {
  if (!python) return { missing: "not set up" };
  return attempt("torch", python, [script("torch_masked.py"), "--model", model, "--threads", `${threads}`]);
}

const attempt = (name, program, args) =>
  serve(name, program, [...args, "--serve"]).catch((error) => ({ missing: `not set up: ${error.message}` }));

async function serve(name, program, args) {
  const child = spawn(program, args, { stdio: ["pipe", "pipe", "pipe"] });
  let complaints = "";
  child.stderr.on("data", (chunk) => (complaints = (complaints + chunk).slice(-4000)));
  const failed = new Promise((_, reject) => {
    child.on("error", reject);
    child.on("exit", (code) => reject(new Error(`${name} ended with ${code}: ${complaints.trim().split("\n").at(-1)}`)));
  });
  failed.catch(() => {}); // an end after the race is no failure
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async () => {
    for (;;) {
      const { value, done } = await Promise.race([answers.next(), failed]);
      if (done) return failed;
      if (value.startsWith("{")) return JSON.parse(value);
    }
  };
  const about = await answer();
  const peer = { about, peakBytes: 0, contestants: [], stop: () => child.stdin.end() };
  peer.contestants = about.runs.map((run) => ({
    name: `${name}.${run}`,
    async times(repeats) {
      child.stdin.write(`${run} ${repeats}\n`);
      const { ms, peakBytes } = await answer();
      peer.peakBytes = peakBytes;
      return ms;
    },
  }));
  return peer;
}
