import { parseHTML } from "linkedom";
import { describe, expect, it } from "vitest";
import { MEASURES, redundancySchema } from "../../../src/heads/redundancy/redundancy-schema.ts";
import { redundancyPage } from "../../../src/view/redundancy/redundancy-page.ts";
import { redundancyText } from "../../../src/view/terminal/terminal-redundancy.ts";
import { deep, type FakeModel, single, small, uneven } from "../fake.ts";
import { fakeRedundancy } from "../fake-redundancy.ts";
import { tagErrors } from "../well-formed.ts";

const models: [string, FakeModel][] = Object.entries({ small, deep, uneven, single });
/** The page without what is not markup: its doctype, styles and scripts. */
const markup = (html: string) =>
  html.replace(/<!doctype html>/, "").replace(/<(style|script)([^>]*)>[\s\S]*?<\/\1>/g, "<$1$2></$1>");

describe.each(models)("the page of the %s model", (_, model) => {
  const result = fakeRedundancy(model);
  const html = redundancyPage(result, "export {};");
  const { document } = parseHTML(html);

  it("is made from a result of the schema", () => {
    expect(() => redundancySchema.strict().parse(result)).not.toThrow();
  });

  it("is well-formed, loads nothing, and its script parses", () => {
    expect(tagErrors(markup(html))).toEqual([]);
    expect(html).not.toMatch(/https?:|\bsrc=|<link|@import|url\(/);
    const script = [...html.matchAll(/<script>([\s\S]*?)<\/script>/g)].at(-1)![1]!;
    expect(() => new Function(script)).not.toThrow();
  });

  it("has a point for every head, and every link leads somewhere", () => {
    const many = result.heads.length > 1;
    expect(document.querySelectorAll(".plane circle")).toHaveLength(many ? result.heads.length : 0);
    expect(document.querySelectorAll(".plane .link")).toHaveLength(result.twins.length);
    const ids = new Set([...document.querySelectorAll("[id]")].map((element) => element.id));
    for (const link of document.querySelectorAll("a")) expect(ids).toContain(link.getAttribute("href")!.slice(1));
    expect(ids.size).toBe(document.querySelectorAll("[id]").length);
    expect(document.querySelectorAll("[data-measure]")).toHaveLength(many ? MEASURES.length : 0);
  });

  it("carries every measure to four decimals, with an order of all heads", () => {
    const data = JSON.parse(document.querySelector("#data")!.textContent!);
    for (const measure of MEASURES) {
      const { values, order, merges } = data.measures[measure];
      const numbers = new Int16Array(Uint8Array.from(atob(values), (c) => c.charCodeAt(0)).buffer);
      const wanted = result.matrices[measure].flatMap((row, a) => row.slice(0, a));
      expect(numbers).toHaveLength(wanted.length);
      for (const [k, x] of wanted.entries()) expect(Math.abs(numbers[k]! / 1e4 - x)).toBeLessThan(6e-5);
      expect([...order].sort((a: number, b: number) => a - b)).toEqual(result.heads.map((_, k) => k));
      expect(merges).toHaveLength(Math.max(0, result.heads.length - 1));
    }
  });

  it("without the elements has no map of pairs, and everything else", () => {
    const { document: plain } = parseHTML(redundancyPage(result));
    expect(plain.querySelectorAll("headwise-head-pairs, [data-measure], [data-order]")).toHaveLength(0);
    const ids = (page: Document) => [...page.querySelectorAll("section")].map(({ id }) => id);
    expect(ids(plain)).toEqual(ids(document));
  });

  it("has a summary for the terminal that says what was found", () => {
    const text = redundancyText(result, { columns: 80, color: false });
    expect(text).toContain(result.model.id);
    expect(text.includes(`Twins: ${result.twins.length}`)).toBe(result.heads.length > 1);
    expect(text).toContain("Noise heads: 1");
    expect(text).not.toMatch(/undefined|NaN/);
    expect(text).not.toContain("\u001b");
  });
});

it("what a model says cannot become markup", () => {
  const evil = "</script><img src=x>";
  const result = fakeRedundancy(uneven);
  expect(
    redundancyPage({ ...result, model: { ...result.model, id: evil }, notes: [{ code: "text", text: evil }] }),
  ).not.toContain("<img");
});
