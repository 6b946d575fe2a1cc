/** Examples to choose heads by or to train on, and others to measure on. */
import { checkExamples } from "../heads/importance.ts";
import type { Task } from "../heads/task.ts";
import type { Halves } from "./curve.ts";

/** Tasks over some of the examples that there are, by their numbers; default: over all. */
export interface TaskMaker {
  make(wanted?: (example: number) => boolean): Promise<Task>;
}

export interface Parts extends Halves {
  /** Says how many heads can go, where that is asked: examples that had no part in their order. */
  readonly count?: Task;
  /** Whether an example, by its number, is one to measure on. */
  measured(example: number): boolean;
}

/**
 * Every second example is `used` to choose or to train; of the others all measure, or, where some have to count, every second.
 * All examples measure where none is used. Throws `InputError` where they are too few.
 */
export async function halvesOf({ make }: TaskMaker, used = true, counting = false): Promise<Parts> {
  const measured = (k: number) => !used || (counting ? k % 4 === 3 : k % 2 === 1);
  const measure = await make(measured);
  const count = counting ? await make((k) => k % 4 === 1) : undefined;
  const choose = used ? await make((k) => k % 2 === 0) : measure;
  for (const task of [measure, count ?? measure, choose]) checkExamples(task);
  return { measure, measured, count, choose };
}
