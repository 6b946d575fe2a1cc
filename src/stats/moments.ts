/** The mean and the spread of numbers. */

/** Returns the mean and the standard deviation (of the population) of `data`. */
export function moments(data: Float32Array): { mean: number; deviation: number } {
  let [sum, square] = [0, 0];
  for (const x of data) {
    sum += x;
    square += x * x;
  }
  const mean = sum / data.length;
  return { mean, deviation: Math.sqrt(Math.max(0, square / data.length - mean * mean)) };
}
