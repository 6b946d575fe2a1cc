/** The heads of a new model: a number, or heads written by hand with learned ones after them. */
import { z } from "zod";
import { fixedPatterns } from "../load/family/reading/feature-keys.ts";
import type { FixedPattern } from "../nn/features/fixed-heads.ts";
import { InputError } from "../run/errors.ts";

const MOST = 10_000;
export const headCount = z.int().positive().max(MOST);

/** The keys of `model.heads`. */
export const headKeys = z.union([
  headCount,
  z.strictObject({
    /** One list, for translation that of the encoder; or for translation one list for each kind of attention. */
    fixed: z.union([
      fixedPatterns,
      z.strictObject({
        encoder: fixedPatterns.default([]),
        decoder: fixedPatterns.default([]),
        cross: fixedPatterns.default([]),
      }),
    ]),
    /** The learned heads after the longest list. */
    learned: z.int().min(0).max(MOST).default(1),
  }),
]);

/** The heads of every attention. */
export interface HeadPlan {
  /** The same number in every attention, since all heads have one width; those that are not fixed are learned. */
  readonly count: number;
  /** Fixed heads by the prefix of an attention's name: "" for a single stack. */
  readonly fixed: Readonly<Record<string, readonly FixedPattern[]>>;
}

/** Returns the heads of a new model. Throws `InputError` if there is none, or for lists by kind without translation. */
export function headPlan(heads: z.infer<typeof headKeys>, translation: boolean, where: string): HeadPlan {
  if (typeof heads === "number") return { count: heads, fixed: {} };
  const fixed = byPrefix(heads.fixed, translation, where);
  const count = heads.learned + Math.max(0, ...Object.values(fixed).map((own) => own.length));
  if (count > 0) return { count, fixed };
  throw new InputError(`${where}: "model.heads" has no fixed and no learned head; add at least one`);
}

type Lists = Exclude<z.infer<typeof headKeys>, number>["fixed"];

function byPrefix(fixed: Lists, translation: boolean, where: string): HeadPlan["fixed"] {
  if (Array.isArray(fixed)) return { [translation ? "encoder." : ""]: fixed };
  if (translation) return { "encoder.": fixed.encoder, "decoder.": fixed.decoder, "cross.": fixed.cross };
  throw new InputError(`${where}: "model.heads.fixed" has lists for translation; give one list`);
}
