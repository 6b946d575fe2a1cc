/** Notes on a measurement as data: skipped texts and limits of the results. Views turn them into sentences. */
import { z } from "zod";

const count = z.number().int();

export const noteSchema = z.discriminatedUnion("code", [
  /** Texts with more tokens than the model reads. */
  z.object({ code: z.literal("too-long"), texts: count, limit: count }),
  /** Texts without any token. */
  z.object({ code: z.literal("no-tokens"), texts: count }),
  /** Texts with one token, which has nothing to attend to. */
  z.object({ code: z.literal("single-token"), texts: count }),
  /** Few texts: intervals and tests over texts are unreliable. */
  z.object({ code: z.literal("few-texts"), texts: count }),
  /** No gold trees: no head can be labeled syntactic. */
  z.object({ code: z.literal("no-trees") }),
  /** A text with more than `limit` tokens: words are not tracked. */
  z.object({ code: z.literal("words-not-tracked"), limit: count }),
  /** A causal model: first tokens, which only attend to themselves, are excluded. */
  z.object({ code: z.literal("first-token-excluded") }),
  /** The importance has no exact ablation: no verdicts. */
  z.object({ code: z.literal("no-ablation") }),
  /** Outputs of heads were compared on few tokens. */
  z.object({ code: z.literal("few-tokens"), tokens: count }),
  /** Query heads share key/value heads, and thus their key and value subspaces. */
  z.object({ code: z.literal("shared-key-value-heads") }),
  /** Fixed heads: their controls are untrained learned heads, and they have no queries and keys to compare. */
  z.object({ code: z.literal("fixed-heads"), heads: count }),
  /** Two models without a common head: only their states are compared. */
  z.object({ code: z.literal("no-common-heads") }),
  /** Rotary positions: W_Q W_Kᵀ compares query and key at offset 0. */
  z.object({ code: z.literal("rotary-at-offset-0") }),
  /** A sentence from an older report file. */
  z.object({ code: z.literal("text"), text: z.string() }),
]);

/** One note. */
export type Note = z.infer<typeof noteSchema>;

/** The number of texts below which a note is added. */
const FEW_TEXTS = 20;

/** Returns notes on texts that could not be read, on texts with nothing to attend to, and on a small number of texts. */
export const textNotes = ({
  tooLong,
  empty,
  single,
  texts,
  limit,
}: Readonly<Record<"tooLong" | "empty" | "single" | "texts" | "limit", number>>): Note[] => [
  ...(tooLong > 0 ? [{ code: "too-long" as const, texts: tooLong, limit }] : []),
  ...(empty > 0 ? [{ code: "no-tokens" as const, texts: empty }] : []),
  ...(single > 0 ? [{ code: "single-token" as const, texts: single }] : []),
  ...(texts < FEW_TEXTS ? [{ code: "few-texts" as const, texts }] : []),
];
