/** A study of arms: models that differ in one setting, trained with several seeds, compared by tests that are fixed in advance. */
import type { Runtime } from "../../run/runtime.ts";
import {
  estimateMean,
  holm,
  leastP,
  leastSignFlipP,
  type MeanEstimate,
  permutationTest,
  signFlipTest,
} from "../../stats/inference.ts";
import { mean, numberAt } from "../../stats/sums.ts";
import { VERSION } from "../../version.ts";

/** One kind of model of a study. */
export interface StudyArm {
  readonly name: string;
  /** A description of its difference, in a few words. */
  readonly text: string;
}

/** A number measured of every model. */
export interface StudyMeasure {
  readonly name: string;
  readonly title: string;
  readonly unit: string;
  /** The better direction; absent if neither is. */
  readonly better?: "lower" | "higher";
  /** Decimals of its numbers; default 3. */
  readonly digits?: number;
  /** The smallest possible number; intervals end there. */
  readonly least?: number;
  /** A chart that it shares with the measures of the same chart title, with the name of its row; default: its own chart. */
  readonly chart?: { readonly title: string; readonly row: string };
}

/** A comparison of two arms by a measure, fixed before any model is trained. */
export interface ArmsTest {
  readonly measure: string;
  readonly arm: string;
  readonly against: string;
}

/** A comparison of two measures of the same models, all of one arm, fixed before any model is trained. */
export interface PairedTest {
  readonly measure: string;
  readonly arm: string;
  readonly againstMeasure: string;
}

export type StudyTest = ArmsTest | PairedTest;

export const isPaired = <T extends StudyTest>(test: T): test is T & PairedTest => "againstMeasure" in test;

/** A study's design: everything that is fixed before it runs. */
export interface StudyDesign {
  readonly name: string;
  readonly title: string;
  /** The question, and the setting of all models, in sentences. */
  readonly question: string;
  readonly arms: readonly StudyArm[];
  readonly seeds: number;
  readonly measures: readonly StudyMeasure[];
  readonly tests: readonly StudyTest[];
  /** The settings of all models, which determine the results together with arm and seed. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/** One model of a study. */
export interface ArmKey {
  readonly arm: string;
  readonly seed: number;
}

/** The measurements of one model, by the names of the design's measures. */
export interface ArmModel extends ArmKey {
  readonly values: Readonly<Record<string, number>>;
  readonly seconds: number;
}

/**
 * A test with its result: the difference of means, the exact p-value over seeds (a permutation test of two arms, or sign flips of
 * the differences of two measures), and Holm's correction.
 */
export type TestedArms = StudyTest & {
  readonly difference: number;
  readonly p: number;
  readonly corrected: number;
};

/** The result, as stored in `result.json`. */
export interface ArmStudyResult {
  readonly schema: "headwise.study/1";
  readonly headwise: string;
  readonly threads: number;
  readonly design: StudyDesign;
  readonly models: readonly ArmModel[];
  /** Means over seeds with 95% intervals, by arm and measure. */
  readonly means: Readonly<Record<string, Readonly<Record<string, MeanEstimate>>>>;
  readonly tests: readonly TestedArms[];
  readonly seconds: number;
}

export interface ArmStudyHooks {
  /** The number of threads of every runtime, for the record. */
  readonly threads: number;
  /** Returns a result of an earlier, interrupted study, if there is one. */
  known?(key: ArmKey): Promise<ArmModel | undefined>;
  /** Called when a model has been measured; awaited. */
  done?(model: ArmModel): Promise<void>;
  progress?(key: ArmKey, share: number): void;
}

/** Trains and measures one model of a design; `progress` goes from 0 to 1. */
export type RunArm = (runtime: Runtime, key: ArmKey, progress: (share: number) => void) => Promise<Record<string, number>>;

/** A design with the function that trains and measures its models. */
export interface ArmStudy {
  readonly design: StudyDesign;
  readonly run: RunArm;
}

/** Returns the smallest p that a test of a design can give. */
export const leastPOf = ({ seeds }: StudyDesign, test: StudyTest): number =>
  isPaired(test) ? leastSignFlipP(seeds) : leastP(seeds, seeds);

/** Lists the models of a design seed by seed, so that an early end is balanced. */
export const armKeys = ({ arms, seeds }: StudyDesign): ArmKey[] =>
  Array.from({ length: seeds }, (_, k) => arms.map(({ name }) => ({ arm: name, seed: k + 1 }))).flat();

/** Runs every model of a study, except known ones; `open` gives each model a runtime of its own, which is released after it. */
export async function runArmStudy(
  { design, run }: ArmStudy,
  open: () => Promise<Runtime>,
  hooks: ArmStudyHooks,
): Promise<ArmStudyResult> {
  const keys = armKeys(design);
  const models: ArmModel[] = [];
  for (const [k, key] of keys.entries()) {
    const known = await hooks.known?.(key);
    if (known) {
      models.push(known);
      continue;
    }
    const begun = performance.now();
    const runtime = await open();
    try {
      const values = await run(runtime, key, (share) => hooks.progress?.(key, (k + share) / keys.length));
      const model = { ...key, values, seconds: (performance.now() - begun) / 1000 };
      models.push(model);
      await hooks.done?.(model);
    } finally {
      await runtime.release();
    }
  }
  return concluded(design, models, hooks.threads);
}

/** Summarizes the models of a design: means over seeds, and the tests. */
export function concluded(design: StudyDesign, models: readonly ArmModel[], threads: number): ArmStudyResult {
  const valuesOf = (arm: string, measure: string) =>
    models.flatMap(({ arm: own, values }) => (own === arm && values[measure] !== undefined ? [values[measure]] : []));
  const means = Object.fromEntries(
    design.arms.map(({ name }) => [
      name,
      Object.fromEntries(
        design.measures.flatMap((measure) => {
          const values = valuesOf(name, measure.name);
          return values.length === 0
            ? []
            : [
                [
                  measure.name,
                  estimateMean(values, [measure.least ?? Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]),
                ] as const,
              ];
        }),
      ),
    ]),
  );
  const raw = design.tests.map((test) => {
    const own = valuesOf(test.arm, test.measure);
    if (isPaired(test)) {
      const other = valuesOf(test.arm, test.againstMeasure);
      const differences = own.map((x, k) => x - numberAt(other, k));
      return { ...test, difference: mean(differences), p: signFlipTest(differences) };
    }
    const other = valuesOf(test.against, test.measure);
    return { ...test, difference: mean(own) - mean(other), p: permutationTest(own, other) };
  });
  const corrected = holm(raw.map(({ p }) => p));
  return {
    ...{ schema: "headwise.study/1", headwise: VERSION, threads, design, models, means },
    tests: raw.map((test, k) => ({ ...test, corrected: numberAt(corrected, k) })),
    seconds: models.reduce((sum, { seconds }) => sum + seconds, 0),
  };
}
