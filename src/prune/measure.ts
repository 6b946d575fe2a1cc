/** What a cut saves: time and multiply-adds, the whole and the smaller model side by side. */
import type { Value } from "../graph/value.ts";
import { type AnyModel, anyForward } from "../models/any.ts";
import { byPath } from "../params/tree.ts";
import { releasing } from "../run/releasing.ts";
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
  /** Peak bytes of a process that only runs the model, for each batch; none where that cannot be known. */
  readonly memory: readonly { readonly batch: number; readonly before: number; readonly after: number }[];
}

/** Peak bytes of running a model on `batch` texts of `length` tokens, where the system tells. */
export type Memory = (model: AnyModel, batch: number, length: number) => Promise<number | null>;

export interface MeasureOptions {
  /** Texts at once; default 1 and 8; none: only the work is counted. */
  readonly batches?: readonly number[];
  /** Tokens of a text; default 128, or the model's positions where they are fewer. */
  readonly length?: number;
  readonly rounds?: number;
  readonly memory?: Memory;
  readonly progress?: (share: number) => void;
}

/** Both models on the same made-up texts, in one run, in turns. */
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
