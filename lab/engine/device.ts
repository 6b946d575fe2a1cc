/** Where the model runs: WebGPU where there is one, else WebAssembly, with threads where the page may have them. */
import { webRuntime } from "../../src/run/ort.web.ts";
import type { Runtime } from "../../src/run/runtime.ts";

/** `auto` is WebGPU where the browser has a real one, else WebAssembly. */
export type DeviceChoice = "auto" | "webgpu" | "wasm" | "wasm-1";

/** Where a model runs, and the address of the lab's folder, which has ONNX Runtime's files under `ort/`. */
export interface Place {
  readonly device: DeviceChoice;
  readonly site: string;
}

interface Gpu {
  requestAdapter(): Promise<{
    readonly info?: { readonly isFallbackAdapter?: boolean };
    readonly isFallbackAdapter?: boolean;
  } | null>;
}

/** A runtime on the device that was chosen. */
export async function openRuntime({ device: choice, site }: Place): Promise<Runtime> {
  const device = choice === "auto" ? ((await hasGpu()) ? "webgpu" : "wasm") : choice === "webgpu" ? "webgpu" : "wasm";
  const wasmPaths = new URL("ort/", site).href;
  return webRuntime({ device, wasmPaths, ...(choice === "wasm-1" ? { threads: 1 } : {}) });
}

/** An adapter that computes on the processor is slower than WebAssembly. */
async function hasGpu(): Promise<boolean> {
  const gpu = (navigator as { gpu?: Gpu }).gpu;
  const adapter = await gpu?.requestAdapter().catch(() => null);
  return !!adapter && !(adapter.info?.isFallbackAdapter ?? adapter.isFallbackAdapter ?? false);
}
