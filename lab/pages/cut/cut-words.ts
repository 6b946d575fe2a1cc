/** What the page Cut says of its choices and of what they cost. */
import { html, type TemplateResult } from "lit";
import { decimal } from "../../../src/view/page/numbers.ts";
import type { CutFound } from "../../engine/cut.ts";
import type { CutMethod } from "../../state.ts";

type Point = CutFound["points"][number];

/** What a cut costs, and how sure that is. */
export function verdict({ loss, quality }: Point, { task }: CutFound): TemplateResult {
  const is = `${decimal(quality.value)} ${task.measure}`;
  if (loss.low === 0 && loss.high === 0) return html`Nothing is lost: ${is}.`;
  if (loss.high < 0)
    return html`${is}: a gain of ${decimal(-loss.value)} (95% ${decimal(-loss.high)} to ${decimal(-loss.low)}).`;
  const size = `${is}: a loss of ${decimal(loss.value)} (95% ${decimal(loss.low)} to ${decimal(loss.high)})`;
  return loss.low > 0 ? html`${size}.` : html`${size}, which these examples cannot tell from none.`;
}

/** As the command line calls them. */
export const METHODS = [
  ["michel", "michel"],
  ["taylor", "taylor"],
  ["ablation", "ablation"],
  ["random", "random"],
] as const;

export const EXPLAINED: Readonly<Record<CutMethod, string>> = {
  michel: "Heads go by |∂loss/∂gate|, the mean over examples (Michel et al. 2019): one pass forward and back.",
  taylor: "Heads go by what the gradient says their absence costs, gains included: one pass forward and back.",
  ablation: "Each head is switched off alone, and those that cost least go first: as many passes as there are heads.",
  random: "Heads go in random order, drawn once: every other choice has to beat this.",
};

/** What writes the same folder, for a shell. */
export function commandOf(id: string, gone: readonly string[]): string {
  const quoted = (word: string) => (/^[\w:@./-]+$/.test(word) ? word : `"${word.replace(/["$`\\]/g, "\\$&")}"`);
  return `headwise prune ${quoted(id)} --heads ${gone.join(",")} --out ${quoted(`${id.replace(/^.*[:/]/, "")}-cut`)}`;
}

/** Devices by their names. */
export const DEVICES: Readonly<Record<string, string>> = { webgpu: "WebGPU", wasm: "WebAssembly" };
