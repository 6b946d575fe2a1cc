/** Legends of colors: the ramp of weights with its numbers, or a swatch per head. */
import { html, type TemplateResult } from "lit";
import { unsafeSVG } from "lit/directives/unsafe-svg.js";
import { weightLegend } from "../../src/view/chart/heat.ts";
import { headColors } from "./head-colors.ts";
import type { Scheme } from "./types.ts";

/** Draws the ramp, from 0 to 1. */
export const rampLegend = (scheme: Scheme): TemplateResult =>
  html`<svg width="165" height="24" aria-hidden="true">${unsafeSVG(weightLegend(6, 0, 153, scheme))}</svg>`;

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
