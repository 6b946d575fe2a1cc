/**
 * Builds the lab's pages and its worker into dist/lab, with relative addresses only, so that any folder of any server can host
 * it.
 */
import { defineConfig } from "vite";

export default defineConfig({
  root: import.meta.dirname,
  base: "./",
  // the worker receives the location of the WebAssembly files, so they are not bundled
  resolve: { conditions: ["onnxruntime-web-use-extern-wasm", "module", "browser", "import", "default"] },
  worker: {
    format: "es",
    // the runtime's code in its own chunk, separate from the lab's
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: "onnxruntime", test: /onnxruntime-web/ }] } } },
  },
  build: { outDir: "../dist/lab", emptyOutDir: true, target: "es2022", modulePreload: { polyfill: false } },
});
