/** The proof of a cut: the smaller model and the whole one with the same heads masked, on real text. */
import type { Value } from "../graph/value.ts";
import { batches, type Text } from "../heads/text.ts";
import { type AnyConfig, type Kept, sitesOf } from "../models/sites.ts";
import { forward, type Transformer } from "../models/transformer.ts";
import type { Probe } from "../nn/probe.ts";
import { mul } from "../ops/arithmetic.ts";
import { constant } from "../ops/constant.ts";
import { byPath } from "../params/tree.ts";
import type { Program, Runtime } from "../run/runtime.ts";
import { int64 } from "../run/tensor.ts";

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
    const members = group.map((t) => texts[t]!.ids);
    const shape = [members.length, members[0]!.length];
    const ids = int64(
      members.flatMap((row) => [...row]),
      shape,
    );
    const mask = int64(new Array(ids.data.length).fill(1), shape);
    const [a, b] = [await masked.run(fed(masked, { ids, mask })), await smaller.run(fed(smaller, { ids, mask }))];
    for (const name of Object.keys(a) as ("states" | "logits")[]) {
      const [left, right] = [a[name]!.data as Float32Array, b[name]!.data as Float32Array];
      for (const [at, x] of left.entries()) {
        const difference = Math.abs(x - right[at]!);
        if (!(difference <= worst[name])) worst[name] = difference;
        if (name === "states") worst.scale = Math.max(worst.scale, Math.abs(x));
      }
    }
    progress((k + 1) / groups.length);
  }
  const { states, logits, scale } = worst;
  const tokens = texts.reduce((sum, { ids }) => sum + ids.length, 0);
  const hasLogits = whole.config.languageHead !== "none";
  return { texts: texts.length, tokens, states, ...(hasLogits && { logits }), scale };
}

const fed = (program: Program, feeds: Parameters<Program["run"]>[0]) =>
  Object.fromEntries(Object.entries(feeds).filter(([name]) => program.inputs.has(name)));

function lastOf(runtime: Runtime, { config, weights }: Transformer, probe?: Probe): Promise<Program> {
  const { states, logits } = forward(config, probe && { probe });
  const outputs: Record<string, Value> = { states: states.at(-1)!, ...(logits && { logits }) };
  return runtime.compile(outputs, { weights: byPath(weights) });
}
