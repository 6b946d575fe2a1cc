/** The patterns of both models in training, on the beginning of a held-out document. */
import { html, type TemplateResult } from "lit";
import { plural } from "../../../src/view/page/numbers.ts";
import "../../elements/index.ts";
import type { HeadPattern } from "../../elements/types.ts";
import type { Begun, MeasuredStep, Moment } from "../../engine/training/training-plan.ts";

const kept = new WeakMap<MeasuredStep, readonly HeadPattern[]>();

/** Returns the heads of a model; the same list for the same moment, so that no map is drawn twice. */
function headsOf(model: MeasuredStep, tokens: readonly string[]): readonly HeadPattern[] {
  const known = kept.get(model);
  if (known) return known;
  const made = model.costs.map(({ name }, k): HeadPattern => {
    const [layer, head] = name.split(".").map(Number) as [number, number];
    const axes = { rows: tokens.length, columns: tokens.length, queries: tokens, keys: tokens };
    return { name, layer, head, pattern: model.patterns[k]!, ...axes };
  });
  kept.set(model, made);
  return made;
}

/** Draws the patterns of all heads of both models at one moment. */
export function patternGrids({ tokens }: Begun, { step, models }: Moment): TemplateResult {
  return html`<section class="forming" aria-label="Patterns">
    <h2>Patterns after ${plural(step, "step")}</h2>
    <p class="dim note">On held-out words: “${tokens.slice(1).join(" ")}”. Rows are queries, columns keys.</p>
    <div class="tables">
      ${models.map(
        (model) => html`<div>
          <p><strong>${model.heads === 1 ? "One head per layer" : `${model.heads} heads per layer`}</strong></p>
          <headwise-figure .name=${`${model.heads === 1 ? "one head" : `${model.heads} heads`} after ${step} steps`}><headwise-head-grid .heads=${headsOf(model, tokens)}></headwise-head-grid></headwise-figure>
        </div>`,
      )}
    </div>
  </section>`;
}
