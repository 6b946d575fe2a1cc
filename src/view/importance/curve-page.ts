/** Curves of cuts as a page and as a table of characters. */
import { parseHeads } from "../../models/head-names.ts";
import type { CutCurve } from "../../prune/curve.ts";
import type { CurveReport } from "../../prune/curve-report.ts";
import { cutChart, LOOKS } from "../chart/cut-chart.ts";
import { htmlPage } from "../page/html.ts";
import { decimal, percent, plural } from "../page/numbers.ts";
import { reportStyle } from "../page/style.ts";
import { element, escaped } from "../page/xml.ts";
import { cellOf, tableOf } from "../report/report-tables.ts";
import { aligned } from "./importance-text.ts";

/** The largest share measured whose whole way there costs less than `most`; 0 where there is none. */
function within({ points }: CutCurve, most: number): number {
  const first = points.findIndex(({ loss }) => loss.value >= most);
  return (first < 0 ? points : points.slice(0, first)).at(-1)?.share ?? 0;
}

const SHARES = [0.25, 0.5, 0.75];
/** A cut this far from a share does not stand for it. */
const NEAR = 0.1;

/** The cut nearest to a share, if one is near. */
function at({ points }: CutCurve, share: number): CutCurve["points"][number] | undefined {
  const off = (point: CutCurve["points"][number]) => Math.abs(point.share - share);
  return points.filter((point) => off(point) <= NEAR).sort((a, b) => off(a) - off(b))[0];
}

function rowsOf({ curves, task }: CurveReport): { method: string; cells: string[] }[] {
  return curves.map((curve) => ({
    method: curve.method,
    cells: [
      curve.leaves === null ? "at none" : percent(curve.leaves),
      percent(within(curve, bearable(task))),
      ...SHARES.map((share) => {
        const quality = at(curve, share)?.quality;
        return quality ? `${decimal(quality.value)} (${decimal(quality.low)} to ${decimal(quality.high)})` : "–";
      }),
    ],
  }));
}

/** What is little: a point of ρ or of accuracy, or a twentieth of a nat, which is 5% of perplexity. */
const bearable = ({ better }: CurveReport["task"]): number => (better === "lower" ? 0.05 : 1);

const headOf = ({ task }: CurveReport): string[] => [
  ...["method", "interval leaves at", `costs < ${bearable(task)} up to`],
  ...SHARES.map((share) => `${percent(share)} removed`),
];

const baseline = ({ quality, task }: CurveReport): string =>
  `${task.measure} of the whole model: ${decimal(quality.value)} (${decimal(quality.low)} to ${decimal(quality.high)}) on ${plural(task.examples, "example")} that chose nothing.`;

const notesOf = ({ notes = [] }: CurveReport): string[] => notes.map((note) => `Note: ${note}.`);

/** The table for a terminal. */
export const curveText = (report: CurveReport): string =>
  [
    `${report.model.id}, ${report.task.name} on ${report.corpus.id}`,
    baseline(report),
    ...notesOf(report),
    "",
    ...aligned([headOf(report), ...rowsOf(report).map(({ method, cells }) => [method, ...cells])]),
  ].join("\n");

/**
 * `curve.html` as text; it opens offline. `elements` is the module that draws which layers lose their heads (`elementsModule`);
 * all else needs no script.
 */
export function curvePage(report: CurveReport, elements = ""): string {
  const table = tableOf(
    "Cuts by method",
    headOf(report).map(escaped),
    rowsOf(report).map(({ method, cells }) => [
      element("th", { scope: "row" }, `${swatch(method)} ${escaped(method)}`),
      ...cells.map((cell) => cellOf(escaped(cell))),
    ]),
  );
  const body = [
    element(
      "header",
      { class: "opening" },
      element("p", { class: "kicker" }, "What it loses with its heads"),
      element("h1", {}, escaped(report.model.id)),
      element("p", { class: "found" }, escaped(baseline(report))),
    ),
    element(
      "main",
      {},
      section(
        "Curves",
        CURVES,
        element(
          "p",
          { class: "key" },
          ...report.curves.map(({ method }) => element("span", {}, `${swatch(method)} ${method}`)),
        ),
        element("div", { class: "scroll" }, cutChart(report)),
      ),
      section("In numbers", NUMBERS, table),
      elements === "" ? "" : layersOf(report),
      section("Order", ORDER, ...report.curves.filter(({ order }) => order.length > 0).map(orderOf)),
    ),
    element("footer", {}, element("p", { class: "dim" }, escaped(footer(report)))),
  ].join("\n");
  return htmlPage({ title: `${report.model.id} · curve · Headwise`, style: reportStyle() + STYLE, module: elements, body });
}

/** How many heads of each layer are gone at a third, by each method that has an order. */
function layersOf({ curves }: CurveReport): string {
  const ordered = curves.filter(({ order }) => order.length > 0);
  const sites = [...new Set(ordered.flatMap(({ order }) => order.map((unit) => parseHeads(unit).site)))].sort((a, b) =>
    a.localeCompare(b, "en", { numeric: true }),
  );
  const kinds = [...new Set(sites.map((site) => site.replace(/\.?\d+$/, "")))];
  return section(
    "Where they go",
    LAYERS,
    element("div", { class: "panels" }, ...kinds.map((kind) => layerCurves(kind, sites, ordered))),
  );
}

function layerCurves(kind: string, sites: readonly string[], curves: readonly CutCurve[]): string {
  const own = sites.filter((site) => site.replace(/\.?\d+$/, "") === kind);
  const series = curves.map(({ method, order }) => {
    const gone = order.slice(0, Math.round(order.length / 3)).map(parseHeads);
    return {
      name: method,
      values: own.map((site) => gone.filter((unit) => unit.site === site).reduce((n, { heads }) => n + heads.length, 0)),
    };
  });
  const title = kind === "" ? "Heads gone, by layer" : `${kind}: heads gone, by layer`;
  return element("headwise-layer-curves", { title, unit: "heads", series: JSON.stringify(series), digits: 0 }, "");
}

const CURVES =
  "Each point is a cut, measured on examples that had no part in choosing it, with a 95% bootstrap interval; the band is the whole " +
  "model’s. Random is the mean over several orders, its whiskers the lowest and highest interval among them. A ring: here the loss can first be told from nothing.";
const NUMBERS =
  "“Interval leaves” is the first cut at which the whole interval of the loss, taken example by example against the whole model, is " +
  "above zero. “Costs <” is the last cut before the loss reaches that much: a point of ρ or of accuracy, or 0.05 nats, which is 5% of perplexity.";
const LAYERS = "With a third of the heads gone: how many each layer has lost, by each method.";
const ORDER = "The heads in the order in which each method takes them out.";

const section = (title: string, text: string, ...content: readonly string[]): string =>
  element("section", { class: "part" }, element("h2", {}, title), element("p", { class: "intro" }, escaped(text)), ...content);

function swatch(method: string): string {
  const { color, dash } = LOOKS[method]!;
  const drawn = element("line", { x1: 0, x2: 24, y1: 5, y2: 5, stroke: color, "stroke-width": 2.5, "stroke-dasharray": dash });
  return element("svg", { width: 24, height: 10, "aria-hidden": "true" }, drawn);
}

const orderOf = ({ method, order }: CutCurve): string =>
  element("p", { class: "order" }, element("b", {}, method), ` ${escaped(order.join(", "))}`);

const footer = ({ corpus, headwise, seed, steps, seconds }: CurveReport): string =>
  `${corpus.id}, sha256 ${corpus.sha256.slice(0, 12)}; ${steps ? `scores estimated anew in ${plural(steps, "round")}; ` : ""}Headwise ${headwise}, seed ${seed}, ${Math.round(seconds)} s.`;

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
