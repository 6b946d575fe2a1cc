/** The report's first view: a legend that filters, and all heads by layer coloured by label. */
import { type HeadReport, LABELS, type Label, type Report } from "../heads/schema.ts";
import { countLabels, labelCode } from "./colors.ts";
import { decimal } from "./numbers.ts";
import { element, escaped } from "./xml.ts";

/** The place of a head's part on the page. */
export function headAnchor(layer: number, head: number): string {
  return `head-${layer}-${head}`;
}

/** A link to a head's part. */
export function headLink(layer: number, head: number): string {
  return element("a", { href: `#${headAnchor(layer, head)}` }, `${layer}.${head}`);
}

/** A label's name beside its code on its colour. */
export function labelTag(label: Label): string {
  return `${element("span", { class: `code l-${label}`, "aria-hidden": "true" }, labelCode(label))} ${label}`;
}

/** The legend: a button for each label found, with its number of heads, that dims the others. */
export function legend(heads: readonly { readonly label: Label }[]): string {
  const buttons = countLabels(heads.map(({ label }) => label)).map(([label, number]) => {
    const count = element("span", { class: "number" }, String(number));
    return element("button", { type: "button", "data-filter": label, "aria-pressed": "false" }, labelTag(label), " ", count);
  });
  return element("div", { class: "legend", role: "group", "aria-label": "Show only heads with a label" }, ...buttons);
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
  const { layer, label, labels, scores } = head;
  const strength = scores[label] ? ` ${decimal(scores[label].value)}` : "";
  const others = labels.filter((other) => other !== label);
  const title = `${layer}.${head.head} ${label}${strength}${others.length ? `, also ${others.join(", ")}` : ""}`;
  const look = { class: `cell l-${label}`, href: `#${headAnchor(layer, head.head)}`, title, "aria-label": title };
  const data = { "data-labels": [label, ...others].join(" ") };
  // A head with more labels shows the second one's colour as a stripe.
  const stripe = others.slice(0, 1).map((other) => element("span", { class: `stripe l-${other}` }));
  return element("td", {}, element("a", { ...look, ...data }, labelCode(label), ...stripe));
}

/** In one sentence, what was found. */
export function lead({ heads }: Report): string {
  const named = heads.filter(({ label }) => label !== "unclassified");
  const most = countLabels(named.map(({ label }) => label)).slice(0, 3);
  const list = most.map(([label, number]) => `${label} (${number})`).join(", ");
  const share = `${named.length} of ${heads.length} ${heads.length === 1 ? "head earns" : "heads earn"} a label`;
  return escaped(`${share}${list ? `; most often: ${list}.` : `, measured by ${LABELS.length - 1} labels.`}`);
}
