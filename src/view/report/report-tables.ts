/** The report's tables: relations, nearest twins, and definitions of the measures. */

import type { RelationReport, Report } from "../../heads/report/schema.ts";
import { parseHeads } from "../../models/head-names.ts";
import { count, decimal, probability } from "../page/numbers.ts";
import { scroller } from "../page/opening.ts";
import { element, escaped } from "../page/xml.ts";
import { EXPLANATIONS, wayOf } from "./explain.ts";
import { headLink } from "./report-overview.ts";
import { nearestTwins } from "./similar.ts";

/** Returns a table that scrolls sideways in a narrow window; heads and cells are markup. */
export function tableOf(name: string, head: readonly string[], rows: readonly (readonly string[])[], look = ""): string {
  // a column of pictures has no name, or its axis
  const names = head.map((title) =>
    /^(<svg|$)/.test(title) ? element("td", {}, title) : element("th", { scope: "col" }, title),
  );
  const body = rows.map((cells) => element("tr", {}, ...cells));
  const parts = [element("thead", {}, element("tr", {}, ...names)), element("tbody", {}, ...body)];
  const table = element("table", { class: look, "aria-label": name }, ...parts);
  // the tables of single heads are narrow, and many
  return /\bscores\b/.test(look) ? element("div", { class: "scroll" }, table) : scroller(`Table: ${name}`, table);
}

/** Returns a table cell. */
export function cellOf(content: string, look: Readonly<Record<string, string>> = {}): string {
  return element("td", look, content);
}

/** Returns each relation with its best head, sorted by lead over the best rule without a tree. */
export function relationTable(relations: readonly RelationReport[]): string {
  const sorted = [...relations].sort((a, b) => b.accuracy - b.baseline - (a.accuracy - a.baseline));
  const head = ["relation", "direction", "head", "accuracy", "", "95%", "rule", "gain", "shuffled", "untrained", "p", "n"];
  return tableOf("Syntactic relations and the heads that follow them", head, sorted.map(relationRow), "relations");
}

function relationRow(row: RelationReport): string[] {
  const gain = Math.round(100 * (row.accuracy - row.baseline));
  const offset = `offset ${row.offset > 0 ? `+${row.offset}` : String(row.offset).replace("-", "−")}`;
  return [
    element("th", { scope: "row" }, escaped(row.relation)),
    cellOf(wayOf(row.direction), { class: "word" }),
    cellOf(headLink(row.layer, row.head)),
    cellOf(decimal(row.accuracy)),
    cellOf(interval(row), { class: "graph" }),
    cellOf(`${decimal(row.low)}–${decimal(row.high)}`, { class: "dim" }),
    cellOf(`${decimal(row.baseline)} <span class="dim">(${escaped(row.rule ?? offset)})</span>`),
    cellOf(gain > 0 ? `+${gain}` : String(gain).replace("-", "−")),
    cellOf(decimal(row.shuffled), { class: "dim" }),
    cellOf(decimal(row.random), { class: "dim" }),
    cellOf(escaped(probability(row.p))),
    cellOf(count(row.n), { class: "dim" }),
  ];
}

/** Draws accuracy as a bar with its interval as a whisker and the best rule as a tick, from 0 to 1. */
function interval({ accuracy, low, high, baseline }: RelationReport): string {
  const parts = [
    element("rect", { class: "track", x: 0, y: 6, width: 100, height: 4 }),
    element("rect", { class: "fill", x: 0, y: 6, width: 100 * accuracy, height: 4 }),
    element("line", { class: "whisker", x1: 100 * low, x2: 100 * high, y1: 8, y2: 8 }),
    element("line", { class: "tick", x1: 100 * baseline, x2: 100 * baseline, y1: 2, y2: 14 }),
  ];
  return element("svg", { width: 100, height: 16, "aria-hidden": "true" }, ...parts);
}

/** Returns the table of the closest pairs of heads. */
export function twinTable(report: Report): string {
  const link = (name: string) => {
    const { layer, heads } = parseHeads(name);
    return cellOf(headLink(layer, heads[0]!));
  };
  const rows = nearestTwins(report, 12).map(({ a, b, distance }) => [link(a), link(b), cellOf(decimal(distance, 3))]);
  return tableOf("Closest pairs of heads", ["head", "twin", "√JS"], rows, "twins");
}

/** Returns the definitions of all scores: a sentence, a formula, a source; `others` are further list items. */
export function measures(others: readonly string[]): string {
  const items = Object.entries(EXPLANATIONS).map(([name, { title, definition, formula, source }]) => {
    const term = element("dt", { id: measureAnchor(name) }, escaped(title));
    const text = `${escaped(definition)} ${element("code", {}, escaped(formula))} ${element("span", { class: "dim" }, escaped(source))}`;
    return element("div", {}, term, element("dd", {}, text));
  });
  return element("dl", { class: "measures" }, ...items, ...others);
}

/** Returns the anchor of a score's explanation. */
export function measureAnchor(name: string): string {
  return `score-${name.replace(/[^a-z-]/gi, "-")}`;
}
