/** Changes of basis inside heads, and other changes of a model whose effect is known. */
import type { Checkpoint } from "../../src/load/checkpoint.ts";
import { normals, random } from "../../src/params/random.ts";
import { mapTree } from "../../src/params/tree.ts";
import { type Tensor, tensor } from "../../src/run/tensor.ts";

type Matrix = readonly (readonly number[])[];

const upTo = (n: number): number[] => Array.from({ length: n }, (_, k) => k);
const transposed = (m: Matrix): Matrix => upTo(m.length).map((i) => m.map((row) => row[i]!));

/** Gauss and Jordan's way, for matrices near enough to the unit one that no rows have to be exchanged. */
function inverse(m: Matrix): Matrix {
  const rows = m.map((row, i) => [...row, ...upTo(m.length).map((j) => Number(i === j))]);
  for (const [i, row] of rows.entries()) {
    const pivot = row[i]!;
    rows[i] = row.map((x) => x / pivot);
    for (const [k, other] of rows.entries()) {
      if (k !== i) rows[k] = other.map((x, j) => x - other[i]! * rows[i]![j]!);
    }
  }
  return rows.map((row) => row.slice(m.length));
}

const nearUnit = (name: string, d: number): Matrix => {
  const noise = normals(random(name), d * d);
  return upTo(d).map((i) => upTo(d).map((j) => Number(i === j) + 0.15 * noise[i * d + j]!));
};

/** Turns and stretches each pair (k, k + d/2): what commutes with rotary positions. */
const pairwise = (name: string, d: number): Matrix => {
  const [x, y] = [normals(random(name), d / 2), normals(random(`${name} y`), d / 2)];
  const at = (i: number, j: number) => {
    const k = i % (d / 2);
    if (i === j) return 1 + 0.3 * x[k]!;
    if (Math.abs(i - j) !== d / 2) return 0;
    return i < j ? 0.5 * y[k]! : -0.5 * y[k]!;
  };
  return upTo(d).map((i) => upTo(d).map((j) => at(i, j)));
};

/** [.., h, d] with the last axis of head h times `turn(h)`. */
function turnColumns({ data, shape }: Tensor, turn: (head: number) => Matrix): Tensor {
  const [h, d] = shape.slice(-2) as [number, number];
  const turns = upTo(h).map(turn);
  const out = Float32Array.from(data as Float32Array, (_, at) => {
    const [first, j] = [at - (at % d), at % d];
    const by = turns[Math.floor(at / d) % h]!;
    return upTo(d).reduce((sum, k) => sum + Number(data[first + k]) * by[k]![j]!, 0);
  });
  return tensor(out, shape);
}

/** [h, d, m] with `turn(h)` times head h. */
function turnRows({ data, shape }: Tensor, turn: (head: number) => Matrix): Tensor {
  const [h, d, m] = shape as [number, number, number];
  const turns = upTo(h).map(turn);
  const out = Float32Array.from(data as Float32Array, (_, at) => {
    const [head, j, column] = [Math.floor(at / (d * m)), Math.floor(at / m) % d, at % m];
    return upTo(d).reduce((sum, k) => sum + turns[head]![j]![k]! * Number(data[(head * d + k) * m + column]), 0);
  });
  return tensor(out, shape);
}

/** W_Q → W_Q R, W_K → W_K R⁻ᵀ, W_V → W_V S, W_O → S⁻¹ W_O, biases alike, with an R and an S for each key/value head. */
export function turnedHeads(model: Checkpoint): Checkpoint {
  const { config } = model;
  const make = config.positions.kind === "rotary" ? pairwise : nearUnit;
  const weights = mapTree<Checkpoint["weights"]>(model.weights, (leaf: Tensor, path) => {
    const [, l, name] = /^layers\.(\d+)\.attention\.(.+)$/.exec(path) ?? [];
    if (l === undefined) return leaf;
    const size = config.heads[Number(l)]! / config.keyValueHeads[Number(l)]!;
    const d = config.headWidth;
    const r = (group: number) => make(`r ${l}.${group}`, d);
    const s = (group: number) => nearUnit(`s ${l}.${group}`, d);
    const groupOf = (head: number) => Math.floor(head / size);
    if (name === "wq" || name === "bq") return turnColumns(leaf, (head) => r(groupOf(head)));
    if (name === "wk" || name === "bk") return turnColumns(leaf, (group) => transposed(inverse(r(group))));
    if (name === "wv" || name === "bv") return turnColumns(leaf, s);
    return name === "wo" ? turnRows(leaf, (head) => inverse(s(groupOf(head)))) : leaf;
  });
  return { ...model, weights };
}

/** A model with one tensor changed, number by number. */
export function changed(model: Checkpoint, path: string, f: (x: number, at: number) => number): Checkpoint {
  const weights = mapTree<Checkpoint["weights"]>(model.weights, (leaf: Tensor, at) =>
    at === path
      ? tensor(
          Float32Array.from(leaf.data as Float32Array, (x, k) => f(x, k)),
          leaf.shape,
        )
      : leaf,
  );
  return { ...model, weights };
}

/** A model with normal noise on every weight, of a share of its size. */
export function noisy(model: Checkpoint, share: number): Checkpoint {
  const weights = mapTree<Checkpoint["weights"]>(model.weights, ({ data, shape }: Tensor, path) => {
    const noise = normals(random(path), data.length);
    return tensor(
      Float32Array.from(data as Float32Array, (x, k) => x * (1 + share * noise[k]!)),
      shape,
    );
  });
  return { ...model, weights };
}
