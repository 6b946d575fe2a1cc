/** The lab as users have it: built, served by the command's own server, and open in Chromium. */
import { mkdtempSync, rmSync } from "node:fs";
import type { Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { build } from "vite";
import { ensureChromium } from "../../scripts/chromium.mjs";
import { builtinLabModels, type LabModel } from "../../src/cli/lab/lab-models.ts";
import { labServer, listen } from "../../src/cli/lab/lab-server.ts";

/** SwiftShader computes WebGPU on the processor, so that a machine without a graphics card can test it. */
const FLAGS = [
  ...["--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader", "--no-sandbox", "--disable-quic", "--no-first-run"],
  ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
];
const CONFIG = fileURLToPath(new URL("../../lab/vite.config.ts", import.meta.url));

/** How a test opens a page. */
export interface OpenOptions extends BrowserContextOptions {
  /** The problems that the test provokes: others make closing the page fail. */
  readonly allow?: readonly RegExp[];
  /** Called with the new page before it goes anywhere. */
  prepare?(page: Page): Promise<unknown>;
  /** Replaces the origin of the server, for tests that stand between it and the page. */
  readonly origin?: string;
  /** False to return as soon as the page's script runs. */
  readonly settle?: boolean;
}

export interface LabPlace {
  readonly browser: Browser;
  readonly origin: string;
  /** What went wrong in any page: errors, unhandled rejections, refused scripts, requests that left the server. */
  readonly problems: string[];
  /** A page of the lab at this query, when its model is open (or has failed to). Closing it fails if anything went wrong in it. */
  open(query?: string, options?: OpenOptions): Promise<Page>;
  /** Fails if anything went wrong in a page that was not closed. */
  close(): Promise<void>;
}

/** Builds the lab, serves it with the built-in models and, where one is given, `model`, and starts a browser. */
export async function openLab(model?: LabModel): Promise<LabPlace> {
  const site = mkdtempSync(join(tmpdir(), "headwise-lab-site-"));
  await build({ configFile: CONFIG, logLevel: "error", build: { outDir: site, emptyOutDir: true } });
  const server: Server = labServer({ site, builtins: await builtinLabModels(), model });
  const origin = `http://127.0.0.1:${await listen(server, 0)}`;
  const browser = await chromium.launch({
    executablePath: ensureChromium(),
    args: FLAGS,
    ignoreDefaultArgs: ["--disable-gpu"],
  });
  const problems: string[] = [];
  return {
    ...{ browser, origin, problems },
    async open(query = "", { allow = [], prepare, origin: from = origin, settle = true, ...options } = {}) {
      const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, ...options });
      page.setDefaultTimeout(120_000); // a loaded machine compiles slowly
      watch(page, from, (problem) => !allow.some((one) => one.test(problem)) && problems.push(problem), problems);
      await prepare?.(page);
      await page.goto(`${from}/${query}`);
      if (settle) await settled(page);
      return page;
    },
    async close() {
      await browser.close();
      const left = problems.splice(0);
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
      rmSync(site, { recursive: true });
      if (left.length > 0) throw new Error(`in a page of the lab: ${left.join("\n")}`);
    },
  };
}

/** Records what goes wrong in a page and in its workers; closing the page throws what was recorded. */
function watch(page: Page, origin: string, record: (problem: string) => void, problems: string[]): void {
  // an unhandled rejection is a pageerror as well
  page.on("pageerror", (error) => record(error.message));
  page.on("console", (message) => message.type() === "error" && record(message.text()));
  page.on("request", (request) => leaves(request.url(), origin) && record(`asked for ${request.url()}`));
  const close = page.close.bind(page);
  page.close = async (options) => {
    await close(options);
    const found = problems.splice(0);
    if (found.length > 0) throw new Error(`in a page of the lab: ${found.join("\n")}`);
  };
}

const leaves = (url: string, origin: string): boolean => !url.startsWith(`${origin}/`) && !/^(data|blob):/.test(url);

/** When the model is open, or the status line says why it is not. */
const settled = (page: Page): Promise<unknown> =>
  page.waitForFunction(
    () => document.querySelector(".status.failed") !== null || document.querySelector(".facts")?.textContent?.trim() !== "",
    null,
    { timeout: 90_000 },
  );
