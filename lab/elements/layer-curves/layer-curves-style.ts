/** The style of the curves over layers. */
import { css } from "lit";
import { headColorStyle } from "../head-colors.ts";

export const layerCurvesStyle = css`
  ${headColorStyle}
  .title { display: flex; flex-wrap: wrap; gap: 0 8px; min-height: 1.45em; font-weight: 600 }
  .title .dim { font-weight: 400 }
  svg { display: block; width: 100%; overflow: visible; touch-action: pan-y }
  text { fill: var(--_dim); font-size: 11px }
  text.name { fill: var(--_ink); font-size: 12px }
  .rule { stroke: var(--_line) }
  .rule.zero { stroke: var(--_dim) }
  .curve { fill: none; stroke: var(--_head); stroke-width: 2; stroke-linejoin: round }
  .band { fill: var(--_head); opacity: 0.16 }
  .leader { stroke: var(--_head); stroke-width: 1; opacity: 0.6 }
  .point { fill: var(--_head); stroke: var(--_paper); stroke-width: 1.2 }
  .point.on { stroke: var(--_ink); stroke-width: 2 }
  .point:focus-visible { outline: none; stroke: var(--_accent); stroke-width: 3 }
`;
