/** The specialization of heads: evidence, and pages that show it. */
import { html, type TemplateResult } from "lit";
import type { Lab } from "../../lab.ts";
import { deeper } from "../deeper.ts";
import { section } from "./section.ts";

/** The division of work, as in docs/study: [heads, relations per head, heads per relation]. */
const DIVIDED = [
  [1, "4.5", "1.6"],
  [16, "2.0", "4.8"],
] as const;

export const specialise = (lab: Lab): TemplateResult =>
  section({
    id: "specialise",
    title: "Specialization of heads",
    claim: html`<p>
      Some heads attend to the previous word, some to punctuation, some from a verb to its object, some to an earlier copy of the
      same word. Training divides the work, not the designer, and it does so differently with every seed.
    </p>`,
    live: html`<table class="narrow" aria-label="Division of work in the study">
      <thead><tr><th scope="col" class="text">heads per layer, in our study</th><th scope="col">relations per head</th><th scope="col">heads per relation</th></tr></thead>
      <tbody>${DIVIDED.map(([heads, served, rest]) => html`<tr><th scope="row">${heads}</th><td>${served}</td><td>${rest}</td></tr>`)}</tbody>
    </table>`,
    but: html`That heads divide the work does not show that they have to. In the study a single head served 4.5 relations at once and was worse at
      only one of them. A label is no proof of function: it only means that a score reaches its threshold and beats its controls.`,
    further: [
      deeper(lab, { page: "heads" }, "labels of the open model’s heads"),
      deeper(lab, { page: "look", heads: [], weighting: "norm" }, "their patterns, weighted by output norm"),
      lab.model?.world
        ? deeper(lab, { page: "off" }, "the importance of each head for each relation")
        : deeper(lab, { page: "train" }, "the division of work during training"),
    ],
  });
