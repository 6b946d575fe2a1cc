/** Token ids → the batches of every step of a run, each depending only on the seed and the step. */

import type { Masking } from "../corpus/masking.ts";
import { itemsAt } from "../params/keyed.ts";
import { random, shuffled } from "../params/random.ts";
import { numberAt } from "../stats/sums.ts";
import type { Batch } from "./batch.ts";
import { causalBatch, maskedBatch, translationBatch } from "./batch.ts";
import { type BucketOptions, epochs, type Group } from "./buckets.ts";

/** The training and held-out data of a run. */
export interface TrainingData {
  /** Returns the micro-batches of a step, counted from 1. */
  batches(step: number): readonly Batch[];
  /** Returns the held-out batches, the same at every evaluation. */
  heldOut(): Iterable<Batch>;
  /** Bytes of the held-out text in UTF-8, if bits per byte are meaningful. */
  readonly heldOutBytes?: number;
  /** Steps per epoch, for finite data. */
  readonly epoch?: number;
}

export interface DataOptions extends BucketOptions {
  readonly seed: number;
  /** Micro-batches per step. */
  readonly accumulate: number;
}

const parts = (step: number, accumulate: number): number[] =>
  Array.from({ length: accumulate }, (_, part) => (step - 1) * accumulate + part);

/** A long sequence of tokens, and another one held out. */
export interface Stream {
  readonly tokens: Int32Array;
  readonly heldOut: Int32Array;
  readonly heldOutBytes: number;
}

export interface StreamOptions extends DataOptions {
  /** The share of rows whose first tokens are repeated to their end (`repeating`); default 0. */
  readonly repeats?: number;
}

/**
 * Splits running text into rows of `length` tokens that overlap by one; every epoch starts at a different offset. The text has
 * at least one batch.
 */
export function streamData(stream: Stream, length: number, options: StreamOptions): TrainingData {
  const { seed, accumulate, tokens, repeats = 0 } = options;
  const rows = Math.floor((stream.tokens.length - 1) / length) - 1;
  const shape = { batch: Math.max(1, Math.min(rows, Math.floor(tokens / length))), sequence: length };
  const perEpoch = Math.floor(rows / shape.batch);
  let made: { readonly epoch: number; readonly starts: Int32Array } | undefined;
  const startsOf = (epoch: number): Int32Array => {
    const uniform = random(`${seed}/epoch/${epoch}`);
    const offset = Math.floor(uniform() * length);
    return shuffled(uniform, rows).map((row) => offset + row * length);
  };
  const batch = (k: number): Batch => {
    const epoch = Math.floor(k / perEpoch);
    if (made?.epoch !== epoch) made = { epoch, starts: startsOf(epoch) };
    const starts = made.starts.subarray((k % perEpoch) * shape.batch, ((k % perEpoch) + 1) * shape.batch);
    const uniform = random(`${seed}/repeats/${k}`);
    const row = (s: number): Int32Array => {
      const own = stream.tokens.subarray(s, s + length + 1);
      return repeats > 0 && uniform() < repeats ? repeating(own, uniform()) : own;
    };
    return causalBatch(Array.from(starts, row), shape);
  };
  return {
    batches: (step) => parts(step, accumulate).map(batch),
    heldOut: () => windows(stream.heldOut, shape),
    heldOutBytes: stream.heldOutBytes,
    epoch: perEpoch / accumulate,
  };
}

/**
 * Repeats the first tokens of a row to its end: from 8 of them (fewer in a short row) to half of the row, by a number from 0 to 1. Only
 * what came before predicts the repetition, which teaches small models induction.
 */
function repeating(row: Int32Array, uniform: number): Int32Array {
  const most = Math.floor(row.length / 2);
  const least = Math.min(8, most);
  const period = least + Math.floor(uniform * (most - least + 1));
  return row.map((_, i) => numberAt(row, i % period));
}

/** Yields successive rows: every token but the first is predicted once. */
function* windows(tokens: Int32Array, shape: { readonly batch: number; readonly sequence: number }): Generator<Batch> {
  const step = shape.batch * shape.sequence;
  for (let from = 0; from < tokens.length - 1; from += step) {
    const starts = Array.from({ length: shape.batch }, (_, r) => from + r * shape.sequence).filter(
      (s) => s < tokens.length - 1,
    );
    yield causalBatch(
      starts.map((s) => tokens.subarray(s, s + shape.sequence + 1)),
      shape,
    );
  }
}

/** Builds the epochs of a training set, and a held-out set, both in buckets. */
function bucketed(
  lengths: readonly (readonly [number, number?])[],
  heldOutLengths: readonly (readonly [number, number?])[],
  options: DataOptions,
  make: (group: Group, heldOut: boolean, k: number) => Batch,
): TrainingData {
  const train = epochs(lengths, options.seed, options);
  const held = epochs(heldOutLengths, options.seed, options).all();
  return {
    batches: (step) => parts(step, options.accumulate).map((k) => make(train.group(k), false, k)),
    *heldOut() {
      for (const [k, group] of held.entries()) yield make(group, true, k);
    },
    epoch: train.batches / options.accumulate,
  };
}

/** Builds next-token data of separate texts; each has at least two tokens. */
export const documentData = (
  train: readonly Int32Array[],
  heldOut: readonly Int32Array[],
  options: DataOptions,
): TrainingData => {
  const lengths = (rows: readonly Int32Array[]) => rows.map((row) => [row.length - 1] as const);
  return bucketed(lengths(train), lengths(heldOut), options, ({ shape, examples }, held) =>
    causalBatch(itemsAt(held ? heldOut : train, examples), shape),
  );
};

/** Builds masked-token data; the masks change from step to step, but not for held-out data. */
export const maskedData = (
  train: readonly Int32Array[],
  heldOut: readonly Int32Array[],
  masking: Masking,
  options: DataOptions,
): TrainingData => {
  const lengths = (rows: readonly Int32Array[]) => rows.map((row) => [row.length] as const);
  return bucketed(lengths(train), lengths(heldOut), options, ({ shape, examples }, held, k) =>
    maskedBatch(
      itemsAt(held ? heldOut : train, examples),
      shape,
      masking,
      random(`${options.seed}/mask/${held ? "held out" : "train"}/${k}`),
    ),
  );
};

/** A sentence and its translation as token ids, both with the end token. */
export interface TokenPair {
  readonly source: Int32Array;
  readonly target: Int32Array;
}

/** Builds translation data. */
export const translationData = (
  train: readonly TokenPair[],
  heldOut: readonly TokenPair[],
  ids: { readonly start: number; readonly padding: number },
  options: DataOptions,
): TrainingData => {
  const lengths = (pairs: readonly TokenPair[]) => pairs.map(({ source, target }) => [source.length, target.length] as const);
  return bucketed(lengths(train), lengths(heldOut), options, ({ shape, examples }, held) => {
    const pairs = itemsAt(held ? heldOut : train, examples);
    return translationBatch(
      pairs.map(({ source }) => source),
      pairs.map(({ target }) => target),
      shape,
      ids,
    );
  });
};

/**
 * Builds data of infinite text: `documents(first, count)` returns documents from the first on, and every step reads new ones.
 */
export function endlessData(
  documents: (first: number, count: number) => readonly Int32Array[],
  heldOut: readonly Int32Array[],
  rows: number,
  options: DataOptions & { readonly sequence: number },
): TrainingData {
  const shape = { batch: rows, sequence: options.sequence };
  const batch = (texts: readonly Int32Array[]) =>
    causalBatch(
      texts.map((ids) => ids.subarray(0, shape.sequence + 1)),
      shape,
    );
  return {
    batches: (step) => parts(step, options.accumulate).map((k) => batch(documents(k * rows, rows))),
    *heldOut() {
      for (let from = 0; from < heldOut.length; from += rows) yield batch(heldOut.slice(from, from + rows));
    },
  };
}
