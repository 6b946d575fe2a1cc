/** The lab's pages and its worker, into dist/lab: relative addresses only, so that any folder of any server can host it. */
import { defineConfig } from "vite";

export default defineConfig({
  root: import.meta.dirname,
  base: "./",
  // the worker is told where the WebAssembly files are: they need not be bundled
  resolve: { conditions: ["onnxruntime-web-use-extern-wasm", "module", "browser", "import", "default"] },
  worker: {
    format: "es",
    // the engine's own code by itself, so that it is told apart from the lab's
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: "onnxruntime", test: /onnxruntime-web/ }] } } },
  },
  build: { outDir: "../dist/lab", emptyOutDir: true, target: "es2022", modulePreload: { polyfill: false } },
});
