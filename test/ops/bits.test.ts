/** Ops on words against JavaScript's own 32-bit arithmetic, and the bits of `hash` as those of chance. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { input } from "../../src/graph/value.ts";
import { hash, shiftRight, xor } from "../../src/ops/bits.ts";
import { tensor } from "../../src/run/tensor.ts";
import { numbersOf, withProgram } from "../run/evaluate.ts";

/** The finaliser of MurmurHash3 with its shifts of 16, 13 and 16. */
function hashed(word: number): number {
  let x = word ^ (word >>> 16);
  x = Math.imul(x, 0x85ebca6b);
  x ^= x >>> 13;
  x = Math.imul(x, 0xc2b2ae35);
  return (x ^ (x >>> 16)) >>> 0;
}

const words = fc.uint32Array({ minLength: 1, maxLength: 97 });
const WORD = 2 ** 32 - 1;

it("xor, shiftRight and hash are those of 32-bit words", async () => {
  const [a, b] = [input("a", ["n"], "uint32"), input("b", ["n"], "uint32")];
  const shifts = Object.fromEntries([1, 8, 13, 16, 31].map((by) => [`by${by}`, shiftRight(a, by)]));
  await withProgram({ xor: xor(a, b), number: xor(a, WORD), hash: hash(a), ...shifts }, ({ run }) =>
    fc.assert(
      fc.asyncProperty(words, fc.nat(), async (left, turn) => {
        const right = left.map((x) => Math.imul(x, turn) >>> 0);
        const feeds = { a: tensor(left, [left.length]), b: tensor(right, [left.length]) };
        const made = await run(feeds);
        const is = (name: string, f: (x: number, i: number) => number) =>
          expect(Array.from(made[name]!.data, Number), name).toEqual(Array.from(left, (x, i) => f(x, i) >>> 0));
        is("xor", (x, i) => x ^ right[i]!);
        is("number", (x) => ~x);
        is("hash", hashed);
        for (const by of [1, 8, 13, 16, 31]) is(`by${by}`, (x) => x >>> by);
      }),
      { examples: [[Uint32Array.of(0, 1, 2 ** 31, WORD), 3]] },
    ),
  );
});

const COUNT = 1 << 16;
const hashes = async (from: number): Promise<number[]> => {
  const x = input("x", [COUNT], "uint32");
  return numbersOf(hash(x), {
    x: tensor(
      Uint32Array.from({ length: COUNT }, (_, i) => from + i),
      [COUNT],
    ),
  });
};

it("gives different words for different words", async () => {
  expect(new Set([...(await hashes(0)), ...(await hashes(7 * COUNT))]).size).toBe(2 * COUNT);
});

it("sets every bit half of the time, of neighbouring words independently", async () => {
  const made = await hashes(3 * COUNT);
  const bound = (5 * Math.sqrt(COUNT)) / 2; // five standard deviations of a fair coin's count
  for (let bit = 0; bit < 32; bit++) {
    const set = made.map((x) => (x >>> bit) & 1);
    const ones = set.reduce((a, b) => a + b);
    expect(Math.abs(ones - COUNT / 2), `bit ${bit}`).toBeLessThan(bound);
    const changes = set.filter((x, i) => x !== set[i - 1]).length;
    expect(Math.abs(changes - COUNT / 2), `changes of bit ${bit}`).toBeLessThan(bound);
  }
});

it("refuses what is not a word", () => {
  const x = input("x", [3]);
  expect(() => hash(x)).toThrow(/float32.*uint32/);
  expect(() => xor(input("y", [3], "int64"), 1)).toThrow(TypeError);
});
