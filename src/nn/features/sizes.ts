import type { HeadAxis } from "../../params/tree.ts";

/** The sizes of an attention that its features depend on. */
export interface FeatureSizes {
  readonly width: number;
  readonly heads: number;
  readonly headWidth: number;
  /** The heads that compute scores: more than `heads` only in a pruned attention whose heads talk (`talking.ts`). */
  readonly scoreHeads: number;
  /** The kind of axis that counts them. */
  readonly scoreAxis: HeadAxis["of"];
}
