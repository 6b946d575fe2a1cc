/** The similarity of heads as data: `headwise.redundancy/2`. */

import { z } from "zod";
import { noteSchema } from "../observe/notes.ts";
import { LABELS, reportSchema } from "../report/schema.ts";
import { COMPOSITIONS } from "./map-likeness.ts";

/** The measures of similarity. */
export const MEASURES = ["patterns", "outputs", "queries", "keys", "values", "writes", "qk", "ov"] as const;
export type Measure = (typeof MEASURES)[number];

const place = z.object({ layer: z.number().int(), head: z.number().int() });
/** heads × heads in the order of `heads`, row by row. */
const matrix = z.array(z.array(z.number()));

/** The schema of `redundancy.json`. */
export const redundancySchema = z.object({
  schema: z.literal("headwise.redundancy/2"),
  headwise: z.string(),
  seed: z.number().int(),
  model: reportSchema.shape.model,
  corpus: reportSchema.shape.corpus,
  heads: z.array(
    z.object({
      ...place.shape,
      /** The key/value head that this query head reads. */
      keyValueHead: z.number().int(),
      /** Its label in the report. */
      label: z.enum(LABELS),
      /** The index of its cluster. */
      cluster: z.number().int(),
      /** Its place on the map. */
      x: z.number(),
      y: z.number(),
    }),
  ),
  matrices: z.object({
    /** √ of the mean Jensen–Shannon divergence of rows, in [0, √ln 2]: 0 is the same. */
    patterns: matrix,
    /** Debiased linear CKA of the outputs into the residual stream, in [−1, 1]: 1 is equal up to rotation. */
    outputs: matrix,
    /** Mean cos² of the principal angles between columns of W_Q, W_K, W_V and rows of W_O: 1 is the same space. */
    queries: matrix,
    keys: matrix,
    values: matrix,
    writes: matrix,
    /** Cosines between the maps W_Q W_Kᵀ and W_V W_O: 1 is the same map, −1 its opposite. */
    qk: matrix,
    ov: matrix,
  }),
  baselines: z.object({
    /** The mean cos² of random subspaces: head width over model width. */
    subspaces: z.number(),
    /** The value subtracted from compositions: 1 / √ model width. */
    compositions: z.number(),
    /** The largest CKA between two heads of the untrained copy, on the same tokens. */
    outputs: z.number(),
  }),
  /** The sample sizes of √JS and CKA: query rows and tokens. */
  samples: z.object({ rows: z.number().int(), tokens: z.number().int() }),
  /** The strongest of each kind, strongest first. */
  compositions: z.array(z.object({ kind: z.enum(COMPOSITIONS), from: place, to: place, score: z.number() })),
  clusters: z.object({
    distance: z.literal("sqrt-js"),
    linkage: z.literal("average"),
    /** Merges above this height are undone to obtain `count` clusters. */
    cut: z.number(),
    count: z.number().int(),
    /** Leaves are heads; the k-th merge makes cluster heads + k. */
    merges: z.array(z.object({ a: z.number().int(), b: z.number().int(), height: z.number(), size: z.number().int() })),
    order: z.array(z.number().int()),
  }),
  map: z.object({ method: z.literal("classical-scaling"), distance: z.literal("sqrt-js"), share: z.number() }),
  /** The thresholds of twins on this text: √JS at most, CKA at least, and above the untrained copy's maximum. */
  thresholds: z.object({ patterns: z.number(), outputs: z.number() }),
  twins: z.array(
    z.object({
      ...{ a: place, b: place, patterns: z.number(), outputs: z.number(), qk: z.number(), ov: z.number() },
      /** The number of halves of the texts, out of 2, in which the pair meets the thresholds on √JS and CKA. */
      halves: z.number().int().optional(),
    }),
  ),
  /** Heads for which no tested score of the report beats its control, with the probability that they are noise in another sample. */
  noise: z.array(z.object({ ...place.shape, again: z.number().optional() })),
  cost: reportSchema.shape.cost,
  notes: z.array(noteSchema),
});

export type Redundancy = z.infer<typeof redundancySchema>;
