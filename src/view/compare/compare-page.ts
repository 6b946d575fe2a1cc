/** A comparison as one offline HTML file: every head colored by its change, layers, and a table of all heads. */

import { CHANGES, type Change, type Comparison, changeOf } from "../../heads/compare/compare-schema.ts";
import { curveSvg } from "../chart/curves.ts";
import { htmlPage } from "../page/html.ts";
import { noteText } from "../page/notes.ts";
import { compact, count, decimal, plural } from "../page/numbers.ts";
import { figureOf } from "../page/opening.ts";
import { reportStyle } from "../page/style.ts";
import { element, escaped } from "../page/xml.ts";
import { CHANGE_NAMES, longChange, lossText, mostChanged, nameOf, ownChanges } from "./compare-data.ts";
import { changeGrid, measureChoice } from "./compare-grid.ts";
import { compareScript } from "./compare-script.ts";
import { changeTable } from "./compare-table.ts";

/** Returns `compare.html` as text. `elements` is the module that saves its charts (`elementsModule`). */
export function comparisonPage(comparison: Comparison, elements = ""): string {
  const { a, b, cost, notes, heads } = comparison;
  const noteList = element("ul", {}, ...notes.map((note) => element("li", {}, escaped(noteText(note)))));
  const body = `${opening(comparison)}
<main>
${[
  part("overview", "Heads by layer", escaped(lead(comparison)), measureChoice(), changeGrid(comparison)),
  part(
    "layers",
    "Layers",
    "Hidden states after each layer, and means over the heads of each layer; faint dots are single heads.",
    curves(comparison),
  ),
  heads.length ? part("heads", "Heads", HEADS, changeTable(comparison)) : "",
  notes.length ? part("notes", "Notes", "", noteList) : "",
].join("\n")}
</main>
<footer><p class="dim">Measured in ${decimal(cost.seconds, 1)} s with ${compact(cost.peakBytes / 2 ** 20)} MiB of peak memory, on ${plural(cost.tokens, "token")}.</p></footer>`;
  const title = `${a.id} → ${b.id} · Headwise`;
  return htmlPage({ title, style: `${reportStyle()}${STYLE}`, script: compareScript, module: elements, body });
}

const HEADS =
  "Click a column title to sort by it. The bar is the change of the output with a 95% interval over texts. QK and OV are changes of " +
  "the head’s own weights; output and √JS also change when only earlier layers changed.";

function part(id: string, title: string, text: string, ...content: readonly string[]): string {
  const intro = text ? [element("p", { class: "intro" }, text)] : [];
  const heading = element("h2", { id: `${id}-title` }, title);
  return element("section", { id, class: "part", "aria-labelledby": `${id}-title` }, heading, ...intro, ...content);
}

function opening(comparison: Comparison): string {
  const { a, b, corpus, headwise, seed, states } = comparison;
  const model = ({ heads, parameters, sha256 }: Comparison["a"]) =>
    `${plural(
      heads.reduce((n, h) => n + h, 0),
      "head",
    )}, ${compact(parameters)} parameters, sha256 ${sha256.slice(0, 8)}`;
  const facts: [string, string][] = [
    ["A", model(a)],
    ["B", model(b)],
    ["Architecture", `${a.architecture}, ${plural(a.layers, "layer")}, width ${count(a.width)}`],
    ["Text", `${corpus.id}: ${plural(corpus.sentences, "sentence")}, ${plural(corpus.tokens, "token")}`],
    ["Largest difference of last states", `${longChange(states.difference)}, for values up to ${decimal(states.largest)}`],
    ...(comparison.loss ? [["Loss", lossText(comparison)] as [string, string]] : []),
    ["Created with", `Headwise ${headwise}, seed ${seed}`],
  ];
  const list = facts.map(([name, value]) => element("div", {}, element("dt", {}, name), element("dd", {}, escaped(value))));
  const kicker = element("p", { class: "kicker" }, "Changes of attention heads");
  const title = element("h1", {}, `${escaped(a.id)} → ${escaped(b.id)}`);
  return element("header", { class: "opening" }, kicker, title, element("dl", { class: "facts" }, ...list));
}

/** Summarizes the findings in a few sentences. */
function lead(comparison: Comparison): string {
  const { heads, onlyInA, onlyInB } = comparison;
  const only = (places: Comparison["onlyInA"], model: string) =>
    places.length ? `, ${places.length} only in ${model} (${places.map(nameOf).join(", ")})` : "";
  const counts = `${plural(heads.length, "head")} in both${only(onlyInA, "A")}${only(onlyInB, "B")}.`;
  const sorted = mostChanged(comparison, "output");
  const first = sorted[0];
  if (!first) return counts;
  const own = ownChanges(comparison);
  const changed = own === 0 ? "none" : own === heads.length ? "all" : String(own);
  const summary = `${counts} Weights (QK or OV) changed in ${changed} of these.`;
  if (first.output.value === 0) return `${summary} No output changed.`;
  const middle = sorted[Math.floor(sorted.length / 2)]!.output.value;
  return `${summary} The output of ${nameOf(first)} changed most, by ${longChange(first.output.value)}; half of the heads changed by ${longChange(middle)} or less.`;
}

function curves(comparison: Comparison): string {
  const panel = (title: string, unit: string, picture: string) =>
    figureOf(
      title,
      element("figure", {}, element("figcaption", {}, `<b>${title}</b> <span class="dim">${unit}</span>`), picture),
    );
  const states = comparison.layers.map(({ state }) => state.value);
  return element(
    "div",
    { class: "panels" },
    panel("State", "‖x − x′‖ / ‖x‖", curve("State", states)),
    ...CHANGES.map((change) => panel(CHANGE_NAMES[change].title, "mean over heads", headCurve(comparison, change))),
  );
}

function headCurve({ layers, heads }: Comparison, change: Change): string {
  const dots = heads.flatMap((head) => {
    const value = changeOf(head, change);
    return value === null ? [] : [{ layer: head.layer, value }];
  });
  const means = layers.map(({ layer }) => {
    const own = dots.filter((dot) => dot.layer === layer);
    return own.length ? own.reduce((sum, { value }) => sum + value, 0) / own.length : null;
  });
  return curve(CHANGE_NAMES[change].title, means, dots);
}

function curve(title: string, values: readonly (number | null)[], dots: { layer: number; value: number }[] = []): string {
  const most = Math.max(0, ...dots.map(({ value }) => value), ...values.map((value) => value ?? 0));
  if (most === 0) return element("p", { class: "dim" }, "no change");
  return curveSvg({ title, values, dots, digits: Math.max(2, 2 - Math.floor(Math.log10(most))) });
}

const STYLE = `
.changes .cell { color: var(--ink) }
.changes .far { color: var(--paper) }
.changes .missing { color: var(--dim); border: 1px dashed var(--line); line-height: 28px }
.opening { padding-bottom: 0 }
.scale { margin-top: 12px; font-size: 13px; color: var(--dim) }
.scale .only { margin-left: 16px }
.scale + .intro { margin-bottom: 0 }
.ramp { display: inline-flex; vertical-align: -1px; margin: 0 4px }
.ramp span { width: 9px; height: 11px }
.changed button { border: 0; padding: 0; font-size: inherit; color: inherit; border-radius: 0 }
.changed [aria-pressed="true"] { color: var(--ink); font-weight: 650; background: none }
.changed tr { scroll-margin-top: 24px }
.changed tr:target { background: var(--wash) }
.changed th:first-child { position: sticky; left: 0; background: var(--paper); padding-right: 12px }
@media (max-width: 600px) {
  .changes .missing { line-height: 24px }
  .opening .facts { grid-template-columns: 1fr }
  .more { display: none }
  .changed { font-size: 12.5px }
  .changed th, .changed td { padding-inline: 4px }
}
`;
