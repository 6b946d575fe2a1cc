/** Weights that compute the same: SCIENCE's gauge rule. Q and K of each key/value head turn by R and R⁻ᵀ, V and O by S and S⁻¹. */
import type { Transformer } from "../../src/models/transformer.ts";
import type { AttentionParameters } from "../../src/nn/attention.ts";
import { normals, random } from "../../src/params/random.ts";
import { type Tensor, tensor } from "../../src/run/tensor.ts";
import { withAttention } from "./small.ts";

type Matrix = readonly (readonly number[])[];

/** The identity and something random: far from orthogonal, and yet well invertible. */
const turning = (d: number, name: string): Matrix => {
  const noise = normals(random(name), d * d);
  return Array.from({ length: d }, (_, i) =>
    Array.from({ length: d }, (_, j) => Number(i === j) + (0.6 * noise[i * d + j]!) / Math.sqrt(d)),
  );
};

/** The same for rotary positions: only what commutes with turning each pair (k, k + d/2), a turn and a size of its own. */
const turningPairs = (d: number, name: string): Matrix => {
  const uniform = random(name);
  const pairs = Array.from({ length: d / 2 }, () => {
    const [size, angle] = [0.5 + uniform(), 2 * Math.PI * uniform()];
    return [size * Math.cos(angle), size * Math.sin(angle)] as const;
  });
  const of = (i: number, j: number): number => {
    const [c, s] = pairs[i % (d / 2)]!;
    if (i === j) return c;
    return (i - j) % (d / 2) !== 0 ? 0 : i < j ? s : -s;
  };
  return Array.from({ length: d }, (_, i) => Array.from({ length: d }, (_, j) => of(i, j)));
};

const transposed = (m: Matrix): Matrix => m.map((_, i) => m.map((row) => row[i]!));

/** Gauss–Jordan with the largest pivot. */
export function inverse(m: Matrix): Matrix {
  const d = m.length;
  const rows = m.map((row, i) => [...row, ...row.map((_, j) => Number(i === j))]);
  for (let c = 0; c < d; c++) {
    const best = rows.slice(c).reduce((b, row, k) => (Math.abs(row[c]!) > Math.abs(rows[b]![c]!) ? c + k : b), c);
    [rows[c], rows[best]] = [rows[best]!, rows[c]!];
    const pivot = rows[c]!.map((x) => x / rows[c]![c]!);
    for (let r = 0; r < d; r++) rows[r] = r === c ? pivot : rows[r]!.map((x, k) => x - rows[r]![c]! * pivot[k]!);
    rows[c] = pivot;
  }
  return rows.map((row) => row.slice(d));
}

/** Every vector of head width, times the matrix of its head. `headAxis` is where the heads are, the width comes after. */
function turned(t: Tensor, headAxis: number, of: (head: number) => Matrix): Tensor {
  const [heads, d] = t.shape.slice(headAxis) as [number, number];
  const inner = t.shape.slice(headAxis + 2).reduce((a, b) => a * b, 1);
  const out = new Float32Array(t.data.length);
  for (let k = 0; k < out.length; k++) {
    const [rest, column] = [Math.floor(k / inner), k % inner];
    const [head, to] = [Math.floor(rest / d) % heads, rest % d];
    const first = (rest - to) * inner + column;
    for (let from = 0; from < d; from++) out[k]! += Number(t.data[first + from * inner]) * of(head)[from]![to]!;
  }
  return tensor(out, t.shape);
}

function regauge(p: AttentionParameters<Tensor>, name: string, rotary: boolean): AttentionParameters<Tensor> {
  const [h, d] = p.wq.shape.slice(1) as [number, number];
  const groups = p.wk.shape[1]!;
  const groupOf = (head: number) => Math.floor(head / (h / groups));
  const turns = (kind: string, turn: typeof turning) =>
    Array.from({ length: groups }, (_, g) => turn(d, `${name}/${kind}/${g}`));
  const [R, S] = [turns("R", rotary ? turningPairs : turning), turns("S", turning)];
  const query = (head: number) => R[groupOf(head)]!;
  const [keys, outputs] = [R, S].map((all) => all.map((m) => transposed(inverse(m)))) as [Matrix[], Matrix[]];
  const key = (g: number) => keys[g]!;
  // wo is [h, d, m], so that S⁻¹ stands on its left
  const output = (head: number) => outputs[groupOf(head)]!;
  return {
    ...p,
    wq: turned(p.wq, 1, query),
    bq: p.bq && turned(p.bq, 0, query),
    wk: turned(p.wk, 1, key),
    bk: p.bk && turned(p.bk, 0, key),
    wv: turned(p.wv, 1, (g) => S[g]!),
    bv: p.bv && turned(p.bv, 0, (g) => S[g]!),
    wo: turned(p.wo, 0, output),
  };
}

/** The same function in other weights. */
export const regauged = (model: Transformer): Transformer =>
  model.config.heads.reduce(
    (m, _, l) => withAttention(m, l, (p) => regauge(p, `layer ${l}`, model.config.positions.kind === "rotary")),
    model,
  );
