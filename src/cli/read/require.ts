/** Requirements on a pruned model, such as `loss<=0.5`, for scripts that check the exit code. */
import { InputError } from "../../run/errors.ts";

export interface Requirement {
  readonly text: string;
  readonly name: string;
  holds(value: number): boolean;
}

const COMPARE: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  "<=": (a, b) => a <= b,
  ">=": (a, b) => a >= b,
  "<": (a, b) => a < b,
  ">": (a, b) => a > b,
};

/** Parses `NAME<=NUMBER` (or >=, <, >), where NAME is one of `names`. Throws `InputError`. */
export function readRequirement(text: string, names: readonly string[]): Requirement {
  const [, name = "", sign = "", bound = ""] = /^\s*([a-z.]+)\s*(<=|>=|<|>)\s*(-?[\d.]+(?:e-?\d+)?)\s*$/i.exec(text) ?? [];
  if (!names.includes(name) || !Number.isFinite(Number(bound))) {
    throw new InputError(
      `--require "${text}" is not a rule; write NAME<=NUMBER (or >=, <, >), where NAME is one of ${names.join(", ")}`,
    );
  }
  return { text, name, holds: (value) => COMPARE[sign]!(value, Number(bound)) };
}

/** Throws if a requirement does not hold for the measured values. */
export function checkRequirements(required: readonly Requirement[], found: Readonly<Record<string, number>>): void {
  const failed = required.find(({ name, holds }) => {
    const value = found[name];
    return value === undefined || !holds(value);
  });
  if (!failed) return;
  const value = found[failed.name];
  const is = value === undefined ? "was not measured (a task is missing)" : `is ${Number(value.toPrecision(4))}`;
  throw new Error(`required ${failed.text}, but ${failed.name} ${is}; nothing was written`);
}
