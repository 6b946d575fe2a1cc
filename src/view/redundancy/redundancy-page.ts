/** Head redundancy as one offline HTML file: a heat map with its tree, a map of heads, and the findings. */

import { MEASURES, type Redundancy } from "../../heads/redundancy/redundancy-schema.ts";
import { planeSvg } from "../chart/redundancy-plane.ts";
import { htmlPage } from "../page/html.ts";
import { noteText } from "../page/notes.ts";
import { compact, decimal, percent, plural } from "../page/numbers.ts";
import { figureOf, opening, part } from "../page/opening.ts";
import { reportStyle } from "../page/style.ts";
import { element, escaped } from "../page/xml.ts";
import { legend } from "../report/report-overview.ts";
import { redundancyData } from "./redundancy-data.ts";
import { MEASURE_TEXTS } from "./redundancy-measures.ts";
import { redundancyScript } from "./redundancy-script.ts";
import { compositionTables, measureList, nearPairsTable, noiseName, twinsTable } from "./redundancy-tables.ts";

/**
 * Returns `redundancy.html` as text. `elements` is the module that draws the heat map (`elementsModule`); without it the page has
 * the map of heads and the tables.
 */
export function redundancyPage(result: Redundancy, elements = ""): string {
  const parts = partsOf(result, elements !== "").filter((made) => made !== undefined);
  const header = { kicker: "Redundancy of attention heads", about: result, parts: parts.map(([id]) => id) };
  const { seconds, peakBytes } = result.cost;
  const cost = `Measured in ${decimal(seconds, 1)} s with ${compact(peakBytes / 2 ** 20)} MiB of peak memory.`;
  const body = `${opening(header)}
<main>
${parts.map(([id, title, text, ...content]) => part(id, title, text, ...content)).join("\n")}
</main>
<footer><p class="dim">${escaped(cost)}</p></footer>
<noscript><p class="notice">The heat map needs JavaScript; all findings are in the tables.</p></noscript>
<script type="application/json" id="data">${redundancyData(result)}</script>`;
  const title = `${result.model.id} · redundancy · Headwise`;
  return htmlPage({ title, style: reportStyle() + STYLE, script: redundancyScript, module: elements, body });
}

type Part = readonly [id: string, title: string, text: string, ...content: string[]];

function partsOf(result: Redundancy, drawn: boolean): (Part | undefined)[] {
  const { twins, noise, notes, compositions, heads } = result;
  const many = heads.length > 1;
  const none = element("p", {}, noise.length ? escaped(noise.map(noiseName).join(", ")) : "None.");
  const list = element("ul", {}, ...notes.map((note) => element("li", {}, escaped(noteText(note)))));
  return [
    many ? ["similarity", "Similarity", summary(result, drawn), drawn ? alikeMap() : ""] : undefined,
    many ? ["map", "Map", mapText(result), plane(result)] : undefined,
    many ? ["twins", "Twins", twinsText(result), ...(twins.length ? [twinsTable(result)] : []), nearPairs(result)] : undefined,
    ["noise", "Noise heads", NOISE, none],
    compositions.length ? ["compositions", "Composition", compositionText(result), compositionTables(result, 10)] : undefined,
    ["measures", "Measures", "", measureList()],
    notes.length ? ["notes", "Notes", "", list] : undefined,
  ];
}

/** Summarizes the findings in one sentence. */
function summary({ heads, clusters, twins, noise }: Redundancy, drawn: boolean): string {
  const found = `${plural(heads.length, "head")} in ${plural(clusters.count, "cluster")} of similar patterns`;
  return `${found} (average linkage, cut at √JS ${decimal(clusters.cut)}); ${plural(twins.length, "pair")} of twins; ${plural(noise.length, "noise head")}.${drawn ? " Stronger colors mean more similar." : ""}`;
}

const button = (data: string, value: string, text: string, pressed: boolean): string =>
  element("button", { type: "button", [`data-${data}`]: value, "aria-pressed": String(pressed) }, text);

function alikeMap(): string {
  const measures = MEASURES.map((measure) => button("measure", measure, MEASURE_TEXTS[measure].title, measure === "patterns"));
  const orders = [button("order", "alike", "By similarity", true), button("order", "layer", "By layer", false)];
  const about = MEASURES.map((measure) =>
    element(
      "p",
      { class: "about", "data-about": measure, hidden: measure !== "patterns" },
      escaped(MEASURE_TEXTS[measure].definition),
    ),
  );
  const name = "Similarity of all pairs of heads, with their cluster tree. Move with the arrow keys.";
  return element(
    "figure",
    { class: "alike" },
    element("div", { class: "choice", role: "group", "aria-label": "Measure of similarity" }, ...measures),
    element("div", { class: "choice", role: "group", "aria-label": "Order of heads" }, ...orders),
    ...about,
    figureOf("similarity of heads", element("headwise-head-pairs", { id: "alike-map", heading: name }, "")),
  );
}

const mapText = ({ map }: Redundancy): string =>
  `Heads with similar patterns are near each other (classical scaling of √JS; the plane shows ${percent(map.share)} of it). Lines join twins; rings are noise heads.`;

function plane(result: Redundancy): string {
  const hint = "Hover over a head.";
  const buttons = [button("paint", "layer", "By layer", true), button("paint", "label", "By label", false)];
  return element(
    "figure",
    {},
    element("div", { class: "choice", role: "group", "aria-label": "Color of the points" }, ...buttons),
    figureOf("map of heads", planeSvg(result)),
    element("output", { id: "plane-hint", "data-hint": hint }, hint),
    legend(result.heads),
  );
}

function twinsText({ thresholds, baselines, samples, twins }: Redundancy): string {
  const rule = `Twins have similar patterns (√JS at most ${thresholds.patterns}) and similar outputs (CKA at least ${thresholds.outputs}, and above ${decimal(baselines.outputs)}, the maximum for two heads of an untrained copy of this model).`;
  const on = `Compared on ${plural(samples.rows, "query row")} and ${plural(samples.tokens, "token")}.`;
  return `${rule} ${on}${twins.length ? "" : " None were found."}`;
}

const nearPairs = (result: Redundancy): string =>
  element("div", { class: "near" }, element("h3", {}, "Most similar outputs"), nearPairsTable(result, 10));

const NOISE =
  "Heads for which no tested score of the report beats its control: by these scores, on this text, they cannot be distinguished from heads of " +
  "the same architecture with random weights. In parentheses: the probability that another sample of the text says the same.";

const compositionText = ({ baselines }: Redundancy): string =>
  `The share of an earlier head’s output that a later head reads through its queries, keys or values: ‖W₁W₂‖ / ‖W₁‖‖W₂‖ minus ${decimal(baselines.compositions, 3)}, the value for random maps (Elhage et al. 2021). Computed from weights alone.`;

const STYLE = `
.alike { max-width: 880px }
.alike .choice { flex-wrap: wrap }
.about { color: var(--dim); font-size: 14px; min-height: 1.5em; margin: 4px 0 12px }
.plane { display: block; width: 100%; max-width: 880px; height: auto; overflow: visible; background: var(--wash); border-radius: 8px }
.plane circle { stroke: var(--paper); stroke-width: 1; transition: opacity 0.15s }
.plane circle:hover { stroke: var(--ink); stroke-width: 2 }
.plane .noisy { stroke: var(--mark); stroke-width: 2 }
.plane .link { stroke: var(--mark); stroke-width: 2 }
.plane text { fill: var(--dim); font-size: 12px }
[data-by="label"] .layers { display: none }
.plane .off { opacity: 0.13 }
[data-by="layer"] circle { fill: var(--layer) }
[data-by="label"] circle { fill: var(--label) }
.near { margin-top: 20px }
#map .legend { margin: 10px 0 0 }
@media (max-width: 600px) { .plane circle { r: 9px } }
`;
