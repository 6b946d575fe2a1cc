/** Charts of the kit (`src/view/chart`) on a page: the kit writes SVG as text, and escapes all text in it. */
import { html, type TemplateResult } from "lit";
import { unsafeHTML } from "lit/directives/unsafe-html.js";

/** Embeds a chart. */
export const drawing = (svg: string): TemplateResult => html`${unsafeHTML(svg)}`;
