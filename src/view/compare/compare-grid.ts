/** The overview of a comparison: all heads by layer, colored by change, with a choice of measure. */

import { CHANGES, type Comparison, changeOf } from "../../heads/compare/compare-schema.ts";
import { WEIGHT_LEVELS } from "../chart/colors.ts";
import { figureOf, scroller } from "../page/opening.ts";
import { element, escaped } from "../page/xml.ts";
import {
  CHANGE_NAMES,
  cellsOf,
  changeLevel,
  type HeadCell,
  largestChanges,
  longChange,
  nameOf,
  shortChange,
} from "./compare-data.ts";

/** Returns the anchor of a head's row. */
export function rowAnchor(place: { readonly layer: number; readonly head: number }): string {
  return `head-${place.layer}-${place.head}`;
}

/** Draws a button per measure; the first measure is shown initially. */
export function measureChoice(): string {
  const buttons = CHANGES.map((change, k) =>
    element("button", { type: "button", "data-measure": k, "aria-pressed": String(k === 0) }, CHANGE_NAMES[change].title),
  );
  return element("div", { class: "choice", role: "group", "aria-label": "Measure shown for every head" }, ...buttons);
}

/** Draws the grid: layers down, heads by original index across, as links to the heads' rows, with a legend. */
export function changeGrid(comparison: Comparison): string {
  const layers = cellsOf(comparison);
  const widest = Math.max(1, ...layers.map((cells) => cells.length));
  const largest = largestChanges(comparison);
  const numbers = Array.from({ length: widest }, (_, head) => element("th", { scope: "col" }, String(head)));
  const rows = layers.map((cells, layer) => {
    const none = [element("td", { class: "none", colspan: widest }, "no heads")];
    const own = cells.length ? cells.map((cell, head) => cellOf(cell, { layer, head }, largest)) : none;
    return element("tr", {}, element("th", { scope: "row" }, String(layer)), ...own);
  });
  const style = `max-width:${28 + 96 * widest}px`;
  const name = "Change of every head: layers down, heads across";
  const top = element("tr", {}, element("td", {}), ...numbers);
  const table = element("table", { class: "overview changes", style, "aria-label": name }, top, ...rows);
  return figureOf("changes by head", scroller(name, table) + scale(comparison, largest));
}

type Largest = ReturnType<typeof largestChanges>;

function cellOf(cell: HeadCell, place: { readonly layer: number; readonly head: number }, largest: Largest): string {
  if (cell === null) return element("td", {});
  if (typeof cell === "string") {
    const title = `${nameOf(place)}: only in ${cell}`;
    return element("td", {}, element("span", { class: "cell missing", title, role: "img", "aria-label": title }, cell));
  }
  const values = CHANGES.map((change) => changeOf(cell, change));
  const levels = CHANGES.map((change, k) => changeLevel(values[k]!, largest[change]));
  const title = `${nameOf(cell)}: ${CHANGES.map((change, k) => `${CHANGE_NAMES[change].title} ${longChange(values[k]!)}`).join(", ")}`;
  const link = {
    class: levels[0]! > WEIGHT_LEVELS / 2 ? "cell far" : "cell",
    ...{ href: `#${rowAnchor(cell)}`, title, style: `background:var(--w${levels[0]})` },
    ...{ "data-levels": levels.join("|"), "data-texts": values.map(shortChange).join("|") },
  };
  return element(
    "td",
    {},
    element("a", link, element("span", { class: "unseen" }, `${nameOf(cell)}: `), element("span", {}, shortChange(values[0]!))),
  );
}

/** Draws the ramp from zero to the largest change, and describes the measure. */
function scale({ onlyInA, onlyInB }: Comparison, largest: Largest): string {
  const boxes = Array.from({ length: WEIGHT_LEVELS + 1 }, (_, level) =>
    element("span", { style: `background:var(--w${level})` }, ""),
  );
  const texts = CHANGES.map((change) => ({ most: longChange(largest[change]), ...CHANGE_NAMES[change] }));
  const { most, formula, means } = texts[0]!;
  const ramp = element("span", { class: "ramp", "aria-hidden": "true" }, ...boxes);
  const ends = `0 ${ramp} ${element("span", { "data-shown": texts.map((text) => text.most).join("|") }, most)}`;
  const missing = [...(onlyInA.length ? ["A: only in A"] : []), ...(onlyInB.length ? ["B: only in B"] : [])].map((text) =>
    element("span", { class: "only" }, text),
  );
  const captions = texts.map((text) => `${text.formula}. ${text.means}`).join("|");
  return (
    element("p", { class: "scale" }, ends, ...missing) +
    element("p", { class: "intro", "data-shown": captions }, escaped(`${formula}. ${means}`))
  );
}
