/** Splits or subsamples examples by a seeded shuffle, balanced by label or number. */
import { inRandomOrder, random } from "../params/random.ts";

/** The key to balance examples by: a label, or a number such as a score or length, balanced along its order. */
export type Key = string | number;

/**
 * Returns 0 or 1 for each example. Examples of one label, or neighbors in the order of the numbers, are assigned in random
 * order, so that the parts' counts of each label, and of all examples, differ by at most one. The same seed gives the same
 * split.
 */
export function splitInTwo(keys: readonly Key[], seed: string): Uint8Array {
  const uniform = random(`${seed}/split`);
  const part = new Uint8Array(keys.length);
  let ahead = 0; // the surplus of examples in the first part
  for (const group of groupsOf(keys, uniform)) {
    const order = inRandomOrder(uniform, group);
    const first = ahead === 0 ? Number(uniform() < 0.5) : Number(ahead > 0);
    for (const [k, place] of order.entries()) part[place] = (first + k) % 2;
    if (group.length % 2 === 1) ahead += first === 0 ? 1 : -1;
  }
  return part;
}

/**
 * Returns the indices of `count` examples in ascending order, or all if there are no more. Every example is drawn with the same
 * probability; each label, and each range of the numbers, is represented by its share, rounded (systematic sampling from the
 * sorted examples). The same seed gives the same draw.
 */
export function drawSome(keys: readonly Key[], count: number, seed: string): number[] {
  if (count >= keys.length) return [...keys.keys()];
  const uniform = random(`${seed}/draw`);
  const order = groupsOf(keys, uniform).flat();
  const start = uniform();
  const places = new Set(Array.from({ length: count }, (_, k) => Math.floor(((k + start) * keys.length) / count)));
  return order.filter((_, place) => places.has(place)).sort((a, b) => a - b);
}

/** Groups the indices of examples by label, and of numbers by pairs of neighbors; equal numbers are in random order. */
function groupsOf(keys: readonly Key[], uniform: () => number): number[][] {
  const labels = new Map<string, number[]>();
  const numbers: { key: number; k: number }[] = [];
  for (const [k, key] of inRandomOrder(uniform, [...keys.entries()])) {
    if (typeof key === "number") numbers.push({ key, k });
    else {
      const group = labels.get(key) ?? [];
      group.push(k);
      labels.set(key, group);
    }
  }
  const sorted = numbers.sort((a, b) => a.key - b.key).map(({ k }) => k);
  const pairs = Array.from({ length: Math.ceil(sorted.length / 2) }, (_, k) => sorted.slice(2 * k, 2 * k + 2));
  return [...labels.values(), ...pairs];
}
