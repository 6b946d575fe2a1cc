/** The pure parts of the lab: addresses, patterns that are made, work that is asked for faster than it is done. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { latest } from "../../lab/latest.ts";
import { borrowed, madePattern } from "../../lab/pages/off/made-pattern.ts";
import { type Pattern, readState, START, writeState } from "../../lab/state.ts";

const head = fc.tuple(fc.nat(40), fc.nat(40)).map(([layer, one]) => `${layer}.${one}`);
const KINDS: readonly Pattern[] = ["previous", "next", "self", "first", "uniform"];

describe("addresses", () => {
  it("an address says its state, whatever the texts are", () => {
    const state = fc.record({
      page: fc.constantFrom("look", "off", "why"),
      model: fc.string(),
      text: fc.string({ unit: "grapheme" }),
      heads: fc.array(head),
      gates: fc.dictionary(head, fc.constantFrom(0, 0.5, 1.7)),
      patterns: fc.dictionary(head, fc.constantFrom(...KINDS, "other")),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(state, (some) => {
        const whole = { ...START, ...some } as typeof START;
        const address = new URL(writeState(whole), "http://localhost/").search;
        expect(readState(address)).toEqual({ ...whole, share: whole.share + 0 });
      }),
    );
  });

  it("what cannot be meant is as at the start", () => {
    expect(readState("?page=nowhere&device=abacus&share=much&gates=&patterns=1.1*sideways&unknown=1")).toEqual(START);
    expect(readState("")).toEqual(START);
    expect(writeState(START)).toBe("");
  });
});

describe("patterns in the place of a head's own", () => {
  const sums = (pattern: Float32Array, columns: number) =>
    Array.from({ length: pattern.length / columns }, (_, i) =>
      pattern.subarray(i * columns, (i + 1) * columns).reduce((sum, weight) => sum + weight, 0),
    );

  it.each(KINDS)("%s: rows sum to one, and a causal one never looks ahead", (kind) => {
    const made = madePattern(kind, { rows: 7, columns: 7, causal: true });
    for (const sum of sums(made, 7)) expect(sum).toBeCloseTo(1, 6);
    for (let i = 0; i < 7; i++) for (let j = i + 1; j < 7; j++) expect(made[i * 7 + j]).toBe(0);
  });

  it("previous, next and first are where their names say", () => {
    const at = (kind: Pattern) => {
      const made = madePattern(kind, { rows: 5, columns: 5, causal: false });
      return Array.from({ length: 5 }, (_, i) => made.subarray(5 * i, 5 * i + 5).indexOf(1));
    };
    expect(at("previous")).toEqual([0, 0, 1, 2, 3]);
    expect(at("next")).toEqual([1, 2, 3, 4, 4]);
    expect(at("first")).toEqual([0, 0, 0, 0, 0]);
    expect(at("self")).toEqual([0, 1, 2, 3, 4]);
  });

  it("another text's pattern is itself on a text as long, and sums to one on any other", () => {
    const from = { rows: 5, columns: 5, causal: true };
    const pattern = madePattern("uniform", from);
    expect(borrowed(pattern, from, from)).toEqual(pattern);
    for (const n of [3, 11]) {
      const made = borrowed(pattern, from, { rows: n, columns: n, causal: true });
      for (const sum of sums(made, n)) expect(sum).toBeCloseTo(1, 6);
    }
  });
});

it("of what is asked for while work is under way only the last is done, and only its result is told", async () => {
  const done: number[] = [];
  const told: (number | undefined)[] = [];
  let release = () => {};
  const gate = new Promise<void>((open) => {
    release = open;
  });
  const { ask } = latest(
    async (n: number) => {
      await gate;
      done.push(n);
      return n;
    },
    ({ value }) => told.push(value),
  );
  for (const n of [1, 2, 3, 5, 5]) ask(`${n}`, n);
  release();
  await new Promise((later) => setTimeout(later, 5));
  expect(done).toEqual([1, 5]);
  expect(told).toEqual([5]);
});
