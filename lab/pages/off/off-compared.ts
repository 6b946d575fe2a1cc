/** The data of the page Switch off: the same texts, before and after. */
import type { Edits, Looked, Outcome } from "../../engine/protocol.ts";
import type { Skills } from "../../engine/reporting.ts";

/** The outputs of a model with its heads unchanged, and with the current edits. */
export interface Compared {
  readonly text: string;
  readonly other: string;
  readonly looked: Looked;
  readonly before: Outcome;
  readonly after: Outcome;
  /** The edits that `after` is the output with. */
  readonly edits: Edits;
  readonly skills?: { readonly before: Skills; readonly after: Skills };
  /** The time of the runs, without compilation. */
  readonly milliseconds: number;
}
