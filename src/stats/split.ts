/** Examples divided in two, or some of them drawn, by a seeded shuffle that gives every part its share of every kind. */
import { random, shuffled } from "../params/random.ts";

/** What examples are balanced by: labels are kinds; numbers, such as scores or lengths, are balanced along their order. */
export type Key = string | number;

/**
 * Returns 0 or 1 for each example. Examples of one label, or neighbors in the order of the numbers, are dealt out in random
 * order, so that the parts' counts of each label, and of all examples, differ by at most one. One seed gives one split.
 */
export function splitInTwo(keys: readonly Key[], seed: string): Uint8Array {
  const uniform = random(`${seed}/split`);
  const part = new Uint8Array(keys.length);
  let ahead = 0; // by how many examples the first part is larger
  for (const group of groupsOf(keys, uniform)) {
    const order = shuffled(uniform, group.length);
    const first = ahead === 0 ? Number(uniform() < 0.5) : Number(ahead > 0);
    for (const [k, place] of order.entries()) part[group[place]!] = (first + k) % 2;
    if (group.length % 2 === 1) ahead += first === 0 ? 1 : -1;
  }
  return part;
}

/**
 * Returns the numbers of `count` examples, in order. Every example is drawn with the same probability; each label, and each stretch of
 * the order of the numbers, comes as often as its share asks for, rounded (systematic sampling from the sorted examples). All of
 * them where there are no more. One seed gives one draw.
 */
export function drawSome(keys: readonly Key[], count: number, seed: string): number[] {
  if (count >= keys.length) return [...keys.keys()];
  const uniform = random(`${seed}/draw`);
  const order = groupsOf(keys, uniform).flat();
  const start = uniform();
  return Array.from({ length: count }, (_, k) => order[Math.floor(((k + start) * keys.length) / count)]!).sort((a, b) => a - b);
}

/** The numbers of the examples of each label, and of every two neighbors among numbers; equal numbers in random order. */
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
