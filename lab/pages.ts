/** The pages by name; each is an element that is loaded when it is first shown. */
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

interface LabPageEntry {
  load(): Promise<unknown>;
  show(lab: Lab): TemplateResult;
}

const PAGES: Readonly<Record<PageName, LabPageEntry>> = {
  look: { load: () => import("./pages/look/look.ts"), show: (lab) => html`<lab-look .lab=${lab}></lab-look>` },
  heads: { load: () => import("./pages/heads/heads.ts"), show: (lab) => html`<lab-heads .lab=${lab}></lab-heads>` },
  off: { load: () => import("./pages/off/off.ts"), show: (lab) => html`<lab-off .lab=${lab}></lab-off>` },
  cut: { load: () => import("./pages/cut/cut.ts"), show: (lab) => html`<lab-cut .lab=${lab}></lab-cut>` },
  subspaces: {
    load: () => import("./pages/subspaces/subspaces.ts"),
    show: (lab) => html`<lab-subspaces .lab=${lab}></lab-subspaces>`,
  },
  train: { load: () => import("./pages/train/train.ts"), show: (lab) => html`<lab-train .lab=${lab}></lab-train>` },
  why: { load: () => import("./pages/why/why.ts"), show: (lab) => html`<lab-why .lab=${lab}></lab-why>` },
};

/** Returns the page, or a placeholder while its code loads. */
export function pageOf(name: PageName, lab: Lab): TemplateResult {
  const { load, show } = PAGES[name];
  const shown = made.get(name) ?? load().then(() => show(lab));
  made.set(name, shown);
  return html`${until(shown, html`<p class="intro">loading the page</p>`)}`;
}

const made = new Map<PageName, Promise<TemplateResult>>();
