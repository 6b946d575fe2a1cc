/** The savings of pruning: time and multiply-adds of the original and the pruned model. */
import type { Value } from "../graph/value.ts";
import { type AnyModel, anyForward } from "../models/any.ts";
import { byPath } from "../params/tree.ts";
import { releasing } from "../run/releasing.ts";
import { type Feeds, feedsFor, type Program, type Runtime } from "../run/runtime.ts";
import { int64, tensor } from "../run/tensor.ts";
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
  const [whole, attentions]: [Program[], Program[]] = [[], []];
  for (const model of batches.length > 0 ? [before, after] : []) {
    const weights = byPath(model.weights);
    whole.push(await runtime.compile(lastOutput(model), { weights }));
    attentions.push(await runtime.compile({ y: attentionOnly(model) }, { weights }));
  }
  const timings: Timing[] = [];
  for (const batch of batches) {
    const [a, b] = await inTurns(rounds, whole, (program) => feedsOf(program, before, batch, tokens));
    const [c, d] = await inTurns(rounds, attentions, () => ({ x: noise(batch, tokens, before.config.width) }));
    timings.push({ batch, length: tokens, before: a!, after: b!, attention: { before: c!, after: d! } });
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

/** Returns fixed numbers of about unit deviation. */
const noise = (batch: number, length: number, width: number) =>
  tensor(
    Float32Array.from({ length: batch * length * width }, (_, k) => 2 * Math.sin(k * k)),
    [batch, length, width],
  );

/** Returns medians in milliseconds; programs alternate, after a warm-up round. */
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
