/** Scales of charts: values to places in pixels, and the round numbers along them. */

type Pair = readonly [from: number, to: number];

/** A map from values to places; a value outside the domain is placed at its edge. */
export interface Scale {
  (value: number): number;
  readonly domain: Pair;
}

const between = (x: number, [from, to]: Pair): number => Math.min(Math.max(from, to), Math.max(Math.min(from, to), x));

/** Maps a domain to a range through a monotone function. */
function scaleOf(domain: Pair, [start, end]: Pair, to: (x: number) => number): Scale {
  const [low, high] = [to(domain[0]), to(domain[1])];
  // a domain of one value is placed in the middle
  const share = (value: number) => (low === high ? 0.5 : (to(between(value, domain)) - low) / (high - low));
  return Object.assign((value: number) => start + (end - start) * share(value), { domain });
}

/** Returns the scale whose places are proportional to values. */
export const linear = (domain: Pair, range: Pair): Scale => scaleOf(domain, range, (x) => x);

const root = (x: number): number => Math.sign(x) * Math.sqrt(Math.abs(x));

/** Returns the scale whose places are proportional to square roots, on both sides of zero: for values of which few are large. */
export const squareRoot = (domain: Pair, range: Pair): Scale => scaleOf(domain, range, root);

/** Divides a range into `count` equal bands; returns the width of a band, and the middle of the one at an index. */
export function bands(count: number, [start, end]: Pair): { readonly width: number; readonly middle: (at: number) => number } {
  const width = (end - start) / Math.max(1, count);
  return { width, middle: (at) => start + width * (at + 0.5) };
}

interface Point {
  readonly x: number;
  readonly y: number;
}

/** Returns a map from points to a picture, one scale for both axes and y upward; the points fill it up to its margin, centered. */
export function plane(points: readonly Point[], width: number, height: number, margin: number): (point: Point) => Point {
  const [x, y] = [middleOf(points.map((point) => point.x)), middleOf(points.map((point) => point.y))];
  const room = (size: number, span: number) => Math.max(1, size - 2 * margin) / Math.max(1e-9, span);
  // points at one place have no scale: they are centered
  const factor = x.span + y.span < 1e-9 ? 0 : Math.min(room(width, x.span), room(height, y.span));
  return (point) => ({ x: width / 2 + factor * (point.x - x.middle), y: height / 2 - factor * (point.y - y.middle) });
}

function middleOf(values: readonly number[]): { readonly middle: number; readonly span: number } {
  if (values.length === 0) return { middle: 0, span: 0 };
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return { middle: (low + high) / 2, span: high - low };
}

/** Round numbers along an axis: multiples of 1, 2 or 5 times a power of ten. */
export interface Ticks {
  readonly values: readonly number[];
  /** Decimals that distinguish the values. */
  readonly digits: number;
}

/** Returns the round numbers within [low, high]: at most `most`, at least `least` apart. */
export const ticks = (low: number, high: number, most: number, least = 0): Ticks =>
  multiples(low, high, { most, least, inside: true });

/** Returns at most `most` (3 or more) round numbers, at least `least` apart, whose first and last enclose [low, high]. */
export const ticksAround = (low: number, high: number, most: number, least = 0): Ticks & { readonly domain: Pair } => {
  const found = multiples(low, high, { most, least, inside: false });
  return { ...found, domain: [found.values[0]!, found.values.at(-1)!] };
};

/** Rounding errors of a quotient are below this. */
const EPSILON = 1e-9;

interface Wanted {
  readonly most: number;
  readonly least: number;
  /** True for numbers within the ends, false for numbers that enclose them. */
  readonly inside: boolean;
}

function multiples(low: number, high: number, { most, least, inside }: Wanted): Ticks {
  const [lower, upper] = inside ? [Math.ceil, Math.floor] : [Math.floor, Math.ceil];
  const slack = inside ? -EPSILON : EPSILON;
  const smallest = Math.max(least, (high - low) / most) || 1;
  for (let power = Math.floor(Math.log10(smallest)); ; power++) {
    for (const factor of [1, 2, 5]) {
      const step = factor * 10 ** power;
      const first = lower(low / step + slack);
      // numbers that enclose one value are two
      const last = Math.max(upper(high / step - slack), inside ? Number.NEGATIVE_INFINITY : first + 1);
      if (step < least - EPSILON || last - first >= most) continue;
      const digits = Math.max(0, -power);
      const values = Array.from({ length: last - first + 1 }, (_, k) => Number(((first + k) * step).toFixed(digits)));
      return { values, digits };
    }
  }
}

/** Returns zero, and the round numbers from the ends of a scale inward that are at least `apart` from each other in place. */
export function spacedTicks(scale: Scale, apart: number): number[] {
  const [low, high] = scale.domain;
  const largest = Math.floor(Math.log10(Math.max(-low, high) || 1));
  const sizes = Array.from({ length: 12 }, (_, k) => [5, 2, 1].map((digit) => Number(`${digit}e${largest - k}`))).flat();
  const chosen = [0];
  for (const value of sizes.flatMap((size) => [size, -size])) {
    if (value < low || value > high) continue;
    if (chosen.every((other) => Math.abs(scale(other) - scale(value)) >= apart)) chosen.push(value);
  }
  return chosen;
}
