/** Random contractions: letters in any order, each with a size of its own. */
import fc from "fast-check";

export interface Contraction {
  readonly spec: string;
  readonly terms: readonly (readonly string[])[];
  readonly target: readonly string[];
  readonly sizes: Readonly<Record<string, number>>;
}

/** What a letter does: where it stands among left operand, right operand, result. */
const ROLES = {
  batch: [true, true, true],
  inner: [true, true, false],
  left: [true, false, true],
  right: [false, true, true],
  leftOnly: [true, false, false],
  rightOnly: [false, true, false],
} as const;

const LETTERS = ["b", "i", "j", "h", "d", "m"] as const;
const SIZES = [1, 2, 3, 5, 7] as const;

const permuted = (letters: readonly string[]): fc.Arbitrary<string[]> =>
  fc.shuffledSubarray([...letters], { minLength: letters.length, maxLength: letters.length });

const specOf = (terms: readonly (readonly string[])[], target: readonly string[]): string =>
  `${terms.map((t) => t.join(" ")).join(", ")} -> ${target.join(" ")}`;

const letterSizes = fc
  .tuple(fc.shuffledSubarray([...SIZES], { minLength: 5 }), fc.constantFrom(...SIZES))
  .map(([sizes, extra]) => Object.fromEntries(LETTERS.map((c, k) => [c, [...sizes, Math.min(extra, 2)][k]!])));

/** Two operands. */
export const contractions: fc.Arbitrary<Contraction> = fc
  .array(fc.constantFrom(...(Object.keys(ROLES) as (keyof typeof ROLES)[])), { minLength: 0, maxLength: 6 })
  .chain((roles) => {
    const at = (place: 0 | 1 | 2) => permuted(LETTERS.filter((_, k) => roles[k] && ROLES[roles[k]][place]));
    return fc.tuple(at(0), at(1), at(2), letterSizes);
  })
  .map(([a, b, target, sizes]) => ({ spec: specOf([a, b], target), terms: [a, b], target, sizes }));

/** One operand: axes exchanged and summed away. */
export const reductions: fc.Arbitrary<Contraction> = fc
  .tuple(
    fc.integer({ min: 0, max: 5 }).chain((n) => permuted(LETTERS.slice(0, n))),
    letterSizes,
  )
  .chain(([a, sizes]) => fc.shuffledSubarray(a).map((target) => ({ spec: specOf([a], target), terms: [a], target, sizes })));
