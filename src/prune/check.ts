/** The proof of a cut: the smaller model and the whole one with the same heads masked, on real text. */
import type { Value } from "../graph/value.ts";
import { batches, type Text } from "../heads/text.ts";
import { type AnyConfig, type Kept, sitesOf } from "../models/sites.ts";
import { forward, type Transformer } from "../models/transformer.ts";
import type { Probe } from "../nn/probe.ts";
import { mul } from "../ops/arithmetic.ts";
import { constant } from "../ops/constant.ts";
import { byPath } from "../params/tree.ts";
import { type Feeds, feedsFor, type Program, type Runtime } from "../run/runtime.ts";
import { int64, type Tensor } from "../run/tensor.ts";

/** Multiplies the outputs of heads that are not kept by zero: what a cut has to equal. */
export function maskHeads(config: AnyConfig, kept: Kept): Probe {
  const sites = new Map(sitesOf(config).map((site) => [`${site.path}.z`, site]));
  return (at, z) => {
    const site = sites.get(at);
    const left = site && kept.get(site.name);
    if (!site || !left) return z;
    const gate = Float32Array.from({ length: site.heads }, (_, head) => (left.includes(head) ? 1 : 0));
    return mul(z, constant(gate, [site.heads, 1]));
  };
}

/** How far a cut model is from the masked one, at the worst number of all texts. */
export interface CutCheck {
  readonly texts: number;
  readonly tokens: number;
  /** Of the last states, and of the logits where there are some. */
  readonly states: number;
  readonly logits?: number;
  /** The largest number among the masked model's last states. */
  readonly scale: number;
}

/** Runs both models over all texts, which have to be at least one. */
export async function checkCut(
  runtime: Runtime,
  whole: Transformer,
  kept: Kept,
  cut: Transformer,
  texts: readonly Text[],
  progress: (share: number) => void = () => {},
): Promise<CutCheck> {
  const masked = await lastOf(runtime, whole, maskHeads(whole.config, kept));
  const smaller = await lastOf(runtime, cut);
  const worst = { states: 0, logits: 0, scale: 0 };
  const groups = batches(texts, { pairs: 200_000, tokens: 1024 });
  for (const [k, group] of groups.entries()) {
    const feeds = feedsOf(group.map((t) => texts[t]!));
    const [a, b] = [await masked.run(feedsFor(masked, feeds)), await smaller.run(feedsFor(smaller, feeds))];
    worst.states = Math.max(worst.states, distance(a.states!, b.states!));
    worst.scale = Math.max(worst.scale, distance(a.states!));
    if (a.logits) worst.logits = Math.max(worst.logits, distance(a.logits, b.logits!));
    progress((k + 1) / groups.length);
  }
  const { states, logits, scale } = worst;
  const tokens = texts.reduce((sum, { ids }) => sum + ids.length, 0);
  const hasLogits = whole.config.languageHead !== "none";
  return { texts: texts.length, tokens, states, ...(hasLogits && { logits }), scale };
}

/** The largest difference of two tensors, or of one from zero; not a number where one of theirs is none. */
function distance({ data: a }: Tensor, b?: Tensor): number {
  let worst = 0;
  for (let k = 0; k < a.length; k++) worst = Math.max(worst, Math.abs(Number(a[k]) - Number(b?.data[k] ?? 0)));
  return worst;
}

/** Texts of one length. */
function feedsOf(texts: readonly Text[]): Feeds {
  const shape = [texts.length, texts[0]!.ids.length];
  const ids = texts.flatMap((text) => [...text.ids]);
  return { ids: int64(ids, shape), mask: int64(new Array(ids.length).fill(1), shape) };
}

function lastOf(runtime: Runtime, { config, weights }: Transformer, probe?: Probe): Promise<Program> {
  const { states, logits } = forward(config, probe && { probe });
  const outputs: Record<string, Value> = { states: states.at(-1)!, ...(logits && { logits }) };
  return runtime.compile(outputs, { weights: byPath(weights) });
}
