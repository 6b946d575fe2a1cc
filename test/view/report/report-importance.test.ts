/** Importance of heads by label: counted by hand, and as it stands on the page and in the terminal. */
import { parseHTML } from "linkedom";
import { describe, expect, it } from "vitest";
import { withImportance } from "../../../src/heads/report/join-importance.ts";
import type { Label, Report } from "../../../src/heads/report/schema.ts";
import { importanceAxis, importanceScale } from "../../../src/view/chart/importance-strip.ts";
import { importanceByLabel } from "../../../src/view/report/importance-by-label.ts";
import { reportPage } from "../../../src/view/report/report-page.ts";
import { reportText } from "../../../src/view/terminal/terminal.ts";
import { importanceFindings } from "../../../src/view/terminal/terminal-importance.ts";
import { fakeReport, fakeTexts, single, small, uneven } from "../fake.ts";
import { madeImportance } from "../joined-importance.ts";
import { tagErrors } from "../well-formed.ts";

const LABELS: readonly Label[] = [
  ...(["previous-token", "previous-token", "delimiter", "previous-token", "delimiter", "previous-token"] as const),
  ...(["unclassified", "previous-token", "delimiter", "delimiter", "induction"] as const),
];
/** [low, value, high] of the eleven heads of the uneven model. */
const WORTH: readonly (readonly [number, number, number])[] = [
  ...([
    [0.5, 3, 4],
    [-1, 2, 3],
    [0, 1, 2],
    [-3, -2, -1],
    [0.1, 8, 9],
    [-1, 0, 1],
  ] as const),
  ...([
    [1, 5, 6],
    [1e-6, 1, 2],
    [-2, -1, -1e-6],
    [-0.5, 4, 5],
    [-1, 0.5, 2],
  ] as const),
];
const TWINS = [0.2, 0.1, 0.375, 0.7, 0.5, 0.6, 0.4, 0.8, 0.05, 0.125, 0.25];

const plain = fakeReport(uneven);
const labelled: Report = {
  ...plain,
  heads: plain.heads.map((head, k) => ({
    ...{ ...head, label: LABELS[k]!, labels: [LABELS[k]!] },
    twin: { ...head.twin!, distance: TWINS[k]! },
  })),
};
const importance = madeImportance(plain.model, ({ place }) => {
  const [low, value, high] = WORTH[place]!;
  return { value, low, high };
});
const report = withImportance(labelled, importance);
const estimated = withImportance(labelled, {
  ...importance,
  heads: importance.heads.map(({ name, scores }) => ({ name, scores: { michel: scores.michel! } })),
});
const view = { columns: 80, color: false };

describe("by label", () => {
  it("heads are critical or removable as exact ablation judged them", () => {
    expect(importanceByLabel(report)).toEqual([
      { label: "previous-token", heads: 5, critical: 2, removable: 3, importance: 1, twin: 0.6 },
      { label: "delimiter", heads: 4, critical: 1, removable: 3, importance: 2.5, twin: 0.25 },
      { label: "induction", heads: 1, critical: 0, removable: 1, importance: 0.5, twin: 0.25 },
      { label: "unclassified", heads: 1, critical: 1, removable: 0, importance: 5, twin: 0.4 },
    ]);
  });

  it("nothing is critical or removable without exact ablation", () => {
    const rows = importanceByLabel(estimated);
    expect(rows.map(({ critical, removable }) => [critical, removable])).toEqual(rows.map(() => [null, null]));
    expect(rows.map(({ importance }) => importance)).toEqual([1, 1.25, 0.25, 2.5]);
    expect(importanceFindings(estimated).join()).toContain("no head is called removable");
  });

  it("a report without importance has no importance", () => {
    expect(importanceByLabel(plain)).toEqual([]);
    expect(importanceFindings(plain)).toEqual([]);
  });

  it("is told in sentences", () => {
    expect(importanceFindings(report)).toEqual([
      "4 of 11 heads are critical for similarity: removing one hurts the task on both halves of the examples (corrected over all heads) by 0.5% or more of the loss without all heads. The other 7 cost less, or nothing measurable: each is removable alone.",
      "5 previous-token heads, 3 removable; 4 delimiter heads, 3 removable; 1 induction head, 1 removable.",
      "Median √JS to the nearest twin: 0.25 for removable heads, 0.45 for critical ones.",
    ]);
  });

  it("all heads may be critical, or the only one", () => {
    const one = fakeReport(single);
    const of = (low: number) =>
      importanceFindings(
        withImportance(
          one,
          madeImportance(one.model, () => ({ value: 2, low, high: 3 })),
        ),
      );
    expect(of(1)[0]).toBe(
      "1 of 1 head is critical for similarity: removing one hurts the task on both halves of the examples (corrected over all heads) by 0.5% or more of the loss without all heads. There are no others.",
    );
    expect(of(-1)[0]).toContain("0 of 1 head are critical");
    expect(of(-1)).toHaveLength(2);
  });
});

describe("on the page", () => {
  const { document } = parseHTML(reportPage(report, fakeTexts(uneven)));
  const cells = (selector: string) =>
    [...document.querySelectorAll(`${selector} tbody tr`)].map((row) =>
      [...row.querySelectorAll("th, td:not(.graph)")].map((cell) => cell.textContent!.replace(/^(–|[A-Z]{3}) (?=[a-z])/, "")),
    );

  it("every label has a row, with a dot for each head that says by its look whether it can go", () => {
    expect(cells(".by-label").map((row) => row.slice(0, 4))).toEqual([
      ["previous-token", "5", "2", "3"],
      ["delimiter", "4", "1", "3"],
      ["induction", "1", "0", "1"],
      ["unclassified", "1", "1", "0"],
    ]);
    const dots = [...document.querySelectorAll(".by-label tbody tr")].map((row) =>
      ["g", "g.critical", "g.better-without"].map((look) => row.querySelectorAll(look).length),
    );
    expect(dots).toEqual([
      [5, 2, 1],
      [4, 1, 1],
      [1, 0, 0],
      [1, 1, 0],
    ]);
  });

  it("heads are sorted by importance, with every method", () => {
    const rows = cells(".by-importance");
    expect(rows.map(([name]) => name)).toEqual("2.1 2.3 2.6 0.0 0.1 0.2 2.4 3.0 2.2 2.5 2.0".split(" "));
    expect(rows[2]!.slice(0, 5)).toEqual(["2.6", "delimiter", "removable", "4.00", "−0.500 to 5.00"]);
    expect(rows.at(-1)!.slice(2, 4)).toEqual(["better without", "−2.00"]);
    expect(rows[0]!.at(-1)).toBe("0.50");
  });

  it("each head's part says its importance by each method", () => {
    for (const { layer, head, importance } of report.heads) {
      const rows = cells(`#head-${layer}-${head} .importance`);
      expect(rows.map(([method]) => method)).toEqual(Object.keys(importance!));
      expect(rows.at(-1)!.at(-1)).toMatch(/^(critical|removable|better without)$/);
    }
    expect(cells("#head-2-3 .importance").at(-1)).toEqual(["ablation", "5.00", "1.00 to 6.00", "critical"]);
  });

  it.each([
    ["exact", report],
    ["estimated", estimated],
    ["none", plain],
    [
      "of one head",
      withImportance(
        fakeReport(single),
        madeImportance(fakeReport(single).model, () => ({ value: 0, low: 0, high: 0 })),
      ),
    ],
  ] as const)("%s: it is well-formed, every link leads somewhere, and the nav has it only where it is", (what, one) => {
    const html = reportPage(one, []);
    const page = parseHTML(html).document;
    const markup = html.replace(/<!doctype html>/, "").replace(/<(style|script)([^>]*)>[\s\S]*?<\/\1>/g, "<$1$2></$1>");
    expect(tagErrors(markup)).toEqual([]);
    expect(markup).not.toMatch(/NaN|undefined|Infinity/);
    const ids = new Set([...page.querySelectorAll("[id]")].map(({ id }) => id));
    for (const link of page.querySelectorAll("a")) expect(ids).toContain(link.getAttribute("href")!.slice(1));
    expect(ids.size).toBe(page.querySelectorAll("[id]").length);
    const present = what === "none" ? 0 : 1;
    expect(page.querySelectorAll("#importance")).toHaveLength(present);
    expect(page.querySelectorAll('nav.parts a[href="#importance"]')).toHaveLength(present);
    expect(page.querySelectorAll(".importance")).toHaveLength(present * one.heads.length);
  });

  it("many heads get a window of their own, few do not", () => {
    const many = fakeReport(small);
    const html = reportPage(
      withImportance(
        many,
        madeImportance(many.model, () => ({ value: 1, low: 0, high: 2 })),
      ),
      [],
    );
    expect(parseHTML(html).document.querySelectorAll(".window .by-importance tbody tr")).toHaveLength(72);
    expect(document.querySelector(".window")).toBeNull();
  });

  it("what a task says cannot become markup", () => {
    const evil = "<img src=x>";
    const task = { ...report.task!, name: evil, measure: evil, corpus: { id: evil, sha256: "" } };
    expect(reportPage({ ...report, task }, [])).not.toContain("<img");
  });
});

describe("the axis", () => {
  const worths = [
    { value: 9, low: 4, high: 16 },
    { value: -1, low: -4, high: 1 },
  ];
  const at = importanceScale(worths);

  it("keeps all intervals and zero within the cell, in order, roots apart", () => {
    expect(at(-4)).toBeCloseTo(2);
    expect(at(16)).toBeCloseTo(98);
    expect(at(0)).toBeCloseTo(2 + 96 / 3);
    expect(at(4) - at(0)).toBeCloseTo(at(16) - at(4));
    expect(at(0) - at(-1)).toBeCloseTo(at(1) - at(0));
  });

  it("has zero and round numbers that do not touch", () => {
    const found = [...importanceAxis(at).matchAll(/x="([\d.]+)%"[^>]*>([^<]+)</g)].map(
      ([, x, text]) => [Number(x), text] as const,
    );
    const numbers = found.map(([, text]) => Number(text!.replace("−", "-")));
    expect(numbers).toEqual([0, 10, 2, -2]);
    for (const [k, [x]] of found.entries()) expect(x).toBeCloseTo(at(numbers[k]!), 1);
  });

  it("stands where there is nothing to show", () => {
    const none = importanceScale([{ value: 0, low: 0, high: 0 }]);
    expect(none(0)).toBe(50);
  });
});

it("stands in the terminal within 80 columns, and only where there is importance", () => {
  const text = reportText(report, view);
  expect(Math.max(...text.split("\n").map((line) => [...line].length))).toBeLessThanOrEqual(80);
  expect(reportText(plain, view)).not.toMatch(/importance|critical/i);
  expect(text.slice(text.indexOf("Importance for"), text.indexOf("\n\nLayers"))).toMatchInlineSnapshot(`
    "Importance for similarity (Spearman’s ρ × 100, zero ablation)
      4 of 11 heads are critical for similarity: removing one hurts the task on both
      halves of the examples (corrected over all heads) by 0.5% or more of the loss
      without all heads. The other 7 cost less, or nothing measurable: each is
      removable alone.
      5 previous-token heads, 3 removable; 4 delimiter heads, 3 removable; 1
      induction head, 1 removable.
      Median √JS to the nearest twin: 0.25 for removable heads, 0.45 for critical
      ones.
      label           heads  critical  removable  median ablation  twin √JS
      previous-token      5         2          3             1.00      0.60
      delimiter           4         1          3             2.50      0.25
      induction           1         0          1            0.500      0.25
      unclassified        1         1          0             5.00      0.40"
  `);
});
