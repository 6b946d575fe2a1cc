/** Encoders of the BERT family (Devlin et al. 2019): bidirectional attention, norms after the sums. */
import { scoped, type Value } from "../graph/value.ts";
import { type AttentionOptions, attention } from "../nn/attention.ts";
import { ACTIVATIONS, feedForward } from "../nn/feed-forward.ts";
import { bias, unpadded } from "../nn/mask.ts";
import { type NormParameters, norm, normParameters } from "../nn/norm.ts";
import { type Probe, unseen, within } from "../nn/probe.ts";
import { add, mul } from "../ops/arithmetic.ts";
import { einsum } from "../ops/einsum.ts";
import { gather } from "../ops/index-by.ts";
import { type Leaf, type Spec, spec } from "../params/tree.ts";
import { checkText } from "./check-inputs.ts";
import type { TransformerConfig } from "./config.ts";
import { featuresOf } from "./features-of.ts";
import { type Inputs, type LayerParameters, layerParameters, type Outputs } from "./layer.ts";
import { positionRows, positionTable } from "./position-rows.ts";

export interface EncoderParameters<T extends Leaf = Value> {
  readonly embeddings: { readonly tokens: T; readonly positions: T; readonly types?: T; readonly norm: NormParameters<T> };
  readonly layers: readonly LayerParameters<T>[];
  /** The masked language head: a dense layer, a norm, and the output matrix ([v, m]; absent if tied). */
  readonly head?: {
    readonly dense: T;
    readonly denseBias: T;
    readonly norm: NormParameters<T>;
    readonly output?: T;
    readonly outputBias: T;
  };
}

export function encoderParameters(config: TransformerConfig): EncoderParameters<Spec> {
  const { vocabulary, width, tokenTypes } = config;
  return {
    embeddings: {
      tokens: spec([vocabulary, width]),
      positions: positionTable(config, learnedPositions(config)),
      types: tokenTypes ? spec([tokenTypes, width]) : undefined,
      norm: normParameters(width, "layer"),
    },
    layers: config.heads.map((_, l) => layerParameters(config, l)),
    head:
      config.languageHead === "none"
        ? undefined
        : {
            dense: spec([width, width]),
            denseBias: spec([width], "zeros"),
            norm: normParameters(width, "layer"),
            output: config.tied ? undefined : spec([vocabulary, width]),
            outputBias: spec([vocabulary], "zeros"),
          },
  };
}

/**
 * Builds the forward pass; sites `embeddings`, `layers.N.{input, attention.*, feedForward, output}`, and `logits` of a head.
 */
export function encoder(config: TransformerConfig, p: EncoderParameters, inputs: Inputs, probe: Probe = unseen): Outputs {
  checkText("forward", inputs);
  const { mask: padding } = inputs;
  const mask = padding && scoped("mask", () => bias(unpadded(padding)));
  const places = { queries: padding, keys: padding };
  let x = probe(
    "embeddings",
    scoped("embeddings", () => embed(config, p, inputs)),
  );
  const states = [x];
  for (const [l, layer] of p.layers.entries()) {
    const options = { mask, features: featuresOf(config, `${l}`), places };
    x = scoped(`layers.${l}`, () => encoderLayer(config, layer, x, options, within(`layers.${l}`, probe)));
    states.push(x);
  }
  const head = p.head;
  return { states, logits: head && scoped("head", () => probe("logits", maskedHead(config, p, head, x))) };
}

function encoderLayer(
  config: TransformerConfig,
  p: LayerParameters,
  before: Value,
  options: AttentionOptions,
  probe: Probe,
): Value {
  const x = probe("input", before);
  const attended = scoped("attention", () => attention(p.attention, x, { ...options, probe: within("attention", probe) }));
  const y = norm(p.attentionNorm, add(x, attended), config.epsilon);
  return probe(
    "output",
    norm(p.feedForwardNorm, add(y, probe("feedForward", feedForward(p.feedForward, y, config.activation))), config.epsilon),
  );
}

function embed(config: TransformerConfig, { embeddings: p }: EncoderParameters, { ids, mask, types }: Inputs): Value {
  const typed = p.types && (types ? gather(p.types, types) : gather(p.types, mul(ids, 0)));
  const words = gather(p.tokens, ids);
  const sum = add(
    typed ? add(words, typed) : words,
    gather(p.positions, positionRows(learnedPositions(config), { ids, mask })),
  );
  return norm(p.norm, sum, config.epsilon);
}

function learnedPositions({ positions }: TransformerConfig) {
  if (positions.kind !== "learned") throw new Error("internal: encoders have learned positions");
  return positions;
}

function maskedHead(
  config: TransformerConfig,
  p: EncoderParameters,
  head: NonNullable<EncoderParameters["head"]>,
  x: Value,
): Value {
  const activate = ACTIVATIONS[config.headActivation ?? config.activation];
  const dense = activate(add(einsum("b i m, m n -> b i n", x, head.dense), head.denseBias));
  const normal = norm(head.norm, dense, config.epsilon);
  return add(einsum("b i m, v m -> b i v", normal, head.output ?? p.embeddings.tokens), head.outputBias);
}
