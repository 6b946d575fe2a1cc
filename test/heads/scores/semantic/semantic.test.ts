/** A head of meaning is found; heads that choose by frequency, kind or place are not; and the score is what its definition says. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compilePatterns } from "../../../../src/heads/observe/patterns.ts";
import { countedQueries, type Text } from "../../../../src/heads/observe/text.ts";
import { type SemanticScore, semanticScores } from "../../../../src/heads/scores/semantic/semantic.ts";
import type { Transformer } from "../../../../src/models/transformer.ts";
import { nodeRuntime } from "../../../../src/run/ort.node.ts";
import type { Runtime } from "../../../../src/run/runtime.ts";
import { headOf, type PLANTED, plantedModel, randomTexts, textOfTokens, vocabularyOf } from "../../meanings.ts";

let runtime: Runtime;
beforeAll(async () => {
  runtime = await nodeRuntime({ threads: 1 });
});
afterAll(() => runtime.release());

/** The share of attention that goes where a head is planted to look, over queries that can look there. */
async function planted(
  model: Transformer,
  texts: readonly Text[],
  head: number,
  wanted: (t: Text, i: number, j: number) => boolean,
) {
  const causal = model.config.family === "decoder";
  const read = await compilePatterns(runtime, model, "raw");
  let [share, queries] = [0, 0];
  for (const text of texts) {
    const [pattern, n] = [(await read(text)).flat()[head]!, text.ids.length];
    for (const i of countedQueries(text, causal)) {
      const keys = [...text.ids.keys()].filter((j) => !(causal && j > i) && wanted(text, i, j));
      if (keys.length === 0) continue;
      queries++;
      for (const j of keys) share += pattern[i * n + j]!;
    }
  }
  return share / queries;
}

describe.each(["gpt2", "bert"] as const)("planted heads of %s", (family) => {
  const vocabulary = vocabularyOf(120, "planted");
  const texts = randomTexts(vocabulary, 120, 20, family);
  const model = plantedModel(family, vocabulary);
  let scores: SemanticScore[];
  beforeAll(async () => {
    scores = await semanticScores(runtime, model, texts, 1);
  });
  const scoreOf = (name: (typeof PLANTED)[number]) => scores[headOf(name)]!;

  it("do what they are planted for", async () => {
    const some = texts.slice(0, 20);
    const { meaning, kind } = vocabulary;
    expect(
      await planted(model, some, headOf("meaning"), ({ ids }, i, j) => meaning[ids[i]!] === meaning[ids[j]!]),
    ).toBeGreaterThan(0.8);
    expect(await planted(model, some, headOf("same kind"), ({ ids }, i, j) => kind[ids[i]!] === kind[ids[j]!])).toBeGreaterThan(
      0.8,
    );
    expect(await planted(model, some, headOf("previous"), (_, i, j) => j === i - 1)).toBeGreaterThan(0.8);
    // the rarest tokens have the largest ids: those of the rarer half
    expect(await planted(model, some, headOf("rare"), ({ ids }, _, j) => ids[j]! >= 40)).toBeGreaterThan(0.8);
    expect(
      await planted(model, some, headOf("as frequent"), ({ ids }, i, j) => ids[i]! >= 40 === ids[j]! >= 40),
    ).toBeGreaterThan(0.8);
  });

  it("that look for the same meaning pass, with the least p there is", () => {
    const { value, control, p, z, low } = scoreOf("meaning");
    expect(value).toBeGreaterThan(0.4);
    expect(value).toBeGreaterThan(control);
    expect(p).toBe(1 / 61);
    expect(z).toBeGreaterThan(5);
    expect(low).toBeGreaterThan(0.15);
  });

  it.each([
    "rare",
    "as frequent",
    "same kind",
    "previous",
    "uniform",
  ] as const)("that look by %s score next to nothing", (name) => {
    expect(Math.abs(scoreOf(name).value)).toBeLessThan(0.05);
  });

  it("that weigh all keys alike score nothing, and are not significant", () => {
    const { value, p, low, high } = scoreOf("uniform");
    expect(Math.abs(value)).toBeLessThan(1e-4);
    expect(Math.abs(low)).toBeLessThan(1e-3);
    expect(Math.abs(high)).toBeLessThan(1e-3);
    expect(p).toBeGreaterThan(0.05);
  });

  it("have intervals around their value, by texts", () => {
    for (const { value, low, high, draws } of scores) {
      expect(draws).toHaveLength(200);
      expect(low).toBeLessThanOrEqual(value + 1e-6);
      expect(high).toBeGreaterThanOrEqual(value - 1e-6);
    }
    const { value, low, high } = scoreOf("meaning");
    expect(high - low).toBeLessThan(value);
  });

  it("one seed gives one result", async () => {
    const few = texts.slice(0, 15);
    const [one, again, other] = await Promise.all([1, 1, 2].map((seed) => semanticScores(runtime, model, few, seed)));
    expect(again).toEqual(one);
    expect(other).not.toEqual(one);
  });
});

/** Centered similarity of the tokens of all texts, by its definition, each token's embedding being that of `to(id)`. */
function centeredSimilarity(model: Transformer, texts: readonly Text[], to: (id: number) => number): Map<string, number> {
  const causal = model.config.family === "decoder";
  const { data, shape } = model.weights.embeddings.tokens;
  const width = shape[1]!;
  const row = (id: number) => Array.from(data.subarray(id * width, (id + 1) * width), Number);
  const all = texts.flatMap(({ ids }) => [...ids]);
  const mean = Array.from({ length: width }, (_, m) => all.reduce((s, id) => s + row(id)[m]!, 0) / all.length);
  const unit = (id: number) => {
    const x = row(id).map((value, m) => value - mean[m]!);
    return x.map((value) => value / Math.hypot(...x));
  };
  const units = new Map([...new Set(all)].map((id) => [id, unit(to(id))]));
  const octave = (id: number) => Math.floor(Math.log2(all.filter((other) => other === id).length));
  const octaves = all.map(octave).sort((a, b) => a - b);
  const third = (k: number) => octaves[Math.floor((k * octaves.length) / 3)]!;
  const open = ["NOUN", "PROPN", "VERB", "ADJ", "ADV", "NUM", "INTJ", "X"];
  const out = new Map<string, number>();
  for (const [t, { ids, sentence }] of texts.entries()) {
    const stratum = (j: number) => {
      const frequency = [third(1), third(2)].filter((from) => octave(ids[j]!) >= from).length;
      return `${frequency} ${open.includes(sentence.words[j]!.upos)}`;
    };
    const cells = [...ids.keys()].flatMap((i) => [...ids.keys()].map((j) => ({ i, j })));
    const kept = cells
      .filter(({ i, j }) => ids[i] !== ids[j] && (causal ? j < i : j !== i))
      .map(({ i, j }) => ({
        ...{ key: `${t} ${i} ${j}`, offset: `${j - i}`, group: `${i} ${stratum(j)}` },
        value: units.get(ids[i]!)!.reduce((s, x, m) => s + x * units.get(ids[j]!)![m]!, 0),
      }));
    for (let round = 0; round < 3; round++) {
      for (const by of ["offset", "group"] as const) {
        const groups = new Map<string, number[]>();
        for (const cell of kept) groups.set(cell[by], [...(groups.get(cell[by]) ?? []), cell.value]);
        const means = new Map([...groups].map(([name, own]) => [name, own.reduce((x, y) => x + y) / own.length]));
        for (const cell of kept) cell.value -= means.get(cell[by])!;
      }
    }
    for (const { key, value } of kept) out.set(key, value);
  }
  return out;
}

/** Tokens of which each has its own part of speech, but for 2 and 5, which are nouns and come equally often. */
const KIND_OF = ["DET", "VERB", "NOUN", "ADJ", "ADP", "NOUN", "AUX", "ADV", "PRON", "NUM"];
const HAND_MADE = [
  [0, 2, 1, 4, 5, 3, 0, 6],
  [8, 1, 5, 0, 7, 2],
  [0, 3, 2, 6, 1, 0, 5, 4, 9, 0],
  [2, 0, 5, 8, 3, 4],
  [5, 2, 7, 0, 1, 9, 3],
];

describe.each(["gpt2", "bert"] as const)("the score of %s by its definition", (family) => {
  const model = plantedModel(family, vocabularyOf(KIND_OF.length, "by definition"), 3);
  const texts = HAND_MADE.map((ids, t) => textOfTokens(`${t}`, ids, (id) => KIND_OF[id]!));

  it("is what attention finds above what it finds when the two nouns are exchanged", async () => {
    const causal = family === "gpt2";
    const scores = await semanticScores(runtime, model, texts, 1);
    const same = centeredSimilarity(model, texts, (id) => id);
    const swapped = centeredSimilarity(model, texts, (id) => (id === 2 ? 5 : id === 5 ? 2 : id));
    const deviation = Math.sqrt([...same.values()].reduce((s, x) => s + x * x, 0) / same.size);
    const read = await compilePatterns(runtime, model, "raw");
    const patterns: Float32Array[][] = [];
    for (const text of texts) patterns.push((await read(text)).flat());
    const queries = texts.reduce((n, text) => n + countedQueries(text, causal).length, 0);
    const exchanged = scores.map(({ value }, h) => {
      let [above, mass] = [0, 0];
      for (const [key, x] of same) {
        const [t, i, j] = key.split(" ").map(Number) as [number, number, number];
        const weight = patterns[t]![h]![i * texts[t]!.ids.length + j]!;
        above += weight * (x - swapped.get(key)!);
        mass += weight;
      }
      const full = above / Math.max(mass, queries / 4) / deviation;
      // heads that the exchange does nothing to tell nothing
      return Math.abs(full) > 1e-3 ? (60 * value) / full : undefined;
    });
    // of 60 exchanges some are the identity and the others swap: how many is the same for all heads
    const told = exchanged.filter((x) => x !== undefined);
    expect(told.length).toBeGreaterThanOrEqual(4);
    const swaps = Math.round(told[0]!);
    expect(swaps).toBeGreaterThan(15);
    expect(swaps).toBeLessThan(45);
    for (const x of told) expect(x).toBeCloseTo(swaps, 1);
  });

  it("is 0 where no two words can be exchanged", async () => {
    const kinds = KIND_OF.with(5, "PROPN");
    const alone = HAND_MADE.map((ids, t) => textOfTokens(`${t}`, ids, (id) => kinds[id]!));
    // z and p are not asked for: they are those of rounding errors
    for (const { value, control, low, high } of await semanticScores(runtime, model, alone, 1)) {
      for (const x of [value, control, low, high]) expect(Math.abs(x)).toBeLessThan(1e-6);
    }
  });

  it("is a number where there are special tokens, and 0 where there is nothing else", async () => {
    const framed = texts.map((text) => ({ ...text, special: text.special.map((_, i) => i === 0) }));
    for (const { value, draws } of await semanticScores(runtime, model, framed, 1)) {
      expect(Number.isFinite(value)).toBe(true);
      expect(draws.every(Number.isFinite)).toBe(true);
    }
    const nothing = texts.map((text) => ({ ...text, special: text.special.map(() => true) }));
    for (const { value, p } of await semanticScores(runtime, model, nothing, 1)) expect([value, p]).toEqual([0, 1]);
  });
});
