/** The style of the map of pairs of heads. */
import { css } from "lit";

export const headPairsStyle = css`
  .room { position: relative; height: calc(var(--_from) + var(--_size)) }
  canvas {
    position: absolute; left: var(--_from); top: var(--_from); width: var(--_size); height: var(--_size);
    image-rendering: pixelated; touch-action: pan-y; cursor: crosshair;
  }
  svg { position: absolute; inset: 0; width: 100%; height: 100%; overflow: visible; pointer-events: none }
  .tree { fill: none; stroke: var(--_dim) }
  .tree.many { stroke-width: 0.6 }
  .cursor { fill: none; stroke: var(--_mark); stroke-width: 2 }
  output { margin-top: 6px; color: var(--_dim); font-size: 13.5px }
  @media print { output { display: none } }
`;
