/** Examples to choose heads by or to train on, and others to measure on. */

import { InputError } from "../run/errors.ts";
import { FEWEST_EXAMPLES } from "../stats/bootstrap.ts";
import { type Key, splitInTwo } from "../stats/split.ts";
import type { Task } from "../tasks/task.ts";
import type { Halves } from "./curve.ts";

/** Tasks over some of the examples that there are, by their numbers; default: over all. */
export interface TaskMaker {
  /** What the examples are called, such as their file. */
  readonly id: string;
  /** What each example is balanced by when examples are divided: its label, its score, or its length. */
  readonly keys: readonly Key[];
  /** How many examples a task needs for each that it judges; default 1. */
  readonly perJudged?: number;
  make(wanted?: (example: number) => boolean): Promise<Task>;
}

export interface Parts extends Halves {
  /** Says how many heads can go, where that is asked: examples that had no part in their order. */
  readonly count?: Task;
  /** Whether an example, by its number, is one to measure on. */
  measured(example: number): boolean;
}

export interface HalvesOptions {
  readonly seed: number;
  /** Whether examples choose heads or train; without that, all of them measure. Default true. */
  readonly used?: boolean;
  /** Whether some examples say how many heads can go. */
  readonly counting?: boolean;
}

/**
 * One half of the examples is used to choose or to train; of the other half all measure, or, where some have to count, half.
 * The halves are a seeded shuffle, balanced by the examples' keys. Throws `InputError` where the examples are too few.
 */
export async function halvesOf(source: TaskMaker, { seed, used = true, counting = false }: HalvesOptions): Promise<Parts> {
  const parts = partsOf({ used, counting });
  requireExamples(source, parts);
  const [chosen, rest] = used ? dividedBy(source, every(source), `${seed}`) : [[], every(source)];
  const [counted, kept] = counting ? dividedBy(source, rest, `${seed}/count`) : [[], rest];
  const [choosing, counts, measuring] = [chosen, counted, kept].map((some) => new Set(some));
  const measured = (k: number) => measuring!.has(k);
  const measure = await source.make(measured);
  const count = counting ? await source.make((k) => counts!.has(k)) : undefined;
  const choose = used ? await source.make((k) => choosing!.has(k)) : measure;
  for (const task of [measure, count ?? measure, choose]) requireJudged(source, task, parts);
  return { measure, measured, count, choose };
}

const partsOf = ({ used = true, counting = false }: Omit<HalvesOptions, "seed">): number => (!used ? 1 : counting ? 4 : 2);

/** Throws `InputError` where there are too few examples to be divided so, before any task is made of them. */
export const requireEnough = (source: TaskMaker, options: Omit<HalvesOptions, "seed">): void =>
  requireExamples(source, partsOf(options));

const every = ({ keys }: TaskMaker): number[] => Array.from(keys.keys());

/** Some of the examples in two parts. */
function dividedBy({ keys }: TaskMaker, some: readonly number[], seed: string): [number[], number[]] {
  const part = splitInTwo(
    some.map((k) => keys[k]!),
    seed,
  );
  return [some.filter((_, place) => part[place] === 0), some.filter((_, place) => part[place] === 1)];
}

/** The task over all examples. Throws `InputError` where they are too few for an interval. */
export const wholeTask = async (source: TaskMaker): Promise<Task> => (await halvesOf(source, { seed: 0, used: false })).measure;

function requireExamples(source: TaskMaker, parts: number): void {
  const least = parts * FEWEST_EXAMPLES * (source.perJudged ?? 1);
  if (source.keys.length < least) throw tooFew(source, least, parts);
}

/** Some examples may have nothing to judge: what is asked for then grows with their share. */
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
