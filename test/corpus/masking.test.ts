/** What is hidden from a masked language model: targets are what stood there, special tokens are left alone. */
import { describe, expect, it } from "vitest";
import { hide, type Masking, NO_TARGET } from "../../src/corpus/masking.ts";
import { random } from "../../src/params/random.ts";

const MASKING: Masking = { special: new Set([0, 1]), maskId: 2, paddingId: 0, vocabulary: 997 };
const row = Int32Array.from({ length: 20_011 }, (_, k) => (k % 7 === 0 ? k % 2 : 3 + ((k * 31) % 991)));

it("targets are what stood there, and all else is as it was", () => {
  const { ids, targets } = hide(row, MASKING, random("hide"));
  for (const [k, id] of row.entries()) {
    if (targets[k] === NO_TARGET) expect(ids[k]).toBe(id);
    else expect([targets[k], MASKING.special.has(id)]).toEqual([id, false]);
  }
});

it.each([0.15, 0.4])("a share of %f is chosen; of it 80% are hidden, 10% are any token, 10% stay", (share) => {
  const { ids, targets } = hide(row, { ...MASKING, share }, random("shares"));
  const open = row.filter((id) => !MASKING.special.has(id)).length;
  const chosen = [...targets.keys()].filter((k) => targets[k] !== NO_TARGET);
  const part = (is: (k: number) => boolean) => chosen.filter(is).length / chosen.length;
  expect(chosen.length / open).toBeCloseTo(share, 1);
  expect(Math.abs(part((k) => ids[k] === 2) - 0.8)).toBeLessThan(0.03);
  expect(Math.abs(part((k) => ids[k] === row[k]) - 0.1)).toBeLessThan(0.025);
});

describe("few tokens", () => {
  it("one is chosen at least where one can be", () => {
    for (let seed = 0; seed < 50; seed++) {
      const { targets } = hide([0, 5, 6, 1], { ...MASKING, share: 1e-9 }, random(seed));
      expect([...targets].filter((target) => target !== NO_TARGET)).toHaveLength(1);
    }
  });

  it("none where none can be", () => {
    expect([...hide([0, 1], MASKING, random("none")).targets]).toEqual([NO_TARGET, NO_TARGET]);
    expect(hide([], MASKING, random("none")).ids).toHaveLength(0);
  });
});
