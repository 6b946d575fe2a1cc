/** The importance of heads as a table: a row for each head, or heads that go together, and method. */
import type { WrittenImportance } from "../../heads/importance/importance-report.ts";
import { parseHeads } from "../../models/head-names.ts";
import { type Table, tableOf } from "./table.ts";

const COLUMNS = {
  name: "text",
  attention: "text",
  layer: "integer",
  head: "integer",
  measure: "text",
  value: "number",
  low: "number",
  high: "number",
  p: "number",
  n: "integer",
  share: "number",
  verdict: "text",
} as const;

/** The parts of an importance report that the table is built from. */
interface Measured {
  readonly task: Pick<WrittenImportance["task"], "examples">;
  readonly heads: readonly Readonly<WrittenImportance["heads"][number]>[];
}

/** Builds the table of importance. The verdict, its p and its share belong to exact ablation. */
export const importanceTable = ({ heads, task }: Measured): Table =>
  tableOf(
    COLUMNS,
    heads.flatMap(({ name, scores, judgement }) =>
      Object.entries(scores).map(([measure, { value, low, high }]) => {
        const { p, share, verdict } = (measure === "ablation" ? judgement : undefined) ?? {};
        return { name, ...placeOf(name), measure, value, low, high, p, n: task.examples, share, verdict };
      }),
    ),
  );

/** Splits a name into attention (empty in models with one kind), layer, and head; of several heads, the first. */
function placeOf(name: string) {
  const { kind, layer, heads } = parseHeads(name);
  return { attention: kind, layer, head: heads[0]! };
}
