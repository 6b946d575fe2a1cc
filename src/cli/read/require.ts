/** What a cut has to fulfil, such as `loss<=0.5`, for scripts that go by the exit code. */
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

/** Reads `NAME<=NUMBER` (or >=, <, >) with a name of `names`. Throws `InputError`. */
export function readRequirement(text: string, names: readonly string[]): Requirement {
  const [, name = "", sign = "", bound = ""] = /^\s*([a-z.]+)\s*(<=|>=|<|>)\s*(-?[\d.]+(?:e-?\d+)?)\s*$/i.exec(text) ?? [];
  if (!names.includes(name) || !Number.isFinite(Number(bound))) {
    throw new InputError(`--require "${text}": write NAME<=NUMBER (or >=, <, >), with a name of ${names.join(", ")}`);
  }
  return { text, name, holds: (value) => COMPARE[sign]!(value, Number(bound)) };
}

/** Throws where a requirement does not hold of the values found. */
export function checkRequirements(required: readonly Requirement[], found: Readonly<Record<string, number>>): void {
  const failed = required.find(({ name, holds }) => !(name in found) || !holds(found[name]!));
  if (!failed) return;
  const value = found[failed.name];
  const is =
    value === undefined ? "is not known here (a task, or its measurement, is missing)" : `is ${Number(value.toPrecision(4))}`;
  throw new Error(`required ${failed.text}, but ${failed.name} ${is}: nothing was written`);
}
