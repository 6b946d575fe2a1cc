/** What only the browser has: WebAssembly and WebGPU. */

export type { WebOptions } from "./run/ort.web.ts";
export { webRuntime } from "./run/ort.web.ts";
