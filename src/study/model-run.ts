/** One model of a study: its training and its measurements. */

import { RELATIONS, type Relation } from "../corpus/world/target.ts";
import type { TransformerConfig } from "../models/config.ts";
import type { Runtime } from "../run/runtime.ts";
import type { Tensor } from "../run/tensor.ts";
import { endlessData } from "../train/data.ts";
import { freshProgress, runTraining } from "../train/run.ts";
import { createTrainer, initialState, weightsOf } from "../train/trainer.ts";
import { type Arm, asymmetry, type RunKey, type StudyConfig, startingWeights, trainingDocuments } from "./arms.ts";
import { divergenceGraph, divergences } from "./divergence.ts";
import { type HeadEffects, headEffects } from "./effects.ts";
import type { Sheet, WorldCoding } from "./sheet.ts";
import { createRespondent, type Skill, skillGraph, skillsOf } from "./skills.ts";
import { scheduleOf, trainerOptionsOf } from "./world-training.ts";

/** The measurements of one model. */
export interface ModelResult {
  readonly arm: Arm;
  readonly heads: number;
  readonly seed: number;
  /** Nats per token on held-out documents. */
  readonly loss: number;
  readonly skills: Readonly<Record<Relation, Skill>>;
  readonly perHead: readonly HeadEffects[];
  /** The generalized Jensen–Shannon divergence of the heads' patterns per layer, in nats. */
  readonly divergence: readonly number[];
  /** The largest difference between two heads' weights of a layer. */
  readonly asymmetry: number;
  readonly seconds: number;
}

export interface StudySetting {
  readonly runtime: Runtime;
  readonly study: StudyConfig;
  readonly sheet: Sheet;
  readonly coding: WorldCoding;
  /** Held-out documents as ids, for the loss. */
  readonly heldOut: readonly Int32Array[];
}

export interface TrainedModel {
  readonly weights: ReadonlyMap<string, Tensor>;
  readonly loss: number;
}

/** Trains the model of `key` (the random arm is not trained). */
export async function trainModel(
  { runtime, study, coding, heldOut }: StudySetting,
  config: TransformerConfig,
  key: RunKey,
  onStep: (step: number) => void = () => {},
): Promise<TrainedModel> {
  const options = trainerOptionsOf(study, key.seed);
  const trainer = createTrainer(runtime, config, options, initialState(config, key.seed, startingWeights(config, key)));
  const data = endlessData((first, count) => trainingDocuments(key, first, count).map(coding.encode), heldOut, study.batch, {
    tokens: study.batch * study.sequence,
    seed: key.seed,
    accumulate: 1,
    sequence: study.sequence,
  });
  if (key.arm !== "random") {
    const { steps, learningRate } = study;
    const plan = { steps, learningRate, schedule: scheduleOf(study), every: steps };
    await runTraining(trainer, { ...data, heldOut: () => [] }, plan, freshProgress, { onStep: ({ step }) => onStep(step) });
  }
  const { nats, targets } = await trainer.evaluate(data.heldOut());
  return { weights: weightsOf(trainer.state), loss: nats / targets };
}

/** Measures a model: skills, the effect of each head on them, and the diversity of its patterns. */
export async function measureModel(
  { runtime, sheet }: StudySetting,
  config: TransformerConfig,
  { arm, heads, seed }: RunKey,
  { weights, loss }: TrainedModel,
  graphs: StudyGraphs,
  began: number,
): Promise<ModelResult> {
  const respondent = await createRespondent(runtime, config, graphs.skills, weights, sheet);
  const base = await respondent.answer();
  const skills = skillsOf(sheet, base);
  return {
    arm,
    heads,
    seed,
    loss,
    skills: Object.fromEntries(RELATIONS.map((r, k) => [r, skills[k]])) as Record<Relation, Skill>,
    perHead: await headEffects(config, respondent, sheet, base),
    divergence: await divergences(runtime, graphs.divergence, weights, sheet),
    asymmetry: asymmetry(config, weights),
    seconds: (performance.now() - began) / 1000,
  };
}

/** The measuring graphs for one head count. */
export interface StudyGraphs {
  readonly skills: ReturnType<typeof skillGraph>;
  readonly divergence: ReturnType<typeof divergenceGraph>;
}

export const studyGraphs = (config: TransformerConfig, sheet: Sheet): StudyGraphs => ({
  skills: skillGraph(config, sheet),
  divergence: divergenceGraph(config, sheet),
});
