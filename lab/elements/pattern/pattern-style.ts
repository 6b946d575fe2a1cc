/** The style of one large pattern. */
import { css } from "lit";

export const patternStyle = css`
  /* the parts above and below are as wide as the picture */
  .bar, .below { max-width: max(var(--_wide), 360px) }
  .bar { padding-inline-end: var(--_save-room, 0px); display: flex; flex-wrap: wrap; gap: 4px 12px; align-items: center; min-height: 30px; margin-bottom: 6px }
  .caption { display: flex; flex-wrap: wrap; gap: 2px 8px; align-items: center; color: var(--_dim) }
  .clipped { font-weight: 600; color: var(--_ink) }
  .zoom { display: flex; gap: 4px; margin-inline-start: auto }
  @media print {
    .zoom { display: none }
    canvas { max-width: 100%; height: auto !important } /* drawn for the width of the window */
  }
  button {
    min-width: 28px; height: 28px; padding: 0 6px; border: 1px solid var(--_line); border-radius: 6px;
    background: none; cursor: pointer; line-height: 1;
  }
  button:hover:enabled { background: var(--_wash) }
  button:disabled { color: var(--_dim); cursor: default; opacity: 0.6 }
  /* the canvas reads its colors from here: ink, paper, lines, accent and dim text */
  canvas {
    display: block; color: var(--_ink); background-color: var(--_paper); border: 0 solid var(--_line);
    caret-color: var(--_accent); column-rule-color: var(--_dim); cursor: crosshair; border-radius: 2px;
  }
  .below { display: flex; flex-wrap: wrap; gap: 6px 20px; align-items: center; justify-content: space-between; margin-top: 8px }
  .typed { display: flex; gap: 6px; align-items: center; color: var(--_dim) }
  .typed input {
    width: 76px; height: 28px; padding: 0 6px; border: 1px solid var(--_line); border-radius: 6px;
    background: var(--_paper); color: var(--_ink);
  }
  .legend { display: flex; flex-wrap: wrap; gap: 4px 14px; align-items: center; font-size: 12px; color: var(--_dim) }
  .legend span { display: inline-flex; gap: 5px; align-items: center }
  .legend svg { display: block; flex: none }
  .legend text { fill: var(--_dim); font-size: 10px }
`;
