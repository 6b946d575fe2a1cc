/** A link from one page of the lab to another, with state. */
import { html, nothing, type TemplateResult } from "lit";
import type { Lab } from "../lab.ts";
import { type State, writeState } from "../state.ts";

/** Returns a link that opens in place, and in a new tab as usual; `current` marks the shown page. */
export function deeper(lab: Lab, change: Partial<State>, text: string, current = false): TemplateResult {
  const go = (event: MouseEvent) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    lab.set(change, true);
    document.querySelector<HTMLElement>("#page")?.focus({ preventScroll: true });
    scrollTo({ top: 0 });
  };
  const address = writeState({ ...lab.state, ...change }) || "?";
  return html`<a href=${address} aria-current=${current ? "page" : nothing} @click=${go}>${text}</a>`;
}
