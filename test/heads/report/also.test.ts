/** How far labels on two texts agree. */
import { describe, expect, it } from "vitest";
import { agreementOf, jaccard, sameLabels } from "../../../src/heads/report/also.ts";
import type { HeadReport } from "../../../src/heads/report/schema.ts";

type Labels = HeadReport["labels"];
const heads = (...all: readonly Labels[]) => all.map((labels, head) => ({ layer: 0, head, labels, manners: [] }));
const here = heads(["self"], ["syntactic", "self"], ["unclassified"], ["syntactic"]);
const there = heads(["self"], ["self", "syntactic"], ["unclassified"], ["unclassified"]);

describe("two texts", () => {
  it("agree label by label", () => {
    expect(agreementOf(here, there).labels).toEqual([
      { label: "self", here: 2, there: 2, both: 2 },
      { label: "syntactic", here: 2, there: 1, both: 1 },
      { label: "unclassified", here: 1, there: 2, both: 1 },
    ]);
  });

  it("agree head by head, in whatever order labels stand", () => expect(sameLabels(here, there)).toBe(3 / 4));

  it("keep what the second one calls each head", () => {
    expect(agreementOf(here, there).heads.map(({ labels }) => labels)).toEqual(there.map(({ labels }) => labels));
  });
});

it("Jaccard is the share of heads with a label on either that have it on both", () => {
  expect(jaccard({ label: "self", here: 3, there: 2, both: 1 })).toBe(1 / 4);
  expect(jaccard({ label: "self", here: 2, there: 2, both: 2 })).toBe(1);
  expect(jaccard({ label: "self", here: 1, there: 0, both: 0 })).toBe(0);
});
