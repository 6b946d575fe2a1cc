/** The report's pictures: what changes with depth, which heads look alike; and what each score means. */

import { html, type TemplateResult } from "lit";
import type { Report } from "../../../src/heads/report/schema.ts";
import { headName } from "../../../src/models/head-names.ts";
import { percent } from "../../../src/view/page/numbers.ts";
import { EXPLANATIONS, explain } from "../../../src/view/report/explain.ts";
import type { HeadsFound } from "../../engine/reporting.ts";
import type { Lab } from "../../lab.ts";

const CURVES = [
  ["entropy", "How broadly heads look", "entropy over ln of the keys"],
  ["distance", "How far they look", "tokens"],
  ["confidence", "Largest weight of a row", "attention"],
  ["norm", "Size of what they add", "‖f(x)‖"],
  ["diversity", "How much the heads of a layer differ", "√JS"],
] as const;

/** Curves over layers and the map of heads. */
export function headCharts({ report, plane }: HeadsFound, lab: Lab): TemplateResult {
  const points = report.heads.map(({ layer, head, label }, k) => {
    const [x, y] = plane.points[k]!;
    return { name: headName(layer, head), x, y, label, note: label };
  });
  return html`
    <h2>With depth</h2>
    <div class="panels">
      ${CURVES.map(([key, title, unit]) => {
        const values = report.layers.map((layer) => layer[key] ?? 0);
        return html`<headwise-layer-curves .title=${title} .unit=${unit} .series=${[{ name: "mean", values }]}></headwise-layer-curves>`;
      })}
    </div>
    <h2>Which heads look alike</h2>
    <p class="intro">
      Heads whose patterns are near in √JS are near here; the plane shows ${percent(plane.share)} of all squared distance. Choose
      one to look at it.
    </p>
    <headwise-head-map
      .points=${points}
      .selected=${lab.state.heads}
      @head-pick=${(event: CustomEvent<{ name: string }>) => lab.set({ page: "look", heads: [event.detail.name] }, true)}
    ></headwise-head-map>
  `;
}

/** Every score in a sentence, with its formula and source. */
export function explanations({ heads }: Report): TemplateResult {
  const found = new Set(heads.flatMap(({ scores }) => Object.keys(scores)));
  const known = Object.keys(EXPLANATIONS);
  const names = [...known.filter((name) => found.has(name)), ...[...found].filter((name) => !EXPLANATIONS[name])];
  return html`
    <h2>What the scores mean</h2>
    <dl class="meanings">
      ${names.map((name) => {
        const { title, definition, formula, source } = explain(name);
        return html`<div>
          <dt>${title}</dt>
          <dd>${definition} <code>${formula}</code> <span class="dim">${source}</span></dd>
        </div>`;
      })}
    </dl>
  `;
}
