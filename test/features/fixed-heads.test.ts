/** Laws of heads written by hand: closed forms, sums of rows, causality, padding, and generation token by token. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { input } from "../../src/graph/value.ts";
import type { EncoderDecoder } from "../../src/load/translator.ts";
import { encoderDecoderForward } from "../../src/models/encoder-decoder.ts";
import { sitesOf } from "../../src/models/sites.ts";
import { forward, type Transformer } from "../../src/models/transformer.ts";
import {
  CAUSAL_PATTERNS,
  FIXED_PATTERNS,
  type FixedPattern,
  fixedPatterns,
  type Places,
} from "../../src/nn/features/fixed-heads.ts";
import { byPath } from "../../src/params/tree.ts";
import { attentionWork } from "../../src/prune/attention-work.ts";
import { nodeRuntime } from "../../src/run/ort.node.ts";
import type { Runtime } from "../../src/run/runtime.ts";
import { int64 } from "../../src/run/tensor.ts";
import { createDecoding } from "../../src/train/decode/decode.ts";
import { generate } from "../../src/train/decode/generate.ts";
import { evaluate } from "../run/evaluate.ts";
import { featuredJson, featuredModel, readAnyConfig } from "./featured-models.ts";

interface Setting {
  readonly queries?: number;
  readonly keys?: number;
  readonly causal?: boolean;
  readonly window?: number;
  readonly past?: number;
  /** The padding of the keys, and of the queries unless `cross`. */
  readonly mask?: readonly number[];
  readonly cross?: boolean;
}

/** The rows of one pattern in one text: [query][key]. */
async function rowsOf(pattern: FixedPattern, setting: Setting): Promise<number[][]> {
  const { keys = setting.mask?.length ?? 1, queries = keys, causal, window, past, mask, cross } = setting;
  const padding = mask && input("mask", [1, keys], "int64");
  const places: Places = {
    ...{ causal, window, past: past === undefined ? undefined : input("past", [], "int64") },
    ...{ keys: padding, queries: cross ? undefined : padding },
  };
  const value = fixedPatterns([pattern], input("x", [1, queries, 2]), input("v", [1, keys, 1, 2]), places);
  const { made } = await evaluate(
    { made: value },
    { ...(mask && { mask: int64(mask, [1, keys]) }), ...(past !== undefined && { past: int64([past], []) }) },
  );
  expect(made!.shape).toEqual([1, 1, queries, keys]);
  const data = Array.from(made!.data, Number);
  return Array.from({ length: queries }, (_, i) => data.slice(i * keys, (i + 1) * keys));
}

const close = (got: readonly number[], wanted: readonly number[], digits = 5) => {
  expect(got).toHaveLength(wanted.length);
  for (const [k, x] of wanted.entries()) expect(got[k]).toBeCloseTo(x, digits);
};
const total = (row: readonly number[]) => row.reduce((a, b) => a + b, 0);
const one = (at: number, length: number) => Array.from({ length }, (_, j) => Number(j === at));

describe("closed forms", () => {
  it("left context weighs cubes up to the second key before the query", async () => {
    const rows = await rowsOf("left-context", { keys: 5 });
    close(rows[4]!, [1 / 36, 8 / 36, 27 / 36, 0, 0]);
    close(rows[3]!, [1 / 9, 8 / 9, 0, 0, 0]);
    for (const i of [0, 1]) close(rows[i]!, one(0, 5));
  });

  it("right context is its mirror", async () => {
    close((await rowsOf("right-context", { keys: 6 }))[1]!, [0, 0, 0, 0.75, 8 / 36, 1 / 36]);
    const [left, right] = [await rowsOf("left-context", { keys: 7 }), await rowsOf("right-context", { keys: 7 })];
    for (const [i, row] of right.entries()) close(row, [...left[6 - i]!].reverse());
    for (const i of [5, 6]) close(right[i]!, one(6, 7));
  });

  it("to the end and to the start weigh all keys by cubes", async () => {
    for (const row of await rowsOf("to-end", { keys: 5 })) close(row, [1 / 225, 8 / 225, 27 / 225, 64 / 225, 125 / 225]);
    for (const row of await rowsOf("to-start", { keys: 5 })) close(row, [125 / 225, 64 / 225, 27 / 225, 8 / 225, 1 / 225]);
  });

  it("the token before, after and itself, at borders itself", async () => {
    const [before, after, own] = [
      await rowsOf("previous", { keys: 4 }),
      await rowsOf("next", { keys: 4 }),
      await rowsOf("self", { keys: 4 }),
    ];
    for (let i = 0; i < 4; i++) {
      expect(before[i]).toEqual(one(Math.max(0, i - 1), 4));
      expect(after[i]).toEqual(one(Math.min(3, i + 1), 4));
      expect(own[i]).toEqual(one(i, 4));
    }
  });

  it("Gaussian rows sum to 0.937 inside and to 0.30 at the border", async () => {
    const rows = await rowsOf({ gaussian: -1 }, { keys: 4 });
    expect(total(rows[0]!)).toBeCloseTo(0.3005, 3);
    expect(total(rows[2]!)).toBeCloseTo(0.937, 3);
    expect(rows[1]![0]).toBeCloseTo(1 / Math.sqrt(2 * Math.PI), 6);
  });

  it("a Gaussian of cross-attention is around the ratio times the query's position", async () => {
    const setting = { queries: 3, keys: 5, cross: true, mask: [1, 1, 1, 1, 0] };
    const rows = await rowsOf({ gaussian: 1, ratio: 1.5 }, setting);
    const density = (x: number) => Math.exp(-(x ** 2) / 2) / Math.sqrt(2 * Math.PI);
    for (const [i, row] of rows.entries()) {
      close(
        row,
        [0, 1, 2, 3, 4].map((j) => (j < 4 ? density(j - 1.5 * i - 1) : 0)),
      );
    }
  });
});

describe.each(FIXED_PATTERNS)("%s", (pattern) => {
  it("has rows that sum to 1 over the text, whatever its length, and none on padding", async () => {
    for (const n of [1, 2, 3, 5, 8]) {
      const plain = await rowsOf(pattern, { keys: n });
      const mask = Array.from({ length: 8 }, (_, j) => Number(j < n));
      const padded = await rowsOf(pattern, { mask });
      for (const [i, row] of padded.entries()) {
        expect(total(row)).toBeCloseTo(1, 5);
        close(row, [...plain[Math.min(i, n - 1)]!, ...one(-1, 8 - n)]);
      }
    }
  });

  it("counts positions from the first token where padding is before the text", async () => {
    const [plain, padded] = [await rowsOf(pattern, { keys: 4 }), await rowsOf(pattern, { mask: [0, 0, 1, 1, 1, 1] })];
    for (const [i, row] of plain.entries()) close(padded[i + 2]!, [0, 0, ...row]);
  });

  it("stays on the source where a query of cross-attention is beyond it", async () => {
    const rows = await rowsOf(pattern, { queries: 6, mask: [1, 1, 1, 0], cross: true });
    for (const row of rows) {
      expect(total(row)).toBeCloseTo(1, 5);
      expect(row[3]).toBe(0);
    }
  });

  it("is finite where everything is padding", async () => {
    for (const row of await rowsOf(pattern, { mask: [0, 0, 0] })) expect(row).toEqual([0, 0, 0]);
  });
});

describe.each([...CAUSAL_PATTERNS, { gaussian: -1 }, { gaussian: 1 }])("causal %j", (pattern) => {
  it("depends on no later token, and one query at a time gives the same rows", async () => {
    const long = await rowsOf(pattern, { keys: 7, causal: true });
    for (const n of [1, 3, 6]) {
      for (const [i, row] of (await rowsOf(pattern, { keys: n, causal: true })).entries())
        close(long[i]!, [...row, ...one(-1, 7 - n)]);
      const [step] = await rowsOf(pattern, { queries: 1, keys: n, causal: true, past: n - 1 });
      close(step!, long[n - 1]!.slice(0, n));
    }
    if (typeof pattern === "string") for (const row of long) expect(total(row)).toBeCloseTo(1, 5);
  });

  it("sees no key before its window", async () => {
    const rows = await rowsOf(pattern, { keys: 7, causal: true, window: 3 });
    for (const [i, row] of rows.entries()) {
      for (const [j, weight] of row.entries()) if (i - j >= 3) expect(weight).toBe(0);
      if (typeof pattern === "string") expect(total(row)).toBeCloseTo(1, 5);
      const [step] = await rowsOf(pattern, { queries: 1, keys: i + 1, causal: true, window: 3, past: i });
      close(step!, row.slice(0, i + 1));
    }
  });
});

let runtime: Runtime;
beforeAll(async () => {
  runtime = await nodeRuntime({ threads: 1 });
});
afterAll(() => runtime.release());

describe("generation token by token equals the whole text read at once", () => {
  const fixed: FixedPattern[] = ["previous", "left-context", "to-start", { gaussian: -1 }];

  it.each(["gpt2", "llama", "mistral"] as const)("%s", async (family) => {
    const model = (await featuredModel(family, { fixed })) as Transformer;
    const prompt = [7, 31, 4];
    const made = await generate(runtime, model, prompt, { count: 10, temperature: 0 });
    const whole = [...prompt, ...made];
    const [shape, ones] = [[1, whole.length], whole.map(() => 1)];
    const program = await runtime.compile({ logits: forward(model.config).logits! }, { weights: byPath(model.weights) });
    const { logits } = await program.run({ ids: int64(whole, shape), mask: int64(ones, shape) });
    const { vocabulary } = model.config;
    for (const [k, token] of made.entries()) {
      const at = prompt.length - 1 + k;
      const own = (logits!.data as Float32Array).subarray(at * vocabulary, (at + 1) * vocabulary);
      expect(Math.max(...own) - own[token]!, `token ${k}`).toBeLessThan(1e-4);
    }
  });

  it.each([
    ["some fixed", ["previous", "left-context", { gaussian: -1 }]],
    ["all fixed", ["previous", "left-context", { gaussian: -1, ratio: 1.3 }, "to-start"]],
  ] as const)("translation, %s", async (_, patterns) => {
    const model = (await featuredModel("marian", { fixed: patterns })) as EncoderDecoder;
    const { vocabulary, ids } = model.config;
    const sources = [
      [5, 17, 9, 40, 11],
      [8, 2],
    ];
    const steps = await createDecoding(runtime, model).start(sources, "logits");
    const tokens = [ids.start, 9, 30, 12, 41, 6, 19];
    const { logits } = encoderDecoderForward(model.config);
    const program = await runtime.compile({ logits }, { weights: byPath(model.weights) });
    const whole = await Promise.all(
      sources.map((source) => {
        const shape = [1, source.length];
        const mask = int64(
          source.map(() => 1),
          shape,
        );
        return program.run({ ids: int64(source, shape), mask, decoderIds: int64(tokens, [1, tokens.length]) });
      }),
    );
    for (const [n, token] of tokens.entries()) {
      const got = (await steps.step([token, token], [0, 1])).logits!;
      for (const [row, wanted] of whole.entries())
        for (let v = 0; v < vocabulary; v++) {
          const difference = Number(got.data[row * vocabulary + v]) - Number(wanted.logits!.data[n * vocabulary + v]);
          expect(Math.abs(difference)).toBeLessThan(1e-4);
        }
    }
  });
});

it("a fixed head costs no queries, keys and scores", async () => {
  const plain = (await featuredModel("bert", {})).config;
  const { config, weights } = await featuredModel("bert", { fixed: ["self", "next"] });
  const { width, headWidth } = config;
  const sites = sitesOf(config).length;
  expect(attentionWork(plain, 11) - attentionWork(config, 11)).toBe(
    sites * 2 * (2 * 11 * width * headWidth + 11 * 11 * headWidth),
  );
  expect(byPath(weights).get("layers.0.attention.wq")!.shape).toEqual([width, 3, headWidth]);
});

describe("fixed heads that do not fit are refused", () => {
  it.each([
    ["gpt2", ["next"], 'layer 0 is causal, so its fixed heads cannot be "next"; use self, previous, left-context, to-start or'],
    ["bert", Array(6).fill("self"), "layer 0 has 5 heads, but 6 fixed ones; fix at most 5, or use more heads"],
    ["bert", ["nxt"], '"headwise.attention.0.fixed.0" is malformed (did you mean "next"?)'],
    ["marian", ["to-end"], 'layer decoder.0 is causal, so its fixed heads cannot be "to-end"'],
  ] as const)("%s %j", async (family, fixed, message) => {
    const json = await featuredJson(family, { fixed: fixed as readonly FixedPattern[] });
    expect(() => readAnyConfig(family, json)).toThrow(message);
  });

  it("grouped keys", async () => {
    const json = { ...(await featuredJson("llama", { fixed: ["self"] })), num_key_value_heads: 3 };
    expect(() => readAnyConfig("llama", json)).toThrow(
      "layer 0 has fixed heads, but 6 heads share 3 key/value heads; use 6 key/value heads",
    );
  });
});
