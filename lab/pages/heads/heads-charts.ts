/** The report's charts: measures by depth, similar heads, and the definitions of the scores. */
import { html, type TemplateResult } from "lit";
import type { Report } from "../../../src/heads/report/schema.ts";
import { headName } from "../../../src/models/head-names.ts";
import { percent } from "../../../src/view/page/numbers.ts";
import { EXPLANATIONS, explanationOf } from "../../../src/view/report/explain.ts";
import { ADAPTIVE_TEXTS, adaptiveIn, layerMeasure } from "../../../src/view/report/report-adaptive.ts";
import type { HeadsFound } from "../../engine/reporting.ts";
import type { Lab } from "../../lab.ts";

const CURVES = [
  ["entropy", "Breadth of attention", "entropy over ln of the keys"],
  ["distance", "Distance of attention", "tokens"],
  ["confidence", "Largest weight of a row", "attention"],
  ["norm", "Output norm", "‖f(x)‖"],
  ["diversity", "Diversity of a layer’s heads", "√JS"],
] as const;

/** Draws curves over layers and the map of heads. */
export function headCharts({ report, plane }: HeadsFound, lab: Lab): TemplateResult {
  const points = report.heads.map(({ layer, head, label }, k) => {
    const [x, y] = plane.points[k]!;
    return { name: headName(layer, head), x, y, label, note: label };
  });
  return html`
    <h2>Measures by layer</h2>
    <div class="panels">
      ${CURVES.map(([key, title, unit]) => {
        const values = report.layers.map((layer) => layer[key] ?? 0);
        return html`<headwise-figure .name=${title}><headwise-layer-curves .title=${title} .unit=${unit} .series=${[{ name: "mean", values }]}></headwise-layer-curves></headwise-figure>`;
      })}
      ${adaptiveIn(report).map((name) => {
        const { title, unit } = ADAPTIVE_TEXTS[name];
        const values = report.layers.map(({ layer }) => layerMeasure(report, layer, name)?.mean ?? 0);
        return html`<headwise-figure .name=${title}><headwise-layer-curves .title=${title} .unit=${unit} .series=${[{ name: "mean", values }]}></headwise-layer-curves></headwise-figure>`;
      })}
    </div>
    <h2>Similar heads</h2>
    <p class="intro">
      Heads with similar patterns (√JS) are near each other; the plane shows ${percent(plane.share)} of all squared distance. Select
      a head to see its pattern.
    </p>
    <headwise-figure name="map of heads"><headwise-head-map
      .points=${points}
      .selected=${lab.state.heads}
      @head-pick=${(event: CustomEvent<{ name: string }>) => lab.set({ page: "look", heads: [event.detail.name] }, true)}
    ></headwise-head-map></headwise-figure>
  `;
}

/** Lists every score with a sentence, its formula and source. */
export function explanations({ heads }: Report): TemplateResult {
  const found = new Set(heads.flatMap(({ scores }) => Object.keys(scores)));
  const known = Object.keys(EXPLANATIONS);
  const names = [...known.filter((name) => found.has(name)), ...[...found].filter((name) => !EXPLANATIONS[name])];
  return html`
    <h2>Definitions of the scores</h2>
    <dl class="meanings">
      ${names.map((name) => {
        const { title, definition, formula, source } = explanationOf(name);
        return html`<div>
          <dt>${title}</dt>
          <dd>${definition} <code>${formula}</code> <span class="dim">${source}</span></dd>
        </div>`;
      })}
    </dl>
  `;
}
