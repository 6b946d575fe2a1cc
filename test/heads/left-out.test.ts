/** A sentence that the model cannot read stops nothing: it is left out, counted and said; odd relation names stay what they are. */
import { expect, it } from "vitest";
import { parseConllu } from "../../src/corpus/conllu.ts";
import { plainSentence } from "../../src/corpus/plain.ts";
import { readable } from "../../src/heads/observe/text.ts";
import { createRelationMap, goldRelations } from "../../src/heads/scores/syntactic/relations.ts";
import type { Checkpoint } from "../../src/load/checkpoint.ts";
import { createTokenizer } from "../../src/load/tokenizer/tokenizer.ts";
import { createTextReader } from "../../src/tasks/text-reader.ts";
import { tinyTokenizer } from "../cli/model-folder.ts";
import { fixtureConfig } from "../models/golden.ts";
import { fakeTally, textOf } from "./fake-tally.ts";

const tokenizer = createTokenizer(tinyTokenizer());
const config = { ...fixtureConfig("bert"), maxPositions: 10 };
const long = "the cat ".repeat(20);

it("over-long and empty sentences are left out of a corpus, and counted", () => {
  const sentences = ["the cat sat", long, "", "the cat"].map((text, k) => plainSentence(`${k}`, text));
  const { texts, leftOut } = readable({ id: "c", sentences, trees: false, tooLong: 2 }, tokenizer, config);
  expect(texts.map(({ sentence }) => sentence.id)).toEqual(["0", "3"]);
  expect(leftOut).toEqual({ tooLong: 3, empty: 1, limit: 10 });
  expect(() => readable({ id: "c", sentences: sentences.slice(1, 3), trees: false }, tokenizer, config)).toThrow(
    /^c: the model can read none of its texts \(1 longer than 10 tokens, 1 without any token\); give shorter texts$/,
  );
});

it("a text that is read for its vector is cut to what the model reads, its end mark kept, and counted", () => {
  const reader = createTextReader({ tokenizer, config, id: "m" } as unknown as Checkpoint, {
    ...{ modules: [], stated: true, maxTokens: 7 },
  });
  const [short, cut] = [reader.read("the cat sat", "pair 1"), reader.read(long, "pair 2")];
  expect([short, reader.cut, reader.limit]).toEqual([tokenizer.encode("the cat sat").ids, 1, 7]);
  expect(cut).toEqual([...tokenizer.encode(long).ids.slice(0, 6), tokenizer.encode(long).ids.at(-1)]);
});

const row = (id: number, head: number, relation: string) => `${id}\tw${id}\t_\tX\t_\t_\t${head}\t${relation}\t_\t_\n`;

it.each([
  "nsubj outer",
  "nsubj|outer",
  "acl:relcl",
  "__proto__",
  "dep dependent-to-head",
])("the relation %s keeps its name", (relation) => {
  const tree = row(1, 2, relation) + row(2, 0, "root") + row(3, 2, "nsubj");
  const texts = parseConllu(`${tree}\n`.repeat(4), "t").sentences.map((s) => textOf(s));
  const relations = goldRelations(fakeTally(texts, { heads: 1 }), false, 1);
  expect(relations.map((one) => `${one.relation}/${one.direction}`)).toEqual([
    `${relation}/dependent-to-head`,
    `${relation}/head-to-dependent`,
    "nsubj/dependent-to-head",
    "nsubj/head-to-dependent",
  ]);
});

it("a map by relation keeps names apart that would join to one text", () => {
  const map = createRelationMap<number>();
  map.set({ relation: "a", direction: "dependent-to-head" }, 1);
  map.set({ relation: "a dependent-to-head", direction: "dependent-to-head" }, 2);
  expect(map.get({ relation: "a", direction: "dependent-to-head" })).toBe(1);
  expect(map.get({ relation: "a", direction: "head-to-dependent" })).toBeUndefined();
});
