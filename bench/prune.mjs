/** Importance and pruning, ready to be timed: a task's plain pass, the sweep of all heads, gradients, attention alone. */
import {
  attentionOnly,
  attentionWork,
  byPath,
  createGradients,
  createSweep,
  cutHeads,
  forward,
  nodeRuntime,
  random,
  similarityTask,
  singleHeads,
  tensor,
} from "./headwise.mjs";

/** Pairs of texts by their length, so that no row is filled up: about as long as STS-B's sentences. As in peers/torch_masked.py. */
export const PAIRS = { lengths: [12, 16, 28], pairs: 32 };

/** Every third head is removed. */
const withoutThirds = ({ heads }) =>
  new Map(heads.map((n, l) => [`${l}`, Array.from({ length: n }, (_, h) => h).filter((h) => h % 3 !== 2)]));

function randomPairs({ vocabulary }) {
  const uniform = random("pairs");
  const text = (length) => Int32Array.from({ length }, () => Math.floor(uniform() * vocabulary));
  return PAIRS.lengths.flatMap((length) =>
    Array.from({ length: PAIRS.pairs }, () => ({ left: text(length), right: text(length), gold: Math.floor(uniform() * 6) })),
  );
}

/** All attentions of a model and nothing else, on random numbers. */
async function attentionRun(runtime, model, { batch, length }) {
  const { width } = model.config;
  const program = await runtime.compile({ y: attentionOnly(model) }, { weights: byPath(model.weights) });
  const x = tensor(
    Float32Array.from({ length: batch * length * width }, (_, k) => Math.sin(k)),
    [batch, length, width],
  );
  return () => program.run({ x });
}

/** Runs by name, the number of heads, and the share of attention's work that the cut removes. */
export async function pruneRuns(checkpoint, options) {
  const { config, weights } = checkpoint;
  const runtime = await nodeRuntime({ threads: options.threads });
  const task = similarityTask(randomPairs(config), { examples: PAIRS.pairs });
  const program = await runtime.compile(task.judge(forward(config)), { weights: byPath(weights) });
  const given = task.batches.map((feeds) => Object.fromEntries([...program.inputs.keys()].map((name) => [name, feeds[name]])));
  const plain = async () => {
    for (const feeds of given) await program.run(feeds);
  };
  const sweep = await createSweep(runtime, checkpoint, task, { kind: "zero" });
  const gradients = await createGradients(runtime, checkpoint, task);
  const units = singleHeads(config);
  const cut = cutHeads(checkpoint, withoutThirds(config));
  return {
    runs: {
      "plain pass": plain,
      sweep: () => sweep(units),
      gradients: () => gradients(new Set()),
      attention: await attentionRun(runtime, checkpoint, options),
      "attention, cut": await attentionRun(runtime, cut, options),
    },
    heads: units.length,
    removed: 1 - attentionWork(cut.config, options.length) / attentionWork(config, options.length),
    release: () => runtime.release(),
  };
}
