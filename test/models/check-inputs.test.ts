/** Forward passes refuse what does not fit: by function, axis and both sizes. Every size is a prime of its own. */
import { describe, expect, it } from "vitest";
import { type DType, input, type Shape, type Value } from "../../src/graph/value.ts";
import { decodeTarget, encodeSource } from "../../src/models/encoder-decoder.ts";
import { type EncoderDecoderParameters, encoderDecoderParameters } from "../../src/models/encoder-decoder-parameters.ts";
import type { Inputs } from "../../src/models/layer.ts";
import { forward } from "../../src/models/transformer.ts";
import { type AttentionParameters, attention, attentionParameters } from "../../src/nn/attention.ts";
import { declare } from "../../src/params/tree.ts";
import { DECODER, ENCODER, GROUPED } from "../laws/small.ts";
import { translatorFixture } from "./translation-golden.ts";

const ints = (name: string, shape: Shape, dtype: DType = "int64"): Value => input(name, shape, dtype);
const ids = ints("ids", [3, 5]);

const wrong: readonly (readonly [Inputs, string])[] = [
  [{ ids, mask: ints("mask", [3, 5], "bool") }, "forward: mask is bool; pass int64 [batch, sequence]"],
  [{ ids, mask: ints("mask", [5]) }, "forward: mask is [5] of rank 1, not 2; pass int64 [batch, sequence]"],
  [
    { ids, mask: ints("mask", [3, 1]) },
    "forward: axis 1 (sequence) of mask is 1, but 5 in ids; pass mask as int64 [batch, sequence] with the sequence of ids",
  ],
  [
    { ids, mask: ints("mask", [1, 5]) },
    "forward: axis 0 (batch) of mask is 1, but 3 in ids; pass mask as int64 [batch, sequence] with the batch of ids",
  ],
  [
    { ids: ints("ids", ["b", "s"]), mask: ints("mask", ["b", "t"]) },
    "forward: axis 1 (sequence) of mask is t, but s in ids; pass mask as int64 [batch, sequence] with the sequence of ids",
  ],
  [
    { ids, types: ints("types", [3, 7]) },
    "forward: axis 1 (sequence) of types is 7, but 5 in ids; pass types as int64 [batch, sequence] with the sequence of ids",
  ],
  [{ ids: ints("ids", [3, 5], "int32") }, "forward: ids is int32; pass int64 [batch, sequence]"],
  [{ ids: ints("ids", [5]) }, "forward: ids is [5] of rank 1, not 2; pass int64 [batch, sequence]"],
  [{ ids, past: ints("past", [1]) }, "forward: past is [1] of rank 1, not 0; pass int64 []"],
];

describe.each([
  ["an encoder", ENCODER],
  ["a decoder", DECODER],
  ["a decoder with rotary positions", GROUPED],
])("%s", (_, config) => {
  it.each(wrong)("%# refuses %o", (inputs, message) => {
    expect(() => forward(config, { inputs })).toThrow(message);
  });

  it("takes what fits", () => {
    const inputs = { ids, mask: ints("mask", [3, 5]), ...(config === ENCODER && { types: ints("types", [3, 5]) }) };
    expect(forward(config, { inputs }).states.at(-1)!.shape).toEqual([3, 5, config.width]);
  });
});

describe("an encoder–decoder", async () => {
  const { config } = await translatorFixture("marian");
  const p = declare<EncoderDecoderParameters>(encoderDecoderParameters(config));
  const decoderIds = ints("decoderIds", [3, 7]);
  const context = input("context", [3, 5, config.width]);

  it("checks the source's mask", () => {
    expect(() => encodeSource(config, p, { ids, mask: ints("mask", [3, 1]) })).toThrow(
      "encodeSource: axis 1 (sequence) of mask is 1, but 5 in ids; pass mask as int64 [batch, sequence] with the sequence of ids",
    );
  });

  it.each([
    [
      { context: input("context", [1, 5, config.width]), decoderIds },
      "decodeTarget: axis 0 (batch) of context is 1, but 3 in decoderIds; pass context as float32 [batch, sequence, width] with the batch of decoderIds",
    ],
    [
      { context: input("context", [3, 5, 11]), decoderIds },
      `decodeTarget: axis 2 (width) of context is 11, but ${config.width} in the model; pass context as float32 [batch, sequence, width] with the width of the model`,
    ],
    [
      { context: ints("context", [3, 5, config.width]), decoderIds },
      "decodeTarget: context is int64; pass float32 [batch, sequence, width]",
    ],
    [
      { context, decoderIds, mask: ints("mask", [3, 7]) },
      "decodeTarget: axis 1 (sequence) of mask is 7, but 5 in context; pass mask as int64 [batch, sequence] with the sequence of context",
    ],
    [
      { context, decoderIds, decoderMask: ints("decoderMask", [3, 5]) },
      "decodeTarget: axis 1 (target) of decoderMask is 5, but 7 in decoderIds; pass decoderMask as int64 [batch, target] with the target of decoderIds",
    ],
    [
      { context, decoderIds: ints("decoderIds", [3]) },
      "decodeTarget: decoderIds is [3] of rank 1, not 2; pass int64 [batch, target]",
    ],
  ])("%# is refused", (inputs, message) => {
    expect(() => decodeTarget(config, p, inputs)).toThrow(message);
  });

  it("takes what fits", () => {
    const made = decodeTarget(config, p, { context, decoderIds, mask: ids, decoderMask: decoderIds });
    expect(made.logits.shape).toEqual([3, 7, config.vocabulary]);
  });
});

describe("attention", () => {
  const p = declare<AttentionParameters>(attentionParameters({ width: 11, heads: 2, headWidth: 3 }));
  const x = input("x", [3, 5, 11]);
  it.each([
    [input("x", [5, 11]), {}, "attention: the number of axes of x is 2, not 3; pass x as [batch, sequence, width]"],
    [
      input("x", [3, 5, 7]),
      {},
      "attention: axis 2 (width) of x is 7, but 11 in the weights; pass x as [batch, sequence, width]",
    ],
    [
      x,
      { context: input("c", [1, 7, 11]) },
      "attention: axis 0 (batch) of context is 1, but 3 in x; pass context as [batch, sequence, width]",
    ],
    [
      input("x", [1, 5, 11]),
      { mask: input("mask", [3, 1, 1, 5]) },
      "attention: the mask is [3, 1, 1, 5], but the scores are [1, 2, 5, 5]; pass a mask that broadcasts to [b, h, i, j]",
    ],
  ])("%# is refused", (from, options, message) => {
    expect(() => attention(p, from, options)).toThrow(new RangeError(message));
  });
});
