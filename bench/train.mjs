/** Our training steps, ready to be timed, and the matrix product they are compared with: sizes as in peers/torch_train.py. */
import {
  causalBatch,
  createTrainer,
  initialState,
  input,
  matmul,
  nodeRuntime,
  normals,
  random,
  readConfig,
  tensor,
} from "./headwise.mjs";

/** Sizes of every training step. */
export const TRAINING = { batch: 16, length: 128, layers: 4, heads: 8, vocabulary: 4096 };
const SIDE = 1024;

const OPTIONS = {
  adam: { betas: [0.9, 0.95], epsilon: 1e-8, weightDecay: 0.1, clip: 1 },
  dropout: { residual: 0, attention: 0 },
  labelSmoothing: 0,
  seed: 1,
};

/** A GPT-2 of that width: norms first, learned positions, tanh GELU, output tied to the embedding; all attentions have `features`. */
const configOf = (width, features) =>
  readConfig(
    {
      model_type: features ? "headwise-gpt2" : "gpt2",
      ...(features && {
        headwise: { attention: Object.fromEntries([...Array(TRAINING.layers).keys()].map((l) => [`${l}`, features])) },
      }),
      n_embd: width,
      n_layer: TRAINING.layers,
      n_head: TRAINING.heads,
      n_positions: TRAINING.length,
      vocab_size: TRAINING.vocabulary,
      activation_function: "gelu_new",
    },
    `width ${width}`,
  );

/** Random texts, each with one token more than is read, so that every position has a target. */
function randomBatch({ batch, length, vocabulary }) {
  const uniform = random("training");
  const row = () => Int32Array.from({ length: length + 1 }, () => Math.floor(uniform() * vocabulary));
  return causalBatch(Array.from({ length: batch }, row), { batch, sequence: length });
}

/** One training step as a function, which gives the loss. */
export function trainingStep(runtime, width, features) {
  const config = configOf(width, features);
  const trainer = createTrainer(runtime, config, OPTIONS, initialState(config, 1));
  const batch = randomBatch(TRAINING);
  return async () => (await trainer.step([batch], 1e-3)).loss;
}

/** 1024³ float32, as a program like any other, into a buffer that is kept. */
async function product(runtime) {
  const shape = [SIDE, SIDE];
  const [a, b, y] = ["a", "b", "y"].map((name) => tensor(normals(random(name), SIDE * SIDE), shape));
  const program = await runtime.compile({ y: matmul(input("a", shape), input("b", shape)) });
  return () => program.run({ a, b }, { into: { y } });
}

/** Operations of a run, matmul or stepWIDTH or compiledWIDTH, by the formula of peers/torch_train.py. */
export function flopsOf(run) {
  if (run === "matmul") return 2 * SIDE ** 3;
  const width = Number(run.match(/\d+$/)[0]);
  const { batch, length, layers, vocabulary } = TRAINING;
  const matrices = layers * 12 * width ** 2 + vocabulary * width;
  return 6 * matrices * batch * length + 12 * layers * batch * length ** 2 * width;
}

/** As the peer's: the first loss is a guess, and seen often enough, the batch is known better than that. */
async function assertLearns(step, name) {
  const losses = [];
  for (let k = 0; k < 8; k++) losses.push(await step());
  const guess = Math.log(TRAINING.vocabulary);
  if (!(Math.abs(losses[0] - guess) < 1 && losses[7] < losses[0])) throw new Error(`${name} does not learn: ${losses}`);
}

/** All of ours, compiled: `runs` by name, each a function that runs once. */
export async function trainingRuns({ threads, widths }) {
  const runtime = await nodeRuntime({ threads });
  const runs = { matmul: await product(runtime) };
  for (const width of widths) {
    const step = trainingStep(runtime, width);
    await assertLearns(step, `step${width}`);
    runs[`step${width}`] = step;
  }
  return { runs, release: () => runtime.release() };
}
