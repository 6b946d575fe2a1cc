/** Attention written out: one number at a time, in double precision. */
import type { AttentionParameters } from "../../src/nn/attention.ts";
import type { Tensor } from "../../src/run/tensor.ts";

export interface Attended {
  /** [b][h][i][j] */
  readonly pattern: number[][][][];
  /** [b][i][m] */
  readonly y: number[][][];
}

const at = ({ data, shape }: Tensor, ...index: readonly number[]): number =>
  Number(data[index.reduce((place, i, axis) => place * shape[axis]! + i, 0)]);

const sum = (count: number, f: (k: number) => number): number =>
  Array.from({ length: count }, (_, k) => f(k)).reduce((a, b) => a + b, 0);
const table = <T>(count: number, f: (k: number) => T): T[] => Array.from({ length: count }, (_, k) => f(k));

/** `visible(b, i, j)`: whether query i may look at key j. */
export function naiveAttention(
  p: AttentionParameters<Tensor>,
  x: Tensor,
  context: Tensor = x,
  visible: (b: number, i: number, j: number) => boolean = () => true,
): Attended {
  const [m, h, d] = p.wq.shape as [number, number, number];
  const group = h / p.wk.shape[1]!;
  const project = (from: Tensor, w: Tensor, bias: Tensor | undefined, b: number, i: number, head: number, k: number) =>
    sum(m, (c) => at(from, b, i, c) * at(w, c, head, k)) + (bias ? at(bias, head, k) : 0);
  const headOutput = (b: number, head: number) => {
    const g = Math.floor(head / group);
    const q = table(x.shape[1]!, (i) => table(d, (k) => project(x, p.wq, p.bq, b, i, head, k)));
    const key = table(context.shape[1]!, (j) => table(d, (k) => project(context, p.wk, p.bk, b, j, g, k)));
    const value = table(context.shape[1]!, (j) => table(d, (k) => project(context, p.wv, p.bv, b, j, g, k)));
    const pattern = q.map((row, i) => {
      const weights = key.map((to, j) => (visible(b, i, j) ? Math.exp(sum(d, (k) => row[k]! * to[k]!) / Math.sqrt(d)) : 0));
      const total = sum(weights.length, (j) => weights[j]!);
      return weights.map((w) => w / total);
    });
    const z = pattern.map((row) => table(d, (k) => sum(row.length, (j) => row[j]! * value[j]![k]!)));
    return { pattern, z };
  };
  const all = table(x.shape[0]!, (b) => table(h, (head) => headOutput(b, head)));
  const y = all.map((heads) =>
    table(x.shape[1]!, (i) =>
      table(
        m,
        (c) => sum(h, (head) => sum(d, (k) => heads[head]!.z[i]![k]! * at(p.wo, head, k, c))) + (p.bo ? at(p.bo, c) : 0),
      ),
    ),
  );
  return { pattern: all.map((heads) => heads.map(({ pattern }) => pattern)), y };
}
