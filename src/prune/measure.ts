/** The savings of pruning: time and multiply-adds of the original and the pruned model. */
import type { Value } from "../graph/value.ts";
import { type AnyModel, anyForward } from "../models/any.ts";
import { withSparseRouting } from "../models/features-of.ts";
import { lastState } from "../models/layer.ts";
import { byPath } from "../params/tree.ts";
import { releasing } from "../run/releasing.ts";
import { type Feeds, feedsFor, type Program, type Runtime } from "../run/runtime.ts";
import { int64, tensor } from "../run/tensor.ts";
import { numberAt } from "../stats/sums.ts";
import { attentionOnly, attentionWork } from "./attention-work.ts";

/** Milliseconds of one pass, the median of several alternating runs. */
export interface Timing {
  readonly batch: number;
  readonly length: number;
  readonly before: number;
  readonly after: number;
  /** Of the attention modules alone. */
  readonly attention: { readonly before: number; readonly after: number };
}

export interface Savings {
  /** Multiply-adds of all attentions for one text of this many tokens. */
  readonly work: { readonly length: number; readonly before: number; readonly after: number };
  readonly timings: readonly Timing[];
  /** Peak bytes of a process that only runs the model, for each batch; empty if unavailable. */
  readonly memory: readonly { readonly batch: number; readonly before: number; readonly after: number }[];
}

/** Returns the peak bytes of running a model on `batch` texts of `length` tokens, if the system reports it. */
export type Memory = (model: AnyModel, batch: number, length: number) => Promise<number | null>;

export interface MeasureOptions {
  /** Numbers of texts per batch; default 1 and 8; if empty, only the work is counted. */
  readonly batches?: readonly number[];
  /** Tokens per text; default 128, or the model's positions if fewer. */
  readonly length?: number;
  readonly rounds?: number;
  readonly memory?: Memory;
  readonly progress?: (share: number) => void;
}

/** Runs both models on the same random texts, alternating. */
export async function measureSavings(
  runtime: Runtime,
  before: AnyModel,
  after: AnyModel,
  { batches = [1, 8], length = 128, rounds = 9, memory, progress = () => {} }: MeasureOptions = {},
): Promise<Savings> {
  const tokens = Math.min(length, before.config.maxPositions);
  const timings = await releasing(runtime, (own) => timingsOf(own, before, after, { batches, tokens, rounds, progress }));
  return {
    work: { length: tokens, before: attentionWork(before.config, tokens), after: attentionWork(after.config, tokens) },
    timings,
    memory: memory ? await memoryOf(memory, before, after, batches, tokens) : [],
  };
}

interface Timed extends Required<Pick<MeasureOptions, "batches" | "rounds" | "progress">> {
  readonly tokens: number;
}

async function timingsOf(
  runtime: Runtime,
  before: AnyModel,
  after: AnyModel,
  { batches, tokens, rounds, progress }: Timed,
): Promise<Timing[]> {
  if (batches.length === 0) return [];
  const compile = async (model: AnyModel) => {
    const weights = byPath(model.weights);
    const whole = await runtime.compile(lastOutput(model), { weights });
    return { whole, attention: await runtime.compile({ y: attentionOnly(model) }, { weights }) };
  };
  const [was, is] = [await compile(before), await compile(after)];
  const timings: Timing[] = [];
  for (const batch of batches) {
    const feeds = (program: Program) => feedsOf(program, before, batch, tokens);
    const x = noise(batch, tokens, before.config.width);
    const whole = await inTurns(rounds, was.whole, is.whole, feeds);
    const attention = await inTurns(rounds, was.attention, is.attention, () => ({ x }));
    timings.push({ batch, length: tokens, ...whole, attention });
    progress(timings.length / batches.length);
  }
  return timings;
}

async function memoryOf(memory: Memory, before: AnyModel, after: AnyModel, batches: readonly number[], length: number) {
  const made: { batch: number; before: number; after: number }[] = [];
  for (const batch of batches) {
    const [was, is] = [await memory(before, batch, length), await memory(after, batch, length)];
    if (was !== null && is !== null) made.push({ batch, before: was, after: is });
  }
  return made;
}

/** Returns the fraction of attention work removed, and the share of it that shows up as saved time in attention. */
export function workSaved({ work }: Savings, { attention }: Timing): { readonly removed: number; readonly shown: number } {
  const removed = 1 - work.after / work.before;
  return { removed, shown: removed === 0 ? 1 : (1 - attention.after / attention.before) / removed };
}

function lastOutput({ config }: AnyModel): Record<string, Value> {
  const { states, logits } = anyForward(withSparseRouting(config));
  return config.family === "encoder-decoder" && logits ? { logits } : { states: lastState(states) };
}

function feedsOf(program: Program, { config }: AnyModel, batch: number, length: number): Feeds {
  const ids = int64(
    Array.from({ length: batch * length }, (_, k) => (k * 7919 + 5) % config.vocabulary),
    [batch, length],
  );
  const mask = int64(new Array(batch * length).fill(1), [batch, length]);
  return feedsFor(program, { ids, mask, decoderIds: ids });
}

/** Returns fixed numbers of about unit deviation. */
const noise = (batch: number, length: number, width: number) =>
  tensor(
    Float32Array.from({ length: batch * length * width }, (_, k) => 2 * Math.sin(k * k)),
    [batch, length, width],
  );

/** Returns the medians of two programs' passes in elapsed milliseconds; they alternate, after a warm-up round. */
export async function inTurns(rounds: number, before: Program, after: Program, feeds: (program: Program) => Feeds) {
  const timed = (program: Program) => ({
    ...{ program, given: program.inputs.size > 0 ? feeds(program) : {} },
    times: [] as number[],
  });
  const [was, is] = [timed(before), timed(after)];
  for (let round = 0; round <= rounds; round++) {
    for (const { program, given, times } of [was, is]) {
      const begun = performance.now();
      await program.run(feedsFor(program, given));
      if (round > 0) times.push(performance.now() - begun);
    }
  }
  return { before: median(was.times), after: median(is.times) };
}

const median = (times: readonly number[]): number =>
  numberAt(
    times.toSorted((a, b) => a - b),
    Math.floor(times.length / 2),
  );
