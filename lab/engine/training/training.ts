/** One head against many, trained in turns on the same documents. */

import { createWorld, worldDocuments } from "../../../src/corpus/world/document.ts";
import { RELATIONS } from "../../../src/corpus/world/target.ts";
import { WORLD_SPECIAL, worldEncoder, worldIdOf } from "../../../src/corpus/world/tokenizer.ts";
import { input, type Value } from "../../../src/graph/value.ts";
import { readConfig } from "../../../src/load/family/config.ts";
import type { TransformerConfig } from "../../../src/models/config.ts";
import { type DecoderParameters, decoder, decoderParameters } from "../../../src/models/decoder.ts";
import { headName } from "../../../src/models/head-names.ts";
import { keep, keptAt } from "../../../src/nn/probe.ts";
import { declare } from "../../../src/params/tree.ts";
import { InputError } from "../../../src/run/errors.ts";
import { type Runtime, tensorAt } from "../../../src/run/runtime.ts";
import { floats, int64, sizeOf, type Tensor } from "../../../src/run/tensor.ts";
import type { Estimate } from "../../../src/stats/bootstrap.ts";
import { type Effect, effectsOf } from "../../../src/study/effects.ts";
import { layOut, type Sheet } from "../../../src/study/sheet.ts";
import { createRespondent, type Respondent, skillGraph, skillsOf } from "../../../src/study/skills.ts";
import { scheduleOf, trainerOptionsOf } from "../../../src/study/world-training.ts";
import { endlessData, type TrainingData } from "../../../src/train/data.ts";
import { learningRate } from "../../../src/train/schedule.ts";
import { createTrainer, initialState, weightsOf } from "../../../src/train/trainer.ts";
import { type Advanced, type Begun, checkPlan, type HeadCost, type MeasuredStep, type TrainingPlan } from "./training-plan.ts";

/** Two models in training. */
export interface ModelPair {
  readonly begun: Begun;
  /** True after the measurement that follows the plan's last step. */
  readonly done: boolean;
  /** Runs the next part: the models are measured before the first step, whenever it is due, and after the last one. */
  advance(): Promise<Advanced>;
}

/** Documents of this seed are never trained on. */
const HELD_OUT = "held out";
const PROBED_AT_ONCE = 32;
/** The number of tokens whose patterns are drawn. */
const DRAWN = 16;

/**
 * Creates two new models. The same plan gives the same numbers on the same machine. Throws `InputError` for an invalid plan.
 */
export async function createPair(runtime: Runtime, plan: TrainingPlan): Promise<ModelPair> {
  checkPlan(plan);
  const world = worldOf(plan);
  const one = createModel(runtime, plan, world, 1);
  const many = createModel(runtime, plan, world, plan.heads);
  const parts = partsOf(plan, one, many);
  let done = false;
  return {
    begun: { chance: chanceOf(world.sheet), parameters: one.parameters, tokens: world.tokens },
    get done() {
      return done;
    },
    async advance() {
      const { value } = await parts.next();
      if (!value) throw new InputError("internal: training has ended");
      done = value.moment?.step === plan.steps;
      return value;
    },
  };
}

/** Both models in turns; every part is short, so that training can be paused. */
async function* partsOf(plan: TrainingPlan, one: Model, many: Model): AsyncGenerator<Advanced, undefined> {
  yield* measured(0, one, many);
  for (let step = 1; step <= plan.steps; step++) {
    const loss = await one.step(step);
    yield { step: step - 1 };
    const losses = [loss, await many.step(step)] as const;
    const measuring = step % plan.every === 0 || step === plan.steps;
    yield { step, losses, measuring };
    if (measuring) yield* measured(step, one, many);
  }
  return undefined;
}

async function* measured(step: number, one: Model, many: Model): AsyncGenerator<Advanced> {
  const models: MeasuredStep[] = [];
  for (const model of [one, many]) {
    const parts = model.measure();
    let part = await parts.next();
    for (; !part.done; part = await parts.next()) yield { step, measuring: true };
    models.push(part.value);
  }
  yield { step, moment: { step, models: models as [MeasuredStep, MeasuredStep] } };
}

interface TrainedWorld {
  readonly vocabulary: number;
  readonly data: TrainingData;
  readonly sheet: Sheet;
  /** The first documents of the sheet. */
  readonly probe: Sheet;
  /** The beginning of the first document. */
  readonly ids: Int32Array;
  readonly tokens: readonly string[];
}

function worldOf({ seed, batch, sequence, documents, probed }: TrainingPlan): TrainedWorld {
  const world = createWorld();
  const encode = worldEncoder(world);
  const heldOut = worldDocuments(HELD_OUT, documents);
  const coding = { encode, idOf: worldIdOf(world) };
  const train = (first: number, count: number) => worldDocuments(seed, count, first).map(encode);
  const shape = { tokens: batch * sequence, seed, accumulate: 1, sequence };
  const lay = (count: number) => layOut(heldOut.slice(0, count), coding, Math.min(count, PROBED_AT_ONCE), sequence);
  const ids = encode(heldOut[0]!).subarray(0, DRAWN);
  const names = new Map(world.words.map((word) => [coding.idOf(word), word]));
  return {
    ids,
    tokens: Array.from(ids, (id) => names.get(id) ?? WORLD_SPECIAL[id] ?? ""),
    vocabulary: world.words.length + WORLD_SPECIAL.length,
    data: endlessData(train, heldOut.map(encode), batch, shape),
    sheet: lay(documents),
    probe: lay(probed),
  };
}

const configOf = (plan: TrainingPlan, heads: number, vocabulary: number): TransformerConfig =>
  readConfig(
    {
      ...{ model_type: "llama", hidden_act: "silu", rms_norm_eps: 1e-5, tie_word_embeddings: true, rope_theta: plan.theta },
      ...{ hidden_size: plan.width, intermediate_size: plan.innerWidth, num_hidden_layers: plan.layers },
      ...{ num_attention_heads: heads, vocab_size: vocabulary, max_position_embeddings: plan.sequence },
    },
    "training",
  );

interface Model {
  readonly parameters: number;
  step(at: number): Promise<number>;
  /** Measures in parts. */
  measure(): AsyncGenerator<void, MeasuredStep>;
}

function createModel(runtime: Runtime, plan: TrainingPlan, world: TrainedWorld, heads: number): Model {
  const config = configOf(plan, heads, world.vocabulary);
  const schedule = scheduleOf(plan);
  const trainer = createTrainer(runtime, config, trainerOptionsOf(plan, plan.seed), initialState(config, plan.seed));
  const graph = skillGraph(config, world.sheet);
  const drawn = patternGraph(config, world.ids.length);
  return {
    parameters: [...weightsOf(trainer.state).values()].reduce((n, { shape }) => n + sizeOf(shape), 0),
    async step(at) {
      return (await trainer.step(world.data.batches(at), learningRate(schedule, plan.learningRate, at, plan.steps))).loss;
    },
    async *measure() {
      const weights = weightsOf(trainer.state);
      const measured = yield* measureModel(config, world, (sheet) => createRespondent(runtime, config, graph, weights, sheet));
      const { nats, targets } = await trainer.evaluate(world.data.heldOut());
      yield;
      const patterns = await patternsOf(runtime, drawn, weights, world.ids);
      return { heads, loss: nats / targets, patterns, ...measured };
    },
  };
}

async function* measureModel(
  config: TransformerConfig,
  { sheet, probe }: TrainedWorld,
  ask: (sheet: Sheet) => Promise<Respondent>,
): AsyncGenerator<void, Pick<MeasuredStep, "skills" | "costs">> {
  const skills = accuracies(sheet, await (await ask(sheet)).answer());
  yield;
  return { skills, costs: yield* costsOf(config, probe, await ask(probe)) };
}

const accuracies = (sheet: Sheet, answers: Parameters<typeof skillsOf>[1]): number[] =>
  skillsOf(sheet, answers).map(({ accuracy }) => accuracy);

/** Measures mean ablation of each head alone. */
async function* costsOf({ heads }: TransformerConfig, sheet: Sheet, model: Respondent): AsyncGenerator<void, HeadCost[]> {
  const means = await model.meanOutputs();
  yield;
  const whole = await model.answer();
  const names = heads.flatMap((count, layer) => Array.from({ length: count }, (_, head) => headName(layer, head)));
  const costs: HeadCost[] = [];
  for (const name of names) {
    yield;
    const effects = effectsOf(sheet, whole, await model.answer(new Set([name]), means));
    costs.push({ name, lost: RELATIONS.map((relation) => estimateOf(effects[relation])) });
  }
  return costs;
}

const estimateOf = ({ accuracy, low, high }: Effect): Estimate => ({ value: accuracy, low, high });

/** Builds the patterns of all layers on a text of `length` tokens. */
function patternGraph(config: TransformerConfig, length: number): Readonly<Record<string, Value>> {
  const kept = new Map<string, Value>();
  const p = declare<DecoderParameters>(decoderParameters(config));
  decoder(
    config,
    p,
    { ids: input("ids", [1, length], "int64") },
    keep(kept, (site) => site.endsWith(".attention.pattern")),
  );
  return Object.fromEntries(config.heads.map((_, layer) => [`${layer}`, keptAt(kept, `layers.${layer}.attention.pattern`)]));
}

/** Computes the patterns of all heads, layer by layer. */
async function patternsOf(
  runtime: Runtime,
  graph: Readonly<Record<string, Value>>,
  weights: ReadonlyMap<string, Tensor>,
  ids: Int32Array,
): Promise<Float32Array[]> {
  const program = await runtime.compile(graph, { weights });
  const made = await program.run({ ids: int64(ids, [1, ids.length]) });
  const size = ids.length ** 2;
  return Object.keys(graph).flatMap((layer) => {
    const all = floats(tensorAt(made, layer));
    return Array.from({ length: all.length / size }, (_, head) => all.slice(head * size, (head + 1) * size));
  });
}

/** Returns, for each relation, the mean over its targets of one over their number of candidates. */
function chanceOf({ batches }: Sheet): number[] {
  const targets = batches.flatMap((batch) => batch.targets);
  return RELATIONS.map((_, relation) => {
    const own = targets.filter((target) => target.relation === relation);
    return own.reduce((sum, { candidates }) => sum + 1 / candidates.length, 0) / own.length;
  });
}
