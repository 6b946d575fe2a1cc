/** The original Transformer (Vaswani et al. 2017) for translation; Marian's models have the same structure. */
import { dimAt } from "../graph/shape.ts";
import { type Dim, input, scoped, type Value } from "../graph/value.ts";
import { type AttentionOptions, type AttentionParameters, attention } from "../nn/attention.ts";
import { type FeedForwardParameters, feedForward } from "../nn/feed-forward.ts";
import { bias, causal, unpadded } from "../nn/mask.ts";
import { type NormParameters, norm } from "../nn/norm.ts";
import { type Probe, unseen, within } from "../nn/probe.ts";
import { sinusoidal } from "../nn/sinusoid.ts";
import { add, mul } from "../ops/arithmetic.ts";
import { einsum } from "../ops/einsum.ts";
import { gather } from "../ops/index-by.ts";
import { and } from "../ops/logic.ts";
import { declare } from "../params/tree.ts";
import { checkTarget, checkText } from "./check-inputs.ts";
import type { EncoderDecoderConfig } from "./encoder-decoder-config.ts";
import {
  type CrossLayerParameters,
  type EncoderDecoderParameters,
  encoderDecoderParameters,
} from "./encoder-decoder-parameters.ts";
import { featuresOf } from "./features-of.ts";
import { type Inputs, type LayerParameters, lastState } from "./layer.ts";

/** The inputs of translation; all int64, masks 0 for padding. */
export interface TranslationInputs extends Pick<Inputs, "ids" | "mask"> {
  /** `[batch, target]`: the start id, then the translation so far. */
  readonly decoderIds: Value;
  /** [batch, target]; needed only for padding that is not at the end. */
  readonly decoderMask?: Value;
}

/** The inputs of the decoder. */
export interface DecoderInputs extends Omit<TranslationInputs, "ids"> {
  /** `[b, j, m]`: the encoder's last state. */
  readonly context: Value;
  /** int64 []: the number of tokens before `decoderIds`; default: none. */
  readonly past?: Value;
}

/**
 * The outputs of translation. Both lists are [b, i, m]: the embeddings, then each layer's output, the last normalized if
 * pre-norm.
 */
export interface TranslationOutputs {
  readonly encoderStates: readonly Value[];
  readonly states: readonly Value[];
  /** [b, i, v] */
  readonly logits: Value;
}

/**
 * Builds the forward pass; sites `encoder.embeddings`, `encoder.layers.N.{input, attention.*, feedForward, output}`, the same
 * for `decoder` with `cross.*` in addition, and `logits`. Attention's `out` and `feedForward` are before the residual sum.
 */
export function encoderDecoder(
  config: EncoderDecoderConfig,
  p: EncoderDecoderParameters,
  inputs: TranslationInputs,
  probe: Probe = unseen,
): TranslationOutputs {
  const encoderStates = encodeSource(config, p, inputs, probe);
  const { mask, decoderIds, decoderMask } = inputs;
  return {
    encoderStates,
    ...decodeTarget(config, p, { context: lastState(encoderStates), mask, decoderIds, decoderMask }, probe),
  };
}

/** Builds the encoder's states for the source. */
export function encodeSource(
  config: EncoderDecoderConfig,
  p: EncoderDecoderParameters,
  { ids, mask: padding }: Pick<Inputs, "ids" | "mask">,
  probe: Probe = unseen,
): readonly Value[] {
  checkText("encodeSource", { ids, mask: padding });
  const mask = padding && scoped("encoder.mask", () => bias(unpadded(padding)));
  const seen = within("encoder", probe);
  const embedded = scoped("encoder.embeddings", () => embed(config, p, ids));
  return stack(config, "encoder", p.encoder, seen("embeddings", embedded), (layer, x, l) => {
    const places = { queries: padding, keys: padding };
    const options = { mask, features: featuresOf(config, `encoder.${l}`), places };
    return encoderLayer(config, layer, x, options, within(`layers.${l}`, seen));
  });
}

/** Builds the decoder's states and logits from the encoder's last state. */
export function decodeTarget(
  config: EncoderDecoderConfig,
  p: EncoderDecoderParameters,
  { context, mask: padding, decoderIds, decoderMask, past }: DecoderInputs,
  probe: Probe = unseen,
): Pick<TranslationOutputs, "states" | "logits"> {
  checkTarget("decodeTarget", config.width, { context, mask: padding, decoderIds, decoderMask, past });
  const masks = scoped("decoder.mask", () => {
    const before = causal(dimAt(decoderIds.shape, 1), undefined, decoderIds);
    return { self: bias(decoderMask ? and(before, unpadded(decoderMask)) : before), cross: padding && bias(unpadded(padding)) };
  });
  const seen = within("decoder", probe);
  const embedded = scoped("decoder.embeddings", () => embed(config, p, decoderIds, past));
  const states = stack(config, "decoder", p.decoder, seen("embeddings", embedded), (layer, x, l) => {
    const queries = { past, queries: decoderMask };
    const self = {
      ...{ mask: masks.self, features: featuresOf(config, `decoder.${l}`) },
      places: { causal: true, ...queries, keys: decoderMask },
    };
    const cross = {
      ...{ mask: masks.cross, context, features: featuresOf(config, `cross.${l}`) },
      places: { ...queries, keys: padding },
    };
    return decoderLayer(config, layer, x, { self, cross }, within(`layers.${l}`, seen));
  });
  const logits = scoped("head", () => {
    const product = einsum("b i m, v m -> b i v", lastState(states), p.embeddings.tokens);
    return p.finalLogitsBias ? add(product, p.finalLogitsBias) : product;
  });
  return { states, logits: probe("logits", logits) };
}

function embed(config: EncoderDecoderConfig, p: EncoderDecoderParameters, ids: Value, past?: Value): Value {
  const words = gather(p.embeddings.tokens, ids);
  const scaled = config.scaleEmbedding ? mul(words, Math.sqrt(config.width)) : words;
  return add(scaled, sinusoidal(ids, config.width, config.maxPositions, config.positions, past));
}

/** Returns the states of one side: the embeddings, then each layer's output. */
function stack<P>(
  config: EncoderDecoderConfig,
  side: string,
  p: { readonly layers: readonly P[]; readonly norm?: NormParameters },
  embedded: Value,
  layer: (p: P, x: Value, l: number) => Value,
): Value[] {
  const states = [embedded];
  for (const [l, own] of p.layers.entries()) {
    const x = lastState(states);
    states.push(scoped(`${side}.layers.${l}`, () => layer(own, x, l)));
  }
  return p.norm ? states.with(-1, norm(p.norm, lastState(states), config.epsilon)) : states;
}

/** Returns x + f(norm x) in pre-norm models, else norm(x + f x). */
function residual(config: EncoderDecoderConfig, p: NormParameters, x: Value, f: (x: Value) => Value): Value {
  return config.normFirst ? add(x, f(norm(p, x, config.epsilon))) : norm(p, add(x, f(x)), config.epsilon);
}

const attended = (name: string, p: AttentionParameters, x: Value, options: AttentionOptions, probe: Probe): Value =>
  scoped(name, () => attention(p, x, { ...options, probe: within(name, probe) }));

const fed = (config: EncoderDecoderConfig, p: FeedForwardParameters, x: Value, probe: Probe): Value =>
  probe("feedForward", feedForward(p, x, config.activation));

function encoderLayer(
  config: EncoderDecoderConfig,
  p: LayerParameters,
  before: Value,
  options: AttentionOptions,
  probe: Probe,
): Value {
  const x = probe("input", before);
  const y = residual(config, p.attentionNorm, x, (u) => attended("attention", p.attention, u, options, probe));
  return probe(
    "output",
    residual(config, p.feedForwardNorm, y, (u) => fed(config, p.feedForward, u, probe)),
  );
}

function decoderLayer(
  config: EncoderDecoderConfig,
  p: CrossLayerParameters,
  before: Value,
  { self, cross }: Readonly<Record<"self" | "cross", AttentionOptions>>,
  probe: Probe,
): Value {
  const x = probe("input", before);
  const y = residual(config, p.attentionNorm, x, (u) => attended("attention", p.attention, u, self, probe));
  const z = residual(config, p.crossNorm, y, (u) => attended("cross", p.cross, u, cross, probe));
  return probe(
    "output",
    residual(config, p.feedForwardNorm, z, (u) => fed(config, p.feedForward, u, probe)),
  );
}

export interface TranslationForward extends TranslationOutputs {
  readonly inputs: TranslationInputs;
  readonly parameters: EncoderDecoderParameters;
}

export interface TranslationForwardOptions {
  readonly probe?: Probe;
  /** Default: the named axes `batch`, `sequence` and `target`. */
  readonly batch?: Dim;
  readonly sequence?: Dim;
  readonly target?: Dim;
}

/**
 * Builds the graph of a forward pass over the inputs `ids` and `mask` (int64 [batch, sequence], 0: padding) and `decoderIds`
 * (int64 [batch, target]), with weights as inputs named by their paths.
 */
export function encoderDecoderForward(
  config: EncoderDecoderConfig,
  { probe, batch = "batch", sequence = "sequence", target = "target" }: TranslationForwardOptions = {},
): TranslationForward {
  const inputs = {
    ids: input("ids", [batch, sequence], "int64"),
    mask: input("mask", [batch, sequence], "int64"),
    decoderIds: input("decoderIds", [batch, target], "int64"),
  };
  const parameters = declare<EncoderDecoderParameters>(encoderDecoderParameters(config));
  return { inputs, parameters, ...encoderDecoder(config, parameters, inputs, probe) };
}
