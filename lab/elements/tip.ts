/** A readout beside the pointer or the focused cell, inside the viewport. */
import { css, html, type TemplateResult } from "lit";

/** A part of the viewport, in CSS pixels. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export const tipStyle = css`
  .tip {
    position: fixed; left: 0; top: 0; z-index: 30; pointer-events: none; width: max-content; max-width: min(340px, calc(100vw - 8px));
    padding: 3px 8px; border: 1px solid var(--_dim); border-radius: 6px; background: var(--_paper); color: var(--_ink);
    font-size: 12.5px; line-height: 1.4; overflow-wrap: anywhere; box-shadow: 0 2px 8px rgb(0 0 0 / 0.2);
  }
  .tip:empty { display: none }
  @media print { .tip { display: none } }
`;

/** The tip of an element: decoration, since screen readers are told the same by the element itself. */
export const tipPlace = (): TemplateResult => html`<div class="tip" aria-hidden="true"></div>`;

/** The distance from the box, and from the edges of the viewport. */
const [GAP, EDGE] = [8, 4];

/** Returns the upper left corner of a tip: above the box or, if it does not fit there, below it; never outside the viewport. */
export function tipCorner(box: Box, size: { width: number; height: number }, view: { width: number; height: number }) {
  const within = (at: number, most: number) => Math.max(EDGE, Math.min(at, most - EDGE));
  const above = box.top - GAP - size.height;
  return {
    x: within((box.left + box.right - size.width) / 2, view.width - size.width),
    y: within(above >= EDGE ? above : box.bottom + GAP, view.height - size.height),
  };
}

/** Returns the box of a part of an element, given in its own pixels from its upper left corner. */
export function boxIn(element: Element, x: number, y: number, width = 0, height = 0): Box {
  const { left, top } = element.getBoundingClientRect();
  return { left: left + x, top: top + y, right: left + x + width, bottom: top + y + height };
}

/** Returns the box around a pointer, with room for its arrow. */
export const boxAt = ({ clientX, clientY }: MouseEvent): Box => ({
  ...{ left: clientX, right: clientX, top: clientY - 4, bottom: clientY + 16 },
});
