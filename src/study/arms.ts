/** The arms of a study: the models, their training data, and their initialization. */
import { shuffledDocuments, worldDocuments } from "../corpus/world/document.ts";
import type { WorldDocument } from "../corpus/world/target.ts";
import { dimAt } from "../graph/shape.ts";
import { readConfig } from "../load/family/config.ts";
import type { TransformerConfig } from "../models/config.ts";
import { transformerParameters } from "../models/transformer.ts";
import { type HeadAxis, leafAt, specsByPath } from "../params/tree.ts";
import { InputError } from "../run/errors.ts";
import { floats, sizeOf, type Tensor, tensor } from "../run/tensor.ts";
import { numberAt, rowOf } from "../stats/sums.ts";
import { initialWeights } from "../train/trainer.ts";
import type { WorldTraining } from "./world-training.ts";

/**
 * `trained`: on the world; `random`: not trained; `shuffled`: on shuffled words; `symmetric`: on the world, with all heads of a
 * layer equal at the start.
 */
export const ARMS = ["trained", "random", "shuffled", "symmetric"] as const;
export type Arm = (typeof ARMS)[number];

/** One model of a study. */
export interface RunKey {
  readonly arm: Arm;
  readonly heads: number;
  readonly seed: number;
}

/** The settings shared by all models of a study; `documents` is a multiple of `batch`, and also measures effects. */
export interface StudyConfig extends WorldTraining {
  /** Head counts, from 1 up. */
  readonly heads: readonly number[];
  readonly seeds: number;
  /** Head count (one of `heads`) and number of seeds of the control arms. */
  readonly controls: { readonly heads: number; readonly seeds: number };
  /** Documents that train and test the reference readers. */
  readonly readers: { readonly train: number; readonly test: number };
}

/** The full study, and a quick one that takes minutes. */
export const STUDIES = {
  full: {
    heads: [1, 2, 4, 8, 16],
    seeds: 6,
    controls: { heads: 8, seeds: 5 },
    width: 128,
    layers: 2,
    steps: 1800,
    batch: 32,
    sequence: 80,
    learningRate: 3e-3,
    warmup: 100,
    weightDecay: 0.01,
    documents: 512,
    readers: { train: 12_000, test: 6000 },
  },
  quick: {
    heads: [1, 4],
    seeds: 3,
    controls: { heads: 4, seeds: 3 },
    width: 64,
    layers: 2,
    steps: 500,
    batch: 48,
    sequence: 64,
    learningRate: 4e-3,
    warmup: 50,
    weightDecay: 0.01,
    documents: 240,
    readers: { train: 3000, test: 1500 },
  },
} as const satisfies Record<string, StudyConfig>;

/** Throws `InputError` if a plan is invalid or its parts are not comparable. */
export function checkStudy({ heads, seeds, controls, width, documents, batch }: StudyConfig): void {
  const wrong = (what: string, mend: string) => new InputError(`study: ${what}; ${mend}`);
  if (heads[0] !== 1 || heads.slice(1).some((h, k) => h <= numberAt(heads, k)))
    throw wrong(`the head counts are ${heads.join(", ")}`, "list them in ascending order, starting at 1");
  const odd = heads.find((h) => width % h !== 0);
  if (odd) throw wrong(`${odd} heads do not divide the width ${width}`, "choose others");
  if (!heads.includes(controls.heads))
    throw wrong(`controls have ${controls.heads} heads`, `choose one of ${heads.join(", ")}`);
  if (seeds < 1 || controls.seeds < 1) throw wrong("there is no seed", "use at least one");
  if (documents < batch || documents % batch !== 0)
    throw wrong(`${documents} documents are not a multiple of the batch ${batch}`, "change one of them");
}

/** Lists every model of the study in training order: seed by seed, so that an early end is balanced. */
export function runKeys({ heads, seeds, controls }: StudyConfig): RunKey[] {
  const most = Math.max(seeds, controls.seeds);
  return Array.from({ length: most }, (_, k) => k + 1).flatMap((seed) => [
    ...(seed <= seeds ? heads.map((h): RunKey => ({ arm: "trained", heads: h, seed })) : []),
    ...(seed <= controls.seeds
      ? (["random", "shuffled", "symmetric"] as const).map((arm): RunKey => ({ arm, heads: controls.heads, seed }))
      : []),
  ]);
}

type ModelSizes = Pick<StudyConfig, "width" | "layers" | "sequence">;

/** Returns the `config.json` of a model with this number of heads; the head width is the width divided by it. */
export const hubConfigOf = ({ width, layers, sequence }: ModelSizes, heads: number, vocabulary: number) => ({
  model_type: "gpt2",
  architectures: ["GPT2LMHeadModel"],
  vocab_size: vocabulary,
  n_embd: width,
  n_layer: layers,
  n_head: heads,
  n_inner: 4 * width,
  n_positions: sequence,
  activation_function: "gelu_new",
  bos_token_id: 1,
  eos_token_id: 1,
  pad_token_id: 0,
});

export const modelConfigOf = (study: ModelSizes, heads: number, vocabulary: number): TransformerConfig =>
  readConfig(hubConfigOf(study, heads, vocabulary), "study");

/** Returns the initial weights. Models of one seed start equal except for the effect of the number of heads. */
export function startingWeights(config: TransformerConfig, { arm, seed }: RunKey): Map<string, Tensor> {
  const weights = initialWeights(config, seed);
  if (arm !== "symmetric") return weights;
  const specs = specsByPath(transformerParameters(config));
  return new Map(
    [...weights].map(([path, value]) => {
      const heads = specs.get(path)?.heads;
      return [path, heads ? alike(heads, value) : value];
    }),
  );
}

/** Makes every head a copy of the first. */
function alike({ axis }: HeadAxis, weight: Tensor): Tensor {
  const { shape } = weight;
  const heads = dimAt(shape, axis);
  const inner = sizeOf(shape.slice(axis + 1));
  const out = floats(weight).slice();
  for (let head = 0; head < out.length / inner; head++) rowOf(out, head, inner).set(rowOf(out, head - (head % heads), inner));
  return tensor(out, shape);
}

/**
 * Returns the largest difference between two heads' weights of one layer; 0 if all heads are equal. Key biases are excluded:
 * softmax is invariant to a shift of all keys, so their gradient is only rounding, which Adam amplifies.
 */
export function asymmetry(config: TransformerConfig, weights: ReadonlyMap<string, Tensor>): number {
  let most = 0;
  for (const [path, { heads }] of specsByPath(transformerParameters(config))) {
    if (!heads || path.endsWith(".bk")) continue;
    const value = leafAt(weights, path);
    const same = floats(alike(heads, value));
    for (const [k, x] of floats(value).entries()) most = Math.max(most, Math.abs(x - numberAt(same, k)));
  }
  return most;
}

/** Returns the training documents; those for measuring use another seed. */
export const trainingDocuments = ({ arm, seed }: RunKey, first: number, count: number): WorldDocument[] =>
  (arm === "shuffled" ? shuffledDocuments : worldDocuments)(seed, count, first);

/** The seed of the measuring documents, which no model is trained on. */
export const MEASURED = "held out";
