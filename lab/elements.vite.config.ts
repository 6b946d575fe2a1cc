/** Builds the elements as one module file that a page or a notebook can import: dist/elements.js. */
import { defineConfig } from "vite";

export default defineConfig({
  root: import.meta.dirname,
  build: {
    outDir: "../dist",
    emptyOutDir: false,
    target: "es2022",
    lib: { entry: "elements/index.ts", formats: ["es"], fileName: () => "elements.js" },
  },
});
