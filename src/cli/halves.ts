/** Examples to choose heads by, and others to measure on. */
import { checkExamples } from "../heads/importance.ts";
import type { Halves } from "../prune/curve.ts";
import type { TaskSource } from "./task.ts";

/** Every second example chooses and the others measure; all of them measure where nothing is chosen. Throws `InputError` where they are too few. */
export async function halvesOf({ make }: TaskSource, choosing = true): Promise<Halves> {
  const measure = await make(choosing ? (k) => k % 2 === 1 : undefined);
  checkExamples(measure);
  return { measure, choose: choosing ? await make((k) => k % 2 === 0) : measure };
}
