/** The split of examples into those that rank heads or train, and those that measure. */

import { itemsAt } from "../params/keyed.ts";
import { InputError } from "../run/errors.ts";
import { FEWEST_EXAMPLES } from "../stats/bootstrap.ts";
import { splitInTwo } from "../stats/split.ts";
import type { TaskMaker } from "../tasks/source.ts";
import type { Task } from "../tasks/task.ts";
import type { Halves } from "./curve.ts";

export interface Parts extends Halves {
  /** Determines the number of heads to remove, if requested: examples that did not determine their ranking. */
  readonly count?: Task;
  /** Returns true if an example, by index, is used for measuring. */
  measured(example: number): boolean;
}

export interface HalvesOptions {
  readonly seed: number;
  /** If false, no examples rank heads or train, and all of them measure. Default true. */
  readonly used?: boolean;
  /** If true, some examples determine the number of heads to remove. */
  readonly counting?: boolean;
}

/**
 * Uses one half of the examples to rank or train; the other half measures, or, with `counting`, half of it. The halves are a
 * seeded shuffle, stratified by the examples' keys. Throws `InputError` if there are too few examples.
 */
export async function halvesOf(source: TaskMaker, { seed, used = true, counting = false }: HalvesOptions): Promise<Parts> {
  const parts = partsOf({ used, counting });
  requireExamples(source, parts);
  const [chosen, rest] = used ? dividedBy(source, every(source), `${seed}`) : [[], every(source)];
  const [counted, kept] = counting ? dividedBy(source, rest, `${seed}/count`) : [[], rest];
  const isIn = (some: readonly number[]) => {
    const own = new Set(some);
    return (k: number): boolean => own.has(k);
  };
  const measured = isIn(kept);
  const measure = await source.make(measured);
  const count = counting ? await source.make(isIn(counted)) : undefined;
  const choose = used ? await source.make(isIn(chosen)) : measure;
  for (const task of [measure, count ?? measure, choose]) requireJudged(source, task, parts);
  return { measure, measured, count, choose };
}

const partsOf = ({ used = true, counting = false }: Omit<HalvesOptions, "seed">): number => (!used ? 1 : counting ? 4 : 2);

/** Throws `InputError` if there are too few examples for this split, before any task is built. */
export const requireEnough = (source: TaskMaker, options: Omit<HalvesOptions, "seed">): void =>
  requireExamples(source, partsOf(options));

const every = ({ keys }: TaskMaker): number[] => Array.from(keys.keys());

/** Splits some of the examples into two parts. */
function dividedBy({ keys }: TaskMaker, some: readonly number[], seed: string): [number[], number[]] {
  const part = splitInTwo(itemsAt(keys, some), seed);
  return [some.filter((_, place) => part[place] === 0), some.filter((_, place) => part[place] === 1)];
}

/** Returns the task over all examples. Throws `InputError` if they are too few for an interval. */
export const wholeTask = async (source: TaskMaker): Promise<Task> => (await halvesOf(source, { seed: 0, used: false })).measure;

function requireExamples(source: TaskMaker, parts: number): void {
  const least = parts * FEWEST_EXAMPLES * (source.perJudged ?? 1);
  if (source.keys.length < least) throw tooFew(source, least, parts);
}

/** Requires proportionally more examples if some have nothing to evaluate. */
function requireJudged(source: TaskMaker, { examples }: Task, parts: number): void {
  if (examples >= FEWEST_EXAMPLES) return;
  const share = examples / source.keys.length;
  throw tooFew(source, share > 0 ? Math.ceil(FEWEST_EXAMPLES / share) : 2 * parts * FEWEST_EXAMPLES, parts);
}

const PURPOSES: Readonly<Record<number, string>> = {
  1: "for an interval",
  2: "to select heads on one half and measure on the other",
  4: "to select heads, count them and measure on different examples",
};

function tooFew({ id, keys }: TaskMaker, least: number, parts: number): InputError {
  const found = keys.length === 1 ? "1 example is" : `${keys.length} examples are`;
  return new InputError(`${id}: ${found} too few ${PURPOSES[parts]}; give at least ${least}`);
}
