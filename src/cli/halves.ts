/** Examples to choose heads by or to train on, and others to measure on. */
import { checkExamples } from "../heads/importance.ts";
import type { Halves } from "../prune/curve.ts";
import type { TaskSource } from "./task.ts";

/** Every second example is `used` to choose or to train, and the others measure; all of them where none is. Throws `InputError` where they are too few. */
export async function halvesOf({ make }: TaskSource, used = true): Promise<Halves> {
  const measure = await make(used ? (k) => k % 2 === 1 : undefined);
  checkExamples(measure);
  return { measure, choose: used ? await make((k) => k % 2 === 0) : measure };
}
