/** The header and the sections of a generated page. */
import type { Report } from "../../heads/report/schema.ts";
import { compact, count, plural } from "./numbers.ts";
import { element, escaped } from "./xml.ts";

/** Returns a section of a page with its heading; content is markup. */
export function part(id: string, title: string, text: string, ...content: readonly string[]): string {
  const intro = text ? [element("p", { class: "intro" }, text)] : [];
  return element(
    "section",
    { id, class: "part", "aria-labelledby": `${id}-title` },
    element("h2", { id: `${id}-title` }, title),
    ...intro,
    ...content,
  );
}

/** Returns what scrolls sideways in a narrow window, also by keyboard; `content` is markup. */
export const scroller = (name: string, ...content: readonly string[]): string =>
  element("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": name }, ...content);

/** Returns a chart or a pattern, which is markup, with a button that saves it as a picture once the page has its elements. */
export const figureOf = (name: string, ...content: readonly string[]): string =>
  element("headwise-figure", { name }, ...content);

export interface Opening {
  readonly kicker: string;
  /** The subject of the page: any result on a model and a corpus. */
  readonly about: Pick<Report, "model" | "corpus" | "headwise" | "seed">;
  /** The ids of the page's sections. */
  readonly parts: readonly string[];
}

/** Returns the page's title, its subject, and links to its sections. */
export function opening({ kicker, about, parts }: Opening): string {
  const list = factsOf(about).map(([name, value]) =>
    element("div", {}, element("dt", {}, name), element("dd", {}, escaped(value))),
  );
  const links = parts.map((id) => element("a", { href: `#${id}` }, id[0]!.toUpperCase() + id.slice(1)));
  const header = element(
    "header",
    { class: "opening" },
    element("p", { class: "kicker" }, kicker),
    element("h1", {}, escaped(about.model.id)),
    element("dl", { class: "facts" }, ...list),
  );
  return `${header}\n${element("nav", { class: "parts", "aria-label": "Sections of this page" }, ...links)}`;
}

function factsOf({ model, corpus, headwise, seed }: Opening["about"]): [name: string, value: string][] {
  const heads = model.heads.reduce((n, h) => n + h, 0);
  return [
    ["Architecture", `${model.architecture}, ${model.family}`],
    ["Size", `${plural(model.layers, "layer")}, ${plural(heads, "head")}, width ${count(model.width)}`],
    ["Parameters", compact(model.parameters)],
    ["Text", `${corpus.id}: ${plural(corpus.sentences, "sentence")}, ${plural(corpus.tokens, "token")}`],
    ["Weights", `sha256 ${model.sha256.slice(0, 12)}`],
    ["Created with", `Headwise ${headwise}, seed ${seed}`],
  ];
}
