/** The report as data, `headwise.report/2`, for all pages and other programs; `migrate.ts` reads older files. */

import { z } from "zod";
import { ROLES } from "../importance/gating-roles.ts";
import { ABLATIONS } from "../importance/methods.ts";
import { VERDICTS } from "../importance/verdicts.ts";
import { ADAPTIVE } from "../observe/adaptive.ts";
import { noteSchema } from "../observe/notes.ts";
import { LABELS, type Label, MANNERS, type Manner } from "../scores/label-names.ts";

export { LABELS, type Label, MANNERS, type Manner };

const label = z.enum(LABELS);
const manner = z.enum(MANNERS);
const share = z.number();

const headRelation = z.object({
  relation: z.string(),
  direction: z.enum(["dependent-to-head", "head-to-dependent"]),
  n: z.number().int(),
  /** The head's accuracy, the best rule's, and their difference with its 95% interval's lower end. */
  value: z.number(),
  baseline: z.number(),
  margin: z.number(),
  marginLow: z.number(),
  /** Family-wise over heads, relations and directions. */
  p: z.number(),
  /** True if it would give the head its label by itself. */
  holds: z.boolean(),
  /** True if its margin is indistinguishable from the first relation's. */
  tied: z.boolean(),
});

/** A relation with its direction, and the best rule that knows no tree: a word's offset, or a named word. */
const relationCase = z.object({
  name: z.string(),
  direction: z.enum(["dependent-to-head", "head-to-dependent"]),
  rule: z.union([z.object({ offset: z.number().int() }), z.object({ word: z.string() })]),
});

const score = z.object({
  /** The score, in the unit that its definition gives (a share of attention or of cases, unless said otherwise). */
  value: z.number(),
  /** The value of the controls: the best untrained head, the best rule without a tree, or a matched baseline. */
  control: z.number().nullable(),
  /** (c + 1) / (B + 1) against the control's distribution; null if there is none. */
  p: z.number().nullable(),
  /** The number of cases (queries, instances, texts) that the value is averaged over. */
  n: z.number().int(),
  /** The same score with each text's words shuffled: positional scores are unaffected, syntactic ones must drop. */
  shuffled: z.number().nullable().optional(),
  /** The same score with A_ij weighted by ‖f(x_j)‖ and rows normalized again (Kobayashi 2020). */
  norm: z.number().nullable().optional(),
  /** A 95% interval from a bootstrap over texts. */
  low: z.number().optional(),
  high: z.number().optional(),
  /** The probability of the same label on another sample of as many texts. */
  again: z.number().optional(),
  /** For a positional score: the offset. */
  offset: z.number().int().optional(),
  /** For a syntactic score: the value of the best rule without a tree. */
  offsetBaseline: share.optional(),
  /** For a semantic score: its distance from the exchanges' mean in their standard deviations. */
  z: z.number().optional(),
  /** For a syntactic score: the relation, its direction, and the best rule without a tree. */
  relation: relationCase.optional(),
  /** For a syntactic score: its lead over the best rule on each half of the sentences. */
  halves: z.object({ first: z.number(), second: z.number() }).optional(),
  /** For a syntactic score: its relation, the others that hold, and the runner-up. */
  relations: z.array(headRelation).optional(),
});

/** The rules for a label besides being measured. */
const RULES = ["threshold", "control", "chance", "shuffled", "confidence", "halves"] as const;

/** A failed rule: the tested value (for `chance` the p-value), and the required one. */
const failedRule = z.object({ rule: z.enum(RULES), value: z.number(), needed: z.number() });

/** A label that was not assigned, with the reasons. */
const missedLabel = z.object({ label, failed: z.array(failedRule) });

/** The judgement by exact ablation: the verdict, its family-wise p, and the head's share of the loss without all heads. */
export const judgementSchema = z.object({ verdict: z.enum(VERDICTS), p: z.number(), share: z.number() });

/** A value with its 95% interval from a bootstrap over examples. */
export const estimateSchema = z.object({ value: z.number(), low: z.number(), high: z.number() });

const relation = z.object({
  /** A Universal Dependencies relation and the way it is followed. */
  relation: z.string(),
  direction: z.enum(["dependent-to-head", "head-to-dependent"]),
  /** Instances in all sentences. */
  n: z.number().int(),
  /** The best fixed offset; the better rule, if there is one; and the accuracy of the better of the two. */
  offset: z.number().int(),
  rule: z.string().optional(),
  baseline: share,
  /** The head with the largest lead over it, and its accuracy with a 95% interval. */
  layer: z.number().int(),
  head: z.number().int(),
  accuracy: share,
  low: share,
  high: share,
  /** The accuracy of the same head on shuffled words, and of the best head of the untrained copy. */
  shuffled: share.nullable(),
  random: share.nullable(),
  /** Family-wise over heads, relations and directions. */
  p: z.number(),
});

const head = z.object({
  layer: z.number().int(),
  head: z.number().int(),
  /** The key/value head that this query head reads. */
  keyValueHead: z.number().int(),
  label,
  labels: z.array(label),
  /** The manner of attention, independent of its function: for example a sink, broad attention, or almost no output. */
  manners: z.array(manner),
  scores: z.record(z.string(), score),
  /** For an unclassified head: the nearest labels, nearest first, with their failed rules. */
  missed: z.array(missedLabel).optional(),
  /** For a noise head (no score of its attention differs from untrained heads): the probability of noise in another sample. */
  noiseAgain: share.optional(),
  /**
   * The head with the most similar patterns: √JS in [0, √ln 2], and the number of halves of the texts, out of 2, in which it is
   * also the nearest.
   */
  twin: z
    .object({ layer: z.number().int(), head: z.number().int(), distance: z.number(), halves: z.number().int().optional() })
    .nullable(),
  /** The measures of an adaptive attention (`ADAPTIVE`); absent without features. */
  adaptive: z.partialRecord(z.enum(ADAPTIVE), z.number()).optional(),
  /** The importance of the head for the report's `task`, by each measured method. */
  importance: z.record(z.string(), estimateSchema).optional(),
  /** The judgement by exact ablation, if measured. */
  judgement: judgementSchema.optional(),
  /** The role by causal gating, if measured, and the share of masks that give it alone. */
  role: z.object({ role: z.enum(ROLES), agreement: share }).optional(),
});

const layer = z.object({
  layer: z.number().int(),
  /** Means over the layer's heads: entropy over ln(#keys), distance in tokens, ‖f(x)‖, largest weight of a row. */
  entropy: z.number(),
  distance: z.number(),
  norm: z.number(),
  confidence: z.number(),
  /** Mean √JS between the layer's heads; null with fewer than two. */
  diversity: z.number().nullable(),
  /** The number of heads with each label. */
  labels: z.partialRecord(label, z.number().int()),
});

/** The identity of a model. */
export const modelSchema = z.object({
  id: z.string(),
  family: z.enum(["encoder", "decoder"]),
  architecture: z.string(),
  layers: z.number().int(),
  width: z.number().int(),
  parameters: z.number().int(),
  sha256: z.string(),
  heads: z.array(z.number().int()),
  keyValueHeads: z.array(z.number().int()),
});

/** The identity of an encoder–decoder, whose attentions are of three kinds. */
const encoderDecoderSchema = modelSchema.omit({ layers: true, heads: true, keyValueHeads: true }).extend({
  family: z.literal("encoder-decoder"),
  encoderHeads: z.array(z.number().int()),
  decoderHeads: z.array(z.number().int()),
  crossHeads: z.array(z.number().int()),
});

/** The identity of a model of any family. */
export const anyModelSchema = z.discriminatedUnion("family", [modelSchema, encoderDecoderSchema]);

/** The identity of a text. */
export const corpusSchema = z.object({
  id: z.string(),
  sentences: z.number().int(),
  tokens: z.number().int(),
  sha256: z.string(),
});

/** The task of the heads' importance. */
const task = z.object({
  name: z.string(),
  measure: z.string(),
  better: z.enum(["lower", "higher"]),
  examples: z.number().int(),
  corpus: corpusSchema.pick({ id: true, sha256: true }),
  /** The quality of the original model, in the task's measure. */
  quality: estimateSchema,
  /** The loss without any head; absent if exact ablation was not measured. */
  range: z.number().optional(),
  /** The replacement of a head's output; absent if exact ablation was not measured. */
  ablation: z.enum(ABLATIONS).optional(),
});

/** The labels on a second text, and their agreement with the first. */
const also = z.object({
  corpus: corpusSchema,
  /** Heads with a label on the first text, on the second, and on both. */
  labels: z.array(z.object({ label, here: z.number().int(), there: z.number().int(), both: z.number().int() })),
  /** The labels and manners of the heads on the second text, in the order of `heads`. */
  heads: z.array(
    z.object({ layer: z.number().int(), head: z.number().int(), labels: z.array(label), manners: z.array(manner) }),
  ),
});

/** The schema of `report.json`. */
export const reportSchema = z.object({
  schema: z.literal("headwise.report/2"),
  headwise: z.string(),
  seed: z.number().int(),
  model: modelSchema,
  corpus: corpusSchema,
  task: task.optional(),
  heads: z.array(head),
  layers: z.array(layer),
  relations: z.array(relation),
  also: also.optional(),
  similarity: z.object({
    measure: z.literal("sqrt-js"),
    /** The number of query rows that each distance is a mean over. */
    rows: z.number().int(),
    /** heads × heads in the order of `heads`, row by row. */
    matrix: z.array(z.array(z.number())),
  }),
  cost: z.object({ seconds: z.number(), peakBytes: z.number(), tokens: z.number().int() }),
  notes: z.array(noteSchema),
});

export type ModelDescription = z.infer<typeof modelSchema>;
export type AnyModelDescription = z.infer<typeof anyModelSchema>;
export type Report = z.infer<typeof reportSchema>;
export type HeadReport = Report["heads"][number];
export type LayerReport = Report["layers"][number];
export type RelationReport = Report["relations"][number];
export type Score = z.infer<typeof score>;
export type FailedRule = z.infer<typeof failedRule>;
export type MissedLabel = z.infer<typeof missedLabel>;

/** One text with the patterns of every head, for pictures: `patterns[layer][head]` is [queries × keys], row by row. */
export interface PatternText {
  readonly tokens: readonly string[];
  readonly patterns: readonly (readonly Float32Array[])[];
}
