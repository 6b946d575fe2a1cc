/** The style of the map of heads. */
import { css } from "lit";

export const headMapStyle = css`
  svg { display: block; width: 100%; border: 1px solid var(--_line); border-radius: 6px; overflow: hidden }
  .point { cursor: pointer; touch-action: manipulation }
  .point:focus, .point:focus-visible { outline: none }
  .point circle { stroke: var(--_paper); stroke-width: 1.5; transition: stroke 0.15s }
  .point:hover circle, .point.on circle { stroke: var(--_ink); stroke-width: 2 }
  .point.selected circle { stroke: var(--_ink); stroke-width: 3.5 }
  .point:focus-visible circle { stroke: var(--_accent); stroke-width: 4 }
  .point text { font-size: 8.5px; font-weight: 650; text-anchor: middle; pointer-events: none; letter-spacing: 0.01em }
  .ruler { stroke: var(--_dim); fill: none }
  .codes { display: flex; flex-wrap: wrap; gap: 4px 14px; margin: 8px 0 0; padding: 0; list-style: none; font-size: 12px; color: var(--_dim) }
  .codes li { display: inline-flex; gap: 5px; align-items: center }
`;
