/** Every chart and pattern, on every page of the lab and of commands, saves as a picture of what it shows. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type BuiltElements, buildElements } from "./built-elements.ts";
import { PAGES } from "./made-pages.ts";
import { type LabPlace, openLab } from "./place.ts";

/** Saves the figures in view, and checks what is in them; returns their names. */
async function checkFigures(page: Page, most = 4): Promise<string[]> {
  const made = await page.evaluate(async (limit) => {
    const figures = [...document.querySelectorAll("headwise-figure")].filter((one) => one.getBoundingClientRect().width > 0);
    const results = [];
    for (const figure of figures.slice(0, limit)) {
      const svg = await figure.svg();
      const parsed = new DOMParser().parseFromString(svg, "image/svg+xml");
      const bitmap = await createImageBitmap(await figure.png());
      const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
      const context = canvas.getContext("2d")!;
      context.drawImage(bitmap, 0, 0);
      const pixels = new Uint32Array(context.getImageData(0, 0, bitmap.width, bitmap.height).data.buffer);
      const root = parsed.documentElement;
      results.push({
        name: figure.name,
        fault: parsed.querySelector("parsererror")?.textContent ?? "",
        left: /var\(|light-dark|class=|currentcolor/i.exec(svg)?.[0] ?? "",
        size: [root.getAttribute("width"), root.getAttribute("height")].map(Number),
        png: [bitmap.width, bitmap.height],
        colors: new Set(pixels).size,
      });
    }
    return { results, count: figures.length };
  }, most);
  for (const { name, fault, left, size, png, colors } of made.results) {
    expect([fault, left], name).toEqual(["", ""]);
    const scale = Math.min(2, 8192 / Math.max(...size));
    expect(png, name).toEqual(size.map((side) => Math.round(scale * side)));
    expect(colors, name).toBeGreaterThan(3);
  }
  return made.results.map(({ name }) => name);
}

/** Charts and patterns outside any figure. */
const outside = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const drawn = "svg[role=img], svg[role=group], headwise-pattern, headwise-arcs, headwise-head-grid, headwise-head-map";
    const more = "headwise-head-pairs, headwise-layer-curves, table.overview, table.head-map";
    return [...document.querySelectorAll(`${drawn}, ${more}`)]
      .filter((one) => one.getBoundingClientRect().width > 120 && !one.closest("headwise-figure"))
      .map((one) => `${one.localName} ${one.getAttribute("aria-label") ?? ""}`);
  });

describe("in the lab", () => {
  let lab: LabPlace;
  beforeAll(async () => {
    lab = await openLab();
  });
  afterAll(() => lab?.close());

  it.each([
    ["look", "light"],
    ["off", "dark"],
    ["heads", "light"],
    ["cut", "dark"],
    ["subspaces", "light"],
    ["train", "dark"],
    ["why", "light"],
  ] as const)("page %s, %s: no chart or pattern is without a button that saves it", async (name, colorScheme) => {
    const page = await lab.open(`?page=${name}&model=builtin:relations-8`, { colorScheme, reducedMotion: "reduce" });
    await page.locator("headwise-figure").first().waitFor();
    await expect.poll(async () => (await page.locator(".status").textContent())!.trim()).toBe("ready");
    expect(await checkFigures(page)).not.toEqual([]);
    expect(await outside(page)).toEqual([]);
    await page.close();
  });

  it("saves a head by the keyboard, with its words, its own colors, and no controls", async () => {
    const page = await lab.open("?model=builtin:relations-8&text=some+drummer+shakes+nobody&heads=1.2&view=matrix");
    const summary = page.locator("headwise-figure").first().locator("summary");
    const saved = async (kind: string) => {
      await summary.focus();
      await page.keyboard.press("Enter");
      const [file] = await Promise.all([
        page.waitForEvent("download"),
        page.getByRole("button", { name: kind, exact: true }).press("Enter"),
      ]);
      return { name: file.suggestedFilename(), bytes: readFileSync(await file.path()) };
    };
    const svg = await saved("SVG");
    expect(svg.name).toBe("head-1.2.svg");
    const text = svg.bytes.toString("utf8");
    expect(text).toContain(">Head 1.2</text>");
    expect(text).not.toContain(">all</text>");
    const [, width] = /<image[^>]* width="([\d.]+)"/.exec(text)!;
    const png = Buffer.from(/data:image\/png;base64,([^"]+)"/.exec(text)![1]!, "base64");
    expect(png.readUInt32BE(16)).toBeGreaterThanOrEqual(4 * Number(width) - 4);
    const picture = await saved("PNG");
    expect(picture.name).toBe("head-1.2.png");
    expect([...picture.bytes.subarray(1, 4)]).toEqual([..."PNG"].map((letter) => letter.charCodeAt(0)));
    await page.close();
  });

  it("saves what is scrolled out of view, and leaves the page as it was", async () => {
    const page = await lab.open("?model=builtin:relations-8", { viewport: { width: 390, height: 700 } });
    const grid = page.locator("headwise-figure[name], headwise-figure").last();
    await grid.locator("canvas").first().waitFor();
    const found = await grid.evaluate(async (figure) => {
      const element = figure.querySelector("headwise-head-grid")!;
      const sizes = () => [...element.shadowRoot!.querySelectorAll("canvas")].map(({ width }) => width);
      await element.drawn;
      const before = sizes();
      const svg = await (figure as HTMLElement & { svg(): Promise<string> }).svg();
      await element.drawn;
      return { images: svg.match(/<image /g)!.length, before, after: sizes() };
    });
    expect(found.images).toBe(16);
    expect(found.after.length).toBe(found.before.length);
    await page.close();
  });
});

describe("on pages that commands write", () => {
  let built: BuiltElements;
  beforeAll(async () => {
    built = await buildElements();
  });
  afterAll(() => built?.close());

  it.each(
    Object.keys(PAGES).filter((name) => !/pattern/.test(name)),
  )("page of %s: no chart or pattern is without a button that saves it", async (name) => {
    const file = join(built.folder, `${name}.html`);
    writeFileSync(file, PAGES[name]!(built.elements));
    const page = await built.browser.newPage({ viewport: { width: 1280, height: 900 } });
    const problems: string[] = [];
    page.on("pageerror", ({ message }) => problems.push(message));
    page.on("console", (message) => message.type() === "error" && problems.push(message.text()));
    await page.goto(pathToFileURL(file).href);
    await page.waitForTimeout(500);
    expect(await checkFigures(page, 6)).not.toEqual([]);
    expect(await outside(page)).toEqual([]);
    expect(problems).toEqual([]);
    await page.close();
  });
});
