/** The study of mixtures of heads: MoH and MoA against dense models, smaller ones included, by loss and by measured time. */
import { featuresOf } from "../../models/features-of.ts";
import { type Transformer, transformerParameters } from "../../models/transformer.ts";
import { sharedHeads } from "../../nn/features/routing/routing.ts";
import { countParameters } from "../../params/tree.ts";
import type { Runtime } from "../../run/runtime.ts";
import { mean } from "../../stats/sums.ts";
import { nextTokenTask } from "../../tasks/token-tasks.ts";
import type { ArmKey, ArmStudy, StudyDesign } from "./arm-study.ts";
import { passTime, type TimedTexts } from "./timing.ts";
import {
  adaptiveByLayer,
  encode,
  endlessDocuments,
  type HeadForm,
  heldOut,
  languageModel,
  qualityOf,
  startsOf,
  trainedModel,
  untrained,
  type WorldSettings,
} from "./world-models.ts";

interface MixtureSettings extends WorldSettings {
  /** The texts that are timed, at the model's own length and at a longer one. */
  readonly timed: { readonly own: Omit<TimedTexts, "length">; readonly long: TimedTexts };
}

const SETTINGS = {
  full: {
    layers: 2,
    width: 96,
    heads: 8,
    steps: 1000,
    batch: 32,
    sequence: 64,
    learningRate: 3e-3,
    warmup: 50,
    weightDecay: 0.01,
    documents: 400,
    timed: { own: { batch: 8, rounds: 101 }, long: { batch: 1, length: 2048, rounds: 21 } },
  },
  quick: {
    layers: 2,
    width: 48,
    heads: 8,
    steps: 200,
    batch: 32,
    sequence: 48,
    learningRate: 5e-3,
    warmup: 20,
    weightDecay: 0.01,
    documents: 120,
    timed: { own: { batch: 8, rounds: 101 }, long: { batch: 1, length: 1024, rounds: 15 } },
  },
} as const satisfies Record<string, MixtureSettings>;

/** Shared and routed heads of MoH, of eight. */
const [SHARED, BALANCE, Z] = [2, 0.01, 0.001];

/** Returns the heads of every arm. */
function formsOf({ heads, width }: MixtureSettings): Readonly<Record<string, HeadForm & { readonly text: string }>> {
  const routed = heads - SHARED;
  const moh = (top: number): HeadForm & { readonly text: string } => ({
    heads,
    features: { routing: { kind: "moh", shared: SHARED, top, balance: BALANCE } },
    text: `MoH: ${SHARED} shared heads, and ${top} of ${routed} routed ones for each token`,
  });
  const dense = (count: number) => ({ heads: count, text: `${count} dense heads` });
  const [half, threeQuarters, experts] = [heads / 2, (3 * heads) / 4, equalExperts(heads, width / heads)];
  return {
    [`dense-${heads}`]: dense(heads),
    [`dense-${threeQuarters}`]: dense(threeQuarters),
    [`dense-${half}`]: dense(half),
    "moh-75": moh(threeQuarters - SHARED),
    "moh-50": moh(half - SHARED),
    moa: {
      heads: experts,
      features: { routing: { kind: "moa", top: half, balance: BALANCE, z: Z } },
      text: `MoA: ${half} of ${experts} heads for each token, with one head of keys and values; about as many parameters as ${heads} dense heads`,
    },
  };
}

/**
 * Returns the number of MoA's heads with the parameters of dense `heads` of width d: of m columns each, E heads of W_Q and W_O, one
 * of W_K and W_V, and a router, 2 E d + 2 d + E = 4 H d.
 */
const equalExperts = (heads: number, d: number): number => Math.round(((4 * heads - 2) * d) / (2 * d + 1));

/** Returns the design and the models of the study; `quick` is smaller, and ends within minutes. */
export const mixtureStudy = (quick: boolean): ArmStudy =>
  quick ? mixtureStudyOf(SETTINGS.quick, 3) : mixtureStudyOf(SETTINGS.full, 5);

/** Returns the study of models with these settings. */
export const mixtureStudyOf = (settings: MixtureSettings, seeds: number): ArmStudy => ({
  design: designOf(settings, seeds),
  run: (runtime, key, progress) => measured(runtime, settings, key, progress),
});

function designOf(settings: MixtureSettings, seeds: number): StudyDesign {
  const { layers, width, heads, steps, batch, sequence, timed } = settings;
  const forms = formsOf(settings);
  const against = (measure: string, arm: string, count: number) => ({ measure, arm, against: `dense-${count}` });
  const texts = ({ batch: rows, length }: TimedTexts) => `${rows} × ${length} tokens`;
  const [own, long] = [texts({ ...timed.own, length: sequence }), texts(timed.long)];
  const dense = `an untrained dense-${heads} in turns; that of dense-${heads} itself shows the error`;
  return {
    name: "mixture",
    title: "Mixtures of heads",
    question:
      "Does a mixture of heads learn more than a dense model with as many heads as it uses for a token, and does it save time? " +
      `Language models of ${layers} layers, width ${width} and heads of width ${width / heads} learn the synthetic world of relations for ${steps} steps of ${batch} documents. ` +
      "Losses are in nats per token, on documents that no model was trained on. Times are elapsed milliseconds of a forward pass on this machine only; mixtures skip the heads that a token does not use.",
    arms: Object.entries(forms).map(([name, { text }]) => ({ name, text })),
    seeds,
    measures: [
      { name: "loss", title: "Held-out loss", unit: "nats per token", better: "lower" },
      { name: "parameters", title: "Parameters", unit: "weights", digits: 0 },
      {
        name: "imbalance",
        title: "Load of the busiest routed head",
        unit: "its tokens over those of a balanced router, mean of the layers; 1 is balanced",
        better: "lower",
        digits: 2,
        least: 1,
      },
      { name: "time", title: `Time of ${own}`, unit: "elapsed milliseconds", better: "lower", digits: 2, least: 0 },
      {
        name: "time-share",
        title: `Relative time of ${own}`,
        unit: `share of the time of ${dense}`,
        better: "lower",
        digits: 2,
        least: 0,
      },
      { name: "time-long", title: `Time of ${long}`, unit: "elapsed milliseconds", better: "lower", digits: 2, least: 0 },
      {
        name: "time-long-share",
        title: `Relative time of ${long}`,
        unit: `share of the time of ${dense}`,
        better: "lower",
        digits: 2,
        least: 0,
      },
    ],
    tests: [
      against("loss", "moh-50", heads / 2),
      against("loss", "moh-75", (3 * heads) / 4),
      against("loss", "moh-50", heads),
      against("loss", "moh-75", heads),
      against("loss", "moa", heads),
    ],
    settings: { ...settings, forms },
  };
}

async function measured(
  runtime: Runtime,
  settings: MixtureSettings,
  { arm, seed }: ArmKey,
  progress: (share: number) => void,
): Promise<Record<string, number>> {
  const config = languageModel(settings, formsOf(settings)[arm]);
  const data = endlessDocuments(settings, seed);
  const model = await trainedModel(runtime, config, settings, { seed, data, progress: (share) => progress(0.8 * share) });
  const held = heldOut(settings);
  const loss = await qualityOf(runtime, model, nextTokenTask(startsOf(held, settings)));
  progress(0.85);
  const baseline = untrained(languageModel(settings), seed);
  const ids = held.flatMap((document) => [...encode(document)]);
  const { own, long } = settings.timed;
  const short = await passTime(runtime, model, baseline, ids, { ...own, length: settings.sequence });
  progress(0.9);
  const longer = await passTime(runtime, model, baseline, ids, long);
  return {
    loss,
    parameters: countParameters(transformerParameters(config)),
    ...(await imbalance(runtime, model, settings)),
    ...{ time: short.milliseconds, "time-share": short.share },
    ...{ "time-long": longer.milliseconds, "time-long-share": longer.share },
  };
}

/** Measures how many more tokens the busiest routed head of a layer has than with a balanced router, as the mean of the layers. */
async function imbalance(
  runtime: Runtime,
  model: Transformer,
  settings: MixtureSettings,
): Promise<{ readonly imbalance?: number }> {
  const { routing } = featuresOf(model.config, "0");
  if (!routing) return {};
  const loads = (await adaptiveByLayer(runtime, model, settings)).map((own) => {
    const routed = own.slice(sharedHeads(routing)).map(({ used = 0 }) => used);
    return (Math.max(...routed) * routed.length) / routing.top;
  });
  return { imbalance: mean(loads) };
}
