/**
 * What heads write from a token to the logit of that same token, directly: vⱼ W_O through the last norm with its spread left out, and
 * logits less their mean over the vocabulary.
 * Axes: b text, h head, j key, g key/value head, r query head of a group, d head width, m model width, v vocabulary.
 */
import { input, type Value } from "../../graph/value.ts";
import type { TransformerConfig } from "../../models/config.ts";
import type { DecoderParameters } from "../../models/decoder.ts";
import type { Transformer } from "../../models/transformer.ts";
import { abs, mul, sub } from "../../ops/arithmetic.ts";
import { einsum } from "../../ops/einsum.ts";
import { gather } from "../../ops/index-by.ts";
import { concat, reshape, transpose, unsqueeze } from "../../ops/layout.ts";
import { mean, sum } from "../../ops/reduce.ts";
import { type Tensor, tensor } from "../../run/tensor.ts";

/** Returns true if a model predicts tokens by a linear head from its last state. */
export const predictsTokens = ({ family, languageHead }: TransformerConfig): boolean =>
  family === "decoder" && languageHead === "causal";

/** The input that `commonOutput` is fed to. */
export const COMMON_OUTPUT = "commonOutput";

/** The mean row of the table that predicts tokens, [m]: what all logits have in common. */
export function commonOutput({ weights }: Transformer): Tensor {
  const { output, embeddings } = weights as DecoderParameters<Tensor>;
  const { data, shape } = output ?? embeddings.tokens;
  const [v, m] = shape as [number, number];
  const total = new Float64Array(m);
  for (let row = 0; row < v; row++) for (let k = 0; k < m; k++) total[k]! += Number(data[row * m + k]);
  return tensor(
    Float32Array.from(total, (x) => x / v),
    [m],
  );
}

/** The direction in which a state has to move to raise the logit of the token at each place: γ (u − ū), [b, j, m]. */
export function ownLogits({ width, norm }: TransformerConfig, p: DecoderParameters, ids: Value): Value {
  const rows = gather(p.output ?? p.embeddings.tokens, ids);
  const scaled = mul(sub(rows, input(COMMON_OUTPUT, [width])), p.norm.scale);
  return norm === "rms" ? scaled : sub(scaled, mean(scaled, -1, true));
}

/**
 * Σⱼ aⱼ eⱼ and Σⱼ aⱼ |eⱼ|, [b, h, 2], for the weight a [b, h, j] that each key receives and eⱼ = ⟨vⱼ W_O, `own`ⱼ⟩.
 * `v` [b, j, g, d]; `wo` [h, d, m]; `own` [b, j, m].
 */
export function effectSums(received: Value, v: Value, wo: Value, own: Value): Value {
  const [b, n, g, d] = v.shape as [string, string, number, number];
  const h = wo.shape[0] as number;
  const read = reshape(einsum("b j m, h d m -> b j h d", own, wo), [b, n, g, h / g, d]);
  const effect = transpose(reshape(sum(mul(read, unsqueeze(v, 3)), -1), [b, n, h]), [0, 2, 1]);
  const weighted = mul(received, effect);
  // received weights are not negative, but rounding may leave one a little below 0
  return concat([sum(weighted, -1, true), sum(mul(received, abs(effect)), -1, true)], 2);
}
