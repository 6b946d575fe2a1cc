/** Results of models that were never trained, with a structure that is known: for the laws of summaries and pages. */
import { RELATIONS, type Relation } from "../../src/corpus/world/target.ts";
import type { RunKey, StudyConfig } from "../../src/study/arms.ts";
import { runKeys } from "../../src/study/arms.ts";
import type { Effect, HeadEffects } from "../../src/study/effects.ts";
import type { ModelResult } from "../../src/study/model-run.ts";
import type { StudyResult } from "../../src/study/one-or-many.ts";
import { summarize } from "../../src/study/summary.ts";

export const PLAN: StudyConfig = {
  heads: [1, 2, 7],
  seeds: 5,
  controls: { heads: 7, seeds: 5 },
  width: 14,
  layers: 2,
  steps: 3,
  batch: 11,
  sequence: 13,
  learningRate: 1e-3,
  warmup: 2,
  weightDecay: 0,
  documents: 22,
  readers: { train: 10, test: 10 },
};

/** What is planted in the models; default: models that can nothing and whose heads do nothing. */
export interface Plant {
  accuracy?(key: RunKey, relation: number): number;
  /** What `relation` loses in nats without the head, on each half of the documents. */
  nats?(key: RunKey, layer: number, head: number, relation: number): readonly [number, number];
  divergence?(key: RunKey, layer: number): number;
  asymmetry?(key: RunKey): number;
}

const byRelation = <T>(f: (k: number) => T): Record<Relation, T> =>
  Object.fromEntries(RELATIONS.map((r, k) => [r, f(k)])) as Record<Relation, T>;

const effectOf = (halves: readonly [number, number]): Effect => {
  const nats = (halves[0] + halves[1]) / 2;
  return { accuracy: nats / 4, low: nats / 4 - 0.03, high: nats / 4 + 0.03, nats, halves };
};

/** One model of `plan` with what `plant` says. */
export function madeModel(plan: StudyConfig, key: RunKey, plant: Plant): ModelResult {
  const { accuracy = () => 0, nats = () => [0, 0], divergence = () => 0, asymmetry = () => 0 } = plant;
  const perHead = Array.from({ length: plan.layers * key.heads }, (_, k): HeadEffects => {
    const [layer, head] = [Math.floor(k / key.heads), k % key.heads];
    const effects = byRelation((r) => effectOf(nats(key, layer, head, r)));
    return { layer, head, effects: { zero: effects, mean: effects } };
  });
  return {
    ...key,
    loss: 2 + 1 / key.heads,
    skills: byRelation((r) => ({ n: 29, accuracy: accuracy(key, r), logShare: -1 })),
    perHead,
    divergence: Array.from({ length: plan.layers }, (_, l) => divergence(key, l)),
    asymmetry: asymmetry(key),
    seconds: 7,
  };
}

export const madeModels = (plan: StudyConfig, plant: Plant): ModelResult[] =>
  runKeys(plan).map((key) => madeModel(plan, key, plant));

/** A whole result, as the study would give it for such models. */
export function madeResult(plan: StudyConfig, plant: Plant): StudyResult {
  const models = madeModels(plan, plant);
  const summary = summarize(plan, models);
  const reading = { frequency: 1, unigram: 0.2, previous: 0.2, offset: 0.3, offsetAt: 1, nearest: 0.4 };
  return {
    schema: "headwise.study.one-or-many/2",
    headwise: "0.0.0",
    study: plan,
    threads: 1,
    readers: RELATIONS.map((relation, k) => ({ relation, ...reading, chance: 1 / (2 + k), bag: 0.1 + 0.1 * k, ceiling: 1 })),
    models,
    summary,
    seconds: 7 * models.length,
  };
}

/** Paths of what JSON cannot hold: numbers that are none, and what it leaves out of lists. */
export function holes(value: unknown, path = ""): string[] {
  if (value === null || (typeof value === "number" && !Number.isFinite(value))) return [path];
  if (typeof value !== "object") return [];
  return Object.entries(value as object).flatMap(([key, part]) => (part === undefined ? [] : holes(part, `${path}.${key}`)));
}

/** Learns as studies do: most relations better with more heads, one worse, and a head for each relation. */
export const SPECIALISTS: Plant = {
  accuracy: ({ arm, heads, seed }, r) => {
    const noise = 0.004 * ((seed * 7 + r * 3 + heads) % 5);
    if (arm === "random" || arm === "shuffled") return 1 / (2 + r) + noise;
    const worse = r === 4 ? 0.1 * (heads / 7) : (-0.12 * Math.log2(heads)) / (1 + r / 3);
    return 0.7 - worse - (arm === "symmetric" ? 0.12 : 0) + noise;
  },
  nats: ({ arm, seed }, layer, head, r) => {
    const own = arm === "trained" && layer === 1 && head % 7 === r ? 1.5 : 0.02;
    return [own + 0.001 * seed, own - 0.001 * seed];
  },
  divergence: ({ arm, heads, seed }, layer) =>
    (arm === "trained" ? 0.4 * Math.log(heads) : arm === "shuffled" ? 0.41 * Math.log(heads) : 0.02) * (1 + 0.2 * layer) +
    0.002 * seed,
  asymmetry: ({ arm, seed }) => (arm === "symmetric" ? 3.7e-5 * seed : 0.4),
};
