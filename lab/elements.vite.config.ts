/**
 * Builds the elements as one module file that a page can import, `dist/elements.js`, and as a classic script for pages that are
 * opened as files and for notebooks, `dist/elements.classic.js`.
 */
import { defineConfig } from "vite";

export default defineConfig({
  root: import.meta.dirname,
  build: {
    outDir: "../dist",
    emptyOutDir: false,
    target: "es2022",
    lib: {
      entry: "elements/index.ts",
      formats: ["es", "iife"],
      name: "HeadwiseElements",
      fileName: (format) => (format === "es" ? "elements.js" : "elements.classic.js"),
    },
  },
});
