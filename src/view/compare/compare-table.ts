/** The tables of a comparison: every head with its measures, and the states after each layer. */

import {
  CHANGES,
  type ComparedHead,
  type Comparison,
  changeOf,
  type MaybeEstimate,
} from "../../heads/compare/compare-schema.ts";
import { scroller } from "../page/opening.ts";
import { element } from "../page/xml.ts";
import { cellOf } from "../report/report-tables.ts";
import { CHANGE_NAMES, largestChanges, longChange, mostChanged, nameOf, spanOf } from "./compare-data.ts";
import { rowAnchor } from "./compare-grid.ts";

/** Draws the table of the heads in both models, most changed first; column titles sort it. */
export function changeTable(comparison: Comparison): string {
  const titles = CHANGES.map((change, k) => {
    const button = element(
      "button",
      { type: "button", "data-measure": k, "aria-pressed": String(k === 0) },
      CHANGE_NAMES[change].title,
    );
    return element("th", { scope: "col", "aria-sort": k === 0 ? "descending" : undefined }, button);
  });
  const plain = (text: string, look = {}) =>
    element(text === "" ? "td" : "th", { ...(text !== "" && { scope: "col" }), ...look }, text);
  const [output, pattern, ...weights] = titles as [string, string, ...string[]];
  const places = wasCut(comparison) ? [plain("in A, B", MORE)] : [];
  const spans = [plain("95%"), plain("95%", MORE)];
  const head = [plain("head"), ...places, output, plain("", MORE), spans[0]!, pattern, spans[1]!, ...weights];
  const most = largestChanges(comparison).output;
  const rows = mostChanged(comparison, "output").map((one) => headRow(one, most, wasCut(comparison)));
  const parts = [element("thead", {}, element("tr", {}, ...head)), element("tbody", {}, ...rows)];
  const table = element("table", { class: "changed", "aria-label": "Change of every head" }, ...parts);
  return scroller("Change of every head", table);
}

/** Columns that do not fit on a phone. */
const MORE = { class: "more" };

const wasCut = ({ heads }: Comparison): boolean => heads.some(({ head, inA, inB }) => head !== inA || head !== inB);

function headRow(head: ComparedHead, most: number, cut: boolean): string {
  const values = CHANGES.map((change) => changeOf(head, change));
  const moved = head.inA !== head.head || head.inB !== head.head;
  const [output, pattern, ...weights] = values.map((value) => cellOf(longChange(value))) as [string, string, ...string[]];
  return element(
    "tr",
    { id: rowAnchor(head), "data-values": values.map((value) => value ?? "Infinity").join("|") },
    element("th", { scope: "row" }, nameOf(head)),
    ...(cut ? [cellOf(moved ? `${head.layer}.${head.inA}, ${head.layer}.${head.inB}` : "", { class: "dim more" })] : []),
    ...[output, cellOf(bar(head.output, most), { class: "graph more" }), cellOf(spanOf(head.output), { class: "dim" })],
    ...[pattern, cellOf(spanOf(head.pattern), { class: "dim more" }), ...weights],
  );
}

/** Draws a change as a bar with its interval as a whisker, scaled to the largest of all heads. */
function bar({ value, low, high }: MaybeEstimate, most: number): string {
  if (value === null || low === null || high === null) return "";
  const x = (change: number) => (most > 0 ? Math.min(100, (100 * change) / most) : 0);
  const parts = [
    element("rect", { class: "track", x: 0, y: 6, width: 100, height: 4 }),
    element("rect", { class: "fill", x: 0, y: 6, width: x(value), height: 4 }),
    element("line", { class: "whisker", x1: x(low), x2: x(high), y1: 8, y2: 8 }),
  ];
  return element("svg", { width: 100, height: 16, "aria-hidden": "true" }, ...parts);
}
