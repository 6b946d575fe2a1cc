/** A small site with the elements, under the strict policy that the lab itself has. */
import { mkdtempSync, rmSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "vite";

const POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'";
const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<title>Elements</title>
<link rel="stylesheet" href="/demo.css">
<script type="module" src="/demo.js"></script>
</head>
<body></body>
</html>`;
const STYLE = `html { background: light-dark(#ffffff, #14171b); color: light-dark(#1c2024, #e6e8eb); font-family: sans-serif }
body { margin: 0 auto; max-width: 1080px; padding: 8px 16px } h2 { font-size: 17px; margin: 32px 0 8px }`;

export interface Site {
  readonly origin: string;
  close(): Promise<void>;
}

/** Bundles demo.ts and serves it. */
export async function openSite(): Promise<Site> {
  const folder = mkdtempSync(join(tmpdir(), "headwise-elements-"));
  await build({
    configFile: false,
    root: import.meta.dirname,
    logLevel: "error",
    build: {
      ...{ outDir: folder, emptyOutDir: false, target: "es2022" },
      lib: { entry: join(import.meta.dirname, "demo.ts"), formats: ["es"], fileName: () => "demo.js" },
    },
  });
  const files: Readonly<Record<string, readonly [type: string, body: () => string | Promise<string>]>> = {
    "/": ["text/html", () => PAGE],
    "/favicon.ico": ["image/x-icon", () => ""],
    "/demo.css": ["text/css", () => STYLE],
    "/demo.js": ["text/javascript", () => readFile(join(folder, "demo.js"), "utf8")],
  };
  const server = createServer(async ({ url }, response) => {
    const file = files[url ?? "/"];
    response.writeHead(file ? 200 : 404, { "Content-Type": file?.[0] ?? "text/plain" });
    response.end(await file?.[1]());
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
      rmSync(folder, { recursive: true });
    },
  };
}
