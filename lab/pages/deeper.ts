/** A way from one page of the lab to another, with choices made. */
import { html, type TemplateResult } from "lit";
import type { Lab } from "../lab.ts";
import { type State, writeState } from "../state.ts";

/** A link that opens in place, and in a new tab as any link does. */
export function deeper(lab: Lab, change: Partial<State>, text: string): TemplateResult {
  const go = (event: MouseEvent) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    lab.set(change, true);
    document.querySelector<HTMLElement>("#page")?.focus({ preventScroll: true });
    scrollTo({ top: 0 });
  };
  return html`<a href=${writeState({ ...lab.state, ...change }) || "?"} @click=${go}>${text}</a>`;
}
