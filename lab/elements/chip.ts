/** A label as its code on its color; the style has a class per label, since a strict page forbids style attributes. */
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
  /* the code is decorative: screen readers read the label's name */
  .chip::before { content: attr(data-code) }
  .l-unclassified { background: var(--_line); color: var(--_ink); fill: var(--_line) }
  ${unsafeCSS(colors)}
`;

/** Returns true if a string from outside is a label. */
export function isLabel(label: unknown): label is Label {
  return (LABELS as readonly unknown[]).includes(label);
}

/** Returns the chip of a label, or null for an unknown label. Set `spoken` to false if the label is written next to it. */
export function chip(label: Label | null | undefined, spoken = true): TemplateResult | null {
  if (!isLabel(label)) return null;
  const code = labelCode(label);
  if (!spoken) return html`<span class="chip l-${label}" data-code=${code} aria-hidden="true"></span>`;
  return html`<span class="chip l-${label}" data-code=${code} role="img" aria-label=${label} title=${label}></span>`;
}
