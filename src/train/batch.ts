/** One batch as input of a program: rows of token ids padded to one length, with their targets. */
import { hide, type Masking, NO_TARGET } from "../corpus/masking.ts";
import type { Feeds } from "../run/runtime.ts";
import { type Tensor, tensor } from "../run/tensor.ts";
import { type BatchShape, targetOf } from "./objective.ts";

/** Feeds of a program with the shape that it is compiled for. */
export interface Batch {
  readonly shape: BatchShape;
  /** `ids`, `targets` and, depending on the family, `mask` and `decoderIds`. */
  readonly feeds: Feeds;
  /** The number of targets, without padding. */
  readonly targets: number;
  /** The number of tokens read, without padding. */
  readonly tokens: number;
}

/** Pads rows of different lengths to int64 [rows, length]; missing rows and ends hold `filler`. */
export function filled(rows: readonly ArrayLike<number>[], batch: number, length: number, filler: number): Tensor {
  const data = new BigInt64Array(batch * length).fill(BigInt(filler));
  for (const [r, row] of rows.entries()) {
    if (row.length > length) throw new RangeError(`filled: a row of ${row.length} does not fit into ${length}`);
    data.set(Array.from(row, BigInt), r * length);
  }
  return tensor(data, [batch, length]);
}

/** Returns 1 for a token of `rows`, 0 for padding. */
export const maskOf = (rows: readonly ArrayLike<number>[], batch: number, length: number): Tensor =>
  filled(
    rows.map(({ length: n }) => new Uint8Array(n).fill(1)),
    batch,
    length,
    0,
  );

const total = (rows: readonly ArrayLike<number>[]): number => rows.reduce((n, row) => n + row.length, 0);

/** Builds a batch for next-token prediction; every row has at least two tokens. */
export function causalBatch(rows: readonly Int32Array[], { batch, sequence }: BatchShape): Batch {
  const inputs = rows.map((row) => row.subarray(0, -1));
  const targets = rows.map((row) => row.subarray(1));
  return {
    shape: { batch, sequence },
    feeds: { ids: filled(inputs, batch, sequence, 0), targets: filled(targets, batch, sequence, NO_TARGET) },
    targets: total(targets),
    tokens: total(inputs),
  };
}

/** Builds a batch of sources and translations, both with the end token; `start` is the decoder's first input. */
export function translationBatch(
  sources: readonly Int32Array[],
  translations: readonly Int32Array[],
  shape: BatchShape,
  ids: { readonly start: number; readonly padding: number },
): Batch {
  const { batch, sequence } = shape;
  const target = targetOf(shape);
  const before = translations.map((row) => Int32Array.of(ids.start, ...row.subarray(0, -1)));
  return {
    shape,
    feeds: {
      ids: filled(sources, batch, sequence, ids.padding),
      mask: maskOf(sources, batch, sequence),
      decoderIds: filled(before, batch, target, ids.padding),
      targets: filled(translations, batch, target, NO_TARGET),
    },
    targets: total(translations),
    tokens: total(sources) + total(translations),
  };
}

/**
 * Builds a batch for masked-token prediction: of the chosen tokens, 80% become [MASK], 10% a random token, 10% stay (Devlin et
 * al. 2019). At least one token of each row is chosen.
 */
export function maskedBatch(
  rows: readonly Int32Array[],
  { batch, sequence }: BatchShape,
  masking: Masking,
  uniform: () => number,
): Batch {
  const made = rows.map((row) => hide(row, masking, uniform));
  return {
    shape: { batch, sequence },
    feeds: {
      ids: filled(
        made.map(({ ids }) => ids),
        batch,
        sequence,
        masking.paddingId,
      ),
      mask: maskOf(rows, batch, sequence),
      targets: filled(
        made.map(({ targets }) => targets),
        batch,
        sequence,
        NO_TARGET,
      ),
    },
    targets: made.reduce((n, { targets }) => n + targets.reduce((m, t) => m + Number(t !== NO_TARGET), 0), 0),
    tokens: total(rows),
  };
}
