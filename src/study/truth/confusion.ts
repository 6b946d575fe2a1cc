/** The confusion table of labels: planted functions that a report finds, misses or invents, and results on untrained models. */
import type { Corpus } from "../../corpus/sentence.ts";
import { ofHead } from "../../heads/redundancy/by-head.ts";
import { findNoise } from "../../heads/redundancy/findings.ts";
import { reportOn } from "../../heads/report/report.ts";
import type { HeadReport } from "../../heads/report/schema.ts";
import type { Label } from "../../heads/scores/label-names.ts";
import type { Checkpoint } from "../../load/checkpoint.ts";
import { headName } from "../../models/head-names.ts";
import { keysOf } from "../../params/keyed.ts";
import type { Runtime } from "../../run/runtime.ts";
import { plantedModel } from "./planted.ts";
import type { ModelShape, Recipe } from "./recipes.ts";
import { type TraitVocabulary, vocabularyOf } from "./traits.ts";
import { syntheticTreebank } from "./treebank.ts";
import { untrainedModel } from "./untrained.ts";

const SHAPES: readonly ModelShape[] = ["bert", "gpt2", "llama"];

export interface TruthOptions {
  readonly seed: number;
  /** Sentences of the synthetic treebank per report. */
  readonly sentences: number;
  /** Untrained models of each shape and scale. */
  readonly untrained: number;
  /** Standard deviations of untrained models' weights. */
  readonly scales: readonly number[];
  readonly progress?: (stage: string, share: number) => void;
}

/** The result of a report for one planted head. */
export interface PlantedVerdict {
  readonly shape: ModelShape;
  readonly layer: number;
  readonly head: number;
  /** The function that was planted. */
  readonly plan: string;
  readonly kind: "planted" | "blind" | "idle";
  readonly wanted: Label | null;
  readonly labels: readonly Label[];
  /** Labels that are wrong for the head. */
  readonly wrong: readonly Label[];
  readonly found: boolean;
  readonly noise: boolean;
}

/** The result of a report for an untrained model. */
export interface UntrainedVerdict {
  readonly shape: ModelShape;
  readonly deviation: number;
  readonly heads: number;
  /** Heads with a function label, and heads called noise. */
  readonly named: number;
  readonly noise: number;
}

export interface Truth {
  readonly schema: "headwise.truth/1";
  readonly options: Omit<TruthOptions, "progress">;
  readonly planted: readonly PlantedVerdict[];
  readonly untrained: readonly UntrainedVerdict[];
}

/** Reports on planted and untrained models, and compares the labels with the known functions. */
export async function confusion(runtime: Runtime, options: TruthOptions): Promise<Truth> {
  const { progress = () => {}, ...known } = options;
  const corpus = syntheticTreebank(options.seed, options.sentences);
  const vocabulary = vocabularyOf(corpus, options.seed);
  const trials = options.scales.flatMap((deviation) =>
    SHAPES.flatMap((shape) => Array.from({ length: options.untrained }, (_, k) => ({ shape, deviation, k }))),
  );
  const total = SHAPES.length + trials.length;
  const planted: PlantedVerdict[] = [];
  for (const [k, shape] of SHAPES.entries()) {
    progress(`planted ${shape}`, k / total);
    planted.push(...(await plantedVerdicts(runtime, shape, vocabulary, corpus, options.seed)));
  }
  const untrained: UntrainedVerdict[] = [];
  for (const [k, { shape, deviation, k: own }] of trials.entries()) {
    progress(`untrained ${shape}`, (SHAPES.length + k) / total);
    const model = untrainedModel(shape, vocabulary, deviation, options.seed + 100 * own + k);
    untrained.push({ shape, deviation, ...(await untrainedVerdict(runtime, model, corpus, options.seed)) });
  }
  return { schema: "headwise.truth/1", options: known, planted, untrained };
}

async function headsOf(runtime: Runtime, model: Checkpoint, corpus: Corpus, seed: number): Promise<readonly HeadReport[]> {
  return (await reportOn(runtime, model, corpus, { seed })).report.heads;
}

async function plantedVerdicts(
  runtime: Runtime,
  shape: ModelShape,
  vocabulary: TraitVocabulary,
  corpus: Corpus,
  seed: number,
): Promise<PlantedVerdict[]> {
  const { checkpoint, recipes } = plantedModel(shape, vocabulary, seed);
  const heads = await headsOf(runtime, checkpoint, corpus, seed);
  const noise = new Set(findNoise(heads).map(({ layer, head }) => headName(layer, head)));
  return recipes.map(({ layer, head, recipe }, k) => ({
    ...{ shape, layer, head, plan: recipe?.name ?? "random weights", ...judged(ofHead(heads, k), recipe) },
    noise: noise.has(headName(layer, head)),
  }));
}

/** Returns the labels that name a function. */
const functionsOf = (labels: readonly Label[]): Label[] => labels.filter((label) => label !== "unclassified");

function judged({ labels }: HeadReport, recipe: Recipe | undefined) {
  const wanted = recipe?.label ?? null;
  const named = functionsOf(labels);
  const kind: PlantedVerdict["kind"] = !recipe ? "idle" : wanted ? "planted" : "blind";
  const wrong = named.filter((label) => label !== wanted && !recipe?.also?.includes(label));
  return { kind, wanted, labels: named, wrong, found: wanted !== null && named.includes(wanted) };
}

async function untrainedVerdict(runtime: Runtime, model: Checkpoint, corpus: Corpus, seed: number) {
  const heads = await headsOf(runtime, model, corpus, seed);
  const named = heads.filter(({ labels }) => functionsOf(labels).length > 0).length;
  return { heads: heads.length, named, noise: findNoise(heads).length };
}

/** The summary rates. */
export interface TruthSummary {
  readonly planted: number;
  /** The fraction of planted heads with the right label, and with a wrong one. */
  readonly found: number;
  readonly misnamed: number;
  readonly plantedNoise: number;
  readonly blind: number;
  readonly blindNamed: number;
  readonly models: number;
  readonly modelsNamed: number;
  readonly untrainedHeads: number;
  readonly untrainedNoise: number;
}

export function summarize({ planted, untrained }: Truth): TruthSummary {
  const count = <T>(items: readonly T[], holds: (item: T) => boolean) => items.filter(holds).length;
  const own = planted.filter(({ kind }) => kind === "planted");
  const blind = planted.filter(({ kind }) => kind === "blind");
  const sum = (pick: (verdict: UntrainedVerdict) => number) => untrained.reduce((s, verdict) => s + pick(verdict), 0);
  return {
    planted: own.length,
    found: count(own, ({ found }) => found),
    misnamed: count(own, ({ wrong }) => wrong.length > 0),
    plantedNoise: count(own, ({ noise }) => noise),
    blind: blind.length,
    blindNamed: count(blind, ({ wrong }) => wrong.length > 0),
    models: untrained.length,
    modelsNamed: count(untrained, ({ named }) => named > 0),
    untrainedHeads: sum(({ heads }) => heads),
    untrainedNoise: sum(({ noise }) => noise),
  };
}

/** The guaranteed minimum and maximum rates. */
export const PROMISES = { found: 0.95, blindNamed: 0, modelsNamed: 0.05, untrainedNoise: 0.9, plantedNoise: 0.05 } as const;

/** Returns the names of the guarantees that do not hold. */
export function broken(summary: TruthSummary): (keyof typeof PROMISES)[] {
  const { planted, blind, models, untrainedHeads } = summary;
  const share = (n: number, of: number) => n / Math.max(1, of);
  const failed: Readonly<Record<keyof typeof PROMISES, boolean>> = {
    found: share(summary.found, planted) < PROMISES.found,
    blindNamed: share(summary.blindNamed, blind) > PROMISES.blindNamed,
    modelsNamed: share(summary.modelsNamed, models) > PROMISES.modelsNamed,
    untrainedNoise: models > 0 && share(summary.untrainedNoise, untrainedHeads) < PROMISES.untrainedNoise,
    plantedNoise: share(summary.plantedNoise, planted) > PROMISES.plantedNoise,
  };
  return keysOf(PROMISES).filter((name) => failed[name]);
}
