import { DOMParser } from "linkedom";
import { describe, expect, it } from "vitest";
import { pooled } from "../../../src/view/chart/heat.ts";
import { headGrid, headPattern } from "../../../src/view/chart/pattern.ts";
import { wrapped } from "../../../src/view/chart/standalone.ts";
import { svgToPng } from "../../../src/view/page/png.node.ts";
import { deep, type FakeModel, fakeLabel, fakeSites, fakeTranslation, single, small, uneven } from "../fake.ts";
import { tagErrors } from "../well-formed.ts";

const models: [string, FakeModel][] = Object.entries({ small, deep, uneven, single });
const sitesOf = (model: FakeModel) => fakeSites(model, model.texts[0]!);
const places = (model: FakeModel) =>
  model.heads.flatMap((heads, layer) => Array.from({ length: heads }, (_, head) => `${layer}.${head}`));
const labelsOf = (model: FakeModel) => (head: string) => {
  const [layer, h] = head.split(".").map(Number);
  return fakeLabel(model, layer!, h!);
};
const ABC = ["a", "b", "c"];
const namesIn = (svg: string) => [...svg.matchAll(/font-size="11">(\d+\.\d+)<\/text>/g)].map((match) => match[1]);

describe("the grid of heads", () => {
  it.each(models)("of the %s model shows every head once, in order", (_, model) => {
    expect(namesIn(headGrid(sitesOf(model), { weighting: "raw" }))).toEqual(places(model));
  });

  it.each(models)("of the %s model is well-formed and standalone", (_, model) => {
    const svg = headGrid(sitesOf(model), { weighting: "norm", labels: labelsOf(model) });
    expect(tagErrors(svg)).toEqual([]);
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg"/);
    expect(svg.match(/https?:/g)).toHaveLength(1);
  });

  it("says that a layer has no heads", () => {
    expect(headGrid(sitesOf(uneven), { weighting: "raw" })).toContain("layer 1 has no heads");
  });

  it("of one layer keeps the names of its heads", () => {
    expect(namesIn(headGrid(sitesOf(uneven).slice(2, 3), { weighting: "raw" }))[0]).toBe("2.0");
  });

  it("stays below 1.5 MB with 72 maps of 30 × 30", () => {
    const sites = fakeSites(small, [...small.texts[1]!, ...small.texts[0]!].slice(0, 30));
    expect(headGrid(sites, { weighting: "raw" }).length).toBeLessThan(1.5e6);
  });

  it("draws each weight's step where it is", () => {
    const grid = headGrid(
      [{ site: "0", rows: ABC, columns: ABC, patterns: [Float32Array.of(1, 0, 0, 0.25, 0.25, 0.5, 0, 0, 1)] }],
      { weighting: "raw" },
    );
    expect(grid).toContain('class="s16" d="M0 0h1M2 2h1"');
    expect(grid).toContain('class="s8" d="M0 1h2"');
  });
});

describe("one head large", () => {
  it.each(models)("of the %s model is well-formed", (_, model) => {
    expect(tagErrors(headPattern(sitesOf(model)[0]!, 0, { weighting: "raw", label: "self" }))).toEqual([]);
  });

  it("says what every cell is, escaped", () => {
    const svg = headPattern(sitesOf(single)[0]!, 0, { weighting: "raw" });
    const cells = [...new DOMParser().parseFromString(svg, "image/svg+xml").querySelectorAll("rect > title")];
    expect(cells).toHaveLength(25);
    expect(svg).toMatch(/<title>&lt;s&gt; → &amp; 0\.\d\d<\/title>/);
    expect(svg).not.toContain("<s>");
  });

  it("names tokens without the marks of their vocabulary", () => {
    const svg = headPattern(sitesOf(deep)[1]!, 1, { weighting: "raw" });
    expect(svg).toContain(">cab</text>");
    expect(svg).not.toMatch(/[Ġ▁]/u);
  });

  it("refuses a head that is not there", () => {
    expect(() => headPattern(sitesOf(uneven)[1]!, 0, { weighting: "raw" })).toThrow(
      "there is no head 1.0; choose one of the 0 heads of layer 1",
    );
  });
});

describe("a text with its translation", () => {
  const [source, target] = [
    ["two", "dogs", "run", "</s>"],
    ["<pad>", "zwei", "Hunde"],
  ];
  const sites = fakeTranslation(2, source!, target!);
  const heat = (name: string) => {
    const svg = new DOMParser().parseFromString(headGrid(sites, { weighting: "raw" }), "image/svg+xml");
    const group = [...svg.querySelectorAll("g")].find((one) => one.querySelector("title")?.textContent === name)!;
    const box = group.querySelector("rect.w0")!;
    return [box.getAttribute("width"), box.getAttribute("height")].map(Number) as [number, number];
  };

  it("is drawn with every head, under source and target", () => {
    const svg = headGrid(sites, { weighting: "raw" });
    expect(tagErrors(svg)).toEqual([]);
    for (const name of ["encoder.0.1", "decoder.0.0", "cross.0.1"]) expect(svg).toContain(`>${name}</text>`);
    expect(svg).toContain(">source: two dogs run &lt;/s&gt;</text>");
    expect(svg).toContain(">target: &lt;pad&gt; zwei Hunde</text>");
    expect(headGrid(sites.slice(1, 2), { weighting: "raw" })).not.toContain("source: ");
  });

  it("has maps with a column for each key and a row for each query", () => {
    expect(new Set([...heat("encoder.0.0"), ...heat("decoder.0.1")]).size).toBe(1);
    const [width, height] = heat("cross.0.0");
    expect(height / width).toBeCloseTo(3 / 4, 1);
  });

  it("has a cell for each pair in a head's picture, queries before keys", () => {
    const svg = headPattern(sites[2]!, 1, { weighting: "raw" });
    expect(tagErrors(svg)).toEqual([]);
    const cells = [...new DOMParser().parseFromString(svg, "image/svg+xml").querySelectorAll("rect > title")];
    expect(cells.map(({ textContent }) => textContent!.replace(/ [\d.]+$/, ""))).toEqual(
      target!.flatMap((query) => source!.map((key) => `${query} → ${key}`)),
    );
  });

  it("is reduced on the longer side only", () => {
    const long = Array.from({ length: 97 }, (_, k) => `w${k}`);
    const site = fakeTranslation(1, long, target!)[2]!;
    expect(tagErrors(headPattern(site, 0, { weighting: "raw" }))).toEqual([]);
    expect(pooled({ matrix: site.patterns[0]!, rows: 3, columns: 97 }, 48)).toMatchObject({ rows: 3, columns: 48 });
    expect(headGrid([site], { weighting: "raw" })).toMatch(/class="heat" transform="[^"]*scale\([\d.]+ [\d.]+\)"/);
  });
});

it("a picture can be made a PNG", async () => {
  const png = await svgToPng(headGrid(sitesOf(single), { weighting: "raw" }), 1);
  expect([...png.subarray(1, 4)].map((byte) => String.fromCharCode(byte)).join("")).toBe("PNG");
});

describe("arcs", () => {
  const site = { site: "2", rows: ABC, columns: ABC, patterns: [Float32Array.of(1, 0, 0, 0.25, 0.75, 0, 0.04, 0, 0.96)] };
  const documentOf = (svg: string) => new DOMParser().parseFromString(svg, "image/svg+xml");
  const ends = (svg: string): number[][] =>
    [...documentOf(svg).querySelectorAll("g.arcs path")].flatMap((path) =>
      path
        .getAttribute("d")!
        .split("M")
        .slice(1)
        .map((d: string) => d.match(/-?[\d.]+/g)!.map(Number))
        .map((numbers: number[]) => [numbers[1]!, numbers.at(-1)!]),
    );

  it("join each query at the left with its keys at the right, from a weight of 0.05", () => {
    const svg = headPattern(site, 0, { weighting: "raw", drawing: "arcs" });
    expect(tagErrors(svg)).toEqual([]);
    const rows = ends(svg).map(([from, to]) => [Math.floor(from! / 22), Math.floor(to! / 22)].join(">"));
    expect(rows.sort()).toEqual(["0>0", "1>0", "1>1", "2>2"]);
    expect(svg).toContain("left: query token · right: key token");
    expect(svg).toContain("attention weight, from 0.05");
  });

  it("are wider for larger weights", () => {
    const paths = [...documentOf(headPattern(site, 0, { weighting: "raw", drawing: "arcs" })).querySelectorAll("g.arcs path")];
    const widths = paths.map((path) => Number(path.getAttribute("stroke-width")));
    expect(widths).toEqual([...widths].sort((a, b) => a - b));
    expect(new Set(widths).size).toBe(3); // 0.96 and 1 share a step
  });

  it.each(models)("of all heads of the %s model are well-formed, and within their boxes", (_, model) => {
    const svg = headGrid(sitesOf(model), { weighting: "norm", drawing: "arcs" });
    expect(tagErrors(svg)).toEqual([]);
    expect(namesIn(svg)).toEqual(places(model));
    for (const group of documentOf(svg).querySelectorAll("g > title ~ g.arcs")) {
      const height = Number(group.parentElement!.querySelector("rect.w0")!.getAttribute("height"));
      const numbers = [...group.querySelectorAll("path")].flatMap((path) =>
        path
          .getAttribute("d")!
          .match(/-?[\d.]+/g)!
          .map(Number),
      );
      expect(Math.max(...numbers.filter((_, k) => k % 2 === 1))).toBeLessThanOrEqual(height);
    }
  });
});

describe("a title", () => {
  it("is wrapped, and what is below moves down", () => {
    const short = headPattern(sitesOf(single)[0]!, 0, { weighting: "raw", title: "short" });
    const long = headPattern(sitesOf(single)[0]!, 0, { weighting: "raw", title: "a name of a model ".repeat(8).trim() });
    const height = (svg: string) => Number(/height="(\d+)"/.exec(svg)![1]);
    expect(height(long) - height(short)).toBe(3 * 22);
    expect(long).not.toContain("a name of a model ".repeat(3));
  });

  it.each([
    ["", [""]],
    ["one two three", ["one two", "three"]],
    ["exactly8 x", ["exactly8", "x"]],
    ["aVeryLongWord b", ["aVeryLon", "gWord b"]],
    ["日本語日本語日本語", ["日本語日本語日本", "語"]],
  ])("%j is wrapped to eight characters", (text, lines) => {
    expect(wrapped(text, 8)).toEqual(lines);
  });
});
