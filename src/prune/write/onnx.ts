/** A model as ONNX files for any runtime: weights included, free batch and sequence sizes, the usual names. */

import { input, type Value } from "../../graph/value.ts";
import type { AnyModel } from "../../models/any.ts";
import { decodeTarget, encodeSource } from "../../models/encoder-decoder.ts";
import type { EncoderDecoderParameters } from "../../models/encoder-decoder-parameters.ts";
import { withSparseRouting } from "../../models/features-of.ts";
import type { Inputs } from "../../models/layer.ts";
import { lastState } from "../../models/layer.ts";
import { type TransformerParameters, transformer } from "../../models/transformer.ts";
import { encode } from "../../onnx/encode.ts";
import { byPath, countParameters, declare } from "../../params/tree.ts";
import { InputError } from "../../run/errors.ts";

/**
 * Returns file names and bytes. Encoders and decoders are one `model.onnx`: `input_ids`, `attention_mask` and, if the model has
 * token types, `token_type_ids` (all int64 [batch, sequence]) → `last_hidden_state`, and `logits` with a language head.
 * Encoder–decoders are two files, named as in transformers.js and Optimum: `encoder_model.onnx`, the same; and
 * `decoder_model.onnx`: `input_ids` [batch, decoder_sequence], `encoder_hidden_states`, `encoder_attention_mask` → `logits`.
 * Routed attentions compute only the (token, head) pairs that their routers pick. Throws `InputError` if the weights exceed the size limit of such a file.
 */
export function onnxFiles({ config: whole, weights }: AnyModel): Map<string, Uint8Array> {
  const config = withSparseRouting(whole);
  checkSize(countParameters(weights) * 4);
  const tensors = byPath(weights);
  const file = (outputs: Readonly<Record<string, Value>>): Uint8Array => encode(outputs, tensors).bytes;
  if (config.family === "encoder-decoder") {
    const p = declare<EncoderDecoderParameters>(weights);
    const source = encodeSource(config, p, tokens());
    return new Map([
      ["encoder_model.onnx", file({ last_hidden_state: lastState(source) })],
      ["decoder_model.onnx", file({ logits: decodeTarget(config, p, fromEncoder(config.width)).logits })],
    ]);
  }
  const inputs: Inputs = { ...tokens(), ...(config.tokenTypes > 0 && { types: ids("token_type_ids") }) };
  const { states, logits } = transformer(config, declare<TransformerParameters<Value>>(weights), inputs);
  return new Map([["model.onnx", file({ last_hidden_state: lastState(states), ...(logits && { logits }) })]]);
}

/** Protocol buffers are limited to 2 GiB, including the graph. */
function checkSize(bytes: number): void {
  if (bytes < 2 ** 31 - 2 ** 24) return;
  const size = (bytes / 2 ** 30).toFixed(1);
  throw new InputError(
    `the weights take ${size} GiB, but an ONNX file is limited to 2 GiB; write the model without ONNX files`,
  );
}

const ids = (name: string, sequence = "sequence"): Value => input(name, ["batch", sequence], "int64");
const tokens = () => ({ ids: ids("input_ids"), mask: ids("attention_mask") });
const fromEncoder = (width: number) => ({
  decoderIds: ids("input_ids", "decoder_sequence"),
  context: input("encoder_hidden_states", ["batch", "sequence", width]),
  mask: ids("encoder_attention_mask"),
});
