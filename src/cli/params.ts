/** `headwise params`: the cost of attention by number of heads. */
import { attentionCost } from "../models/attention-cost.ts";
import { InputError } from "../run/errors.ts";
import { costText, divisibilityText } from "../view/page/cost.ts";
import { type JsonOption, prepareJson } from "./terminal/json.ts";
import { terminal } from "./terminal/output.ts";

export interface ParamsOptions extends JsonOption {
  readonly width: number;
  readonly heads: number;
  readonly headWidth?: number;
  readonly kvHeads?: number;
  readonly layers: number;
  readonly length: number;
  readonly outputProjection: boolean;
  readonly biases: boolean;
}

export async function params(options: ParamsOptions): Promise<void> {
  const { width, heads, headWidth, kvHeads: keyValueHeads, layers, length, outputProjection, biases } = options;
  if (headWidth === undefined && width % heads !== 0) throw new InputError(divisibilityText(width, heads));
  if (keyValueHeads !== undefined && heads % keyValueHeads !== 0) {
    throw new InputError(
      `${heads} query heads cannot share ${keyValueHeads} key/value heads evenly; choose a --kv-heads that divides ${heads}`,
    );
  }
  const shape = { width, heads, headWidth, keyValueHeads, layers, outputProjection, biases };
  const write = await prepareJson(options);
  await write({
    data: { ...shape, length, ...attentionCost(shape, length) },
    text: () => costText(shape, length, terminal().columns),
  });
}
