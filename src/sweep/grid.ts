/** The grid of a sweep: axes of settings of a training configuration, and their combinations. */
import { isRecord } from "../params/keyed.ts";
import { InputError } from "../run/errors.ts";

/** One setting of an axis: the keys that it sets, by path (`model.heads`), and its name in tables. */
export interface Setting {
  readonly name: string;
  /** The number, if the setting is one. */
  readonly value?: number;
  readonly set: Readonly<Record<string, unknown>>;
}

/** One axis of a grid, in the order of the plan. */
export interface Axis {
  readonly name: string;
  readonly settings: readonly Setting[];
}

/** The most settings of a range. */
const MOST = 10_000;

/**
 * Reads a grid: for each key, by path, a list of values, or a range `{"from", "to", "steps", "scale": "linear" | "log", "whole"}`.
 * An axis that sets several keys at once lists `{"name", "set": {path: value}}`. Throws `InputError` naming the axis.
 */
export function readGrid(json: unknown, where: string): Axis[] {
  if (!isRecord(json)) throw new InputError(`${where}: "grid" is not an object; write {"model.heads": [1, 2, 4]}`);
  const axes = Object.entries(json).map(([name, values]) => axisOf(name, values, where));
  if (axes.length === 0)
    throw new InputError(`${where}: "grid" is empty; name a key and its values, such as {"model.heads": [1, 2, 4]}`);
  const seen = new Map<string, string>();
  for (const { name, settings } of axes)
    for (const path of new Set(settings.flatMap(({ set }) => Object.keys(set)))) {
      const other = seen.get(path);
      if (other !== undefined)
        throw new InputError(`${where}: both "${other}" and "${name}" set "${path}"; keep it in one axis`);
      seen.set(path, name);
    }
  return axes;
}

function axisOf(name: string, values: unknown, where: string): Axis {
  const listed = Array.isArray(values)
    ? (values as readonly unknown[])
    : isRecord(values)
      ? range(name, values, where)
      : undefined;
  if (!listed)
    throw new InputError(
      `${where}: "grid.${name}" is neither a list nor a range; write [1, 2, 4] or {"from": 1, "to": 8, "steps": 4}`,
    );
  if (listed.length === 0) throw new InputError(`${where}: "grid.${name}" is empty; list its values`);
  const settings = listed.map((value) => settingOf(name, value, where));
  const names = settings.map((setting) => setting.name);
  const twice = names.find((one, k) => names.indexOf(one) !== k);
  if (twice !== undefined) throw new InputError(`${where}: "grid.${name}" lists ${twice} twice; remove one`);
  return { name, settings };
}

function settingOf(axis: string, value: unknown, where: string): Setting {
  if (!isRecord(value) || !("set" in value))
    return { name: nameOf(value), ...(typeof value === "number" && { value }), set: { [axis]: value } };
  const { name, set } = value;
  if (typeof name !== "string" || name === "" || !isRecord(set) || Object.keys(set).length === 0)
    throw new InputError(
      `${where}: "grid.${axis}" has a setting without a name or keys; write {"name": "small", "set": {"model.width": 64}}`,
    );
  return { name, set };
}

const nameOf = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

/** Returns the numbers of a range, both ends included. */
function range(
  axis: string,
  { from, to, steps, scale = "linear", whole = false, ...rest }: Readonly<Record<string, unknown>>,
  where: string,
): number[] {
  const wrong = (what: string) => new InputError(`${where}: "grid.${axis}": ${what}`);
  const [unknown] = Object.keys(rest);
  if (unknown !== undefined) throw wrong(`a range has no "${unknown}"; it has "from", "to", "steps", "scale" and "whole"`);
  if (![from, to].every(Number.isFinite)) throw wrong('"from" and "to" are not both numbers; correct them');
  if (!Number.isSafeInteger(steps) || (steps as number) < 2 || (steps as number) > MOST)
    throw wrong(`"steps" is ${JSON.stringify(steps)}; set it to a whole number from 2 to ${MOST}`);
  if (scale !== "linear" && scale !== "log") throw wrong(`"scale" is ${JSON.stringify(scale)}; choose "linear" or "log"`);
  if (typeof whole !== "boolean") throw wrong('"whole" is neither true nor false; correct it');
  const [low, high, count] = [from as number, to as number, steps as number];
  if (scale === "log" && !(low > 0 && high > 0)) throw wrong('the scale "log" needs "from" and "to" above 0; correct them');
  const numbers = Array.from({ length: count }, (_, k) => {
    const share = k / (count - 1);
    const value = scale === "log" ? low * (high / low) ** share : low + (high - low) * share;
    return whole ? Math.round(value) : Number(value.toPrecision(12));
  });
  return [...new Set(numbers)];
}

/** One combination of a grid: a setting of each axis. */
export type Combination = Readonly<Record<string, Setting>>;

/** Returns the number of combinations without making them. */
export const gridSize = (axes: readonly Axis[]): number => axes.reduce((n, { settings }) => n * settings.length, 1);

/** Lists all combinations; the last axis varies fastest. */
export const combinations = (axes: readonly Axis[]): Combination[] =>
  axes.reduce<Combination[]>(
    (made, { name, settings }) => made.flatMap((one) => settings.map((setting) => ({ ...one, [name]: setting }))),
    [{}],
  );

/** Returns a configuration with keys set by path; objects on the way are made. */
export function withKeys(
  config: Readonly<Record<string, unknown>>,
  set: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  let made: Record<string, unknown> = { ...config };
  for (const [path, value] of Object.entries(set)) made = withKey(made, path.split("."), value);
  return made;
}

function withKey(
  config: Readonly<Record<string, unknown>>,
  [first = "", ...rest]: readonly string[],
  value: unknown,
): Record<string, unknown> {
  const below = config[first];
  return { ...config, [first]: rest.length === 0 ? value : withKey(isRecord(below) ? below : {}, rest, value) };
}
