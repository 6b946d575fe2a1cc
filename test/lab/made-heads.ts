/** Made heads: simple patterns of known kinds over any number of tokens. */
import type { HeadPattern, Label } from "../../lab/elements/types.ts";
import type { Manner } from "../../src/heads/scores/label-names.ts";

/** How strongly query i attends to key j, before rows are made to sum to one. */
type Kind = (i: number, j: number, n: number) => number;

const KINDS: Readonly<Partial<Record<Label, Kind>>> = {
  "previous-token": (i, j) => Math.exp(-3 * Math.abs(i - 1 - j)),
  "next-token": (i, j) => Math.exp(-2.5 * Math.abs(i + 1 - j)),
  self: (i, j) => Math.exp(-1.6 * Math.abs(i - j)),
  syntactic: (i, j) => Math.exp(2.6 * Math.sin(i * 12.9898 + j * 78.233)),
  positional: (i, j) => Math.exp(-1.5 * Math.abs(i - 2 - j)),
  "rare-token": (_, j) => (j % 5 === 3 ? 3 : 0.2),
  unclassified: (i, j) => 0.2 + Math.abs(Math.sin(i * 3.1 + j * j)),
};

/** Heads of these have no label: they show a manner of attending and no function. */
const MANNER_KINDS: Readonly<Partial<Record<Manner, Kind>>> = {
  "first-position": (i, j) => (j === 0 ? 6 : 0.1) + 0.02 * ((i + j) % 3),
  "last-position": (i, j, n) => (j === n - 1 ? 4 : 0.1) + 0.02 * ((i * j) % 3),
  broad: (i, j) => 1 + 0.6 * Math.sin(i * 1.7 + j * 2.3),
};

/** A pattern of a kind: n × n, each row summing to one. */
export function madePattern(name: Label | Manner, n: number): Float32Array {
  const kind = ({ ...KINDS, ...MANNER_KINDS } as Readonly<Record<string, Kind>>)[name]!;
  const out = new Float32Array(n * n);
  for (let i = 0; i < n; i++) {
    let sum = 0;
    for (let j = 0; j < n; j++) sum += out[i * n + j] = kind(i, j, n);
    for (let j = 0; j < n; j++) out[i * n + j]! /= sum;
  }
  return out;
}

/** layers × heads of all kinds in turn. */
export function madeHeads(layers: number, heads: number, n: number): HeadPattern[] {
  const names = Object.keys({ ...MANNER_KINDS, ...KINDS }) as (Label | Manner)[];
  return Array.from({ length: layers * heads }, (_, k) => {
    const [layer, head] = [Math.floor(k / heads), k % heads];
    const kind = names[(3 * layer + 7 * head + layer * head) % names.length]!;
    const label = kind in KINDS ? (kind as Label) : "unclassified";
    return { name: `${layer}.${head}`, layer, head, pattern: madePattern(kind, n), rows: n, columns: n, label };
  });
}
