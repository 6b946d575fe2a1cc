/** The section of the report page for one head. */

import type { HeadReport, PatternText, Report, Score } from "../../heads/report/schema.ts";
import { headName } from "../../models/head-names.ts";
import { ofLayer } from "../../models/layer.ts";
import { shownAs } from "../chart/colors.ts";
import { count, decimal, percent, probability, significance } from "../page/numbers.ts";
import { figureOf } from "../page/opening.ts";
import { element, escaped } from "../page/xml.ts";
import { caseOf, EXPLANATIONS, explanationOf, points, wayOf } from "./explain.ts";
import { adaptiveFacts } from "./report-adaptive.ts";
import { shows, strongestLinks, type TokenLink } from "./report-data.ts";
import { importanceTable } from "./report-importance.ts";
import { headAnchor, headLink, labelTag, mannerTag } from "./report-overview.ts";
import { cellOf, measureAnchor, tableOf } from "./report-tables.ts";
import { unlabelled } from "./unlabelled.ts";

/** The number of heat maps per head. */
const PICTURES = 2;
const LINKS = 5;

/** What a head's section holds under its title. */
export interface HeadSection {
  /** Markup of `headDetails`; "" if the page's script adds it later. */
  readonly details: string;
  /** True if it is in the short edition that is printed. */
  readonly telling: boolean;
}

/** Returns a head's section with its title and labels; `place` is its index in `report.heads`. */
export function headSection(report: Report, place: number, { details, telling }: HeadSection): string {
  const head = report.heads[place]!;
  const name = headName(head.layer, head.head);
  const tags = (head.labels.length ? head.labels : [head.label]).map((label) =>
    element("span", { class: "tag" }, labelTag(label)),
  );
  const manners = head.manners.map((manner) => element("span", { class: "tag dim" }, mannerTag(manner)));
  const title = element("h3", {}, `Head ${name}`, ...tags, ...manners);
  const look = {
    id: headAnchor(head.layer, head.head),
    class: `head${telling ? " telling" : ""}`,
    ...{ "aria-label": `Head ${name}`, "data-place": details === "" ? place : undefined },
  };
  return element("section", look, element("header", {}, title, around(report.heads, place)), details);
}

/** Returns a head's finding, scores and evidence, `drawn` or in words. */
export function headDetails(report: Report, place: number, examples: readonly PatternText[], drawn: boolean): string {
  const head = report.heads[place]!;
  const words = element(
    "div",
    { class: "words" },
    element("p", { class: "finding" }, finding(head)),
    facts(head, grouped(report, head.layer)),
    scoreTable(head),
    importanceTable(report, head),
  );
  return words + element("div", { class: "pictures" }, ...evidence(head, place, examples, drawn));
}

/** Describes the strongest label with its value and control; without a label, describes the manner and the reason. */
function finding(head: HeadReport): string {
  const { label, scores } = head;
  const score = scores[label];
  if (label === "unclassified") return escaped([...mannerFinding(head), unlabelled(head)].join(" "));
  if (!score) return escaped([`Labeled ${label}.`, ...mannerFinding(head)].join(" "));
  const found = `${explanationOf(label).finding(score.value, score)}${compared(label, score)}.`;
  return escaped([found, ...againFinding(score), ...relationFindings(score), ...mannerFinding(head)].join(" "));
}

/** Describes the clearest manner of a head. */
function mannerFinding({ manners, scores }: HeadReport): string[] {
  const [manner] = manners;
  const score = manner && scores[manner];
  return score ? [`${explanationOf(manner).finding(score.value, score)}.`] : [];
}

const againFinding = ({ again }: Score): string[] =>
  again === undefined ? [] : [`Probability of the same label on another sample of as many texts: ${decimal(again)}.`];

/** Lists the other relations of a syntactic head, and states if the best one is distinguishable from the next. */
function relationFindings({ relations = [] }: Score): string[] {
  const [best, ...others] = relations;
  if (!best) return [];
  const nameOf = ({ relation, direction }: typeof best) => `${relation} ${wayOf(direction)}`;
  const ledBy = ({ margin }: typeof best) => (margin < 0 ? `trails by ${points(-margin)}` : `leads by ${points(margin)}`);
  const compared = (other: typeof best) =>
    `against the best rule without a tree, ${nameOf(best)} ${ledBy(best)}, ${nameOf(other)} ${ledBy(other)}`;
  const also = others.filter(({ holds }) => holds).map(nameOf);
  const tied = others.find((other) => other.tied);
  const next = others[0];
  return [
    ...(also.length > 0 ? [`It also follows ${also.join(", ")}.`] : []),
    ...(tied ? [`Its best relation is uncertain: ${compared(tied)}.`] : []),
    ...(next && !tied ? [`The runner-up is clearly behind: ${compared(next)}.`] : []),
  ];
}

function compared(name: string, { control, p }: Score): string {
  if (control === null) return "";
  const reached = explanationOf(name).unit === "share" ? percent(control) : decimal(control);
  return `; the control reaches ${reached}${p === null ? "" : ` (${significance(p)})`}`;
}

/** Lists the nearest twin, the best relation with the best rule's value, and the key/value head. */
function facts(head: HeadReport, grouped: boolean): string {
  const { twin, scores } = head;
  const rows: string[] = [];
  const fact = (name: string, value: string) =>
    rows.push(element("div", {}, element("dt", {}, name), element("dd", {}, value)));
  if (twin)
    fact(
      "Nearest twin",
      `${headLink(twin.layer, twin.head)} <span class="dim">at √JS ${decimal(twin.distance, 3)}${twin.halves === undefined ? "" : `; nearest also in ${twin.halves} of 2 halves of the texts`}</span>`,
    );
  const relation = scores.syntactic && caseOf(scores.syntactic);
  if (scores.syntactic && relation)
    fact("Best relation", `${percent(scores.syntactic.value)} <span class="dim">${escaped(relation)}</span>`);
  if (grouped) fact("Key/value head", `${head.layer}.${head.keyValueHead}`);
  for (const { name, value } of adaptiveFacts(head)) fact(name, value);
  return element("dl", { class: "facts" }, ...rows);
}

/** Returns true if query heads of a layer share keys and values. */
function grouped({ model }: Report, layer: number): boolean {
  return ofLayer(model.keyValueHeads, layer) < ofLayer(model.heads, layer);
}

function scoreTable({ layer, head, scores, labels, manners }: HeadReport): string {
  const known = Object.keys(EXPLANATIONS).filter((name) => scores[name]);
  const names = [...known, ...Object.keys(scores).filter((name) => !EXPLANATIONS[name])];
  const rows = names.map((name) =>
    scoreRow(name, scores[name]!, ([...labels, ...manners] as readonly string[]).includes(name)),
  );
  const columns = ["score", "value", "", "control", "p", "again", "shuffled", "norm", "n"];
  return tableOf(`Scores of head ${headName(layer, head)}`, columns, rows, "scores");
}

function scoreRow(name: string, score: Score, given: boolean): string[] {
  const { title, unit } = explanationOf(name);
  const link = element("a", { href: `#${measureAnchor(name)}`, class: "quiet" }, escaped(title));
  const look = `${given ? "given" : ""}${name.includes(":") ? " part" : ""}`.trim();
  return [
    element("th", { scope: "row", class: look || undefined }, link),
    cellOf(decimal(score.value), { class: given ? "given" : "" }),
    cellOf(unit === "share" ? bar(score, given) : "", { class: "graph" }),
    cellOf(decimal(score.control)),
    cellOf(escaped(probability(score.p))),
    cellOf(decimal(score.again), { class: "dim" }),
    cellOf(decimal(score.shuffled), { class: "dim" }),
    cellOf(decimal(score.norm), { class: "dim" }),
    cellOf(count(score.n), { class: "dim" }),
  ];
}

/** Draws a value from 0 to 1 as a bar, with its control as a tick. */
function bar({ value, control }: Score, given: boolean): string {
  const length = `--v:${Math.round(100 * Math.min(1, Math.max(0, value)))}`;
  const tick = control === null ? "" : `;--c:${Math.round(100 * Math.min(1, Math.max(0, control)))}`;
  return element("span", { class: `bar${given ? " given" : ""}${tick ? " tick" : ""}`, style: length + tick }, "");
}

/** Shows the texts that match the label best: their patterns, filled in by a script, and their strongest links in words. */
function evidence(
  { layer, head, ...named }: HeadReport,
  place: number,
  examples: readonly PatternText[],
  drawn: boolean,
): string[] {
  const fitting = examples
    .map((text, at) => ({ text, at }))
    .filter(({ text }) => text.patterns[layer]?.[head])
    .map((example) => ({ ...example, fit: shows(shownAs(named), example.text, layer, head) }))
    .sort((a, b) => b.fit - a.fit);
  return fitting.slice(0, PICTURES).map(({ text, at }) => {
    const links = strongestLinks(text, layer, head, LINKS);
    const style = `max-width:${90 + 34 * text.tokens.length}px`;
    const drawing = { names: JSON.stringify([headName(layer, head)]), style, "data-text": at, "data-head": place };
    const picture = drawn ? figureOf(`head ${headName(layer, head)}`, element("headwise-pattern", drawing, "")) : "";
    return element("figure", {}, picture, linkList(links));
  });
}

function linkList(links: readonly TokenLink[]): string {
  const items = links.map(({ from, to, weight }) => {
    const share = element("span", { class: "dim" }, decimal(weight));
    return element("li", {}, `${escaped(from)} → ${escaped(to)} `, share);
  });
  return element("ul", { class: "links", "aria-label": "Strongest links" }, ...items);
}

/** Links to the previous and the next head. */
function around(heads: Report["heads"], place: number): string {
  const to = (other: HeadReport | undefined, text: (name: string) => string, name: string) =>
    other
      ? element(
          "a",
          { href: `#${headAnchor(other.layer, other.head)}`, "aria-label": `${name} ${headName(other.layer, other.head)}` },
          text(headName(other.layer, other.head)),
        )
      : "";
  const before = to(heads[place - 1], (name) => `← ${name}`, "Previous head");
  const after = to(heads[place + 1], (name) => `${name} →`, "Next head");
  const { layer, head } = heads[place]!;
  return element(
    "nav",
    { "aria-label": `Heads next to ${headName(layer, head)}` },
    before,
    element("a", { href: "#overview" }, "overview"),
    after,
  );
}
