/** The measurements of a pruned model: sizes, times, the equality check, and the files. */
import { html, nothing, type TemplateResult } from "lit";
import { compact, count, decimal, percent, plural } from "../../../src/view/page/numbers.ts";
import type { CutMeasured } from "../../engine/cut/cut.ts";
import { downloads, type Offer } from "./cut-files.ts";

const tiny = (x: number): string => {
  if (x === 0) return "0";
  const [digits, power] = x.toExponential(1).split("e") as [string, string];
  return `${digits} × 10${raised(Number(power))}`;
};
const raised = (power: number): string => [...`${power}`].map((digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(digit)] ?? "⁻").join("");

const change = (before: number, after: number): string => {
  const share = (after - before) / before;
  return `${share > 0 ? "+" : "−"}${percent(Math.abs(share))}`;
};

const megabytes = (bytes: number): string => `${decimal(bytes / 1e6, bytes < 1e8 ? 1 : 0)} MB`;
const milliseconds = (time: number): string => `${decimal(time, time < 20 ? 1 : 0)} ms`;

/** Draws a table of before and after, and the downloads. */
export function measured({ record, bytes }: CutMeasured, device: string, offer: Offer): TemplateResult {
  const { check, parameters, savings, heads } = record;
  const [timing] = savings.timings;
  const { work } = savings;
  return html`<div class="panel measured">
    <div class="scroll"><table>
      <thead><tr><th scope="col"><span class="unseen">of the model</span></th><th scope="col">before</th><th scope="col">after</th><th scope="col">change</th></tr></thead>
      <tbody>
        ${line("heads", heads, count)} ${line("parameters", parameters, compact)} ${line("weights, float32", bytes, megabytes)}
        ${line(`multiply-adds of attention, ${work.length} tokens`, work, compact)}
        ${timing ? html`${line(`a pass over 1 × ${timing.length} tokens, ${device}`, timing, milliseconds)} ${line("its attention modules, timed alone", timing.attention, milliseconds)}` : nothing}
      </tbody>
    </table></div>
    <p class="check">
      The pruned model equals the original with these heads masked: on ${plural(check.texts, "text")} (${plural(check.tokens, "token")}) the largest difference is
      <strong>${tiny(check.states)}</strong> in hidden states, whose largest value is ${decimal(check.scale, 1)}${check.logits === undefined ? nothing : html`, and <strong>${tiny(check.logits)}</strong> in logits`}.
    </p>
    <p class="dim">Times are medians of nine alternating runs in this browser; other work in the browser makes them vary.</p>
    ${downloads(offer)}
  </div>`;
}

const line = (
  name: string,
  { before, after }: { readonly before: number; readonly after: number },
  shown: (value: number) => string,
): TemplateResult =>
  html`<tr><th scope="row">${name}</th><td>${shown(before)}</td><td>${shown(after)}</td><td>${change(before, after)}</td></tr>`;
