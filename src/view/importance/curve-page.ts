/** Pruning curves as a page and as a text table. */

import { parseHeads } from "../../models/head-names.ts";
import type { CutCurve } from "../../prune/curve.ts";
import type { CurveReport } from "../../prune/curve-report.ts";
import { cutChart } from "../chart/cut-chart.ts";
import { byMethod, methodColor, methodKey, methodName } from "../chart/methods.ts";
import { htmlPage } from "../page/html.ts";
import { decimal, percent, plural, significant } from "../page/numbers.ts";
import { figureOf, scroller } from "../page/opening.ts";
import { reportStyle } from "../page/style.ts";
import { element, escaped } from "../page/xml.ts";
import { cellOf, tableOf } from "../report/report-tables.ts";
import { columnTable, DEFAULT_COLUMNS, wrapped } from "../terminal/terminal-table.ts";

/** Returns the largest measured fraction up to which the loss stays below `most`; 0 if there is none. */
function within({ points }: CutCurve, most: number): number {
  const first = points.findIndex(({ loss }) => loss.value >= most);
  return (first < 0 ? points : points.slice(0, first)).at(-1)?.share ?? 0;
}

const SHARES = [0.25, 0.5, 0.75];
/** A point farther than this from a fraction does not represent it. */
const NEAR = 0.1;

/** Returns the point nearest to a fraction, if it is near enough. */
function at({ points }: CutCurve, share: number): CutCurve["points"][number] | undefined {
  const off = (point: CutCurve["points"][number]) => Math.abs(point.share - share);
  return points.filter((point) => off(point) <= NEAR).sort((a, b) => off(a) - off(b))[0];
}

function rowsOf({ curves, task }: CurveReport): { method: string; cells: string[] }[] {
  return curves.map((curve) => ({
    method: curve.method,
    cells: [
      curve.leaves === null ? "never" : percent(curve.leaves),
      percent(within(curve, negligible(task))),
      ...SHARES.map((share) => {
        const quality = at(curve, share)?.quality;
        return quality ? `${decimal(quality.value)} (${decimal(quality.low)} to ${decimal(quality.high)})` : "–";
      }),
    ],
  }));
}

/** Losses small enough to ignore: one point of ρ or of accuracy, or 0.05 nats (5% of perplexity). */
const negligible = ({ better }: CurveReport["task"]): number => (better === "lower" ? 0.05 : 1);

const headOf = ({ task }: CurveReport): string[] => [
  ...["method", "loss significant at", `loss < ${negligible(task)} up to`],
  ...SHARES.map((share) => `${percent(share)} removed`),
];

const baseline = ({ quality, task, heldOut }: CurveReport): string =>
  `${task.measure} of the original model: ${decimal(quality.value)} (${decimal(quality.low)} to ${decimal(quality.high)}) on ${plural(task.examples, "held-out example")}${heldOut ? ` of ${heldOut.id}` : ""}.`;

/** Returns λ at the measured points, for learned gates. */
function lambdasOf({ curves }: CurveReport): string[] {
  const points = curves.flatMap((curve) => curve.points.flatMap(({ share, gates }) => (gates ? [{ share, gates }] : [])));
  if (points.length === 0) return [];
  const values = points.map(({ share, gates }) => `${significant(gates.lambda)} (${percent(share)})`);
  return [`λ of the gates by fraction of heads removed: ${values.join(", ")}.`];
}

const notesOf = ({ notes = [] }: CurveReport): string[] => notes.map((note) => `Note: ${note}.`);

/** Returns the table for a terminal, at most `columns` wide. */
export function curveText(report: CurveReport, columns = DEFAULT_COLUMNS): string {
  const opening = [`${report.model.id}, ${report.task.name} on ${report.corpus.id}`, baseline(report), ...notesOf(report)];
  const rows = rowsOf(report).map(({ method, cells }) => [method, ...cells]);
  return [
    ...opening.flatMap((text) => wrapped(text, columns, "", "  ")),
    "",
    ...columnTable(headOf(report), rows, { left: 1, columns, indent: "" }),
    ...lambdasOf(report).flatMap((text) => wrapped(text, columns, "", "  ")),
  ].join("\n");
}

/**
 * Returns `curve.html` as text; it opens offline. `elements` is the module that draws the heads removed per layer
 * (`elementsModule`); everything else works without scripts.
 */
export function curvePage(given: CurveReport, elements = ""): string {
  const report = { ...given, curves: byMethod(given.curves, ({ method }) => method) };
  const table = tableOf(
    "Pruning curves by method",
    headOf(report).map(escaped),
    rowsOf(report).map(({ method, cells }) => [
      element("th", { scope: "row" }, methodKey(method)),
      ...cells.map((cell) => cellOf(escaped(cell))),
    ]),
  );
  const body = [
    element(
      "header",
      { class: "opening" },
      element("p", { class: "kicker" }, "Quality by number of heads removed"),
      element("h1", {}, escaped(report.model.id)),
      element("p", { class: "found" }, escaped(baseline(report))),
    ),
    element(
      "main",
      {},
      section(
        "Curves",
        CURVES,
        element("p", { class: "key" }, ...report.curves.map(({ method }) => element("span", {}, methodKey(method)))),
        figureOf("pruning curves", scroller("Curves", cutChart(report))),
      ),
      section("Table", NUMBERS, table, ...lambdasOf(report).map((text) => element("p", { class: "order" }, escaped(text)))),
      elements === "" ? "" : layersOf(report),
      section("Order", ORDER, ...report.curves.filter(({ order }) => order.length > 0).map(orderOf)),
    ),
    element("footer", {}, element("p", { class: "dim" }, escaped(footer(report)))),
  ].join("\n");
  return htmlPage({ title: `${report.model.id} · curve · Headwise`, style: reportStyle() + STYLE, module: elements, body });
}

/** Draws the number of heads removed from each layer at one third, for each method with a ranking. */
function layersOf({ curves }: CurveReport): string {
  const ordered = curves.filter(({ order }) => order.length > 0);
  const sites = [...new Set(ordered.flatMap(({ order }) => order.map((unit) => parseHeads(unit).site)))].sort((a, b) =>
    a.localeCompare(b, "en", { numeric: true }),
  );
  const kinds = [...new Set(sites.map((site) => site.replace(/\.?\d+$/, "")))];
  return section(
    "Heads removed by layer",
    LAYERS,
    element("div", { class: "panels" }, ...kinds.map((kind) => layerCurves(kind, sites, ordered))),
  );
}

function layerCurves(kind: string, sites: readonly string[], curves: readonly CutCurve[]): string {
  const own = sites.filter((site) => site.replace(/\.?\d+$/, "") === kind);
  const series = curves.map(({ method, order }) => {
    const removed = order.slice(0, Math.round(order.length / 3)).map(parseHeads);
    return {
      name: methodName(method),
      color: methodColor(method),
      values: own.map((site) => removed.filter((unit) => unit.site === site).reduce((n, { heads }) => n + heads.length, 0)),
    };
  });
  const title = kind === "" ? "Heads removed, by layer" : `${kind}: heads removed, by layer`;
  return figureOf(
    title,
    element("headwise-layer-curves", { title, unit: "heads", series: JSON.stringify(series), digits: 0 }, ""),
  );
}

const CURVES =
  "Each point is a pruned model, evaluated on held-out examples, with a 95% bootstrap interval; the band is the original " +
  "model’s. Random is the mean over several orders; its whiskers span the lowest and highest interval among them. A ring marks the first significant loss.";
const NUMBERS =
  "“Loss significant at” is the first point where the whole interval of the loss (paired by example with the original model) is " +
  "above zero. “Loss <” is the last point before the loss reaches the given value: one point of ρ or of accuracy, or 0.05 nats (5% of perplexity).";
const LAYERS = "Number of heads each method removes from each layer when a third of all heads are removed.";
const ORDER = "The order in which each method removes the heads.";

const section = (title: string, text: string, ...content: readonly string[]): string =>
  element("section", { class: "part" }, element("h2", {}, title), element("p", { class: "intro" }, escaped(text)), ...content);

const orderOf = ({ method, order }: CutCurve): string =>
  element("p", { class: "order" }, element("b", {}, escaped(methodName(method))), ` ${escaped(order.join(", "))}`);

const footer = ({ corpus, heldOut, headwise, seed, steps, seconds }: CurveReport): string =>
  `${corpus.id}, sha256 ${corpus.sha256.slice(0, 12)}; ${heldOut ? `measured on ${heldOut.id}, sha256 ${heldOut.sha256.slice(0, 12)}; ` : ""}${steps ? `heads scored again in ${plural(steps, "round")}; ` : ""}Headwise ${headwise}, seed ${seed}, ${Math.round(seconds)} s.`;

const STYLE = `
.found { max-width: 80ch; margin-top: 8px }
.cuts { display: block; width: 100%; min-width: 600px; height: auto; overflow: visible }
.cuts text { fill: var(--dim); font-size: 12px }
.cuts .rule { stroke: var(--line) }
.cuts .whole { fill: var(--accent); opacity: .12 }
.cuts .leaves { fill: none; stroke-width: 1.5 }
.cuts .level { stroke: var(--accent); stroke-dasharray: 2 3 }
.key span { white-space: nowrap }
.key { display: flex; flex-wrap: wrap; gap: 6px 18px; margin-bottom: 10px; font-size: 13.5px; align-items: center }
.order { font-size: 13px; color: var(--dim); margin-bottom: 8px; overflow-wrap: anywhere }
.order b { color: var(--ink); font-weight: 600 }
`;
