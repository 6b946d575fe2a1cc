/** What `headwise importance` writes. */
import type { Importance } from "./importance.ts";

/** `headwise.importance/1` */
export interface ImportanceReport extends Importance {
  readonly schema: "headwise.importance/1";
  readonly headwise: string;
  readonly seed: number;
  readonly model: { readonly id: string };
  readonly corpus: { readonly id: string; readonly sha256: string };
  readonly seconds: number;
}
