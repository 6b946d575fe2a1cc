/** The output of `headwise curve`. */
import type { Task } from "../tasks/task.ts";
import type { Curves } from "./curve.ts";

/** `headwise.curve/1` */
export interface CurveReport extends Curves {
  readonly schema: "headwise.curve/1";
  readonly headwise: string;
  readonly seed: number;
  readonly steps?: number;
  readonly model: { readonly id: string };
  /** The data that selected heads; without `heldOut`, their other half measured. */
  readonly corpus: { readonly id: string; readonly sha256: string };
  /** The data that measured, if they are a file of their own. */
  readonly heldOut?: { readonly id: string; readonly sha256: string };
  readonly task: Pick<Task, "name" | "measure" | "better" | "examples">;
  /** Notes on pooling and on truncated or skipped texts. */
  readonly notes?: readonly string[];
  readonly seconds: number;
}
