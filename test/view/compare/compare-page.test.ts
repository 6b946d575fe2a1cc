/** A comparison's page and text: well-formed, offline, every head in its place, also where models were cut or nothing changed. */
import { parseHTML } from "linkedom";
import { describe, expect, it } from "vitest";
import { CHANGES, comparisonSchema } from "../../../src/heads/compare/compare-schema.ts";
import { longChange, mostChanged, shortChange } from "../../../src/view/compare/compare-data.ts";
import { comparisonPage } from "../../../src/view/compare/compare-page.ts";
import { comparisonText } from "../../../src/view/terminal/terminal-compare.ts";
import { CHANGED, fakeComparison } from "../fake-comparison.ts";
import { tagErrors } from "../well-formed.ts";

const markup = (html: string) =>
  html.replace(/<!doctype html>/, "").replace(/<(style|script)([^>]*)>[\s\S]*?<\/\1>/g, "<$1$2></$1>");

describe.each(CHANGED)("%s", (_, fake) => {
  const comparison = fakeComparison(fake);
  const html = comparisonPage(comparison);
  const { document } = parseHTML(html);

  it("is made from a comparison of the schema", () => {
    expect(() => comparisonSchema.strict().parse(comparison)).not.toThrow();
  });

  it("is well-formed and loads nothing", () => {
    expect(tagErrors(markup(html))).toEqual([]);
    expect(html).not.toMatch(/https?:|\bsrc=|<link|@import|url\(/);
    expect(html).not.toMatch(/NaN|undefined|Infinity(?!\|)/);
    expect(document.querySelector("h1")!.textContent).toBe("base <1> → tuned & cut");
  });

  it("has a cell and a row for every head that both have, a mark for the others, and links that lead somewhere", () => {
    expect(document.querySelectorAll(".changes a")).toHaveLength(comparison.heads.length);
    expect(document.querySelectorAll(".changed tbody tr")).toHaveLength(comparison.heads.length);
    const gone = [...document.querySelectorAll(".missing")].map((mark) => mark.textContent).sort();
    expect(gone).toEqual([...comparison.onlyInA.map(() => "A"), ...comparison.onlyInB.map(() => "B")]);
    for (const link of document.querySelectorAll("a"))
      expect(document.querySelector(link.getAttribute("href")!)).not.toBeNull();
    for (const list of ["levels", "texts"])
      for (const cell of document.querySelectorAll(`[data-${list}]`))
        expect(cell.getAttribute(`data-${list}`)!.split("|")).toHaveLength(CHANGES.length);
  });

  it("shows each change within half a step of its colour, the largest in the last one", () => {
    const largest = Math.max(...comparison.heads.map(({ output }) => output.value!));
    const levels = [...document.querySelectorAll(".changes a")].map((cell) =>
      Number(cell.getAttribute("data-levels")!.split("|")[0]),
    );
    for (const [k, { output }] of comparison.heads.entries())
      expect(levels[k]).toBe(largest === 0 ? 0 : Math.round((16 * output.value!) / largest));
  });

  it("reads well in a terminal", () => {
    const text = comparisonText(comparison, { columns: 80, color: false });
    expect(text).not.toMatch(/NaN|undefined|Infinity/);
    for (const columns of [60, 80, 120]) {
      const plain = comparisonText(comparison, { columns, color: false });
      if (columns >= 80) expect(Math.max(...plain.split("\n").map((line) => [...line].length))).toBeLessThanOrEqual(columns);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences start with one.
      expect(comparisonText(comparison, { columns, color: true }).replace(/\u001b\[[\d;]*m/g, "")).toBe(plain);
    }
  });
});

it("stands in a terminal as layers by heads, the cut ones by their model", () => {
  const text = comparisonText(fakeComparison(CHANGED[1]![1]), { columns: 80, color: false });
  const cell = "(0|\\.\\d\\d\\d?|\\de-\\d+)";
  const grid = [`    0 +${cell} +A( +${cell}){3}`, `    1( +${cell}){3}`, `    2 +${cell} +B`, "  - A: only in A \\(0\\.1\\)"];
  expect(text).toMatch(new RegExp(`\\n${grid.join("\\n")}\\n  - B: only in B \\(2\\.1\\)\\n`));
});

it("sorts by what is asked for; a head that was nothing before comes first", () => {
  const comparison = fakeComparison(CHANGED[0]![1]);
  for (const change of CHANGES) {
    const values = mostChanged(comparison, change).map((head) => {
      const value = head[change];
      return typeof value === "number" ? value : value!.value!;
    });
    expect(values).toEqual([...values].sort((a, b) => b - a));
  }
  const [first, ...rest] = comparison.heads;
  const nothing = { ...comparison, heads: [...rest, { ...first!, valueOutput: null }] };
  expect(mostChanged(nothing, "valueOutput")[0]).toMatchObject({ layer: 0, head: 0, valueOutput: null });
  expect(tagErrors(markup(comparisonPage(nothing)))).toEqual([]);
});

it.each([
  [null, "–", "–"],
  [0, "0", "0"],
  [3.2e-7, "3e-7", "3.2e-7"],
  [0.00123, ".001", "0.0012"],
  [0.0312, ".03", "0.031"],
  [0.996, "1.0", "0.996"],
  [12.34, "12", "12.340"],
  [123_456, "1e5", "1.2e5"],
] as const)("%s is written %s and %s", (change, short, long) => {
  expect([shortChange(change), longChange(change)]).toEqual([short, long]);
});
