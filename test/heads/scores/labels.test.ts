/** Labels and manners are given by their rules: thresholds, controls, chance, shuffled words, both halves. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LABELS, type Label, MANNERS, type Manner, type Score } from "../../../src/heads/report/schema.ts";
import { failedRules, labelsOf, leastValue, nearestLabels } from "../../../src/heads/scores/labels.ts";

const score = (value: number, rest: Partial<Score> = {}): Score => ({ value, control: 0.1, p: 0.01, n: 100, ...rest });
const free = { framedFirst: false, framedLast: false };
const labels = (scores: Record<string, Score>, context: Partial<typeof free> = {}) =>
  labelsOf(scores, { ...free, ...context }).labels;
const manners = (scores: Record<string, Score>, context: Partial<typeof free> = {}) =>
  labelsOf(scores, { ...free, ...context }).manners;

describe("a label needs its threshold", () => {
  it.each([
    ["previous-token", 0.5],
    ["next-token", 0.5],
    ["self", 0.5],
    ["delimiter", 0.6],
    ["rare-token", 0.5],
    ["semantic", 0.15],
    ["sub-word", 0.4],
    ["duplicate-token", 0.4],
    ["induction", 0.4],
  ])("%s from %d on", (name, threshold) => {
    expect(labels({ [name]: score(threshold + 1e-9) })).toEqual([name]);
    expect(labels({ [name]: score(threshold - 1e-9) })).toEqual(["unclassified"]);
  });

  it("positional: nine tenths of the queries, and sure of itself", () => {
    expect(labels({ positional: score(0.95), confidence: score(0.9) })).toEqual(["positional"]);
    expect(labels({ positional: score(0.95), confidence: score(0.8) })).toEqual(["unclassified"]);
  });

  it("syntactic: ten points over the best rule that knows no tree, and over untrained heads at all", () => {
    expect(labels({ syntactic: score(0.61, { offsetBaseline: 0.5 }) })).toEqual(["syntactic"]);
    expect(labels({ syntactic: score(0.59, { offsetBaseline: 0.5 }) })).toEqual(["unclassified"]);
    expect(labels({ syntactic: score(0.61, { offsetBaseline: 0.5, control: 0.6 }) })).toEqual(["syntactic"]);
    expect(labels({ syntactic: score(0.61, { offsetBaseline: 0.5, control: 0.62 }) })).toEqual(["unclassified"]);
  });
});

describe("a manner needs its threshold, and is no label", () => {
  it.each([
    ["first-position", 0.5],
    ["last-position", 0.5],
    ["sink", 0.3],
    ["broad", 3.8 / Math.log(128)],
    ["dormant", 0.9],
  ])("%s from %d on", (name, threshold) => {
    expect(labelsOf({ [name]: score(threshold + 1e-9) }, free)).toEqual({
      ...{ label: "unclassified", labels: ["unclassified"] },
      manners: [name],
    });
    expect(manners({ [name]: score(threshold - 1e-9) })).toEqual([]);
  });

  it("and has to beat its controls too", () => {
    expect(manners({ sink: score(0.4, { control: 0.5 }) })).toEqual([]);
    expect(manners({ sink: score(0.4, { p: 0.06 }) })).toEqual([]);
  });

  it("no name is both a label and a manner", () => {
    expect(LABELS.filter((label) => MANNERS.some((manner) => (manner as string) === label))).toEqual([]);
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

  it("either half of the sentences, where it is syntax", () => {
    expect(labels({ syntactic: score(0.7, { halves: { first: 0.1, second: 0.01 } }) })).toEqual(["syntactic"]);
    expect(labels({ syntactic: score(0.7, { halves: { first: 0.1, second: 0 } }) })).toEqual(["unclassified"]);
    expect(labels({ syntactic: score(0.7, { halves: { first: -0.1, second: 0.3 } }) })).toEqual(["unclassified"]);
  });
});

it("special tokens at an end are delimiters, not positions", () => {
  const ends = { "first-position": score(0.9), "last-position": score(0.9) };
  expect(new Set(manners(ends))).toEqual(new Set(["first-position", "last-position"]));
  expect(manners(ends, { framedFirst: true })).toEqual(["last-position"]);
  expect(manners(ends, { framedLast: true })).toEqual(["first-position"]);
});

it("the strongest comes first, labels and manners apart", () => {
  const scores = {
    ...{ sink: score(0.95), broad: score(0.99, { control: null, p: null }), "first-position": score(0.6) },
    ...{ induction: score(0.41), self: score(0.9) },
  };
  expect(labelsOf(scores, free)).toEqual({
    ...{ label: "self", labels: ["self", "induction"] },
    manners: ["broad", "sink", "first-position"],
  });
});

it("the least value is where every rule but chance begins to hold", () => {
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  const names = [...LABELS, ...MANNERS].filter((name) => name !== "unclassified" && name !== "positional");
  fc.assert(
    fc.property(fc.constantFrom(...names), fc.option(share), share, share, (name, control, shuffled, offsetBaseline) => {
      const given = (value: number) => score(value, { control, shuffled, offsetBaseline, p: 0.01 });
      const least = leastValue(name, given(0));
      expect(failedRules(name as Label | Manner, { [name]: given(least + 1e-6) })).toEqual([]);
      expect(failedRules(name as Label | Manner, { [name]: given(least - 1e-6) }).length).toBeGreaterThan(0);
      // what a value has to be does not depend on what it is
      expect(leastValue(name, given(1))).toBe(least);
    }),
  );
});

describe("a label that is not given", () => {
  it.each<[string, string, Partial<Score> & { value: number }, object[]]>([
    ["the threshold", "delimiter", { value: 0.5 }, [{ rule: "threshold", value: 0.5, needed: 0.6 }]],
    ["the control", "delimiter", { value: 0.7, control: 0.8 }, [{ rule: "control", value: 0.7, needed: 0.8 }]],
    ["chance", "delimiter", { value: 0.7, p: 0.06 }, [{ rule: "chance", value: 0.06, needed: 0.05 }]],
    ["shuffled words", "syntactic", { value: 0.7, shuffled: 0.7 }, [{ rule: "shuffled", value: 0.7, needed: 0.7 }]],
    [
      "the weaker half",
      "syntactic",
      { value: 0.7, halves: { first: 0.2, second: -0.1 } },
      [{ rule: "halves", value: -0.1, needed: 0 }],
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

  it("is nearer with fewer failed rules, and then with a score nearer to its threshold; manners are not told", () => {
    const scores = {
      self: score(0.4),
      delimiter: score(0.5),
      induction: score(0.39, { p: 0.5 }),
      "duplicate-token": score(0.3, { p: 0.5 }),
      "first-position": score(0.49),
      sink: score(0.29),
    };
    const missed = nearestLabels(scores);
    expect(missed.map(({ label }) => label)).toEqual(["self", "delimiter", "induction"]);
    expect(missed.map(({ failed }) => failed.length)).toEqual([1, 1, 2]);
    expect(nearestLabels({ sink: score(0.1) })).toEqual([]);
  });
});
