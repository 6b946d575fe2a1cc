/** Eigenvalues of a real matrix without its eigenvectors, several times faster than with them: Hessenberg form, then Francis's QR steps. */

export interface Eigenvalue {
  readonly re: number;
  readonly im: number;
}

/** A matrix [n, n], row by row, which is worked on in place. */
interface Work {
  readonly a: Float64Array;
  readonly n: number;
}

/** Eigenvalues split off every few steps; each tenth step takes other shifts, in case the usual ones go round in circles. */
const [MOST_STEPS, UNUSUAL] = [60, 10];

/** All n eigenvalues of the matrix [n, n], in no order. Throws a `RangeError` where a number is not finite. */
export function eigenvalues(matrix: Float64Array, n: number): Eigenvalue[] {
  if (!matrix.every(Number.isFinite))
    throw new RangeError("eigenvalues: the matrix has a number that is not finite; check the weights");
  const work = { a: Float64Array.from(matrix), n };
  toHessenberg(work);
  const found: Eigenvalue[] = [];
  let [last, steps] = [n - 1, 0];
  while (last >= 0) {
    const first = blockStart(work, last);
    if (last - first < 2) {
      found.push(...(first === last ? [{ re: work.a[last * n + last]!, im: 0 }] : pairOf(work, first)));
      [last, steps] = [first - 1, 0];
    } else if (steps++ === MOST_STEPS) {
      throw new Error(`internal: eigenvalues of a ${n} × ${n} matrix did not converge`);
    } else francisStep(work, first, last, steps % UNUSUAL === 0);
  }
  return found;
}

/** Zeros below the diagonal's neighbor, by elimination with pivots: a similarity, so that eigenvalues stay. */
function toHessenberg({ a, n }: Work): void {
  for (let m = 1; m < n - 1; m++) {
    let pivot = m;
    for (let i = m + 1; i < n; i++) if (Math.abs(a[i * n + m - 1]!) > Math.abs(a[pivot * n + m - 1]!)) pivot = i;
    if (pivot !== m) exchange({ a, n }, m, pivot);
    const by = a[m * n + m - 1]!;
    for (let i = m + 1; by !== 0 && i < n; i++) {
      const y = a[i * n + m - 1]! / by;
      if (y === 0) continue;
      for (let j = m - 1; j < n; j++) a[i * n + j]! -= y * a[m * n + j]!;
      for (let k = 0; k < n; k++) a[k * n + m]! += y * a[k * n + i]!;
    }
  }
}

/** Rows i and j, and columns i and j, in each other's place. */
function exchange({ a, n }: Work, i: number, j: number): void {
  for (let k = 0; k < n; k++) [a[i * n + k], a[j * n + k]] = [a[j * n + k]!, a[i * n + k]!];
  for (let k = 0; k < n; k++) [a[k * n + i], a[k * n + j]] = [a[k * n + j]!, a[k * n + i]!];
}

/** Where the last block begins that no negligible entry below the diagonal divides. */
function blockStart({ a, n }: Work, last: number): number {
  let k = last;
  for (; k > 0; k--) {
    const near = Math.abs(a[(k - 1) * n + k - 1]!) + Math.abs(a[k * n + k]!);
    if (Math.abs(a[k * n + k - 1]!) <= Number.EPSILON * near) break;
  }
  return k;
}

/** The eigenvalues of the 2 × 2 block at k. */
function pairOf({ a, n }: Work, k: number): Eigenvalue[] {
  const [p, q, r, s] = [a[k * n + k]!, a[k * n + k + 1]!, a[(k + 1) * n + k]!, a[(k + 1) * n + k + 1]!];
  const [middle, half] = [(p + s) / 2, (p - s) / 2];
  const square = half * half + q * r;
  const root = Math.sqrt(Math.abs(square));
  const at = (sign: number) => (square >= 0 ? { re: middle + sign * root, im: 0 } : { re: middle, im: sign * root });
  return [at(1), at(-1)];
}

/** One step with two shifts, the eigenvalues of the block's last corner (Golub & Van Loan, algorithm 7.5.1). */
function francisStep(work: Work, first: number, last: number, unusual: boolean): void {
  const { a, n } = work;
  const at = (i: number, j: number) => a[i * n + j]!;
  const below = Math.abs(at(last, last - 1)) + Math.abs(at(last - 1, last - 2));
  const trace = unusual ? 1.5 * below : at(last - 1, last - 1) + at(last, last);
  const determinant = unusual ? below ** 2 : at(last - 1, last - 1) * at(last, last) - at(last - 1, last) * at(last, last - 1);
  const f = first;
  let x = at(f, f) ** 2 + at(f, f + 1) * at(f + 1, f) - trace * at(f, f) + determinant;
  let y = at(f + 1, f) * (at(f, f) + at(f + 1, f + 1) - trace);
  let z = at(f + 1, f) * at(f + 2, f + 1);
  for (let k = first; k < last; k++) {
    reflect(work, { k, first, last }, [x, y, z]);
    [x, y, z] = [at(k + 1, k), k + 2 <= last ? at(k + 2, k) : 0, k + 3 <= last ? at(k + 3, k) : 0];
  }
}

/** Reflects rows and columns k … k + 2 (of the last, k + 1) so that the vector (x, y, z) turns into its first axis. */
function reflect(
  { a, n }: Work,
  { k, first, last }: { k: number; first: number; last: number },
  [x, y, z]: [number, number, number],
): void {
  const size = Math.hypot(x, y, z);
  if (size === 0) return;
  const u = x + (x >= 0 ? size : -size);
  const scale = 2 / (u * u + y * y + z * z);
  const three = k + 2 <= last;
  for (let j = Math.max(first, k - 1); j <= last; j++) {
    const [p, q, r] = [k * n + j, (k + 1) * n + j, (k + 2) * n + j];
    const s = scale * (u * a[p]! + y * a[q]! + (three ? z * a[r]! : 0));
    a[p]! -= s * u;
    a[q]! -= s * y;
    if (three) a[r]! -= s * z;
  }
  for (let i = first; i <= Math.min(k + 3, last); i++) {
    const p = i * n + k;
    const s = scale * (u * a[p]! + y * a[p + 1]! + (three ? z * a[p + 2]! : 0));
    a[p]! -= s * u;
    a[p + 1]! -= s * y;
    if (three) a[p + 2]! -= s * z;
  }
}
