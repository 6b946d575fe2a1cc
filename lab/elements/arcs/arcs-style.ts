/** The style of the arcs. */
import { css } from "lit";
import { headColorStyle } from "../head-colors.ts";

export const arcsStyle = css`
  ${headColorStyle}
  .bar { padding-inline-end: var(--_save-room, 0px); display: flex; flex-wrap: wrap; gap: 4px 16px; align-items: center; min-height: 24px; margin-bottom: 4px; color: var(--_dim) }
  .clipped { font-weight: 600; color: var(--_ink) }
  .legend { display: flex; flex-wrap: wrap; gap: 4px 14px }
  .legend span { display: inline-flex; gap: 5px; align-items: center }
  .scroll { overflow: auto; max-height: var(--headwise-arcs-height, 480px); position: relative }
  .columns { display: grid; max-width: 760px; grid-template-columns: var(--_side) 1fr var(--_side); padding: 2px }
  .line { width: max-content; min-width: 100%; padding: 2px }
  .line .tokens { justify-content: safe center }
  .tokens { display: flex }
  .columns .tokens { flex-direction: column }
  .columns .query { align-items: flex-end }
  svg { display: block; overflow: visible; pointer-events: none }
  path { fill: none; stroke: var(--_head); stroke-linecap: round }
  button {
    display: flex; gap: 5px; align-items: center; min-height: 24px; padding: 0 6px; border: 0; border-radius: 4px; max-width: 100%;
    background: none; cursor: pointer; white-space: pre; touch-action: manipulation;
  }
  .columns button { height: 26px; flex: none }
  .line button { font-size: var(--_text, inherit); flex-direction: column; gap: 0; flex: none; min-width: 24px; padding: 2px 3px; justify-content: center }
  .token { overflow: hidden; text-overflow: ellipsis; min-width: 0 }
  .query .token { order: 1 }
  button:hover, button.active { background: var(--_wash) }
  button.active .token { font-weight: 650 }
  .quiet button:not(.active, .met) .token { color: var(--_dim) }
  .weights { display: flex; gap: 4px; flex: none; font-size: 11px; line-height: 14px }
  .line .weights { min-height: 16px }
  .weights span { border-bottom: 2px solid var(--_head) }
  output { margin-top: 6px }
`;
