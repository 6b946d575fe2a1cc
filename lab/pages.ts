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
  async look(lab) {
    await import("./pages/look.ts");
    return html`<lab-look .lab=${lab}></lab-look>`;
  },
  async heads(lab) {
    await import("./pages/heads.ts");
    return html`<lab-heads .lab=${lab}></lab-heads>`;
  },
  async off(lab) {
    await import("./pages/off.ts");
    return html`<lab-off .lab=${lab}></lab-off>`;
  },
  async train(lab) {
    await import("./pages/train.ts");
    return html`<lab-train .lab=${lab}></lab-train>`;
  },
  async why(lab) {
    await import("./pages/why.ts");
    return html`<lab-why .lab=${lab}></lab-why>`;
  },
};

/** The page, or what stands in its place while its code is on the way. */
export function pageOf(name: PageName, lab: Lab): TemplateResult {
  const shown = (made.get(name) ?? made.set(name, (PAGES[name] ?? PAGES.look!)(lab)).get(name))!;
  return html`${until(shown, html`<p class="intro">opening the page</p>`)}`;
}

const made = new Map<PageName, Promise<TemplateResult>>();
