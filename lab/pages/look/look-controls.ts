/** The controls of the page Look: the text with its examples, the kind of picture, and rarely used settings. */
import { html, type TemplateResult } from "lit";
import type { OpenedModel } from "../../engine/protocol.ts";
import { examplesFor, type Sought } from "../../examples.ts";
import type { Lab } from "../../lab.ts";
import type { State } from "../../state.ts";
import { choice, exampleButtons } from "../controls.ts";

/** Returns what to look for in a text: that of its example, or whatever stands out. */
export const soughtOf = (model: OpenedModel | undefined, text: string): Sought =>
  (model && examplesFor(model).find((example) => example.text === text)?.sought) ?? { kind: "any" };

/** Returns the picture of the address, or the first one: arcs for a head that the page chose, else the matrix. */
export const viewOf = ({ view, heads }: State): Exclude<State["view"], ""> =>
  view === "" ? (heads.length > 0 ? "matrix" : "line") : view;

/** Draws the text, its examples, and the disclosure of the other settings; what has nothing to change yet is disabled. */
export function askSection(
  lab: Lab,
  { text, other }: { readonly text: string; readonly other: string },
  fields: { readonly text: TemplateResult; readonly other: TemplateResult },
  shown: { readonly words: boolean; readonly open: number },
): TemplateResult {
  const { weighting, grouping, combine } = lab.state;
  const set = (change: Partial<State>) => lab.set(change);
  const used = other !== "" || weighting !== "raw" || grouping !== "tokens" || combine !== "apart";
  return html`<section class="ask" aria-label="Text">
    ${exampleButtons(lab, text)}
    ${fields.text}
    <details ?open=${used}>
      <summary>Second text, weights, words, several heads</summary>
      ${fields.other}
      <div class="row">
        ${choice("Weights", "weighting", weighting, WEIGHTINGS, set)}
        ${choice("Rows and columns", "grouping", shown.words ? grouping : "tokens", groupings(shown.words), set)}
        ${choice("Several heads", "combine", combine, COMBINED, set, shown.open < 2 ? TWO : "")}
      </div>
    </details>
  </section>`;
}

export const viewRow = (lab: Lab): TemplateResult =>
  html`<div class="row">${choice("Picture", "view", viewOf(lab.state), VIEWS, (change) => lab.set(change))}</div>`;

const WEIGHTINGS = [
  ["raw", "attention"],
  ["norm", "attention × ‖f(x)‖"],
] as const;
const groupings = (known: boolean) =>
  [
    ["tokens", "tokens"],
    ["words", "words", known ? "" : "the words of this text are not known"],
  ] as const;
const TWO = "open two heads first: choose “Open several”, or click the second one with Shift";
const VIEWS = [
  ["line", "sentence"],
  ["arcs", "arcs"],
  ["matrix", "matrix"],
] as const;
const COMBINED = [
  ["apart", "side by side"],
  ["mean", "mean"],
  ["overlay", "overlaid"],
] as const;
