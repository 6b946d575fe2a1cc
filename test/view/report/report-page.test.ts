import { parseHTML } from "linkedom";
import { describe, expect, it } from "vitest";
import { reportSchema } from "../../../src/heads/report/schema.ts";
import { headGrid } from "../../../src/view/chart/pattern.ts";
import { lookPage } from "../../../src/view/page/page.ts";
import { reportPage } from "../../../src/view/report/report-page.ts";
import { deep, type FakeModel, fakeReport, fakeSites, fakeText, fakeTexts, single, small, uneven } from "../fake.ts";
import { tagErrors } from "../well-formed.ts";

const models: [string, FakeModel][] = Object.entries({ small, deep, uneven, single });
/** The page without what is not markup: its doctype, styles and scripts. */
const markup = (html: string) =>
  html.replace(/<!doctype html>/, "").replace(/<(style|script)([^>]*)>[\s\S]*?<\/\1>/g, "<$1$2></$1>");

describe.each(models)("the page of the %s model", (_, model) => {
  const report = fakeReport(model);
  const html = reportPage(report, fakeTexts(model));
  const { document } = parseHTML(html);

  it("is made from a report of the schema", () => {
    expect(() => reportSchema.parse(report)).not.toThrow();
  });

  it("is well-formed", () => {
    expect(tagErrors(markup(html))).toEqual([]);
  });

  it("loads nothing", () => {
    expect(html).not.toMatch(/https?:|\bsrc=|<link|@import|url\(/);
  });

  it("has a part and a cell for every head, and every link leads somewhere", () => {
    expect(document.querySelectorAll("section.head")).toHaveLength(report.heads.length);
    expect(document.querySelectorAll(".overview a")).toHaveLength(report.heads.length);
    const ids = new Set([...document.querySelectorAll("[id]")].map((element) => element.id));
    for (const link of document.querySelectorAll("a")) expect(ids).toContain(link.getAttribute("href")!.slice(1));
    expect(ids.size).toBe(document.querySelectorAll("[id]").length);
  });

  it("carries the patterns within a quarter of a percent", () => {
    const data = JSON.parse(document.querySelector("#data")!.textContent!);
    for (const [at, text] of fakeTexts(model).entries()) {
      const bytes = Uint8Array.from(atob(data.texts[at].bytes), (c) => c.charCodeAt(0));
      const weights = text.patterns.flat().flatMap((matrix) => [...matrix]);
      expect(bytes).toHaveLength(weights.length);
      const worst = weights.reduce((most, weight, i) => Math.max(most, Math.abs((bytes[i]! / 255) ** 2 - weight)), 0);
      expect(worst).toBeLessThan(0.004);
    }
  });

  it("has a script that parses", () => {
    const script = [...html.matchAll(/<script>([\s\S]*?)<\/script>/g)].at(-1)![1]!;
    expect(() => new Function(script)).not.toThrow();
  });
});

it("what a model or a text says cannot become markup", () => {
  const report = fakeReport(single);
  const evil = "</script><img src=x>";
  const html = reportPage({ ...report, model: { ...report.model, id: evil }, notes: [{ code: "text", text: evil }] }, [
    fakeText(single, [evil, "b"]),
  ]);
  expect(html).not.toContain("<img");
});

it("needs no examples", () => {
  const html = reportPage(fakeReport(uneven), []);
  expect(html).not.toContain("<headwise-pattern");
  expect(tagErrors(markup(html))).toEqual([]);
});

it("a picture's page is well-formed and loads nothing", () => {
  const page = lookPage(headGrid(fakeSites(uneven, uneven.texts[2]!), { weighting: "raw" }), "a & b <c>");
  expect(tagErrors(markup(page))).toEqual([]);
  expect(page.match(/https?:[^"]*/g)).toEqual(["http://www.w3.org/2000/svg"]);
});
