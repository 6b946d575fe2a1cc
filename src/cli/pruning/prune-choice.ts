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
  readonly lambda?: number;
  /** Default: `ablation`. */
  readonly method?: Choice;
  readonly rounds?: number;
  readonly gateSteps?: number;
  readonly gateWeights?: number;
  readonly seed: number;
}

/** Throws `InputError` if the heads to remove are not specified exactly once. */
export function checkChoice(options: ChoiceOptions, task: string | undefined): void {
  const { heads, fraction, maxLoss, lambda } = options;
  const ways = [heads, fraction, maxLoss, lambda].filter((way) => way !== undefined).length;
  if (ways !== 1)
    throw new InputError(
      "prune needs exactly one selection of heads; pass --heads LIST, --fraction F or --max-loss X, or --lambda L with --method gates",
    );
  if (heads === undefined && task === undefined) {
    throw new InputError(
      "--fraction, --max-loss and --lambda select heads by a task; pass --task NAME, or list the heads with --heads",
    );
  }
  checkGates(options);
}

/** Throws `InputError` for an option of gates with another method, and for rounds, which gates have none of. */
function checkGates({ heads, lambda, method, rounds, gateSteps, gateWeights }: ChoiceOptions): void {
  const [given] = Object.entries({ "--lambda": lambda, "--gate-steps": gateSteps, "--gate-weights": gateWeights }).flatMap(
    ([name, value]) => (value === undefined ? [] : [name]),
  );
  if (given && (method !== "gates" || heads !== undefined))
    throw new InputError(`${given} belongs to --method gates; pass --method gates, or remove it`);
  if (method === "gates" && rounds !== undefined && heads === undefined)
    throw new InputError("--rounds does not apply to --method gates, which learns all gates together; remove it");
}

/** Throws `InputError` if no method estimates scores, which rounds repeat. */
export function checkRounds(methods: readonly Choice[]): void {
  if (methods.every((method) => method === "random"))
    throw new InputError("--rounds estimates scores again, and random has none; remove it, or choose another method");
}

/** Returns the selection that the options ask for. Throws `InputError` if the model has no such heads. */
export function selectionOf(options: ChoiceOptions, { config }: Pick<AnyCheckpoint, "config">): Selection {
  const { heads, fraction, maxLoss, lambda, method = "ablation", rounds: steps, gateSteps, gateWeights } = options;
  if (lambda !== undefined) return { lambda, method: "gates", gateSteps, gateWeights };
  const by = { method, steps, gateSteps, gateWeights };
  if (heads === undefined) return fraction !== undefined ? { fraction, ...by } : { maxLoss: maxLoss!, ...by };
  listedHeads(heads, config); // an unknown head is reported before the weights are read
  return { heads };
}
