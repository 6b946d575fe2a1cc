/** The pages by name; each is an element of its own that is loaded when it is first shown. */
import { html, type TemplateResult } from "lit";
import { until } from "lit/directives/until.js";
import type { Lab } from "./lab.ts";
import type { PageName } from "./state.ts";

export const PAGE_TITLES: Readonly<Record<PageName, string>> = {
  look: "Look",
  heads: "Heads",
  off: "Switch off",
  cut: "Cut",
  subspaces: "Subspaces",
  train: "Train",
  why: "Why many heads?",
};

const PAGES: Readonly<Partial<Record<PageName, (lab: Lab) => Promise<TemplateResult>>>> = {
  look: async (lab) => (await import("./pages/look.ts"), html`<lab-look .lab=${lab}></lab-look>`),
  train: async (lab) => (await import("./pages/train.ts"), html`<lab-train .lab=${lab}></lab-train>`),
};

/** The page, or what stands in its place while its code is on the way. */
export function pageOf(name: PageName, lab: Lab): TemplateResult {
  const shown = (made.get(name) ?? made.set(name, (PAGES[name] ?? PAGES.look!)(lab)).get(name))!;
  return html`${until(shown, html`<p class="intro">opening the page</p>`)}`;
}

const made = new Map<PageName, Promise<TemplateResult>>();
