/** The report as one HTML file that opens offline: overview, layers, twins, relations, and a part for every head. */
import type { PatternText, Report } from "../../heads/report/schema.ts";
import { curveSvg, labelBars } from "../chart/curves.ts";
import { htmlPage } from "../page/html.ts";
import { compact, decimal, plural } from "../page/numbers.ts";
import { opening, part } from "../page/opening.ts";
import { reportStyle } from "../page/style.ts";
import { element, escaped } from "../page/xml.ts";
import { alsoContent, alsoFinding } from "./report-also.ts";
import { pageData } from "./report-data.ts";
import { headPart } from "./report-head.ts";
import { lead, legend, overviewGrid } from "./report-overview.ts";
import { reportScript } from "./report-script.ts";
import { measures, relationTable, twinTable } from "./report-tables.ts";
import { hasWorth, methodMeasures, worthContent, worthIntro } from "./report-worth.ts";

/**
 * `report.html` as text. `examples` are a few short texts with the patterns of every head; each head shows the two on which
 * its label can be seen best. They are most of the file: heads × tokens² × 4/3 bytes each. `elements` is the module that draws
 * them (`elementsModule`); without it each head has its strongest links in words and no picture.
 */
export function reportPage(report: Report, examples: readonly PatternText[], elements = ""): string {
  const content = `${openingOf(report)}
<main>
${body(report, examples, elements !== "")}
</main>
<footer><p class="dim">${escaped(cost(report))}</p></footer>
<noscript><p class="notice">Heat maps and the twin map are drawn by a script and are missing here; all numbers are in the tables.</p></noscript>
<script type="application/json" id="data">${pageData(report, examples)}</script>`;
  const title = `${report.model.id} · Headwise`;
  return htmlPage({ title, style: reportStyle(), script: reportScript, module: elements, body: content });
}

function body(report: Report, examples: readonly PatternText[], drawn: boolean): string {
  const { relations, notes } = report;
  const heads = report.heads.map((_, place) => headPart(report, place, examples, drawn));
  const noteList = element("ul", {}, ...notes.map((note) => element("li", {}, escaped(note))));
  return [
    part("overview", "Overview", `${lead(report)} ${select(report)}`, legend(report.heads), overviewGrid(report)),
    part("layers", "Layers", "Means over each layer’s heads; faint dots are single heads.", curves(report)),
    report.heads.length > 1 ? part("twins", "Twins", TWINS, twinMap(report)) : "",
    hasWorth(report) ? part("worth", "Worth", worthIntro(report), ...worthContent(report)) : "",
    relations.length ? part("relations", "Relations", RELATIONS, relationTable(relations)) : "",
    report.also ? part("also", "A second text", escaped(alsoFinding(report)), ...alsoContent(report)) : "",
    part("heads", "Heads", HEADS, ...heads),
    part("measures", "Measures", MEASURES, measures(methodMeasures(report))),
    notes.length ? part("notes", "Notes", "", noteList) : "",
  ].join("\n");
}

/** How to use the overview. */
const select = ({ heads }: Report): string =>
  `Select a label${heads.some(({ manners }) => manners.length > 0) ? " or a manner" : ""} to see its heads, a head to read about it.`;

const TWINS =
  "How far apart the patterns of two heads are: √ of the Jensen–Shannon divergence of their rows, from 0 (the same) to 0.83 " +
  "(never the same key). Dark is alike.";
const RELATIONS =
  "For each relation and direction, the head with the greatest lead over the best rule that knows no tree: a fixed offset, or " +
  "the rarest, the most frequent, or the longest word in sight. The bar is the head’s accuracy with a 95% interval, the tick the " +
  "rule’s; the gain is in points. “Shuffled” is the head on shuffled words, “untrained” the best head of untrained twins. " +
  "p is family-wise over heads, relations, and directions.";
const HEADS =
  "A bar is a score, its tick the control that it has to beat; given labels and manners are bold. “Again” is the probability " +
  "that they are given on another sample of as many texts, “shuffled” the score on shuffled words, “norm” the score with weights " +
  "multiplied by ‖f(x)‖. Darker cells are larger weights, on a square-root scale.";
const MEASURES =
  "A is the attention pattern: row i attends to column j. Rows of special tokens are left out, and so is the first row of a " +
  "causal model. The control is the best head of several untrained twins: the same model with its layers’ weights " +
  "drawn at random, as large as before and attending as sharply. For a syntactic relation it is the best rule where that does better.";

function openingOf(report: Report): string {
  const { relations, heads, notes } = report;
  const parts = [
    "overview",
    "layers",
    heads.length > 1 && "twins",
    hasWorth(report) && "worth",
    relations.length && "relations",
    report.also && "also",
    "heads",
    "measures",
    notes.length && "notes",
  ];
  return opening({
    kicker: "What its attention heads do",
    about: report,
    parts: parts.filter((id) => typeof id === "string"),
  });
}

function curves({ layers, heads }: Report): string {
  const values = (name: "entropy" | "distance" | "norm" | "confidence" | "diversity") =>
    layers.map((layer) => (Object.keys(layer.labels).length === 0 ? null : layer[name]));
  const dots = (name: string) =>
    heads.flatMap(({ layer, scores }) => (scores[name] ? [{ layer, value: scores[name].value }] : []));
  const panel = (title: string, unit: string, picture: string) =>
    picture && element("figure", {}, element("figcaption", {}, `<b>${title}</b> <span class="dim">${unit}</span>`), picture);
  return element(
    "div",
    { class: "panels" },
    panel("Labels", "heads with each label", labelBars(layers)),
    panel(
      "Entropy",
      "share of the largest possible",
      curveSvg({ title: "Entropy", values: values("entropy"), dots: dots("broad") }),
    ),
    panel("Distance", "tokens", curveSvg({ title: "Distance", values: values("distance"), dots: dots("distance") })),
    panel(
      "Confidence",
      "largest weight of a row",
      curveSvg({ title: "Confidence", values: values("confidence"), dots: dots("confidence") }),
    ),
    panel("Norm", "mean ‖f(x)‖", curveSvg({ title: "Norm", values: values("norm") })),
    panel("Diversity", "mean √JS between heads", curveSvg({ title: "Diversity", values: values("diversity") })),
  );
}

function twinMap(report: Report): string {
  const choice = (order: string, text: string, pressed: boolean) =>
    element("button", { type: "button", "data-order": order, "aria-pressed": String(pressed) }, text);
  const buttons = element(
    "div",
    { class: "choice", role: "group", "aria-label": "Order of heads" },
    choice("alike", "Like beside like", true),
    choice("layer", "By layer", false),
  );
  const name = "Distance between every two heads. Arrow keys move, Enter opens the head of the row.";
  const canvas = element("canvas", {
    id: "twin-map",
    style: `max-width:${Math.min(700, 12 + 32 * report.heads.length)}px`,
    role: "img",
    tabindex: "0",
    "aria-label": name,
  });
  const output = element(
    "output",
    { id: "twin-hint", "data-hint": "Point at a cell, or move with the arrow keys." },
    "Point at a cell, or move with the arrow keys.",
  );
  const map = element("figure", { class: "map" }, buttons, canvas, output);
  return element("div", { class: "twin-room" }, map, element("div", {}, element("h3", {}, "Closest pairs"), twinTable(report)));
}

function cost({ cost }: Report): string {
  return `Measured in ${decimal(cost.seconds, 1)} s with ${compact(cost.peakBytes / 2 ** 20)} MiB at most, on ${plural(cost.tokens, "token")}.`;
}
