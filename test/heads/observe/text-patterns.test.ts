/** The patterns of a text in models of every family: against definitions written once more, and the program of the report. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { plainSentence } from "../../../src/corpus/plain.ts";
import type { Value } from "../../../src/graph/value.ts";
import { compilePatterns } from "../../../src/heads/observe/patterns.ts";
import { prepare } from "../../../src/heads/observe/text.ts";
import { createPatterns, type TextPatterns } from "../../../src/heads/observe/text-patterns.ts";
import { WEIGHTINGS } from "../../../src/heads/observe/weights.ts";
import { loadTranslator } from "../../../src/load/translator.node.ts";
import { endedIds, type Translator } from "../../../src/load/translator.ts";
import { encoderDecoderForward } from "../../../src/models/encoder-decoder.ts";
import { type Site, sitesOf, withHeads } from "../../../src/models/sites.ts";
import { keep } from "../../../src/nn/probe.ts";
import { byPath } from "../../../src/params/tree.ts";
import { cutHeads } from "../../../src/prune/cut.ts";
import { nodeRuntime } from "../../../src/run/ort.node.ts";
import type { Runtime } from "../../../src/run/runtime.ts";
import { floats, int64, type Tensor } from "../../../src/run/tensor.ts";
import { translate } from "../../../src/train/decode/translate.ts";
import { makeTranslator } from "../../cli/translator-folder.ts";
import { tinyCheckpoint } from "../models.ts";

const SOURCE = "w3 w7 w11 w5 w2";
const TARGET = "w8 w9";
const folder = mkdtempSync(join(tmpdir(), "headwise-patterns-"));
let runtime: Runtime;
let translator: Translator;
beforeAll(async () => {
  runtime = await nodeRuntime({ threads: 1 });
  translator = await loadTranslator(makeTranslator(join(folder, "marian")));
});
afterAll(async () => {
  await runtime.release();
  rmSync(folder, { recursive: true });
});

describe.each(["bert", "gpt2", "llama"])("in %s", (family) => {
  it.each(WEIGHTINGS)("%s patterns of a text are those of its token ids, layer by layer", async (weighting) => {
    const model = await tinyCheckpoint(family, family === "bert");
    const text = prepare(plainSentence("text", "the cat sat on the mat"), model.tokenizer, model.config);
    const wanted = await (await compilePatterns(runtime, model, weighting))(text);
    const { tokens, words, target, sites } = await (await createPatterns(runtime, model, { weighting }))(text.sentence.text);
    expect({ tokens, words, target }).toEqual({ tokens: text.tokens, words: [...text.wordOf], target: undefined });
    expect(sites).toEqual(wanted.map((patterns, l) => ({ site: `${l}`, rows: tokens, columns: tokens, patterns })));
  });

  it("a target is refused", async () => {
    const model = await tinyCheckpoint(family, family === "bert");
    await expect((await createPatterns(runtime, model))("the cat", "the dog")).rejects.toThrow(
      `${family} is not an encoder-decoder, so it reads one text; leave out the target`,
    );
  });
});

/** Σ over an axis, row by row of a matrix with `columns` columns. */
const rowSums = (pattern: Float32Array, columns: number): number[] =>
  Array.from({ length: pattern.length / columns }, (_, i) =>
    pattern.subarray(i * columns, (i + 1) * columns).reduce((a, b) => a + b),
  );

/** The values at every attention's sites q, k and v [1, n, h, d] and its weights. */
async function attentionsOf(model: Translator, source: string, target: string) {
  const kept = new Map<string, Value>();
  encoderDecoderForward(model.config, {
    probe: keep(kept, (site) => /\.[qkv]$/.test(site)),
  });
  const weights = byPath(model.weights);
  const ids = endedIds(model, source);
  const decoderIds = [model.config.ids.start, ...endedIds(model, target).slice(0, -1)];
  const program = await runtime.compile(Object.fromEntries(kept), { weights });
  const got: Readonly<Record<string, Tensor>> = await program.run({
    ids: int64(ids, [1, ids.length]),
    mask: int64(
      ids.map(() => 1),
      [1, ids.length],
    ),
    decoderIds: int64(decoderIds, [1, decoderIds.length]),
  });
  return { at: (site: Site, name: string) => got[`${site.path}.${name}`]!, weights };
}

/** softmax(q·k / √d) of one head, with the causal mask of a decoder. */
function naivePattern(q: Tensor, k: Tensor, head: number, isCausal: boolean): number[][] {
  const [rows, columns, heads, d] = [q.shape[1]!, k.shape[1]!, q.shape[2]!, q.shape[3]!];
  const entry = (x: Tensor, i: number, e: number) => floats(x)[(i * heads + head) * d + e]!;
  return Array.from({ length: rows }, (_, i) => {
    const scores = Array.from({ length: columns }, (_, j) => {
      let dot = 0;
      for (let e = 0; e < d; e++) dot += entry(q, i, e) * entry(k, j, e);
      return isCausal && j > i ? 0 : Math.exp(dot / Math.sqrt(d));
    });
    const total = scores.reduce((a, b) => a + b);
    return scores.map((x) => x / total);
  });
}

/** ‖vⱼ W_O‖ of every key. */
function naiveNorms(v: Tensor, wo: Tensor, head: number): number[] {
  const [n, heads, d, m] = [v.shape[1]!, v.shape[2]!, v.shape[3]!, wo.shape[2]!];
  return Array.from({ length: n }, (_, j) => {
    const out = Array.from({ length: m }, (_, c) => {
      let sum = 0;
      for (let e = 0; e < d; e++) sum += floats(v)[(j * heads + head) * d + e]! * floats(wo)[(head * d + e) * m + c]!;
      return sum;
    });
    return Math.hypot(...out);
  });
}

describe("in an encoder–decoder", () => {
  const look = async (weighting: "raw" | "norm", target?: string): Promise<TextPatterns> =>
    (await createPatterns(runtime, translator, { weighting }))(SOURCE, target);

  it("rows are queries and columns are keys, with their tokens", async () => {
    const { tokens, words, target, sites } = await look("raw", TARGET);
    expect(words).toBeUndefined();
    expect(tokens).toEqual([...SOURCE.split(" "), "</s>"]);
    expect(target).toEqual({ text: TARGET, tokens: ["<pad>", "w8", "w9"] });
    expect(sites.map(({ site }) => site)).toEqual(sitesOf(translator.config).map(({ name }) => name));
    for (const { site, rows, columns, patterns } of sites) {
      expect(rows).toEqual(site.startsWith("encoder.") ? tokens : target!.tokens);
      expect(columns).toEqual(site.startsWith("decoder.") ? target!.tokens : tokens);
      expect(patterns).toHaveLength(4);
      for (const pattern of patterns) {
        expect(pattern).toHaveLength(rows.length * columns.length);
        for (const sum of rowSums(pattern, columns.length)) expect(sum).toBeCloseTo(1, 5);
      }
    }
  });

  it("no query of the decoder attends to a later token of the translation", async () => {
    for (const weighting of WEIGHTINGS) {
      const { sites } = await look(weighting, TARGET);
      for (const { columns, patterns } of sites.filter(({ site }) => site.startsWith("decoder."))) {
        const n = columns.length;
        for (const pattern of patterns)
          for (const [at, weight] of pattern.entries()) if (at % n > Math.floor(at / n)) expect(weight).toBe(0);
      }
    }
  });

  it("patterns are softmax(q·k / √d), weighted by ‖f(x)‖ or not", async () => {
    const { at, weights } = await attentionsOf(translator, SOURCE, TARGET);
    const [raw, norm] = [await look("raw", TARGET), await look("norm", TARGET)];
    for (const [s, site] of sitesOf(translator.config).entries()) {
      for (let head = 0; head < site.heads; head++) {
        const wanted = naivePattern(at(site, "q"), at(site, "k"), head, site.name.startsWith("decoder."));
        const norms = naiveNorms(at(site, "v"), weights.get(`${site.path}.wo`)!, head);
        const weighted = wanted.map((row) => {
          const products = row.map((a, j) => a * norms[j]!);
          const total = products.reduce((a, b) => a + b);
          return products.map((x) => x / total);
        });
        for (const [found, expected] of [
          [raw, wanted],
          [norm, weighted],
        ] as const) {
          const pattern = found.sites[s]!.patterns[head]!;
          expect(pattern).toHaveLength(expected.flat().length);
          for (const [k, weight] of expected.flat().entries()) expect(pattern[k]).toBeCloseTo(weight, 4);
        }
      }
    }
  });

  it("the default target is the model's greedy translation", async () => {
    const { target, sites } = await look("raw");
    const found: string[] = [];
    for await (const { text } of translate(runtime, translator, [SOURCE], { beams: 1 })) found.push(text);
    expect([target!.text]).toEqual(found);
    expect(target!.tokens).toEqual(["<pad>", ...found[0]!.split(" ")]);
    expect((await look("raw", found[0])).sites).toEqual(sites);
  });

  it("the start and end tokens of generation_config.json apply to the translation", async () => {
    const ends = [translator.config.ids.end, 9];
    const other: Translator = { ...translator, generation: { ...translator.generation, start: 5, ends } };
    const { target } = await (await createPatterns(runtime, other))(SOURCE, "w8 w9");
    expect(target!.tokens[0]).toBe("w5");
    expect((await (await createPatterns(runtime, other))(SOURCE)).target!.tokens).not.toContain("</s>");
  });

  it("a pruned model has patterns of the heads that are left, and none where no head is", async () => {
    const all = sitesOf(translator.config);
    const kept = new Map(all.map(({ name }) => [name, name.startsWith("cross.") ? [] : [1, 3]]));
    const cut = { ...translator, ...cutHeads(translator, kept) };
    expect(cut.config).toEqual(withHeads(translator.config, kept));
    const { sites } = await (await createPatterns(runtime, cut, { weighting: "norm" }))(SOURCE, TARGET);
    expect(sites.map(({ patterns }) => patterns.length)).toEqual(all.map(({ name }) => (name.startsWith("cross.") ? 0 : 2)));
    const whole = await look("norm", TARGET);
    for (const [k, weight] of whole.sites[0]!.patterns[3]!.entries()) expect(sites[0]!.patterns[1]![k]).toBeCloseTo(weight, 5);
  });

  it.each([
    [" ", undefined, "the text is empty; give one with words"],
    [SOURCE, "\t", "the target is empty; give a translation, or leave it out"],
    ["w1 ".repeat(29), undefined, "the text has 30 tokens, but the model reads 29 at most; split it"],
    [SOURCE, "w1 ".repeat(29), "the target has 30 tokens, but the model reads 29 at most; shorten it"],
  ])("%j with the target %j is refused", async (text, target, says) => {
    await expect((await createPatterns(runtime, translator))(text, target)).rejects.toThrow(says);
  });
});
