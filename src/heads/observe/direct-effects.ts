/**
 * The direct effect of a head's output from a token on the logit of that token: vⱼ W_O through the last norm, whose spread is
 * treated as constant. Logits are compared with their mean over the texts' tokens, so a head that raises
 * frequent tokens in general shows no effect.
 * Axes: b text, h head, j key, g key/value head, r query head of a group, d head width, m model width.
 */
import { dimAt, dims4, sizeAt } from "../../graph/shape.ts";
import { input, type Value } from "../../graph/value.ts";
import type { TransformerConfig } from "../../models/config.ts";
import type { DecoderParameters } from "../../models/decoder.ts";
import { ofDecoder, type Transformer } from "../../models/transformer.ts";
import { abs, mul, sub } from "../../ops/arithmetic.ts";
import { einsum } from "../../ops/einsum.ts";
import { gather } from "../../ops/index-by.ts";
import { concat, reshape, transpose, unsqueeze } from "../../ops/layout.ts";
import { mean, sum } from "../../ops/reduce.ts";
import { floats, type Tensor, tensor } from "../../run/tensor.ts";
import { addTo, rowOf } from "../../stats/sums.ts";
import type { Text } from "./text.ts";

/** Returns true if a model predicts tokens by a linear head from its last state. */
export const predictsTokens = ({ family, languageHead }: TransformerConfig): boolean =>
  family === "decoder" && languageHead === "causal";

/** The name of the input for `commonOutput`. */
export const COMMON_OUTPUT = "commonOutput";

/** Returns the mean over the texts' tokens of their rows in the output table, ū [m]. */
export function commonOutput({ weights }: Transformer, texts: readonly Pick<Text, "ids">[]): Tensor {
  const { output, embeddings } = ofDecoder(weights);
  const table = output ?? embeddings.tokens;
  const [rows, m] = [floats(table), dimAt(table.shape, 1)];
  const sums = new Float64Array(m);
  for (const { ids } of texts) for (const id of ids) addTo(sums, rowOf(rows, id, m));
  const tokens = texts.reduce((n, { ids }) => n + ids.length, 0);
  return tensor(
    Float32Array.from(sums, (x) => x / tokens),
    [m],
  );
}

/** Computes the direction that raises the logit of the token at each place: γ (u − ū), [b, j, m]. */
export function ownLogits({ width, norm }: TransformerConfig, p: DecoderParameters, ids: Value): Value {
  const rows = gather(p.output ?? p.embeddings.tokens, ids);
  const scaled = mul(sub(rows, input(COMMON_OUTPUT, [width])), p.norm.scale);
  return norm === "rms" ? scaled : sub(scaled, mean(scaled, -1, true));
}

/**
 * Computes Σⱼ aⱼ eⱼ and Σⱼ |aⱼ eⱼ|, [b, h, 2], for the weight a [b, h, j] that each key receives and eⱼ = ⟨vⱼ W_O, `own`ⱼ⟩.
 * `v` [b, j, g, d]; `wo` [h, d, m]; `own` [b, j, m].
 */
export function effectSums(received: Value, v: Value, wo: Value, own: Value): Value {
  const [b, n, g, d] = dims4(v.shape);
  const h = sizeAt("effectSums", wo.shape, 0);
  const read = reshape(einsum("b j m, h d m -> b j h d", own, wo), [b, n, g, h / sizeAt("effectSums", v.shape, 2), d]);
  const effect = transpose(reshape(sum(mul(read, unsqueeze(v, 3)), -1), [b, n, h]), [0, 2, 1]);
  const weighted = mul(received, effect);
  return concat([sum(weighted, -1, true), sum(abs(weighted), -1, true)], 2);
}
