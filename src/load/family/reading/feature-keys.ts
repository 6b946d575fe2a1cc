/** The features of an attention as JSON, in `config.json` and in training configurations. */
import { z } from "zod";
import type { AttentionFeatures } from "../../../nn/features/features.ts";

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
export const featureKeys = z.strictObject({
  gate: z.boolean().optional(),
  routing: routing.optional(),
}) satisfies z.ZodType<AttentionFeatures>;
