/** The features of an attention as JSON, in `config.json` and in training configurations. */
import { z } from "zod";
import type { AttentionFeatures } from "../../../nn/features/features.ts";
import { FIXED_PATTERNS, type FixedPattern } from "../../../nn/features/fixed-heads.ts";
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

/** The keys of `AttentionFeatures`; each may be omitted. */
export const featureKeys = z.strictObject({
  gate: z.boolean().optional(),
  fixed: fixedPatterns.optional(),
}) satisfies z.ZodType<AttentionFeatures>;
