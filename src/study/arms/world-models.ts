/** Models of the synthetic world for studies of arms: their configuration, their training, and their loss on held-out documents. */
import { plainSentence } from "../../corpus/plain.ts";
import { createWorld, worldDocuments } from "../../corpus/world/document.ts";
import type { WorldDocument } from "../../corpus/world/target.ts";
import { WORLD_SPECIAL, worldEncoder } from "../../corpus/world/tokenizer.ts";
import { type AdaptiveMeasures, adaptiveMeasures } from "../../heads/observe/adaptive.ts";
import type { Text } from "../../heads/observe/text.ts";
import type { TransformerConfig } from "../../models/config.ts";
import { ownKeyValueHeads } from "../../models/features-of.ts";
import { type Transformer, type TransformerParameters, transformerParameters } from "../../models/transformer.ts";
import type { AttentionFeatures } from "../../nn/features/features.ts";
import { filled } from "../../params/tree.ts";
import type { CutCurve, CutPoint } from "../../prune/curve.ts";
import type { Runtime } from "../../run/runtime.ts";
import type { Tensor } from "../../run/tensor.ts";
import { evaluate, type Task } from "../../tasks/task.ts";
import { nextTokenTask } from "../../tasks/token-tasks.ts";
import { endlessData, type TrainingData } from "../../train/data.ts";
import { type Evaluation, freshProgress, runTraining } from "../../train/run.ts";
import { createTrainer, initialState, initialWeights, type TrainerOptions, weightsOf } from "../../train/trainer.ts";
import { MEASURED, modelConfigOf } from "../arms.ts";
import { scheduleOf, trainerOptionsOf, type WorldTraining } from "../world-training.ts";

/** The settings of models on the world; `heads` fixes the head width, `width / heads`. */
export interface WorldSettings extends WorldTraining {
  readonly heads: number;
}

const world = createWorld();
/** Encodes a document of the world. */
export const encode = worldEncoder(world);
const VOCABULARY = world.words.length + WORLD_SPECIAL.length;

/** The heads of every layer, and their features. */
export interface HeadForm {
  /** Default: those of the settings. */
  readonly heads?: number;
  readonly features?: AttentionFeatures;
}

/** Returns the configuration of a causal language model of the world; the width of a head does not depend on their number. */
export function languageModel(settings: WorldSettings, { heads = settings.heads, features }: HeadForm = {}): TransformerConfig {
  const layers = Array.from({ length: settings.layers }, (_, layer) => `${layer}`);
  return {
    ...modelConfigOf(settings, settings.heads, VOCABULARY),
    heads: layers.map(() => heads),
    keyValueHeads: layers.map(() => ownKeyValueHeads(features ?? {}, heads)),
    ...(features && { features: Object.fromEntries(layers.map((layer) => [layer, features])) }),
  };
}

/** Returns new documents in every step, for a causal language model. */
export const endlessDocuments = ({ batch, sequence }: WorldSettings, seed: number): TrainingData =>
  endlessData((first, count) => worldDocuments(seed, count, first).map(encode), [], batch, {
    ...{ tokens: batch * sequence, seed, accumulate: 1, sequence },
  });

export interface TrainedOptions {
  readonly seed: number;
  readonly data: TrainingData;
  /** What differs from the options of all models of the world. */
  readonly options?: Partial<TrainerOptions>;
  readonly progress: (share: number) => void;
  /** The number of evaluations on the held-out texts of `data`; default: none. */
  readonly evaluations?: number;
  readonly onEvaluation?: (evaluation: Evaluation) => void;
}

/** Trains a model from new weights. */
export async function trainedModel(
  runtime: Runtime,
  config: TransformerConfig,
  settings: WorldSettings,
  { seed, data, options, progress, evaluations, onEvaluation }: TrainedOptions,
): Promise<Transformer> {
  const { steps, learningRate } = settings;
  const trainer = createTrainer(
    runtime,
    config,
    { ...trainerOptionsOf(settings, seed), ...options },
    initialState(config, seed),
  );
  const plan = { steps, learningRate, schedule: scheduleOf(settings), every: Math.ceil(steps / (evaluations ?? 1)) };
  const onStep = ({ step }: { step: number }) => progress(step / steps);
  const own = evaluations ? data : { ...data, heldOut: () => [] };
  await runTraining(trainer, own, plan, freshProgress, { onStep, onEvaluation });
  const weights = filled<TransformerParameters<Tensor>>(transformerParameters(config), weightsOf(trainer.state));
  return { config, weights };
}

/** Returns a model that is not trained. */
export const untrained = (config: TransformerConfig, seed: number): Transformer => ({
  config,
  weights: filled<TransformerParameters<Tensor>>(transformerParameters(config), initialWeights(config, seed)),
});

/** Returns documents that no model is trained on. */
export const heldOut = ({ documents }: Pick<WorldSettings, "documents">): WorldDocument[] =>
  worldDocuments(MEASURED, documents);

/** Returns the first tokens of documents, as many as a model reads. */
export const startsOf = (documents: readonly WorldDocument[], { sequence }: Pick<WorldSettings, "sequence">): Int32Array[] =>
  documents.map((document) => encode(document).slice(0, sequence));

/** Returns next-token tasks over the two halves of the held-out documents: one chooses heads, the other measures. */
export function heldOutHalves(settings: WorldSettings): { readonly choose: Task; readonly measure: Task } {
  const starts = startsOf(heldOut(settings), settings);
  const half = Math.floor(starts.length / 2);
  return { choose: nextTokenTask(starts.slice(0, half)), measure: nextTokenTask(starts.slice(half)) };
}

/** Measures what the features of each head do on the held-out documents, by layer. */
export async function adaptiveByLayer(
  runtime: Runtime,
  model: Transformer,
  settings: WorldSettings,
): Promise<AdaptiveMeasures[][]> {
  const measures = await adaptiveMeasures(
    runtime,
    model,
    heldOut(settings).map((document) => textOf(document, settings)),
  );
  return model.config.heads.map((heads, layer) => measures.slice(layer * heads, (layer + 1) * heads));
}

/** Returns the start of a document as a text whose patterns can be measured. */
function textOf(document: WorldDocument, { sequence }: WorldSettings): Text {
  const ids = encode(document).slice(0, sequence);
  const tokens = ["<s>", ...document.words].slice(0, ids.length);
  return {
    ...{ sentence: plainSentence("document", document.words.join(" ")), ids, tokens, punctuation: [] },
    wordOf: Int32Array.from(ids, (_, i) => i - 1),
    special: tokens.map((_, i) => i === 0),
  };
}

/** Returns a model's quality at a task. */
export const qualityOf = async (runtime: Runtime, model: Transformer, task: Task): Promise<number> =>
  task.quality(await evaluate(runtime, model, task));

/** Returns the loss that curves show for a method where the fraction of removed heads is nearest to `share`. */
export function lossAt(curves: readonly CutCurve[], method: string, share: number): number {
  const points = curves.find((curve) => curve.method === method)?.points ?? [];
  const away = ({ share: own }: CutPoint) => Math.abs(own - share);
  const [first, ...others] = points;
  if (!first) throw new Error(`internal: there is no curve of ${method}`);
  return others.reduce((a, b) => (away(b) < away(a) ? b : a), first).loss.value;
}
