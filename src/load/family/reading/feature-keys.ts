/** The features of an attention as JSON, in `config.json` and in training configurations. */
import { z } from "zod";
import type { AttentionFeatures } from "../../../nn/features/features.ts";

/** The keys of `AttentionFeatures`; each may be omitted. */
export const featureKeys = z.strictObject({
  gate: z.boolean().optional(),
}) satisfies z.ZodType<AttentionFeatures>;
