/** Layer normalization (Ba et al. 2016) and root-mean-square normalization (Zhang & Sennrich 2019), over the last axis. */
import { shown } from "../graph/shape.ts";
import { apply, type Ternary, type Value } from "../graph/value.ts";
import { add, div, mul, sqrt, sub } from "./arithmetic.ts";
import { mean } from "./reduce.ts";

// x̂ = (x − μ) r with r = 1/√(σ² + ε); g = dy·scale: dx = r (g − mean g − x̂ mean(g x̂))
const LayerNormalization: Ternary<{ axis: number; epsilon: number }> = {
  name: "LayerNormalization",
  attributes: { axis: "int", epsilon: "float" },
  infer: ([x, ...parameters]) => {
    const width = x.shape.at(-1);
    for (const [k, { shape }] of parameters.entries()) {
      const fits = shape.length === 1 && shape[0] === width;
      if (!fits)
        throw new RangeError(
          `layerNorm: ${shown(x.shape)} ends in ${width}, but the ${k ? "bias" : "scale"} is ${shown(shape)}; pass [${width}]`,
        );
    }
    return { dtype: x.dtype, shape: x.shape };
  },
  vjp: (dy, _, [x, scale], { epsilon }) => {
    const centered = sub(x, mean(x, -1, true));
    const spread = sqrt(add(mean(mul(centered, centered), -1, true), epsilon));
    const unit = div(centered, spread);
    const turned = mul(dy, unit);
    const g = mul(dy, scale);
    const along = mean(mul(turned, scale), -1, true);
    const dx = div(sub(sub(g, mean(g, -1, true)), mul(unit, along)), spread);
    return [dx, turned, dy];
  },
};
/** Computes (x − mean) / √(variance + epsilon) · scale + bias, over the last axis. */
export const layerNorm = (x: Value, scale: Value, bias: Value, epsilon: number): Value =>
  apply(LayerNormalization, [x, scale, bias], { axis: -1, epsilon });

/** Computes x / √(mean x² + epsilon) · scale, over the last axis, in a form that ONNX Runtime fuses. */
export function rmsNorm(x: Value, scale: Value, epsilon: number): Value {
  const spread = sqrt(add(mean(mul(x, x), -1, true), epsilon));
  return mul(div(x, spread), scale);
}
