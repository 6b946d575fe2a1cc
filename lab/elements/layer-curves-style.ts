/** The style of the curves over layers. */
import { css } from "lit";
import { headColorStyle } from "./head-colors.ts";

export const layerCurvesStyle = css`
  ${headColorStyle}
  .title { font-weight: 600 }
  .title .dim { font-weight: 400 }
  svg { display: block; width: 100%; overflow: visible; touch-action: pan-y }
  text { fill: var(--_dim); font-size: 11px }
  text.name, text.tip { fill: var(--_ink); font-size: 12px }
  text.tip { font-weight: 650; paint-order: stroke; stroke: var(--_paper); stroke-width: 5px; stroke-linejoin: round }
  .rule { stroke: var(--_line) }
  .zero { stroke: var(--_dim) }
  .curve { fill: none; stroke: var(--_head); stroke-width: 2; stroke-linejoin: round }
  .band { fill: var(--_head); opacity: 0.16 }
  .leader { stroke: var(--_head); stroke-width: 1; opacity: 0.6 }
  .point { fill: var(--_head); stroke: var(--_paper); stroke-width: 1.2 }
  .point.on { stroke: var(--_ink); stroke-width: 2 }
  .point:focus-visible { outline: none; stroke: var(--_accent); stroke-width: 3 }
`;
