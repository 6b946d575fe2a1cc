/** “30 to 40% of the heads can go”: for which models that held. */
import { html, type TemplateResult } from "lit";
import type { Lab } from "../../lab.ts";
import { deeper } from "../deeper.ts";
import { section } from "./section.ts";

/** As docs/prune has them: measured on examples that had no part in choosing, with 95% intervals. */
const MEASURED: readonly { model: string; cut: string; cost: string; chance: string; holds: string }[] = [
  {
    model: "all-MiniLM-L6-v2, 72 heads",
    cut: "33%, greedy",
    cost: "0.29 points of ρ × 100 (−0.79 to 1.15)",
    chance: "1.31",
    holds: "yes: up to 65% for less than a point",
  },
  {
    model: "builtin:english, 32 heads",
    cut: "31%, greedy",
    cost: "0.037 nats per token (0.027 to 0.047)",
    chance: "0.16",
    holds: "not for nothing: 4% of perplexity",
  },
  {
    model: "SmolLM2-135M-Instruct, 270 heads",
    cut: "33%, by ablation",
    cost: "0.30 nats per token (0.22 to 0.40)",
    chance: "2.10",
    holds: "no: a third more perplexity",
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
    title: "A third of the heads can go: sometimes",
    claim: html`<p>
      Because heads overlap, some can be taken out of a trained model, and it is often said that 30 to 40% can. We measured four models, on
      examples that had no part in choosing the heads.
    </p>`,
    live: html`<div class="scroll" role="region" tabindex="0" aria-label="What a third of the heads costs">
      <table class="thirds">
        <thead><tr><th scope="col" class="text">model</th><th scope="col" class="text">heads gone</th><th scope="col" class="text">cost (95% interval)</th><th scope="col">at random</th><th scope="col" class="text">does it hold?</th></tr></thead>
        <tbody>${MEASURED.map(({ model, cut, cost, chance, holds }) => html`<tr><th scope="row">${model}</th><td class="text">${cut}</td><td class="text">${cost}</td><td>${chance}</td><td class="text">${holds}</td></tr>`)}</tbody>
      </table>
    </div>
    <p class="dim note">From docs/prune, “How many can go”. The cost at random is in the units of the column before it.</p>`,
    but: html`It held for one of four, a sentence encoder, and there only if the heads were chosen well: its random third cost more than
      four times as much. Who chooses and measures on the same examples sees a loss that is too small.`,
    further: [deeper(lab, { page: "cut", share: 0.33 }, "cut a third of the open model’s heads")],
  });
