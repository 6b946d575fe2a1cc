import { describe, expect, it } from "vitest";
import { labelsOf } from "../../src/heads/labels.ts";
import type { Score } from "../../src/heads/schema.ts";

const score = (value: number, rest: Partial<Score> = {}): Score => ({ value, control: 0.1, p: 0.01, n: 100, ...rest });
const free = { framedFirst: false, framedLast: false, syntaxHolds: true };
const labels = (scores: Record<string, Score>, context: Partial<typeof free> = {}) =>
  labelsOf(scores, { ...free, ...context }).labels;

describe("a label needs its threshold", () => {
  it.each([
    ["previous-token", 0.5],
    ["next-token", 0.5],
    ["self", 0.5],
    ["first-position", 0.5],
    ["last-position", 0.5],
    ["delimiter", 0.6],
    ["rare-token", 0.5],
    ["duplicate-token", 0.4],
    ["induction", 0.4],
    ["sink", 0.3],
    ["broad", 3.8 / Math.log(128)],
  ])("%s from %d on", (name, threshold) => {
    expect(labels({ [name]: score(threshold + 1e-9) })).toEqual([name]);
    expect(labels({ [name]: score(threshold - 1e-9) })).toEqual(["unclassified"]);
  });

  it("positional: nine tenths of the queries, and sure of itself", () => {
    expect(labels({ positional: score(0.95), confidence: score(0.9) })).toEqual(["positional"]);
    expect(labels({ positional: score(0.95), confidence: score(0.8) })).toEqual(["unclassified"]);
  });

  it("syntactic: ten points over its control", () => {
    expect(labels({ syntactic: score(0.61, { control: 0.5 }) })).toEqual(["syntactic"]);
    expect(labels({ syntactic: score(0.59, { control: 0.5 }) })).toEqual(["unclassified"]);
  });
});

describe("a label is not given that does not beat its controls", () => {
  it.each<[string, Partial<Score>]>([
    ["the untrained heads", { control: 0.8 }],
    ["chance", { p: 0.06 }],
  ])("%s", (_, rest) => {
    expect(labels({ delimiter: score(0.7, rest) })).toEqual(["unclassified"]);
  });

  it("shuffled words, where it is syntax", () => {
    expect(labels({ syntactic: score(0.7, { shuffled: 0.71 }) })).toEqual(["unclassified"]);
    expect(labels({ syntactic: score(0.7, { shuffled: 0.2 }) })).toEqual(["syntactic"]);
    expect(labels({ "previous-token": score(0.7, { shuffled: 0.7 }) })).toEqual(["previous-token"]);
  });

  it("the other half of the sentences, where it is syntax", () => {
    expect(labels({ syntactic: score(0.7) }, { syntaxHolds: false })).toEqual(["unclassified"]);
  });
});

it("special tokens at an end are delimiters, not positions", () => {
  const ends = { "first-position": score(0.9), "last-position": score(0.9) };
  expect(labels(ends, { framedFirst: true })).toEqual(["last-position"]);
  expect(labels(ends, { framedLast: true })).toEqual(["first-position"]);
});

it("the strongest comes first, and resting places after every label that says what a head looks for", () => {
  const scores = { sink: score(0.99), broad: score(0.9, { control: null, p: null }), induction: score(0.41), self: score(0.9) };
  const { label, labels: all } = labelsOf(scores, free);
  expect(all.slice(0, 2)).toEqual(["self", "induction"]);
  expect(new Set(all.slice(2))).toEqual(new Set(["sink", "broad"]));
  expect(label).toBe("self");
});
