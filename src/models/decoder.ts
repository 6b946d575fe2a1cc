/** Decoders: GPT-2 (Radford et al. 2019) and the Llama family (Touvron et al. 2023); norms come before the layers. */
import { dimAt } from "../graph/shape.ts";
import { scoped, type Value } from "../graph/value.ts";
import { attention } from "../nn/attention.ts";
import type { Places } from "../nn/features/fixed-heads.ts";
import { feedForward } from "../nn/feed-forward.ts";
import { bias, causal, unpadded } from "../nn/mask.ts";
import { type NormParameters, norm, normParameters } from "../nn/norm.ts";
import { rotaryAt } from "../nn/position.ts";
import { type Probe, unseen, within } from "../nn/probe.ts";
import { add } from "../ops/arithmetic.ts";
import { einsum } from "../ops/einsum.ts";
import { gather, range } from "../ops/index-by.ts";
import { and } from "../ops/logic.ts";
import { type Leaf, type Spec, spec } from "../params/tree.ts";
import { checkText } from "./check-inputs.ts";
import type { TransformerConfig } from "./config.ts";
import { featuresOf } from "./features-of.ts";
import { type Inputs, type LayerParameters, layerParameters, type Outputs } from "./layer.ts";
import { positionRows, positionTable } from "./position-rows.ts";

export interface DecoderParameters<T extends Leaf = Value> {
  readonly embeddings: { readonly tokens: T; readonly positions?: T };
  readonly layers: readonly LayerParameters<T>[];
  readonly norm: NormParameters<T>;
  /** [v, m]; absent if tied to the token table, or without a language head. */
  readonly output?: T;
}

export const decoderParameters = (config: TransformerConfig): DecoderParameters<Spec> => ({
  embeddings: {
    tokens: spec([config.vocabulary, config.width]),
    positions: config.positions.kind === "learned" ? positionTable(config, config.positions) : undefined,
  },
  layers: config.heads.map((_, l) => layerParameters(config, l)),
  norm: normParameters(config.width, config.norm),
  output: config.tied || config.languageHead === "none" ? undefined : spec([config.vocabulary, config.width]),
});

/** The values shared by layers: attention masks, the places of tokens, and the rotation of queries and keys. */
interface Context {
  readonly masks: readonly (Value | undefined)[];
  readonly places: Places;
  readonly rotate?: (x: Value) => Value;
}

/**
 * Builds the forward pass; sites `embeddings`, `layers.N.{input, attention.*, feedForward, output}`, `output`, and `logits` of
 * a language head.
 */
export function decoder(config: TransformerConfig, p: DecoderParameters, inputs: Inputs, probe: Probe = unseen): Outputs {
  checkText("forward", inputs);
  const context = scoped("context", () => contextOf(config, inputs));
  let x = probe(
    "embeddings",
    scoped("embeddings", () => embed(config, p, inputs)),
  );
  const states: Value[] = [];
  for (const [l, layer] of p.layers.entries()) {
    states.push(x);
    const before = x;
    x = scoped(`layers.${l}`, () => decoderLayer(config, layer, before, context, l, within(`layers.${l}`, probe)));
  }
  const last = probe("output", norm(p.norm, x, config.epsilon));
  if (config.languageHead === "none") return { states: [...states, last] };
  const logits = scoped("head", () => einsum("b i m, v m -> b i v", last, p.output ?? p.embeddings.tokens));
  return { states: [...states, last], logits: probe("logits", logits) };
}

function contextOf(config: TransformerConfig, inputs: Inputs): Context {
  const { ids, mask } = inputs;
  const length = dimAt(ids.shape, 1);
  const visible = (window: number | undefined): Value => {
    const past = causal(length, window, ids);
    return bias(mask ? and(past, unpadded(mask)) : past);
  };
  const known = new Map<number | undefined, Value>();
  const maskFor = (window: number | undefined) => {
    const mask = known.get(window) ?? visible(window);
    known.set(window, mask);
    return mask;
  };
  const masks = config.heads.map((_, l) => maskFor(config.windows?.[l]));
  const places = { causal: true, past: inputs.past, queries: mask, keys: mask };
  if (config.positions.kind !== "rotary") return { masks, places };
  return { masks, places, rotate: rotaryAt(config.headWidth, positionsOf(inputs), config.positions.rotary) };
}

/** Returns the positions to rotate by, int64 [i]. */
const positionsOf = ({ ids, past }: Inputs): Value => {
  const at = range(dimAt(ids.shape, 1), ids);
  return past ? add(at, past) : at;
};

function embed({ positions }: TransformerConfig, { embeddings: p }: DecoderParameters, inputs: Inputs): Value {
  const words = gather(p.tokens, inputs.ids);
  if (positions.kind !== "learned") return words;
  if (!p.positions) throw new Error("internal: a decoder with learned positions has no table");
  return add(words, gather(p.positions, positionRows(positions, inputs)));
}

function decoderLayer(
  config: TransformerConfig,
  p: LayerParameters,
  before: Value,
  c: Context,
  l: number,
  probe: Probe,
): Value {
  const x = probe("input", before);
  const seen = norm(p.attentionNorm, x, config.epsilon);
  const features = featuresOf(config, `${l}`);
  const places = { ...c.places, window: config.windows?.[l] };
  const options = { mask: c.masks[l], rotate: c.rotate, features, places, probe: within("attention", probe) };
  const y = add(
    x,
    scoped("attention", () => attention(p.attention, seen, options)),
  );
  const inner = norm(p.feedForwardNorm, y, config.epsilon);
  return probe("output", add(y, probe("feedForward", feedForward(p.feedForward, inner, config.activation))));
}
