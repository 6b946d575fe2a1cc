import { gunzipSync } from "node:zlib";
import { parseHTML } from "linkedom";
import { describe, expect, it } from "vitest";
import { reportSchema } from "../../../src/heads/report/schema.ts";
import { shownAs } from "../../../src/view/chart/colors.ts";
import { headGrid } from "../../../src/view/chart/pattern.ts";
import { lookPage } from "../../../src/view/page/page.ts";
import { reportPage } from "../../../src/view/report/report-page.ts";
import { tellingHeads } from "../../../src/view/report/short-edition.ts";
import { deep, type FakeModel, fakeReport, fakeSites, fakeText, fakeTexts, single, small, uneven } from "../fake.ts";
import { tagErrors } from "../well-formed.ts";

const models: [string, FakeModel][] = Object.entries({ small, deep, uneven, single });
/** The page without what is not markup: its doctype, styles and scripts. */
const markup = (html: string) =>
  html.replace(/<!doctype html>/, "").replace(/<(style|script)([^>]*)>[\s\S]*?<\/\1>/g, "<$1$2></$1>");

/** The bytes that a page's script unpacks: similarities, patterns of the texts, and the details of heads that are not on the page. */
function unpacked(document: Document, model: FakeModel) {
  const { heads, texts, bytes } = JSON.parse(document.querySelector("#data")!.textContent!);
  const all = gunzipSync(Buffer.from(bytes, "base64"));
  const pairs = heads.length * (heads.length - 1);
  const sizes = fakeTexts(model).map(({ tokens }) => heads.length * tokens.length ** 2);
  const starts = sizes.map((_, k) => pairs + sizes.slice(0, k).reduce((a, b) => a + b, 0));
  const end = pairs + sizes.reduce((a, b) => a + b, 0);
  return {
    texts: texts.map(({ tokens }: { tokens: string[] }, k: number) => ({
      tokens,
      weights: all.subarray(starts[k]!, starts[k]! + sizes[k]!),
    })),
    details: JSON.parse(all.subarray(end).toString()) as string[],
  };
}

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
    const { texts } = unpacked(document, model);
    for (const [at, text] of fakeTexts(model).entries()) {
      const bytes = texts[at]!.weights;
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

it.each([
  ["few heads", small],
  ["many heads", deep],
])("a page of %s has the details of each head once, on the page or packed", (_, model) => {
  const report = fakeReport(model);
  const { document } = parseHTML(reportPage(report, fakeTexts(model), "elements"));
  const { details } = unpacked(document, model);
  const sections = [...document.querySelectorAll("section.head")];
  for (const section of sections.filter((one) => one.hasAttribute("data-place"))) {
    section.insertAdjacentHTML("beforeend", details[Number(section.getAttribute("data-place"))]!);
  }
  expect(details).toHaveLength(model === deep ? report.heads.length : 0);
  for (const [place, section] of sections.entries()) {
    expect(section.querySelectorAll(".finding")).toHaveLength(1);
    expect(section.querySelectorAll(".scores tbody tr")).toHaveLength(Object.keys(report.heads[place]!.scores).length);
    expect(section.querySelectorAll(`headwise-pattern[data-head="${place}"]`)).toHaveLength(2);
  }
  const ids = new Set([...document.querySelectorAll("[id]")].map((element) => element.id));
  for (const link of document.querySelectorAll("a")) expect(ids).toContain(link.getAttribute("href")!.slice(1));
});

it("the short edition has the strongest head of each label", () => {
  const { heads } = fakeReport(small);
  const telling = [...tellingHeads(heads)].map((place) => heads[place]!);
  expect(telling.length).toBeGreaterThan(5);
  expect(telling.length).toBeLessThanOrEqual(8);
  expect(new Set(telling.map(shownAs)).size).toBe(telling.length);
  for (const head of telling) {
    const name = shownAs(head);
    const strengths = heads.filter((other) => shownAs(other) === name).map(({ scores }) => scores[name]!.value);
    expect(head.scores[name]!.value).toBe(Math.max(...strengths));
  }
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
