/** Which examples go into which batch: buckets of alike length, in an order that depends only on the seed and the epoch. */
import { random, shuffled } from "../params/random.ts";
import type { BatchShape } from "./objective.ts";

/** Examples that are read together. */
export interface Group {
  readonly shape: BatchShape;
  /** Numbers of the examples; fewer than the shape's rows where a bucket is not filled. */
  readonly examples: readonly number[];
}

export interface BucketOptions {
  /** Tokens of a batch, padding included, on the longer side. */
  readonly tokens: number;
  /** How many buckets at most; each has programs of its own. Default 6. */
  readonly buckets?: number;
  /** Lengths are rounded up to a multiple of this, but not beyond the longest example. Default 4. */
  readonly step?: number;
}

interface Bucket {
  readonly shape: BatchShape;
  readonly examples: readonly number[];
}

/** The order of one epoch after another. */
export interface Epochs {
  /** Batches of an epoch: always as many. */
  readonly batches: number;
  readonly shapes: readonly BatchShape[];
  /** Batch `k` of the whole run, counted from 0. */
  group(k: number): Group;
  /** All examples once, in no particular order. */
  all(): Group[];
}

/** `lengths`: of each example, the tokens of a row and, for translation, of its target row. */
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
      return made.groups[k % count]!;
    },
    all: () => buckets.flatMap((b) => cut(b, b.examples)),
  };
}

const greatest = (numbers: readonly number[]): number => numbers.reduce((a, b) => Math.max(a, b), 0);

/** Equal numbers of examples to a bucket, by the length of the longer side; equal lengths are not torn apart. */
function bucketsOf(lengths: readonly (readonly [number, number?])[], options: BucketOptions): Bucket[] {
  const { tokens, buckets = 6, step = 4 } = options;
  const longest = greatest(lengths.map(([a, b = 0]) => Math.max(a, b)));
  const rounded = (length: number) => Math.min(longest, Math.ceil(length / step) * step); // a model may have no more positions
  const longer = lengths.map(([a, b = 0]) => rounded(Math.max(a, b)));
  const order = Array.from(longer.keys()).sort((i, j) => longer[i]! - longer[j]! || i - j);
  const edges = new Set(
    Array.from({ length: buckets }, (_, k) => longer[order[Math.ceil(((k + 1) * order.length) / buckets) - 1]!]!),
  );
  return [...edges].map((edge, k, all) => {
    const examples = order.filter((i) => longer[i]! <= edge && longer[i]! > (all[k - 1] ?? 0));
    const upTo = (side: 0 | 1) => rounded(greatest(examples.map((i) => lengths[i]![side] ?? 0)));
    const batch = Math.max(1, Math.min(examples.length, Math.floor(tokens / edge)));
    const target = upTo(1);
    return { shape: { batch, sequence: upTo(0), ...(target > 0 && { target }) }, examples };
  });
}

const cut = ({ shape }: Bucket, examples: readonly number[] | Int32Array): Group[] =>
  Array.from({ length: Math.ceil(examples.length / shape.batch) }, (_, g) => ({
    shape,
    examples: Array.from(examples.slice(g * shape.batch, (g + 1) * shape.batch)),
  }));

function mixed(buckets: readonly Bucket[], uniform: () => number): Group[] {
  const groups = buckets.flatMap((b) =>
    cut(
      b,
      shuffled(uniform, b.examples.length).map((i) => b.examples[i]!),
    ),
  );
  return Array.from(shuffled(uniform, groups.length), (g) => groups[g]!);
}
