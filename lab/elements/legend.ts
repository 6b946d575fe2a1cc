/** Legends of colors: the ramp of weights with its numbers, or a swatch per head. */
import { html, svg, type TemplateResult } from "lit";
import { levelWeight, weightRamp } from "../../src/view/chart/colors.ts";
import { headColors } from "./head-colors.ts";
import type { Scheme } from "./types.ts";

const STEP = 9;

/** Draws the ramp, from 0 to 1. */
export function rampLegend(scheme: Scheme): TemplateResult {
  const ramp = weightRamp(scheme);
  const ticks = [0, 4, 8, 12, 16];
  return html`<svg width=${ramp.length * STEP + 12} height="24" aria-hidden="true">
    ${ramp.map((fill, level) => svg`<rect x=${6 + level * STEP} width=${STEP + 0.3} height="9" fill=${fill} />`)}
    ${ticks.map((level) => svg`<text x=${6 + (level + 0.5) * STEP} y="21" text-anchor="middle">${tick(level)}</text>`)}
  </svg>`;
}

function tick(level: number): string {
  const weight = levelWeight(level);
  return Number.isInteger(weight) ? String(weight) : weight.toFixed(2).slice(1);
}

/** Draws a swatch and a name for each head. */
export function headsLegend(names: readonly string[], scheme: Scheme): TemplateResult[] {
  const colors = headColors(scheme);
  return names.map(
    (name, k) => html`<span>
      <svg width="14" height="10" aria-hidden="true"><rect width="14" height="10" rx="2" fill=${colors[k % colors.length]} /></svg>
      ${name}
    </span>`,
  );
}
