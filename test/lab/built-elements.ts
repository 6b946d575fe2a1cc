/** The elements as `npm run build` writes them, in a folder of their own, and a browser for pages that are opened as files. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Browser, chromium } from "playwright-core";
import { build } from "vite";
import { ensureChromium } from "../../scripts/chromium.mjs";

export interface BuiltElements {
  /** Has `elements.js` and `elements.classic.js`; pages can be written there. */
  readonly folder: string;
  /** The text of `elements.js`. */
  readonly elements: string;
  readonly browser: Browser;
  close(): Promise<void>;
}

export async function buildElements(): Promise<BuiltElements> {
  const folder = mkdtempSync(join(tmpdir(), "headwise-elements-"));
  const configFile = fileURLToPath(new URL("../../lab/elements.vite.config.ts", import.meta.url));
  await build({ configFile, logLevel: "error", build: { outDir: folder } });
  const browser = await chromium.launch({ executablePath: ensureChromium(), args: ["--no-sandbox"] });
  return {
    ...{ folder, browser, elements: readFileSync(join(folder, "elements.js"), "utf8") },
    async close() {
      await browser.close();
      rmSync(folder, { recursive: true });
    },
  };
}
