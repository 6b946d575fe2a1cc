/** `node bench/lab.mjs`, after `npm run build`: the lab as its users wait for it, in a Chromium of this machine: first paint, a key's way to all patterns, a large grid, memory. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { chromium } from "playwright-core";
import { ensureChromium } from "../scripts/chromium.mjs";
import { median } from "./race.mjs";

const ROOT = join(import.meta.dirname, "..");
const SITE = join(ROOT, "dist/lab");
const FLAGS = ["--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-sync"];
/** Thirty-two tokens of `builtin:english`, counting the one that a last key makes. */
const TEXT =
  "the Congress of the United States and the people of the United States and the men of the army and the men of the navy and the laws of the land ";

/** The files that each page loads beside the engine (ONNX Runtime's script and WebAssembly) and models: bytes, compressed as a server would. */
async function pageBytes(browser, origin) {
  const sizes = siteBytes();
  const loaded = {};
  for (const name of ["look", "heads", "off", "cut", "subspaces", "train", "why"]) {
    const page = await browser.newPage();
    const files = new Set();
    page.on("request", (request) => files.add(new URL(request.url()).pathname.split("/").at(-1)));
    await page.goto(`${origin}?page=${name}&model=builtin:relations-8`);
    await ready(page);
    await page.waitForTimeout(4000);
    if (name === "train") await page.getByRole("button", { name: "Step" }).click();
    await page.waitForTimeout(3000);
    loaded[name] = [...files]
      .filter((file) => !file.startsWith("onnxruntime"))
      .reduce((sum, file) => sum + (sizes[file] ?? 0), 0);
    await page.close();
  }
  return loaded;
}

/** Bytes of all scripts and styles of the site, each compressed by itself. */
function siteBytes() {
  const files = readdirSync(join(SITE, "assets")).filter((name) => /\.(js|css)$/.test(name));
  const sizes = files.map((name) => [name, gzipSync(readFileSync(join(SITE, "assets", name)), { level: 9 }).length]);
  return Object.fromEntries(sizes);
}

/** Runs `use` with the address of `headwise lab`. */
async function withLab(use) {
  const command = spawn(process.execPath, [join(ROOT, "dist/cli/main.js"), "lab", "--no-open", "--port", "4890"], {
    cwd: ROOT,
  });
  try {
    const [said] = await once(command.stdout, "data");
    const origin = /http:\/\/\S+/.exec(String(said))[0];
    const browser = await chromium.launch({ executablePath: ensureChromium(), args: FLAGS });
    try {
      return await use(browser, origin);
    } finally {
      await browser.close();
    }
  } finally {
    command.kill("SIGINT");
  }
}

const ready = (page) =>
  page.waitForFunction(() => document.querySelector(".status")?.textContent.trim() === "ready", null, { timeout: 120_000 });

/** Milliseconds to the first contentful paint, the server warm, the browser's cache empty. */
async function firstPaint(browser, origin) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  const page = await context.newPage();
  await page.goto(origin);
  await page.waitForFunction(() => performance.getEntriesByName("first-contentful-paint").length > 0);
  const ms = await page.evaluate(() => performance.getEntriesByName("first-contentful-paint")[0].startTime);
  await context.close();
  return ms;
}

/** Milliseconds from a key to the frame in which all patterns are drawn, for each of `count` keys. */
async function keyToPatterns(page, count) {
  await page.evaluate(() => {
    globalThis.drawn = async (before) => {
      const grid = document.querySelector("headwise-head-grid");
      while (grid.heads === before) await new Promise(requestAnimationFrame);
      await grid.updateComplete;
      await grid.drawn;
      await new Promise(requestAnimationFrame);
      return performance.now();
    };
    globalThis.pressed = [];
    addEventListener(
      "keydown",
      () => {
        const before = document.querySelector("headwise-head-grid").heads;
        const start = performance.now();
        globalThis.pressed.push(globalThis.drawn(before).then((end) => end - start));
      },
      true,
    );
  });
  await page.getByRole("textbox", { name: "Text", exact: true }).fill(TEXT);
  await page.waitForTimeout(2000);
  for (let k = 0; k < count; k++) {
    await page.keyboard.press(k % 2 === 0 ? "a" : "Backspace");
    await page.evaluate(() => Promise.all(globalThis.pressed));
  }
  const tokens = await page.evaluate(() => document.querySelector("headwise-head-grid").heads[0].rows);
  return { tokens, times: await page.evaluate(() => Promise.all(globalThis.pressed)) };
}

/** A grid of 144 heads × 512 tokens: milliseconds until all in view are drawn, and the longest frame while it is scrolled through. */
async function largeGrid(page) {
  return page.evaluate(async () => {
    const n = 512;
    const heads = Array.from({ length: 144 }, (_, k) => {
      const pattern = Float32Array.from({ length: n * n }, (_, at) => (at % (k + 7) === 0 ? 0.5 : 0.001));
      return { name: `${Math.floor(k / 12)}.${k % 12}`, layer: Math.floor(k / 12), head: k % 12, rows: n, columns: n, pattern };
    });
    const grid = document.createElement("headwise-head-grid");
    document.querySelector("main").replaceChildren(grid);
    await new Promise(requestAnimationFrame);
    const start = performance.now();
    grid.heads = heads;
    await grid.updateComplete;
    await grid.drawn;
    await new Promise(requestAnimationFrame);
    const drawn = performance.now() - start;
    const frames = [];
    let last = performance.now();
    for (let y = 0; y <= document.documentElement.scrollHeight; y += 30) {
      scrollTo(0, y);
      await new Promise(requestAnimationFrame);
      const now = performance.now();
      frames.push(now - last);
      last = now;
    }
    return { drawn, frame: Math.max(...frames), frames: frames.length };
  });
}

/** The memory of the page and its workers, in MiB. */
const memory = async (page) => (await page.evaluate(() => performance.measureUserAgentSpecificMemory())).bytes / 2 ** 20;

/** Memory after some edits of the text and of heads, and after many more. */
async function edits(page, origin) {
  await page.goto(`${origin}?page=off&text=the+Congress+of+the+United`);
  await ready(page);
  await page.getByText("computed in").waitFor();
  const box = page.getByRole("textbox", { name: "Text", exact: true });
  const heads = page.getByRole("switch");
  const edit = async (k) => {
    await box.fill(`the Congress of the United States has ${k % 17} laws`);
    await heads.nth((7 * k) % 32).click();
    await page.waitForTimeout(60);
  };
  for (let k = 0; k < 20; k++) await edit(k);
  const before = await memory(page);
  for (let k = 0; k < 200; k++) await edit(k);
  return { before, after: await memory(page) };
}

/** Everything that the lab promises about its speed, measured once. */
const labTimes = () =>
  withLab(async (browser, origin) => {
    const bytes = await pageBytes(browser, origin);
    await firstPaint(browser, origin);
    const paints = [];
    for (let k = 0; k < 5; k++) paints.push(await firstPaint(browser, origin));
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    await page.goto(origin);
    await ready(page);
    await page.waitForFunction(() => document.querySelector("headwise-head-grid")?.heads);
    const keys = await keyToPatterns(page, 21);
    const grid = await largeGrid(page);
    return {
      bytes,
      paint: median(paints),
      keys: { tokens: keys.tokens, median: median(keys.times), longest: Math.max(...keys.times) },
      grid,
      memory: await edits(page, origin),
    };
  });

console.log(await labTimes());
