/** The claim “30 to 40% of the heads can be removed”, tested on four models. */
import { html, type TemplateResult } from "lit";
import type { Lab } from "../../lab.ts";
import { deeper } from "../deeper.ts";
import { section } from "./section.ts";

/** From docs/prune: measured on held-out examples, with 95% intervals. */
const MEASURED: readonly { model: string; cut: string; cost: string; chance: string; holds: string }[] = [
  {
    model: "all-MiniLM-L6-v2, 72 heads",
    cut: "33%, by ablation",
    cost: "−0.45 points of ρ × 100 (−1.38 to 0.45)",
    chance: "1.61",
    holds: "yes: up to 57% for less than a point",
  },
  {
    model: "builtin:english, 32 heads",
    cut: "31%, greedy",
    cost: "0.037 nats per token (0.027 to 0.047)",
    chance: "0.16",
    holds: "not without loss: 4% higher perplexity",
  },
  {
    model: "SmolLM2-135M-Instruct, 270 heads",
    cut: "33%, by ablation",
    cost: "0.30 nats per token (0.22 to 0.40)",
    chance: "2.10",
    holds: "no: a third higher perplexity",
  },
  {
    model: "a translator, 3 + 3 layers of 8",
    cut: "30%, by ablation",
    cost: "0.16 nats per token (0.14 to 0.17)",
    chance: "–",
    holds: "no: 0.06 after 300 steps of training, BLEU 32.4 → 30.6",
  },
];

export const prunable = (lab: Lab): TemplateResult =>
  section({
    id: "prunable",
    title: "Prunable heads",
    claim: html`<p>
      Because heads overlap, some can be removed from a trained model; 30 to 40% is a common claim. We measured four models on
      held-out examples.
    </p>`,
    live: html`<div class="scroll" role="region" tabindex="0" aria-label="Loss without a third of the heads">
      <table class="thirds">
        <thead><tr><th scope="col" class="text">model</th><th scope="col" class="text">heads removed</th><th scope="col" class="text">loss (95% interval)</th><th scope="col">at random</th><th scope="col" class="text">claim holds</th></tr></thead>
        <tbody>${MEASURED.map(({ model, cut, cost, chance, holds }) => html`<tr><th scope="row">${model}</th><td class="text">${cut}</td><td class="text">${cost}</td><td>${chance}</td><td class="text">${holds}</td></tr>`)}</tbody>
      </table>
    </div>
    <p class="dim note">From docs/prune, “Number of removable heads”. The loss at random has the unit of the previous column.</p>`,
    but: html`The claim held for one of four models, a sentence encoder, and only for well-chosen heads: the loss of a random third was more than
      four times as large. Selecting and evaluating on the same examples underestimates the loss.`,
    further: [deeper(lab, { page: "cut", share: 0.33 }, "the open model without a third of its heads")],
  });
