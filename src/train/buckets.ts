/** Assignment of examples to batches: buckets of similar length, in an order that depends only on the seed and the epoch. */
import { itemsAt } from "../params/keyed.ts";
import { inRandomOrder, random } from "../params/random.ts";
import type { BatchShape } from "./objective.ts";

/** Examples of one batch. */
export interface Group {
  readonly shape: BatchShape;
  /** Indices of the examples; fewer than the shape's rows if a bucket is not full. */
  readonly examples: readonly number[];
}

export interface BucketOptions {
  /** Tokens per batch, including padding, on the longer side. */
  readonly tokens: number;
  /** The maximum number of buckets; each has its own programs. Default 6. */
  readonly buckets?: number;
  /** Lengths are rounded up to a multiple of this, but not beyond the longest example. Default 4. */
  readonly step?: number;
}

interface Bucket {
  readonly shape: BatchShape;
  readonly examples: readonly number[];
}

/** The batches of successive epochs. */
export interface Epochs {
  /** The number of batches per epoch, which is constant. */
  readonly batches: number;
  readonly shapes: readonly BatchShape[];
  /** Returns batch `k` of the whole run, counted from 0. */
  group(k: number): Group;
  /** Returns all examples once, in no particular order. */
  all(): Group[];
}

/** Plans the batches. `lengths` holds, for each example, the tokens of its row and, for translation, of its target row. */
export function epochs(lengths: readonly (readonly [number, number?])[], seed: number, options: BucketOptions): Epochs {
  const buckets = bucketsOf(lengths, options);
  const count = buckets.reduce((n, b) => n + Math.ceil(b.examples.length / b.shape.batch), 0);
  let made: { readonly epoch: number; readonly groups: readonly Group[] } | undefined;
  return {
    batches: count,
    shapes: buckets.map(({ shape }) => shape),
    group(k) {
      const epoch = Math.floor(k / count);
      if (made?.epoch !== epoch) made = { epoch, groups: mixed(buckets, random(`${seed}/epoch/${epoch}`)) };
      const group = made.groups[k % count];
      if (!group) throw new Error("internal: an epoch has no batches");
      return group;
    },
    all: () => buckets.flatMap((b) => cut(b, b.examples)),
  };
}

const greatest = (numbers: readonly number[]): number => numbers.reduce((a, b) => Math.max(a, b), 0);

/** Splits examples into buckets of equal size, by the length of the longer side; equal lengths stay together. */
function bucketsOf(lengths: readonly (readonly [number, number?])[], options: BucketOptions): Bucket[] {
  const { tokens, buckets = 6, step = 4 } = options;
  const longest = greatest(lengths.map(([a, b = 0]) => Math.max(a, b)));
  const rounded = (length: number) => Math.min(longest, Math.ceil(length / step) * step); // a model may not have more positions
  const rows = lengths.map(([own, target = 0], i) => ({ i, own, target, longer: rounded(Math.max(own, target)) }));
  const order = rows.sort((a, b) => a.longer - b.longer || a.i - b.i);
  const lasts = Array.from({ length: buckets }, (_, k) => Math.ceil(((k + 1) * order.length) / buckets) - 1);
  const edges = new Set(itemsAt(order, lasts).map(({ longer }) => longer));
  return [...edges].map((edge, k, all) => {
    const before = all[k - 1] ?? 0;
    const examples = order.filter(({ longer }) => longer <= edge && longer > before);
    const batch = Math.max(1, Math.min(examples.length, Math.floor(tokens / edge)));
    const sequence = rounded(greatest(examples.map(({ own }) => own)));
    const target = rounded(greatest(examples.map((row) => row.target)));
    return { shape: { batch, sequence, ...(target > 0 && { target }) }, examples: examples.map(({ i }) => i) };
  });
}

const cut = ({ shape }: Bucket, examples: readonly number[]): Group[] =>
  Array.from({ length: Math.ceil(examples.length / shape.batch) }, (_, g) => ({
    shape,
    examples: examples.slice(g * shape.batch, (g + 1) * shape.batch),
  }));

function mixed(buckets: readonly Bucket[], uniform: () => number): Group[] {
  const groups = buckets.flatMap((b) => cut(b, inRandomOrder(uniform, b.examples)));
  return inRandomOrder(uniform, groups);
}
