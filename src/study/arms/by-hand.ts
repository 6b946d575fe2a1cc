/**
 * The study of heads written by hand: seven fixed heads and a learned one against eight learned heads, and against one learned
 * head alone, on all of the data and on a tenth (Raganato et al. 2020, "Fixed Encoder Self-Attention Patterns").
 */
import { NO_TARGET } from "../../corpus/masking.ts";
import { worldDocuments } from "../../corpus/world/document.ts";
import { RELATIONS, type Relation, type WorldDocument } from "../../corpus/world/target.ts";
import { transformerParameters } from "../../models/transformer.ts";
import type { FixedPattern } from "../../nn/features/fixed-heads.ts";
import { countParameters } from "../../params/tree.ts";
import type { Runtime } from "../../run/runtime.ts";
import { numberAt } from "../../stats/sums.ts";
import type { Task } from "../../tasks/task.ts";
import { nextTokenTask, targetTask } from "../../tasks/token-tasks.ts";
import { documentData } from "../../train/data.ts";
import type { ArmKey, ArmStudy, StudyDesign, StudyMeasure } from "./arm-study.ts";
import {
  encode,
  type HeadForm,
  heldOut,
  languageModel,
  qualityOf,
  startsOf,
  trainedModel,
  type WorldSettings,
} from "./world-models.ts";

interface ByHandSettings extends WorldSettings {
  /** The number of training documents; one model in two sees only a tenth of them. */
  readonly pool: number;
}

const SETTINGS = {
  full: {
    layers: 2,
    width: 64,
    heads: 8,
    steps: 1200,
    batch: 32,
    sequence: 64,
    learningRate: 4e-3,
    warmup: 50,
    weightDecay: 0.01,
    documents: 400,
    pool: 10_000,
  },
  quick: {
    layers: 2,
    width: 48,
    heads: 8,
    steps: 250,
    batch: 32,
    sequence: 48,
    learningRate: 5e-3,
    warmup: 25,
    weightDecay: 0.01,
    documents: 120,
    pool: 2000,
  },
} as const satisfies Record<string, ByHandSettings>;

/**
 * The patterns of Raganato et al. that a causal model can have, and Gaussians in the places of the three that need later tokens
 * (You et al. 2020).
 */
const FIXED: readonly FixedPattern[] = [
  ...(["self", "previous", "left-context", "to-start"] as const),
  ...[0, -1, -2].map((gaussian) => ({ gaussian })),
];
const TENTH = 0.1;
/** Evaluations during training, for the lowest held-out loss. */
const EVALUATIONS = 10;

interface Form extends HeadForm {
  readonly text: string;
  /** The share of the pool that trains the model. */
  readonly share: number;
}

/** Returns the heads and the data of every arm. */
function formsOf({ heads }: ByHandSettings): Readonly<Record<string, Form>> {
  const learned = heads - FIXED.length;
  const kinds: Readonly<Record<string, HeadForm & { readonly text: string }>> = {
    learned: { heads, text: `${heads} learned heads` },
    fixed: { heads, features: { fixed: FIXED }, text: `${FIXED.length} fixed heads and ${learned} learned` },
    one: { heads: learned, text: `${learned} learned head of the same width, without fixed heads` },
  };
  const on = (share: number, data: string, end: string) =>
    Object.entries(kinds).map(([name, kind]) => [`${name}${end}`, { ...kind, share, text: `${kind.text}; ${data}` }]);
  return Object.fromEntries([...on(1, "all of the data", ""), ...on(TENTH, "a tenth of the data", "-tenth")]);
}

/** Returns the design and the models of the study; `quick` is smaller, and ends within minutes. */
export const byHandStudy = (quick: boolean): ArmStudy =>
  quick ? byHandStudyOf(SETTINGS.quick, 3) : byHandStudyOf(SETTINGS.full, 5);

/** Returns the study of models with these settings. */
export const byHandStudyOf = (settings: ByHandSettings, seeds: number): ArmStudy => ({
  design: designOf(settings, seeds),
  run: (runtime, key, progress) => measured(runtime, settings, key, progress),
});

const RELATION_TITLES: Readonly<Record<Relation, string>> = {
  agreement: "agreement",
  selection: "selection",
  neighbour: "neighbor",
  "neighbour-2": "second neighbor",
  reference: "reference",
  copy: "copy",
  joint: "joint",
};

function designOf(settings: ByHandSettings, seeds: number): StudyDesign {
  const { layers, width, heads, steps, batch, pool } = settings;
  const against = (arm: string, other: string, measure = "loss") => ({ measure, arm, against: other });
  const forms = formsOf(settings);
  const skill = (relation: Relation): StudyMeasure => ({
    name: `loss-${relation}`,
    title: `Held-out loss: ${RELATION_TITLES[relation]}`,
    unit: "nats per word of this relation",
    better: "lower",
  });
  return {
    name: "by-hand",
    title: "Heads written by hand",
    question:
      "Do seven fixed heads and a learned one learn as much as eight learned heads, and more where data are scarce? Do the fixed heads add anything to the learned one? " +
      `Language models of ${layers} layers, width ${width} and heads of width ${width / heads} learn the synthetic world of relations for ${steps} steps of ${batch} documents, from a pool of ${pool} documents or of ${tenthOf(pool)}. ` +
      `Losses are in nats per token, on documents that no model was trained on, after the last step; the lowest of ${EVALUATIONS} evaluations in training is what stopping in time could give.`,
    arms: Object.entries(forms).map(([name, { text }]) => ({ name, text })),
    seeds,
    measures: [
      { name: "loss", title: "Held-out loss", unit: "nats per token", better: "lower" },
      { name: "lowest", title: "Lowest held-out loss in training", unit: "nats per token", better: "lower" },
      { name: "gap", title: "Held-out minus training loss", unit: "nats per token; the larger, the more overfitting" },
      { name: "parameters", title: "Parameters", unit: "weights", digits: 0 },
      ...RELATIONS.map(skill),
    ],
    tests: [
      against("fixed", "learned"),
      against("fixed-tenth", "learned-tenth"),
      against("fixed-tenth", "learned-tenth", "lowest"),
      against("fixed", "one"),
      against("fixed-tenth", "one-tenth"),
    ],
    settings: { ...settings, forms },
  };
}

const tenthOf = (pool: number): number => Math.round(TENTH * pool);

async function measured(
  runtime: Runtime,
  settings: ByHandSettings,
  { arm, seed }: ArmKey,
  progress: (share: number) => void,
): Promise<Record<string, number>> {
  const form = formsOf(settings)[arm]!;
  const config = languageModel(settings, form);
  const { batch, sequence, pool, documents } = settings;
  const held = heldOut(settings);
  const texts = startsOf(worldDocuments(seed, form.share === 1 ? pool : tenthOf(pool)), settings);
  const others = startsOf(held, settings);
  const evaluations: number[] = [];
  const model = await trainedModel(runtime, config, settings, {
    seed,
    data: documentData(texts, others, { tokens: batch * sequence, seed, accumulate: 1, buckets: 1 }),
    progress: (share) => progress(0.9 * share),
    evaluations: EVALUATIONS,
    onEvaluation: ({ loss }) => void evaluations.push(loss),
  });
  const lossOn = (task: Task) => qualityOf(runtime, model, task);
  const loss = await lossOn(nextTokenTask(others));
  const seen = await lossOn(nextTokenTask(texts.slice(0, documents)));
  const skills: Record<string, number> = {};
  for (const relation of RELATIONS) skills[`loss-${relation}`] = await lossOn(relationTask(held, relation, sequence));
  const parameters = countParameters(transformerParameters(config));
  return { loss, lowest: Math.min(...evaluations), gap: loss - seen, parameters, ...skills };
}

/** Predicts the words of one relation from the words before them. */
function relationTask(documents: readonly WorldDocument[], relation: Relation, sequence: number): Task {
  return targetTask(
    "next-token",
    documents.map((document) => {
      const ids = encode(document);
      const targets = new Int32Array(Math.min(ids.length, sequence)).fill(NO_TARGET);
      // the start token is the first, so the word at a position is the next token there
      for (const { relation: own, position } of document.targets)
        if (own === relation && position < targets.length) targets[position] = numberAt(ids, position + 1);
      return { ids: ids.slice(0, sequence), targets };
    }),
  );
}
