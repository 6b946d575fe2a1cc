/** Which heads go: those that were named, or those that a method puts first. */
import { unitsOf, withHeads } from "../../models/sites.ts";
import type { Choice } from "../../prune/choices.ts";
import { type Choosing, choosing, removalOrder } from "../../prune/choose.ts";
import { longestWithin } from "../../prune/curve.ts";
import type { Parts } from "../../prune/halves.ts";
import { keptWithout, readHeads } from "../../prune/heads-list.ts";
import type { AnyCheckpoint } from "../../prune/write/opened.ts";
import { InputError } from "../../run/errors.ts";
import type { Runtime } from "../../run/runtime.ts";

export interface ChoiceOptions {
  readonly heads?: string;
  readonly fraction?: number;
  readonly maxLoss?: number;
  readonly method: Choice;
  readonly steps?: number;
  readonly seed: number;
}

/** Throws `InputError` where it is not said which heads go, or in two ways. */
export function checkChoice({ heads, fraction, maxLoss }: ChoiceOptions, task: string | undefined): void {
  const ways = [heads, fraction, maxLoss].filter((way) => way !== undefined).length;
  if (ways !== 1) throw new InputError("say which heads go in one way: --heads LIST, --fraction F or --max-loss X");
  if (heads === undefined && task === undefined) {
    throw new InputError("--fraction and --max-loss choose heads by a task: name it with --task, or the heads with --heads");
  }
}

/** The heads of a list. Throws `InputError` where the model cannot be cut so. */
export function listed(list: string, { config }: Pick<AnyCheckpoint, "config">): Choosing {
  const kept = keptWithout(config, readHeads(list, config));
  withHeads(config, kept);
  return { kept, removed: list.split(",").map((head) => head.trim()) };
}

/** The heads that a method takes first: a share of all, or as many as cost less than a loss. */
export async function chosen(
  runtime: Runtime,
  model: AnyCheckpoint,
  { choose, count: counting = choose }: Parts,
  { fraction, maxLoss, method, steps, seed }: ChoiceOptions,
  progress: (stage: string, share: number) => void,
): Promise<Choosing> {
  const units = unitsOf(model.config);
  const count = fraction === undefined ? undefined : Math.round(fraction * units.length);
  if (count === 0) throw new InputError(`--fraction ${fraction} of ${units.length} heads is none: take a larger one`);
  if (count === units.length) throw new InputError(`--fraction ${fraction} would leave no head: take a smaller one`);
  const options = { method, count, steps, seed, progress: (share: number) => progress("choosing", share) };
  const order = await removalOrder(runtime, model, choose, options);
  const within = (share: number) => progress("trying", share);
  const number = maxLoss === undefined ? order.length : await longestWithin(runtime, model, order, counting, maxLoss, within);
  if (number === 0) throw new Error(`no head can go for less than ${maxLoss} ${choose.measure}: nothing was written`);
  return choosing(model.config, order.slice(0, number));
}
