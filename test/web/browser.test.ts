/** In a real browser, through WebAssembly and through WebGPU, a model gives, and learns, what it does in Node. */
import { readFile } from "node:fs/promises";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ensureChromium } from "../../scripts/chromium.mjs";
import { nodeRuntime } from "../../src/run/ort.node.ts";
import type { Runtime } from "../../src/run/runtime.ts";
import { tensor } from "../../src/run/tensor.ts";
import { largestDifference } from "../models/golden.ts";
import type { Plain } from "./page.ts";
import { pass } from "./pass.ts";
import { openSite, type Site } from "./site.ts";
import { trainOnWorld } from "./train.ts";

/** SwiftShader computes WebGPU on the processor, so that a machine without a graphics card can test it. */
const FLAGS = [
  ...["--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader", "--no-sandbox", "--disable-quic", "--no-first-run"],
  ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
];

let site: Site;
let browser: Browser;
let page: Page;
let runtime: Runtime;
const problems: string[] = [];
const requests: string[] = [];

beforeAll(async () => {
  const executablePath = ensureChromium();
  site = await openSite();
  runtime = await nodeRuntime({ threads: 2 });
  browser = await chromium.launch({ executablePath, args: FLAGS, ignoreDefaultArgs: ["--disable-gpu"] });
  page = await openPage(browser);
});
afterAll(async () => {
  await browser?.close();
  await site?.close();
  await runtime?.release();
});

async function openPage(browser: Browser, script = ""): Promise<Page> {
  const page = await browser.newPage();
  await page.addInitScript(script);
  page.on("pageerror", (error) => problems.push(error.message));
  page.on("request", (request) => requests.push(request.url()));
  await page.goto(site.origin);
  await page.waitForFunction(() => "runPass" in globalThis);
  return page;
}

const runInPage = (page: Page, family: string, device: "wasm" | "webgpu"): Promise<Record<string, Plain>> =>
  page.evaluate(([family, device]) => globalThis.runPass(family, device), [family, device] as const);

it.each([
  ["bert", "wasm"],
  ["llama", "wasm"],
  ["bert", "webgpu"],
  ["llama", "webgpu"],
  ["gpt2", "webgpu"],
] as const)("%s through %s: every hidden state and pattern is Node's within 1e-4", async (family, device) => {
  const wanted = await pass(runtime, (file) => readFile(new URL(`../fixtures/${family}/${file}`, import.meta.url)));
  const got = await runInPage(page, family, device);
  expect(Object.keys(got).sort()).toEqual(Object.keys(wanted).sort());
  expect(Object.keys(got).filter((name) => name.startsWith("pattern."))).not.toHaveLength(0);
  for (const [name, { shape, data }] of Object.entries(got)) {
    expect(largestDifference(tensor(Float32Array.from(data), shape), wanted[name]!), name).toBeLessThan(1e-4);
  }
});

it("training through wasm gives the losses of Node within 1e-3 over twenty steps", async () => {
  const wanted = await trainOnWorld(runtime);
  const got = await page.evaluate(() => globalThis.runTraining());
  expect(got).toHaveLength(wanted.length);
  expect(wanted[0]! - wanted.at(-1)!).toBeGreaterThan(0.3);
  for (const [k, loss] of wanted.entries()) expect(Math.abs(got[k]! - loss), `step ${k + 1}`).toBeLessThan(1e-3);
});

it("the page is isolated, nothing was fetched from elsewhere and nothing failed", async () => {
  expect(await page.evaluate(() => globalThis.crossOriginIsolated)).toBe(true);
  expect(requests.filter((url) => !url.startsWith(`${site.origin}/`))).toEqual([]);
  expect(requests.some((url) => url.endsWith(".wasm"))).toBe(true);
  expect(problems).toEqual([]);
});

it("a browser without WebGPU says so, and falls back to nothing", async () => {
  const without = await openPage(browser, `Object.defineProperty(navigator, "gpu", { value: undefined });`);
  await expect(runInPage(without, "bert", "webgpu")).rejects.toThrow(
    `this browser has no WebGPU adapter; use the device "wasm"`,
  );
  await without.close();
});
