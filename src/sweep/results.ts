/** The results of a sweep: a row for each model, means over seeds for each setting, and the best setting with its uncertainty. */
import { getOrAdd } from "../params/keyed.ts";
import { random } from "../params/random.ts";
import {
  estimateMean,
  holm,
  leastP,
  leastSignFlipP,
  type MeanEstimate,
  permutationTest,
  signFlipTest,
} from "../stats/inference.ts";
import { mean } from "../stats/sums.ts";
import { VERSION } from "../version.ts";
import type { Axis } from "./grid.ts";
import type { JobResult, JobValue } from "./job.ts";
import { isCount, type MeasureInfo, measureInfo } from "./measures.ts";
import type { PlannedModel, SweepPlan } from "./plan.ts";

/** One model of a sweep. */
export interface SweepRow {
  readonly id: string;
  readonly setting: PlannedModel["setting"];
  readonly seed: number;
  readonly state: "done" | "failed" | "missing";
  /** Why it failed. */
  readonly message?: string;
  readonly result?: JobResult;
}

/** One setting: means over its seeds. */
export interface SettingMeans {
  readonly setting: PlannedModel["setting"];
  readonly seeds: readonly number[];
  /** By measure: the mean with its 95% interval over seeds, and the value of each seed. */
  readonly means: Readonly<Record<string, MeanEstimate & { readonly values: readonly number[] }>>;
}

/** Another setting against the best one. */
export interface AgainstBest {
  readonly setting: PlannedModel["setting"];
  /** Other minus best, seed by seed, with the 95% interval over seeds. */
  readonly difference: MeanEstimate;
  /** Exact p over seeds, and Holm's correction over all other settings. */
  readonly p: number;
  readonly corrected: number;
}

/** The setting with the best mean of a measure. */
export interface BestSetting {
  readonly measure: string;
  readonly setting: PlannedModel["setting"];
  readonly mean: MeanEstimate;
  /** The share of 2,000 resamples of the seeds, the same for all settings, in which its mean is the best. */
  readonly share: number;
  readonly test: "sign flips of the differences" | "permutation";
  /** The smallest p that the test can give. */
  readonly least: number;
  /** The others, from best to worst. */
  readonly others: readonly AgainstBest[];
}

/** A sweep's results, as stored in `results.json`. */
export interface SweepResults {
  readonly schema: "headwise.sweep/1";
  readonly headwise: string;
  readonly name: string;
  readonly axes: readonly {
    readonly name: string;
    readonly settings: readonly { readonly name: string; readonly value?: number }[];
  }[];
  readonly seeds: readonly number[];
  readonly measures: readonly ({ readonly name: string } & MeasureInfo)[];
  readonly rows: readonly SweepRow[];
  readonly settings: readonly SettingMeans[];
  /** For each measure with a better direction, if at least two settings have all seeds. */
  readonly best: readonly BestSetting[];
}

const RESAMPLES = 2000;
/** From this many seeds on, sign flips can be significant at 0.05. */
const ENOUGH_FLIPS = 6;

/** Summarizes the rows of a plan. Settings are compared only if all their seeds are done. */
export function resultsOf(
  { name, axes, seeds }: Pick<SweepPlan, "name" | "axes" | "seeds">,
  rows: readonly SweepRow[],
): SweepResults {
  const names = [...new Set(rows.flatMap(({ result }) => Object.keys(result?.values ?? {})))];
  const settings = meansOf(rows, names);
  const best = names.flatMap((measure) => bestOf(measure, settings, seeds) ?? []);
  return {
    ...{ schema: "headwise.sweep/1", headwise: VERSION, name },
    axes: axes.map(axisOf),
    seeds,
    measures: names.map((one) => ({ name: one, ...measureInfo(one) })),
    ...{ rows, settings, best },
  };
}

const axisOf = ({ name, settings }: Axis) => ({
  name,
  settings: settings.map(({ name: setting, value }) => ({ name: setting, ...(value !== undefined && { value }) })),
});

const keyOf = (setting: PlannedModel["setting"]): string => JSON.stringify(setting);

function meansOf(rows: readonly SweepRow[], names: readonly string[]): SettingMeans[] {
  const groups = new Map<string, SweepRow[]>();
  for (const row of rows) getOrAdd(groups, keyOf(row.setting), () => []).push(row);
  return [...groups.values()].map((own) => {
    const done = own.flatMap(({ seed, result }) => (result ? [{ seed, result }] : []));
    const means = names.flatMap((name) => {
      const values = done.map(({ result }) => numberOf(result, name));
      return values.length > 0 && values.every(Number.isFinite) ? [[name, { ...estimateMean(values), values }] as const] : [];
    });
    return { setting: own[0]!.setting, seeds: done.map(({ seed }) => seed), means: Object.fromEntries(means) };
  });
}

/** Returns a number of a model; a model without heads of a label has none of them. */
const numberOf = ({ values }: JobResult, name: string): number =>
  (values[name] as JobValue | undefined)?.value ?? (isCount(name) ? 0 : Number.NaN);

function bestOf(measure: string, all: readonly SettingMeans[], seeds: readonly number[]): BestSetting | undefined {
  const { better } = measureInfo(measure);
  const whole = all.filter((one) => one.seeds.length === seeds.length && one.means[measure]);
  if (!better || whole.length < 2) return undefined;
  const sign = better === "lower" ? 1 : -1;
  const valuesOf = (one: SettingMeans) => one.means[measure]!.values;
  const sorted = whole.toSorted((a, b) => sign * (mean(valuesOf(a)) - mean(valuesOf(b))));
  const [first, ...rest] = sorted as [SettingMeans, ...SettingMeans[]];
  const flips = seeds.length >= ENOUGH_FLIPS;
  const others = rest.map((one) => {
    const differences = valuesOf(one).map((value, k) => value - valuesOf(first)[k]!);
    const p = flips ? signFlipTest(differences) : permutationTest(valuesOf(one), valuesOf(first));
    return { setting: one.setting, difference: estimateMean(differences), p };
  });
  const corrected = holm(others.map(({ p }) => p));
  return {
    ...{ measure, setting: first.setting, share: shareOf(sorted.map(valuesOf), sign) },
    mean: estimateMean(valuesOf(first)),
    test: flips ? "sign flips of the differences" : "permutation",
    least: flips ? leastSignFlipP(seeds.length) : leastP(seeds.length, seeds.length),
    others: others.map((one, k) => ({ ...one, corrected: corrected[k]! })),
  };
}

/** Returns the share of resamples of seeds in which the first row of values has the best mean; ties count for the first. */
function shareOf(values: readonly (readonly number[])[], sign: number): number {
  const uniform = random("best setting");
  const seeds = values[0]!.length;
  let wins = 0;
  for (let k = 0; k < RESAMPLES; k++) {
    const drawn = Array.from({ length: seeds }, () => Math.floor(uniform() * seeds));
    const sums = values.map((row) => sign * drawn.reduce((sum, seed) => sum + row[seed]!, 0));
    if (sums.every((sum) => sums[0]! <= sum)) wins++;
  }
  return wins / RESAMPLES;
}
