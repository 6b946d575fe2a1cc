/** Splits or subsamples examples by a seeded shuffle, balanced by label or number. */
import { random, shuffled } from "../params/random.ts";

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
    const order = shuffled(uniform, group.length);
    const first = ahead === 0 ? Number(uniform() < 0.5) : Number(ahead > 0);
    for (const [k, place] of order.entries()) part[group[place]!] = (first + k) % 2;
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
  return Array.from({ length: count }, (_, k) => order[Math.floor(((k + start) * keys.length) / count)]!).sort((a, b) => a - b);
}

/** Groups the indices of examples by label, and of numbers by pairs of neighbors; equal numbers are in random order. */
function groupsOf(keys: readonly Key[], uniform: () => number): number[][] {
  const labels = new Map<string, number[]>();
  const numbers: number[] = [];
  for (const k of shuffled(uniform, keys.length)) {
    const key = keys[k]!;
    if (typeof key === "number") numbers.push(k);
    else (labels.get(key) ?? labels.set(key, []).get(key)!).push(k);
  }
  numbers.sort((a, b) => (keys[a] as number) - (keys[b] as number));
  const pairs = Array.from({ length: Math.ceil(numbers.length / 2) }, (_, k) => numbers.slice(2 * k, 2 * k + 2));
  return [...labels.values(), ...pairs];
}
