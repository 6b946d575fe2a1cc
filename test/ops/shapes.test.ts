import { describe, expect, it } from "vitest";
import { grads } from "../../src/autodiff/grads.ts";
import { input } from "../../src/graph/value.ts";
import { add, div, mul, sub } from "../../src/ops/arithmetic.ts";
import { constant, shapeVector, sizeOfAxis } from "../../src/ops/constant.ts";
import { einsum } from "../../src/ops/einsum.ts";
import { range, take } from "../../src/ops/index-by.ts";
import { concat, expand, pad, reshape, slice, transpose } from "../../src/ops/layout.ts";
import { and, cast, equal, greater, where } from "../../src/ops/logic.ts";
import { matmul } from "../../src/ops/matmul.ts";
import { layerNorm } from "../../src/ops/normalize.ts";
import { argmax, cumsum, max, mean, sum } from "../../src/ops/reduce.ts";
import { logSoftmax, softmax } from "../../src/ops/softmax.ts";

const a = input("a", [2, 3]);
const b = input("b", [5, 7]);
const named = input("named", ["batch", 3]);
const whole = input("whole", [2, 3], "int64");
const truth = greater(a, 0);

/** What is wrong, and what the message says about it: function, axis, both sizes. */
const WRONG: readonly (readonly [build: () => unknown, message: string, kind?: ErrorConstructor])[] = [
  [() => add(a, b), "add: axis -2 is 2 in [2, 3] and 5 in [5, 7]; pass shapes that broadcast"],
  [() => sub(a, input("c", [2, 2, 7])), "sub: axis -1 is 3 in [2, 3] and 7 in [2, 2, 7]; pass shapes that broadcast"],
  [
    () => mul(named, input("c", ["sequence", 3])),
    "mul: axis -2 is batch in [batch, 3] and sequence in [sequence, 3]; pass shapes that broadcast",
  ],
  [() => div(named, a), "div: axis -2 is batch in [batch, 3] and 2 in [2, 3]; pass shapes that broadcast"],
  [() => add(a, whole), "add: cannot combine float32 with int64; cast one of them", TypeError],
  [() => equal(a, whole), "Equal: cannot compare float32 with int64; cast one of them", TypeError],
  [() => and(truth, greater(b, 0)), "And: axis -2 is 2 in [2, 3] and 5 in [5, 7]; pass shapes that broadcast"],
  [() => where(truth, a, cast(a, "int64")), "where: cannot choose between float32 and int64; cast one of them", TypeError],
  [() => where(truth, b, b), "where: axis -2 is 2 in [2, 3] and 5 in [5, 7]; pass shapes that broadcast"],
  [
    () => constant(new Float32Array(5), [2, 3]),
    "constant: 5 numbers do not fill the shape [2, 3]; pass as many as the shape has",
  ],
  [() => sizeOfAxis("sequence", [named, a]), "the axis sequence is in none of [batch, 3], [2, 3]; pass a source that has it"],
  [() => shapeVector(["sequence", 1], [named]), "the axis sequence is in none of [batch, 3]; pass a source that has it"],
  [() => range("sequence", named), "the axis sequence is in none of [batch, 3]; pass a source that has it"],
  [() => expand(a, ["sequence", 2, 3]), "the axis sequence is in none of [2, 3]; pass a source that has it"],
  [() => expand(a, [4, 3]), "expand: axis -2 is 2 in [2, 3] and 4 in [4, 3]; pass shapes that broadcast"],
  [() => expand(a, [3]), "expand: [2, 3] does not broadcast to [3]; pass a larger shape"],
  [() => transpose(a, [0, 0]), "transpose: [0,0] is not a permutation of the axes of [2, 3]; list each axis once"],
  [() => transpose(a, [0]), "transpose: [0] is not a permutation of the axes of [2, 3]; list each axis once"],
  [() => reshape(a, [5]), "reshape: [2, 3] has 6 elements, but [5] has 5; pass an equal product"],
  [
    () => reshape(named, ["batch", 2]),
    "reshape: [batch, 3] has 3*batch elements, but [batch, 2] has 2*batch; pass an equal product",
  ],
  [
    () => reshape(named, ["sequence", 3]),
    "reshape: [batch, 3] has 3*batch elements, but [sequence, 3] has 3*sequence; pass an equal product",
  ],
  [() => concat([a, b], 0), "concat: [5, 7] does not match [2, 3]; pass shapes that are equal except for axis 0"],
  [() => concat([a, a], 2), "concat: axis 2 is not in the shape [2, 3]; use an axis from -2 to 1"],
  [() => slice(a, 1, 1, 4), "slice: [1, 4) is not within axis 1 of [2, 3]; pass bounds within its size"],
  [() => slice(a, -1, -1, 2), "slice: [-1, 2) is not within axis 1 of [2, 3]; pass bounds within its size"],
  [() => slice(a, 0, 1, 0), "slice: [1, 0) is not within axis 0 of [2, 3]; pass bounds within its size"],
  [() => slice(a, -3, 0, 1), "slice: axis -3 is not in the shape [2, 3]; use an axis from -2 to 1"],
  [() => pad(named, 0, 1, 1), "pad: [batch] has the named axis batch; use numbers for all axes"],
  [() => pad(a, 2, 1, 1), "pad: axis 2 is not in the shape [2, 3]; use an axis from -2 to 1"],
  [() => matmul(a, b), "matmul: the inner sizes of [2, 3] × [5, 7] differ; pass [.., m, k] × [.., k, n]"],
  [() => matmul(a, input("v", [3])), "matmul: got [2, 3] × [3]; pass at least two axes each"],
  [
    () => matmul(input("s", [2, 4, 3]), input("t", [5, 3, 2])),
    "matmul: axis -1 is 2 in [2] and 5 in [5]; pass shapes that broadcast",
  ],
  [
    () => einsum("i m, m h d -> i h d", a, input("w", [5, 2, 7])),
    'einsum "i m, m h d -> i h d": axis m is 3 in one operand and 5 in the other; pass equal sizes',
  ],
  [() => einsum("i m -> i k", a), 'einsum "i m -> i k": axis k of the result is in no operand; add it to one or remove it'],
  [
    () => einsum("i m k -> i", a),
    'einsum "i m k -> i": "i m k" has 3 axes, but the value is [2, 3]; write one letter per axis',
  ],
  [() => einsum("i i -> i", a), 'einsum "i i -> i": an operand repeats an axis; use distinct letters'],
  [() => einsum("i m, m k -> i k", a), 'einsum "i m, m k -> i k": got 1 operands; pass one or two, as many as in the text'],
  [() => einsum("i m", a), 'einsum "i m": there is no single "->"; write "a b, b c -> a c"', SyntaxError],
  [
    () => take(a, input("at", [3, 1], "int64"), 1),
    "take: the index is [3, 1] for a value of [2, 3]; pass an index of its shape except for axis 1",
  ],
  [() => take(a, input("at", [2, 1], "int64"), 2), "take: axis 2 is not in the shape [2, 3]; use an axis from -2 to 1"],
  [() => layerNorm(a, input("s", [5]), input("t", [3]), 1e-5), "layerNorm: [2, 3] ends in 3, but the scale is [5]; pass [3]"],
  [() => layerNorm(a, input("s", [3]), input("t", [2]), 1e-5), "layerNorm: [2, 3] ends in 3, but the bias is [2]; pass [3]"],
  [() => sum(a, 2), "sum: axis 2 is not in the shape [2, 3]; use an axis from -2 to 1"],
  [() => mean(a, [0, -3]), "mean: axis -3 is not in the shape [2, 3]; use an axis from -2 to 1"],
  [() => max(a, 0.5), "max: axis 0.5 is not in the shape [2, 3]; use an axis from -2 to 1"],
  [() => argmax(a, 2), "argmax: axis 2 is not in the shape [2, 3]; use an axis from -2 to 1"],
  [() => cumsum(a, 2), "cumsum: axis 2 is not in the shape [2, 3]; use an axis from -2 to 1"],
  [() => softmax(a, 2), "softmax: axis 2 is not in the shape [2, 3]; use an axis from -2 to 1"],
  [() => logSoftmax(a, 2), "logSoftmax: axis 2 is not in the shape [2, 3]; use an axis from -2 to 1"],
  [() => grads(sum(mean(named, 0)), [named]), "mean's derivative: [batch] has the named axis batch; use numbers for all axes"],
  [
    () => grads(sum(slice(named, 0, 0, 1)), [named]),
    "slice's derivative: [batch] has the named axis batch; use numbers for all axes",
  ],
  [
    () => grads(sum(concat([named, named], 0)), [named]),
    "concat's derivative: [batch, batch] has the named axis batch; use numbers for all axes",
  ],
];

describe("a wrong shape is refused while building", () => {
  it.each(WRONG.map(([build, message, kind = RangeError]) => ({ build, message, kind })))("$message", ({
    build,
    message,
    kind,
  }) => {
    expect(build).toThrow(new kind(message));
  });
});
