/** The study of adaptive attention: gates against other ways to choose heads at equal counts, learned spans, and learned α. */
import type { AdaptiveMeasure, AdaptiveMeasures } from "../../heads/observe/adaptive.ts";
import type { Transformer } from "../../models/transformer.ts";
import { countsOf } from "../../prune/counts.ts";
import { cutCurves } from "../../prune/curve.ts";
import type { Runtime } from "../../run/runtime.ts";
import { mean } from "../../stats/sums.ts";
import type { ArmKey, ArmStudy, StudyDesign, StudyMeasure } from "./arm-study.ts";
import {
  adaptiveByLayer,
  endlessDocuments,
  type HeadForm,
  heldOutHalves,
  languageModel,
  lossAt,
  qualityOf,
  trainedModel,
  type WorldSettings,
} from "./world-models.ts";

interface AdaptiveSettings extends WorldSettings {
  /** Steps of the first fit of gates; default: those of `headwise prune`. */
  readonly gateSteps?: number;
}

const SETTINGS = {
  full: {
    layers: 2,
    width: 64,
    heads: 8,
    steps: 1000,
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
    heads: 8,
    steps: 250,
    batch: 32,
    sequence: 48,
    learningRate: 5e-3,
    warmup: 25,
    weightDecay: 0.01,
    documents: 80,
  },
} as const satisfies Record<string, AdaptiveSettings>;

/** The last fraction of these is not measured: nearly all heads. */
const POINTS = 4;
const CUTS = ["quarter", "half", "most"] as const;
type Cut = (typeof CUTS)[number];
const CHOSEN_BY = {
  gates: "by gates",
  greedy: "greedily",
  michel: "by importance (Michel)",
  random: "at random (mean of five draws)",
} as const;
type ChosenBy = keyof typeof CHOSEN_BY;
const METHODS = Object.keys(CHOSEN_BY) as ChosenBy[];
const cutName = (method: ChosenBy, cut: Cut): string => `${method}-${cut}`;

/** The arm whose heads are removed. */
const PLAIN = "softmax";

/** Returns the features of every arm. */
function formsOf({ sequence }: WorldSettings): Readonly<Record<string, HeadForm & { readonly text: string }>> {
  const span = { longest: sequence, ramp: 8, penalty: 1e-4 };
  return {
    [PLAIN]: { text: "plain attention, whose heads are then removed" },
    span: {
      features: { span },
      text: `a learned span for every head, a ramp of ${span.ramp} tokens, and a penalty of ${span.penalty} nats per token of span`,
    },
    entmax: { features: { normalizer: "entmax", alpha: "learned" }, text: "entmax with a learned α for every head" },
  };
}

/** Returns the design and the models of the study; `quick` is smaller, and ends within minutes. */
export const adaptiveStudy = (quick: boolean): ArmStudy =>
  quick ? adaptiveStudyOf(SETTINGS.quick, 3) : adaptiveStudyOf(SETTINGS.full, SEEDS);

/** Sign flips of five pairs cannot reach p = 0.05, those of eight reach it after Holm's correction of six tests. */
const SEEDS = 8;

/** Returns the study of models with these settings. */
export const adaptiveStudyOf = (settings: AdaptiveSettings, seeds: number): ArmStudy => ({
  design: designOf(settings, seeds),
  run: (runtime, key, progress) => measured(runtime, settings, key, progress),
});

/** Returns the numbers of heads that are removed. */
function removedOf({ layers, heads }: WorldSettings): Readonly<Record<Cut, number>> {
  const [quarter = 1, half = 1, most = 1] = countsOf(layers * heads - 1, POINTS);
  return { quarter, half, most };
}

function designOf(settings: AdaptiveSettings, seeds: number): StudyDesign {
  const { layers, width, heads, steps, batch } = settings;
  const forms = formsOf(settings);
  const removed = removedOf(settings);
  const cut = (method: ChosenBy, own: Cut): StudyMeasure => {
    const title = `Without ${removed[own]} of ${layers * heads} heads`;
    return {
      name: cutName(method, own),
      title: `${title}, ${CHOSEN_BY[method]}`,
      unit: "nats of added loss per token",
      better: "lower",
      chart: { title, row: method },
    };
  };
  const gatesAgainst = (other: ChosenBy, own: Cut) => ({
    ...{ arm: PLAIN, measure: cutName("gates", own), againstMeasure: cutName(other, own) },
  });
  const byLayer = (measure: string, title: string, unit: string, more: Partial<StudyMeasure>): StudyMeasure[] =>
    Array.from({ length: layers }, (_, l) => ({
      ...{ name: `${measure}-${l}`, title: `${title} in layer ${l}`, unit, ...more },
      chart: { title: `${title} by layer`, row: `layer ${l}` },
    }));
  return {
    name: "adaptive",
    title: "Adaptive attention",
    question:
      "Do learned gates find heads whose removal costs less than those that other methods find? Do learned spans or a learned sparsity change the loss, and what do they learn? " +
      `Language models of ${layers} layers, width ${width} and ${heads} heads learn the synthetic world of relations for ${steps} steps of ${batch} documents. ` +
      "Losses are in nats per token, on documents that no model was trained on. Heads are chosen on one half of them and measured on the other.",
    arms: Object.entries(forms).map(([name, { text }]) => ({ name, text })),
    seeds,
    measures: [
      { name: "loss", title: "Held-out loss", unit: "nats per token", better: "lower" },
      ...CUTS.flatMap((own) => METHODS.map((method) => cut(method, own))),
      ...byLayer("span", "Mean span", "tokens", { digits: 1, least: 0 }),
      ...byLayer("alpha", "Mean α", "from 1 (softmax) to 2 (sparsemax)", { least: 1 }),
      {
        name: "zeros",
        title: "Weights of exactly zero",
        least: 0,
        unit: "share of the keys that a query can see, mean of all heads",
      },
    ],
    tests: [
      gatesAgainst("greedy", "half"),
      gatesAgainst("michel", "half"),
      gatesAgainst("greedy", "most"),
      gatesAgainst("michel", "most"),
      { measure: "loss", arm: "span", against: PLAIN },
      { measure: "loss", arm: "entmax", against: PLAIN },
    ],
    settings: { ...settings, forms },
  };
}

async function measured(
  runtime: Runtime,
  settings: AdaptiveSettings,
  { arm, seed }: ArmKey,
  progress: (share: number) => void,
): Promise<Record<string, number>> {
  const config = languageModel(settings, formsOf(settings)[arm]);
  const data = endlessDocuments(settings, seed);
  const trained = arm === PLAIN ? 0.4 : 0.9;
  const model = await trainedModel(runtime, config, settings, { seed, data, progress: (share) => progress(trained * share) });
  const halves = heldOutHalves(settings);
  if (arm !== PLAIN)
    return { loss: await qualityOf(runtime, model, halves.measure), ...(await learned(runtime, model, settings)) };
  const { quality, curves } = await cutCurves(runtime, model, halves, {
    ...{ methods: METHODS, points: POINTS, gateSteps: settings.gateSteps, seed },
    progress: (_, share) => progress(trained + (1 - trained) * share),
  });
  const heads = settings.layers * settings.heads;
  const removed = removedOf(settings);
  const cuts = CUTS.flatMap((cut) =>
    METHODS.map((method) => [cutName(method, cut), lossAt(curves, method, removed[cut] / heads)] as const),
  );
  return { loss: quality.value, ...Object.fromEntries(cuts) };
}

/** Measures what the features have learned: spans and α by layer, and the share of exact zeros. */
async function learned(runtime: Runtime, model: Transformer, settings: AdaptiveSettings): Promise<Record<string, number>> {
  const layers = await adaptiveByLayer(runtime, model, settings);
  const byLayer = (measure: "span" | "alpha") =>
    layers.flatMap((own, l) => meanOf(own, measure).map((value) => [`${measure}-${l}`, value] as const));
  const zeros = meanOf(layers.flat(), "zeros").map((value) => ["zeros", value] as const);
  return Object.fromEntries([...byLayer("span"), ...byLayer("alpha"), ...zeros]);
}

/** Returns the mean of a measure over heads; nothing if they do not have it. */
function meanOf(heads: readonly AdaptiveMeasures[], measure: AdaptiveMeasure): number[] {
  const values = heads.flatMap(({ [measure]: value }) => (value === undefined ? [] : [value]));
  return values.length === 0 ? [] : [mean(values)];
}
