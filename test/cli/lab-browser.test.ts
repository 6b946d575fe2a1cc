/** In a real browser, a page of the lab's server may do what the lab does: run a model in a worker, on threads, and nothing else. */
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { build } from "vite";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ensureChromium } from "../../scripts/chromium.mjs";
import { nodeRuntime } from "../../src/run/ort.node.ts";
import { tensor } from "../../src/run/tensor.ts";
import { largestDifference } from "../models/golden.ts";
import { pass } from "../web/pass.ts";
import { closed, directoryModel, labPlace, type Place } from "./lab-place.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const MODEL = join(ROOT, "test/fixtures/bert");

/** Runs the model of the command as the lab would: in a worker, from the addresses of the server. */
const WORKER = `
import { webRuntime } from ${JSON.stringify(join(ROOT, "src/run/ort.web.ts"))};
import { pass } from ${JSON.stringify(join(ROOT, "test/web/pass.ts"))};
const open = async (name) => new Uint8Array(await (await fetch("./model/" + name)).arrayBuffer());
const runtime = await webRuntime({ threads: 2, wasmPaths: new URL("./ort/", location.href).href });
const results = await pass(runtime, open);
const plain = Object.entries(results).map(([name, { shape, data }]) => [name, { shape, data: Array.from(data) }]);
postMessage({ isolated: crossOriginIsolated, results: Object.fromEntries(plain) });
`;
const PAGE = `
try { globalThis.evaluated = String(eval("1")); } catch ({ name }) { globalThis.evaluated = name; }
globalThis.answer = new Promise((resolve, reject) => {
  const worker = new Worker("./worker.js", { type: "module" });
  worker.onmessage = ({ data }) => resolve(data);
  worker.onerror = ({ message }) => reject(new Error(message));
});
`;
const HTML = `<!doctype html><meta charset="utf-8" /><script type="module" src="./page.js"></script>`;

declare global {
  var evaluated: string;
  var answer: Promise<{ isolated: boolean; results: Record<string, { shape: number[]; data: number[] }> }>;
}

let place: Place;
let browser: Browser;
let page: Page;
let origin: string;
const problems: string[] = [];
beforeAll(async () => {
  place = labPlace();
  place.write("site/index.html", HTML);
  place.write("site/page.js", PAGE);
  await build({
    configFile: false,
    logLevel: "error",
    resolve: { conditions: ["onnxruntime-web-use-extern-wasm", "module", "browser", "import", "default"] },
    build: {
      outDir: join(place.folder, "site"),
      emptyOutDir: false,
      target: "esnext",
      lib: { entry: place.write("worker.ts", WORKER), formats: ["es"], fileName: () => "worker.js" },
    },
  });
  origin = `http://127.0.0.1:${await place.serve({ model: directoryModel("bert", MODEL) })}`;
  browser = await chromium.launch({ executablePath: ensureChromium(), args: ["--no-sandbox"] });
  page = await browser.newPage();
  page.on("pageerror", ({ message }) => problems.push(message));
  page.on("console", (message) => message.type() === "error" && problems.push(message.text()));
  await page.goto(`${origin}/`);
});
afterAll(async () => {
  await browser?.close();
  await place?.remove();
});

it("gives the hidden states and patterns of Node within 1e-4, isolated, without a complaint", async () => {
  const { isolated, results } = await page.evaluate(() => globalThis.answer);
  expect(isolated).toBe(true);
  const runtime = await nodeRuntime({ threads: 2 });
  const wanted = await pass(runtime, (name) => readFile(join(MODEL, name)));
  await runtime.release();
  expect(Object.keys(results).sort()).toEqual(Object.keys(wanted).sort());
  for (const [name, { shape, data }] of Object.entries(results))
    expect(largestDifference(tensor(Float32Array.from(data), shape), wanted[name]!), name).toBeLessThan(1e-4);
  expect(problems.filter((text) => !text.includes("favicon") && !text.includes("404"))).toEqual([]);
});

it("may not run inline scripts, evaluate text or read other sites", async () => {
  const tried = await page.evaluate(
    async (elsewhere) => {
      const script = document.createElement("script");
      script.textContent = "globalThis.inline = true";
      document.body.append(script);
      const fetched = await fetch(elsewhere).then(String, ({ name }) => name);
      return { inline: "inline" in globalThis, evaluated: globalThis.evaluated, fetched };
    },
    origin.replace("127.0.0.1", "localhost"),
  );
  expect(tried).toEqual({ inline: false, evaluated: "EvalError", fetched: "TypeError" });
});

it("is refused to another site's page as data, image, script and frame, and opens by a link", async () => {
  const server = createServer((_, response) => response.setHeader("Content-Type", "text/html").end("<p>another site</p>"));
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const other = await browser.newPage();
  const asked: string[] = [];
  const said = new Map<string, number>();
  other.on("request", (request) => request.url().startsWith(origin) && asked.push(new URL(request.url()).search));
  other.on("response", (response) => said.set(new URL(response.url()).search, response.status()));
  await other.goto(`http://localhost:${(server.address() as { port: number }).port}/`);
  const read = await other.evaluate(async (from) => {
    const loaded = (name: string, address: string) =>
      new Promise<string>((done) => {
        const element = Object.assign(document.createElement(name), { src: address });
        element.onload = () => done("loaded");
        element.onerror = () => done("refused");
        document.body.append(element);
      });
    const fetched = (address: string, mode: RequestMode) =>
      fetch(address, { mode }).then(
        () => "read",
        () => "refused",
      );
    await loaded("iframe", `${from}/?frame`);
    return Promise.all([
      fetched(`${from}/models.json?cors`, "cors"),
      fetched(`${from}/models.json?data`, "no-cors"),
      loaded("img", `${from}/models.json?image`),
      loaded("script", `${from}/worker.js?script`),
    ]);
  }, origin);
  expect(read).toEqual(["refused", "refused", "refused", "refused"]);
  expect(asked.sort()).toEqual(["?cors", "?data", "?frame", "?image", "?script"]);
  for (const search of asked) expect([search, said.get(search) ?? 403]).toEqual([search, 403]);
  await other.evaluate((to) => location.assign(to), `${origin}/?link`);
  await expect.poll(() => said.get("?link")).toBe(200);
  await closed(server);
});
