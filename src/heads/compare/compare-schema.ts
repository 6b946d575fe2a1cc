/** A comparison of two models as data, `headwise.compare/2`, for its page and for other programs. */

import { z } from "zod";
import { noteSchema } from "../observe/notes.ts";
import { corpusSchema, modelSchema } from "../report/schema.ts";

/** Null if A's value is zero, so that there is no relative change. */
const share = z.number().nullable();

/** A value with a 95% interval from a bootstrap over texts. */
const estimate = z.object({ value: share, low: share, high: share });

/** A head by its layer and its original index. */
const place = z.object({ layer: z.number().int(), head: z.number().int() });

const head = place.extend({
  /** Its index in each model. */
  inA: z.number().int(),
  inB: z.number().int(),
  /** ‖W_Q W_Kᵀ − W_Q′ W_K′ᵀ‖ / ‖W_Q W_Kᵀ‖ in Frobenius norms; for a fixed head 0 if it has one pattern in both, else null. */
  queryKey: share,
  /** ‖W_V W_O − W_V′ W_O′‖ / ‖W_V W_O‖. */
  valueOutput: share,
  /** √JS between the head's patterns in the two models: 0 … √ln 2. */
  pattern: estimate,
  /** ‖z W_O − z′ W_O′‖ / ‖z W_O‖: the head's output into the residual stream. */
  output: estimate,
});

/** The schema of `compare.json`. */
export const comparisonSchema = z.object({
  schema: z.literal("headwise.compare/2"),
  headwise: z.string(),
  seed: z.number().int(),
  a: modelSchema,
  b: modelSchema,
  corpus: corpusSchema,
  /** The heads that both models have, layer by layer. */
  heads: z.array(head),
  onlyInA: z.array(place),
  onlyInB: z.array(place),
  /** ‖x − x′‖ / ‖x‖ of the embeddings and of each layer's output. */
  embeddings: estimate,
  layers: z.array(z.object({ layer: z.number().int(), state: estimate })),
  /** The largest difference of the last states, and the largest absolute value in A's. */
  states: z.object({ difference: z.number(), largest: z.number() }),
  /** Next-token loss in nats per token, if both models are causal; `change` is B minus A. */
  loss: z.object({ a: z.number(), b: z.number(), change: estimate }).optional(),
  /** The numbers of query rows and texts that √JS is averaged over. */
  patterns: z.object({ rows: z.number().int(), texts: z.number().int() }),
  cost: z.object({ seconds: z.number(), peakBytes: z.number(), tokens: z.number().int() }),
  notes: z.array(noteSchema),
});

type Deep<T> = T extends object ? { readonly [K in keyof T]: Deep<T[K]> } : T;

/** The result of `compareModels`; deeply frozen. */
export type Comparison = Deep<z.infer<typeof comparisonSchema>>;
export type ComparedHead = Comparison["heads"][number];
/** A value with its 95% interval; null if there is nothing to compare. */
export type MaybeEstimate = Comparison["embeddings"];
/** A head by its layer and its original index. */
export type HeadPlace = Comparison["onlyInA"][number];

/** The compared measures, in display order. */
export const CHANGES = ["output", "pattern", "queryKey", "valueOutput"] as const;
export type Change = (typeof CHANGES)[number];

/** Returns the change of a head by one of the measures. */
export function changeOf(head: ComparedHead, change: Change): number | null {
  return change === "output" || change === "pattern" ? head[change].value : head[change];
}
