/** Selection of the heads to remove: listed ones, or the first of a ranking. */
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
  readonly rounds?: number;
  readonly seed: number;
}

/** Throws `InputError` if the heads to remove are not specified exactly once. */
export function checkChoice({ heads, fraction, maxLoss }: ChoiceOptions, task: string | undefined): void {
  const ways = [heads, fraction, maxLoss].filter((way) => way !== undefined).length;
  if (ways !== 1)
    throw new InputError("prune needs exactly one selection of heads; pass --heads LIST, --fraction F or --max-loss X");
  if (heads === undefined && task === undefined) {
    throw new InputError("--fraction and --max-loss select heads by a task; pass --task NAME, or list the heads with --heads");
  }
}

/** Parses a list of heads. Throws `InputError` if the model has no such heads. */
export function listed(list: string, { config }: Pick<AnyCheckpoint, "config">): Choosing {
  const kept = keptWithout(config, readHeads(list, config));
  withHeads(config, kept);
  return { kept, removed: list.split(",").map((head) => head.trim()) };
}

/** Selects heads by a method: a fraction of all, or as many as stay below a loss. */
export async function chosen(
  runtime: Runtime,
  model: AnyCheckpoint,
  { choose, count: counting = choose }: Parts,
  { fraction, maxLoss, method, rounds: steps, seed }: ChoiceOptions,
  progress: (stage: string, share: number) => void,
): Promise<Choosing> {
  const units = unitsOf(model.config);
  const count = fraction === undefined ? undefined : Math.round(fraction * units.length);
  if (count === 0) throw new InputError(`--fraction ${fraction} of ${units.length} heads is none; choose a larger fraction`);
  if (count === units.length) throw new InputError(`--fraction ${fraction} would leave no head; choose a smaller fraction`);
  const options = { method, count, steps, seed, progress: (share: number) => progress("ranking heads", share) };
  const order = await removalOrder(runtime, model, choose, options);
  const within = (share: number) => progress("evaluating counts", share);
  const number = maxLoss === undefined ? order.length : await longestWithin(runtime, model, order, counting, maxLoss, within);
  if (number === 0)
    throw new Error(
      `no head can be removed for a loss below ${maxLoss} ${choose.measure}, so nothing was written; raise --max-loss`,
    );
  return choosing(model.config, order.slice(0, number));
}
