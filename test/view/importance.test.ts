/** The importance page and table: well-formed, every head by every method, the verdicts that intervals allow. */
import { describe, expect, it } from "vitest";
import { METHODS } from "../../src/heads/importance/methods.ts";
import { VERDICTS } from "../../src/heads/importance/verdicts.ts";
import { importancePage } from "../../src/view/importance/importance-page.ts";
import { importanceText, leading, measuredText, scoreText, verdictWord } from "../../src/view/importance/importance-text.ts";
import { columnTable } from "../../src/view/terminal/terminal-table.ts";
import { madeImportance } from "./made-importance.ts";
import { tagErrors } from "./well-formed.ts";

/** A page without its style sheet, which is no markup. */
const bodyOf = (page: string) => page.slice(page.indexOf("<body"), page.indexOf("</body>") + 7);

describe("verdicts", () => {
  it("stand beside heads where something was shown", () => {
    const words = [...VERDICTS.map((verdict) => verdictWord({ verdict, p: 0, share: 0 })), verdictWord(undefined)];
    expect(words).toEqual(["critical", "slight", "better without", "", ""]);
  });

  it("are counted above the table", () => {
    const text = importanceText(
      madeImportance((k) => [0.3, 0.1, -0.3, 0.2, 0, 0.2][k]!),
      1000,
    );
    expect(text).toContain(
      "removing a head hurts the task for 3 heads (corrected for multiple tests, and on both halves of the examples); for 3 of them by at least 0.5% of the 20.0",
    );
    expect(text).toContain("It improves the task for 1; the other 2 show no significant difference.");
  });
});

it("scores show three digits whatever their size", () => {
  const shown = [0, 123.456, 12.345, 1.2345, 0.12345, 0.0012345, -0.012345, 0.0000001234, 98765].map(scoreText);
  expect(shown).toEqual(["0", "123", "12.3", "1.23", "0.123", "0.00123", "−0.0123", "0.000000", "98765"]);
});

it("exact ablation leads where it was measured, else the first method", () => {
  expect(leading(METHODS)).toBe("ablation");
  expect(leading(["taylor", "confidence"])).toBe("taylor");
  expect(measuredText(madeImportance(() => 1, ["confidence", "michel"]))).toEqual(["michel", "confidence"]);
});

it("columns stand under one another", () => {
  expect(columnTable(["head", "a", "long"], [["0.0", "1.23", "x"], ["…"], ["10.10", "", ""]], { left: 1, indent: "" })).toEqual(
    ["head      a  long", "0.0    1.23     x", "…", "10.10"],
  );
});

describe("the table", () => {
  const lines = (report: Parameters<typeof importanceText>[0]) => importanceText(report, 120).split("\n");

  it("has the most important head first, by the leading method", () => {
    const rows = lines(madeImportance((k) => k)).slice(-6);
    expect(rows.map((row) => row.split(" ")[0])).toEqual(["1.2", "1.1", "1.0", "0.2", "0.1", "0.0"]);
    expect(rows[0]).toMatch(/^1\.2 +5\.00 +4\.85 to 5\.15 +critical +5\.00/);
  });

  it("shows both ends of many heads", () => {
    const names = Array.from({ length: 60 }, (_, k) => `${Math.floor(k / 10)}.${k % 10}`);
    const rows = lines(madeImportance((k) => -k, METHODS, names)).slice(-25);
    expect(rows.map((row) => row.split(" ")[0])).toEqual([...names.slice(0, 12), "…", ...names.slice(-12)]);
  });
});

describe.each([
  ["all methods", METHODS],
  ["one", ["taylor"] as const],
])("the page of %s", (_, methods) => {
  const page = importancePage(madeImportance((k) => k - 2.5, methods));

  it("is well-formed, opens offline and needs no script", () => {
    expect(tagErrors(bodyOf(page))).toEqual([]);
    expect(page).not.toMatch(/<script|https?:\/\/(?!www\.w3\.org)/);
    expect(page).toContain("made &lt;up&gt; &amp; small");
  });

  it("has a map for each method with a cell for each head", () => {
    expect(page.match(/<figure>/g)).toHaveLength(methods.length);
    expect(page.match(/<td [^>]*title="\d\.\d: /g)).toHaveLength(6 * methods.length);
    for (const colour of ["--mark", "--accent"])
      expect(page.match(new RegExp(`color-mix\\(in srgb, var\\(${colour}\\)`, "g")), colour).toHaveLength(3 * methods.length);
  });

  it("says by which method its table is sorted", () => {
    expect(page).toContain(`Sorted by ${leading(methods)};`);
    const heads = [...page.matchAll(/<th scope="row">(\d\.\d)<\/th>/g)].map(([, name]) => name);
    expect(heads).toEqual(["1.2", "1.1", "1.0", "0.2", "0.1", "0.0"]);
  });
});

it("heads without any importance have a page", () => {
  const page = importancePage(madeImportance(() => 0));
  expect(tagErrors(bodyOf(page))).toEqual([]);
  expect(page).not.toContain("NaN");
});
