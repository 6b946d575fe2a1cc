/** The theme of all elements: the report's palette as custom properties, light and dark, and shared rules. */
import { css } from "lit";

/** Every color is a `--headwise-…` property of the page, or its default in the current scheme. */
export const palette = css`
  :host {
    --_paper: var(--headwise-paper, light-dark(#ffffff, #14171b));
    --_wash: var(--headwise-wash, light-dark(#f3f5f7, #1f242a));
    --_ink: var(--headwise-ink, light-dark(#1c2024, #e6e8eb));
    --_dim: var(--headwise-dim, light-dark(#59606a, #a0a9b3));
    --_line: var(--headwise-line, light-dark(#dde1e6, #323840));
    --_accent: var(--headwise-accent, light-dark(#0a5ea8, #86bdf0));
    --_mark: var(--headwise-mark, light-dark(#b3401a, #f0936b));
    color-scheme: light dark;
  }
`;

/** The palette, and the look of elements that draw. */
export const theme = css`
  ${palette}
  :host {
    display: block;
    position: relative;
    min-width: 0;
    background: var(--_paper);
    color: var(--_ink);
    font: 13px/1.45 var(--headwise-font, system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif);
    font-variant-numeric: tabular-nums;
    text-align: start;
  }
  :host([hidden]) { display: none }
  :host([theme="light"]) { color-scheme: light }
  :host([theme="dark"]) { color-scheme: dark }
  *, ::before, ::after { box-sizing: border-box }
  :focus { outline: none }
  :focus-visible { outline: 2px solid var(--_accent); outline-offset: 1px }
  button, input { font: inherit; color: inherit }
  output { display: block; min-height: 1.45em; color: var(--_ink); overflow-wrap: anywhere }
  .dim { color: var(--_dim) }
  .unseen {
    position: absolute; width: 1px; height: 1px; margin: -1px; padding: 0; border: 0;
    overflow: hidden; clip-path: inset(50%); white-space: nowrap;
  }
  @media (prefers-reduced-motion: reduce) { *, ::before, ::after { transition: none !important; animation: none !important } }
`;
