/** A comparison's page and text: well-formed, offline, every head in its place, also where models were cut or nothing changed. */
import { parseHTML } from "linkedom";
import { describe, expect, it } from "vitest";
import { CHANGES, type ComparedHead, type Comparison, comparisonSchema } from "../../../src/heads/compare/compare-schema.ts";
import { random } from "../../../src/params/random.ts";
import { longChange, mostChanged, shortChange } from "../../../src/view/compare/compare-data.ts";
import { comparisonPage } from "../../../src/view/compare/compare-page.ts";
import { comparisonText } from "../../../src/view/terminal/terminal-compare.ts";
import { tagErrors } from "../well-formed.ts";

interface Fake {
  /** Heads of each layer before any cut. */
  readonly heads: readonly number[];
  /** How large changes are. */
  readonly size: number;
  readonly onlyInA?: Comparison["onlyInA"];
  readonly onlyInB?: Comparison["onlyInB"];
}

function fakeComparison({ heads, size, onlyInA = [], onlyInB = [] }: Fake): Comparison {
  const uniform = random("fake comparison");
  const change = (): number => Number((size * uniform() ** 3).toPrecision(6));
  const estimate = () => {
    const value = change();
    return { value, low: 0.9 * value, high: 1.1 * value };
  };
  const gone = (layer: number, head: number) => [...onlyInA, ...onlyInB].some((at) => at.layer === layer && at.head === head);
  const shared = heads.flatMap((count, layer) =>
    Array.from({ length: count }, (_, head) => head)
      .filter((head) => !gone(layer, head))
      .map(
        (head, inB): ComparedHead => ({
          ...{ layer, head, inA: head, inB },
          ...{ queryKey: change(), valueOutput: change(), pattern: estimate(), output: estimate() },
        }),
      ),
  );
  const model = {
    ...{ family: "decoder" as const, architecture: "gpt2", layers: heads.length, width: 64, parameters: 123_456 },
    ...{ sha256: "9f2c4be1".repeat(8), heads: [...heads], keyValueHeads: [...heads] },
  };
  return {
    ...{ schema: "headwise.compare/2", headwise: "0.1.0", seed: 1 },
    ...{ a: { id: "base <1>", ...model }, b: { id: "tuned & cut", ...model } },
    corpus: { id: "text", sentences: 23, tokens: 457, sha256: "0b".repeat(32) },
    ...{ heads: shared, onlyInA, onlyInB, embeddings: estimate() },
    layers: heads.map((_, layer) => ({ layer, state: estimate() })),
    states: { difference: change(), largest: 5.3 },
    loss: { a: 3.217, b: 3.101, change: { value: -0.116, low: -0.13, high: -0.1 } },
    patterns: { rows: 411, texts: 23 },
    cost: { seconds: 1.3, peakBytes: 7e8, tokens: 457 },
    notes: [{ code: "text", text: "only 23 <texts>" }],
  };
}

const MODELS: readonly [string, Fake][] = [
  ["tuned", { heads: [5, 7, 3], size: 1.7 }],
  ["cut", { heads: [5, 3, 2], size: 0.4, onlyInA: [{ layer: 0, head: 1 }], onlyInB: [{ layer: 2, head: 1 }] }],
  ["emptied", { heads: [2, 0, 3], size: 1e-5, onlyInA: [0, 1].map((head) => ({ layer: 0, head })) }],
  ["the same", { heads: [3, 5], size: 0 }],
  ["no head in common", { heads: [1], size: 0.1, onlyInA: [{ layer: 0, head: 0 }] }],
];
const markup = (html: string) =>
  html.replace(/<!doctype html>/, "").replace(/<(style|script)([^>]*)>[\s\S]*?<\/\1>/g, "<$1$2></$1>");

describe.each(MODELS)("%s", (_, fake) => {
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
  const text = comparisonText(fakeComparison(MODELS[1]![1]), { columns: 80, color: false });
  const cell = "(0|\\.\\d\\d\\d?|\\de-\\d+)";
  const grid = [`    0 +${cell} +A( +${cell}){3}`, `    1( +${cell}){3}`, `    2 +${cell} +B`, "  - A: only in A \\(0\\.1\\)"];
  expect(text).toMatch(new RegExp(`\\n${grid.join("\\n")}\\n  - B: only in B \\(2\\.1\\)\\n`));
});

it("sorts by what is asked for; a head that was nothing before comes first", () => {
  const comparison = fakeComparison(MODELS[0]![1]);
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
