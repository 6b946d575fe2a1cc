/** A label as its code on its colour; the style has a class for each label, since a strict page allows no style attribute. */
import { css, html, type TemplateResult, unsafeCSS } from "lit";
import { LABELS } from "../../src/heads/scores/label-names.ts";
import { labelCode, labelColor, labelText } from "../../src/view/chart/colors.ts";
import type { Label } from "./types.ts";

const colors = LABELS.filter((label) => label !== "unclassified")
  .map((label) => `.l-${label}{background:${labelColor(label)};color:${labelText(label)};fill:${labelColor(label)}}`)
  .join("\n");

export const chipStyle = css`
  .chip {
    display: inline-block; min-width: 27px; padding: 0 3px; border-radius: 3px; text-align: center;
    font-size: 9.5px; line-height: 14px; font-weight: 600; letter-spacing: 0.02em;
  }
  /* a code is a picture of the label's name, which is what is spoken */
  .chip::before { content: attr(data-code) }
  .l-unclassified { background: var(--_line); color: var(--_ink); fill: var(--_line) }
  ${unsafeCSS(colors)}
`;

/** Whether a word that came from outside is a label. */
export function isLabel(label: unknown): label is Label {
  return (LABELS as readonly unknown[]).includes(label);
}

/** The chip of a label; nothing for a word that is none. `spoken` unless the label is written beside it. */
export function chip(label: Label | null | undefined, spoken = true): TemplateResult | null {
  if (!isLabel(label)) return null;
  const code = labelCode(label);
  if (!spoken) return html`<span class="chip l-${label}" data-code=${code} aria-hidden="true"></span>`;
  return html`<span class="chip l-${label}" data-code=${code} role="img" aria-label=${label} title=${label}></span>`;
}
