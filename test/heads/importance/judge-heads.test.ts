/** Verdicts on heads: corrected over all of them, on both halves, and of a size that matters. */
import { describe, expect, it } from "vitest";
import { judgeHeads } from "../../../src/heads/importance/judge-heads.ts";
import { normals, random } from "../../../src/params/random.ts";
import { drawExamples } from "../../../src/stats/bootstrap.ts";

const EXAMPLES = 200;

/** Losses of heads whose examples cost `effects[k]` and a standard normal each. */
function judged(effects: readonly number[], seed: string, range: number) {
  const noise = normals(random(seed), effects.length * EXAMPLES);
  const mean = (some: ArrayLike<number>) =>
    Float64Array.from(effects, (effect, k) => {
      let sum = 0;
      for (let i = 0; i < some.length; i++) sum += effect + noise[k * EXAMPLES + some[i]!]!;
      return sum / some.length;
    });
  const every = Array.from({ length: EXAMPLES }, (_, i) => i);
  const [even, odd] = [0, 1].map((half) => mean(every.filter((i) => i % 2 === half))) as [Float64Array, Float64Array];
  return judgeHeads({ values: mean(every), drawn: drawExamples(EXAMPLES, 1).map(mean), halves: [even, odd], range });
}

describe("a head", () => {
  const [large, small, none, harmful] = judged([1, 0.5, 0, -1], "four", 100) as [never, never, never, never];
  it("is critical where its loss is sure and a share that matters", () =>
    expect(large).toMatchObject({ verdict: "critical", p: 1 / 201 }));
  it("is slight where the loss is sure and small", () => expect(small).toMatchObject({ verdict: "slight" }));
  it("shows nothing where there is nothing", () => expect(none).toMatchObject({ verdict: "none shown" }));
  it("is better gone where the task gets better, surely", () => expect(harmful).toMatchObject({ verdict: "better without" }));
});

it("of 64 heads without importance, one is judged in at most 7% of draws of the data", () => {
  const nothing = new Array<number>(64).fill(0);
  let wrong = 0;
  for (let draw = 0; draw < 200; draw++)
    if (judged(nothing, `null ${draw}`, 1).some(({ verdict }) => verdict !== "none shown")) wrong++;
  expect(wrong / 200).toBeLessThanOrEqual(0.07);
}, 120_000);

it("a loss on one half alone is none", () => {
  const values = Float64Array.of(1);
  const drawn = Array.from({ length: 200 }, (_, k) => Float64Array.of(1 + ((k % 5) - 2) / 10));
  const judge = (first: number) =>
    judgeHeads({ values, drawn, halves: [Float64Array.of(first), Float64Array.of(2)], range: 10 })[0]!.verdict;
  expect([judge(0.1), judge(0), judge(-0.1)]).toEqual(["critical", "none shown", "none shown"]);
});

it("a silent head and heads that all together have no importance are never critical", () => {
  const [silent] = judgeHeads({
    values: Float64Array.of(0),
    drawn: Array.from({ length: 20 }, () => Float64Array.of(0)),
    halves: [Float64Array.of(0), Float64Array.of(0)],
    range: 5,
  });
  expect(silent).toEqual({ verdict: "none shown", p: 1, share: 0 });
  expect(judged([1], "one", 0)[0]).toMatchObject({ verdict: "slight", share: 0 });
});
