/** Exports for the browser only: WebAssembly and WebGPU. */

export type { WebOptions } from "./run/ort.web.ts";
export { webRuntime } from "./run/ort.web.ts";
