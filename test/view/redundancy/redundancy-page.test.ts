import { parseHTML } from "linkedom";
import { describe, expect, it } from "vitest";
import { MEASURES, type Redundancy, redundancySchema } from "../../../src/heads/redundancy/redundancy-schema.ts";
import { classicalScaling } from "../../../src/heads/redundancy/scaling.ts";
import { averageLinkage, clustersAt } from "../../../src/stats/linkage.ts";
import { redundancyPage } from "../../../src/view/redundancy/redundancy-page.ts";
import { redundancyText } from "../../../src/view/terminal/terminal-redundancy.ts";
import { deep, type FakeModel, fakeReport, single, small, uneven } from "../fake.ts";
import { tagErrors } from "../well-formed.ts";

/** A comparison of a fake model's heads: the fake patterns in every measure, and two findings of each kind. */
function fakeRedundancy(model: FakeModel): Redundancy {
  const { schema, layers, relations, similarity, heads, ...rest } = fakeReport(model);
  const { matrix } = similarity;
  const alike = matrix.map((row, a) => row.map((d, b) => (a === b ? 1 : Math.round(1e4 * (1 - d)) / 1e4)));
  const others = MEASURES.filter((measure) => measure !== "patterns");
  const matrices = { patterns: matrix, ...Object.fromEntries(others.map((measure) => [measure, alike])) };
  const tree = averageLinkage(matrix);
  const clusters = clustersAt(tree, 0.4);
  const { points, share } = classicalScaling(matrix);
  const [a, b] = [heads[0]!, heads.at(-1)!].map(({ layer, head }) => ({ layer, head })) as [
    Redundancy["noise"][number],
    Redundancy["noise"][number],
  ];
  const many = heads.length > 1;
  return {
    ...{ ...rest, schema: "headwise.redundancy/2" },
    heads: heads.map(({ layer, head, keyValueHead, label }, k) => {
      return { layer, head, keyValueHead, label, cluster: clusters[k]!, x: points[k]![0], y: points[k]![1] };
    }),
    matrices: matrices as Redundancy["matrices"],
    baselines: { subspaces: 0.083, compositions: 0.051, outputs: 0.71 },
    samples: { rows: 3001, tokens: 2048 },
    compositions: many ? (["q", "k", "v"] as const).map((kind) => ({ kind, from: a, to: b, score: 0.21 })) : [],
    clusters: {
      ...{ distance: "sqrt-js", linkage: "average", cut: 0.4, count: new Set(clusters).size },
      ...{ merges: [...tree.merges], order: [...tree.order] },
    },
    map: { method: "classical-scaling", distance: "sqrt-js", share },
    thresholds: { patterns: 0.1, outputs: 0.9 },
    twins: many ? [{ a, b, patterns: 0.03, outputs: 0.97, qk: 0.2, ov: -0.4 }] : [],
    noise: [b],
  };
}

const models: [string, FakeModel][] = Object.entries({ small, deep, uneven, single });
/** The page without what is not markup: its doctype, styles and scripts. */
const markup = (html: string) =>
  html.replace(/<!doctype html>/, "").replace(/<(style|script)([^>]*)>[\s\S]*?<\/\1>/g, "<$1$2></$1>");

describe.each(models)("the page of the %s model", (_, model) => {
  const result = fakeRedundancy(model);
  const html = redundancyPage(result);
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
