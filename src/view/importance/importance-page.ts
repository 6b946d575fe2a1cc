/** Importance as a page: a map of heads for each method, and a table of all heads. */

import { type ImportanceReport, scoreBy } from "../../heads/importance/importance-report.ts";
import type { Method } from "../../heads/importance/methods.ts";
import { parseHeads } from "../../models/head-names.ts";
import { methodLook } from "../chart/methods.ts";
import { htmlPage } from "../page/html.ts";
import { plural } from "../page/numbers.ts";
import { figureOf, scroller } from "../page/opening.ts";
import { reportStyle } from "../page/style.ts";
import { element, escaped } from "../page/xml.ts";
import { cellOf, tableOf } from "../report/report-tables.ts";
import {
  importanceFindings,
  leading,
  METHOD_MEANINGS,
  measuredText,
  roleText,
  scoreText,
  verdictWord,
} from "./importance-text.ts";

/** Returns `importance.html` as text; it opens offline. `elements` is the module that saves its charts (`elementsModule`). */
export function importancePage(report: ImportanceReport, elements = ""): string {
  const methods = measuredText(report);
  const maps = methods.map((method) =>
    figureOf(
      `importance ${methodLook(method).name}`,
      element(
        "figure",
        {},
        element(
          "figcaption",
          {},
          `<b>${escaped(methodLook(method).name)}</b> <span class="dim">${method}. ${METHOD_MEANINGS[method]}</span>`,
        ),
        headMap(report, method),
      ),
    ),
  );
  const body = [
    element(
      "header",
      { class: "opening" },
      element("p", { class: "kicker" }, `Head importance for ${escaped(report.task.name)}`),
      element("h1", {}, escaped(report.model.id)),
      ...importanceFindings(report).map((text) => element("p", { class: "found" }, escaped(text))),
    ),
    element(
      "main",
      {},
      part(
        "Maps",
        "Layers down, heads across. Blue: removal hurts the task; orange: removal improves it. Stronger color means a larger effect.",
        element("div", { class: "maps" }, ...maps),
      ),
      part("Heads", `Sorted by ${leading(methods)}; intervals are bootstrapped over examples.`, headTable(report)),
    ),
    element("footer", {}, element("p", { class: "dim" }, escaped(footer(report)))),
  ].join("\n");
  return htmlPage({
    title: `${report.model.id} · importance · Headwise`,
    style: reportStyle() + STYLE,
    module: elements,
    body,
  });
}

const part = (title: string, text: string, content: string): string =>
  element("section", { class: "part" }, element("h2", {}, title), element("p", { class: "intro" }, text), content);

const footer = ({ corpus, headwise, seed, seconds, task }: ImportanceReport): string =>
  `${corpus.id}, ${plural(task.examples, "example")}, sha256 ${corpus.sha256.slice(0, 12)}; Headwise ${headwise}, seed ${seed}, ${Math.round(seconds)} s.`;

/** Groups the heads of a report by attention site, in order. */
function rowsOf({ heads }: ImportanceReport): Map<string, ImportanceReport["heads"][number][]> {
  const rows = new Map<string, ImportanceReport["heads"][number][]>();
  for (const head of heads) {
    const { site } = parseHeads(head.name);
    rows.set(site, [...(rows.get(site) ?? []), head]);
  }
  return rows;
}

function headMap(report: ImportanceReport, method: Method): string {
  const most = Math.max(1e-12, ...report.heads.map(({ scores }) => Math.abs(scoreBy(scores, method).value)));
  const rows = [...rowsOf(report)].map(([site, heads]) => {
    const cells = heads.map(({ name, scores }) => {
      const { value, low, high } = scoreBy(scores, method);
      const strength = Math.sqrt(Math.abs(value) / most);
      const title = `${name}: ${scoreText(value)} (${scoreText(low)} to ${scoreText(high)})`;
      const look = `background:color-mix(in srgb, var(${value < 0 ? "--mark" : "--accent"}) ${Math.round(100 * strength)}%, var(--wash))`;
      return element("td", { style: look, title, class: strength > 0.6 ? "strong" : "" }, `${parseHeads(name).heads[0]}`);
    });
    return element("tr", {}, element("th", { scope: "row" }, escaped(site)), ...cells);
  });
  const name = `${method} of every head`;
  return scroller(name, element("table", { class: "head-map", "aria-label": name }, ...rows));
}

function headTable(report: ImportanceReport): string {
  const methods = measuredText(report);
  const by = leading(methods);
  const sorted = [...report.heads].sort((a, b) => scoreBy(b.scores, by).value - scoreBy(a.scores, by).value);
  const rows = sorted.map(({ name, scores, judgement }) => {
    const { low, high } = scoreBy(scores, by);
    return [
      element("th", { scope: "row" }, escaped(name)),
      ...methods.map((method) => cellOf(scoreText(scoreBy(scores, method).value))),
      cellOf(`${scoreText(low)} to ${scoreText(high)}`, { class: "dim" }),
      cellOf(verdictWord(judgement)),
      ...(report.gating ? [cellOf(roleText(report, name))] : []),
    ];
  });
  return tableOf(
    "Importance of every head",
    ["head", ...methods, `${by}, 95%`, "", ...(report.gating ? ["gating"] : [])],
    rows,
  );
}

const STYLE = `
.found { max-width: 80ch; margin-top: 8px }
.maps { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 440px), 1fr)); gap: 28px 40px }
figcaption { margin-bottom: 8px }
.head-map td { width: 34px; min-width: 26px; height: 28px; text-align: center; border: 1px solid var(--paper); font-size: 11.5px; padding: 0 }
.head-map td.strong { color: var(--paper) }
.head-map th { color: var(--dim); padding-right: 10px }
.head-map tr { border: 0 }
`;
