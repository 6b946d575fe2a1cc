/** Pruning curves as a table: a row for each method and point. */
import type { CurveReport } from "../../prune/curve-report.ts";
import { type Table, tableOf } from "./table.ts";

const COLUMNS = {
  method: "text",
  step: "integer",
  removed: "integer",
  share: "number",
  measure: "text",
  quality: "number",
  low: "number",
  high: "number",
  loss: "number",
  loss_low: "number",
  loss_high: "number",
  n: "integer",
  lambda: "number",
} as const;

/** Builds the table of curves. `step` numbers the points of a curve from 0; `loss` is compared with the original model; `lambda` is that of learned gates. */
export const curveTable = ({ curves, task }: Pick<CurveReport, "curves" | "task">): Table =>
  tableOf(
    COLUMNS,
    curves.flatMap(({ method, points }) =>
      points.map(({ removed, share, quality, loss, gates }, step) => ({
        ...{ method, step, removed, share, measure: task.measure },
        ...{ quality: quality.value, low: quality.low, high: quality.high },
        ...{ loss: loss.value, loss_low: loss.low, loss_high: loss.high, n: task.examples },
        lambda: gates?.lambda,
      })),
    ),
  );
