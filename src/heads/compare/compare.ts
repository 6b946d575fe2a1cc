/** The changes of every head between two models of the same shape: in its weights, and in its behavior on a text. */

import type { Corpus } from "../../corpus/sentence.ts";
import type { Checkpoint } from "../../load/checkpoint.ts";
import { InputError } from "../../run/errors.ts";
import type { Runtime } from "../../run/runtime.ts";
import { VERSION } from "../../version.ts";
import { describeCorpus, describeModel, rounded } from "../observe/describe.ts";
import { type Note, textNotes } from "../observe/notes.ts";
import { countedQueries, countLeftOut, type LeftOut, readable, type Text } from "../observe/text.ts";
import { type Alignment, alignHeads, type SharedHead } from "./align.ts";
import { comparePatterns, type PatternSums } from "./compare-patterns.ts";
import type { ComparedHead, Comparison } from "./compare-schema.ts";
import { compareOnTexts, type TextSums } from "./compare-texts.ts";
import { type WeightChange, weightChange } from "./compare-weights.ts";
import { columnTotals, drawTexts, estimates, type Sums } from "./intervals.ts";

export interface CompareOptions {
  readonly seed: number;
  /** Called with the current stage and its progress, from 0 to 1. */
  readonly progress?: (stage: string, share: number) => void;
  /** Returns the peak memory of the process in bytes, if known. */
  readonly peakBytes?: () => number;
}

/**
 * Compares two models of one shape, either of which may be pruned: changes of `b` are relative to `a`. Texts are read with
 * `a`'s tokenizer. One seed gives one comparison, except for `cost`. Throws `InputError` if shapes or tokens differ, no text
 * can be read, or a model gives values that are not finite.
 */
export async function compareModels(
  runtime: Runtime,
  a: Checkpoint,
  b: Checkpoint,
  corpus: Corpus,
  options: CompareOptions,
): Promise<Comparison> {
  const { seed, progress = () => {} } = options;
  const begun = performance.now();
  const heads = alignHeads(a.config, b.config);
  const { texts, leftOut } = textsOf(a, b, corpus);
  const weights = heads.shared.map((head, k) => {
    progress("weights", k / heads.shared.length);
    return weightChange(a, b, head);
  });
  const sums = await compareOnTexts(runtime, [a, b], heads.shared, weights, texts, (s) => progress("reading", s));
  requireNumbers(sums);
  const patterns = await comparePatterns(runtime, [a, b], heads.shared, texts, seed, (s) => progress("patterns", s));
  const tokens = texts.reduce((n, { ids }) => n + ids.length, 0);
  return frozen({
    ...{ schema: "headwise.compare/2", headwise: VERSION, seed },
    ...{ a: await describeModel(a), b: await describeModel(b), corpus: await describeCorpus(corpus, tokens) },
    heads: comparedHeads(heads.shared, weights, sums, patterns, seed),
    ...{ onlyInA: heads.onlyInA, onlyInB: heads.onlyInB },
    ...stateChanges(sums, texts.length, seed),
    patterns: { rows: columnTotals(patterns.rows)[0] ?? 0, texts: patterns.texts },
    cost: { seconds: (performance.now() - begun) / 1000, peakBytes: options.peakBytes?.() ?? 0, tokens },
    notes: notesOn(a, heads, { texts, leftOut }, corpus),
  });
}

/** Tokenizes the texts with A's tokenizer, which must agree with B's. */
function textsOf(a: Checkpoint, b: Checkpoint, corpus: Corpus): { texts: Text[]; leftOut: LeftOut } {
  const config = { ...a.config, maxPositions: Math.min(a.config.maxPositions, b.config.maxPositions) };
  const { texts: all, leftOut } = readable(corpus, a.tokenizer, config);
  for (const text of all) requireSameTokens(text, b.tokenizer.encode(text.sentence.text).ids);
  const texts = all.filter((text) => countedQueries(text, config.family === "decoder").length > 0);
  if (texts.length > 0) return { texts, leftOut };
  throw new InputError(`${corpus.id}: every text is a single token, so nothing can attend; use longer texts`);
}

function requireSameTokens({ sentence, ids }: Text, other: readonly number[]): void {
  if (ids.length === other.length && ids.every((id, i) => id === other[i])) return;
  throw new InputError(
    `A and B read the text ${sentence.id} ("${sentence.text.slice(0, 40)}") as different tokens; compare models with the same tokenizer`,
  );
}

/** Throws if a value is not finite, since it spreads to every sum. */
function requireNumbers({ stateSizes, stateDifferences }: TextSums): void {
  const broken = ({ values }: Sums) => !values.every(Number.isFinite);
  const which = broken(stateSizes) ? "A" : broken(stateDifferences) ? "B" : undefined;
  if (which) throw new InputError(`${which} gives values on this text that are not finite; check its weights`);
}

function comparedHeads(
  shared: readonly SharedHead[],
  weights: readonly WeightChange[],
  { headDifferences, headSizes }: TextSums,
  { divergences, rows, texts }: PatternSums,
  seed: number,
): ComparedHead[] {
  if (!headDifferences || !headSizes) return [];
  const draws = drawTexts(headSizes.values.length / headSizes.columns, seed);
  const outputs = estimates(headDifferences, headSizes, draws, Math.sqrt);
  const patterns = estimates(divergences, rows, drawTexts(texts, seed), (js) => Math.sqrt(Math.max(0, js)));
  return shared.flatMap((head, k) => {
    const [weight, pattern, output] = [weights[k], patterns[k], outputs[k]];
    if (!weight || !pattern || !output) throw new Error(`internal: shared head ${k} was not compared`);
    const shares = { queryKey: roundedShare(weight.queryKey), valueOutput: roundedShare(weight.valueOutput) };
    return [{ ...head, ...shares, pattern, output }];
  });
}

const roundedShare = (share: number | null): number | null => (share === null ? null : rounded(share));

function stateChanges(sums: TextSums, texts: number, seed: number) {
  const draws = drawTexts(texts, seed);
  const [embeddings, ...layers] = estimates(sums.stateDifferences, sums.stateSizes, draws, Math.sqrt);
  if (!embeddings) throw new Error("internal: the models have no states to compare");
  const worst = (column: number) => sums.worst.values.reduce((most, x, k) => (k % 2 === column ? Math.max(most, x) : most), 0);
  return {
    embeddings,
    layers: layers.map((state, layer) => ({ layer, state })),
    states: { difference: rounded(worst(0)), largest: rounded(worst(1)) },
    ...lossChange(sums, draws),
  };
}

function lossChange({ losses, predictions }: TextSums, draws: readonly Int32Array[]): Pick<Comparison, "loss"> {
  if (!losses || !predictions || columnTotals(predictions)[0] === 0) return {};
  const [a, b, change] = estimates(losses, predictions, draws, (nats) => nats);
  if (a?.value == null || b?.value == null || !change) throw new Error("internal: a loss is missing");
  return { loss: { a: a.value, b: b.value, change } };
}

function notesOn(
  { config }: Checkpoint,
  heads: Alignment,
  { texts, leftOut }: ReturnType<typeof textsOf>,
  corpus: Corpus,
): Note[] {
  const single = corpus.sentences.length - texts.length - countLeftOut(leftOut);
  return [
    ...textNotes({ ...leftOut, single, texts: texts.length }),
    ...(heads.shared.length === 0 ? [{ code: "no-common-heads" as const }] : []),
    ...(config.positions.kind === "rotary" ? [{ code: "rotary-at-offset-0" as const }] : []),
    ...(config.family === "decoder" ? [{ code: "first-token-excluded" as const }] : []),
  ];
}

function frozen<T>(value: T): T {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    for (const part of Object.values(value)) frozen(part);
    Object.freeze(value);
  }
  return value;
}
