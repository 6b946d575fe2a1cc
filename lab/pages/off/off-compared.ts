/** What switching heads off is about: the same texts, before and after. */
import type { Looked, Outcome } from "../../engine/protocol.ts";
import type { Skills } from "../../engine/reporting.ts";

/** What a model says with its heads as they are, and as they are now. */
export interface Compared {
  readonly looked: Looked;
  readonly before: Outcome;
  readonly after: Outcome;
  readonly skills?: { readonly before: Skills; readonly after: Skills };
  readonly milliseconds: number;
}
