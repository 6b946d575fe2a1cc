/** The texts of the page Cut about methods and losses. */
import { html, type TemplateResult } from "lit";
import { methodNames } from "../../../src/view/chart/methods.ts";
import { decimal } from "../../../src/view/page/numbers.ts";
import type { CutFound } from "../../engine/cut/cut.ts";
import type { CutMethod } from "../../state.ts";

type Point = CutFound["points"][number];

/** Describes the loss and its significance. */
export function verdict({ loss, quality }: Point, { task }: CutFound): TemplateResult {
  const is = `${decimal(quality.value)} ${task.measure}`;
  if (loss.low === 0 && loss.high === 0) return html`No loss: ${is}.`;
  if (loss.high < 0)
    return html`${is}: a gain of ${decimal(-loss.value)} (95% ${decimal(-loss.high)} to ${decimal(-loss.low)}).`;
  const size = `${is}: a loss of ${decimal(loss.value)} (95% ${decimal(loss.low)} to ${decimal(loss.high)})`;
  return loss.low > 0 ? html`${size}.` : html`${size}, which is not significant on these examples.`;
}

/** The methods, in the order of all legends, under their names for people. */
export const METHODS = (["ablation", "taylor", "michel", "random"] as const).map((method) => {
  const [name, own] = methodNames(method);
  return [method, own === "" ? name : html`${name} <small>${own}</small>`] as const;
});

export const EXPLAINED: Readonly<Record<CutMethod, string>> = {
  michel: "Removes heads with the smallest mean |∂loss/∂gate| first (Michel et al. 2019): one forward and backward pass.",
  taylor:
    "Removes heads with the smallest gradient estimate of the loss increase first, negative ones included: one forward and backward pass.",
  ablation: "Ablates each head alone and removes those with the smallest loss first: one pass per head.",
  random: "Removes heads in a random order, drawn once: the baseline for all other methods.",
};

/** Returns the command that writes the same folder, for a shell. */
export function commandOf(id: string, gone: readonly string[]): string {
  const quoted = (word: string) => (/^[\w:@./-]+$/.test(word) ? word : `"${word.replace(/["$`\\]/g, "\\$&")}"`);
  return `headwise prune ${quoted(id)} --heads ${gone.join(",")} --out ${quoted(`${id.replace(/^.*[:/]/, "")}-cut`)}`;
}

/** Devices by name. */
export const DEVICES: Readonly<Record<string, string>> = { webgpu: "WebGPU", wasm: "WebAssembly" };
