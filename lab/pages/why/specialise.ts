/** Heads that specialise: what is known, and where to see it. */
import { html, type TemplateResult } from "lit";
import type { Lab } from "../../lab.ts";
import { deeper } from "../deeper.ts";
import { section } from "./section.ts";

/** A relation's share of the work, as docs/study has it: [heads, relations a head serves, heads per relation]. */
const DIVIDED = [
  [1, "4.5", "1.6"],
  [16, "2.0", "4.8"],
] as const;

export const specialise = (lab: Lab): TemplateResult =>
  section({
    id: "specialise",
    title: "Heads take up different work, and nobody assigns it",
    claim: html`<p>
      Some heads look at the word before, some at commas and full stops, some from a verb to its object, some at an earlier copy of the
      same word. The work is divided by training, not by design, and it is divided differently with every seed.
    </p>`,
    live: html`<table class="narrow" aria-label="How work is divided in the study">
      <thead><tr><th scope="col" class="text">in our study, with so many heads a layer</th><th scope="col">relations that a head serves</th><th scope="col">heads that a relation rests on</th></tr></thead>
      <tbody>${DIVIDED.map(([heads, served, rest]) => html`<tr><th scope="row">${heads}</th><td>${served}</td><td>${rest}</td></tr>`)}</tbody>
    </table>`,
    but: html`That heads divide the work does not show that they had to. In the study a single head served 4.5 relations at once and lost
      only one of them. And a name is not a proof: a label is given only where a score reaches its threshold and beats its controls.`,
    further: [
      deeper(lab, { page: "heads" }, "name the open model’s heads"),
      deeper(lab, { page: "look", heads: [], weighting: "norm" }, "see them, weighted by what they carry"),
      lab.model?.world
        ? deeper(lab, { page: "off" }, "what each head is worth to each relation")
        : deeper(lab, { page: "train" }, "watch the work being divided"),
    ],
  });
