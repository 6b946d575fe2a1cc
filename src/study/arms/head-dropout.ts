/** The study of head dropout: models trained with none, with dropout of attention weights or of channels, and with dropout of heads. */
import { importance } from "../../heads/importance/importance.ts";
import { cutCurves } from "../../prune/curve.ts";
import type { Runtime } from "../../run/runtime.ts";
import { mean } from "../../stats/sums.ts";
import { headDropoutRate } from "../../train/dropout.ts";
import type { TrainerOptions } from "../../train/trainer.ts";
import { headLosses, selfRepair } from "../self-repair.ts";
import type { ArmKey, ArmStudy, StudyDesign } from "./arm-study.ts";
import { endlessDocuments, heldOutHalves, languageModel, lossAt, trainedModel, type WorldSettings } from "./world-models.ts";

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

/** Returns the design and the models of the study; `quick` is smaller, and ends within minutes. */
export function headDropoutStudy(quick: boolean): ArmStudy {
  const settings: WorldSettings = quick ? SETTINGS.quick : SETTINGS.full;
  return {
    design: designOf(settings, quick ? 3 : 5),
    run: (runtime, key, progress) => measured(runtime, settings, key, progress),
  };
}

function designOf(settings: WorldSettings, seeds: number): StudyDesign {
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
  settings: WorldSettings,
  { arm, seed }: ArmKey,
  progress: (share: number) => void,
): Promise<Record<string, number>> {
  const model = await trainedModel(runtime, languageModel(settings), settings, {
    seed,
    data: endlessDocuments(settings, seed),
    options: dropoutOf(settings, arm),
    progress: (share) => progress(0.8 * share),
  });
  const { choose, measure } = heldOutHalves(settings);
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
  const at = (method: string, share: number) => lossAt(curves, method, share);
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

/** Returns the options of training that an arm sets. */
function dropoutOf({ warmup, steps }: WorldSettings, arm: string): Partial<TrainerOptions> {
  const { attention = 0, residual = 0, heads = 0, schedule = "constant" } = ARMS[arm]!;
  return {
    dropout: { residual, attention, heads },
    headRate: (step: number) => headDropoutRate({ heads, schedule }, step, warmup, steps),
  };
}
