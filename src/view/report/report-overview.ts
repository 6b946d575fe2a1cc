/** The report's first view: a legend that filters, and all heads by layer coloured by label. */

import { type HeadReport, LABELS, type Label, type Manner, type Report } from "../../heads/report/schema.ts";
import { headName } from "../../models/head-names.ts";
import { countLabels, countManners, isManner, labelCode, mannerCode, shownAs } from "../chart/colors.ts";
import { decimal } from "../page/numbers.ts";
import { element, escaped } from "../page/xml.ts";

/** The place of a head's part on the page. */
export function headAnchor(layer: number, head: number): string {
  return `head-${layer}-${head}`;
}

/** A link to a head's part. */
export function headLink(layer: number, head: number): string {
  return element("a", { href: `#${headAnchor(layer, head)}` }, headName(layer, head));
}

/** A label's name beside its code on its colour. */
export function labelTag(label: Label): string {
  return `${element("span", { class: `code l-${label}`, "aria-hidden": "true" }, labelCode(label))} ${label}`;
}

/** A manner's name beside its code in a frame. */
export function mannerTag(manner: Manner): string {
  return `${element("span", { class: "code manner", "aria-hidden": "true" }, mannerCode(manner))} ${manner}`;
}

/** The legend: a button for each label and manner found, with its number of heads, that dims the others. */
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
  return (
    group("Labels", "Show only heads with a label", labels) +
    group("Manners", "Show only heads that attend in a manner", manners)
  );
}

/** Layers down, heads across: a table of links to the heads' parts. */
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
  return element(
    "div",
    { class: "scroll" },
    element("table", { class: "overview", style: `max-width:${28 + 96 * widest}px`, "aria-label": name }, top, ...rows),
  );
}

function cell(head: HeadReport): string {
  const { layer, label, labels, manners, scores } = head;
  const strength = scores[label] ? ` ${decimal(scores[label].value)}` : "";
  const others = labels.filter((other) => other !== label);
  const how = manners.length ? `; manner: ${manners.join(", ")}` : "";
  const title = `${headName(layer, head.head)} ${label}${strength}${others.length ? `, also ${others.join(", ")}` : ""}${how}`;
  const shown = shownAs(head);
  const look = {
    class: `cell l-${label}${isManner(shown) ? " manner" : ""}`,
    href: `#${headAnchor(layer, head.head)}`,
    ...{ title, "aria-label": title },
  };
  const data = { "data-labels": [label, ...others, ...manners].join(" ") };
  // A head with more labels shows the second one's colour as a stripe.
  const stripe = others.slice(0, 1).map((other) => element("span", { class: `stripe l-${other}` }));
  return element(
    "td",
    {},
    element("a", { ...look, ...data }, isManner(shown) ? mannerCode(shown) : labelCode(shown), ...stripe),
  );
}

/** In one sentence, what was found. */
export function lead({ heads }: Report): string {
  const named = heads.filter(({ label }) => label !== "unclassified");
  const most = countLabels(named.map(({ label }) => label)).slice(0, 3);
  const list = most.map(([label, number]) => `${label} (${number})`).join(", ");
  const how = countManners(heads)
    .map(([manner, number]) => `${manner} (${number})`)
    .join(", ");
  const share = `${named.length} of ${heads.length} ${heads.length === 1 ? "head" : "heads"} ${named.length === 1 ? "earns" : "earn"} a label`;
  const labels = `${share}${list ? `; most often: ${list}.` : `, measured by ${LABELS.length - 1} labels.`}`;
  return escaped(`${labels}${how ? ` Manners of attending, apart from labels: ${how}.` : ""}`);
}
