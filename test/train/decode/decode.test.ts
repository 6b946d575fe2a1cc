import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { encoderDecoderForward } from "../../../src/models/encoder-decoder.ts";
import { logSoftmax } from "../../../src/ops/softmax.ts";
import { byPath } from "../../../src/params/tree.ts";
import { nodeRuntime } from "../../../src/run/ort.node.ts";
import type { Runtime } from "../../../src/run/runtime.ts";
import { int64 } from "../../../src/run/tensor.ts";
import { beamSearch, greedy, search } from "../../../src/train/decode/beam.ts";
import { createDecoding } from "../../../src/train/decode/decode.ts";
import { smallConfig, smallWeights } from "../../models/small-translator.ts";
import { TRANSLATORS, translatorFixture } from "../../models/translation-golden.ts";

let runtime: Runtime;
beforeAll(async () => {
  runtime = await nodeRuntime({ threads: 1 });
});
afterAll(() => runtime.release());

const small = (normFirst: boolean) => {
  const config = smallConfig({ normFirst });
  return { config, weights: smallWeights(config, 7) };
};
const SOURCES = [
  [5, 17, 9, 40, 11, 3, 2],
  [8, 2],
  [33, 21, 50, 4, 2],
];

describe.each(TRANSLATORS)("%s against transformers' generate", (name) => {
  it("finds the same outputs and scores, for every number of beams and length penalty", async () => {
    const { runs, ...model } = await translatorFixture(name);
    for (const { options, sources, outputs, scores } of runs) {
      const decoding = createDecoding(runtime, model, { renormalize: options.renormalize_logits });
      const { num_beams: beams, max_length: maxLength, length_penalty: lengthPenalty } = options;
      const found = await search(decoding, sources, { beams, maxLength, lengthPenalty });
      expect(
        found.map((f) => f.ids),
        JSON.stringify(options),
      ).toEqual(outputs);
      for (const [k, score] of (scores ?? []).entries()) expect(found[k]!.score).toBeCloseTo(score, 4);
    }
  });

  it("has beams of one equal to greedy decoding, in tokens and scores", async () => {
    const { runs, ...model } = await translatorFixture(name);
    const decoding = createDecoding(runtime, model);
    const options = { beams: 1, maxLength: 19 };
    const [one, best] = [
      await beamSearch(decoding, runs[0]!.sources, options),
      await greedy(decoding, runs[0]!.sources, options),
    ];
    expect(one.map((f) => f.ids)).toEqual(best.map((f) => f.ids));
    for (const [k, { score }] of one.entries()) expect(score).toBeCloseTo(best[k]!.score, 5);
  });

  it.each([1, 4])("with %i beams gives a source the same alone, in any batch and in any order", async (beams) => {
    const { runs, ...model } = await translatorFixture(name);
    const decoding = createDecoding(runtime, model);
    const sources = runs[0]!.sources.slice(0, 7);
    const together = await search(decoding, sources, { beams });
    const reversed = await search(decoding, [...sources].reverse(), { beams });
    expect(reversed.reverse().map((f) => f.ids)).toEqual(together.map((f) => f.ids));
    for (const [k, source] of sources.entries()) {
      const [alone] = await search(decoding, [source], { beams });
      expect(alone!.ids).toEqual(together[k]!.ids);
      expect(alone!.score).toBeCloseTo(together[k]!.score, 4);
    }
  });
});

describe.each([false, true])("a step with a cache, norms first: %s", (normFirst) => {
  it("has the probabilities of the whole text read at once, whichever rows it continues", async () => {
    const model = small(normFirst);
    const decoding = createDecoding(runtime, model);
    const { start, padding } = model.config.ids;
    const steps = await decoding.start(SOURCES, "all");
    // rows of texts: which row each continues, and with what
    const moves: readonly (readonly [from: number[], tokens: number[]])[] = [
      [
        [0, 1, 2],
        [start, start, start],
      ],
      [
        [0, 0, 1, 2, 2],
        [7, 9, 30, 12, 13],
      ],
      [
        [1, 0, 2, 4, 4],
        [41, 6, 6, 25, 8],
      ],
      [
        [4, 0, 2],
        [19, 3, 48],
      ],
      [
        [2, 2],
        [10, 11],
      ],
    ];
    let texts: number[][] = [[], [], []];
    let sourceOf = [0, 1, 2];
    const { logits } = encoderDecoderForward(model.config);
    const whole = await runtime.compile({ all: logSoftmax(logits) }, { weights: byPath(model.weights) });
    for (const [from, tokens] of moves) {
      const got = (await steps.step(tokens, from)).logProbabilities!;
      texts = from.map((row, k) => [...texts[row]!, tokens[k]!]);
      sourceOf = from.map((row) => sourceOf[row]!);
      expect(got.shape).toEqual([from.length, 53]);
      for (const [row, text] of texts.entries()) {
        const source = SOURCES[sourceOf[row]!]!;
        const { all } = await whole.run({
          ids: int64(source, [1, source.length]),
          mask: int64(
            source.map(() => 1),
            [1, source.length],
          ),
          decoderIds: int64(text, [1, text.length]),
        });
        for (let v = 0; v < 53; v++) {
          const cached = Number(got.data[row * 53 + v]);
          if (v === padding) expect(cached).toBeLessThan(-1e29);
          else expect(Math.abs(cached - Number(all!.data[(text.length - 1) * 53 + v]))).toBeLessThan(1e-5);
        }
      }
    }
  });
});

it("compares finished texts by the paper's penalty where it is asked to", async () => {
  const { runs, ...model } = await translatorFixture("marian");
  const decoding = createDecoding(runtime, model);
  const { sources } = runs[0]!;
  const of = (options: object) => search(decoding, sources, { maxLength: 19, ...options });
  const [plain, paper, none] = [
    await of({ lengthPenalty: 1, penalty: "length" }),
    await of({ lengthPenalty: 0.6, penalty: "paper" }),
    await of({ lengthPenalty: 0, penalty: "paper" }),
  ];
  expect(none).toEqual(await of({ lengthPenalty: 0 }));
  for (const [k, { ids, score }] of paper.entries()) {
    const logProbability = score * ((5 + ids.length) / 6) ** 0.6;
    expect(logProbability).toBeLessThanOrEqual(none[k]!.score + 1e-5);
    if (`${ids}` === `${plain[k]!.ids}`) expect(logProbability).toBeCloseTo(plain[k]!.score * ids.length, 4);
  }
});

it("refuses beams, penalties and lengths that make no sense", async () => {
  const decoding = createDecoding(runtime, small(false));
  const trying = (options: object) => search(decoding, SOURCES, options);
  await expect(trying({ beams: 0 })).rejects.toThrow("beams is 0; give a whole number from 1");
  await expect(trying({ lengthPenalty: Number.NaN })).rejects.toThrow("the length penalty is NaN; give a finite number");
  await expect(trying({ maxLength: 38 })).rejects.toThrow("give 2 to 37 tokens");
  await expect(trying({ maxLength: 1 })).rejects.toThrow("give 2 to 37 tokens");
});
