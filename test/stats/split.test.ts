/** Examples are divided by a seeded shuffle in which both parts get their share of every kind. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { drawSome, type Key, splitInTwo } from "../../src/stats/split.ts";

const keys: fc.Arbitrary<Key[]> = fc.oneof(
  fc.array(fc.constantFrom("a", "b", "c", "__proto__"), { maxLength: 60 }),
  fc.array(fc.float({ noNaN: true }), { maxLength: 60 }),
  fc.array(fc.constantFrom(0, 1), { maxLength: 60 }),
);
const members = (parts: Uint8Array, part: number) => Array.from(parts.keys()).filter((k) => parts[k] === part);

describe("a split", () => {
  it("has parts that differ by one example at most, in all and of each label", () => {
    fc.assert(
      fc.property(keys, fc.nat(), (given, seed) => {
        const parts = splitInTwo(given, `${seed}`);
        expect(Math.abs(members(parts, 0).length - members(parts, 1).length)).toBeLessThanOrEqual(1);
        for (const label of new Set(given.filter((key) => typeof key === "string"))) {
          const [a, b] = [0, 1].map((part) => members(parts, part).filter((k) => given[k] === label).length);
          expect(Math.abs(a! - b!)).toBeLessThanOrEqual(1);
        }
      }),
    );
  });

  it("is the same for one seed, and another for another", () => {
    const given = Array.from({ length: 40 }, (_, k) => k % 5);
    const split = (seed: string) => splitInTwo(given, seed).join("");
    expect(split("1")).toBe(split("1"));
    expect(new Set(["1", "2", "3", "4"].map(split)).size).toBe(4);
  });

  it("gives both parts every stretch of the numbers: of each two neighbors, one", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer(), { maxLength: 61 }), (given) => {
        const parts = splitInTwo(given, "1");
        const sorted = [...given.keys()].sort((a, b) => given[a]! - given[b]!);
        for (let k = 0; k + 1 < sorted.length; k += 2) expect(parts[sorted[k]!]! + parts[sorted[k + 1]!]!).toBe(1);
      }),
    );
  });

  it("does not follow the order that examples come in: alternating labels are in both parts", () => {
    const given = Array.from({ length: 40 }, (_, k) => (k % 2 === 0 ? "neg" : "pos"));
    const parts = splitInTwo(given, "1");
    for (const part of [0, 1]) {
      const own = members(parts, part).map((k) => given[k]);
      expect(own.filter((label) => label === "neg").length).toBe(10);
      expect(own.length).toBe(20);
    }
  });
});

describe("a draw", () => {
  it("gives so many different examples, in order, each label its share", () => {
    fc.assert(
      fc.property(keys, fc.integer({ min: 1, max: 70 }), fc.nat(), (given, count, seed) => {
        const drawn = drawSome(given, count, `${seed}`);
        expect(drawn.length).toBe(Math.min(count, given.length));
        expect([...new Set(drawn)].sort((a, b) => a - b)).toEqual(drawn);
        for (const label of new Set(given.filter((key) => typeof key === "string"))) {
          const share = (drawn.length * given.filter((key) => key === label).length) / given.length;
          const got = drawn.filter((k) => given[k] === label).length;
          expect(got).toBeGreaterThanOrEqual(Math.floor(share - 1e-9));
          expect(got).toBeLessThanOrEqual(Math.ceil(share + 1e-9));
        }
      }),
    );
  });

  it("draws every example equally often", () => {
    const given = Array.from({ length: 50 }, (_, k) => (k * 7) % 11);
    const counts = new Array<number>(50).fill(0);
    for (let seed = 0; seed < 2000; seed++) for (const k of drawSome(given, 20, `${seed}`)) counts[k]!++;
    for (const count of counts) expect(Math.abs(count - 800)).toBeLessThan(5 * Math.sqrt(2000 * 0.4 * 0.6));
  });

  it("follows no order of the file: of sorted scores it takes the whole range", () => {
    const given = Array.from({ length: 1000 }, (_, k) => k);
    const mean = (some: number[]) => some.reduce((a, b) => a + b, 0) / some.length;
    for (let seed = 0; seed < 20; seed++) expect(Math.abs(mean(drawSome(given, 50, `${seed}`)) - 499.5)).toBeLessThan(20);
  });
});
