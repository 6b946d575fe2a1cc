/** What a cut saves: time and multiply-adds, the whole and the smaller model side by side. */
import type { Value } from "../graph/value.ts";
import { type AnyModel, anyForward } from "../models/any.ts";
import { byPath } from "../params/tree.ts";
import { type Feeds, feedsFor, type Program, type Runtime } from "../run/runtime.ts";
import { int64, tensor } from "../run/tensor.ts";
import { attentionOnly, attentionWork } from "./attention-work.ts";

/** Milliseconds of one pass, the median of several, taken in turns. */
export interface Timing {
  readonly batch: number;
  readonly length: number;
  readonly before: number;
  readonly after: number;
  /** Of the attentions alone. */
  readonly attention: { readonly before: number; readonly after: number };
}

export interface Savings {
  /** Multiply-adds of all attentions for one text of this many tokens. */
  readonly work: { readonly length: number; readonly before: number; readonly after: number };
  readonly timings: readonly Timing[];
  /** Bytes by which the process grew in a first pass at the largest batch; null where that cannot be known. */
  readonly memory: { readonly before: number; readonly after: number } | null;
}

/** Bytes by which something makes the process grow at its peak, where the system tells. */
export type Growth = (run: () => Promise<void>) => Promise<number | null>;

export interface MeasureOptions {
  /** Texts at once; default 1 and 8. */
  readonly batches?: readonly number[];
  /** Tokens of a text; default 128, or the model's positions where they are fewer. */
  readonly length?: number;
  readonly rounds?: number;
  readonly growth?: Growth;
  readonly progress?: (share: number) => void;
}

/** Both models on the same made-up texts, in one run, in turns. */
export async function measureSavings(
  runtime: Runtime,
  before: AnyModel,
  after: AnyModel,
  { batches = [1, 8], length = 128, rounds = 9, growth, progress = () => {} }: MeasureOptions = {},
): Promise<Savings> {
  const tokens = Math.min(length, before.config.maxPositions);
  const models = [before, after] as const;
  const largest = Math.max(...batches);
  const grown: (number | null)[] = [];
  const whole: Program[] = [];
  const attentions: Program[] = [];
  for (const model of models) {
    const program = await runtime.compile(lastOutput(model), { weights: byPath(model.weights) });
    const first = async () => void (await program.run(feedsOf(program, model, largest, tokens)));
    grown.push(growth ? await growth(first) : null);
    whole.push(program);
    attentions.push(await runtime.compile({ y: attentionOnly(model) }, { weights: byPath(model.weights) }));
  }
  const timings: Timing[] = [];
  for (const batch of batches) {
    const [a, b] = await inTurns(rounds, whole, (program) => feedsOf(program, before, batch, tokens));
    const [c, d] = await inTurns(rounds, attentions, () => ({ x: noise(batch, tokens, before.config.width) }));
    timings.push({ batch, length: tokens, before: a!, after: b!, attention: { before: c!, after: d! } });
    progress(timings.length / batches.length);
  }
  const [was, is] = grown as [number | null, number | null];
  return {
    work: { length: tokens, before: attentionWork(before.config, tokens), after: attentionWork(after.config, tokens) },
    timings,
    memory: was === null || is === null ? null : { before: was, after: is },
  };
}

/** The share of the attention work that was removed, and of it what shows up as time in attention. */
export function workSaved({ work }: Savings, { attention }: Timing): { readonly removed: number; readonly shown: number } {
  const removed = 1 - work.after / work.before;
  return { removed, shown: removed === 0 ? 1 : (1 - attention.after / attention.before) / removed };
}

function lastOutput({ config }: AnyModel): Record<string, Value> {
  const { states, logits } = anyForward(config);
  return config.family === "encoder-decoder" ? { logits: logits! } : { states: states.at(-1)! };
}

function feedsOf(program: Program, { config }: AnyModel, batch: number, length: number): Feeds {
  const ids = int64(
    Array.from({ length: batch * length }, (_, k) => (k * 7919 + 5) % config.vocabulary),
    [batch, length],
  );
  const mask = int64(new Array(batch * length).fill(1), [batch, length]);
  return feedsFor(program, { ids, mask, decoderIds: ids });
}

/** Numbers of unit deviation or so, always the same. */
const noise = (batch: number, length: number, width: number) =>
  tensor(
    Float32Array.from({ length: batch * length * width }, (_, k) => 2 * Math.sin(k * k)),
    [batch, length, width],
  );

/** Medians in milliseconds; programs take turns, after a first round that does not count. */
async function inTurns(rounds: number, programs: readonly Program[], feeds: (program: Program) => Feeds): Promise<number[]> {
  const given = programs.map((program) => (program.inputs.size > 0 ? feeds(program) : {}));
  const times: number[][] = programs.map(() => []);
  for (let round = 0; round <= rounds; round++) {
    for (const [k, program] of programs.entries()) {
      const begun = performance.now();
      await program.run(feedsFor(program, given[k]!));
      if (round > 0) times[k]!.push(performance.now() - begun);
    }
  }
  return times.map((own) => own.sort((a, b) => a - b)[Math.floor(own.length / 2)]!);
}
