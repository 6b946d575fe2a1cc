import { describe, expect, it } from "vitest";
import { failedRules, labelsOf, nearestLabels } from "../../src/heads/labels.ts";
import type { Label, Score } from "../../src/heads/schema.ts";

const score = (value: number, rest: Partial<Score> = {}): Score => ({ value, control: 0.1, p: 0.01, n: 100, ...rest });
const free = { framedFirst: false, framedLast: false };
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
    expect(labels({ syntactic: score(0.7, { halves: { chosen: 0.1, low: 0.01 } }) })).toEqual(["syntactic"]);
    expect(labels({ syntactic: score(0.7, { halves: { chosen: 0.09, low: 0.01 } }) })).toEqual(["unclassified"]);
    expect(labels({ syntactic: score(0.7, { halves: { chosen: 0.1, low: 0 } }) })).toEqual(["unclassified"]);
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

describe("a label that is not given", () => {
  it.each<[string, string, Partial<Score> & { value: number }, object[]]>([
    ["the threshold", "delimiter", { value: 0.5 }, [{ rule: "threshold", value: 0.5, needed: 0.6 }]],
    ["the control", "delimiter", { value: 0.7, control: 0.8 }, [{ rule: "control", value: 0.7, needed: 0.8 }]],
    ["chance", "delimiter", { value: 0.7, p: 0.06 }, [{ rule: "chance", value: 0.06, needed: 0.05 }]],
    ["shuffled words", "syntactic", { value: 0.7, shuffled: 0.7 }, [{ rule: "shuffled", value: 0.7, needed: 0.7 }]],
    [
      "the half that chose",
      "syntactic",
      { value: 0.7, halves: { chosen: 0.05, low: 0.2 } },
      [{ rule: "choosing-half", value: 0.05, needed: 0.1 }],
    ],
    [
      "the held-out half",
      "syntactic",
      { value: 0.7, halves: { chosen: 0.2, low: -0.1 } },
      [{ rule: "held-out-half", value: -0.1, needed: 0 }],
    ],
    [
      "several",
      "self",
      { value: 0.05, p: 0.5 },
      [
        { rule: "threshold", value: 0.05, needed: 0.5 },
        { rule: "control", value: 0.05, needed: 0.1 },
        { rule: "chance", value: 0.5, needed: 0.05 },
      ],
    ],
  ])("names the rule: %s", (_, label, { value, ...rest }, failed) => {
    expect(failedRules(label as Label, { [label]: score(value, rest) })).toEqual(failed);
  });

  it("positional needs confidence, which is told with its own number", () => {
    const scores = { positional: score(0.95), confidence: score(0.7) };
    expect(failedRules("positional", scores)).toEqual([{ rule: "confidence", value: 0.7, needed: 0.8 }]);
  });

  it("is nearer with fewer failed rules, and then with a score nearer to its threshold", () => {
    const scores = {
      self: score(0.4),
      delimiter: score(0.5),
      induction: score(0.39, { p: 0.5 }),
      "first-position": score(0.49),
    };
    const names = (context: typeof free) => nearestLabels(scores, context).map(({ label }) => label);
    expect(names(free)).toEqual(["first-position", "self", "delimiter"]);
    expect(names({ ...free, framedFirst: true })).toEqual(["self", "delimiter", "induction"]);
  });
});
