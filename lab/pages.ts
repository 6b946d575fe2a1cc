/** The pages by name; each is an element that is loaded when it is first shown, and again on request if that failed. */
import { html, type TemplateResult } from "lit";
import type { Lab, Status } from "./lab.ts";
import { importFailure, isLoadError, LoadError, sentenceOf } from "./loading.ts";
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

/** The code of a page on its way. */
interface PageCode {
  loaded: boolean;
  error?: unknown;
}

const codes = new Map<PageName, PageCode>();

/** Returns the page, or what goes on while its code is not here. */
export function pageOf(name: PageName, lab: Lab): TemplateResult {
  const { loaded, error } = codes.get(name) ?? begin(name, lab, PAGES[name].load);
  if (loaded) return PAGES[name].show(lab);
  const title = html`<h1>${PAGE_TITLES[name]}</h1>`;
  if (error === undefined) return html`${title}<p class="dim" aria-busy="true">Loading the page.</p>`;
  return html`${title}<p class="failed" role="alert">${sentenceOf(error)} <button type="button" class="small" @click=${() => begin(name, lab, () => loadAgain(error))}>Retry</button></p>`;
}

/** Returns what the status line says while the code of a page is not here. */
export function pageStatus(name: PageName): Status | undefined {
  const { loaded, error } = codes.get(name) ?? { loaded: false };
  if (loaded) return undefined;
  const title = `the page ${PAGE_TITLES[name]}`;
  return error === undefined ? { text: `loading ${title}`, busy: true } : { text: `${title} is not loaded`, failed: true };
}

function begin(name: PageName, lab: Lab, load: () => Promise<unknown>): PageCode {
  const code: PageCode = { loaded: false };
  codes.set(name, code);
  const done = (change: Partial<PageCode>) => {
    Object.assign(code, { error: undefined }, change);
    lab.refresh();
  };
  const late = setTimeout(
    () => done({ error: new LoadError(`the page has not arrived in ${PATIENCE / 1000} s; check the server, then retry`) }),
    PATIENCE,
  );
  load()
    .then(
      () => done({ loaded: true }),
      (error: unknown) => done({ error: importFailure(error) }),
    )
    .finally(() => clearTimeout(late));
  return code;
}

/** The time in milliseconds after which code is late. */
const PATIENCE = 15_000;

let tries = 0;

/**
 * Browsers remember by its address that a module did not load, or wait for it for ever: another address is fetched anew. Where that
 * is not possible, the page is opened again, which its address allows.
 */
async function loadAgain(error: unknown): Promise<unknown> {
  const address = isLoadError(error) ? (error as LoadError).address : undefined;
  try {
    if (!address) throw error;
    return await import(/* @vite-ignore */ `${address}?again=${++tries}`);
  } catch (failed) {
    const answer = await fetch(location.href, { cache: "no-store" }).catch(() => undefined);
    if (answer?.ok) location.reload();
    throw failed;
  }
}
