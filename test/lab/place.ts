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

export interface LabPlace {
  readonly browser: Browser;
  readonly origin: string;
  /** What went wrong in any page: errors, refused scripts, requests that left the server. */
  readonly problems: string[];
  /** A page of the lab at this query, when its model is open (or has failed to). */
  open(query?: string, options?: BrowserContextOptions): Promise<Page>;
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
    async open(query = "", options = {}) {
      const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, ...options });
      page.on("pageerror", (error) => problems.push(error.message));
      page.on("console", (message) => message.type() === "error" && problems.push(message.text()));
      page.on("request", (request) => leaves(request.url(), origin) && problems.push(`asked for ${request.url()}`));
      await page.goto(`${origin}/${query}`);
      await settled(page);
      return page;
    },
    async close() {
      await browser.close();
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
      rmSync(site, { recursive: true });
    },
  };
}

const leaves = (url: string, origin: string): boolean => !url.startsWith(`${origin}/`) && !/^(data|blob):/.test(url);

/** When the status line says that the model is open, or why it is not. */
const settled = (page: Page): Promise<unknown> =>
  page.waitForFunction(
    () => {
      const status = document.querySelector(".status");
      return status?.classList.contains("failed") || status?.textContent?.trim() === "ready";
    },
    null,
    { timeout: 90_000 },
  );
