import { DOMParser } from "linkedom";
import { describe, expect, it } from "vitest";
import { headGrid, headPattern } from "../../../src/view/chart/pattern.ts";
import { svgToPng } from "../../../src/view/page/png.node.ts";
import { deep, type FakeModel, fakeLabel, fakeText, single, small, uneven } from "../fake.ts";
import { tagErrors } from "../well-formed.ts";

const models: [string, FakeModel][] = Object.entries({ small, deep, uneven, single });
const textOf = (model: FakeModel) => fakeText(model, model.texts[0]!);
const places = (model: FakeModel) =>
  model.heads.flatMap((heads, layer) => Array.from({ length: heads }, (_, head) => `${layer}.${head}`));
const namesIn = (svg: string) => [...svg.matchAll(/font-size="11">(\d+\.\d+)<\/text>/g)].map((match) => match[1]);

describe("the grid of heads", () => {
  it.each(models)("of the %s model shows every head once, in order", (_, model) => {
    expect(namesIn(headGrid(textOf(model), { weighting: "raw" }))).toEqual(places(model));
  });

  it.each(models)("of the %s model is well-formed and standalone", (_, model) => {
    const svg = headGrid(textOf(model), { weighting: "norm", labels: (layer, head) => fakeLabel(model, layer, head) });
    expect(tagErrors(svg)).toEqual([]);
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg"/);
    expect(svg.match(/https?:/g)).toHaveLength(1);
  });

  it("says that a layer has no heads", () => {
    expect(headGrid(textOf(uneven), { weighting: "raw" })).toContain("layer 1 has no heads");
  });

  it("can be cut to one layer, or to one head of each layer", () => {
    expect(namesIn(headGrid(textOf(uneven), { weighting: "raw", layer: 0 }))).toEqual(["0.0", "0.1", "0.2"]);
    expect(namesIn(headGrid(textOf(uneven), { weighting: "raw", head: 2 }))).toEqual(["0.2", "2.2"]);
  });

  it("stays below 1.5 MB with 72 maps of 30 × 30", () => {
    const text = fakeText(small, [...small.texts[1]!, ...small.texts[0]!].slice(0, 30));
    expect(headGrid(text, { weighting: "raw" }).length).toBeLessThan(1.5e6);
  });

  it("draws each weight's step where it is", () => {
    const grid = headGrid(
      { tokens: ["a", "b", "c"], patterns: [[Float32Array.of(1, 0, 0, 0.25, 0.25, 0.5, 0, 0, 1)]] },
      { weighting: "raw" },
    );
    expect(grid).toContain('class="s16" d="M0 0h1M2 2h1"');
    expect(grid).toContain('class="s8" d="M0 1h2"');
  });
});

describe("one head large", () => {
  it.each(models)("of the %s model is well-formed", (_, model) => {
    expect(tagErrors(headPattern(textOf(model), 0, 0, { weighting: "raw", label: "self" }))).toEqual([]);
  });

  it("says what every cell is, escaped", () => {
    const svg = headPattern(textOf(single), 0, 0, { weighting: "raw" });
    const cells = [...new DOMParser().parseFromString(svg, "image/svg+xml").querySelectorAll("rect > title")];
    expect(cells).toHaveLength(25);
    expect(svg).toMatch(/<title>&lt;s&gt; → &amp; 0\.\d\d<\/title>/);
    expect(svg).not.toContain("<s>");
  });

  it("names tokens without the marks of their vocabulary", () => {
    const svg = headPattern(textOf(deep), 1, 1, { weighting: "raw" });
    expect(svg).toContain(">cab</text>");
    expect(svg).not.toMatch(/[Ġ▁]/u);
  });

  it("refuses a head that is not there", () => {
    expect(() => headPattern(textOf(uneven), 1, 0, { weighting: "raw" })).toThrow("there is no head 1.0; layer 1 has 0 heads");
  });
});

it("a picture can be made a PNG", async () => {
  const png = await svgToPng(headGrid(textOf(single), { weighting: "raw" }), 1);
  expect([...png.subarray(1, 4)].map((byte) => String.fromCharCode(byte)).join("")).toBe("PNG");
});
