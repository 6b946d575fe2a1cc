/** The plan of a sweep: a base configuration, a grid of settings, seeds, and what is measured of every trained model. */

import { nearest } from "../load/files/nearest.ts";
import { isRecord } from "../params/keyed.ts";
import { InputError } from "../run/errors.ts";
import { readTrainConfig, type TrainConfig } from "../train/config.ts";
import { type Axis, combinations, gridSize, readGrid, withKeys } from "./grid.ts";
import { type Measuring, readMeasures } from "./measures.ts";

/** A plan as it is read; the same plan gives the same jobs. */
export interface SweepPlan {
  /** The name of its folder and its page. */
  readonly name: string;
  readonly axes: readonly Axis[];
  readonly seeds: readonly number[];
  readonly measures: readonly Measuring[];
  /** No job starts after this many hours. */
  readonly budget?: number;
  readonly models: readonly PlannedModel[];
}

/** One model to train: its setting of every axis, its seed, and its configuration. */
export interface PlannedModel {
  /** The names of its settings and its seed: `model.heads=4 seed=1`. */
  readonly name: string;
  /** The name of the setting by axis. */
  readonly setting: Readonly<Record<string, string>>;
  readonly seed: number;
  readonly config: TrainConfig;
}

const KEYS = ["name", "base", "grid", "seeds", "measure", "budget"];
/** The most models of a plan that are trained without being asked for. */
const MANY = 1000;

export interface PlanOptions {
  /** Names the plan in errors. */
  readonly where: string;
  /** The name of a plan without one. */
  readonly name: string;
  /** True if more than `MANY` models are wanted. */
  readonly many?: boolean;
}

/**
 * Reads a plan whose base is a configuration. Throws `InputError` naming the key; for a path that no configuration has, with the
 * nearest one.
 */
export function readPlan(json: unknown, { where, name: fallback, many = false }: PlanOptions): SweepPlan {
  if (!isRecord(json))
    throw new InputError(
      `${where} is not a plan; write a JSON object, such as {"base": {…}, "grid": {"model.heads": [1, 2, 4]}}`,
    );
  const unknown = Object.keys(json).find((key) => !KEYS.includes(key));
  if (unknown !== undefined)
    throw new InputError(`${where}: there is no key "${unknown}"; did you mean "${nearest(unknown, KEYS)}"?`);
  const { name = fallback, base, grid, seeds: wanted = 1, measure = ["loss"], budget } = json;
  if (typeof name !== "string" || !/^[\w.-]+$/.test(name))
    throw new InputError(`${where}: "name" is ${JSON.stringify(name)}; use only letters, digits, ".", "-" and "_"`);
  if (!isRecord(base))
    throw new InputError(
      `${where}: "base" is ${base === undefined ? "missing" : "no configuration"}; set it to a training configuration or its file`,
    );
  if (budget !== undefined && !(typeof budget === "number" && budget > 0))
    throw new InputError(`${where}: "budget" is ${JSON.stringify(budget)}; set it to a number of hours above 0`);
  const axes = grid === undefined ? [] : readGrid(grid, where);
  const seeds = seedsOf(wanted, where);
  if (axes.some(({ settings }) => settings.some(({ set }) => "seed" in set)))
    throw new InputError(`${where}: the grid sets "seed"; list the seeds in "seeds"`);
  const size = gridSize(axes) * seeds.length;
  if (size > MANY && !many)
    throw new InputError(`${where}: the plan has ${size.toLocaleString("en-US")} models; pass --yes if you want so many`);
  const models = combinations(axes).flatMap((combination) => {
    const setting = Object.fromEntries(Object.entries(combination).map(([axis, one]) => [axis, one.name]));
    const config = withKeys(base, Object.assign({}, ...Object.values(combination).map(({ set }) => set)));
    const named = Object.entries(setting).map(([axis, value]) => `${axis}=${value}`);
    return seeds.map(
      (seed): PlannedModel => ({
        ...{ name: [...named, `seed=${seed}`].join(" "), setting, seed },
        config: readTrainConfig({ ...config, seed }, named.length === 0 ? where : `${where}: ${named.join(" ")}`),
      }),
    );
  });
  return {
    name,
    axes,
    seeds,
    measures: readMeasures(measure, models[0]!.config, where),
    ...(budget !== undefined && { budget }),
    models,
  };
}

function seedsOf(wanted: unknown, where: string): number[] {
  const isSeed = (seed: unknown) => Number.isSafeInteger(seed) && (seed as number) >= 0;
  if (Number.isSafeInteger(wanted) && (wanted as number) > 0) return Array.from({ length: wanted as number }, (_, k) => k + 1);
  if (Array.isArray(wanted) && wanted.length > 0 && wanted.every(isSeed) && new Set(wanted).size === wanted.length)
    return wanted as number[];
  throw new InputError(
    `${where}: "seeds" is ${JSON.stringify(wanted)}; set it to the number of seeds, or to a list of different seeds`,
  );
}
