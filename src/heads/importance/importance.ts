/** Head importance for a task: by gradient, by confidence and by exact ablation, with intervals and agreement. */
import type { AnyModel } from "../../models/any.ts";
import { headName } from "../../models/head-names.ts";
import { singleHeads, type Unit } from "../../models/sites.ts";
import { InputError } from "../../run/errors.ts";
import { releasing } from "../../run/releasing.ts";
import type { Runtime } from "../../run/runtime.ts";
import { drawExamples, type Estimate, estimate, FEWEST_EXAMPLES } from "../../stats/bootstrap.ts";
import { interval } from "../../stats/intervals.ts";
import { spearman } from "../../stats/rank.ts";
import { splitInTwo } from "../../stats/split.ts";
import { columnOf, numberAt } from "../../stats/sums.ts";
import { type Judged, type Task, worse } from "../../tasks/task.ts";
import { ablateHeads, createSweep, type Sweep } from "./ablation.ts";
import { createGradients, type GateGradients, gateGradients } from "./gradients.ts";
import { judgeHeads } from "./judge-heads.ts";
import { type Ablation, METHODS, type Method } from "./methods.ts";
import { createSwitched, type HeadNames } from "./switches.ts";
import type { Judgement } from "./verdicts.ts";

export interface HeadImportance {
  /** `layer.head`, in encoder–decoders `cross.layer.head`. */
  readonly name: string;
  readonly scores: Readonly<Partial<Record<Method, Estimate>>>;
  /** The judgement by exact ablation; absent if it was not measured. */
  readonly judgement?: Judgement;
}

export interface Importance {
  readonly task: Pick<Task, "name" | "measure" | "better" | "examples">;
  /** The quality of the original model. */
  readonly quality: Estimate;
  readonly ablation: Ablation;
  /** The loss without any head (all outputs zero); absent if exact ablation was not measured. */
  readonly range?: number;
  readonly heads: readonly HeadImportance[];
  /** Spearman's ρ between the scores from the two halves of the examples, a seeded shuffle. */
  readonly stability: Readonly<Partial<Record<Method, number>>>;
  /** Spearman's ρ between the scores and those of exact ablation, if measured. */
  readonly agreement: Readonly<Partial<Record<Method, number>>>;
}

export interface ImportanceOptions {
  readonly methods?: readonly Method[];
  readonly ablation?: Ablation;
  readonly seed: number;
  readonly progress?: (stage: string, share: number) => void;
}

/** Returns the scores of some examples (default: all), one for each unit. */
export type ScoresOf = (some?: ArrayLike<number>) => Float64Array;

/** Measures importance. Throws `InputError` if there are too few examples for an interval. */
export async function importance(
  runtime: Runtime,
  model: AnyModel,
  task: Task,
  { methods = METHODS, ablation = "zero", seed, progress = () => {} }: ImportanceOptions,
): Promise<Importance> {
  checkExamples(task);
  const units = singleHeads(model.config);
  const found = await scorers(runtime, model, task, methods, { units, ablation, progress });
  const draws = drawExamples(task.examples, seed);
  const scored = [...found.scores].map(([method, of]) => {
    const drawn = draws.map(of);
    return { method, of, drawn, estimates: estimates(of, drawn) };
  });
  const parts = halvesOf(task.examples, seed);
  const exact = scored.find(({ method }) => method === "ablation");
  const range = exact && (await lossWithoutHeads(runtime, model, task, found.judged));
  const judgements =
    exact &&
    range !== undefined &&
    judgeHeads({ values: exact.of(), drawn: exact.drawn, halves: [exact.of(parts[0]), exact.of(parts[1])], range });
  const heads = units.map(({ name }, k) => ({
    name,
    scores: Object.fromEntries(
      methods.flatMap((asked) => scored.flatMap(({ method, estimates: all }) => (method === asked ? [[method, all[k]]] : []))),
    ),
    ...(judgements && { judgement: judgements[k] }),
  }));
  const { name, measure, better, examples } = task;
  return {
    task: { name, measure, better, examples },
    quality: estimate(draws, (some) => task.quality(found.judged, some)),
    ablation,
    ...(range !== undefined && { range }),
    heads,
    ...comparisons(found.scores, parts),
  };
}

/** Throws `InputError` if there are too few examples for an interval. */
export function checkExamples({ examples, name }: Pick<Task, "examples" | "name">): void {
  if (examples >= FEWEST_EXAMPLES) return;
  throw new InputError(
    `the ${name} task has ${examples === 1 ? "1 example" : `${examples} examples`}, too few for an interval; give at least ${FEWEST_EXAMPLES}`,
  );
}

/** Splits the examples, which are sorted by length, into two halves that are balanced by length. */
function halvesOf(examples: number, seed: number): [number[], number[]] {
  const every = Array.from({ length: examples }, (_, k) => k);
  const part = splitInTwo(every, `${seed}/stability`);
  return [every.filter((k) => part[k] === 0), every.filter((k) => part[k] === 1)];
}

async function lossWithoutHeads(runtime: Runtime, model: AnyModel, task: Task, whole: Judged): Promise<number> {
  const off = new Set(singleHeads(model.config).map(({ name }) => name));
  const without = await releasing(runtime, async (own) => (await createSwitched(own, model, task))(off));
  return worse(task, task.quality(whole), task.quality(without));
}

function estimates(scores: ScoresOf, drawn: readonly Float64Array[]): Estimate[] {
  return Array.from(scores(), (value, k) => ({ value, ...interval(columnOf(drawn, k)) }));
}

function comparisons(
  scores: ReadonlyMap<Method, ScoresOf>,
  [first, second]: readonly [number[], number[]],
): Pick<Importance, "stability" | "agreement"> {
  const rho = (a: Float64Array, b: Float64Array) => spearman([...a], [...b]);
  const exact = scores.get("ablation")?.();
  const others = [...scores].filter(([method]) => method !== "ablation");
  return {
    stability: Object.fromEntries([...scores].map(([method, of]) => [method, rho(of(first), of(second))])),
    agreement: Object.fromEntries(exact ? others.map(([method, of]) => [method, rho(of(), exact)]) : []),
  };
}

interface ScorerOptions {
  readonly units: readonly Unit[];
  readonly ablation: Ablation;
  readonly progress: (stage: string, share: number) => void;
}

/** Creates the score functions of each method for every unit, and the values of the original model. */
async function scorers(
  runtime: Runtime,
  model: AnyModel,
  task: Task,
  methods: readonly Method[],
  { units, ablation, progress }: ScorerOptions,
): Promise<{ readonly judged: Judged; readonly scores: ReadonlyMap<Method, ScoresOf> }> {
  const scores = new Map<Method, ScoresOf>();
  let judged: Judged | undefined;
  if (methods.some((method) => method !== "ablation")) {
    const made = await gateGradients(runtime, model, task, (share) => progress("gradients", share));
    judged = made.judged;
    for (const method of methods) if (method !== "ablation") scores.set(method, fromGradients(method, made, task, units));
  }
  if (methods.includes("ablation")) {
    const options = { kind: ablation, units, progress: (share: number) => progress("ablating", share) };
    const made = await ablateHeads(runtime, model, task, options);
    judged = made.whole;
    scores.set("ablation", fromSweep(made, task, units));
  }
  if (!judged) throw new Error("internal: no method of importance was asked for");
  return { judged, scores };
}

/** Scores units on all examples, with other heads disabled. */
export type Scorer = (units: readonly Unit[], off: HeadNames, progress: (share: number) => void) => Promise<Float64Array>;

/** Creates one method for repeated use with other heads disabled, in the same sessions. */
export async function createScorer(runtime: Runtime, model: AnyModel, task: Task, method: Method): Promise<Scorer> {
  if (method === "ablation") {
    const sweep = await createSweep(runtime, model, task, { kind: "zero", switched: true });
    return async (units, off, progress) => fromSweep(await sweep(units, { off, progress }), task, units)();
  }
  const gradients = await createGradients(runtime, model, task);
  return async (units, off, progress) => fromGradients(method, await gradients(off, progress), task, units)();
}

function judgedWithout(without: Sweep["without"], unit: string): Judged {
  const judged = without.get(unit);
  if (!judged) throw new Error(`internal: the sweep did not disable ${unit}`);
  return judged;
}

const fromSweep =
  ({ whole, without }: Sweep, task: Task, units: readonly Unit[]): ScoresOf =>
  (some) => {
    const was = task.quality(whole, some);
    return Float64Array.from(units, ({ name }) => worse(task, was, task.quality(judgedWithout(without, name), some)));
  };

function fromGradients(method: Exclude<Method, "ablation">, made: GateGradients, task: Task, units: readonly Unit[]): ScoresOf {
  const places = units.map(({ site, heads }) => heads.map((head) => made.names.indexOf(headName(site, head))));
  const { judged, names } = made;
  const counts = task.loss.count === undefined ? undefined : judged[task.loss.count];
  /** Computes the sum of a table [example, head] over the heads of a unit. */
  const of = (table: Float64Array, example: number, heads: readonly number[]): number => {
    let sum = 0;
    for (const head of heads) sum += table[example * names.length + head]!;
    return sum;
  };
  type Term = (example: number, heads: readonly number[]) => number;
  const mean = (term: Term, weight: (example: number) => number): ScoresOf => {
    const every = Array.from({ length: task.examples }, (_, k) => k);
    return (some = every) => {
      const examples = Int32Array.from(some);
      const all = examples.reduce((sum, example) => sum + weight(example), 0);
      return Float64Array.from(places, (heads) => examples.reduce((sum, example) => sum + term(example, heads), 0) / all);
    };
  };
  const count = (example: number) => counts?.[example] ?? 1;
  if (method === "taylor") return mean((example, heads) => -of(made.gradients, example, heads), count);
  if (method === "confidence")
    return mean(
      (example, heads) => of(made.confidence, example, heads) / heads.length,
      () => 1,
    );
  const plain = mean(
    (example, heads) => Math.abs(of(made.gradients, example, heads)) / count(example),
    () => 1,
  );
  return method === "michel" ? plain : (some) => normalized(plain(some), units);
}

/** Divides by the L2 norm over the units of the same attention. */
function normalized(scores: Float64Array, units: readonly Unit[]): Float64Array {
  const norms = new Map<string, number>();
  for (const [k, { site }] of units.entries()) norms.set(site, Math.hypot(norms.get(site) ?? 0, numberAt(scores, k)));
  return Float64Array.from(units, ({ site }, k) => numberAt(scores, k) / (norms.get(site) || 1));
}
