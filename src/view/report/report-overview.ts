/** The report's overview: a legend that filters, and all heads by layer colored by label. */

import { type HeadReport, LABELS, type Label, type Manner, type Report } from "../../heads/report/schema.ts";
import { headName } from "../../models/head-names.ts";
import { countLabels, countManners, isManner, labelCode, mannerCode, shownAs } from "../chart/colors.ts";
import { decimal } from "../page/numbers.ts";
import { figureOf, scroller } from "../page/opening.ts";
import { element, escaped } from "../page/xml.ts";
import { nearestMissed } from "./unlabelled.ts";

/** Returns the anchor of a head's section. */
export function headAnchor(layer: number, head: number): string {
  return `head-${layer}-${head}`;
}

/** Returns a link to a head's section. */
export function headLink(layer: number, head: number): string {
  return element("a", { href: `#${headAnchor(layer, head)}` }, headName(layer, head));
}

/** Returns a label's name next to its code on its color. */
export function labelTag(label: Label): string {
  return `${element("span", { class: `code l-${label}`, "aria-hidden": "true" }, labelCode(label))} ${label}`;
}

/** Returns a manner's name next to its framed code. */
export function mannerTag(manner: Manner): string {
  return `${element("span", { class: "code manner", "aria-hidden": "true" }, mannerCode(manner))} ${manner}`;
}

/** Returns the legend: a button with a count for each label and manner; pressing it dims all other heads. */
export function legend(heads: readonly { readonly label: Label; readonly manners?: readonly Manner[] }[]): string {
  const button = (name: Label | Manner, number: number) => {
    const count = element("span", { class: "number" }, String(number));
    const tag = isManner(name) ? mannerTag(name) : labelTag(name);
    return element("button", { type: "button", "data-filter": name, "aria-pressed": "false" }, tag, " ", count);
  };
  const labels = countLabels(heads.map(({ label }) => label)).map(([label, number]) => button(label, number));
  const manners = countManners(heads).map(([manner, number]) => button(manner, number));
  const group = (name: string, about: string, buttons: readonly string[]) => {
    const title = element("span", { class: "name", "aria-hidden": "true" }, name);
    return buttons.length > 0 ? element("div", { class: "legend", role: "group", "aria-label": about }, title, ...buttons) : "";
  };
  return group("Labels", "Filter heads by label", labels) + group("Manners", "Filter heads by manner", manners);
}

/** Returns the grid: layers down, heads across, as links to the heads' sections. */
export function overviewGrid({ model, heads }: Report): string {
  const widest = Math.max(1, ...model.heads);
  const numbers = Array.from({ length: widest }, (_, head) => element("th", { scope: "col" }, String(head)));
  const top = element("tr", {}, element("td", {}), ...numbers);
  const rows = model.heads.map((number, layer) => {
    const own = heads.filter((head) => head.layer === layer).map(cell);
    const none = element("td", { class: "none", colspan: widest }, "no heads");
    return element("tr", {}, element("th", { scope: "row" }, String(layer)), ...(number === 0 ? [none] : own));
  });
  const name = "The strongest label of every head: layers down, heads across";
  const style = `max-width:${28 + 96 * widest}px`;
  return figureOf(
    "heads by layer",
    scroller(name, element("table", { class: "overview", style, "aria-label": name }, top, ...rows)),
  );
}

function cell(head: HeadReport): string {
  const { layer, label, labels, manners, scores } = head;
  const strength = scores[label] ? ` ${decimal(scores[label].value)}` : "";
  const others = labels.filter((other) => other !== label);
  const how = manners.length ? `; manner: ${manners.join(", ")}` : "";
  const missed = nearestMissed(head);
  const why = missed === undefined ? "" : `; nearest: ${missed}`;
  const title = `${headName(layer, head.head)} ${label}${strength}${others.length ? `, also ${others.join(", ")}` : ""}${why}${how}`;
  const shown = shownAs(head);
  const code = isManner(shown) ? mannerCode(shown) : labelCode(shown);
  const look = {
    class: `cell l-${label}${isManner(shown) ? " manner" : ""}`,
    href: `#${headAnchor(layer, head.head)}`,
    ...{ title, "aria-label": `${title}, ${code}` },
  };
  const data = { "data-labels": [label, ...others, ...manners].join(" ") };
  // A head with several labels shows the color of the second one as a stripe.
  const stripe = others.slice(0, 1).map((other) => element("span", { class: `stripe l-${other}` }));
  return element("td", {}, element("a", { ...look, ...data }, code, ...stripe));
}

/** Summarizes the findings in one sentence. */
export function lead({ heads }: Report): string {
  const named = heads.filter(({ label }) => label !== "unclassified");
  const most = countLabels(named.map(({ label }) => label)).slice(0, 3);
  const list = most.map(([label, number]) => `${label} (${number})`).join(", ");
  const how = countManners(heads)
    .map(([manner, number]) => `${manner} (${number})`)
    .join(", ");
  const share = `${named.length} of ${heads.length} ${heads.length === 1 ? "head" : "heads"} ${named.length === 1 ? "has" : "have"} a label`;
  const labels = `${share}${list ? `; most frequent: ${list}.` : ` (${LABELS.length - 1} labels tested).`}`;
  return escaped(`${labels}${how ? ` Manners of attention, independent of labels: ${how}.` : ""}`);
}
