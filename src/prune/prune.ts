/**
 * Head pruning, whole: heads are selected, removed, and the smaller model is proved equal to the masked one, evaluated on held-out
 * examples, trained to recover on request, and measured. The command line and the lab are thin around it.
 */

import { type AnyCheckpoint, isTranslator } from "../load/any-checkpoint.ts";
import type { EncoderDecoder } from "../load/translator.ts";
import type { AnyModel } from "../models/any.ts";
import { unitsOf } from "../models/sites.ts";
import { replaced } from "../params/tree.ts";
import { InputError } from "../run/errors.ts";
import type { Runtime } from "../run/runtime.ts";
import type { TaskSource } from "../tasks/source.ts";
import { evaluate, type Task } from "../tasks/task.ts";
import { type CheckedText, checkCut, equalsMasked } from "./check.ts";
import type { Choice } from "./choices.ts";
import { removalOrder } from "./choose.ts";
import { type Choosing, choosing } from "./choosing.ts";
import { type Baseline, baselineOf, longestWithin } from "./curve.ts";
import { cutHeads } from "./cut.ts";
import { chooseByGates, type GateWish } from "./gates/choose-by-gates.ts";
import { type HalvesOptions, halvesOf, type Parts } from "./halves.ts";
import { listedHeads } from "./heads-list.ts";
import { type MeasureOptions, measureSavings } from "./measure.ts";
import { recover } from "./recover.ts";
import { compareTranslations } from "./translations.ts";
import type { Opened } from "./write/opened.ts";
import { type PruneRecord, recordOf, type Verdict } from "./write/record.ts";

/**
 * The heads to remove: a list such as `0.3,4.1`, a choice made before, a fraction of all, as many as stay within a loss, or those
 * whose gates close at a λ.
 */
export type Selection =
  | { readonly heads: string }
  | { readonly choosing: Choosing; readonly method: Choice }
  | ({ readonly fraction: number } & ByMethod)
  | ({ readonly maxLoss: number } & ByMethod)
  | { readonly lambda: number; readonly method: "gates"; readonly gateSteps?: number; readonly gateWeights?: number };

interface ByMethod {
  readonly method: Choice;
  /** Rounds of estimation, and steps of training for `gates` (see `ChooseOptions`). */
  readonly steps?: number;
  readonly gateSteps?: number;
  /** For `gates`: the peak learning rate at which the weights are trained with them (see `GateOptions`). */
  readonly gateWeights?: number;
}

/** The texts on which the pruned model must equal the masked one. */
export interface CheckTexts {
  readonly id: string;
  /** The hash of the content that the texts are from. */
  readonly sha256?: string;
  readonly texts: readonly CheckedText[];
  /** The number of texts that the model cannot read. */
  readonly leftOut?: number;
}

export interface PruneOptions {
  readonly select: Selection;
  readonly check: CheckTexts;
  /** The examples that select heads and evaluate the result; without them, heads must be selected already. */
  readonly source?: TaskSource;
  /** The split of the examples, if it is known; default: made from `source` and `seed`. */
  readonly halves?: Parts;
  /** The original model on the measuring examples, if it is known. */
  readonly baseline?: Baseline;
  /** Steps of training after pruning (see `recover`). */
  readonly recover?: number;
  readonly seed: number;
  /** The model as the user named it, for `prune.json`; default: its id. */
  readonly model?: string;
  /** The command or program, for `prune.json`; default: `prune()`. */
  readonly command?: string;
  readonly padded?: boolean;
  readonly measure?: Omit<MeasureOptions, "progress">;
  readonly progress?: (stage: string, share: number) => void;
}

/** A pruned model with its record. */
export interface Pruned {
  readonly cut: AnyModel;
  readonly record: PruneRecord;
}

/** Returns the uses of the examples besides measuring: to rank heads or train, and to count heads for a maximal loss. */
export const neededFor = (
  listed: boolean,
  { recover, maxLoss }: { readonly recover?: number; readonly maxLoss?: number },
): Omit<HalvesOptions, "seed"> => ({ used: !listed || recover !== undefined, counting: maxLoss !== undefined });

/**
 * Prunes a model. Throws `InputError` if a selection is empty or takes all heads, or if there are too few examples; an `Error` if
 * no head can be removed within the loss, or if the pruned model differs from the masked one.
 */
export async function prune(runtime: Runtime, opened: Opened, options: PruneOptions): Promise<Pruned> {
  const { checkpoint } = opened;
  const { select, source, seed, check: checked, progress: emit = () => {} } = options;
  // training, too, must not see the measuring examples
  const maxLoss = "maxLoss" in select ? select.maxLoss : undefined;
  const dividing = { seed, ...neededFor("choosing" in select || "heads" in select, { recover: options.recover, maxLoss }) };
  const halves = options.halves ?? (source && (await halvesOf(source, dividing)));
  const selected = await selectedHeads(runtime, checkpoint, select, halves, options);
  const original: AnyModel = { config: checkpoint.config, weights: checkpoint.weights };
  const masked = { ...original, weights: replaced(original.weights, selected.weights ?? new Map()) };
  const exact = cutHeads(masked, selected.kept);
  const tell = (stage: string) => (share: number) => emit(stage, share);
  const check = await checkCut(runtime, masked, selected.kept, exact, checked.texts, tell("checking equality"));
  if (!equalsMasked(check)) {
    throw new Error(
      `the pruned model differs from the masked one by ${check.states}, so nothing was written; please report this`,
    );
  }
  const { cut, verdict } = await evaluated(runtime, original, exact, halves, options);
  const pairs = source?.pairs?.filter((_, k) => halves?.measured(k));
  const bleu = pairs && (await translated(runtime, checkpoint, cut, pairs, options));
  const savings = await measureSavings(runtime, original, cut, { ...options.measure, progress: tell("measuring savings") });
  const { id, sha256, leftOut = 0 } = checked;
  const { model = checkpoint.id, command = "prune()", padded = false } = options;
  const record = recordOf(opened, cut, {
    ...{ model, command, seed, method: "method" in select ? select.method : "list" },
    ...{ steps: "steps" in select ? select.steps : undefined, padded },
    ...{ choosing: selected, savings, verdict, bleu },
    check: { corpus: { id, ...(sha256 !== undefined && { sha256 }) }, ...check, ...(leftOut > 0 && { leftOut }) },
  });
  return { cut, record };
}

async function selectedHeads(
  runtime: Runtime,
  model: AnyCheckpoint,
  select: Selection,
  halves: Parts | undefined,
  { seed, progress: emit = () => {} }: PruneOptions,
): Promise<Choosing> {
  if ("choosing" in select) return select.choosing;
  if ("heads" in select) return listedHeads(select.heads, model.config);
  if (!halves) throw new InputError("heads are selected by a task; give examples, or list the heads");
  return chosen(runtime, model, halves, { ...select, seed }, emit);
}

/** The selection of heads by a method. */
export interface ChosenBy extends ByMethod {
  readonly fraction?: number;
  readonly maxLoss?: number;
  readonly lambda?: number;
  readonly seed: number;
}

/** Selects heads by a method: a fraction of all, as many as stay below a loss, or those that a λ closes. Errors as in `prune`. */
export async function chosen(
  runtime: Runtime,
  model: AnyModel,
  { choose, count: counting = choose }: Parts,
  { fraction, maxLoss, lambda, method, steps, gateSteps, gateWeights: rate, seed }: ChosenBy,
  progress: (stage: string, share: number) => void,
): Promise<Choosing> {
  const units = unitsOf(model.config);
  const count = fraction === undefined ? undefined : Math.round(fraction * units.length);
  if (count === 0) throw new InputError(`a fraction of ${fraction} of ${units.length} heads is none; choose a larger fraction`);
  if (count === units.length) throw new InputError(`a fraction of ${fraction} would leave no head; choose a smaller fraction`);
  if (method === "gates") {
    const wish: GateWish | undefined = lambda !== undefined ? { lambda } : count !== undefined ? { count } : undefined;
    const learning = { steps: gateSteps, rate, seed, progress: (share: number) => progress("learning gates", share) };
    const found = await chooseByGates(runtime, model, choose, wish ?? { maxLoss: maxLoss!, counting }, learning);
    return found.removed.length > 0 ? found : nothing(maxLoss!, choose);
  }
  const options = { method, count, steps, seed, progress: (share: number) => progress("ranking heads", share) };
  const order = await removalOrder(runtime, model, choose, options);
  const within = (share: number) => progress("evaluating counts", share);
  const number = maxLoss === undefined ? order.length : await longestWithin(runtime, model, order, counting, maxLoss, within);
  return number > 0 ? choosing(model.config, order.slice(0, number)) : nothing(maxLoss!, choose);
}

function nothing(maxLoss: number, { measure }: Task): never {
  throw new Error(`no head can be removed for a loss below ${maxLoss} ${measure}, so nothing was written; allow a larger loss`);
}

/** The model to write, after training if requested, with its quality on the measuring examples. */
async function evaluated(
  runtime: Runtime,
  original: AnyModel,
  exact: AnyModel,
  halves: Parts | undefined,
  { source, seed, recover: steps, baseline: known, progress: emit = () => {} }: PruneOptions,
): Promise<{ cut: AnyModel; verdict?: Verdict }> {
  if (!source || !halves) return { cut: exact };
  const { measure, choose } = halves;
  const judge = async (model: AnyModel, stage: string) => evaluate(runtime, model, measure, (share) => emit(stage, share));
  const baseline = known ?? baselineOf(measure, await judge(original, "evaluating"), seed);
  const after = baseline.compare(await judge(exact, "evaluating the pruned model"));
  const verdict = {
    task: described(measure),
    corpus: { id: source.id, sha256: source.sha256 },
    notes: source.notes,
    before: baseline.quality,
    after,
  };
  if (steps === undefined) return { cut: exact, verdict };
  const training = { steps, seed, progress: (share: number) => emit("recovering", share) };
  const cut = await recover(runtime, original, exact, choose, training);
  const again = baseline.compare(await judge(cut, "evaluating again"));
  return { cut, verdict: { ...verdict, recovered: { steps, ...again } } };
}

const described = ({ name, measure, better, examples }: Task) => ({ name, measure, better, examples });

function translated(
  runtime: Runtime,
  original: AnyCheckpoint,
  cut: AnyModel,
  pairs: NonNullable<TaskSource["pairs"]>,
  { seed, progress: emit = () => {} }: PruneOptions,
) {
  if (!isTranslator(original)) throw new Error("internal: no translator");
  const progress = (share: number) => emit("translating", share);
  return compareTranslations(runtime, original, cut as EncoderDecoder, pairs, { seed, progress });
}
