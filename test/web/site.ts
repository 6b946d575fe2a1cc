/** A small site for the test's page: bundled by Vite, and isolated so that WebAssembly may use threads. */
import { mkdtempSync, rmSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".json": "application/json",
  ".wasm": "application/wasm",
};

export interface Site {
  readonly origin: string;
  close(): Promise<void>;
}

/** Bundle page.ts and serve it, with fixtures under /fixtures and ONNX Runtime's files under /ort. */
export async function openSite(): Promise<Site> {
  const folder = mkdtempSync(join(tmpdir(), "headwise-site-"));
  await build({
    configFile: false,
    root: HERE,
    logLevel: "error",
    // the page is told where the WebAssembly files are: they need not be bundled
    resolve: { conditions: ["onnxruntime-web-use-extern-wasm", "module", "browser", "import", "default"] },
    build: {
      outDir: folder,
      emptyOutDir: false,
      minify: false,
      target: "esnext",
      lib: { entry: join(HERE, "page.ts"), formats: ["es"], fileName: () => "page.js" },
    },
  });
  const roots: readonly (readonly [string, string])[] = [
    ["/fixtures/", join(HERE, "../fixtures")],
    ["/ort/", join(HERE, "../../node_modules/onnxruntime-web/dist")],
    ["/", folder],
  ];
  const read = async (path: string): Promise<Uint8Array> => {
    if (path === "/") return new TextEncoder().encode(`<!doctype html><script type="module" src="/page.js"></script>`);
    const [prefix, root] = roots.find(([start]) => path.startsWith(start))!;
    return readFile(join(root, normalize(path.slice(prefix.length))));
  };
  const server = createServer(async ({ url }, response) => {
    const path = new URL(url ?? "/", "http://localhost").pathname;
    response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
    response.setHeader("Cross-Origin-Embedder-Policy", "require-corp");
    try {
      const body = await read(path);
      response.setHeader("Content-Type", TYPES[extname(path)] ?? (path === "/" ? "text/html" : "application/octet-stream"));
      response.end(body);
    } catch {
      response.statusCode = 404;
      response.end();
    }
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
