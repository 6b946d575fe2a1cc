/** The study of head dropout: models trained with none, with dropout of attention weights or of channels, and with dropout of heads. */
import { createWorld, worldDocuments } from "../corpus/world/document.ts";
import { WORLD_SPECIAL, worldEncoder } from "../corpus/world/tokenizer.ts";
import { importance } from "../heads/importance/importance.ts";
import type { TransformerConfig } from "../models/config.ts";
import { type Transformer, type TransformerParameters, transformerParameters } from "../models/transformer.ts";
import { filled } from "../params/tree.ts";
import { cutCurves } from "../prune/curve.ts";
import type { Runtime } from "../run/runtime.ts";
import type { Tensor } from "../run/tensor.ts";
import { mean } from "../stats/sums.ts";
import { nextTokenTask } from "../tasks/token-tasks.ts";
import { endlessData } from "../train/data.ts";
import { headDropoutRate } from "../train/dropout.ts";
import { freshProgress, runTraining } from "../train/run.ts";
import { createTrainer, initialState, weightsOf } from "../train/trainer.ts";
import type { ArmKey, ArmStudy, StudyDesign } from "./arm-study.ts";
import { MEASURED, modelConfigOf } from "./arms.ts";
import { headLosses, selfRepair } from "./self-repair.ts";
import { scheduleOf, trainerOptionsOf, type WorldTraining } from "./world-training.ts";

/** The rates of an arm. */
interface Rates {
  readonly attention?: number;
  readonly residual?: number;
  readonly heads?: number;
  readonly schedule?: "constant" | "v";
}

const RATE = 0.2;
/** The arms with their rates; `none` is the baseline. */
const ARMS: Readonly<Record<string, Rates & { readonly text: string }>> = {
  none: { text: "no dropout" },
  attention: { attention: RATE, text: `dropout of attention weights, rate ${RATE}` },
  units: { residual: RATE, text: `dropout of single channels of every sub-layer's output, rate ${RATE}` },
  heads: { heads: RATE, schedule: "constant", text: `head dropout, rate ${RATE}` },
  "heads-v": { heads: RATE, schedule: "v", text: `head dropout, rate from ${RATE} down to 0 and back (V)` },
};

const SETTINGS = {
  full: {
    layers: 2,
    width: 64,
    heads: 8,
    steps: 1500,
    batch: 32,
    sequence: 64,
    learningRate: 4e-3,
    warmup: 50,
    weightDecay: 0.01,
    documents: 400,
  },
  quick: {
    layers: 2,
    width: 32,
    heads: 4,
    steps: 300,
    batch: 32,
    sequence: 48,
    learningRate: 5e-3,
    warmup: 30,
    weightDecay: 0.01,
    documents: 120,
  },
} as const;
interface Settings extends WorldTraining {
  readonly heads: number;
}

/** Returns the design and the models of the study; `quick` is smaller, and ends within minutes. */
export function headDropoutStudy(quick: boolean): ArmStudy {
  const settings: Settings = quick ? SETTINGS.quick : SETTINGS.full;
  return {
    design: designOf(settings, quick ? 3 : 5),
    run: (runtime, key, progress) => measured(runtime, settings, key, progress),
  };
}

function designOf(settings: Settings, seeds: number): StudyDesign {
  const against = (measure: string, arm: string, other = "none") => ({ measure, arm, against: other });
  const { layers, width, heads, steps, batch } = settings;
  return {
    name: "head-dropout",
    title: "Dropout of heads",
    question:
      "Does a model that was trained with head dropout depend less on any single head, and can more of its heads be removed? " +
      `Language models of ${layers} layers, width ${width} and ${heads} heads learn the synthetic world of relations for ${steps} steps of ${batch} documents. Losses are in nats per token, on documents that no model was trained on.`,
    arms: Object.entries(ARMS).map(([name, { text }]) => ({ name, text })),
    seeds,
    measures: [
      { name: "loss", title: "Loss of the whole model", unit: "nats per token", better: "lower" },
      {
        name: "worst",
        title: "Added loss without the most important head",
        unit: "nats per token, resample ablation",
        better: "lower",
      },
      { name: "single", title: "Mean added loss without one head", unit: "nats per token, resample ablation", better: "lower" },
      {
        name: "quarter",
        title: "Added loss without a quarter of the heads",
        unit: "nats per token, least important first (Michel)",
        better: "lower",
      },
      {
        name: "half",
        title: "Added loss without half of the heads",
        unit: "nats per token, least important first (Michel)",
        better: "lower",
      },
      {
        name: "half-random",
        title: "Added loss without a random half",
        unit: "nats per token, mean of five draws",
        better: "lower",
      },
      { name: "repair", title: "Self-repair", unit: "share of the direct loss of last-layer heads, mean ablation" },
    ],
    tests: [
      against("worst", "heads"),
      against("half", "heads"),
      against("half-random", "heads"),
      against("loss", "heads"),
      against("half-random", "heads", "units"),
      against("repair", "heads"),
    ],
    settings: { ...settings, arms: ARMS },
  };
}

async function measured(
  runtime: Runtime,
  settings: Settings,
  { arm, seed }: ArmKey,
  progress: (share: number) => void,
): Promise<Record<string, number>> {
  const world = createWorld();
  const encode = worldEncoder(world);
  const config = modelConfigOf(settings, settings.heads, world.words.length + WORLD_SPECIAL.length);
  const held = worldDocuments(MEASURED, settings.documents).map(encode);
  const weights = await trained(runtime, config, settings, { arm, seed }, encode, (share) => progress(0.8 * share));
  const model: Transformer = { config, weights: filled<TransformerParameters<Tensor>>(transformerParameters(config), weights) };
  const starts = held.map((ids) => ids.slice(0, settings.sequence));
  const half = Math.floor(starts.length / 2);
  const [choose, measure] = [nextTokenTask(starts.slice(0, half)), nextTokenTask(starts.slice(half))];
  const found = await importance(runtime, model, measure, { methods: ["ablation"], ablation: "resample", seed });
  const single = found.heads.map(({ scores }) => scores.ablation!.value);
  progress(0.88);
  const { quality, curves } = await cutCurves(
    runtime,
    model,
    { choose, measure },
    { methods: ["michel", "random"], points: 8, seed },
  );
  progress(0.95);
  const at = (method: string, share: number) => {
    const points = curves.find((curve) => curve.method === method)!.points;
    return points.reduce((a, b) => (Math.abs(b.share - share) < Math.abs(a.share - share) ? b : a)).loss.value;
  };
  return {
    loss: quality.value,
    worst: Math.max(...single),
    single: mean(single),
    quarter: at("michel", 0.25),
    half: at("michel", 0.5),
    "half-random": at("random", 0.5),
    repair: selfRepair(await headLosses(runtime, model, measure, [settings.layers - 1])),
  };
}

async function trained(
  runtime: Runtime,
  config: TransformerConfig,
  settings: Settings,
  { arm, seed }: ArmKey,
  encode: ReturnType<typeof worldEncoder>,
  progress: (share: number) => void,
): Promise<Map<string, Tensor>> {
  const { steps, batch, sequence, learningRate, warmup } = settings;
  const { attention = 0, residual = 0, heads = 0, schedule = "constant" } = ARMS[arm]!;
  const options = {
    ...trainerOptionsOf(settings, seed),
    dropout: { residual, attention, heads },
    headRate: (step: number) => headDropoutRate({ heads, schedule }, step, warmup, steps),
  };
  const trainer = createTrainer(runtime, config, options, initialState(config, seed));
  const documents = (first: number, count: number) => worldDocuments(seed, count, first).map(encode);
  const data = endlessData(documents, [], batch, { tokens: batch * sequence, seed, accumulate: 1, sequence });
  const plan = { steps, learningRate, schedule: scheduleOf(settings), every: steps };
  const onStep = ({ step }: { step: number }) => progress(step / steps);
  await runTraining(trainer, { ...data, heldOut: () => [] }, plan, freshProgress, { onStep });
  return weightsOf(trainer.state);
}
