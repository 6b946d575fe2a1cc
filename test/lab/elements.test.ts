/** The elements in a real browser under a strict policy: colours of pixels, events by mouse and by keyboard, no violation. */
import axe from "axe-core";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { ensureChromium } from "../../scripts/chromium.mjs";
import { channels, weightLevel, weightRamp } from "../../src/view/chart/colors.ts";
import { madeHeads, madePattern } from "./made-heads.ts";
import { openSite, type Site } from "./site.ts";

let site: Site;
let browser: Browser;
let page: Page;
const problems: string[] = [];

beforeAll(async () => {
  const executablePath = ensureChromium();
  site = await openSite();
  browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-quic", "--no-first-run"] });
  page = await openPage("light", 900);
});
afterAll(async () => {
  await browser?.close();
  await site?.close();
});
afterEach(() => expect(problems).toEqual([]));

async function openPage(colorScheme: "light" | "dark", width: number): Promise<Page> {
  const opened = await browser.newPage({ colorScheme, viewport: { width, height: 800 } });
  opened.on("pageerror", (error) => problems.push(error.message));
  opened.on("console", (message) => message.type() === "error" && problems.push(message.text()));
  await opened.goto(site.origin);
  await opened.waitForFunction(() => "showAll" in globalThis);
  return opened;
}

/** One element alone in the page, its properties set and its events kept. */
async function show(name: string, properties: object, on = page): Promise<void> {
  const plain = Object.entries(properties).map(([key, value]) => [key, value instanceof Float32Array ? [...value] : value]);
  await on.evaluate(
    async ([name, properties]) => {
      const element = document.createElement(name);
      globalThis.told = [];
      for (const event of ["head-pick", "pair-pick", "pattern-edit", "token-pick"]) {
        element.addEventListener(event, ({ detail }: CustomEventInit) => globalThis.told.push([event, detail]));
      }
      document.body.replaceChildren(Object.assign(element, properties));
      await (element as HTMLElement & { drawn?: Promise<void>; updateComplete: Promise<unknown> }).updateComplete;
      await (element as HTMLElement & { drawn?: Promise<void> }).drawn;
    },
    [name, Object.fromEntries(plain)] as const,
  );
}
declare global {
  var told: unknown[];
}
const heard = () => page.evaluate(() => globalThis.told.splice(0));

/** Heads as JSON has them: the page's own lists of numbers. */
const plainHeads = (layers: number, heads: number, n: number) =>
  madeHeads(layers, heads, n).map((head) => ({ ...head, pattern: [...(head.pattern as Float32Array)] }));

/** The colour at a place of the element's first canvas, in CSS pixels. */
const pixelAt = (on: Page, x: number, y: number, nth = 0): Promise<number[]> =>
  on.evaluate(
    ([x, y, nth]) => {
      const canvas = document.body.firstElementChild!.shadowRoot!.querySelectorAll("canvas")[nth]!;
      return [...canvas.getContext("2d")!.getImageData(x, y, 1, 1).data.slice(0, 3)];
    },
    [x, y, nth] as const,
  );
const colorOf = (weight: number, scheme: "light" | "dark" = "light") => channels(weightRamp(scheme)[weightLevel(weight)]!);

it("a small map's pixels are the ramp's colours of the weights; a long text's keep the largest weight", async () => {
  const weights = [0, 0.25, 1, 0.03];
  const long = Array.from({ length: 997 * 997 }, (_, k) => (k === 500 * 997 + 700 ? 1 : 0));
  const heads = [
    { name: "0.0", layer: 0, head: 0, pattern: weights, rows: 2, columns: 2 },
    { name: "0.1", layer: 0, head: 1, pattern: long, rows: 997, columns: 997 },
  ];
  await show("headwise-head-grid", { heads, size: 64 });
  for (const [k, weight] of weights.entries()) expect(await pixelAt(page, k % 2, k >> 1)).toEqual(colorOf(weight));
  expect(await pixelAt(page, Math.floor((700 * 64) / 997), Math.floor((500 * 64) / 997), 1)).toEqual(colorOf(1));
  expect(await pixelAt(page, 3, 3, 1)).toEqual(colorOf(0));
});

it("a head is picked by mouse, by Enter and by Space; arrows move the one tab stop; what is off is said", async () => {
  await show("headwise-head-grid", { heads: plainHeads(3, 5, 7).filter(({ layer }) => layer !== 1), off: ["0.1"] });
  await page.getByRole("button", { name: "head 0.1, positional, off" }).click({ modifiers: ["Shift"] });
  expect(await heard()).toEqual([["head-pick", { name: "0.1", layer: 0, head: 1, additive: true }]]);
  for (const key of ["ArrowDown", "ArrowRight", "Enter", "End", "Space", "Control+Home", "Shift+Enter"])
    await page.keyboard.press(key);
  expect(await heard()).toEqual([
    ["head-pick", { name: "2.2", layer: 2, head: 2, additive: false }],
    ["head-pick", { name: "2.4", layer: 2, head: 4, additive: false }],
    ["head-pick", { name: "0.0", layer: 0, head: 0, additive: true }],
  ]);
  expect(await page.locator("[tabindex='0']").count()).toBe(1);
  await expect(page.getByText("no heads").count()).resolves.toBe(1);
});

it("of 144 heads of 512 tokens each is drawn once at most, and none again when another is selected", async () => {
  const painted = await page.evaluate(async () => {
    const [heads, grid] = [globalThis.makeHeads(12, 12, 512), document.createElement("headwise-head-grid")];
    document.body.replaceChildren(grid);
    await grid.drawn;
    const paint = CanvasRenderingContext2D.prototype.putImageData;
    let count = 0;
    CanvasRenderingContext2D.prototype.putImageData = function (...args: unknown[]) {
      count++;
      return (paint as (...args: unknown[]) => void).apply(this, args);
    };
    grid.heads = heads;
    await grid.drawn;
    const first = count;
    grid.selected = ["0.1"];
    await grid.drawn;
    CanvasRenderingContext2D.prototype.putImageData = paint;
    return { first, again: count - first };
  });
  expect(painted.first).toBeGreaterThan(0);
  expect(painted.first).toBeLessThanOrEqual(144);
  expect(painted.again).toBe(0);
});

it("maps of a grid that come into view are drawn, to the last", async () => {
  const painted = await page.evaluate(async () => {
    const grid = document.querySelector("headwise-head-grid")!;
    for (let at = 0; at <= document.documentElement.scrollHeight; at += 200) {
      document.documentElement.scrollTop = at;
      await new Promise((frame) => requestAnimationFrame(frame));
      await grid.drawn;
    }
    const canvases = [...(grid.shadowRoot ?? grid).querySelectorAll("canvas")];
    const inked = canvases.map((own) =>
      own
        .getContext("2d")!
        .getImageData(0, 0, own.width, own.height)
        .data.some((x) => x > 0),
    );
    return { canvases: canvases.length, inked: inked.filter(Boolean).length };
  });
  expect(painted).toEqual({ canvases: 144, inked: 144 });
});

const TOKENS = ["the", "##re", "a", "b", "c"];

/** The picture's own sizes: where a cell's corner is, in CSS pixels of the canvas. */
const CELL = 36;
const corner = { x: 3 + Math.round(4 * 7.4 + 14), y: 3 + Math.round(4 * 7.4 + 14) };

it.each([
  "light",
  "dark",
] as const)("a pattern's cells have the ramp's colours: %s, by preference and by theme", async (scheme) => {
  const pattern = madePattern("self", 5);
  const dark = await openPage(scheme === "dark" ? "light" : "dark", 900);
  for (const on of [page, dark]) {
    await show("headwise-pattern", { tokens: TOKENS, pattern, theme: scheme }, on);
    for (const [i, j] of [
      [0, 0],
      [1, 0],
      [2, 4],
      [4, 4],
    ] as const) {
      expect(await pixelAt(on, corner.x + j * CELL, corner.y + i * CELL)).toEqual(colorOf(pattern[i * 5 + j]!, scheme));
    }
  }
  await dark.close();
});

it("words: columns of a word are summed, its rows averaged, and the reading says so", async () => {
  const pattern = madePattern("syntactic", 5);
  await show("headwise-pattern", { tokens: TOKENS, pattern, words: [1, 1, 2, 3, 4], grouping: "words" });
  await page.locator("canvas").focus();
  const both = (pattern[0]! + pattern[1]! + pattern[5]! + pattern[6]!) / 2;
  expect(await page.locator("output").textContent()).toBe(`there → there ${both.toFixed(3)}`);
  await page.keyboard.press("ArrowRight");
  expect(await page.locator("output").textContent()).toBe(`there → a ${((pattern[2]! + pattern[7]!) / 2).toFixed(3)}`);
});

it("a weight changes by key, by number and by pulling; the row sums to one", async () => {
  await show("headwise-pattern", { tokens: TOKENS, pattern: madePattern("broad", 5), editable: true });
  const before = await page
    .locator("canvas")
    .evaluate((canvas) => ((canvas.getRootNode() as ShadowRoot).host as HTMLElement & { pattern: number[] }).pattern[6]!);
  await page.locator("canvas").focus();
  for (const key of ["ArrowDown", "ArrowRight", "+", "+", "-"]) await page.keyboard.press(key);
  await page.locator("input").fill("0.9");
  await page.locator("input").press("Enter");
  const box = (await page.locator("canvas").boundingBox())!;
  await page.mouse.move(box.x + corner.x + 2.5 * CELL, box.y + corner.y + 3.5 * CELL);
  await page.mouse.down();
  await page.mouse.move(box.x + corner.x + 2.5 * CELL, box.y + corner.y + 3.5 * CELL - 75);
  await page.mouse.up();
  const edits = ((await heard()) as [string, { row: number; weights: Record<string, number> }][]).map(
    ([, { row, weights }]) => ({
      row,
      weights: Object.values(weights),
    }),
  );
  for (const { weights } of edits) expect(weights.reduce((a, b) => a + b)).toBeCloseTo(1, 5);
  expect(edits.slice(0, 4).map(({ weights }) => weights[1]! - before)).toEqual(
    [0.05, 0.1, 0.05, 0.9 - before].map((d) => expect.closeTo(d, 5)),
  );
  expect(edits.at(-1)).toMatchObject({ row: 3 });
  expect(edits.at(-1)!.weights[2]! - madePattern("broad", 5)[17]!).toBeCloseTo(0.5, 2);
});

it("the wheel zooms the focused picture about the pointer, and a drag pans it", async () => {
  await show("headwise-pattern", {
    tokens: Array.from({ length: 512 }, (_, k) => `t${k}`),
    pattern: Array(512 * 512).fill(1 / 512),
  });
  const box = (await page.locator("canvas").boundingBox())!;
  await page.locator("canvas").focus();
  await page.mouse.move(box.x + 300, box.y + 250);
  const under = await page.locator("output").textContent();
  for (let k = 0; k < 8; k++) await page.mouse.wheel(0, -200);
  await page.mouse.move(box.x + 301, box.y + 250);
  expect(await page.locator("output").textContent()).toBe(under);
  await page.mouse.down();
  await page.mouse.move(box.x + 401, box.y + 350, { steps: 5 });
  await page.mouse.up();
  expect(await page.locator("output").textContent()).toBe(under);
});

it("an overlay multiplies inks: a weight of one in two heads is both colours, a weight of none is paper", async () => {
  const identity = [1, 0, 0, 1];
  await show("headwise-pattern", {
    tokens: ["a", "b"],
    patterns: [identity, [1, 0, 1, 0]],
    combine: "overlay",
    names: ["0.0", "0.1"],
  });
  const start = 3 + Math.round(3 * 7.4 + 14);
  const [blue, vermillion] = [channels("#0072b2"), channels("#d55e00")];
  const both = blue.map((c, k) => Math.round((c * vermillion[k]!) / 255));
  expect(await pixelAt(page, start, start)).toEqual(both);
  expect(await pixelAt(page, start + CELL, start)).toEqual([255, 255, 255]);
  expect(await pixelAt(page, start, start + CELL)).toEqual(vermillion);
  expect(await pixelAt(page, start + CELL, start + CELL)).toEqual(blue);
});

it("arcs: nothing below the threshold, and a token shows its own lines alone with numbers", async () => {
  const pattern = [0.97, 0.03, 0, 0.5, 0.3, 0.2, 0.04, 0.06, 0.9];
  await show("headwise-arcs", { tokens: ["x", "y", "z"], pattern });
  const lines = () =>
    page.evaluate(() =>
      [...document.body.firstElementChild!.shadowRoot!.querySelectorAll("path")]
        .map((p) => p.getAttribute("d")!.split("M").length - 1)
        .reduce((a, b) => a + b, 0),
    );
  expect(await lines()).toBe(6);
  await page.getByRole("group", { name: "queries" }).getByRole("button", { name: "y" }).hover();
  expect(await lines()).toBe(3);
  expect(await page.locator(".weights span").allTextContents()).toEqual([".50", ".30", ".20"]);
  expect(await page.locator("output").textContent()).toBe("y → x 0.500, y 0.300, z 0.200");
  await page.mouse.move(0, 0);
  await page.getByRole("group", { name: "queries" }).getByRole("button").first().focus();
  for (const key of ["ArrowDown", "ArrowDown", "ArrowRight", "Enter"]) await page.keyboard.press(key);
  expect(await page.locator("output").textContent()).toBe("z ← z 0.900, y 0.200");
  expect(await heard()).toEqual([["token-pick", { index: 2, side: "key" }]]);
});

it("curves: a point's place is its value, the table has the numbers, and arrows reach each point", async () => {
  const series = [
    { name: "a", values: [0, 0.5, 1] },
    { name: "b", values: [1, null, 0.25], low: [0.9, null, 0.2], high: [1, null, 0.3] },
  ];
  await show("headwise-layer-curves", { series, title: "Made", unit: "nats" });
  const heights = await page.locator("circle").evaluateAll((points) => points.map((point) => Number(point.getAttribute("cy"))));
  expect(heights[0]! - heights[1]!).toBeCloseTo(heights[1]! - heights[2]!, 6);
  expect(heights[3]).toBe(heights[2]);
  expect(await page.locator("td").allTextContents()).toEqual([
    "0.000",
    "1.000 (0.900 to 1.000)",
    "0.500",
    "–",
    "1.000",
    "0.250 (0.200 to 0.300)",
  ]);
  await page.locator("circle").first().focus();
  for (const key of ["End", "ArrowDown"]) await page.keyboard.press(key);
  expect(
    await page.evaluate(() => document.body.firstElementChild!.shadowRoot!.activeElement!.getAttribute("aria-label")),
  ).toBe("b, layer 2: 0.250 (0.200 to 0.300) nats");
});

it("a map has equal scales; a point is picked by mouse and by keyboard", async () => {
  const points = [
    { name: "0.0", x: 0, y: 0, label: "self" },
    { name: "0.1", x: 3, y: 0, note: "critical" },
    { name: "1.0", x: 0, y: 1, label: "sub-word" },
  ];
  await show("headwise-head-map", { points });
  const places = await page.locator("g.point").evaluateAll((all) =>
    all.map((g) =>
      g
        .getAttribute("transform")!
        .match(/[\d.]+/g)!
        .map(Number),
    ),
  );
  expect((places[1]![0]! - places[0]![0]!) / 3).toBeCloseTo(places[0]![1]! - places[2]![1]!, 6);
  await page.getByRole("button", { name: "head 0.1, critical" }).click();
  for (const key of ["ArrowLeft", "ArrowUp", "Control+Enter"]) await page.keyboard.press(key);
  expect(await heard()).toEqual([
    ["head-pick", { name: "0.1", layer: 0, head: 1, additive: false }],
    ["head-pick", { name: "1.0", layer: 1, head: 0, additive: true }],
  ]);
});

it("pairs are painted in their order and read by pointer and by keyboard; Enter picks", async () => {
  const heads = [{ name: "0.0", label: "self" }, { name: "0.1" }, { name: "1.0", label: "induction" }];
  const values = [0.25, 0.75, -0.5];
  const merges = [
    [0, 2, 0.25],
    [3, 1, 0.6],
  ];
  await show("headwise-head-pairs", { heads, values, merges, order: [0, 2, 1], unit: "cosine", digits: 3 });
  const [weakest, strongest] = [colorOf(0), colorOf(1)];
  expect([await pixelAt(page, 0, 0), await pixelAt(page, 2, 1), await pixelAt(page, 1, 2)]).toEqual([
    strongest,
    weakest,
    weakest,
  ]);
  expect(await pixelAt(page, 0, 1)).toEqual(await pixelAt(page, 1, 0));
  expect(await page.locator("path.tree").count()).toBe(1);
  expect(await page.locator("rect.l-induction").count()).toBe(2);
  const reading = page.locator("output");
  const { width } = (await page.locator("canvas").boundingBox())!;
  await page.locator("canvas").hover({ position: { x: width * 0.9, y: width * 0.1 } });
  expect(await reading.textContent()).toBe("0.0 self  ·  0.1  ·  cosine 0.250");
  await page.locator("canvas").hover({ position: { x: width * 0.5, y: width * 0.5 } });
  expect(await reading.textContent()).toBe("1.0 induction");
  await page.mouse.move(0, 0);
  await page.locator("canvas").focus();
  for (const key of ["ArrowDown", "End"]) await page.keyboard.press(key);
  expect(await reading.textContent()).toBe("1.0 induction  ·  0.1  ·  cosine −0.500");
  await page.keyboard.press("Enter");
  expect(await heard()).toEqual([["pair-pick", { row: "1.0", column: "0.1" }]]);
  await page.evaluate(() => Object.assign(document.querySelector("headwise-head-pairs")!, { order: null, unsigned: true }));
  expect(await page.locator("path.tree").count()).toBe(0);
  expect(await pixelAt(page, 1, 2)).not.toEqual(weakest);
});

/** The readout of the element: its text, its box, and how its text stands out. */
const tipOf = (on: Page) =>
  on.evaluate(() => {
    const tip = document.body.firstElementChild!.shadowRoot!.querySelector<HTMLElement>(".tip")!;
    const { left, top, right, bottom } = tip.getBoundingClientRect();
    const { color, backgroundColor, display } = getComputedStyle(tip);
    return { text: display === "none" ? "" : tip.textContent!, left, top, right, bottom, color, backgroundColor };
  });
const luminance = (color: string): number => {
  const [r, g, b] = [...color.matchAll(/[\d.]+/g)].map(([n]) => (Number(n) / 255) ** 2.2) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const LONG = Array.from({ length: 12 }, (_, k) => `token-${k}`);
const READ: readonly [
  name: string,
  properties: object,
  at: string,
  first: string,
  last: string,
  keys: readonly string[],
  keyed: string,
][] = [
  [
    ...(["headwise-pattern", { tokens: LONG, pattern: Array.from({ length: 144 }, (_, k) => k / 1000) }] as const),
    ...([
      "canvas",
      "token-0 → token-0 0.000",
      "token-11 → token-11 0.143",
      ["ArrowDown", "ArrowRight"],
      "token-1 → token-1 0.013",
    ] as const),
  ],
  [
    ...([
      "headwise-head-grid",
      {
        heads: [{ name: "0.3", layer: 0, head: 3, rows: 2, columns: 2, pattern: [1, 0, 0.25, 0.75], queries: ["a", "b"] }],
        size: 64,
      },
    ] as const),
    ...(["canvas", "0.3 · a → a 1.000", "0.3 · b → b 0.750", [], "0.3 · largest: a → a 1.000"] as const),
  ],
  [
    ...([
      "headwise-head-pairs",
      { heads: [{ name: "0.0" }, { name: "0.1" }], values: [0.25], unit: "cosine", digits: 3 },
    ] as const),
    ...(["canvas", "0.0", "0.1", ["ArrowRight"], "0.0  ·  0.1  ·  cosine 0.250"] as const),
  ],
  [
    ...(["headwise-layer-curves", { series: [{ name: "mean", values: [0.1, 0.2, 0.4] }], unit: "nats" }] as const),
    ...([
      "svg",
      "mean, layer 0: 0.100 nats",
      "mean, layer 2: 0.400 nats",
      ["ArrowRight"],
      "mean, layer 1: 0.200 nats",
    ] as const),
  ],
  [
    ...([
      "headwise-head-map",
      {
        points: [
          { name: "0.0", x: 0, y: 0, label: "self" },
          { name: "2.1", x: 1, y: -1, note: "far" },
        ],
      },
    ] as const),
    ...([".point", "0.0 · self", "2.1 · far", ["End"], "2.1 · far"] as const),
  ],
];
it.each(
  READ.flatMap((one) => [[...one, "light", 900] as const, [...one, "dark", 390] as const]),
)("%s: what is under the pointer or the keyboard is told there, inside the viewport", async (name, properties, at, first, last, keys, keyed, scheme, width) => {
  const on = await openPage(scheme, width);
  await show(name, properties, on);
  const all = await on.locator(at).all();
  const [from, to] = [(await all[0]!.boundingBox())!, (await all.at(-1)!.boundingBox())!];
  const left = name === "headwise-pattern" ? [await plotLeft(on), await plotLeft(on)] : [2, 2];
  for (const [text, x, y] of [
    [first, from.x + left[0]! + 3, from.y + left[1]! + 3],
    [last, to.x + to.width - (name === "headwise-layer-curves" ? 60 : 6), Math.min(795, to.y + to.height - 6)],
  ] as const) {
    await on.mouse.move(x, y);
    const tip = await tipOf(on);
    expect(tip.text).toBe(text);
    const [aside, apart] = [Math.max(tip.left - x, x - tip.right, 0), Math.max(tip.top - y, y - tip.bottom, 0)];
    expect(Math.hypot(aside, name === "headwise-layer-curves" ? 0 : apart)).toBeLessThan(60);
    expect([tip.left >= 0, tip.top >= 0, tip.right <= width, tip.bottom <= 800]).toEqual([true, true, true, true]);
    const [light, dark] = [luminance(tip.color), luminance(tip.backgroundColor)].sort((a, b) => b - a) as [number, number];
    expect((light + 0.05) / (dark + 0.05)).toBeGreaterThan(7);
  }
  await on.mouse.move(0, 799);
  expect((await tipOf(on)).text).toBe("");
  await on.keyboard.press("Tab");
  while (!(await on.evaluate(() => document.activeElement!.shadowRoot?.activeElement?.matches("canvas, .point, [data-row]"))))
    await on.keyboard.press("Tab");
  for (const key of keys) await on.keyboard.press(key);
  const tip = await tipOf(on);
  expect(tip.text).toBe(keyed);
  expect([tip.left >= 0, tip.top >= 0, tip.right <= width, tip.bottom <= 800]).toEqual([true, true, true, true]);
  await on.close();
});

/** Where a pattern's first cell begins, in CSS pixels of the canvas, with names of eight letters. */
const plotLeft = async (on: Page): Promise<number> => {
  const width = await on.evaluate(() => document.body.firstElementChild!.clientWidth);
  return Math.round(Math.min(8 * 7.4 + 14, Math.max(48, width * 0.24)));
};

it("arcs tell how many links are drawn, of how many, and how many of them are read out", async () => {
  const pattern = [0.97, 0.03, 0, 0.5, 0.3, 0.2, 0.04, 0.06, 0.9];
  await show("headwise-arcs", { tokens: ["x", "y", "z"], pattern });
  const caption = page.getByText(/^attention weight, /);
  expect(await caption.textContent()).toBe("attention weight, strongest 6 of 8 links: from 0.05 on");
  await page.getByRole("group", { name: "queries" }).getByRole("button", { name: "y" }).hover();
  expect(await caption.textContent()).toBe("attention weight, all 3 links");
  const tokens = Array.from({ length: 20 }, (_, k) => `t${k}`);
  await show("headwise-arcs", { tokens, pattern: Array(400).fill(0.05) });
  await page.getByRole("group", { name: "queries" }).getByRole("button", { name: "t0" }).hover();
  expect(await page.locator("output").textContent()).toMatch(/ \(strongest 12 of 20 links\)$/);
  await page.mouse.move(0, 799);
});

it("a hostile token is only ever text", async () => {
  const hostile = `<img src=x onerror="globalThis.ran = 1">`;
  const given = { tokens: [hostile, "b"], pattern: [0.5, 0.5, 0.5, 0.5], names: [hostile], label: hostile };
  await show("headwise-arcs", given);
  await show("headwise-pattern", given);
  await page.locator("canvas").focus();
  expect(await page.locator("output").textContent()).toContain(hostile.replaceAll(" ", "␣"));
  await show("headwise-head-grid", {
    heads: [{ name: hostile, layer: 0, head: 0, rows: 1, columns: 1, pattern: [1], label: hostile }],
  });
  await show("headwise-head-map", { points: [{ name: hostile, x: 0, y: 0, label: hostile, note: hostile }] });
  await show("headwise-head-pairs", { heads: [{ name: hostile, label: hostile }], values: [], unit: hostile });
  await show("headwise-layer-curves", { series: [{ name: hostile, values: [1] }], title: hostile, unit: hostile });
  expect(
    await page.evaluate(() => [
      document.images.length,
      document.body.firstElementChild!.shadowRoot!.querySelectorAll("img").length,
      "ran" in globalThis,
    ]),
  ).toEqual([0, 0, false]);
});

it("attributes are enough: JSON in HTML", async () => {
  await page.evaluate(() => {
    document.body.innerHTML = `<headwise-arcs tokens='["a","b"]' pattern="[1,0,0.4,0.6]" threshold="0.5"></headwise-arcs>`;
  });
  expect(await page.locator("button").allTextContents()).toEqual(["a", "b", "a", "b"]);
  expect(await page.locator("path").count()).toBe(2);
});

it.each([
  ["light", 1280],
  ["dark", 1280],
  ["light", 390],
  ["dark", 390],
] as const)("nothing that axe finds fault with, nothing wider than the page: %s, %i pixels", async (scheme, width) => {
  const shown = await openPage(scheme, width);
  await shown.evaluate(() => globalThis.showAll());
  await shown.locator("headwise-head-map g").first().waitFor();
  expect(await shown.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
  await shown.evaluate(axe.source);
  const found = await shown.evaluate(() =>
    (globalThis as unknown as { axe: typeof axe }).axe.run("section > :last-child" as never, {
      rules: { "target-size": { enabled: true } },
    }),
  );
  const summary = found.violations.map(
    ({ id, nodes }) =>
      `${id}: ${nodes
        .slice(0, 3)
        .map(({ html, failureSummary }) => `${html} ${failureSummary}`)
        .join(" | ")}`,
  );
  expect(found.passes.length).toBeGreaterThan(10);
  expect(summary).toEqual([]);
  await shown.close();
});
