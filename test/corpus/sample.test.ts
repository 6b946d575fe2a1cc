/** The built-in sample is valid Universal Dependencies, and its texts are what its forms make. */
import { expect, it } from "vitest";
import { parseConllu } from "../../src/corpus/conllu.ts";
import { SAMPLE_CONLLU } from "../../src/corpus/sample.ts";

const { sentences } = parseConllu(SAMPLE_CONLLU, "sample");

const RELATIONS = (
  "acl advcl advmod amod appos aux case cc ccomp clf compound conj cop csubj dep det discourse dislocated expl fixed flat " +
  "goeswith iobj list mark nmod nsubj nummod obj obl orphan parataxis punct reparandum root vocative xcomp"
).split(" ");
const PARTS = "ADJ ADP ADV AUX CCONJ DET INTJ NOUN NUM PART PRON PROPN PUNCT SCONJ SYM VERB X".split(" ");

it("has sentences enough, each once", () => {
  expect(sentences.length).toBeGreaterThanOrEqual(80);
  for (const key of ["id", "text"] as const) expect(new Set(sentences.map((s) => s[key])).size).toBe(sentences.length);
});

it("says of each sentence the text that its forms make", () => {
  const said = [...SAMPLE_CONLLU.matchAll(/^# text = (.*)$/gm)].map((match) => match[1]);
  expect(sentences.map(({ text }) => text)).toEqual(said);
  for (const { text, words } of sentences) {
    expect(words.map(({ start, end }) => text.slice(start, end))).toEqual(words.map(({ form }) => form));
  }
});

it("knows only the relations and parts of speech of Universal Dependencies", () => {
  for (const { words } of sentences) {
    for (const { relation, upos, head } of words) {
      expect(RELATIONS).toContain(relation!.split(":")[0]);
      expect(PARTS).toContain(upos);
      expect(relation === "root").toBe(head === -1);
      expect(relation === "punct").toBe(upos === "PUNCT");
    }
  }
});

it("has relations often enough to be tested on both halves", () => {
  const counts = new Map<string, number>();
  for (const { relation } of sentences.flatMap(({ words }) => words)) counts.set(relation!, (counts.get(relation!) ?? 0) + 1);
  for (const relation of ["det", "case", "nsubj", "obj", "obl", "amod", "nmod"])
    expect(counts.get(relation)).toBeGreaterThanOrEqual(30);
});
