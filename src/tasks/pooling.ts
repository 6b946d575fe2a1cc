/**
 * Pooling of last states into one vector per text, as the checkpoint specifies. Axes: b text, i token, m model width, n vector
 * width.
 */

import { dimAt, dims2 } from "../graph/shape.ts";
import { scoped, type Value } from "../graph/value.ts";
import type { DenseModule, Pooling, PoolingMode, SentenceModule } from "../load/pooling.ts";
import type { AnyForward } from "../models/any.ts";
import { lastState } from "../models/layer.ts";
import { gelu, relu, sigmoid, silu, tanh } from "../ops/activation.ts";
import { add, div, mul, sqrt } from "../ops/arithmetic.ts";
import { constant } from "../ops/constant.ts";
import { einsum } from "../ops/einsum.ts";
import { concat, unsqueeze } from "../ops/layout.ts";
import { cast, equal, indicator, where } from "../ops/logic.ts";
import { matmul } from "../ops/matmul.ts";
import { cumsum, max, sum } from "../ops/reduce.ts";
import { InputError } from "../run/errors.ts";
import { floats, type Tensor } from "../run/tensor.ts";
import { rowOf } from "../stats/sums.ts";

/** Computes the vector of each text, [b, n]. */
export function pooled({ inputs, states }: Pick<AnyForward, "inputs" | "states">, { modules }: Pooling): Value {
  if (!inputs.mask) throw new Error("internal: pooling needs the mask of the texts");
  const mask = cast(inputs.mask, "float32");
  return scoped("pooling", () => modules.reduce((x, module) => follow(module, x, mask), lastState(states)));
}

/** Returns the vector width n for a model of width m. */
export const pooledWidth = (width: number, { modules }: Pooling): number =>
  modules.reduce((n, module) => {
    if (module.kind === "pooling") return n * module.modes.length;
    return module.kind === "dense" ? dimAt(module.weight.shape, 0) : n;
  }, width);

const NAMES: Readonly<Record<PoolingMode, string>> = {
  cls: "the first token’s state",
  max: "the maximum over the states",
  mean: "the mean of the states",
  mean_sqrt_len_tokens: "the sum of the states over √length",
  weightedmean: "the mean of the states weighted by position",
  lasttoken: "the last token’s state",
};

/** Describes the pooling in a sentence. */
export function poolingNote({ modules, stated, prompt, similarity }: Pooling): string {
  const steps = modules.map((module) => {
    if (module.kind === "normalize") return "normalized";
    return module.kind === "dense" ? `a ${module.activation} layer` : module.modes.map((mode) => NAMES[mode]).join(" and ");
  });
  const why = stated ? "as modules.json specifies" : "since the model has no modules.json";
  const before = prompt === undefined ? "" : `; each text is prefixed with ${JSON.stringify(prompt)}`;
  const other = similarity === undefined ? "" : `; the model’s own similarity measure is ${JSON.stringify(similarity)}`;
  return `a text’s vector is ${steps.join(", then ")}, ${why}${before}${other}`;
}

function follow(module: SentenceModule, x: Value, mask: Value): Value {
  if (module.kind === "normalize") return unit(x);
  if (module.kind === "dense") return dense(module, x);
  const parts = module.modes.map((mode) => POOLED[mode](x, mask));
  return concat(parts, 1);
}

/** Computes x / ‖x‖. */
export const unit = (x: Value): Value => div(x, sqrt(sum(mul(x, x), 1, true)));

const weighted = (states: Value, weights: Value): Value => einsum("b i m, b i -> b m", states, weights);
/** Numbers the tokens of a text from 1; padding has the number of the last token. */
const numbers = (mask: Value): Value => cumsum(mask, 1);
const ABSENT = -1e30;

const POOLED: Readonly<Record<PoolingMode, (states: Value, mask: Value) => Value>> = {
  cls: (states, mask) => weighted(states, mul(indicator(equal(numbers(mask), 1)), mask)),
  max: (states, mask) => max(where(equal(unsqueeze(mask, 2), 0), ABSENT, states), 1),
  mean: (states, mask) => div(weighted(states, mask), sum(mask, 1, true)),
  mean_sqrt_len_tokens: (states, mask) => div(weighted(states, mask), sqrt(sum(mask, 1, true))),
  weightedmean: (states, mask) => {
    const weights = mul(numbers(mask), mask);
    return div(weighted(states, weights), sum(weights, 1, true));
  },
  lasttoken: (states, mask) => weighted(states, mul(indicator(equal(numbers(mask), sum(mask, 1, true))), mask)),
};

const ACTIVATIONS: Readonly<Record<DenseModule["activation"], (x: Value) => Value>> = {
  ...{ Identity: (x) => x, Tanh: tanh, ReLU: relu, Sigmoid: sigmoid, SiLU: silu },
  GELU: (x) => gelu(x),
};

function dense({ weight, bias, activation, residual }: DenseModule, x: Value): Value {
  const [reads, given] = [dimAt(weight.shape, 1), dimAt(x.shape, 1)];
  if (reads !== given) {
    throw new InputError(
      `modules.json: a dense layer reads ${reads} numbers, but a text's vector has ${given} there; use the files of one model`,
    );
  }
  const [to, from] = dims2(weight.shape);
  const linear = matmul(x, constant(transposed(weight), [from, to]));
  const y = ACTIVATIONS[activation](bias ? add(linear, constant(floats(bias), [to])) : linear);
  return residual ? add(y, x) : y;
}

function transposed(weight: Tensor): Float32Array {
  const [rows, columns] = dims2(weight.shape);
  const [data, out] = [floats(weight), new Float32Array(rows * columns)];
  for (let row = 0; row < rows; row++) for (const [k, x] of rowOf(data, row, columns).entries()) out[k * rows + row] = x;
  return out;
}
