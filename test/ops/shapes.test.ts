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
  [() => add(a, b), "add: shapes [2, 3] and [5, 7] do not broadcast: axis -2 is 2 and 5"],
  [() => sub(a, input("c", [2, 2, 7])), "sub: shapes [2, 3] and [2, 2, 7] do not broadcast: axis -1 is 3 and 7"],
  [
    () => mul(named, input("c", ["sequence", 3])),
    "mul: shapes [batch, 3] and [sequence, 3] do not broadcast: axis -2 is batch and sequence",
  ],
  [() => div(named, a), "div: shapes [batch, 3] and [2, 3] do not broadcast: axis -2 is batch and 2"],
  [() => add(a, whole), "add: cannot combine float32 with int64; cast one of them", TypeError],
  [() => equal(a, whole), "Equal: cannot compare float32 with int64; cast one of them", TypeError],
  [() => and(truth, greater(b, 0)), "And: shapes [2, 3] and [5, 7] do not broadcast: axis -2 is 2 and 5"],
  [() => where(truth, a, cast(a, "int64")), "where: cannot choose between float32 and int64", TypeError],
  [() => where(truth, b, b), "where: shapes [2, 3] and [5, 7] do not broadcast: axis -2 is 2 and 5"],
  [() => constant(new Float32Array(5), [2, 3]), "constant: 5 numbers do not fill the shape [2, 3]"],
  [() => sizeOfAxis("sequence", [named, a]), "the axis sequence is in none of [batch, 3], [2, 3]"],
  [() => shapeVector(["sequence", 1], [named]), "the axis sequence is in none of [batch, 3]"],
  [() => range("sequence", named), "the axis sequence is in none of [batch, 3]"],
  [() => expand(a, ["sequence", 2, 3]), "the axis sequence is in none of [2, 3]"],
  [() => expand(a, [4, 3]), "expand: shapes [2, 3] and [4, 3] do not broadcast: axis -2 is 2 and 4"],
  [() => expand(a, [3]), "expand: [2, 3] is larger than [3]"],
  [() => transpose(a, [0, 0]), "transpose: [0,0] does not order the axes of [2, 3]"],
  [() => transpose(a, [0]), "transpose: [0] does not order the axes of [2, 3]"],
  [() => reshape(a, [5]), "reshape: [2, 3] holds 6 elements, [5] would hold 5"],
  [() => reshape(named, ["batch", 2]), "reshape: [batch, 3] holds 3*batch elements, [batch, 2] would hold 2*batch"],
  [() => reshape(named, ["sequence", 3]), "reshape: [batch, 3] holds 3*batch elements, [sequence, 3] would hold 3*sequence"],
  [() => concat([a, b], 0), "concat: [5, 7] does not continue [2, 3] along axis 0"],
  [() => concat([a, a], 2), "concat: axis 2 is not in the shape [2, 3]"],
  [() => slice(a, 1, 1, 4), "slice: [1, 4) is not within axis 1 of [2, 3]"],
  [() => slice(a, -1, -1, 2), "slice: [-1, 2) is not within axis 1 of [2, 3]"],
  [() => slice(a, 0, 1, 0), "slice: [1, 0) is not within axis 0 of [2, 3]"],
  [() => slice(a, -3, 0, 1), "slice: axis -3 is not in the shape [2, 3]"],
  [() => pad(named, 0, 1, 1), "pad: needs numbers for all axes, but [batch] has the named axis batch"],
  [() => pad(a, 2, 1, 1), "pad: axis 2 is not in the shape [2, 3]"],
  [() => matmul(a, b), "matmul: inner sizes differ, [2, 3] × [5, 7]"],
  [() => matmul(a, input("v", [3])), "matmul: needs two axes at least, got [2, 3] × [3]"],
  [
    () => matmul(input("s", [2, 4, 3]), input("t", [5, 3, 2])),
    "matmul: shapes [2] and [5] do not broadcast: axis -1 is 2 and 5",
  ],
  [
    () => einsum("i m, m h d -> i h d", a, input("w", [5, 2, 7])),
    'einsum "i m, m h d -> i h d": axis m is 3 in one operand and 5 in the other',
  ],
  [() => einsum("i m -> i k", a), 'einsum "i m -> i k": axis k of the result is in no operand'],
  [() => einsum("i m k -> i", a), 'einsum "i m k -> i": "i m k" names 3 axes but the value is [2, 3]'],
  [() => einsum("i i -> i", a), 'einsum "i i -> i": an axis is named twice in one operand'],
  [() => einsum("i m, m k -> i k", a), 'einsum "i m, m k -> i k": takes one or two operands, as many as the text names, got 1'],
  [() => einsum("i m", a), 'einsum "i m": write "a b, b c -> a c"', SyntaxError],
  [() => take(a, input("at", [3, 1], "int64"), 1), "take: the index [3, 1] must equal [2, 3] but for axis 1"],
  [() => take(a, input("at", [2, 1], "int64"), 2), "take: axis 2 is not in the shape [2, 3]"],
  [() => layerNorm(a, input("s", [5]), input("t", [3]), 1e-5), "layerNorm: [2, 3] ends in 3 but the scale is [5]"],
  [() => layerNorm(a, input("s", [3]), input("t", [2]), 1e-5), "layerNorm: [2, 3] ends in 3 but the bias is [2]"],
  [() => sum(a, 2), "sum: axis 2 is not in the shape [2, 3]"],
  [() => mean(a, [0, -3]), "mean: axis -3 is not in the shape [2, 3]"],
  [() => max(a, 0.5), "max: axis 0.5 is not in the shape [2, 3]"],
  [() => argmax(a, 2), "argmax: axis 2 is not in the shape [2, 3]"],
  [() => cumsum(a, 2), "cumsum: axis 2 is not in the shape [2, 3]"],
  [() => softmax(a, 2), "softmax: axis 2 is not in the shape [2, 3]"],
  [() => logSoftmax(a, 2), "logSoftmax: axis 2 is not in the shape [2, 3]"],
  [
    () => grads(sum(mean(named, 0)), [named]),
    "mean's derivative: needs numbers for all axes, but [batch] has the named axis batch",
  ],
  [
    () => grads(sum(slice(named, 0, 0, 1)), [named]),
    "slice's derivative: needs numbers for all axes, but [batch] has the named axis batch",
  ],
  [
    () => grads(sum(concat([named, named], 0)), [named]),
    "concat's derivative: needs numbers for all axes, but [batch, batch] has the named axis batch",
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
