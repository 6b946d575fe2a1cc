import { describe, expect, it } from "vitest";
import { type CountChart, countChart } from "../../../src/view/chart/count-curves.ts";
import { tagErrors } from "../well-formed.ts";

const CHART: CountChart = {
  title: "a < b & c",
  points: [
    { heads: 1, mean: 0.25, low: 0.1, high: 0.4, seeds: [0.2, 0.3] },
    { heads: 3, mean: 0.5, low: 0.45, high: 0.55, seeds: [0.5, 0.5] },
    { heads: 11, mean: 1, low: 0.9, high: 1.3, seeds: [1] },
  ],
  range: [0, 1],
};
const numbers = (svg: string, pattern: RegExp) => [...svg.matchAll(pattern)].map(([, ...found]) => found.map(Number));
const means = (svg: string) => numbers(svg, /class="mean" cx="([\d.]+)" cy="([\d.]+)"/g);
const names = (svg: string) => numbers(svg, /class="beaten" x="[\d.]+" y="([\d.]+)"/g).map(([y]) => y!);

describe("a chart over numbers of heads", () => {
  it("is well-formed, whatever the title", () => {
    expect(tagErrors(countChart(CHART))).toEqual([]);
    expect(countChart(CHART)).toContain("a &lt; b &amp; c by number of heads: 1: 0.25, 3: 0.50, 11: 1.00");
  });

  it("puts means in proportion between the edges, evenly from left to right", () => {
    const [a, b, c] = means(countChart(CHART));
    // half of the way up from .25 to 1 is not at .5, a third is
    expect((a![1]! - b![1]!) / (a![1]! - c![1]!)).toBeCloseTo(1 / 3, 2);
    expect(b![0]! - a![0]!).toBeCloseTo(c![0]! - b![0]!, 1);
    expect(c![1]).toBeLessThan(a![1]!);
  });

  it("keeps what is beyond the range at its edge, in a plot that does not hide it without a range", () => {
    const intervals = (svg: string) => numbers(svg, /class="interval" x1="[\d.]+" x2="[\d.]+" y1="([\d.]+)" y2="([\d.]+)"/g);
    const cut = countChart(CHART);
    expect(intervals(cut)[2]![1]).toBeCloseTo(means(cut)[2]![1]!, 2);
    const whole = countChart({ ...CHART, range: undefined });
    expect(intervals(whole)[2]![1]).toBeLessThan(means(whole)[2]![1]!);
  });

  it("has a dot for each seed, and no interval where there is none", () => {
    const svg = countChart({ title: "one", points: [{ heads: 1, mean: 0.5, seeds: [0.5] }] });
    expect(svg.match(/class="seed"/g)).toHaveLength(1);
    expect(svg).not.toContain('class="interval"');
    expect(svg).toContain("<title>1 head: 0.50</title>");
    expect(countChart(CHART).match(/class="seed"/g)).toHaveLength(5);
    expect(countChart(CHART)).toContain("<title>3 heads: 0.50 (0.45 to 0.55)</title>");
  });

  it.each([
    [[0.5, 0.51, 0.52]],
    [[0, 0, 0]],
    [[1, 1, 0]],
    [[0.02, 0.9, 0.01]],
  ])("names of lines at %j stand apart, none below the plot", (values) => {
    const lines = values.map((value, k) => ({ name: `line ${k}`, value }));
    const at = names(countChart({ ...CHART, lines })).sort((a, b) => a - b);
    for (const [k, y] of at.entries()) {
      if (k > 0) expect(y - at[k - 1]!).toBeGreaterThanOrEqual(12);
      expect(y).toBeLessThanOrEqual(160 + 4);
    }
  });

  it("of nothing but zeros has no number that is none", () => {
    const svg = countChart({ title: "zeros", points: [{ heads: 1, mean: 0, low: 0, high: 0, seeds: [0, 0] }] });
    expect(svg).not.toMatch(/NaN|Infinity|–/);
  });
});
