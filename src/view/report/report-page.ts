/** The report as one offline HTML file: overview, layers, twins, relations, and a section for every head. */

import type { PatternText, Report } from "../../heads/report/schema.ts";
import { curveSvg, labelBars } from "../chart/curves.ts";
import { htmlPage } from "../page/html.ts";
import { noteText } from "../page/notes.ts";
import { compact, decimal, plural } from "../page/numbers.ts";
import { figureOf, opening, part } from "../page/opening.ts";
import { reportStyle } from "../page/style.ts";
import { element, escaped } from "../page/xml.ts";
import { adaptiveCharts, adaptiveIn } from "./report-adaptive.ts";
import { alsoContent, alsoFinding } from "./report-also.ts";
import { pageData } from "./report-data.ts";
import { headDetails, headSection } from "./report-head.ts";
import { hasImportance, importanceContent, importanceIntro, methodMeasures } from "./report-importance.ts";
import { lead, legend, overviewGrid } from "./report-overview.ts";
import { reportScript } from "./report-script.ts";
import { measures, relationTable, twinTable } from "./report-tables.ts";
import { tellingHeads } from "./short-edition.ts";
import { FARTHEST } from "./similar.ts";

/** With more heads than this, a page has the details of a head as packed data until the head comes into view. */
const MANY = 150;

/**
 * Returns `report.html` as text. `examples` are a few short texts with the patterns of every head; each head shows the two that
 * match its label best. `elements` is the module that draws them and the map of twins (`elementsModule`); without it each head
 * lists its strongest links in words, and the closest pairs are a table.
 */
export function reportPage(report: Report, examples: readonly PatternText[], elements = ""): string {
  const drawn = elements !== "";
  const details = report.heads.map((_, place) => headDetails(report, place, examples, drawn));
  const later = details.length > MANY;
  const content = `${openingOf(report)}
<main>
${body(report, later ? details.map(() => "") : details, drawn)}
</main>
<footer><p class="dim">${escaped(cost(report))}</p></footer>
<noscript><p class="notice">${later ? "The details of heads and all heat maps" : "Heat maps"} need JavaScript; all numbers are in ${later ? "report.json" : "the tables"}.</p></noscript>
<script type="application/json" id="data">${pageData(report, examples, later ? details : [])}</script>`;
  const title = `${report.model.id} · Headwise`;
  return htmlPage({ title, style: reportStyle(), script: reportScript, module: elements, body: content });
}

function body(report: Report, details: readonly string[], drawn: boolean): string {
  const { relations, notes } = report;
  const telling = tellingHeads(report.heads);
  const heads = details.map((one, place) => headSection(report, place, { details: one, telling: telling.has(place) }));
  const noteList = element("ul", {}, ...notes.map((note) => element("li", {}, escaped(noteText(note)))));
  return [
    part("overview", "Overview", `${lead(report)} ${select(report)}`, legend(report.heads), overviewGrid(report)),
    part("layers", "Layers", "Means over the heads of each layer; faint dots are single heads.", curves(report)),
    adaptiveIn(report).length ? part("adaptive", "Adaptive attention", ADAPTIVE, adaptiveCharts(report)) : "",
    report.heads.length > 1 ? part("twins", "Twins", TWINS, twins(report, drawn)) : "",
    hasImportance(report) ? part("importance", "Importance", importanceIntro(report), ...importanceContent(report)) : "",
    relations.length ? part("relations", "Relations", RELATIONS, relationTable(relations)) : "",
    report.also ? part("also", "Second text", escaped(alsoFinding(report)), ...alsoContent(report)) : "",
    part("heads", "Heads", HEADS, printing(telling.size, report.heads.length), ...heads),
    part("measures", "Measures", MEASURES, measures(methodMeasures(report))),
    notes.length ? part("notes", "Notes", "", noteList) : "",
  ].join("\n");
}

/** Says what is printed, on the page and on paper. */
function printing(telling: number, all: number): string {
  if (telling >= all) return "";
  const shown = telling === 1 ? "1 head is" : `${telling} heads are`;
  const short = `the strongest of each label: ${shown} printed of ${all}. The page in a browser has all of them.`;
  return `${element("p", { class: "short-edition" }, `Short edition, with ${short}`)}
<p class="printing"><button type="button" id="print-all">Print all ${plural(all, "head")}</button> <span class="dim">The browser’s own print command prints a short edition.</span></p>`;
}

/** Explains the use of the overview. */
const select = ({ heads }: Report): string =>
  `Select a label${heads.some(({ manners }) => manners.length > 0) ? " or a manner" : ""} to highlight its heads, or a head to see its details.`;

const TWINS =
  "Distance between the patterns of two heads: √ of the Jensen–Shannon divergence of their rows, from 0 (identical) to 0.83 " +
  "(no key in common). Stronger colors mean more similar.";
const ADAPTIVE =
  "What the features of each attention do on these texts: means over queries; faint dots are single heads, lines the means of their layer.";
const RELATIONS =
  "For each relation and direction, the head with the largest lead over the best rule without a tree: a fixed offset, or " +
  "the rarest, the most frequent, or the longest word in view. The bar is the head’s accuracy with a 95% interval, the tick the " +
  "rule’s; the gain is in points. “Shuffled” is the head on shuffled words, “untrained” the best head of untrained models. " +
  "p is family-wise over heads, relations, and directions.";
const HEADS =
  "A bar is a score, its tick the control that it has to beat; assigned labels and manners are bold. “Again” is the probability " +
  "of the same label on another sample of as many texts, “shuffled” the score on shuffled words, “norm” the score with weights " +
  "multiplied by ‖f(x)‖. Stronger colors are larger weights, on a square-root scale.";
const MEASURES =
  "A is the attention pattern: row i attends to column j. Rows of special tokens are excluded, and so is the first row of a " +
  "causal model. The control is the best head of several untrained models: the same architecture with layer weights " +
  "drawn at random, equally large and with equally sharp attention. For a syntactic relation it is the best rule if that scores higher.";

function openingOf(report: Report): string {
  const { relations, heads, notes } = report;
  const parts = [
    "overview",
    "layers",
    adaptiveIn(report).length && "adaptive",
    heads.length > 1 && "twins",
    hasImportance(report) && "importance",
    relations.length && "relations",
    report.also && "also",
    "heads",
    "measures",
    notes.length && "notes",
  ];
  return opening({
    kicker: "Roles of attention heads",
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
    picture &&
    figureOf(
      title,
      element("figure", {}, element("figcaption", {}, `<b>${title}</b> <span class="dim">${unit}</span>`), picture),
    );
  return element(
    "div",
    { class: "panels" },
    panel("Labels", "heads with each label", labelBars(layers)),
    panel("Entropy", "share of the maximum", curveSvg({ title: "Entropy", values: values("entropy"), dots: dots("broad") })),
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

function twins(report: Report, drawn: boolean): string {
  const pairs = element("div", {}, element("h3", {}, "Closest pairs"), twinTable(report));
  return drawn ? element("div", { class: "twin-room" }, twinMap(report), pairs) : pairs;
}

function twinMap({ heads }: Report): string {
  const choice = (order: string, text: string, pressed: boolean) =>
    element("button", { type: "button", "data-order": order, "aria-pressed": String(pressed) }, text);
  const buttons = [choice("alike", "By similarity", true), choice("layer", "By layer", false)];
  const look = { id: "twin-map", style: `max-width:${Math.min(700, 12 + 32 * heads.length)}px`, heading: TWIN_MAP };
  return element(
    "figure",
    { class: "map" },
    element("div", { class: "choice", role: "group", "aria-label": "Order of heads" }, ...buttons),
    figureOf(
      "distance of heads",
      element("headwise-head-pairs", { ...look, unit: "√JS", weakest: String(FARTHEST), strongest: 0 }, ""),
    ),
  );
}

const TWIN_MAP = "Distance between all pairs of heads. Move with the arrow keys; Enter opens the head of the row.";

function cost({ cost }: Report): string {
  return `Measured in ${decimal(cost.seconds, 1)} s with ${compact(cost.peakBytes / 2 ** 20)} MiB of peak memory, on ${plural(cost.tokens, "token")}.`;
}
