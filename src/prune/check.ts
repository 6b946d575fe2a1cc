/** The equality check of pruning: the pruned model and the original with the same heads masked, on real text. */
import type { Value } from "../graph/value.ts";
import { batches, lengthOf } from "../heads/observe/text.ts";
import type { AnyModel } from "../models/any.ts";
import { encoderDecoderForward } from "../models/encoder-decoder.ts";
import { maskHeads } from "../models/gates.ts";
import { lastState } from "../models/layer.ts";
import type { AnyConfig, Kept } from "../models/sites.ts";
import { forward } from "../models/transformer.ts";
import type { Probe } from "../nn/probe.ts";
import { itemsAt } from "../params/keyed.ts";
import { byPath } from "../params/tree.ts";
import { releasing } from "../run/releasing.ts";
import { type Feeds, feedsFor, type Program, type Runtime } from "../run/runtime.ts";
import { int64, type Tensor } from "../run/tensor.ts";

/** A text as token ids. */
export interface CheckedText {
  readonly ids: Int32Array;
}

/** The largest difference between the pruned and the masked model, over all texts. */
export interface CutCheck {
  readonly texts: number;
  readonly tokens: number;
  /** In the last states of encoder and decoder, and in the logits if present. */
  readonly states: number;
  readonly logits?: number;
  /** The largest absolute value in the masked model's last states. */
  readonly scale: number;
}

/** Float32 rounding from a different order of summation stays far below this fraction of the largest value. */
const LIMIT = 1e-4;

/** Returns true if the pruned model equals the masked one up to rounding. */
export const equalsMasked = ({ states, scale }: CutCheck): boolean => states <= LIMIT * scale;

/** Runs both models over all texts (at least one). The decoder of an encoder–decoder repeats the source. */
export async function checkCut(
  runtime: Runtime,
  whole: AnyModel,
  kept: Kept,
  cut: AnyModel,
  texts: readonly CheckedText[],
  progress: (share: number) => void = () => {},
): Promise<CutCheck> {
  const groups = batches(texts, { pairs: 200_000, tokens: 1024 });
  let worst: Worst = { states: 0, scale: 0 };
  await releasing(runtime, async (own) => {
    const masked = await lastOf(own, whole, maskHeads(whole.config, kept));
    const smaller = await lastOf(own, cut);
    for (const [k, group] of groups.entries()) {
      const feeds = feedsFor(masked, feedsOf(itemsAt(texts, group), whole.config));
      worst = worse(worst, await masked.run(feeds), await smaller.run(feeds));
      progress((k + 1) / groups.length);
    }
  });
  const tokens = texts.reduce((sum, { ids }) => sum + ids.length, 0);
  return { texts: texts.length, tokens, ...worst };
}

type Worst = Pick<CutCheck, "states" | "logits" | "scale">;

/** Updates the worst case with one more batch of both models. */
function worse(before: Worst, masked: Feeds, cut: Feeds): Worst {
  const { logits, ...states } = masked;
  const found = Object.entries(states);
  return {
    states: Math.max(before.states, ...found.map(([name, values]) => distance(values, cut[name]))),
    ...(logits && { logits: Math.max(before.logits ?? 0, distance(logits, cut.logits)) }),
    scale: Math.max(before.scale, ...found.map(([, values]) => distance(values))),
  };
}

/** Returns the largest difference of two tensors, or of one from zero; NaN if a value is NaN. */
function distance({ data: a }: Tensor, b?: Tensor): number {
  let worst = 0;
  for (let k = 0; k < a.length; k++) worst = Math.max(worst, Math.abs(Number(a[k]) - Number(b?.data[k] ?? 0)));
  return worst;
}

/** Builds feeds for texts of one length; a decoder reads the start token and the source without its final end token. */
function feedsOf(texts: readonly CheckedText[], config: AnyConfig): Feeds {
  const shape = [texts.length, lengthOf(texts)];
  const ids = texts.flatMap((text) => [...text.ids]);
  const source = { ids: int64(ids, shape), mask: int64(new Array(ids.length).fill(1), shape) };
  if (config.family !== "encoder-decoder") return source;
  const said = texts.flatMap((text) => [config.ids.start, ...text.ids.subarray(0, -1)]);
  return { ...source, decoderIds: int64(said, shape) };
}

function lastOf(runtime: Runtime, { config, weights }: AnyModel, probe?: Probe): Promise<Program> {
  return runtime.compile(lastValues(config, probe), { weights: byPath(weights) });
}

function lastValues(config: AnyConfig, probe?: Probe): Record<string, Value> {
  if (config.family === "encoder-decoder") {
    const { encoderStates, states, logits } = encoderDecoderForward(config, { probe });
    return { source: lastState(encoderStates), states: lastState(states), logits };
  }
  const { states, logits } = forward(config, { probe });
  return { states: lastState(states), ...(logits && { logits }) };
}
