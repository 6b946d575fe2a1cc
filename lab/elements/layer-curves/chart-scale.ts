/** Scales of charts: round steps, and labels that do not overlap. */

/** A range of numbers in round steps. */
export interface Ticks {
  readonly low: number;
  readonly high: number;
  readonly step: number;
  readonly values: readonly number[];
  /** Decimals needed to distinguish the steps. */
  readonly digits: number;
}

/** Returns about five round steps that cover the numbers; they start at zero, or pass through it if some are negative. */
export function ticksOver(numbers: readonly number[]): Ticks {
  const least = Math.min(0, ...numbers);
  const span = Math.max(1e-9, Math.max(0, ...numbers) - least);
  const power = 10 ** Math.floor(Math.log10(span));
  const step = [0.2, 0.5, 1, 2].map((factor) => factor * power).find((size) => span / size <= 5.5)!;
  const [first, last] = [Math.floor(least / step + 1e-9), Math.ceil((least + span) / step - 1e-9)];
  const values = Array.from({ length: last - first + 1 }, (_, k) => (first + k) * step);
  return { low: first * step, high: last * step, step, values, digits: Math.max(0, -Math.floor(Math.log10(step) + 1e-9)) };
}

/** Moves places apart as little as possible, so that neighbors keep `gap` and all stay within [low, high]. */
export function spread(places: readonly number[], gap: number, low: number, high: number): number[] {
  const order = places.map((_, k) => k).sort((a, b) => places[a]! - places[b]!);
  const out = [...places];
  let floor = low;
  for (const k of order) floor = (out[k] = Math.max(out[k]!, floor)) + gap;
  let ceiling = high;
  for (const k of order.reverse()) ceiling = (out[k] = Math.min(out[k]!, ceiling)) - gap;
  return out;
}
