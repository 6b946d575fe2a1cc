/** The features of an attention as JSON, in `config.json` and in training configurations. */
import { z } from "zod";
import { type AttentionFeatures, combinationFault } from "../../../nn/features/features.ts";
import { FIXED_PATTERNS, type FixedPattern } from "../../../nn/features/fixed-heads.ts";
import { ALPHAS } from "../../../ops/entmax.ts";
import { nearest } from "../../files/nearest.ts";

const gaussian = z.strictObject({ gaussian: z.number(), ratio: z.number().positive().optional() });

/** The patterns of fixed heads. */
export const fixedPatterns = z.array(
  z.union([z.enum(FIXED_PATTERNS), gaussian], {
    error: ({ input }) =>
      typeof input === "string"
        ? `did you mean "${nearest(input, FIXED_PATTERNS)}"?`
        : `expected ${FIXED_PATTERNS.join(", ")}, or {"gaussian": offset, "ratio": number}`,
  }),
) satisfies z.ZodType<FixedPattern[]>;

const ALPHA = `expected a number from ${ALPHAS.least} to ${ALPHAS.most}, or "learned"`;

const span = z.strictObject({
  longest: z.int().positive(),
  ramp: z.number().positive().default(32),
  penalty: z.number().min(0).default(2e-6),
});

const count = z.int().positive();
const coefficient = z.number().min(0);
const heads = count.optional();
const routing = z.discriminatedUnion("kind", [
  z.strictObject({
    ...{ kind: z.literal("moh"), shared: z.int().min(0), top: count },
    ...{ balance: coefficient.default(0.01), heads },
  }),
  z.strictObject({
    ...{ kind: z.literal("moa"), top: count, balance: coefficient.default(0.01) },
    ...{ z: coefficient.default(0.001), heads },
  }),
]);

/** The keys of `AttentionFeatures`; each may be omitted. */
export const featureKeys = z
  .strictObject({
    gate: z.boolean().optional(),
    fixed: fixedPatterns.optional(),
    routing: routing.optional(),
    normalizer: z.enum(["sparsemax", "entmax"]).optional(),
    alpha: z.union([z.number().min(ALPHAS.least).max(ALPHAS.most), z.literal("learned")], ALPHA).optional(),
    span: span.optional(),
    talking: z.union([z.boolean(), z.int().positive()], "expected true, false or a number of heads").optional(),
  })
  .refine(({ normalizer, alpha }) => alpha === undefined || normalizer === "entmax", {
    path: ["alpha"],
    error: 'only with "normalizer": "entmax"',
  }) satisfies z.ZodType<AttentionFeatures>;

/** The sizes that the features of an attention have to fit. */
export interface Fitting {
  readonly heads: number;
  readonly keyValueHeads: number;
  /** The longest text, in tokens. */
  readonly positions: number;
  readonly cross: boolean;
}

/** Returns what is wrong with features for an attention, with the key; undefined if they fit. */
export function featureFault(features: AttentionFeatures, site: Fitting): [key: string, fault: string] | undefined {
  const { span, talking } = features;
  const { heads, keyValueHeads, positions, cross } = site;
  if (span && cross) return ["span", "is set for cross-attention, whose keys have no distance to queries; remove it"];
  if (span && span.longest > positions)
    return [
      "span.longest",
      `is ${span.longest}, longer than the model's ${positions} positions; set it to ${positions} or less`,
    ];
  const combined = combinationFault(features);
  if (combined) return combined;
  if (talking && heads !== keyValueHeads)
    return ["talking", `is set, but ${heads} heads share ${keyValueHeads} key/value heads; use ${heads} of them, or remove it`];
  if (typeof talking === "number" && talking !== heads)
    return ["talking", `is ${talking}, but there are ${heads} original heads; set it to true`];
  return undefined;
}
