/** Broken inputs by the thousand: how many to try, and seeded mutations of JSON, text and bytes. */
import { random } from "../../src/params/random.ts";

/** Cases for each fuzz test: 300 by default, or what the environment variable FUZZ says. */
export const FUZZ_CASES = Number(process.env.FUZZ ?? 300);

/** Numbers from [0, 1) and choices by name: the same seed gives the same case again. */
export interface Dice {
  roll(): number;
  below(n: number): number;
  pick<T>(from: readonly T[]): T;
}

export function dice(seed: string): Dice {
  const next = random(seed);
  const below = (n: number) => Math.floor(next() * n);
  return { roll: next, below, pick: (from) => from[below(from.length)]! };
}

const ODD: readonly unknown[] = [
  ...[null, true, false, 0, -1, 1, 0.5, -0.5, 1e9, 2 ** 53, 1e308, -1e308],
  ...["", "0", "-1", "NaN", "null", "\u0000", "\u001b[31m", "\u202e", "x".repeat(10_000), "__proto__"],
  ...[[], {}, [[]], [null], [1, "a", {}], { "": "" }],
];

const isBranch = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;

/** A copy of `json` in which some keys are deleted, renamed, doubled, nested or replaced by odd values. */
export function mutateJson(json: unknown, d: Dice): unknown {
  const copy = structuredClone(json);
  const times = 1 + d.below(3);
  for (let k = 0; k < times; k++) mutateOnce(copy, d);
  return copy;
}

function mutateOnce(root: unknown, d: Dice): void {
  let at = root;
  for (let depth = 0; depth < 12 && isBranch(at); depth++) {
    const keys = Object.keys(at);
    if (keys.length === 0) return;
    const key = d.pick(keys);
    const child = at[key];
    if (isBranch(child) && d.roll() < 0.75) {
      at = child;
      continue;
    }
    return void change(at, key, d);
  }
}

function change(parent: Record<string, unknown>, key: string, d: Dice): void {
  const value = parent[key];
  const kind = d.below(6);
  if (kind === 0) delete parent[key];
  else if (kind === 1) parent[key] = [value];
  else if (kind === 2) parent[key] = { [key]: value };
  else if (kind === 3 && typeof value === "number")
    parent[key] = d.pick([-value, value + 1, value * 1e6, value / 2, String(value)]);
  else if (kind === 4 && typeof value === "string") parent[key] = mutateText(value, d);
  else parent[key] = structuredClone(d.pick(ODD));
}

const PIECES = [
  "\t",
  "\n",
  "\r\n",
  "\u0000",
  '"',
  ",",
  "\ufeff",
  "\u202e",
  "\ud800",
  "𝒳",
  "-",
  "999999999999",
  "{",
  "[",
  "#",
  " ",
];

/** `text` with pieces cut out, doubled or put in. */
export function mutateText(text: string, d: Dice): string {
  const from = d.below(text.length + 1);
  const to = Math.min(text.length, from + d.below(20));
  const kind = d.below(4);
  if (kind === 0) return text.slice(0, from) + text.slice(to);
  if (kind === 1) return text.slice(0, from);
  if (kind === 2) return text.slice(0, to) + text.slice(from);
  return text.slice(0, from) + d.pick(PIECES) + text.slice(from);
}

/** `bytes` with some overwritten, cut off or put in. */
export function mutateBytes(bytes: Uint8Array, d: Dice): Uint8Array {
  const made = Uint8Array.from(bytes);
  const times = 1 + d.below(8);
  for (let k = 0; k < times && made.length > 0; k++)
    made[d.below(made.length)] = d.pick([0, 1, 0x7f, 0x80, 0xff, d.below(256)]);
  return d.roll() < 0.2 ? made.slice(0, d.below(made.length + 1)) : made;
}
