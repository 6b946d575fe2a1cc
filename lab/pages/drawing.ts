/** Charts of the kit (`src/view/chart`) on a page: the kit writes SVG as text, and escapes all text in it. */
import { html, type TemplateResult } from "lit";
import { unsafeHTML } from "lit/directives/unsafe-html.js";
import "../elements/index.ts";

/** Embeds a chart; one with a name can be saved as a picture. */
export const drawing = (svg: string, name?: string): TemplateResult =>
  name === undefined ? html`${unsafeHTML(svg)}` : html`<headwise-figure .name=${name}>${unsafeHTML(svg)}</headwise-figure>`;
