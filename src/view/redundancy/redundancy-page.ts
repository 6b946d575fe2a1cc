/** Which heads are alike as one HTML file that opens offline: a heat map with its tree, a map of heads, and the findings. */
import { MEASURES, type Redundancy } from "../../heads/redundancy/redundancy-schema.ts";
import { planeSvg } from "../chart/redundancy-plane.ts";
import { htmlPage } from "../page/html.ts";
import { compact, decimal, percent, plural } from "../page/numbers.ts";
import { opening, part } from "../page/opening.ts";
import { reportStyle } from "../page/style.ts";
import { element, escaped } from "../page/xml.ts";
import { legend } from "../report/report-overview.ts";
import { redundancyData } from "./redundancy-data.ts";
import { MEASURE_TEXTS } from "./redundancy-measures.ts";
import { redundancyScript } from "./redundancy-script.ts";
import { compositionTables, measureList, nearPairsTable, placeName, twinsTable } from "./redundancy-tables.ts";

/** `redundancy.html` as text. */
export function redundancyPage(result: Redundancy): string {
  const parts = partsOf(result).filter((made) => made !== undefined);
  const header = { kicker: "Which of its attention heads are alike", about: result, parts: parts.map(([id]) => id) };
  const { seconds, peakBytes } = result.cost;
  const cost = `Measured in ${decimal(seconds, 1)} s with ${compact(peakBytes / 2 ** 20)} MiB at most.`;
  const body = `${opening(header)}
<main>
${parts.map(([id, title, text, ...content]) => part(id, title, text, ...content)).join("\n")}
</main>
<footer><p class="dim">${escaped(cost)}</p></footer>
<noscript><p class="notice">The heat map is drawn by a script and is missing here; the findings are in the tables.</p></noscript>
<script type="application/json" id="data">${redundancyData(result)}</script>`;
  const title = `${result.model.id} · alike heads · Headwise`;
  return htmlPage({ title, style: reportStyle() + STYLE, script: redundancyScript, body });
}

type Part = readonly [id: string, title: string, text: string, ...content: string[]];

function partsOf(result: Redundancy): (Part | undefined)[] {
  const { twins, noise, notes, compositions, heads } = result;
  const many = heads.length > 1;
  const none = element("p", {}, noise.length ? escaped(noise.map(placeName).join(", ")) : "None.");
  const list = element("ul", {}, ...notes.map((note) => element("li", {}, escaped(note))));
  return [
    many ? ["alike", "Alike", summary(result), alikeMap()] : undefined,
    many ? ["map", "Map", mapText(result), plane(result)] : undefined,
    many ? ["twins", "Twins", twinsText(result), ...(twins.length ? [twinsTable(result)] : []), nearPairs(result)] : undefined,
    ["noise", "Noise", NOISE, none],
    compositions.length ? ["compositions", "Compositions", compositionText(result), compositionTables(result, 10)] : undefined,
    ["measures", "Measures", "", measureList()],
    notes.length ? ["notes", "Notes", "", list] : undefined,
  ];
}

/** In one sentence, what was found. */
function summary({ heads, clusters, twins, noise }: Redundancy): string {
  const found = `${plural(heads.length, "head")} in ${plural(clusters.count, "cluster")} of alike patterns`;
  return `${found} (average linkage, cut at √JS ${decimal(clusters.cut)}); ${plural(twins.length, "pair")} of twins; ${plural(noise.length, "head")} like noise. Strong colors are alike.`;
}

const button = (data: string, value: string, text: string, pressed: boolean): string =>
  element("button", { type: "button", [`data-${data}`]: value, "aria-pressed": String(pressed) }, text);

function alikeMap(): string {
  const measures = MEASURES.map((measure) => button("measure", measure, MEASURE_TEXTS[measure].title, measure === "patterns"));
  const orders = [button("order", "alike", "Like beside like", true), button("order", "layer", "By layer", false)];
  const about = MEASURES.map((measure) =>
    element(
      "p",
      { class: "about", "data-about": measure, hidden: measure !== "patterns" },
      escaped(MEASURE_TEXTS[measure].definition),
    ),
  );
  const name = "How alike every two heads are, with the tree that joins them. Arrow keys move.";
  const hint = "Point at a cell, or move with the arrow keys.";
  return element(
    "figure",
    { class: "alike" },
    element("div", { class: "choice", role: "group", "aria-label": "What heads are compared in" }, ...measures),
    element("div", { class: "choice", role: "group", "aria-label": "Order of heads" }, ...orders),
    ...about,
    element("canvas", { id: "alike-map", role: "img", tabindex: "0", "aria-label": name }),
    element("output", { id: "alike-hint", "data-hint": hint }, hint),
  );
}

const mapText = ({ map }: Redundancy): string =>
  `Heads that attend alike are near each other (classical scaling of √JS; the plane shows ${percent(map.share)} of it). Lines join twins; rings are noise.`;

function plane(result: Redundancy): string {
  const hint = "Point at a head.";
  const buttons = [button("paint", "layer", "By layer", true), button("paint", "label", "By label", false)];
  return element(
    "figure",
    {},
    element("div", { class: "choice", role: "group", "aria-label": "What points are colored by" }, ...buttons),
    planeSvg(result),
    element("output", { id: "plane-hint", "data-hint": hint }, hint),
    legend(result.heads),
  );
}

function twinsText({ thresholds, baselines, samples, twins }: Redundancy): string {
  const rule = `Twins attend alike (√JS at most ${thresholds.patterns}) and write alike (CKA at least ${thresholds.outputs}, and above ${decimal(baselines.outputs)}, the most that two heads of an untrained twin of this model reach).`;
  const on = `Compared on ${plural(samples.rows, "query row")} and ${plural(samples.tokens, "token")}.`;
  return `${rule} ${on}${twins.length ? "" : " There are none."}`;
}

const nearPairs = (result: Redundancy): string =>
  element("div", { class: "near" }, element("h3", {}, "Most alike outputs"), nearPairsTable(result, 10));

const NOISE =
  "Heads of which none of the report’s tested scores beats its control: by these scores, on this text, they cannot be told from heads of " +
  "the same architecture with random weights.";

const compositionText = ({ baselines }: Redundancy): string =>
  `How much of what an earlier head writes a later one reads, through its queries, keys or values: ‖W₁W₂‖ / ‖W₁‖‖W₂‖ less ${decimal(baselines.compositions, 3)}, what random maps have (Elhage et al. 2021). From weights alone.`;

const STYLE = `
.alike { max-width: 880px }
.alike .choice { flex-wrap: wrap }
.about { color: var(--dim); font-size: 14px; min-height: 1.5em; margin: 4px 0 12px }
#alike-map { display: block; width: 100%; touch-action: pan-y; cursor: crosshair }
.plane { display: block; width: 100%; max-width: 880px; height: auto; overflow: visible; background: var(--wash); border-radius: 8px }
.plane circle { stroke: var(--paper); stroke-width: 1; transition: opacity 0.15s }
.plane circle:hover { stroke: var(--ink); stroke-width: 2 }
.plane .noisy { stroke: var(--mark); stroke-width: 2 }
.plane .link { stroke: var(--mark); stroke-width: 2 }
.plane text { fill: var(--dim); font-size: 12px }
.plane[data-by="label"] .layers { display: none }
.plane .off { opacity: 0.13 }
.plane[data-by="layer"] circle { fill: var(--layer) }
.plane[data-by="label"] circle { fill: var(--label) }
.near { margin-top: 20px }
#map .legend { margin: 10px 0 0 }
@media (max-width: 600px) { .plane circle { r: 9px } }
`;
