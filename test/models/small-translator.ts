/** A small encoder–decoder of odd sizes with random weights, for laws. */
import type { EncoderDecoderConfig } from "../../src/models/encoder-decoder-config.ts";
import { type EncoderDecoderParameters, encoderDecoderParameters } from "../../src/models/encoder-decoder-parameters.ts";
import { initialize } from "../../src/params/initialize.ts";
import type { Tensor } from "../../src/run/tensor.ts";

/** Post-norm like Marian's, or pre-norm like M2M-100's; layers have different numbers of heads, one has none. */
export function smallConfig(change: Partial<EncoderDecoderConfig> = {}): EncoderDecoderConfig {
  const normFirst = change.normFirst ?? false;
  return {
    family: "encoder-decoder",
    architecture: normFirst ? "m2m_100" : "marian",
    vocabulary: 53,
    width: 22,
    headWidth: 3,
    encoderHeads: [5, 2],
    decoderHeads: [3, 0, 7],
    crossHeads: [2, 5, 1],
    encoderInnerWidth: 31,
    decoderInnerWidth: 29,
    maxPositions: 37,
    positions: normFirst ? { spacing: "tensor2tensor", offset: 2 } : { spacing: "paper", offset: 0 },
    normFirst,
    activation: "relu",
    epsilon: 1e-5,
    scaleEmbedding: true,
    finalLogitsBias: !normFirst,
    ids: { start: normFirst ? 2 : 1, end: 2, padding: 1 },
    ...change,
  };
}

export const smallWeights = (config: EncoderDecoderConfig, seed = 1): EncoderDecoderParameters<Tensor> =>
  initialize(encoderDecoderParameters(config), seed);
