/** The open heads of the page Look, enlarged: as arcs over the sentence, as arcs between two columns, or as a matrix. */
import { html, nothing, type TemplateResult } from "lit";
import type { Looked, SitePatterns } from "../../engine/protocol.ts";
import type { Lab } from "../../lab.ts";
import { patternOf, siteOf } from "../heads-of.ts";
import { withoutFirst, zeroFirst } from "./first-token.ts";
import { viewOf } from "./look-controls.ts";

/** Draws the open heads of text `k`: each in its own figure, or several in one. */
export function openHeads(lab: Lab, looked: Looked, names: readonly string[], k: number): TemplateResult {
  const hidden = lab.state.first === "hidden";
  const cut = hidden && viewOf(lab.state) === "matrix" ? withoutFirst(looked) : looked;
  const open = names.flatMap((name) => {
    const found = siteOf(cut, name);
    return found ? [{ name, ...found }] : [];
  });
  const first = open[0];
  if (!first) return html`<p class="dim">The model has no head ${names.join(", ")}; choose another one.</p>`;
  const shape = { words: looked.words, k };
  const together = lab.state.combine !== "apart" && open.length > 1;
  const same = open.filter(({ site }) => site.rows === first.site.rows && site.columns === first.site.columns);
  return together
    ? picture(
        lab,
        same.map(({ name }) => name),
        same.map(({ site, head }) => patternOf(site, head)),
        first.site,
        shape,
      )
    : html`${open.map(({ name, site, head }) => picture(lab, [name], [patternOf(site, head)], site, shape))}`;
}

function picture(
  lab: Lab,
  names: string[],
  patterns: readonly Float32Array[],
  site: SitePatterns,
  { words, k }: { readonly words?: readonly number[]; readonly k: number },
): TemplateResult {
  const { combine, weighting, grouping, first } = lab.state;
  const view = viewOf(lab.state);
  const mode = combine === "overlay" ? "overlay" : "mean";
  const title = `${names.length === 1 ? "Head" : mode === "mean" ? "Mean of heads" : "Heads"} ${names.join(", ")}${k === 1 ? ", second text" : ""}`;
  const labels = (names.length === 1 ? lab.labels.get(names[0]!) : undefined) ?? [];
  const [label] = labels;
  const reason = names.length === 1 ? lab.reasons.get(names[0]!) : undefined;
  const own = view !== "matrix" && mode === "mean" && patterns.length > 1 ? [meanOf(patterns)] : patterns;
  const drawn = first === "hidden" && view !== "matrix" ? own.map((one) => zeroFirst(one, site.columns.length)) : own;
  const columnWords = words && first === "hidden" ? words.slice(1) : words;
  return html`<headwise-figure .name=${title}><figure class="head" data-head=${names.join(",")} data-text=${k}>
    <figcaption>${title}${labels.map((one) => html` <span class="code l-${one}">${one}</span>`)}</figcaption>
    ${
      view === "matrix"
        ? html`<headwise-pattern .tokens=${site.rows} .columnTokens=${site.columns} .patterns=${drawn} .combine=${mode} .weighting=${weighting} .words=${words} .columnWords=${columnWords ?? null} .grouping=${grouping} .names=${names} .label=${label}></headwise-pattern>`
        : html`<headwise-arcs .layout=${view === "line" ? "fit" : "columns"} .tokens=${site.rows} .columnTokens=${columnsOf(site)} .patterns=${drawn} .weighting=${weighting} .words=${words} .grouping=${grouping} .names=${names} .label=${label}></headwise-arcs>`
    }
    ${reason === undefined ? nothing : html`<p class="dim reason">${reason}</p>`}
    ${names.length > 1 && mode === "mean" ? html`<p class="dim">The mean pattern of ${names.length} heads: it is blurred where they differ.</p>` : nothing}
  </figure></headwise-figure>`;
}

const meanOf = (patterns: readonly Float32Array[]): Float32Array =>
  patterns[0]!.map((_, k) => patterns.reduce((sum, pattern) => sum + pattern[k]!, 0) / patterns.length);

/** Returns the keys if they are not the queries themselves. */
const columnsOf = ({ site, columns }: SitePatterns): readonly string[] | null => (site.startsWith("cross.") ? columns : null);
