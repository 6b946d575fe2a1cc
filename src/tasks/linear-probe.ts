/** A linear probe: multinomial logistic regression on frozen features (Alain & Bengio 2016). */

/** Class scores are `features · weights + bias`, with weights [m, c] row by row. */
export interface LinearProbe {
  readonly weights: Float32Array;
  readonly bias: Float32Array;
}

const STEPS = 300;
const RIDGE = 1e-3;
/** A feature that varies by less than this fraction of its mean is constant up to rounding, which must not be scaled up. */
const STILL = 1e-6;

/**
 * Fits a probe to `features` [n, m] (row by row) with `labels` in 0 … classes − 1, by Nesterov's accelerated gradient descent
 * on the mean cross-entropy with a small ridge, over features scaled to unit deviation.
 */
export function fitProbe(features: Float32Array, labels: readonly number[], classes: number): LinearProbe {
  const n = labels.length;
  const m = features.length / n;
  const { scaled, mean, deviation } = standardized(features, n, m);
  let [now, ahead] = [new Float64Array((m + 1) * classes), new Float64Array((m + 1) * classes)];
  const rate = 2 / (m + 1);
  for (let step = 0; step < STEPS; step++) {
    const slope = gradient(scaled, labels, ahead, m, classes);
    const next = ahead.map((w, k) => w - rate * slope[k]!);
    const momentum = step / (step + 3);
    ahead = next.map((w, k) => w + momentum * (w - now[k]!));
    now = next;
  }
  return unscaled(now, mean, deviation, m, classes);
}

function standardized(features: Float32Array, n: number, m: number) {
  const [mean, deviation] = [new Float64Array(m), new Float64Array(m)];
  for (const [k, x] of features.entries()) mean[k % m]! += x / n;
  for (const [k, x] of features.entries()) deviation[k % m]! += (x - mean[k % m]!) ** 2 / n;
  for (let j = 0; j < m; j++) {
    const own = Math.sqrt(deviation[j]!);
    deviation[j] = own > STILL * Math.abs(mean[j]!) ? own : 1;
  }
  return { scaled: features.map((x, k) => (x - mean[k % m]!) / deviation[k % m]!), mean, deviation };
}

/** Computes the gradient for weights [m + 1, c], where the last row is the bias. */
function gradient(x: Float32Array, labels: readonly number[], w: Float64Array, m: number, c: number): Float64Array {
  const n = labels.length;
  const out = w.map((v, k) => (k < m * c ? RIDGE * v : 0));
  const scores = new Float64Array(c);
  for (const [row, label] of labels.entries()) {
    scores.set(w.subarray(m * c));
    for (let j = 0; j < m; j++) for (let k = 0; k < c; k++) scores[k]! += x[row * m + j]! * w[j * c + k]!;
    const most = Math.max(...scores);
    const sum = scores.reduce((a, s) => a + Math.exp(s - most), 0);
    for (let k = 0; k < c; k++) scores[k] = (Math.exp(scores[k]! - most) / sum - Number(k === label)) / n;
    for (let j = 0; j < m; j++) for (let k = 0; k < c; k++) out[j * c + k]! += x[row * m + j]! * scores[k]!;
    for (let k = 0; k < c; k++) out[m * c + k]! += scores[k]!;
  }
  return out;
}

function unscaled(w: Float64Array, mean: Float64Array, deviation: Float64Array, m: number, c: number): LinearProbe {
  const weights = Float32Array.from({ length: m * c }, (_, k) => w[k]! / deviation[Math.floor(k / c)]!);
  const bias = Float32Array.from({ length: c }, (_, k) => {
    let sum = w[m * c + k]!;
    for (let j = 0; j < m; j++) sum -= weights[j * c + k]! * mean[j]!;
    return sum;
  });
  return { weights, bias };
}
