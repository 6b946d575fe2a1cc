/** Decoding token by token: the encoder runs once, then one program per step, fed with cached keys and values. */

import { dimAt, sizeAt } from "../../graph/shape.ts";
import { input, scoped, type Value } from "../../graph/value.ts";
import type { EncoderDecoder } from "../../load/translator.ts";
import { decodeTarget, encodeSource } from "../../models/encoder-decoder.ts";
import type { EncoderDecoderConfig } from "../../models/encoder-decoder-config.ts";
import { type EncoderDecoderParameters, encoderDecoderParameters } from "../../models/encoder-decoder-parameters.ts";
import { lastState } from "../../models/layer.ts";
import { BLOCKED } from "../../nn/mask.ts";
import { chain, type Probe } from "../../nn/probe.ts";
import { sinusoidal } from "../../nn/sinusoid.ts";
import { add, sub } from "../../ops/arithmetic.ts";
import { constant, integers } from "../../ops/constant.ts";
import { gather } from "../../ops/index-by.ts";
import { reshape, unsqueeze } from "../../ops/layout.ts";
import { equal, where } from "../../ops/logic.ts";
import { argmax, max } from "../../ops/reduce.ts";
import { logSoftmax } from "../../ops/softmax.ts";
import { itemsAt } from "../../params/keyed.ts";
import { byPath, declare } from "../../params/tree.ts";
import type { Feeds, Program, Runtime } from "../../run/runtime.ts";
import { int64, type Tensor, wholes } from "../../run/tensor.ts";
import { type Cache, emptyPast, given, growing, keepCross, nextPast, prefixed } from "./cache.ts";

/** The output of a step for each row's next token. */
export type StepOutput = "best" | "all" | "logits";

/** Changes of the probabilities in the step's program. */
export interface Said {
  /** Tokens that are never generated; default: padding. */
  readonly blocked?: readonly number[];
  /** If true, the probabilities are renormalized without those tokens; default: the decoding's setting. */
  readonly renormalize?: boolean;
}

/** A batch of translations in progress. */
export interface Steps {
  /**
   * Runs one step. Initially there is one row per source. Each row of the new batch continues row `from[k]` of the old one with
   * the token `ids[k]`. `"best"` returns `next` (int64 [batch]) and its `logProbability` [batch]; `"all"` the
   * `logProbabilities` [batch, v]; `"logits"` the `logits` [batch, v] with no token blocked.
   */
  step(ids: readonly number[], from: readonly number[]): Promise<Readonly<Record<string, Tensor>>>;
}

export interface Decoding {
  readonly config: EncoderDecoderConfig;
  readonly renormalize: boolean;
  /** Reads sources (ids with end tokens), for steps that start with the start id. */
  start(sources: readonly (readonly number[])[], wanted: StepOutput, said?: Said): Promise<Steps>;
}

export interface DecodingOptions {
  /** If true, probabilities are renormalized without blocked tokens; default: their share is lost. */
  readonly renormalize?: boolean;
}

const SOURCE = { ids: input("ids", ["batch", "sequence"], "int64"), mask: input("mask", ["batch", "sequence"], "int64") };
const TOKEN = input("decoderIds", ["batch", 1], "int64");
const PAST = input("past", [], "int64");
const FROM = input("from", ["batch"], "int64");

/** Creates the programs of a model's translation; they live as long as the runtime. */
export function createDecoding(
  runtime: Runtime,
  model: EncoderDecoder,
  { renormalize = false }: DecodingOptions = {},
): Decoding {
  const { config } = model;
  const weights = byPath(model.weights);
  const p = declare<EncoderDecoderParameters>(encoderDecoderParameters(config));
  const reading = readingGraph(config, p);
  const graphs = new Map<string, ReturnType<typeof stepGraph>>();
  const stepOf = (blocked: readonly number[], normalized: boolean): ReturnType<typeof stepGraph> => {
    const key = `${normalized} ${blocked.join()}`;
    const made = graphs.get(key) ?? stepGraph(config, p, blocked, normalized);
    graphs.set(key, made);
    return made;
  };
  const compile = (graph: Readonly<Record<string, Value>>) => runtime.compile(graph, { weights });
  return {
    config,
    renormalize,
    async start(sources, wanted, said = {}) {
      const { outputs, cache, chosen } = stepOf(said.blocked ?? [config.ids.padding], said.renormalize ?? renormalize);
      const { ids, mask } = padded(sources, config.ids.padding);
      const got = await (await compile(reading)).run({ ids, mask });
      const programs = { step: await compile(outputs[wanted]), select: await compile(chosen) };
      return createSteps(programs, cache, { source: got, mask }, sources.length);
    },
  };
}

/** Returns the source's keys and values of every decoder layer, as feeds of the steps. */
function readingGraph(config: EncoderDecoderConfig, p: EncoderDecoderParameters): Record<string, Value> {
  const kept = new Map<string, Value>();
  const context = lastState(encodeSource(config, p, SOURCE));
  decodeTarget(config, p, { context, decoderIds: TOKEN }, keepCross(kept));
  return prefixed("source.", kept);
}

/** Builds a step by one token; and `chosen`, the source's keys and values for reordered rows. */
function stepGraph(
  config: EncoderDecoderConfig,
  p: EncoderDecoderParameters,
  blocked: readonly number[],
  renormalize: boolean,
) {
  const cache = growing(FROM);
  const source = new Map<string, Value>();
  const context = input("context", ["batch", "sequence", config.width]); // no remaining node reads it
  const inputs = { context, mask: SOURCE.mask, decoderIds: TOKEN, past: PAST };
  const { logits } = decodeTarget(config, p, inputs, chain(cache.probe, chain(given(source), unplaced(config))));
  const present = prefixed("present.", cache.present);
  const chosen = [...source].map(([site, { shape }]) => {
    const before = input(`source.${site}`, ["before", ...shape.slice(1)]);
    return [`source.${site}`, before] as const;
  });
  const rows = reshape(logits, [dimAt(logits.shape, 0), config.vocabulary]);
  const all = scoped("next", () => probabilities(rows, blocked, renormalize));
  return {
    cache,
    outputs: {
      best: { next: argmax(all), logProbability: max(all, -1), ...present },
      all: { logProbabilities: all, ...present },
      logits: { logits: rows, ...present },
    },
    chosen: Object.fromEntries(chosen.map(([name, before]) => [`chosen.${name}`, gather(before, FROM)])),
  };
}

/** Computes the log probabilities of the next token, [b, v]; those of blocked tokens are minus infinity. */
function probabilities(rows: Value, blocked: readonly number[], renormalize: boolean): Value {
  const allowed = new Float32Array(sizeAt("decoding", rows.shape, 1));
  for (const id of blocked) allowed[id] = BLOCKED;
  const shift = constant(allowed);
  return renormalize ? logSoftmax(add(rows, shift)) : add(logSoftmax(rows), shift);
}

/** M2M-100 gives padding no position, wherever it occurs. */
const unplaced =
  ({ ids, width, maxPositions, positions }: EncoderDecoderConfig): Probe =>
  (site, embedded) => {
    if (site !== "decoder.embeddings" || positions.spacing !== "tensor2tensor") return embedded;
    const padding = unsqueeze(equal(TOKEN, integers([ids.padding], [])), 2);
    return where(padding, sub(embedded, sinusoidal(TOKEN, width, maxPositions, positions, PAST)), embedded);
  };

interface Programs {
  readonly step: Program;
  readonly select: Program;
}

function createSteps({ step, select }: Programs, cache: Cache, start: { source: Feeds; mask: Tensor }, sources: number): Steps {
  let { source, mask } = start;
  let past = emptyPast(cache, sources);
  let length = 0;
  let sourceOf: readonly number[] = Array.from({ length: sources }, (_, k) => k);
  /** Beams of one sentence share a source, so keys and values move only for other sentences or more rows. */
  const follow = async (from: readonly number[]): Promise<void> => {
    const now = itemsAt(sourceOf, from);
    if (now.length === sourceOf.length && now.every((s, k) => s === sourceOf[k])) return;
    const chosen = select.inputs.size > 0 ? await select.run({ ...source, from: int64(from) }) : {};
    source = Object.fromEntries(Object.entries(chosen).map(([name, t]) => [name.slice("chosen.".length), t]));
    [mask, sourceOf] = [rowsOf(mask, from), now];
  };
  return {
    async step(ids, from) {
      await follow(from);
      const feeds = { decoderIds: int64(ids, [ids.length, 1]), from: int64(from), past: int64([length], []), mask };
      const got = await step.run({ ...feeds, ...source, ...past });
      past = nextPast(cache, got);
      length++;
      return got;
    },
  };
}

const rowsOf = (all: Tensor, rows: readonly number[]): Tensor => {
  const [data, width] = [wholes(all), dimAt(all.shape, 1)];
  return int64(
    rows.flatMap((k) => Array.from(data.subarray(k * width, (k + 1) * width), Number)),
    [rows.length, width],
  );
};

/** Pads rows of ids at their ends, and returns a mask: both int64 [batch, sequence]. */
function padded(rows: readonly (readonly number[])[], padding: number): { ids: Tensor; mask: Tensor } {
  const longest = Math.max(...rows.map((row) => row.length));
  const shape = [rows.length, longest];
  const fill = (of: (row: readonly number[], k: number) => number) =>
    int64(
      rows.flatMap((row) => Array.from({ length: longest }, (_, k) => of(row, k))),
      shape,
    );
  return { ids: fill((row, k) => row[k] ?? padding), mask: fill((row, k) => Number(k < row.length)) };
}
