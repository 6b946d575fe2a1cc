/** The style of the grid of heads. */
import { css, unsafeCSS } from "lit";
import { SIGN_COLORS } from "../../../src/view/chart/colors.ts";

const signColor = (sign: keyof typeof SIGN_COLORS) =>
  unsafeCSS(`light-dark(${SIGN_COLORS[sign].light},${SIGN_COLORS[sign].dark})`);

export const headGridStyle = css`
  .scroll { overflow-x: auto; padding: 3px }
  .grid { display: inline-grid; gap: 8px; min-width: 100% }
  .row { display: flex; gap: 6px; align-items: stretch }
  .layer {
    position: sticky; inset-inline-start: -3px; z-index: 1; flex: none; width: 58px; padding: 4px 6px 0 2px;
    background: var(--_paper); color: var(--_dim); font-size: 12px; line-height: 1.3;
  }
  .layer b { display: block; color: var(--_ink); font-weight: 600 }
  .none { padding: 4px 0; color: var(--_dim) }
  button {
    display: block; width: calc(var(--_size) + 6px); padding: 2px; border: 1px solid transparent; border-radius: 6px;
    background: none; cursor: pointer; text-align: start; touch-action: manipulation;
  }
  button:hover { background: var(--_wash) }
  button.selected { border-color: var(--_accent); background: var(--_wash); box-shadow: inset 0 0 0 1px var(--_accent) }
  .caption { display: flex; justify-content: space-between; align-items: center; height: 18px; font-size: 11px; line-height: 1 }
  .small .chip { min-width: 9px; width: 9px; height: 9px; padding: 0; border-radius: 50% }
  .small .chip::before { content: none }
  .map { display: block; position: relative; border-radius: 2px; overflow: hidden; transition: opacity 0.15s }
  .map, canvas { width: var(--_size); height: var(--_size) }
  canvas { display: block; image-rendering: pixelated }
  .lit .map::after {
    content: ""; position: absolute; inset: 0; --_veil: color-mix(in srgb, var(--_paper) 70%, transparent);
    background: linear-gradient(var(--_way, to bottom), var(--_veil) calc(var(--_from) - 1px), var(--_mark) calc(var(--_from) - 1px) var(--_from),
      transparent var(--_from) var(--_to), var(--_mark) var(--_to) calc(var(--_to) + 1px), var(--_veil) calc(var(--_to) + 1px));
  }
  .lit.key { --_way: to right }
  .small .lit .caption { font-size: 10px; gap: 2px }
  .weight { font-weight: 600; color: var(--_mark) }
  .legend { display: flex; flex-wrap: wrap; gap: 2px 12px; align-items: center; padding: 6px 3px 0; font-size: 12px; color: var(--_dim) }
  .legend svg { display: block; flex: none }
  .legend text { fill: var(--_dim); font-size: 10px }
  .note {
    position: absolute; inset-inline: 0; inset-block-end: 0; padding: 0 2px; font-size: 11px; line-height: 15px; font-weight: 600;
    text-align: center; background: color-mix(in srgb, var(--_tint) 22%, var(--_paper)); color: var(--_ink); border-radius: 0 0 2px 2px;
  }
  .noted { --_tint: var(--_line) }
  .noted:not(.off) .map { opacity: 0.75 }
  .noted.even .note { background: none; color: var(--_dim); font-weight: 400 }
  .noted.loss { --_tint: ${signColor("loss")} }
  .noted.gain { --_tint: ${signColor("gain")} }
  .noted.flip .note { background: var(--_tint); color: var(--_paper) }
  .faint .map { opacity: 0.16 }
  .faint .caption { color: var(--_dim) }
  .faint .chip { background: none; color: var(--_dim); box-shadow: inset 0 0 0 1px var(--_line) }
  .off .map { opacity: 0.3 }
  .off .name { text-decoration: line-through 1.5px var(--_mark) }
  .strike { position: relative; display: block }
  .off .strike::after {
    content: ""; position: absolute; inset: 0;
    background: linear-gradient(to top right, transparent calc(50% - 1px), var(--_mark) calc(50% - 1px) calc(50% + 1px), transparent calc(50% + 1px));
  }
  .scale::before { content: attr(data-scale) }
  .scale { position: absolute; inset-inline-end: 0; inset-block-end: 0; padding: 1px 3px; font-size: 10px; line-height: 1.2;
    background: var(--_paper); color: var(--_ink); border-start-start-radius: 3px }
`;
