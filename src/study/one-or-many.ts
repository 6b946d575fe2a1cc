/** The study of one head or many heads on the synthetic world of relations. */
import { createWorld, worldDocuments } from "../corpus/world/document.ts";
import { type Reading, readWorld } from "../corpus/world/readers.ts";
import { WORLD_SPECIAL, worldEncoder, worldIdOf } from "../corpus/world/tokenizer.ts";
import type { TransformerConfig } from "../models/config.ts";
import type { Runtime } from "../run/runtime.ts";
import { VERSION } from "../version.ts";
import { checkStudy, MEASURED, modelConfigOf, type RunKey, runKeys, type StudyConfig } from "./arms.ts";
import type { ModelResult, StudyGraphs, StudySetting, TrainedModel } from "./model-run.ts";
import { measureModel, studyGraphs, trainModel } from "./model-run.ts";
import { layOut, requireTargets } from "./sheet.ts";
import { type Summary, summarize } from "./summary.ts";

/** The study's result, as stored in `result.json`. */
export interface StudyResult {
  readonly schema: "headwise.study.one-or-many/2";
  readonly headwise: string;
  readonly study: StudyConfig;
  readonly threads: number;
  /** The ceiling and floors of each relation, from readers that are not models. */
  readonly readers: readonly Reading[];
  readonly models: readonly ModelResult[];
  readonly summary: Summary;
  /** The time of training and measuring, in seconds. */
  readonly seconds: number;
}

export interface StudyHooks {
  /**
   * Opens a runtime to train one model on, released afterwards: training sessions are large, and no two models share them.
   * Default: the study's runtime, which keeps them all.
   */
  open?(): Promise<Runtime>;
  /** Returns a result of an earlier, interrupted study, if there is one. */
  known?(key: RunKey): Promise<ModelResult | undefined>;
  /** Called when a model has been trained and measured; awaited. */
  done?(key: RunKey, result: ModelResult, model: TrainedModel): Promise<void>;
  progress?(key: RunKey, share: number): void;
}

/** Returns the words of the synthetic world and their ids. */
function codingOf() {
  const world = createWorld();
  return {
    vocabulary: world.words.length + WORLD_SPECIAL.length,
    coding: { encode: worldEncoder(world), idOf: worldIdOf(world) },
  };
}

/** Trains and measures every model of `study`, except known ones. Throws `InputError` for an invalid plan. */
export async function oneOrMany(runtime: Runtime, study: StudyConfig, hooks: StudyHooks = {}): Promise<StudyResult> {
  checkStudy(study);
  const { vocabulary, coding } = codingOf();
  const measured = worldDocuments(MEASURED, study.documents);
  const sheet = layOut(measured, coding, study.batch, study.sequence);
  requireTargets(sheet);
  const setting: StudySetting = { runtime, study, sheet, coding, heldOut: measured.map(coding.encode) };
  const keys = runKeys(study);
  const graphs = new Map<number, StudyGraphs>();
  const models: ModelResult[] = [];
  for (const [k, key] of keys.entries()) {
    const known = await hooks.known?.(key);
    if (known) {
      models.push(known);
      continue;
    }
    const began = performance.now();
    const config = modelConfigOf(study, key.heads, vocabulary);
    const own = graphs.get(key.heads) ?? studyGraphs(config, sheet);
    graphs.set(key.heads, own);
    hooks.progress?.(key, k / keys.length);
    const model = await trainApart(setting, config, key, hooks, (step) => (k + step / study.steps) / keys.length);
    const result = await measureModel(setting, config, key, model, own, began);
    models.push(result);
    await hooks.done?.(key, result, model);
  }
  return conclude(runtime, study, models);
}

async function trainApart(
  setting: StudySetting,
  config: TransformerConfig,
  key: RunKey,
  { open, progress }: StudyHooks,
  share: (step: number) => number,
): Promise<TrainedModel> {
  const runtime = await open?.();
  try {
    return await trainModel({ ...setting, runtime: runtime ?? setting.runtime }, config, key, (step) =>
      progress?.(key, share(step)),
    );
  } finally {
    await runtime?.release();
  }
}

function conclude(runtime: Runtime, study: StudyConfig, models: readonly ModelResult[]): StudyResult {
  const { train, test } = study.readers;
  const readers = readWorld(worldDocuments("readers", train), worldDocuments("readers", test, train));
  const summary = summarize(study, models);
  return {
    schema: "headwise.study.one-or-many/2",
    headwise: VERSION,
    study,
    threads: runtime.threads,
    readers,
    models,
    summary,
    seconds: models.reduce((sum, { seconds }) => sum + seconds, 0),
  };
}
