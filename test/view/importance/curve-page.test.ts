/** Curves as a picture, a page and a table: every cut a mark in its place, every label an attribute that is one. */
import { describe, expect, it } from "vitest";
import { CHOICES } from "../../../src/prune/choices.ts";
import { cutChart } from "../../../src/view/chart/cut-chart.ts";
import { METHOD_LOOKS, methodColor, methodName } from "../../../src/view/chart/methods.ts";
import { curvePage, curveText } from "../../../src/view/importance/curve-page.ts";
import { madeCurves } from "../made-importance.ts";
import { tagErrors } from "../well-formed.ts";

const numbers = (markup: string, pattern: RegExp) => [...markup.matchAll(pattern)].map(([, x]) => Number(x));
const bodyOf = (page: string) => page.slice(page.indexOf("<body"), page.indexOf("</body>") + 7);

describe("the picture", () => {
  const chart = cutChart(madeCurves(CHOICES));

  it("is well-formed, with no attribute of a made-up name", () => {
    expect(tagErrors(chart)).toEqual([]);
    expect(chart).not.toMatch(/NaN|Infinity|undefined/);
    const ends = chart.match(/<text [^>]*>/g)!;
    for (const text of ends) expect(text).toMatch(/text-anchor="(start|end|middle)"/);
  });

  it("has a mark for every cut of every method, further right the more is gone", () => {
    expect(chart.match(/data-removed/g)).toHaveLength(4 * CHOICES.length);
    const [first] = chart.match(/<g>.*?<\/g>/s)!;
    const places = numbers(first, /<circle cx="([\d.]+)"/g);
    expect(places).toEqual([...places].sort((a, b) => a - b));
    const heights = numbers(first, /<circle [^>]*cy="([\d.]+)"/g);
    expect(heights).toEqual([...heights].sort((a, b) => a - b));
  });

  it("has a look for every choice, no two alike", () => {
    expect(Object.keys(METHOD_LOOKS).sort()).toEqual([...CHOICES].sort());
    const looks = Object.values(METHOD_LOOKS).map(({ color, dash }) => `${color.light} ${color.dark} ${dash}`);
    expect(new Set(looks).size).toBe(CHOICES.length);
  });

  it("labels its levels, also below zero", () => {
    const { curves, quality, ...rest } = madeCurves(["random"]);
    const shift = <T extends { value: number; low: number; high: number }>({ value, low, high }: T) => ({
      ...{ value: value - 80, low: low - 80, high: high - 80 },
    });
    const points = curves[0]!.points.map((point) => ({ ...point, quality: shift(point.quality) }));
    const below = cutChart({ ...rest, quality: shift(quality), curves: [{ ...curves[0]!, points }] });
    expect(tagErrors(below)).toEqual([]);
    const labels = [...below.matchAll(/text-anchor="end">([^<]+)</g)].map(([, label]) => label!);
    expect(labels).toEqual(["−25", "−20", "−15", "−10", "heads removed"]);
  });

  it("of curves that never move is there, too", () => {
    const { curves, ...rest } = madeCurves(["michel"]);
    const still = { value: 3, low: 3, high: 3 };
    const points = curves[0]!.points.map((point) => ({ ...point, quality: still }));
    const flat = cutChart({ ...rest, quality: still, curves: [{ ...curves[0]!, points }] });
    expect(tagErrors(flat)).toEqual([]);
    expect(flat).not.toMatch(/NaN|Infinity/);
  });
});

describe("the table", () => {
  const [, baseline, , head, michel, random] = curveText(madeCurves(["michel", "random"]), 140).split("\n");

  it("says what the whole model does, and how far each method gets", () => {
    expect(baseline).toBe("Spearman’s ρ × 100 of the original model: 70.00 (69.00 to 71.00) on 31 held-out examples.");
    expect(head).toMatch(/^method +loss significant at +loss < 1 up to +25% removed +50% removed +75% removed$/);
    // the first cut costs more than 1
    expect(michel).toMatch(/^michel +50% +0% +66\.00 \(64\.50 to 67\.50\) +60\.00 .* 56\.00 \(54\.50 to 57\.50\)$/);
    expect(random).toMatch(/^random +50% +0% +65\.50 /);
  });

  it("a curve that never leaves says so", () => {
    const report = madeCurves(["taylor"]);
    expect(curveText({ ...report, curves: report.curves.map((curve) => ({ ...curve, leaves: null })) })).toMatch(
      /taylor +never/,
    );
  });

  it("a share that no cut comes near is not told", () => {
    const [row] = curveText(madeCurves(["michel"], [9]), 140)
      .split("\n")
      .slice(-1);
    expect(row).toMatch(/^michel +50% +0% +– +– +–$/);
  });
});

it("a method has its color and its place in both charts, whatever the order of the curves", () => {
  const one = curvePage(madeCurves(["random", "michel", "ablation"]), "elements");
  const series = JSON.parse(one.match(/series="([^"]*)"/)![1]!.replaceAll("&quot;", '"')) as { name: string; color: string }[];
  const wanted = ["ablation", "michel"];
  expect(series.map(({ name }) => name)).toEqual(wanted.map(methodName));
  expect(series.map(({ color }) => color)).toEqual(wanted.map(methodColor));
  for (const method of wanted)
    expect(cutChart(madeCurves(["random", method as "michel"]))).toContain(`stroke="${methodColor(method)}"`);
  const key = one.match(/<p class="key">.*?<\/p>/s)![0];
  expect(
    [...key.matchAll(/<\/svg> ([^<]+?)(?: <span class="dim">([^<]+)<\/span>)?<\/span>/g)].map(([, name, own]) => [name, own]),
  ).toEqual([
    ["one at a time", "ablation"],
    ["by gradient", "michel"],
    ["at random", undefined],
  ]);
});

it("the page is well-formed, with an order for every method but random", () => {
  const page = curvePage(madeCurves(["ablation", "random"]));
  expect(tagErrors(bodyOf(page))).toEqual([]);
  expect(page).not.toContain("<script");
  expect(page.match(/class="order"/g)).toHaveLength(1);
  expect(page).toContain("made &lt;up&gt; &amp; small");
});
