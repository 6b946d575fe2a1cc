/** The controls that scores are compared with are what they say: repetitions repeat, shuffled words keep their heads, twins are twins. */
import { beforeAll, describe, expect, it } from "vitest";
import { parseConllu } from "../../../src/corpus/conllu.ts";
import { SAMPLE_CONLLU } from "../../../src/corpus/sample.ts";
import { type Repetitions, randomTwin, repetitions, shuffleWords } from "../../../src/heads/observe/controls.ts";
import type { Text } from "../../../src/heads/observe/text.ts";
import type { Checkpoint } from "../../../src/load/checkpoint.ts";
import { createTokenizer } from "../../../src/load/tokenizer/tokenizer.ts";
import { transformerParameters } from "../../../src/models/transformer.ts";
import { leaves, type Spec } from "../../../src/params/tree.ts";
import type { Tensor } from "../../../src/run/tensor.ts";
import { tinyCheckpoint } from "../models.ts";

/** A tokenizer of many tokens, so that a text never has to use one twice. */
const large = createTokenizer({
  added_tokens: [{ id: 0, content: "[CLS]", special: true }],
  model: {
    type: "WordPiece",
    unk_token: "[UNK]",
    vocab: Object.fromEntries(["[CLS]", "[UNK]", ...words(900)].map((w, id) => [w, id])),
  },
});
function words(count: number): string[] {
  return Array.from({ length: count }, (_, k) => `w${k}`);
}

/** The targets of a text, as [query, key]. */
const targets = ({ continuations }: Repetitions, text: Text) => [...continuations(text)];

describe.each([
  ["bert", true],
  ["llama", false],
] as const)("repetitions for %s", (family, framed) => {
  let model: Checkpoint;
  beforeAll(async () => {
    const tiny = await tinyCheckpoint(family, framed);
    model = { ...tiny, tokenizer: framed ? tiny.tokenizer : large };
  });

  it("hold a run twice, and the targets are what followed each of its tokens before", () => {
    const { config, tokenizer } = model;
    const made = repetitions(config, tokenizer, 3, 40);
    expect(made.texts).toHaveLength(40);
    for (const [t, text] of made.texts.entries()) {
      const found = targets(made, text);
      expect(made.continuedOf[t]).toBe(found.length);
      expect(found.length).toBeGreaterThan(0);
      const offset = found[0]![0] - found[0]![1];
      for (const [k, [query, key]] of found.entries()) {
        expect(text.ids[key - 1]).toBe(text.ids[query]);
        expect(text.special[query] || text.special[key]).toBe(false);
        expect([query, key]).toEqual([found[0]![0] + k, found[0]![0] + k - offset]);
        // what follows is copied too, so that the target is the right answer
        expect(text.ids[query + 1]).toBe(text.ids[key]);
      }
    }
    expect(made.continuedOf).toHaveLength(40);
  });

  it("have no fixed period", () => {
    const made = repetitions(model.config, model.tokenizer, 4, 40);
    const offsets = made.texts.map((text) => targets(made, text)[0]!).map(([query, key]) => query - key);
    const most = Math.max(...offsets.map((o) => offsets.filter((x) => x === o).length));
    expect(new Set(offsets).size).toBeGreaterThan(8);
    expect(most).toBeLessThan(16);
    expect(new Set(made.texts.map((t) => targets(made, t)[0]![0])).size).toBeGreaterThan(5);
  });

  it("fit the model, frame the text as the tokenizer does, and use only tokens that are ordinary", () => {
    const { config, tokenizer } = model;
    const frame = tokenizer.encode("").ids;
    for (const { ids, special, wordOf, tokens } of repetitions(config, tokenizer, 5).texts) {
      expect(ids.length).toBeLessThanOrEqual(config.maxPositions);
      expect(ids.length).toBe(Math.min(61, config.maxPositions));
      expect([...ids].filter((_, i) => special[i])).toEqual([...frame]);
      if (frame.length > 1) expect([special[0], special.at(-1)]).toEqual([true, true]);
      for (const [i, id] of ids.entries()) {
        expect(tokens[i]).toBe(tokenizer.tokenOf(id));
        if (!special[i]) expect(tokenizer.specialIds.has(id)).toBe(false);
      }
      expect([...wordOf].every((w) => w === -1)).toBe(true);
    }
  });

  it("depend on the seed alone", () => {
    const ids = (seed: number) => repetitions(model.config, model.tokenizer, seed).texts.map((t) => [...t.ids]);
    expect(ids(1)).toEqual(ids(1));
    expect(ids(1)).not.toEqual(ids(2));
  });
});

it("in a repetition over a large vocabulary only the run comes twice", async () => {
  const { config } = await tinyCheckpoint("llama", false);
  const made = repetitions(config, large, 3);
  for (const text of made.texts) {
    const again = [...text.ids].filter((id, i) => text.ids.indexOf(id) < i).length;
    expect(again).toBe(targets(made, text).length + 1);
  }
});

describe("shuffleWords", () => {
  const { sentences } = parseConllu(SAMPLE_CONLLU, "sample");

  it("keeps the words, and each word's head and relation", () => {
    for (const sentence of sentences) {
      const mixed = shuffleWords(sentence, 1);
      const links = ({ words }: typeof sentence) =>
        words
          .map(({ form, upos, head, relation }) => [form, upos, relation, head! < 0 ? null : words[head!]!.form].join(" "))
          .sort();
      expect(links(mixed)).toEqual(links(sentence));
      for (const { form, start, end } of mixed.words) expect(mixed.text.slice(start, end)).toBe(form);
      expect(mixed.text).toBe(mixed.words.map(({ form }) => form).join(" "));
    }
  });

  it("keeps which of two equal words is whose head", () => {
    // a chain: each word's head is the one before it, though all look alike
    const words = Array.from({ length: 9 }, (_, w) => ({
      form: "x",
      start: 2 * w,
      end: 2 * w + 1,
      upos: "X",
      head: w - 1,
      relation: "r",
    }));
    const mixed = shuffleWords({ id: "chain", text: "x x x x x x x x x", words }, 7).words;
    const depth = (w: number): number => (mixed[w]!.head! < 0 ? 0 : 1 + depth(mixed[w]!.head!));
    expect(mixed.map((_, w) => depth(w)).sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it("moves words, by the seed and the sentence", () => {
    const orders = [1, 2, 1].map((seed) => sentences.map((s) => shuffleWords(s, seed).text));
    expect(orders[0]).toEqual(orders[2]);
    expect(orders[0]).not.toEqual(orders[1]);
    const stayed = sentences.filter((s, k) => orders[0]![k] === s.words.map(({ form }) => form).join(" "));
    expect(stayed.length).toBeLessThan(3);
    const [{ words }] = sentences as [(typeof sentences)[0]];
    const renamed = shuffleWords({ id: "another", text: "", words }, 1).text;
    expect(renamed).not.toBe(orders[0]![0]);
  });

  it("keeps words without trees", () => {
    const words = [{ form: "a", start: 0, end: 1, upos: "X" }];
    expect(shuffleWords({ id: "s", text: "a", words }, 1).words[0]).toMatchObject({ form: "a", head: undefined });
  });
});

it("a random twin has the same parameters, other numbers, and each seed its own", async () => {
  const { config, weights } = await tinyCheckpoint("bert");
  const [one, again, other] = [1, 1, 2].map((seed) => randomTwin(config, seed));
  const shapes = (tree: object) => leaves<Spec>(tree).map(([path, { shape }]) => `${path} ${shape}`);
  expect(shapes(one!.weights)).toEqual(shapes(weights));
  expect(shapes(one!.weights)).toEqual(shapes(transformerParameters(config)));
  const numbers = (tree: object) =>
    [...leaves<Tensor>(tree).find(([path]) => path === "layers.1.attention.wq")![1].data].map(Number);
  expect(numbers(one!.weights)).toEqual(numbers(again!.weights));
  for (const tree of [weights, other!.weights]) expect(numbers(tree)).not.toEqual(numbers(one!.weights));
  const mean = numbers(one!.weights).reduce((a, b) => a + b) / 1225;
  expect(Math.abs(mean)).toBeLessThan(0.003);
});
