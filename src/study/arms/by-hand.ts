/**
 * The study of heads written by hand: seven fixed heads and a learned one against eight learned heads, and against one learned
 * head alone, on all of the data and on a tenth (Raganato et al. 2020, "Fixed Encoder Self-Attention Patterns").
 */
import { type Masking, NO_TARGET } from "../../corpus/masking.ts";
import { worldDocuments } from "../../corpus/world/document.ts";
import { RELATIONS, type Relation, type WorldDocument } from "../../corpus/world/target.ts";
import { transformerParameters } from "../../models/transformer.ts";
import { FIXED_PATTERNS } from "../../nn/features/fixed-heads.ts";
import { countParameters } from "../../params/tree.ts";
import type { Runtime } from "../../run/runtime.ts";
import { numberAt } from "../../stats/sums.ts";
import type { Task } from "../../tasks/task.ts";
import { hiddenTokenTask, maskedTokenTask } from "../../tasks/token-tasks.ts";
import { maskedData } from "../../train/data.ts";
import type { ArmKey, ArmStudy, StudyDesign, StudyMeasure } from "./arm-study.ts";
import {
  encode,
  type HeadForm,
  heldOut,
  maskedModel,
  qualityOf,
  startsOf,
  trainedModel,
  VOCABULARY,
  type WorldSettings,
} from "./world-models.ts";

interface ByHandSettings extends WorldSettings {
  /** The number of training documents; one model in two sees only a tenth of them. */
  readonly pool: number;
  /** The share of tokens that are masked in training and evaluation. */
  readonly masked: number;
}

const SETTINGS = {
  full: {
    layers: 2,
    width: 64,
    heads: 8,
    steps: 1500,
    batch: 32,
    sequence: 64,
    learningRate: 3e-3,
    warmup: 100,
    weightDecay: 0.01,
    documents: 400,
    pool: 8000,
    masked: 0.25,
  },
  quick: {
    layers: 2,
    width: 48,
    heads: 8,
    steps: 300,
    batch: 32,
    sequence: 48,
    learningRate: 5e-3,
    warmup: 30,
    weightDecay: 0.01,
    documents: 120,
    pool: 2000,
    masked: 0.25,
  },
} as const satisfies Record<string, ByHandSettings>;

const TENTH = 0.1;
interface Form extends HeadForm {
  readonly text: string;
  /** The share of the pool that trains the model. */
  readonly share: number;
}

/** Returns the heads and the data of every arm. */
function formsOf({ heads }: ByHandSettings): Readonly<Record<string, Form>> {
  const learned = heads - FIXED_PATTERNS.length;
  const kinds: Readonly<Record<string, HeadForm & { readonly text: string }>> = {
    learned: { heads, text: `${heads} learned heads` },
    fixed: { heads, features: { fixed: FIXED_PATTERNS }, text: `${FIXED_PATTERNS.length} fixed heads and ${learned} learned` },
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
  const { layers, width, heads, steps, batch, pool, masked } = settings;
  const against = (arm: string, other: string) => ({ measure: "loss", arm, against: other });
  const forms = formsOf(settings);
  const skill = (relation: Relation): StudyMeasure => ({
    name: `loss-${relation}`,
    title: `Loss of masked words: ${RELATION_TITLES[relation]}`,
    unit: "nats per word",
    better: "lower",
  });
  return {
    name: "by-hand",
    title: "Heads written by hand",
    question:
      "Do seven fixed heads and a learned one learn as much as eight learned heads, and more where data are scarce? Do the fixed heads add anything to the learned one? " +
      `Encoders of ${layers} layers, width ${width} and heads of width ${width / heads} learn to predict masked words (${100 * masked}%) of the synthetic world of relations for ${steps} steps of ${batch} documents, repeated from a pool of ${pool} or of ${tenthOf(pool)}. ` +
      "Losses are in nats per masked word, on documents that no model was trained on, with the same words masked for all models.",
    arms: Object.entries(forms).map(([name, { text }]) => ({ name, text })),
    seeds,
    measures: [
      { name: "loss", title: "Held-out loss", unit: "nats per masked word", better: "lower" },
      {
        name: "gap",
        title: "Held-out loss minus loss on training documents",
        unit: "nats per masked word; above 0: overfitting",
      },
      { name: "parameters", title: "Parameters", unit: "numbers", digits: 0 },
      ...RELATIONS.map(skill),
    ],
    tests: [
      against("fixed", "learned"),
      against("fixed-tenth", "learned-tenth"),
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
  const config = maskedModel(settings, form);
  const masking = maskingOf(settings);
  const { batch, sequence, pool, documents } = settings;
  const texts = startsOf(worldDocuments(seed, form.share === 1 ? pool : tenthOf(pool)), settings);
  const held = heldOut(settings);
  const options = { tokens: batch * sequence, seed, accumulate: 1, buckets: 1 };
  const model = await trainedModel(runtime, config, settings, {
    seed,
    data: maskedData(texts, startsOf(held, settings), masking, options),
    progress: (share) => progress(0.85 * share),
  });
  const lossOn = (task: Task) => qualityOf(runtime, model, task);
  const loss = await lossOn(maskedTokenTask(startsOf(held, settings), masking, MASKS));
  const seen = await lossOn(maskedTokenTask(texts.slice(0, documents), masking, MASKS));
  progress(0.9);
  const skills: Record<string, number> = {};
  for (const relation of RELATIONS) skills[`loss-${relation}`] = await lossOn(relationTask(held, relation, sequence));
  return { loss, gap: loss - seen, parameters: countParameters(transformerParameters(config)), ...skills };
}

/** The seed of the masks that all models are evaluated with. */
const MASKS = 1;
/** The ids of special tokens of the world: padding, start, and the one that stands for a masked word. */
const [PADDING, START, MASK] = [0, 1, 2];

const maskingOf = ({ masked }: ByHandSettings): Masking => ({
  special: new Set([PADDING, START, MASK]),
  ...{ maskId: MASK, paddingId: PADDING, vocabulary: VOCABULARY, share: masked },
});

/** Predicts the words of one relation, all of them masked, from the other words of their documents. */
function relationTask(documents: readonly WorldDocument[], relation: Relation, sequence: number): Task {
  return hiddenTokenTask(
    documents.map((document) => {
      const ids = encode(document).slice(0, sequence);
      const targets = new Int32Array(ids.length).fill(NO_TARGET);
      for (const { relation: own, position } of document.targets) {
        const at = position + 1; // the start token is the first
        if (own !== relation || at >= ids.length) continue;
        targets[at] = numberAt(ids, at);
        ids[at] = MASK;
      }
      return { ids, targets };
    }),
  );
}
