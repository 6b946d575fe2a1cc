/** Cross-entropy and its written-out cotangent, against the definition in doubles, its finite differences and the chain rule. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { grads } from "../../src/autodiff/grads.ts";
import { input } from "../../src/graph/value.ts";
import { crossEntropy, crossEntropySum } from "../../src/nn/loss.ts";
import { normals, random } from "../../src/params/random.ts";
import { int64, tensor } from "../../src/run/tensor.ts";
import { withProgram } from "../run/evaluate.ts";

const [BATCH, LENGTH, WORDS] = [3, 5, 17];

/** Σ over targets of (1−ε)(−log p(target)) + ε mean_v(−log p(v)). */
function definition(logits: readonly number[], targets: readonly number[], smoothing: number): number {
  return targets.reduce((total, target, at) => {
    if (target < 0) return total;
    const row = logits.slice(at * WORDS, (at + 1) * WORDS);
    const top = Math.max(...row);
    const norm = top + Math.log(row.reduce((s, x) => s + Math.exp(x - top), 0));
    const mean = row.reduce((s, x) => s + (norm - x), 0) / WORDS;
    return total + (1 - smoothing) * (norm - row[target]!) + smoothing * mean;
  }, 0);
}

const slope = (logits: readonly number[], k: number, targets: readonly number[], smoothing: number): number => {
  const at = (by: number) => definition(logits.with(k, logits[k]! + by), targets, smoothing);
  return (at(1e-5) - at(-1e-5)) / 2e-5;
};

const targetsOf = fc.array(fc.integer({ min: -1, max: WORDS - 1 }), { minLength: BATCH * LENGTH, maxLength: BATCH * LENGTH });
const scales = fc.constantFrom(0, 0.1, 1, 10);

describe.each([0, 0.1, 0.7])("smoothing by %d", (smoothing) => {
  it("total, count and cotangent are what the definition says, some targets missing or all", async () => {
    const logits = input("logits", [BATCH, LENGTH, WORDS]);
    const targets = input("targets", [BATCH, LENGTH], "int64");
    const { total, count, cotangent } = crossEntropySum(logits, targets, smoothing);
    const written = cotangent();
    expect(written.shape).toEqual(logits.shape);
    const [derived] = grads(total, [logits]);
    await withProgram({ total, count, written, derived: derived! }, ({ run }) =>
      fc.assert(
        fc.asyncProperty(targetsOf, fc.nat(), scales, async (to, seed, scale) => {
          const at = normals(random(seed), BATCH * LENGTH * WORDS).map((x) => scale * x);
          const made = await run({
            logits: tensor(at, [BATCH, LENGTH, WORDS]),
            targets: int64(to, [BATCH, LENGTH]),
          });
          const numbers = Array.from(at);
          const wanted = definition(numbers, to, smoothing);
          expect(Math.abs((made.total!.data[0] as number) - wanted)).toBeLessThanOrEqual(1e-5 * (1 + wanted));
          expect(made.count!.data[0]).toBe(to.filter((t) => t >= 0).length);
          for (let k = seed % 7; k < at.length; k += 7) {
            const expected = slope(numbers, k, to, smoothing);
            expect(Math.abs((made.written!.data[k] as number) - expected)).toBeLessThan(1e-5);
            expect(Math.abs((made.derived!.data[k] as number) - expected)).toBeLessThan(1e-5);
          }
          const missing = (_: number, k: number) => to[Math.floor(k / WORDS)]! < 0;
          expect((made.written!.data as Float32Array).filter(missing).every((x) => x === 0)).toBe(true);
        }),
        { numRuns: 40, examples: [[new Array<number>(BATCH * LENGTH).fill(-1), 1, 1]] },
      ),
    );
  });
});

it("the mean is the sum over the count", async () => {
  const logits = input("logits", [BATCH, LENGTH, WORDS]);
  const targets = input("targets", [BATCH, LENGTH], "int64");
  const to = Array.from({ length: BATCH * LENGTH }, (_, i) => (i % 4 === 0 ? -1 : i));
  const at = normals(random(3), BATCH * LENGTH * WORDS);
  await withProgram({ mean: crossEntropy(logits, targets) }, async ({ run }) => {
    const { mean } = await run({ logits: tensor(at, [BATCH, LENGTH, WORDS]), targets: int64(to, [BATCH, LENGTH]) });
    expect(mean!.data[0]).toBeCloseTo(definition(Array.from(at), to, 0) / to.filter((t) => t >= 0).length, 5);
  });
});
