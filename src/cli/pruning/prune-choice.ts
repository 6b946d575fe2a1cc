/** Selection of the heads to remove: listed ones, or the first of a ranking. */

import type { AnyCheckpoint } from "../../load/any-checkpoint.ts";
import type { Choice } from "../../prune/choices.ts";
import { listedHeads } from "../../prune/heads-list.ts";
import type { Selection } from "../../prune/prune.ts";
import { InputError } from "../../run/errors.ts";

export interface ChoiceOptions {
  readonly heads?: string;
  readonly fraction?: number;
  readonly maxLoss?: number;
  /** Default: `ablation`. */
  readonly method?: Choice;
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

/** Throws `InputError` if no method estimates scores, which rounds repeat. */
export function checkRounds(methods: readonly Choice[]): void {
  if (methods.every((method) => method === "random"))
    throw new InputError("--rounds estimates scores again, and random has none; remove it, or choose another method");
}

/** Returns the selection that the options ask for. Throws `InputError` if the model has no such heads. */
export function selectionOf(options: ChoiceOptions, { config }: Pick<AnyCheckpoint, "config">): Selection {
  const { heads, fraction, maxLoss, method = "ablation", rounds: steps } = options;
  if (heads === undefined) return fraction !== undefined ? { fraction, method, steps } : { maxLoss: maxLoss!, method, steps };
  listedHeads(heads, config); // an unknown head is reported before the weights are read
  return { heads };
}
